"""The six key actions in the lead's workbook: what serves each of them, and how far it is."""

from __future__ import annotations

from typing import Any

from exports import kpi_columns, wording
from exports.workbook import Book

TABLE = "pub_leads__key_actions"
_KINDS = ("indicator", "report", "data_set", "recommendation", "action", "webinar")


def add(book: Book, rows: list[dict[str, Any]]) -> None:
    """Add the sheet; none where nothing serves a key action."""
    if not rows:
        return
    lines = []
    for row in rows:
        words = {
            "kind_word": wording.humanised(row["item_kind"]),
            "shown": wording.value_text(row) if row["item_kind"] == "indicator" else None,
            "unit_word": wording.unit_text(row["unit"]),
            "stage_word": wording.humanised(row["stage_code"]),
        }
        lines.append(row | words)
    lines.sort(
        key=lambda row: (row["key_action_name"], _KINDS.index(row["item_kind"]), row["program_name"], row["item_name"])
    )
    about = (
        "Indicators with their last known value; reports, data sets, recommendations, actions and webinars by stage."
    )
    sheet = book.table("Key actions", "The six key actions and what serves them", about, kpi_columns.KEY_ACTIONS, lines)
    statements = sorted({(row["key_action_name"], row["key_action_statement"]) for row in lines})
    notes = [f"{name}: {statement}." for name, statement in statements]
    book.notes(sheet, book.table_row + len(lines) + 2, notes, "What the key actions call for")
