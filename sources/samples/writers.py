"""Writers of xlsx, ods and csv with what people put around a table: titles, blank rows, totals."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

from sources.samples.model import NOTICE, ErrorFormula, Value

Row = Mapping[str, Value]


@dataclass(frozen=True)
class Sheet:
    """A sheet with one table.

    Attributes:
        titles: Lines above the header; one of them must be the notice that figures are invented.
        columns: Header by contract column, in the order they stand in the file.
        rows: Rows by contract column; ``None`` leaves a blank row.
        total: A totals row below the table, where there is one.
    """

    name: str
    titles: tuple[str, ...]
    columns: Mapping[str, str]
    rows: Sequence[Row | None]
    total: Row | None = None

    @property
    def header_row(self) -> int:
        """Row of the header as Excel shows it: titles, one blank row, header."""
        return len(self.titles) + 2

    def grid(self) -> list[list[Value]]:
        """The whole sheet, row by row."""
        lines: list[list[Value]] = [[title] for title in self.titles]
        lines += [[], list(self.columns.values())]
        lines += [[] if row is None else [row.get(name) for name in self.columns] for row in self.rows]
        return lines + ([[self.total.get(name) for name in self.columns]] if self.total else [])


def titles(heading: str, partner: str, period: str) -> tuple[str, ...]:
    """Three title lines: that it is invented, what it is, who and when."""
    return NOTICE, heading, f"{partner}; {period}"


def write_xlsx(
    path: Path,
    sheets: Sequence[Sheet],
    *,
    notes: Sequence[str] = (),
    overlay: Mapping[tuple[str, str], Value] | None = None,
) -> Path:
    """Write a workbook.

    ``notes`` are lines of a first sheet “Read me”; ``overlay`` holds values that replace what stands at
    ``(sheet, cell)``, where ``None`` empties the cell.
    """
    import xlsxwriter

    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": NOTICE, "comments": NOTICE, "created": datetime(2026, 1, 1, tzinfo=UTC)})
        bold = book.add_format({"bold": True})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        money = book.add_format({"num_format": "#,##0.00"})

        def put(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Value, head: bool) -> None:
            if isinstance(value, ErrorFormula):
                sheet.write_formula(row, column, value.formula, None, value.shows)
            elif isinstance(value, date):
                sheet.write_datetime(row, column, datetime.combine(value, time()), day)
            elif isinstance(value, Decimal):
                sheet.write_number(row, column, float(value), money)
            elif isinstance(value, str):
                sheet.write_string(row, column, value, bold if head else None)
            elif value is not None:
                sheet.write_number(row, column, value)

        if notes:
            page = book.add_worksheet("Read me")
            for index, note in enumerate((NOTICE, *notes)):
                page.write_string(index, 0, note)
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.set_column(0, len(sheet.columns) - 1, 20)
            grid = sheet.grid()
            for (name, cell), value in (overlay or {}).items():
                if name == sheet.name:
                    row, column = xlsxwriter.utility.xl_cell_to_rowcol(cell)
                    grid[row][column] = value
            for row, line in enumerate(grid):
                for column, value in enumerate(line):
                    put(page, row, column, value, row == 0 or row == sheet.header_row - 1)
    return path


def write_ods(path: Path, sheets: Sequence[Sheet]) -> Path:
    """Write an OpenDocument spreadsheet."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    path.parent.mkdir(parents=True, exist_ok=True)
    book = OpenDocumentSpreadsheet()
    for sheet in sheets:
        table = Table(name=sheet.name)
        for line in sheet.grid():
            row = TableRow()
            for value in line or [None]:
                if value is None:
                    cell = TableCell()
                elif isinstance(value, date):
                    cell = TableCell(valuetype="date", datevalue=value.isoformat())
                elif isinstance(value, int | float | Decimal):
                    cell = TableCell(valuetype="float", value=str(value))
                else:
                    cell = TableCell(valuetype="string")
                if value is not None:
                    cell.addElement(P(text=str(value)))
                row.addElement(cell)
            table.addElement(row)
        book.spreadsheet.addElement(table)
    book.save(str(path))
    return path


def write_csv(
    path: Path,
    sheet: Sheet,
    *,
    delimiter: str = ",",
    decimal: str = ".",
    date_format: str = "%Y-%m-%d",
    encoding: str = "utf-8",
) -> Path:
    """Write a csv; title lines open with ``#``. Money carries thousands separators where ``decimal`` is a comma."""
    path.parent.mkdir(parents=True, exist_ok=True)

    def text(value: Value) -> str:
        if value is None:
            return ""
        if isinstance(value, date):
            return value.strftime(date_format)
        if isinstance(value, Decimal):
            return f"{value:,.2f}".translate(str.maketrans(",.", ".,")) if decimal == "," else f"{value:.2f}"
        if isinstance(value, float):
            return str(value).replace(".", decimal)
        return str(value)

    with path.open("w", encoding=encoding, newline="") as handle:
        for title in sheet.titles:
            handle.write(f"# {title}\n")
        writer = csv.writer(handle, delimiter=delimiter, lineterminator="\n")
        for line in sheet.grid()[sheet.header_row - 1 :]:
            writer.writerow([text(value) for value in line] or [""] * len(sheet.columns))
    return path
