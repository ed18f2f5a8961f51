"""Files as publishers make them, each with what a person reads in it. Every figure and name is invented."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Truth:
    """What a person reads in one table; rows are 1-based."""

    header: tuple[int, int]
    first: int
    last: int
    count: int
    columns: tuple[str, ...]
    sheet: str | None = "Data"


@dataclass(frozen=True)
class Case:
    """One file: how to make it, and its tables; ``ask`` where only a person can tell."""

    name: str
    make: Callable[[], bytes]
    tables: tuple[Truth, ...] = ()
    ask: bool = False
    codes: tuple[str, ...] = ()
    left_out: tuple[tuple[int, int, str], ...] = ()


def workbook(
    *sheets: tuple[str, Rows],
    merges: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[str] = (),
    hidden_sheets: Sequence[str] = (),
    start: tuple[int, int] = (0, 0),
    more: Callable[[Any, Any], None] | None = None,
) -> bytes:
    """An xlsx by XlsxWriter. Merges are like ``B3:D3``; their value is that of their first cell."""
    import xlsxwriter
    from xlsxwriter.utility import xl_cell_to_rowcol

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, {**options, "default_date_format": "yyyy-mm-dd"})
    first = None
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        first = first or sheet
        for index, row in enumerate(rows):
            for column, value in enumerate(row):
                if value not in ("", None):
                    if isinstance(value, str) and value.startswith("=="):
                        sheet.write_formula(start[0] + index, start[1] + column, value[1:])
                    else:
                        sheet.write(start[0] + index, start[1] + column, value)
        if name in hidden_sheets:
            sheet.hide()
    assert first is not None
    for where in merges:
        top, left = xl_cell_to_rowcol(where.split(":")[0])
        rows = sheets[0][1]
        first.merge_range(where, rows[top - start[0]][left - start[1]])
    for row in hidden_rows:
        first.set_row(row - 1, None, None, {"hidden": True})
    for letter in hidden_columns:
        first.set_column(f"{letter}:{letter}", None, None, {"hidden": True})
    if more is not None:
        more(book, first)
    book.close()
    return buffer.getvalue()


def by_openpyxl(name: str, rows: Rows, merges: Sequence[str] = ()) -> bytes:
    """An xlsx by openpyxl."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = name
    for row in rows:
        sheet.append([None if value == "" else value for value in row])
    for where in merges:
        sheet.merge_cells(where)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def opendocument(name: str, rows: Rows, merges: Sequence[str] = ()) -> bytes:
    """An ods by odfpy, with the million empty rows spreadsheets append."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import CoveredTableCell, Table, TableCell, TableRow
    from odf.text import P
    from openpyxl.utils import range_boundaries

    spans, covered = {}, set()
    for where in merges:
        left, top, right, bottom = range_boundaries(where)
        spans[top - 1, left - 1] = (right - left + 1, bottom - top + 1)
        covered |= {(r, c) for r in range(top - 1, bottom) for c in range(left - 1, right)} - {(top - 1, left - 1)}
    document = OpenDocumentSpreadsheet()
    table = Table(name=name)
    for index, row in enumerate(rows):
        line = TableRow()
        for column, value in enumerate(row):
            if (index, column) in covered:
                line.addElement(CoveredTableCell())
                continue
            more = {}
            if (index, column) in spans:
                across, down = spans[index, column]
                more = {"numbercolumnsspanned": across, "numberrowsspanned": down}
            if value in ("", None):
                line.addElement(TableCell(**more))
                continue
            if isinstance(value, (date, datetime)):
                cell = TableCell(valuetype="date", datevalue=value.isoformat(), **more)
            elif isinstance(value, (int, float)):
                cell = TableCell(valuetype="float", value=str(value), **more)
            else:
                cell = TableCell(valuetype="string", **more)
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    tail = TableRow(numberrowsrepeated="1048000")
    tail.addElement(TableCell(numbercolumnsrepeated="1000"))
    table.addElement(tail)
    document.spreadsheet.addElement(table)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def text(
    rows: Rows,
    delimiter: str = ",",
    newline: str = "\n",
    encoding: str = "utf-8",
    *,
    before: str = "",
    quoting: int = csv.QUOTE_MINIMAL,
    ragged: bool = False,
) -> bytes:
    """A csv. ``ragged`` drops empty cells at the end of lines, as people who type do."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n", quoting=quoting)
    for row in rows:
        cells = [value.isoformat() if isinstance(value, (date, datetime)) else value for value in row]
        while ragged and cells and cells[-1] == "":
            cells.pop()
        writer.writerow(cells)
    return (before + buffer.getvalue()).replace("\n", newline).encode(encoding)


@dataclass(frozen=True)
class Layout:
    """Rows of one sheet and what is to be read in them, for every format."""

    name: str
    rows: list[list[Any]]
    truth: tuple[int, int, int, int, int]
    columns: tuple[str, ...]
    merges: tuple[str, ...] = ()
    ask: bool = False
    codes: tuple[str, ...] = ()
    left_out: tuple[tuple[int, int, str], ...] = ()
    options: dict[str, Any] = field(default_factory=dict)

    def table(self, sheet: str | None) -> Truth:
        """The truth with its sheet."""
        top, bottom, first, last, count = self.truth
        return Truth((top, bottom), first, last, count, self.columns, sheet)
