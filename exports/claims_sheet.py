"""Claims in the lead's workbook: what the initiative has said of itself, held against the data, nothing hidden."""

from __future__ import annotations

from typing import Any

from exports import claims_html, kpi_columns
from exports.workbook import STATE_COLOURS, Book

TABLE = "pub_leads__claims"
_STATES = {"supported": "on_track", "contradicted": "behind", "cannot_tell": "not_due"}
_NOTES = (
    "A figure that is known within bounds supports a claim only where every value between them does. While returns "
    "are missing, a sum that is large enough supports, and nothing contradicts. What is not measured cannot be told.",
    "Small counts stand here as they are; on the page for readers outside they are hidden, and there the claim cannot "
    "be told.",
)


def add(book: Book, rows: list[dict[str, Any]], several: bool) -> None:
    """Add the sheet “Claims”; none where there is nothing to show.

    Args:
        several: The workbook is of all programs, so that each row names its own.
    """
    if not rows:
        return
    lines = [
        row
        | {
            "claimed": claims_html.claimed_text(row),
            "found": claims_html.found_text(row),
            "when": claims_html.when_text(row),
            "verdict_word": claims_html.VERDICT[row["verdict"]],
        }
        for row in sorted(rows, key=lambda row: row["claim_number"])
    ]
    columns = (kpi_columns.CLAIM, *((kpi_columns.PROGRAM,) if several else ()), *kpi_columns.CLAIMS)
    about = "What the initiative’s public pages say of it, word for word, and what the data says."
    sheet = book.table("Claims", "What was said, and what the data says", about, columns, lines)
    place = [column.key for column in columns].index("verdict_word")
    for line, row in enumerate(lines, start=book.table_row + 1):
        fill, ink = STATE_COLOURS[_STATES[row["verdict"]]]
        look = book.body(bg_color=fill, font_color=ink, align="center")
        book.text(sheet, line, place, row["verdict_word"], look)
    notes = (claims_html.ON_SAMPLE, *_NOTES) if any(row["is_synthetic"] for row in lines) else _NOTES
    book.notes(sheet, book.table_row + len(lines) + 2, notes)
