"""First sheet of the program lead's workbook: the latest quarter's headline figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exports import verdict, wording
from exports.workbook import HEADER, INK, STATE_COLOURS, Book, attained_format, unit_format

NOTES = (
    "Value: a figure written low–high is a range the true value lies in, for example where one person may have been "
    "counted twice. “no data” means nothing was reported; it does not mean zero.",
    "Target: “assumed” marks a planning assumption; the others are published statements of the initiative.",
    "Trend: the last eight quarters, each by itself; the numbers are on the sheet “Trend”.",
    "Returns in: returns received, of those due; in brackets the share of the last comparable value that those "
    "received cover. Figures with returns missing will change.",
    "Data: provisional until a program lead has approved every return behind the figure; then approved; then released.",
    "Attained: how much of the way from the baseline to the target is done; “≥” where it rests on the worse bound of a "
    "range; blank without a target or a baseline.",
    "Progress: on track means at least 95% of the way planned by now, on the line through every dated target; a "
    "running total below that is behind. What can also fall is improving from a tenth of the way to the target on, "
    "worsening from a tenth of the baseline in the wrong direction on, and shows no detectable change between. Not "
    "assessable: the note says why.",
    "Click an indicator for its definition. What is needed per year, and the forecast, are on “Pace and forecast”.",
)
#: Heading, width, alignment of each column; the first is there only where several programs are shown.
_PROGRAM = ("Program", 28, "left")
_COLUMNS = (
    ("Indicator", 40, "left"),
    ("Value", 17, "right"),
    ("Unit", 14, "left"),
    ("Covers", 17, "left"),
    ("Target", 15, "right"),
    ("Target is", 13, "left"),
    ("Attained", 12, "right"),
    ("Trend, by quarter", 20, "left"),
    ("Returns in", 13, "center"),
    ("Data", 13, "left"),
    ("Progress", 19, "left"),
    ("Note", 30, "left"),
)


@dataclass(frozen=True)
class Links:
    """Where the sheet points to.

    Attributes:
        definitions: Row number, as Excel counts, of each indicator on the sheet “Definitions”.
        trend: Range of each indicator's quarters on the sheet “Trend”.
        series: The values in that range.
    """

    definitions: dict[str, int]
    trend: dict[str, str]
    series: dict[str, list[float | None]]


def add(book: Book, title: str, about: str, rows: list[dict[str, Any]], links: Links) -> None:
    """Add the sheet; ``rows`` are KPI rows of one quarter."""
    several = len({row["program_code"] for row in rows}) > 1
    columns = (_PROGRAM, *_COLUMNS) if several else _COLUMNS
    sheet, top = book.sheet("Indicators", title, about, len(columns) - 1)
    book.header(sheet, top, [heading for heading, _, _ in columns], len(rows), freeze_columns=1 + several)
    for column, (heading, width, align) in enumerate(columns):
        sheet.set_column(column, column, width)
        book.text(sheet, top, column, heading, book.heading(align))
    for line, row in enumerate(rows, start=top + 1):
        sheet.set_row(line, 40)
        if several:
            book.text(sheet, line, 0, row["program_name"], _cell(book, font_color="#4B5563", font_size=10))
        _line(book, sheet, line, int(several), row, links)
    book.notes(sheet, top + len(rows) + 2, [*NOTES, *verdict.explained(rows)])
    sheet.activate()


def _line(book: Book, sheet: Any, line: int, first: int, row: dict[str, Any], links: Links) -> None:
    _linked_name(book, sheet, (line, first), row, links)
    write_value(book, sheet, (line, first + 1), row)
    target = "no target" if row["target_value"] is None else row["target_value"]
    cells = [
        (wording.unit_text(row["unit"]), _cell(book)),
        (wording.span_text(row["span"], row["kind"], row["period"]), _cell(book)),
        (target, number_format(book, row["unit"], row["target_value"])),
        (_target_is(row), _cell(book, italic=row["target_basis"] == "assumed")),
        (row["attainment_pct"], _cell(book, align="right", num_format=attained_format(row))),
        (None, _cell(book)),
        (
            wording.coverage(row["coverage_met"], row["coverage_due"], row["coverage_share_pct"]),
            _cell(book, align="center", indent=0),
        ),
        (wording.data_status(row["data_status"]), _cell(book)),
        (wording.progress(row["progress_status"], sign=True), _state(book, row["progress_status"])),
        (verdict.note(row), _cell(book, font_size=9)),
    ]
    for column, (value, style) in enumerate(cells, start=first + 2):
        book.value(sheet, line, column, value, style)
    if row["indicator_code"] in links.trend:
        known = [point for point in links.series.get(row["indicator_code"], []) if point is not None]
        options = {"range": links.trend[row["indicator_code"]], "type": "column", "series_color": HEADER, "min": 0}
        if known and min(known) >= 0 and max(known) > 0:
            # Room above the tallest column, so that rows do not run into one another.
            options["max"] = 1.25 * max(known)
        else:
            del options["min"]
        sheet.add_sparkline(line, first + 7, options)


def write_value(book: Book, sheet: Any, place: tuple[int, int], row: dict[str, Any], **properties: Any) -> None:
    """A KPI value: a number where one is known, else “low–high”, “no data” or the hidden range in words."""
    if row["value"] is not None and row.get("is_suppressed") is not True:
        style = number_format(book, row["unit"], row["value"], bold=True, **properties)
        book.value(sheet, *place, row["value"], style)
    else:
        text = wording.value_text(row)
        known = text != wording.NO_DATA
        look = {"align": "right", "bold": known, "font_color": INK if known else "#6B7280"}
        book.text(sheet, *place, text, _cell(book, **(look | properties)))


def number_format(book: Book, unit: object, value: object, **properties: Any) -> Any:
    """The format of a number in its unit."""
    return _cell(book, num_format=unit_format(unit, value), align="right", **properties)


def _linked_name(book: Book, sheet: Any, place: tuple[int, int], row: dict[str, Any], links: Links) -> None:
    name = str(row["indicator_name"])
    style = _cell(book, bold=True, font_color="#1D4E89", indent=0)
    if row["indicator_code"] in links.definitions:
        target = f"Definitions!A{links.definitions[row['indicator_code']]}"
        book.link(sheet, place, target, name, style, "Open the definition")
    else:
        book.text(sheet, *place, name, style)


def _target_is(row: dict[str, Any]) -> str | None:
    if row["target_value"] is None:
        return None
    year = "" if row["target_year"] is None else f"by {int(row['target_year'])}, "
    return f"{year}{row['target_basis'] or ''}".removesuffix(", ")


def _state(book: Book, state: object) -> Any:
    fill, ink = STATE_COLOURS.get(str(state), STATE_COLOURS["not_due"])
    return _cell(book, bg_color=fill, font_color=ink)


def _cell(book: Book, **properties: Any) -> Any:
    return book.body(**({"valign": "vcenter", "indent": 1} | properties))
