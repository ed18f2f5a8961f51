"""The state of a long log without folding all of it: an index of what was received, the rest from the log when asked.

What few events change (answers remembered, nothing to report, waivers, targets, commentary, releases, erasures) is
folded at once; the events of a submission are folded when something looks at it. The result is the fold of all events:
a test says so for any log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sources.log.state import LedgerState, fold
from sources.log.submissions import Past

if TYPE_CHECKING:
    from sqlalchemy import Select, Table

    from sources.log.events import EventLog
    from sources.log.submissions import Submissions

#: What changes nothing but the submission it is about, unless the payload holds the key named here.
OF_ONE = {
    "received": '"origin":',
    "judged": '"rules":',
    "approved": None,
    "confirmed": None,
    "reopened": None,
    "returned": None,
}
#: Submissions asked for by name; for more of them the whole log is read once.
_MANY = 2000


def opened(log: EventLog, until: int | None = None) -> LedgerState:
    """The log as :func:`sources.log.state.fold` would give it; later events change nothing in it.

    Args:
        until: ``seq`` of the last event to take in; the whole log by default.
    """
    head = log.head(until)
    if head.seq == 0:
        return LedgerState()
    received = log.rows(lambda table: _received(table, head.seq))
    touched = log.rows(lambda table: _touched(table, head.seq))
    apart = log.selected(lambda table: _apart(table, head.seq))

    def about(ids: list[str]) -> Submissions:
        if len(ids) > _MANY:
            return fold(log.selected(lambda table: table.select().where(table.c.seq <= head.seq))).submissions
        return fold(log.selected(lambda table: _about(table, ids, head.seq))).submissions

    past = Past(
        {one or "": (partner or "", program or "", period or "") for one, partner, program, period in received}, about
    )
    newest: dict[tuple[str, str], int] = {}
    asked: dict[str, int] = {}
    judged: dict[str, int] = {}
    for number, program, period, last, last_asked, last_judged in touched:
        place = past.places.get(number or "")
        if place is not None:
            asked[number] = max(last_asked, asked.get(number, 0))
            judged[number] = max(last_judged, judged.get(number, 0))
        quarter = place[1:] if place is not None else (program, period)
        if None not in quarter:
            newest[quarter] = max(last, newest.get(quarter, 0))
    hashes = dict(log.rows(lambda table: _hashes(table, [*newest.values()])))
    marks = {quarter: hashes[seq] for quarter, seq in newest.items()}
    waiting = [number for number, seq in asked.items() if seq > judged[number]]
    return fold(apart).upon(past, head.seq, head.hash, marks, waiting)


def _received(table: Table, until: int) -> Select[Any]:
    from sqlalchemy import select

    one = table.c
    columns = select(one.submission_id, one.partner, one.program, one.period)
    return columns.where(one.kind == "received", one.seq <= until).order_by(one.seq)


def _touched(table: Table, until: int) -> Select[Any]:
    """Last event about each submission or quarter, and the last that asked for a verdict or gave one."""
    from sqlalchemy import case, func, select

    one = table.c
    about = (one.submission_id, one.program, one.period)
    asked = func.max(case((one.kind.in_(("received", "answered")), one.seq), else_=0))
    judged = func.max(case((one.kind == "judged", one.seq), else_=0))
    return select(*about, func.max(one.seq), asked, judged).where(one.seq <= until).group_by(*about)


def _hashes(table: Table, seqs: list[int]) -> Select[Any]:
    from sqlalchemy import select

    return select(table.c.seq, table.c.hash).where(table.c.seq.in_(seqs))


def _apart(table: Table, until: int) -> Select[Any]:
    """Events that change more than one submission, and all about a submission of which something was erased."""
    from sqlalchemy import and_, or_, select

    one = table.c
    named = [
        and_(one.kind == kind, one.payload.contains(key, autoescape=True))
        for kind, key in OF_ONE.items()
        if key is not None
    ]
    erased = select(one.submission_id).where(one.kind == "erased")
    return table.select().where(or_(one.kind.not_in(OF_ONE), *named, one.submission_id.in_(erased)), one.seq <= until)


def _about(table: Table, ids: list[str], until: int) -> Select[Any]:
    return table.select().where(table.c.submission_id.in_(ids), table.c.seq <= until)
