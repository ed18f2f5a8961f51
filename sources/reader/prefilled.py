"""Rows of our own template that hold only what was filled in beforehand: told in one line, and not read.

Only a tagged sheet is looked at, and only a row that says word for word what the hidden sheet says was filled in
and nothing else; whatever somebody typed or changed makes it a row of the return.
"""

from __future__ import annotations

from collections.abc import Mapping

from sources.contract.prefill import COMPARISON_NOTE, prefilled_rows
from sources.problems import Problem
from sources.reader.grid import Grid
from sources.reader.headers import Found
from sources.reader.issues import MAX_CELLS_LISTED
from sources.reader.layout import Rows
from sources.reader.ranges import row_ranges
from sources.reader.text import is_blank

WHY = "only filled in beforehand"
_TOP_ROWS = 5


def is_comparison(grid: Grid) -> bool:
    """Whether a sheet shows last quarter's figures, as our template does."""
    return grid.sheet is not None and any(COMPARISON_NOTE in column[:_TOP_ROWS] for column in grid.columns[:2])


def leave_prefilled(program: str, found: Found, rows: Rows, meta: Mapping[str, str]) -> list[Problem]:
    """Take the rows nobody filled in further out of ``rows``, and say which they are."""
    given = prefilled_rows(meta, found.table.name) if found.tagged else set()
    grid = found.grid
    if not given:
        return []
    untouched = [row for row in rows.data if _typed(found, row) in given]
    if not untouched:
        return []
    left = set(untouched)
    rows.data = [row for row in rows.data if row not in left]
    rows.ignored += [(row, row, WHY) for row in untouched]
    numbers = [grid.row_number(row) for row in untouched]
    fix = "Fill in the rest, or leave it where there is nothing to report."
    key = found.table.key[0] if found.table.key and found.table.key[0] in found.columns else None
    index = found.columns[key] if key is not None else min(found.columns.values())
    return [
        Problem(
            rule=f"{program}.{found.table.name}._row.prefilled",
            severity="warning",
            sentence=f"{grid.place()}, {row_ranges(numbers)}: only what was filled in beforehand stands here, "
            f"so it was not read. {fix}",
            file=grid.file,
            sheet=grid.sheet,
            cells=tuple(grid.cell(row, index) for row in untouched[:MAX_CELLS_LISTED]),
            expected="the rest of the row",
            fix=fix,
            count=len(numbers),
            table=found.table.name,
            rows=tuple(numbers),
        )
    ]


def _typed(found: Found, row: int) -> frozenset[tuple[str, str]]:
    cells = ((name, found.grid.columns[index][row]) for name, index in found.columns.items())
    return frozenset((name, str(value).strip()) for name, value in cells if not is_blank(value))
