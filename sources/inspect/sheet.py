"""A grid as the inspection looks at it: only what is visible, with the kind of every cell.

Rows are counted here without the hidden ones; :meth:`Sheet.number` gives back the number a person sees.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import numpy as np

from sources.inspect.kinds import BLANK, DATE, ERROR, FLAG, NUMBER, SIGN, TEXT, kinds
from sources.reader.grid import Grid
from sources.reader.text import clean

_SPACE = re.compile(r"\s+")
Ints = np.ndarray[Any, np.dtype[np.int64]]


class Sheet:
    """One grid without its hidden rows.

    Attributes:
        kinds: Kind of every visible cell.
        filled: Whether a visible cell holds something.
        rows: Grid position of every visible row.
        hidden: Grid positions of the hidden rows that hold something.
        merges: Merged ranges in positions of this sheet: first row, first column, last row, last column.
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        every = kinds(grid)
        concealed = [row - grid.first_row for row in grid.notes.hidden_rows]
        concealed = sorted(row for row in concealed if 0 <= row < grid.height)
        shown = np.ones(grid.height, dtype=bool)
        shown[concealed] = False
        self.rows: Ints = np.flatnonzero(shown)
        self.hidden = [row for row in concealed if (every[row] != BLANK).any()]
        self.kinds = every[self.rows] if concealed else every
        self.filled = self.kinds != BLANK
        self.count = self.filled.sum(axis=1) if len(grid.columns) else np.zeros(len(self.rows), dtype=np.int64)
        place = {int(row): index for index, row in enumerate(self.rows)}
        self.merges = [
            (place[top], left, place[bottom], right)
            for top, left, bottom, right in (
                (a - grid.first_row, b - grid.first_col, c - grid.first_row, d - grid.first_col)
                for a, b, c, d in grid.notes.merges
            )
            if top in place and bottom in place and 0 <= left < len(grid.columns)
        ]

    @property
    def height(self) -> int:
        """Visible rows."""
        return len(self.rows)

    def value(self, row: int, column: int) -> Any:
        """Raw value of a visible cell."""
        return self.grid.columns[column][int(self.rows[row])]

    def text(self, row: int, column: int) -> str:
        """What a person reads in a cell, on one line."""
        return shown(self.value(row, column))

    def number(self, row: int) -> int:
        """Row as Excel or an editor numbers it."""
        return self.grid.row_number(int(self.rows[row]))

    def cell(self, row: int, column: int) -> str:
        """Reference of a visible cell, as messages show it."""
        return self.grid.cell(int(self.rows[row]), column)

    def cells(self, row: int, columns: Sequence[int]) -> list[int]:
        """The columns, of some, in which a row holds something."""
        return [column for column in columns if self.filled[row, column]]

    def merge_at(self, row: int, column: int) -> tuple[int, int, int, int] | None:
        """The merged range that begins at a cell."""
        return next((merge for merge in self.merges if merge[:2] == (row, column)), None)


def shown(value: Any) -> str:
    """A raw value on one line, as a person reads it."""
    if isinstance(value, str):
        return value if value.isalnum() else _SPACE.sub(" ", clean(value)).strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def classes(sheet: Sheet, rows: Sequence[int], columns: Sequence[int]) -> dict[int, int]:
    """The kind that rules each column over some rows: number, date, flag, else text; blank columns are left out."""
    part = sheet.kinds[np.ix_(list(rows), list(columns))]
    found: dict[int, int] = {}
    counts = {kind: (part == kind).sum(axis=0) for kind in (TEXT, NUMBER, DATE, FLAG, ERROR, SIGN)}
    for index, column in enumerate(columns):
        of = {kind: int(counts[kind][index]) for kind in counts}
        plain = of[TEXT] + of[NUMBER] + of[DATE] + of[FLAG]
        if not plain:
            if of[ERROR] or of[SIGN]:
                found[column] = NUMBER if of[ERROR] else SIGN
            continue
        ruling = max((NUMBER, DATE, FLAG), key=lambda kind: of[kind])
        found[column] = ruling if of[ruling] >= 0.6 * plain else TEXT
    return found
