"""Who owes what and how it stands, straight from the log (the warehouse has the same per build)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sources import periods
from sources.contract.model import Contract, Partner

if TYPE_CHECKING:
    from sources.log.state import LedgerState


@dataclass(frozen=True)
class Standing:
    """One obligation: a partner's return of a program for a quarter."""

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

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return asdict(self)


def standing(
    contracts: Mapping[str, Contract],
    state: LedgerState,
    as_of: date,
    *,
    program: str | None = None,
    period: str | None = None,
) -> list[Standing]:
    """Obligations as of a day; without a period, each partner's last one of a quarter that has ended."""
    ended = periods.shift(periods.of_date(as_of), -1)
    rows = []
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
                rows.append(standing_of(contract, partner, wanted, state, as_of))
    return rows


def obligations(
    contract: Contract, partner: Partner, state: LedgerState, as_of: date, *, ahead: int = 0
) -> list[Standing]:
    """Every return a partner owes for a program, newest quarter first.

    Args:
        ahead: Quarters that have not ended yet to list too, the running one first.
    """
    last = periods.shift(periods.of_date(as_of), ahead - 1)
    wanted = [period for period in periods.between(partner.since, last) if contract.owes(partner, period)]
    return [standing_of(contract, partner, period, state, as_of) for period in reversed(wanted)]


def standing_of(contract: Contract, partner: Partner, period: str, state: LedgerState, as_of: date) -> Standing:
    """How one obligation stands on a day."""
    due = periods.deadline(period, contract.deadline_days)
    key = (partner.code, contract.program, period)
    sent = [item for item in state.submissions.values() if (item.partner, item.program, item.period) == key]
    last = max(sent, key=lambda item: item.seq, default=None)
    counting = {sid for (a, b, c, _), sid in state.counting().items() if (a, b, c) == key}
    counted = max((item for item in sent if item.id in counting), key=lambda item: item.seq, default=None)
    shown = counted or last
    if counted is not None:
        what = "reported"
    elif key in state.nil:
        what = "confirmed_zero"
    elif any((w.partner, w.program, w.period) == key and _in_force(w, as_of) for w in state.waivers):
        what = "excused"
    elif as_of <= periods.last_day(period):
        what = "not_due"
    else:
        what = "due" if as_of <= due else "missing"
    # Late is who first reported late; a correction that comes later does not make them so.
    received = min((item.received_on for item in sent if item.loaded), default=None) if counted else None
    return Standing(
        program=contract.program,
        partner=partner.code,
        period=period,
        due_date=due,
        state=what,
        received_on=received,
        late=(received or as_of) > due and what in ("reported", "missing"),
        submission_id=shown.id if shown else None,
        verdict=shown.state if shown else None,
        approved=bool(counted and counted.approved_by),
        next_step=_next(what, last, counted),
    )


def _in_force(waiver: Any, as_of: date) -> bool:
    return waiver.indicator is None and (waiver.expires_on is None or as_of <= waiver.expires_on)


def _next(what: str, last: Any, counted: Any) -> str:
    if last is not None and last.state == "needs_answer":
        return "partner: answer the question"
    if last is not None and last.state == "returned":
        return "partner: correct and hand in again"
    if counted is not None and counted.approved_by:
        return ""
    if counted is not None and counted.state == "accepted_with_warnings" and not counted.confirmed_by:
        return "partner: confirm the warnings"
    if counted is not None:
        return "lead: approve"
    return "partner: hand in" if what in ("due", "missing") else ""
