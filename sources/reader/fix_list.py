"""The sheet “Fix list” of a marked workbook: known again when the workbook comes back, and not read.

Made by :mod:`expectations.marking`; here only what both sides must agree on.
"""

from __future__ import annotations

from sources.reader.grid import Grid

#: Stands on every Fix list, word for word; a sheet that says so is ours, whatever its name.
FIX_LIST_NOTE = (
    "This sheet was added by the check. It is not read when the file is handed in: leave it in or delete it."
)
_TOP_ROWS = 5


def is_fix_list(grid: Grid) -> bool:
    """Whether a sheet is the Fix list of an earlier answer."""
    return grid.sheet is not None and any(FIX_LIST_NOTE in column[:_TOP_ROWS] for column in grid.columns[:2])
