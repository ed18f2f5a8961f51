"""Solutions, interventions, awarded and member organisations by name, in the lead's workbook."""

from __future__ import annotations

from typing import Any

from exports import kpi_columns, wording
from exports.workbook import Book

TABLE = "pub_leads__named_items"


def add(book: Book, rows: list[dict[str, Any]]) -> None:
    """Add the sheet; none where nothing is reported by name."""
    if not rows:
        return
    lines = [
        row
        | {
            "kind_word": wording.humanised(row["item_kind"]),
            "stage_word": wording.humanised(row["stage_code"]),
            "detail_word": wording.humanised(row["detail"]),
        }
        for row in rows
    ]
    lines.sort(key=lambda row: (row["program_name"], row["item_kind"], row["item_name"], row["item_code"]))
    about = "Solutions, interventions and organisations as partners name them, at the stage of their newest return."
    book.table("By name", "What partners report by name", about, kpi_columns.NAMED, lines)
