"""Who is reminded of what on a day: pure, from the log and the contracts alone.

A reminder has a key. Once the log holds a ``reminded`` event with it, nobody gets that message again; a day on which
nothing ran loses nothing, because a step lasts until the next one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING, Protocol

from expectations import reminder_words as words
from expectations.obligations import Standing, matrix
from sources import periods

if TYPE_CHECKING:
    from sources.contract.model import Contract
    from sources.log.records import Submission
    from sources.log.state import LedgerState

#: Days before the deadline, and after it, from which on a message goes out.
BEFORE, AFTER = (14, 3, 0), (1, 7, 14, 28)
#: What is overdue for longer is a matter for a talk, not for mail.
LAST_OVERDUE = 60
#: Days after which somebody is reminded that a return waits for them.
WAITING = (1, 7)


class Addresses(Protocol):
    """Who gets mail: the portal's accounts, or a list in a file."""

    def __call__(self, role: str, partner: str | None, program: str) -> list[str]:
        """E-mail addresses of a partner's people (``partner``) or of a program's leads (``lead``)."""


@dataclass(frozen=True)
class Reminder:
    """One message to the people of a partner, or to the leads of a program.

    Attributes:
        key: What makes it the same message; never sent twice.
        role: ``partner`` or ``lead``.
    """

    key: str
    role: str
    program: str
    partner: str | None
    period: str | None
    subject: str
    text: str


def reminders(
    contracts: Mapping[str, Contract], state: LedgerState, as_of: date, *, portal: str | None = None
) -> list[Reminder]:
    """Every message due on a day that was not sent yet, by program and partner.

    Args:
        portal: Address of the portal, for the link.
    """
    first = periods.shift(periods.of_date(as_of), -4)
    rows = matrix(contracts, state, as_of, first=first)
    found = [
        *_deadlines(contracts, rows, as_of, portal),
        *_waiting(contracts, state, as_of, portal),
        *_digests(contracts, state, rows, as_of, portal),
    ]
    return [item for item in found if item.key not in state.reminded]


def _deadlines(
    contracts: Mapping[str, Contract], rows: Sequence[Standing], as_of: date, portal: str | None
) -> list[Reminder]:
    found = []
    for row in rows:
        left = (row.due_date - as_of).days
        # Somebody who sent something that has to be mended is written to about that.
        if row.state not in ("due", "missing") or row.verdict in ("returned", "needs_answer"):
            continue
        if left >= 0:
            step = min((days for days in BEFORE if left <= days), default=None)
            name = f"due_{step}"
        else:
            step = max((days for days in AFTER if -left >= days), default=None) if -left <= LAST_OVERDUE else None
            name = f"overdue_{step}"
        if step is None:
            continue
        contract = contracts[row.program]
        partner = contract.partner(row.partner)
        subject, text = words.deadline(contract, partner, row.period, row.due_date, as_of, portal)
        key = f"{name}:{row.program}:{row.partner}:{row.period}"
        found.append(Reminder(key, "partner", row.program, row.partner, row.period, subject, text))
    return found


def _waiting(contracts: Mapping[str, Contract], state: LedgerState, as_of: date, portal: str | None) -> list[Reminder]:
    """Returns that wait for the partner: to answer, to confirm, to correct."""
    found = []
    for submission in state.submissions.values():
        contract = contracts.get(submission.program)
        what = _waits(state, submission)
        if contract is None or what is None or submission.verdict is None:
            continue
        since = (as_of - submission.verdict.at.astimezone(UTC).date()).days
        step = max((days for days in WAITING if since >= days), default=None)
        if step is None or since > LAST_OVERDUE:
            continue
        subject, text = words.waiting(contract, submission, what, portal)
        key = f"{what}_{step}:{submission.id}"
        place = (submission.program, submission.partner, submission.period)
        found.append(Reminder(key, "partner", *place, subject, text))
    return found


def _waits(state: LedgerState, submission: Submission) -> str | None:
    newest = state.newest(*submission.place)
    if newest is None or newest.id != submission.id or submission.approved:
        return None
    if submission.state == "needs_answer":
        return "answer"
    if submission.state == "returned":
        return "correct"
    if submission.loaded and submission.state != "accepted" and not submission.confirmed:
        return "confirm"
    return None


def _digests(
    contracts: Mapping[str, Contract], state: LedgerState, rows: Sequence[Standing], as_of: date, portal: str | None
) -> list[Reminder]:
    """Once a week, what waits for the leads of a program: returns to approve, changes of targets to decide."""
    found = []
    year, week, _ = as_of.isocalendar()
    for slug, contract in sorted(contracts.items()):
        returns = [row for row in rows if row.program == slug and row.next_step == "lead: approve"]
        changes = [item for item in state.target_changes.values() if item.program == slug and item.open]
        if returns or changes:
            subject, text = words.digest(contract, returns, changes, portal)
            found.append(Reminder(f"approve:{slug}:{year}-W{week:02d}", "lead", slug, None, None, subject, text))
    return found
