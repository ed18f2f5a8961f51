"""What an ``erased`` event means: which bytes are gone, and what of a return stays.

The event names hashes, counts and rows, never what stood in them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sources.log.event import Event
    from sources.log.records import Submission, TableRecord

#: The kind of reason an erasure has (``expectations.reasons``).
PERSON_ERASED = "person_erased"


def erased_files(event: Event) -> frozenset[str]:
    """SHA-256 of the originals that are gone."""
    return frozenset(event.payload.get("files", ()))


def after_erasure(submission: Submission, event: Event) -> Submission:
    """The submission as it stands afterwards.

    With ``tables`` in the event its rows go on counting without those erased: they lie in the landing zone as derived
    originals, named by hash. Without, it is taken back.
    """
    tables = event.payload.get("tables")
    if not tables or submission.verdict is None:
        return replace(
            submission,
            withdrawn_by=event.who,
            withdrawn_why=event.why,
            withdrawn_code=PERSON_ERASED,
            approved_by=None,
            pending=False,
            is_erased=True,
            reduced={},
        )
    verdict = replace(
        submission.verdict,
        tables={name: _reduced(record, tables[name]) for name, record in submission.verdict.tables.items()},
        rests_on=event.hash,
    )
    return replace(
        submission,
        verdict=verdict,
        is_erased=True,
        reduced={name: table["sha256"] for name, table in tables.items()},
        erased_rows=submission.erased_rows + sum(len(table["erased"]) for table in tables.values()),
    )


def _reduced(record: TableRecord, table: dict[str, Any]) -> TableRecord:
    return replace(record, rows=table["rows"], totals=table["totals"])
