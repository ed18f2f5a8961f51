"""The text of each e-mail, word for word. Plain text only: whatever a name holds, it stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sources import periods

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from expectations.obligations import Standing
    from sources.contract.model import Contract, Partner
    from sources.log.lead import TargetChange
    from sources.log.records import Submission

_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)
_ASKS = {
    "answer": (
        "a question is open about your return",
        "can be read in more than one way. It counts once you have answered the question.",
        "Answer it here",
    ),
    "confirm": (
        "please confirm what was noticed in your return",
        "was loaded, and some things in it were noticed. Say that they were seen and stand, or send a corrected "
        "return; until then it cannot be approved.",
        "See and confirm here",
    ),
    "correct": (
        "your return needs a correction",
        "does not count yet. The list of what to change, and your own workbook with every place marked, are ready.",
        "See it here",
    ),
}


def day(value: date) -> str:
    """A day in words, the same on every machine: 30 October 2026."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def deadline(
    contract: Contract, partner: Partner, period: str, due: date, as_of: date, portal: str | None
) -> tuple[str, str]:
    """Subject and text about a return that is due, or overdue."""
    left = (due - as_of).days
    if left > 0:
        when, subject = f"is due in {_days(left)}", f"due on {day(due)} (UTC)"
    elif left == 0:
        when, subject = "is due today", f"due today, {day(due)} (UTC)"
    else:
        when, subject = f"was due {_days(-left)} ago", f"{_days(-left)} overdue"
    verb = "at the end of" if left < 0 else "by the end of"
    text = (
        f"The return of {_line(partner.name)} for {_line(contract.title)}, {_quarter(period)}, {when}: "
        f"{verb} {day(due)}, UTC.\n\n"
        f"{_link('Hand it in here', portal)}"
        "Nothing to report is an answer too: say so there with one click. It is not the same as missing."
    )
    return _mail(f"{_line(contract.title)}, {period}: your return is {subject}", text, f"report {contract.title}")


def waiting(contract: Contract, submission: Submission, what: str, portal: str | None) -> tuple[str, str]:
    """Subject and text about a return that waits for the partner."""
    subject, says, ask = _ASKS[what]
    text = (
        f"Your return {submission.id} for {_line(contract.title)}, {_quarter(submission.period)}, {says}\n\n"
        f"{_link(ask, portal)}"
    ).rstrip()
    if what == "correct" and submission.returned_by is not None and submission.returned_why:
        text += f"\n\nWhat the program lead wrote: {_line(submission.returned_why)}"
    return _mail(f"{_line(contract.title)}, {submission.period}: {subject}", text, f"report {contract.title}")


def digest(
    contract: Contract, returns: Sequence[Standing], changes: Sequence[TargetChange], portal: str | None
) -> tuple[str, str]:
    """Subject and text of a lead's weekly list."""
    parts = []
    if returns:
        names = {partner.code: partner.name for partner in contract.partners}
        lines = "\n".join(
            f"- {row.period}, {_line(names.get(row.partner, row.partner))}: {row.submission_id}" for row in returns
        )
        what = "These returns" if len(returns) > 1 else "This return"
        wait = "wait" if len(returns) > 1 else "waits"
        parts.append(f"{what} for {_line(contract.title)} {wait} for your approval:\n{lines}")
    if changes:
        lines = "\n".join(
            f"- {change.indicator}, {change.year}, proposed by {_line(change.proposed_by)}: {change.id}"
            for change in changes
        )
        what = "These changes of targets wait" if len(changes) > 1 else "This change of a target waits"
        parts.append(f"{what} for a second person:\n{lines}")
    count = len(returns) + len(changes)
    text = "\n\n".join(parts) + (f"\n\n{_link('Review them here', portal)}".rstrip())
    subject = f"{_line(contract.title)}: {count} thing{'s' if count != 1 else ''} to decide"
    return _mail(subject, text, f"lead {contract.title}")


def _mail(subject: str, text: str, why: str) -> tuple[str, str]:
    return subject, f"Good day,\n\n{text}\n\nYou get this message because you {_line(why)}.\n"


def _link(ask: str, portal: str | None) -> str:
    return f"{ask}: {portal}\n\n" if portal else ""


def _quarter(period: str) -> str:
    year, quarter = periods.parse(period)
    return f"{_MONTHS[3 * quarter - 3]} to {_MONTHS[3 * quarter - 1]} {year} ({period})"


def _days(count: int) -> str:
    return f"{count} day{'s' if count != 1 else ''}"


def _line(text: str) -> str:
    """Text on one line: a line break in a name must not become a header, or another sentence of ours."""
    return " ".join(text.split())
