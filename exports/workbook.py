"""A thin layer over XlsxWriter: one look for all workbooks, text always inert, bytes reproducible."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from exports import safe, verdict, wording

INK = "#1F2937"
HEADER = "#1D3557"
RULE = "#D5DAE1"
AMBER = "#FFE08A"
#: Number formats by unit; a value keeps its full precision underneath.
UNIT_FORMATS = {"EUR": '"€"#,##0;-"€"#,##0', "percent": '0.0"%"'}
COUNT_FORMAT = "#,##0"
DECIMAL_FORMAT = "#,##0.0"
ATTAINED_FORMAT = '0.0"%"'
ATTAINED_BOUND_FORMAT = '"≥"0.00"%"'
CENTS_FORMAT = '"€"#,##0.00;-"€"#,##0.00'
#: Characters of a note's line: notes run over the columns beside them.
NOTE_LENGTH = 190
#: A sheet wider than this prints on A3, so that it stays legible.
A4_WIDTH = 230
#: Zero as a dash: an amount that is budget alone is not a payment of €0.
PART_FORMAT = '"€"#,##0;-"€"#,##0;"–"'
POINTS_FORMAT = '0.0" points"'
_FORMATS = {
    "eur": UNIT_FORMATS["EUR"],
    "cents": CENTS_FORMAT,
    "part": PART_FORMAT,
    "native": "#,##0.00",
    "date": "d mmm yyyy",
    "year": "0",
    "rate": "0.0000",
    "share": UNIT_FORMATS["percent"],
    "gap": "0.0",
}
_TEXTS: dict[str, dict[str, Any]] = {
    "text": {"indent": 1, "align": "left"},
    "line": {"indent": 1, "align": "left", "text_wrap": False},
    "flag": {"align": "center"},
}
#: Fill and ink of a state's cell; the word is always in the cell too.
STATE_COLOURS = {
    "reported": ("#D8F0DD", "#14532D"),
    "confirmed_zero": ("#E3F1F5", "#164E63"),
    "due": ("#FFF2C2", "#713F12"),
    "missing": ("#FAD4D4", "#7F1D1D"),
    "excused": ("#E9E4F5", "#4C1D95"),
    "not_due": ("#F3F4F6", "#4B5563"),
    "target_met": ("#BFE8C9", "#14532D"),
    "on_track": ("#D8F0DD", "#14532D"),
    "behind": ("#FAD4D4", "#7F1D1D"),
    "improving": ("#FFF2C2", "#713F12"),
    "no_detectable_change": ("#FFF2C2", "#713F12"),
    "worsening": ("#FAD4D4", "#7F1D1D"),
}


@dataclass(frozen=True)
class Column:
    """One column of a sheet: its heading, width in characters, and how its cells look.

    Attributes:
        key: Key of the row dictionary.
        style: ``text`` (wrapped), ``line`` (text on one line), ``flag`` (text in the middle), ``count``,
            ``native`` (an amount in its own currency), ``eur``, ``cents``, ``part`` (euros, a dash for none),
            ``rate``, ``share`` (percent), ``gap`` (points), ``attained``, ``date``, ``year``, ``unit`` (the format
            follows the row's unit) or ``per_year`` (the same per year).
    """

    key: str
    heading: str
    width: float = 14
    style: str = "text"


def unit_format(unit: object, value: object) -> str:
    """The number format of a value in its unit; decimals only where a count has them and they are worth seeing."""
    whole = not isinstance(value, (float, Decimal)) or value == int(value) or abs(value) >= 100
    return UNIT_FORMATS.get(str(unit), COUNT_FORMAT if whole else DECIMAL_FORMAT)


def attained_format(row: dict[str, Any]) -> str:
    """The number format of an attainment: a range is judged by its worse bound, so there it is *at least*."""
    return ATTAINED_BOUND_FORMAT if verdict.is_range(row) else ATTAINED_FORMAT


def _lines(wrapped: Sequence[Column], row: dict[str, Any]) -> int:
    """Lines the tallest text of a row needs once wrapped; not every program fits row heights by itself."""
    most = 1
    for column in wrapped:
        text = row.get(column.key)
        if isinstance(text, str) and len(text) * 1.15 > column.width - 1:
            most = max(most, len(textwrap.wrap(text, max(4, int((column.width - 1) / 1.15)))))
    return min(most, 20)


class Book:
    """A workbook being written; :meth:`close` gives its bytes."""

    def __init__(self, title: str, as_of: str, synthetic: bool) -> None:
        import xlsxwriter

        self._sink = io.BytesIO()
        self._book = xlsxwriter.Workbook(
            self._sink,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "nan_inf_to_errors": False,
            },
        )
        # The day the figures speak for, not the clock: the same figures give the same bytes.
        created = datetime.fromisoformat(f"{as_of}T00:00:00")
        self._book.set_properties(
            {
                "title": safe.cell_text(title),
                "author": "Coalition Impact Warehouse",
                "comments": wording.SYNTHETIC if synthetic else "",
                "created": created,
            }
        )
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._looks: dict[int, dict[str, Any]] = {}
        self._numbers: dict[str, Any] = {}
        self._texts = {style: self.body(**properties) for style, properties in _TEXTS.items()}
        self.synthetic = synthetic
        #: Name and title of each sheet so far.
        self.topics: list[tuple[str, str]] = []

    @property
    def table_row(self) -> int:
        """Row (from 0) where every sheet's table has its header."""
        return 4 if self.synthetic else 3

    def format(self, **properties: Any) -> Any:
        """A cell format, made once per set of properties."""
        base = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "top"}
        key = tuple(sorted((base | properties).items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(dict(key))
            self._looks[id(self._formats[key])] = dict(key)
        return self._formats[key]

    def body(self, **properties: Any) -> Any:
        """A cell of a table's body: a hairline below, text wrapped."""
        return self.format(**({"bottom": 1, "bottom_color": RULE, "text_wrap": True, "valign": "vcenter"} | properties))

    def sheet(self, name: str, title: str, subtitle: str, last_column: int) -> tuple[Any, int]:
        """A new sheet with title, subtitle and, for synthetic data, the banner.

        Returns:
            The XlsxWriter worksheet and the row where its table's header goes.
        """
        sheet = self._book.add_worksheet(name)
        self.topics.append((name, title))
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer(f"&L&8{'Synthetic sample' if self.synthetic else ''}&C&8&A&R&8Page &P of &N")
        self.text(sheet, 0, 0, title, self.format(bold=True, font_size=16, font_color=HEADER))
        sheet.set_row(0, 24)
        self.text(sheet, 1, 0, subtitle, self.format(font_color="#4B5563"))
        if self.synthetic:
            banner = self.format(bold=True, bg_color=AMBER, font_color="#5F3B00", valign="vcenter")
            for column in range(last_column + 1):
                sheet.write_blank(2, column, None, banner)
            self.text(sheet, 2, 0, wording.SYNTHETIC, banner)
            sheet.set_row(2, 20)
        return sheet, self.table_row

    def text(self, sheet: Any, row: int, column: int, text: object, cell_format: Any = None) -> None:
        """Write text as a string cell, whatever it looks like; nothing where it is missing.

        What looks like a formula is marked as text besides, so that it stays text when somebody edits the cell.
        """
        if safe.is_blank(text):
            sheet.write_blank(row, column, None, cell_format)
            return
        said = safe.cell_text(str(text))
        sheet.write_string(row, column, said, self._inert(said, cell_format))

    def link(self, sheet: Any, place: tuple[int, int], target: str, text: object, cell_format: Any, tip: str) -> None:
        """Write text that leads to a cell of this workbook, such as ``Definitions!A6``."""
        said = safe.cell_text(str(text))
        sheet.write_url(*place, f"internal:{target}", self._inert(said, cell_format), said, tip)

    def _inert(self, said: str, cell_format: Any) -> Any:
        """The format, with the mark that text like a formula needs."""
        if not safe.is_formula_like(said):
            return cell_format
        return self.format(**self._looks.get(id(cell_format), {}), quote_prefix=True)

    def value(self, sheet: Any, row: int, column: int, value: object, cell_format: Any = None) -> None:
        """Write a number, date or text in its own cell type; a missing value stays a blank cell."""
        if value is None:
            sheet.write_blank(row, column, None, cell_format)
            return
        if isinstance(value, str):
            self.text(sheet, row, column, value, cell_format)
            return
        value = safe.plain(value)
        if isinstance(value, Decimal):
            value = float(value)
        if isinstance(value, bool):
            self.text(sheet, row, column, "yes" if value else "no", cell_format)
        elif isinstance(value, (int, float)):
            sheet.write_number(row, column, value, cell_format)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, cell_format)
        else:
            self.text(sheet, row, column, value, cell_format)

    def heading(self, align: str = "left") -> Any:
        """The format of a table's heading."""
        return self.format(
            bold=True,
            bg_color=HEADER,
            font_color="#FFFFFF",
            text_wrap=True,
            align=align,
            indent=int(align != "center"),
            valign="vcenter",
            border=1,
            border_color=HEADER,
        )

    def header(self, sheet: Any, row: int, headings: Sequence[str], rows: int, freeze_columns: int = 1) -> None:
        """Write the header row of a table, freeze it, filter it and repeat it on every printed page."""
        for column, heading in enumerate(headings):
            self.text(sheet, row, column, heading, self.heading())
        sheet.set_row(row, 32)
        sheet.freeze_panes(row + 1, freeze_columns)
        sheet.autofilter(row, 0, row + max(rows, 1), len(headings) - 1)
        sheet.repeat_rows(row)

    def table(
        self,
        name: str,
        title: str,
        subtitle: str,
        columns: Sequence[Column],
        rows: Sequence[dict[str, Any]],
        freeze_columns: int = 1,
    ) -> Any:
        """A whole sheet with one filterable table; an empty one says so."""
        sheet, top = self.sheet(name, title, subtitle, len(columns) - 1)
        self.header(sheet, top, [column.heading for column in columns], len(rows), freeze_columns)
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width)
            if column.style not in _TEXTS:
                self.text(sheet, top, index, column.heading, self.heading("right"))
        if sum(column.width for column in columns) > A4_WIDTH:
            sheet.set_paper(8)
        wrapped = [column for column in columns if column.style == "text"]
        for line, row in enumerate(rows, start=top + 1):
            sheet.set_row(line, 15 * _lines(wrapped, row) + 4)
            for index, column in enumerate(columns):
                self.value(sheet, line, index, row.get(column.key), self.style(column, row))
        if not rows:
            self.text(sheet, top + 1, 0, "Nothing to show yet.", self.format(italic=True))
        return sheet

    def style(self, column: Column, row: dict[str, Any]) -> Any:
        """The body format of a column's cell in a row."""
        style = column.style
        if style in _TEXTS:
            return self._texts[style]
        if style == "unit":
            return self._number(unit_format(row.get("unit"), row.get(column.key)))
        if style == "per_year":
            per_year = POINTS_FORMAT if row.get("unit") == "percent" else None
            return self._number(per_year or unit_format(row.get("unit"), row.get(column.key)))
        if style == "attained":
            return self._number(attained_format(row))
        return self._number(_FORMATS.get(style, COUNT_FORMAT))

    def _number(self, num_format: str) -> Any:
        if num_format not in self._numbers:
            self._numbers[num_format] = self.body(num_format=num_format, align="right", indent=1)
        return self._numbers[num_format]

    def notes(self, sheet: Any, row: int, notes: Iterable[str], heading: str = "How to read this") -> int:
        """Lines of explanation below a table; returns the row after the last."""
        self.text(sheet, row, 0, heading, self.format(bold=True, font_color=HEADER))
        for note in notes:
            for line in textwrap.wrap(note, NOTE_LENGTH, subsequent_indent="    "):
                row += 1
                self.text(sheet, row, 0, line, self.format(font_color="#374151"))
        return row + 1

    def chart(self, options: dict[str, Any]) -> Any:
        """A native chart of this workbook."""
        return self._book.add_chart(options)

    def close(self) -> bytes:
        """Finish the workbook and return its bytes."""
        self._book.close()
        return self._sink.getvalue()
