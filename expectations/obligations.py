"""Who owes which return, and what became of it on a day: straight from the log, the same as the warehouse per build.

Belongs here: the pure facts. How they are shown is up to the terminal, the portal and the reminders.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sources import periods

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sources.contract.model import Contract, Partner
    from sources.log.records import Submission, Waiver
    from sources.log.state import LedgerState

#: Every state an obligation can be in, in the order of its life.
STATES = ("not_due", "due", "reported", "confirmed_zero", "missing", "excused")


@dataclass(frozen=True)
class Standing:
    """A partner's return of a program for a quarter.

    Attributes:
        state: One of :data:`STATES`.
        due_date: Last day it is in time, UTC.
        late: It came after that day, or is missing.
        submission_id: The submission that counts, or else the newest one.
        verdict: What became of that submission.
        next_step: Who does what next, such as ``lead: approve``; empty where nothing waits.
        waiver: The waiver in force, where it is excused.
    """

    program: str
    partner: str
    period: str
    due_date: date
    state: str
    received_on: date | None
    late: bool
    submission_id: str | None
    verdict: str | None
    approved: bool
    next_step: str
    waiver: Waiver | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return asdict(self)


def matrix(
    contracts: Mapping[str, Contract],
    state: LedgerState,
    as_of: date,
    *,
    program: str | None = None,
    partner: str | None = None,
    first: str = periods.FIRST_PERIOD,
    last: str | None = None,
) -> list[Standing]:
    """Every obligation from one quarter to another, by program, partner and quarter.

    Args:
        first: First quarter; the very first by default.
        last: Last quarter; the one ``as_of`` lies in by default.
    """
    end = last or periods.of_date(as_of)
    index = _Index(state)
    return [
        index.standing(contract, one, period, as_of)
        for slug, contract in sorted(contracts.items())
        if program in (None, slug)
        for one in contract.partners
        if partner in (None, one.code)
        for period in periods.between(max(first, one.since), end)
        if contract.owes(one, period)
    ]


def obligations(
    contract: Contract, partner: Partner, state: LedgerState, as_of: date, *, ahead: int = 0
) -> list[Standing]:
    """Every return a partner owes for a program, newest quarter first.

    Args:
        ahead: Quarters that have not ended yet to list too, the running one first.
    """
    last = periods.shift(periods.of_date(as_of), ahead - 1)
    index = _Index(state)
    wanted = [period for period in periods.between(partner.since, last) if contract.owes(partner, period)]
    return [index.standing(contract, partner, period, as_of) for period in reversed(wanted)]


def standing_of(contract: Contract, partner: Partner, period: str, state: LedgerState, as_of: date) -> Standing:
    """How one return stands on a day."""
    return _Index(state).standing(contract, partner, period, as_of)


def standing(
    contracts: Mapping[str, Contract],
    state: LedgerState,
    as_of: date,
    *,
    program: str | None = None,
    period: str | None = None,
) -> list[Standing]:
    """Obligations of one quarter; without one, each partner's last one of a quarter that has ended."""
    ended = periods.shift(periods.of_date(as_of), -1)
    index, rows = _Index(state), []
    for slug, contract in sorted(contracts.items()):
        if program is not None and slug != program:
            continue
        for partner in contract.partners:
            if period is not None:
                wanted = period if contract.owes(partner, period) else None
            else:
                reports = partner.until is None or ended <= partner.until
                wanted = contract.last_owed(partner, ended) if reports else None
            if wanted is not None:
                rows.append(index.standing(contract, partner, wanted, as_of))
    return rows


class _Index:
    """Submissions by place, so that a matrix of years costs one walk over the log's state."""

    def __init__(self, state: LedgerState) -> None:
        self._nil = state.nil
        self._counting = set(state.counting().values())
        self._waivers = {(w.partner, w.program, w.period): w for w in state.waivers if w.indicator is None}
        self._sent: dict[tuple[str, str, str], list[Submission]] = {}
        for submission in sorted(state.submissions.values(), key=lambda item: item.seq):
            place = (submission.partner, submission.program, submission.period)
            self._sent.setdefault(place, []).append(submission)

    def waiver(self, place: tuple[str, str, str], as_of: date) -> Waiver | None:
        waiver = self._waivers.get(place)
        in_force = waiver is not None and (waiver.expires_on is None or as_of <= waiver.expires_on)
        return waiver if in_force else None

    def standing(self, contract: Contract, partner: Partner, period: str, as_of: date) -> Standing:
        due = periods.deadline(period, contract.deadline_days)
        place = (partner.code, contract.program, period)
        sent = self._sent.get(place, [])
        last = sent[-1] if sent else None
        counted = next((item for item in reversed(sent) if item.id in self._counting), None)
        shown = counted or last
        waiver = self.waiver(place, as_of)
        if counted is not None:
            what = "reported"
        elif place in self._nil:
            what = "confirmed_zero"
        elif waiver is not None:
            what = "excused"
        elif as_of <= periods.last_day(period):
            what = "not_due"
        else:
            what = "due" if as_of <= due else "missing"
        received = _first(item.received_on for item in sent if item.loaded) if counted else None
        if what == "confirmed_zero":
            received = self._nil[place].declared_on
        return Standing(
            program=contract.program,
            partner=partner.code,
            period=period,
            due_date=due,
            state=what,
            received_on=received,
            late=(received or as_of) > due and what in ("reported", "confirmed_zero", "missing"),
            submission_id=shown.id if shown else None,
            verdict=shown.state if shown else None,
            approved=bool(counted and counted.approved_by),
            next_step=_next(what, last, counted),
            waiver=waiver if what == "excused" else None,
        )


def _first(days: Iterable[date]) -> date | None:
    """Late is who first reported late; a correction that comes later does not make them so."""
    return min(days, default=None)


def _next(what: str, last: Submission | None, counted: Submission | None) -> str:
    if last is not None and last.state == "needs_answer":
        return "partner: answer the question"
    if last is not None and last.state == "returned":
        return "partner: correct and hand in again"
    if counted is not None and counted.approved_by:
        return ""
    if counted is not None and counted.state != "accepted" and not counted.confirmed_by:
        return f"partner: confirm the {'warnings' if counted.state == 'accepted_with_warnings' else 'rows left out'}"
    if counted is not None:
        return "lead: approve"
    return "partner: hand in" if what in ("due", "missing") else ""
