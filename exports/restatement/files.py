"""The restatement as files: exact for program leads, as shown for everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exports import safe
from exports.restatement.ledger import COLUMNS

if TYPE_CHECKING:
    from exports.restatement.ledger import Restatement


def rows_csv(found: Restatement, indicator: str | None = None) -> bytes:
    """Every changed figure with a column per cause, as a safe CSV."""
    records = [change.record() for change in found.changes if indicator in (None, change.about.get("indicator_code"))]
    return safe.csv_bytes(list(COLUMNS), ([record[name] for name in COLUMNS] for record in records))
