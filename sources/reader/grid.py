"""The grid a person sees: raw cell values of one sheet with their Excel positions.

No contract knowledge belongs here, and no casting.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

#: Sheets larger than this are refused; a quarter's return is far smaller.
MAX_ROWS = 100_000
MAX_COLUMNS = 1_000
MAX_CELLS = 2_500_000
MAX_SHEETS = 250
#: The longest text Excel itself can hold in one cell.
MAX_CELL_TEXT = 32_767


@dataclass(frozen=True)
class ErrorCell:
    """A cell that shows an error such as ``#DIV/0!``; Excel readers turn it into a blank."""

    code: str

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True)
class UncachedFormula:
    """A formula whose result was never calculated, so its value is not in the file."""

    def __str__(self) -> str:
        return "a formula without a result"


UNCACHED = UncachedFormula()


@dataclass
class SheetNotes:
    """What a scan of a sheet's own file says beyond its values. Positions are 0-based ``(row, column)``.

    Attributes:
        errors: Error text by position.
        uncached: Formulas without a calculated result.
        formulas: Every formula cell.
        merges: Merged ranges as first row, first column, last row, last column.
        hidden_rows: Hidden or filtered-out rows.
        hidden_columns: Hidden columns.
        percents: Cells formatted as a percentage, where the scan was asked for them.
        under_merge: Values that lie under a merged cell where nobody sees them.
        last_row: Last row tag seen, at least as large as the last filled row.
        hidden: The sheet itself is hidden, where the values' reader cannot tell (OpenDocument).
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncached: set[tuple[int, int]] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    percents: set[tuple[int, int]] = field(default_factory=set)
    under_merge: set[tuple[int, int]] = field(default_factory=set)
    last_row: int = -1
    hidden: bool = False


@dataclass
class Grid:
    """One sheet, or one csv file, as columns of raw values.

    Attributes:
        file: Display name of the file.
        sheet: Sheet name; ``None`` for csv.
        first_row: 0-based row of the first value of every column.
        first_col: 0-based column of ``columns[0]``.
        columns: Values column by column; blanks are ``""``.
        lines: csv only: editor line (1-based) on which each record starts.
        hidden: The sheet itself is hidden.
        date1904: Serial numbers count from 1904.
        notes: What the scan found.
    """

    file: str
    sheet: str | None
    first_row: int
    first_col: int
    columns: list[tuple[Any, ...]]
    lines: list[int] | None = None
    hidden: bool = False
    date1904: bool = False
    notes: SheetNotes = field(default_factory=SheetNotes)
    _distinct: dict[int, set[Any]] = field(default_factory=dict, repr=False)

    def distinct(self, index: int) -> set[Any]:
        """The different values of a held column, gathered once; ``True`` and ``1`` are one here."""
        found = self._distinct.get(index)
        if found is None:
            found = self._distinct[index] = set(self.columns[index])
        return found

    def rows_with(self, index: int, values: Iterable[Any], start: int = 0) -> list[int]:
        """Rows of a held column, from ``start`` on, that hold one of a few values."""
        column = self.columns[index]
        found: set[int] = set()
        for value in values:
            row = start - 1
            try:
                while True:
                    row = column.index(value, row + 1)
                    found.add(row)
            except ValueError:
                continue
        return sorted(found)

    @property
    def height(self) -> int:
        """Rows held."""
        return len(self.columns[0]) if self.columns else 0

    def row_number(self, index: int) -> int:
        """Row of a position as a person counts it: Excel's number, or the editor's line in csv."""
        return self.lines[index] if self.lines is not None else self.first_row + index + 1

    def row_numbers(self, rows: Sequence[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
        """:meth:`row_number` of many positions."""
        import numpy as np

        positions = np.array(rows, dtype=np.int64)
        if self.lines is None:
            return positions + (self.first_row + 1)
        return np.array(self.lines, dtype=np.int64)[positions]

    def letter(self, index: int) -> str:
        """Letter of the ``index``-th column held."""
        return column_letter(self.first_col + index)

    def cell(self, row: int, column: int) -> str:
        """Reference of a held cell, as messages show it."""
        return cell_name(self.sheet, self.row_number(row), self.letter(column))

    def row_values(self, index: int) -> list[Any]:
        """The raw values of one row."""
        return [column[index] for column in self.columns]

    def place(self) -> str:
        """How a sentence names this grid: ``Sheet KPI`` or ``The file``."""
        return f"Sheet {self.sheet}" if self.sheet is not None else f"File {self.file}"

    def put_back(self) -> None:
        """Put error cells and formulas without a result back where the reader left blanks."""
        marks: dict[tuple[int, int], Any] = dict.fromkeys(self.notes.uncached, UNCACHED)
        marks.update((position, ErrorCell(code)) for position, code in self.notes.errors.items())
        if not marks:
            return
        if not self.columns:
            self.first_row, self.first_col = min(row for row, _ in marks), min(column for _, column in marks)
        self._grow(marks)
        by_column: dict[int, list[tuple[int, Any]]] = {}
        for (row, column), mark in marks.items():
            by_column.setdefault(column - self.first_col, []).append((row - self.first_row, mark))
        for index, column_marks in by_column.items():
            cells = list(self.columns[index])
            for row, mark in column_marks:
                cells[row] = mark
            self.columns[index] = tuple(cells)

    def _grow(self, positions: Iterable[tuple[int, int]]) -> None:
        rows = [row for row, _ in positions]
        columns = [column for _, column in positions]
        above = max(0, self.first_row - min(rows))
        below = max(0, max(rows) - (self.first_row + self.height - 1))
        left = max(0, self.first_col - min(columns))
        right = max(0, max(columns) - (self.first_col + len(self.columns) - 1))
        if above or below:
            self.columns = [("",) * above + column + ("",) * below for column in self.columns]
        height = self.height if self.columns else above + below
        blank = ("",) * height
        self.columns = [blank] * left + self.columns + [blank] * right
        self.first_row -= above
        self.first_col -= left


def column_letter(index: int) -> str:
    """Excel's letter of a 0-based column."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """0-based column of Excel's letters."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def cell_name(sheet: str | None, row: int, letter: str) -> str:
    """``C14`` on a sheet, ``line 14, column C`` in csv."""
    return f"{letter}{row}" if sheet is not None else f"line {row}, column {letter}"
