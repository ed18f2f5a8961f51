"""What a ``released`` event means: which build was signed, and which log it stands on.

The event holds the release's whole manifest, so that its file can be written anew from the log.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sources import periods
from sources.log.event import ChainBroken, canonical
from sources.log.records import moment
from sources.log.submissions import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from sources.log.event import Event
    from sources.log.state import LedgerState


@dataclass(frozen=True)
class ReleaseMark:
    """One release, as the fold of the log keeps it.

    Attributes:
        name: Such as ``2026-Q3.r1``.
        log_seq: Last event the released build knew of; ``seq`` is the release's own event.
        code_hash: Hash of the code that made its figures.
        rates_hash: Hash of the exchange rates they rest on.
    """

    name: str
    period: str
    build_id: str
    released_on: date
    seq: int
    log_seq: int
    log_head: str
    code_hash: str
    rates_hash: str


def manifest_hash(manifest: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a manifest."""
    return hashlib.sha256(canonical(manifest).encode()).hexdigest()


def release_payload(manifest: dict[str, Any]) -> dict[str, Any]:
    """Payload of the ``released`` event of a manifest."""
    return {"name": manifest["name"], "manifest_sha256": manifest_hash(manifest), "manifest": manifest}


def manifest_of(event: Event) -> dict[str, Any]:
    """The manifest a ``released`` event holds. Raises :class:`ChainBroken` where it is not the one hashed."""
    manifest: dict[str, Any] = event.payload["manifest"]
    if manifest_hash(manifest) != event.payload["manifest_sha256"]:
        raise ChainBroken(event.seq, f"event {event.seq} holds another manifest than it names")
    return manifest


def release_mark(event: Event) -> ReleaseMark:
    """What the fold keeps of a ``released`` event."""
    manifest = event.payload["manifest"]
    return ReleaseMark(
        name=manifest["name"],
        period=manifest["period"],
        build_id=manifest["build_id"],
        released_on=moment(event.at).date(),
        seq=event.seq,
        log_seq=manifest["log_seq"],
        log_head=manifest["log_head"],
        code_hash=manifest["code_hash"],
        rates_hash=manifest["rates_hash"],
    )


def compared_with(releases: Iterable[ReleaseMark]) -> list[tuple[ReleaseMark, str]]:
    """The releases that quarters are compared with, and the first quarter of each: the newest one that covers it."""
    found: list[tuple[ReleaseMark, str]] = []
    covered = ""
    for mark in reversed([*releases]):
        if mark.period > covered:
            found.append((mark, periods.shift(covered, 1) if covered else periods.FIRST_PERIOD))
            covered = mark.period
    return found


def release_rows(
    earlier: Callable[[int], LedgerState], state: LedgerState, code_hash: str, rates_hash: str
) -> dict[str, list[dict[str, Any]]]:
    """Rows of the ledger's ``releases`` and ``release_changes``.

    Args:
        earlier: The log of ``state`` as it stood at an event.
        code_hash: The code that makes figures now; with other code a figure may be another without any return changing.
        rates_hash: The exchange rates figures rest on now.
    """
    marks = sorted(compared_with(state.releases), key=lambda item: item[1])
    releases = [
        {
            "release_name": mark.name,
            "released_on": mark.released_on,
            "from_period": first,
            "to_period": mark.period,
            "is_same_definition": (mark.code_hash, mark.rates_hash) == (code_hash, rates_hash),
        }
        for mark, first in marks
    ]
    changes = [
        {"release_name": mark.name, "program_code": program, "partner_code": partner, "period": period}
        for mark, _ in marks
        for partner, program, period in _changed(earlier(mark.log_seq), state)
    ]
    return {"releases": releases, "release_changes": changes}


def _changed(then: LedgerState, now: LedgerState) -> list[Place]:
    """Returns for which something else counts than did, by program; only quarters with an event since can hold one."""
    quarters = sorted(quarter for quarter, mark in now.marks.items() if then.marks.get(quarter) != mark)
    found = []
    for quarter in quarters:
        before, after = inputs(then, *quarter), inputs(now, *quarter)
        found += [place for place in {**before, **after} if before.get(place) != after.get(place)]
    return sorted(found, key=lambda place: (place[1], place[0], place[2]))


def inputs(state: LedgerState, program: str, period: str) -> dict[Place, str]:
    """What counts for each return of a quarter, as text to compare: which submissions, and which rows come in."""
    found: dict[Place, list[Any]] = {}
    for key, version in state.versions_of(program, period=period).items():
        verdict = version.submission.verdict
        table = verdict.tables[key.table] if verdict is not None else None
        what = [key.table, version.submission.id, verdict.rests_on if verdict is not None else ""]
        rows = [table.rows, table.totals, table.quarantined] if table is not None else []
        found.setdefault((key.partner, key.program, key.period), []).append([*what, *rows])
    for nil in state.nil.values():
        if (nil.program, nil.period) == (program, period):
            found.setdefault((nil.partner, nil.program, nil.period), []).append(["nil", nil.id])
    return {place: canonical(what) for place, what in found.items()}
