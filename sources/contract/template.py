"""The partner's template workbook, from the contract alone.

One sheet per table (a hidden tag row, the header, drop-downs, notes), a plain how-to sheet, one worked
example per table, the code lists, and a hidden sheet with contract id and version.
"""

from __future__ import annotations

import io
import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sources.contract.model import Column, Contract, Table
from sources.contract.prefill import COMPARISON_NOTE, LastReturn, meta_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    import xlsxwriter

META_SHEET = "_impact"
LISTS_SHEET = "Lists"
TAG_ROW = 3  # 0-based: title, guidance, blank, tags, header, data
DATA_ROWS = 2000
#: What a return is called, after what it is due, and what it is about, by how often a program is reported.
_WORDS = {
    "quarter": ("quarterly return", "quarter", "this quarter"),
    "year": ("yearly return", "year", "this year"),
    "wave": ("return of a wave", "quarter the wave is reported for", "for this wave"),
}
_SCREEN = 110  # characters across
_UNITS = {"currency": "amount in the currency beside it", "percent": "percent, for example 47"}


def template_bytes(
    contract: Contract,
    *,
    partner: str | None = None,
    period: str | None = None,
    last: Mapping[str, LastReturn] | None = None,
) -> bytes:
    """The template as xlsx bytes, the same for the same contract.

    Args:
        partner: Partner code written into the hidden sheet, where the template is made for one.
        period: Quarter written into the hidden sheet and the titles.
        last: What the partner reported last, by table: rows that recur are filled in, figures stand on a
            sheet of their own.
    """
    last = last or {}
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": f"{contract.title} – return", "created": datetime(2023, 1, 1)})
    style = {
        "title": book.add_format({"bold": True, "font_size": 14, "font_color": "#1f3a5f"}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format(
            {
                "bold": True,
                "bg_color": "#1f3a5f",
                "font_color": "white",
                "text_wrap": True,
                "valign": "top",
                "border": 1,
            }
        ),
        "optional": book.add_format(
            {"bold": True, "bg_color": "#dbe4ee", "text_wrap": True, "valign": "top", "border": 1}
        ),
        "note": book.add_format({"italic": True, "font_color": "#555555", "text_wrap": True, "valign": "top"}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "money": book.add_format({"num_format": "#,##0.00"}),
        "count": book.add_format({"num_format": "#,##0"}),
        "plain": book.add_format({"num_format": "@"}),
    }
    _how_to(book, contract, style, period, last)
    ranges = _list_ranges(contract)
    for table in contract.tables:
        sheet = _table_sheet(book, contract, table, style, ranges, period)
        _fill_in(sheet, table, last.get(table.name))
        if last and table is contract.tables[0]:
            sheet.activate()
    if last:
        _comparison(book, contract, last, style)
    for table in contract.tables:
        _example_sheet(book, table, style)
    _lists(book, contract, style)
    _meta(book, contract, partner, period, last)
    book.close()
    return buffer.getvalue()


def guidance(column: Column) -> str:
    """What to type in a column, in words: meaning, unit, codes, limits and an example."""
    parts = [column.description]
    if column.unit and column.unit != "currency":
        parts.append(f"Unit: {_UNITS.get(column.unit, column.unit)}.")
    if column.kind == "date":
        parts.append("Date, for example 2026-09-30.")
    if column.kind == "boolean":
        parts.append("Yes or No.")
    if column.codes is not None:
        parts.append(
            "Choose from the list." if not column.multiple else "Codes from the list, separated by semicolons."
        )
    if column.interval:
        parts.append("Fewer than five may be written <5.")
    if column.examples:
        parts.append(f"Example: {column.examples[0]}")
    parts.append("Needed." if column.required else "May be left blank; blank is not zero.")
    return " ".join(part for part in parts if part)


def _how_to(
    book: xlsxwriter.Workbook,
    contract: Contract,
    style: dict[str, Any],
    period: str | None,
    last: Mapping[str, LastReturn],
) -> None:
    sheet = book.add_worksheet("How to")
    sheet.set_column(0, 0, 100, style["text"])
    words = _WORDS[contract.period_kind]
    sheet.write_string(0, 0, f"{contract.title} – {words[0]}", style["title"])
    lines = [
        f"Quarter: {period}" if period else "",
        contract.description,
        f"Due {contract.deadline_days} days after the last day of the {words[1]}.",
        "",
        "1. Fill one row per record on each sheet. Dark headers must be filled, light ones may be left blank.",
        "2. Click a cell to read what belongs there. Lists drop down; their full labels are on the sheet Lists.",
        "3. Blank means “not known”, 0 means “none”. They are not the same.",
        "4. Do not add people who must not be named: no names, addresses, phone numbers or health details.",
        "5. Save and hand in the file. Every problem is reported at once, with its cell and what to type instead.",
        "",
        f"Nothing to report {words[2]}? Say so with one click or `impact nil`; an empty file is not the same.",
    ]
    if any(table.filled for table in last.values()):
        lines.insert(
            -2, "6. Rows you reported last time are begun for you: fill in the rest. A row left as it is is not read."
        )
    if last:
        lines.insert(
            -2, f"What you reported last time stands on the sheet {_last_sheet(contract)}, for comparison only."
        )
    lines += [f"{table.label}: {table.description}" for table in contract.tables]
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line, style["text"])


def _table_sheet(
    book: xlsxwriter.Workbook,
    contract: Contract,
    table: Table,
    style: dict[str, Any],
    ranges: dict[str, str],
    period: str | None,
) -> Any:
    sheet = book.add_worksheet(sheet_name(table.label))
    sheet.write_string(0, 0, f"{table.label}{f' – {period}' if period else ''}", style["title"])
    widths = [max(14, min(34, len(column.label) + 4)) for column in table.columns]
    # The sentence goes over as many columns as a screen shows: the first one alone would cut it off.
    spread = next((n for n in range(1, len(widths)) if sum(widths[:n]) >= _SCREEN), len(widths))
    sheet.write_string(1, 0, table.description, style["note"])
    if spread > 1:
        sheet.merge_range(1, 0, 1, spread - 1, table.description, style["note"])
    sheet.set_row(1, 15 * math.ceil(1.1 * len(table.description) / sum(widths[:spread])))
    header = TAG_ROW + 1
    first, last = header + 1, header + DATA_ROWS
    for index, column in enumerate(table.columns):
        form = {"date": "date", "money": "money", "integer": "count", "text": "plain", "code": "plain"}
        sheet.set_column(index, index, widths[index], style.get(form.get(column.kind, "")))
        sheet.write_string(TAG_ROW, index, f"#{table.name}+{column.name}")
        sheet.write_string(header, index, column.label, style["head" if column.required else "optional"])
        rule = _validation(column, ranges)
        if rule is not None:
            sheet.data_validation(first, index, last, index, {**rule, **_input(column)})
    sheet.set_row(TAG_ROW, None, None, {"hidden": True})
    sheet.freeze_panes(first, 1)
    return sheet


def _fill_in(sheet: Any, table: Table, last: LastReturn | None) -> None:
    """The rows that recur, without their figures."""
    for row, filled in enumerate(last.filled if last is not None else (), start=TAG_ROW + 2):
        for index, column in enumerate(table.columns):
            if column.name in filled:
                sheet.write_string(row, index, filled[column.name])


def _last_sheet(contract: Contract) -> str:
    return f"Last {contract.period_kind}"


def _comparison(
    book: xlsxwriter.Workbook, contract: Contract, last: Mapping[str, LastReturn], style: dict[str, Any]
) -> None:
    """What the partner reported last, table under table."""
    sheet = book.add_worksheet(_last_sheet(contract))
    sheet.set_column(0, max(len(table.columns) for table in last.values()) - 1, 20)
    sheet.write_string(0, 0, "What you reported last", style["title"])
    sheet.write_string(1, 0, COMPARISON_NOTE)
    row = 3
    for name, reported in last.items():
        sheet.write_string(row, 0, f"{contract.table(name).label} – {reported.period}", style["title"])
        for index, column in enumerate(reported.columns):
            sheet.write_string(row + 1, index, column.label, style["optional"])
        for number, cells in enumerate(reported.rows, start=row + 2):
            for index, (column, cell) in enumerate(zip(reported.columns, cells, strict=True)):
                if isinstance(cell, date):
                    sheet.write_datetime(number, index, datetime(cell.year, cell.month, cell.day), style["date"])
                elif isinstance(cell, float):
                    kind = {"money": "money", "integer": "count"}.get(column.kind)
                    sheet.write_number(number, index, cell, style[kind] if kind else None)
                elif cell is not None:
                    sheet.write_string(number, index, cell)
        row += len(reported.rows) + 4


def _input(column: Column) -> dict[str, Any]:
    return {
        "input_title": column.label[:32],
        "input_message": guidance(column)[:255],
        "error_title": "Please check",
        "error_message": f"{column.label}: {guidance(column)}"[:255],
        "error_type": "warning",
        "ignore_blank": True,
    }


def _validation(column: Column, ranges: dict[str, str]) -> dict[str, Any] | None:
    if column.codes is not None and not column.multiple:
        return {"validate": "list", "source": f"={ranges[column.codes.id]}"}
    if column.kind == "boolean":
        return {"validate": "list", "source": ["Yes", "No"]}
    if column.kind == "date":
        return {"validate": "date", "criteria": ">=", "value": datetime(2020, 1, 1)}
    if column.kind in ("integer", "decimal", "money", "percent") and not column.interval:
        low = column.minimum if column.minimum is not None else -1e12
        high = column.maximum if column.maximum is not None else 1e12
        kind = "integer" if column.kind == "integer" else "decimal"
        return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
    return {"validate": "any"}


def _example_sheet(book: xlsxwriter.Workbook, table: Table, style: dict[str, Any]) -> None:
    sheet = book.add_worksheet(sheet_name(f"Example {table.label}"))
    sheet.write_string(0, 0, f"Worked example – {table.label} (not read)", style["title"])
    headers = ("Column", "Example", "What belongs there")
    for index, text in enumerate(headers):
        sheet.write_string(2, index, text, style["head"])
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 30)
    sheet.set_column(2, 2, 90, style["text"])
    for row, column in enumerate(table.columns, start=3):
        sheet.write_string(row, 0, column.label)
        sheet.write_string(row, 1, column.examples[0] if column.examples else "")
        sheet.write_string(row, 2, guidance(column), style["text"])


def _lists(book: xlsxwriter.Workbook, contract: Contract, style: dict[str, Any]) -> None:
    lists = _code_lists(contract)
    if not lists:
        return
    sheet = book.add_worksheet(LISTS_SHEET)
    for index, (name, labels) in enumerate(lists.items()):
        sheet.set_column(index, index, 32)
        sheet.write_string(0, index, name.rsplit(".", 1)[-1].replace("_", " ").capitalize(), style["optional"])
        for row, label in enumerate(labels, start=1):
            sheet.write_string(row, index, label)


def _list_ranges(contract: Contract) -> dict[str, str]:
    from xlsxwriter.utility import xl_range_abs

    lists = _code_lists(contract)
    return {
        name: f"{LISTS_SHEET}!{xl_range_abs(1, index, len(labels), index)}"
        for index, (name, labels) in enumerate(lists.items())
    }


def _code_lists(contract: Contract) -> dict[str, tuple[str, ...]]:
    lists: dict[str, tuple[str, ...]] = {}
    for table in contract.tables:
        for column in table.columns:
            if column.codes is not None:
                lists[column.codes.id] = column.codes.labels()
    return lists


def _meta(
    book: xlsxwriter.Workbook,
    contract: Contract,
    partner: str | None,
    period: str | None,
    last: Mapping[str, LastReturn],
) -> None:
    sheet = book.add_worksheet(META_SHEET)
    rows = [("program", contract.program), ("version", contract.version), ("partner", partner or "")]
    rows += [("period", period or ""), ("contract_sha256", contract.sha256), *meta_rows(last)]
    for row, (key, value) in enumerate(rows):
        sheet.write_string(row, 0, key)
        sheet.write_string(row, 1, value)
    sheet.very_hidden()


def sheet_name(label: str) -> str:
    """A label as Excel allows it for a sheet: at most 31 characters, none of ``[]:*?/\\``."""
    return "".join(" " if char in "[]:*?/\\" else char for char in label)[:31].strip()
