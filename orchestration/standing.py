"""Who has reported and who is late, as a terminal table."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from expectations.obligations import Standing, standing

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["Standing", "standing", "standing_table"]


def standing_table(rows: list[Standing], as_of: date) -> Table:
    """The obligations as a terminal table: programs as headings, one line per partner, then how many stand where."""
    from rich.table import Table
    from rich.text import Text

    quarters = {row.period for row in rows}
    when = quarters.pop() if len(quarters) == 1 else "Last quarter owed"
    table = Table(
        title=f"{when}, as of {as_of}", caption=_tally(rows), box=None, pad_edge=False, padding=(0, 2, 0, 0),
        title_justify="left", caption_justify="left",
    )  # fmt: skip
    for name in ("Partner", "Quarter", "State", "Received", "Return", "Next"):
        table.add_column(name, no_wrap=name != "Next", overflow="fold")
    for program, group in groupby(rows, key=lambda row: row.program):
        table.add_row(Text(program, style="bold"))
        for row in group:
            received = f"{row.received_on}{' late' if row.late else ''}" if row.received_on else f"due {row.due_date}"
            cells = (f"  {row.partner}", row.period, _became(row), received, row.submission_id or "–", row.next_step)
            table.add_row(*cells)
    return table


def _became(row: Standing) -> str:
    """The state, and what the verdict adds to it."""
    state = row.state.replace("_", " ")
    if row.state == "reported":
        added = {"accepted_with_warnings": " with warnings", "partially_accepted": " in part"}.get(
            row.verdict or "", ""
        )
        return f"{state}{added}{', approved' if row.approved else ''}"
    return f"{state}, {row.verdict.replace('_', ' ')}" if row.verdict else state


def _tally(rows: list[Standing]) -> str:
    states = ("reported", "confirmed_zero", "due", "missing", "excused", "not_due")
    counts = [(sum(row.state == state for row in rows), state.replace("_", " ")) for state in states]
    waiting = sum(row.next_step.startswith("lead") for row in rows)
    parts = [f"{count} {state}" for count, state in counts if count]
    return f"{', '.join(parts)}{f'; {waiting} for the lead to approve' if waiting else ''}"
