"""The sheet on pace: what is needed per year, what there has been, and what that leads to."""

from __future__ import annotations

from typing import Any

from exports import kpi_columns, wording
from exports.workbook import Book

NOTES = (
    "Needed per year: what is missing to the target, spread evenly over the time left. So far per year: what was added "
    "since the baseline, spread over the time since. Shares change by percentage points.",
    "Planned by now: on the line from the baseline through every dated target. Targets on the way are planning "
    "assumptions unless their sheet names a source.",
    "Forecast for 2030: what there is so far, plus the average quarter for each quarter left; of a level, the "
    "straight line through its quarters. Not of shares and bounds, and from eight quarters on. "
    "“At least” and “at most” are a 95% prediction interval: it holds if "
    "the coming quarters vary around their average as the past ones did; it knows nothing of plans or contracts.",
    "On track: at least 95% of the way planned by now. Of a range, attained, needed per year, so far per year and "
    "forecast are worked out from the worse bound; progress is judged only where both bounds lead to the same "
    "answer.",
)


def add(book: Book, rows: list[dict[str, Any]]) -> None:
    """Add the sheet; ``rows`` are headline rows of one quarter, those without a target are left out."""
    shown = [
        row
        | {
            "unit_word": wording.unit_text(row["unit"]),
            "judged": wording.value_text(row),
            "progress_word": wording.progress(row["progress_status"], sign=True),
        }
        for row in rows
        if row["target_value"] is not None
    ]
    about = "Indicators that have a target. A blank cell means: cannot be worked out; it does not mean zero."
    sheet = book.table("Pace and forecast", "Pace and forecast", about, kpi_columns.PACE, shown)
    book.notes(sheet, book.table_row + max(len(shown), 1) + 2, NOTES)
