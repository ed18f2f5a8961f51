"""The layouts a return comes in, and the cell of every value in each, counted apart from the code under test."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sources.reader import InputFile
from tests.location.base import Base, Rows

HEADER = -1


@dataclass(frozen=True)
class Uncached:
    """A formula whose result is not in the file."""


@dataclass(frozen=True)
class Shows:
    """A cell that shows an error such as ``#DIV/0!``."""

    error: str


@dataclass
class Written:
    """Files, and where everything stands in them.

    Attributes:
        cells: Reference by table, row (``HEADER`` for the header) and column.
        sheets: File and sheet by table.
        lines: Row number by table and row.
    """

    files: list[InputFile] = field(default_factory=list)
    cells: dict[tuple[str, int, str], str] = field(default_factory=dict)
    sheets: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    lines: dict[tuple[str, int], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """One way to lay a return out."""

    name: str
    write: Callable[[Base], Written]
    workbook: bool = True
    bands: bool = False
    decimal: str | None = None
    day_first: bool | None = None
    prepare: Callable[[Base], None] = lambda base: None

    def partner(self, base: Base) -> Any:
        """The partner with what is declared of their files."""
        return replace(base.partner, decimal=self.decimal, day_first=self.day_first)


def letters(index: int) -> str:
    """Excel's letters of a 0-based column, by counting them out."""
    found = [""]
    for length in range(1, 4):
        found = [first + chr(65 + n) for first in found for n in range(26)]
        if index < len(found):
            return found[index]
        index -= 26**length
    raise ValueError(index)


@dataclass(frozen=True)
class _Excel:
    """A workbook with a sheet per table."""

    top: int = 0
    left: int = 0
    titles: tuple[str, ...] = ()
    band: bool = False
    formulas: bool = False
    sheets_before: tuple[str, ...] = ()
    gap: bool = False

    def __call__(self, base: Base) -> Written:
        import xlsxwriter

        written, buffer = Written(), io.BytesIO()
        book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name in self.sheets_before:
            page = book.add_worksheet(name)
            page.write_column(0, 0, ["Please read me first", "Fill in one row per record.", "Hand in by the end."])
        for table, rows in base.tables.items():
            name = rows.table.label[:31]
            page = book.add_worksheet(name)
            written.sheets[table] = ("return.xlsx", name)
            for at, title in enumerate(self.titles):
                page.write_string(at, self.left, title)
            header = self.top + (1 if self.band else 0)
            if self.band:
                self._band(page, rows)
            for at in range(HEADER, len(rows.rows)):
                row = header + 1 + at + (1 if self.gap and at >= 2 else 0)
                written.lines[table, at] = row + 1
                for n, column in enumerate(rows.headers):
                    written.cells[table, at, column] = f"{letters(self.left + n)}{row + 1}"
                    value = rows.headers[column] if at == HEADER else rows.rows[at].get(column)
                    self._put(page, row, self.left + n, value, day)
                if at in rows.hidden_rows:
                    page.set_row(row, None, None, {"hidden": True})
            self._merge_and_hide(page, rows, header, written, table)
        book.close()
        written.files = [InputFile("return.xlsx", buffer.getvalue())]
        return written

    def _band(self, page: Any, rows: Rows) -> None:
        width = len(rows.headers)
        half = width // 2
        for first, last, text in ((0, half - 1, "About it"), (half, width - 1, "What happened")):
            if last > first:
                page.merge_range(self.top, self.left + first, self.top, self.left + last, text)
            else:
                page.write_string(self.top, self.left + first, text)

    def _merge_and_hide(self, page: Any, rows: Rows, header: int, written: Written, table: str) -> None:
        columns = list(rows.headers)
        for first, last, column in rows.merges:
            at = self.left + columns.index(column)
            top, bottom = (written.lines[table, row] - 1 for row in (first, last))
            page.merge_range(top, at, bottom, at, str(rows.rows[first][column]))
        for column in rows.hidden_columns:
            at = self.left + columns.index(column)
            page.set_column(at, at, None, None, {"hidden": True})

    def _put(self, page: Any, row: int, column: int, value: Any, day: Any) -> None:
        if value is None:
            return
        if isinstance(value, Uncached):
            page.write_formula(row, column, "=$A$1&$B$1", None, "")
        elif isinstance(value, Shows):
            page.write_formula(row, column, "=1/0", None, value.error)
        elif isinstance(value, dt.date):
            page.write_datetime(row, column, dt.datetime.combine(value, dt.time()), day)
        elif isinstance(value, int | float):
            if self.formulas:
                page.write_formula(row, column, f"={value!r}+0", None, value)
            else:
                page.write_number(row, column, value)
        else:
            page.write_string(row, column, str(value))


@dataclass(frozen=True)
class _Text:
    """A csv file per table."""

    delimiter: str = ","
    decimal: str = "."
    day: str = "%Y-%m-%d"
    titles: tuple[str, ...] = ()
    broken_lines: bool = False
    ending: str = "\n"

    def __call__(self, base: Base) -> Written:
        written = Written()
        for table, rows in base.tables.items():
            file = f"{table}.csv"
            written.sheets[table] = (file, None)
            lines = [*self.titles, *([""] if self.titles else [])]
            for at in range(HEADER, len(rows.rows)):
                values = rows.headers if at == HEADER else rows.rows[at]
                number = sum(1 + line.count("\n") for line in lines) + 1
                written.lines[table, at] = number
                for n, column in enumerate(rows.headers):
                    written.cells[table, at, column] = f"line {number}, column {letters(n)}"
                texts = [self._text(values.get(column)) for column in rows.headers]
                if self.broken_lines and at == 0:
                    texts = self._break(rows, texts)
                buffer = io.StringIO()
                csv.writer(buffer, delimiter=self.delimiter, lineterminator="\n").writerow(texts)
                lines.append(buffer.getvalue()[:-1])
            text = "".join(line + "\n" for line in lines).replace("\n", self.ending)
            written.files.append(InputFile(file, text.encode("utf-8")))
        return written

    @staticmethod
    def _break(rows: Rows, texts: list[str]) -> list[str]:
        """Line breaks inside a free text of the first row: all lines below move down."""
        columns = {column.name: column for column in rows.table.columns}
        for n, name in enumerate(rows.headers):
            column = columns.get(name)
            free = column is not None and column.kind == "text" and not column.key and column.pattern is None
            if free and not column.personal and texts[n]:
                return [*texts[:n], f"{texts[n]}\nand more\nof it", *texts[n + 1 :]]
        return texts

    def _text(self, value: Any) -> str:
        if value is None or isinstance(value, Uncached):
            return ""
        if isinstance(value, Shows):
            return value.error
        if isinstance(value, dt.date):
            return value.strftime(self.day)
        if isinstance(value, float):
            exact = format(Decimal(str(value)), "f")
            return exact.replace(".", self.decimal)
        return str(value)


TITLES = ("Synthetic sample – invented figures", "Return of the quarter")


def _hide(base: Base) -> None:
    for rows in base.tables.values():
        rows.hidden_rows |= {1} if len(rows.rows) > 2 else set()


LAYOUTS: tuple[Layout, ...] = (
    Layout("plain", _Excel()),
    Layout("header offset", _Excel(top=5, left=2, titles=TITLES)),
    Layout("merged band", _Excel(top=3, titles=TITLES, band=True), bands=True),
    Layout("hidden rows", _Excel(top=3, titles=TITLES), prepare=_hide),
    Layout("formula cells", _Excel(top=1, formulas=True)),
    Layout("second sheet", _Excel(top=2, left=1, titles=TITLES[:1], sheets_before=("READ ME", "Contacts"))),
    Layout("blank row inside", _Excel(top=1, gap=True)),
    Layout("csv", _Text(titles=tuple(f"# {title}" for title in TITLES), broken_lines=True), workbook=False),
    Layout(
        "csv, other locale",
        _Text(delimiter=";", decimal=",", day="%d/%m/%Y", ending="\r\n"),
        workbook=False,
        decimal=",",
        day_first=True,
    ),
)
