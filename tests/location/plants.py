"""Defects to plant: for each rule of a column or table one change, and the problem it deserves.

What a change deserves is worked out here from the contract alone, never by asking the code under test.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sources.contract.model import Column, Table
from tests.location import explicit
from tests.location.base import Base
from tests.location.explicit import Deserved
from tests.location.layouts import HEADER, Shows, Uncached

NUMBERS = ("integer", "decimal", "money", "percent")


@dataclass(frozen=True)
class Plant:
    """One defect.

    Attributes:
        kind: What is planted, as the score's table says it.
        apply: Changes the return and says which problem that deserves.
        workbook: It exists in workbooks only.
        bands: It is a defect under banded headers too: two columns of one name under two bands are a question.
    """

    kind: str
    table: str
    column: str
    apply: Callable[[Base], Deserved]
    workbook: bool = False
    severity: str = "error"
    bands: bool = True


def plants(base: Base) -> Iterator[Plant]:
    """Every defect that can be planted in a return."""
    for name, rows in base.tables.items():
        for column in rows.table.columns:
            yield from _of_column(base, name, rows.table, column)
        yield from _of_table(base, name, rows.table)
        for rule in rows.table.rules:
            yield from explicit.plants(base, name, rule, Plant)


def _row(base: Base, table: str) -> int:
    """The row to plant in: near the end, so that rows stand before it; never the hidden one."""
    return max(0, len(base.tables[table].rows) - 2) if len(base.tables[table].rows) != 3 else 2


def _cell(table: str, column: str, value: Any, ending: str) -> Callable[[Base], Deserved]:
    def apply(base: Base) -> Deserved:
        at = _row(base, table)
        base.tables[table].rows[at][column] = value
        return Deserved(f"{base.contract.program}.{table}.{column}.{ending}", table, ((at, column),))

    return apply


def _of_column(base: Base, table: str, shape: Table, column: Column) -> Iterator[Plant]:
    ruled = {name for rule in shape.rules for name in rule.columns}

    def plant(kind: str, value: Any, ending: str, **how: Any) -> Plant:
        return Plant(kind, table, column.name, _cell(table, column.name, value, ending), **how)

    yield plant("error in a cell", Shows("#DIV/0!"), "type")
    yield plant("formula without a result", Uncached(), "type", workbook=True)
    if column.kind in NUMBERS:
        yield plant("not a number", "abc", "type")
        yield plant("shortened number", "1.2k", "type")
        yield plant("about a number", "~500", "type")
        if column.kind in ("integer", "money"):
            yield plant("number too large", 1e16, "type")
        if column.minimum is not None:
            yield plant("below its range", _typed(column, column.minimum - 1), "range")
        if column.maximum is not None:
            yield plant("above its range", _typed(column, column.maximum + 1), "range")
    if column.kind == "integer":
        yield plant("not a whole number", 12.5, "type")
    if column.kind == "date":
        yield plant("not a date", "soon", "type")
        yield plant("no day of the calendar", "31/02/2026", "type")
        if column.name not in ruled:
            yield plant("implausible date", dt.date(1945, 3, 1), "plausible_date", severity="warning")
    if column.kind == "boolean":
        yield plant("neither yes nor no", "perhaps", "type")
    if column.codes is not None:
        yield plant("not in its list", "Zzyzx", "in_list")
    if column.required:
        yield plant("empty", None, "required")
    known = {rule.params["column"] for rule in shape.rules if rule.kind == "references"}
    if column.kind == "text":
        yield from _of_text(plant, column, free=column.pattern is None and column.name not in known)
    yield from _notes(base, plant, table, column, ruled)


def _typed(column: Column, value: float) -> float:
    return int(value) if column.kind == "integer" else float(value)


def _of_text(plant: Callable[..., Plant], column: Column, *, free: bool) -> Iterator[Plant]:
    odd = "§ no such § form §"
    if column.pattern is not None and re.match(column.pattern, odd) is None:
        yield plant("written otherwise", odd, "pattern")
    if free:
        yield plant("damaged letters", "CafÃ© of the north", "encoding", severity="warning")
        yield plant("letters of two alphabets", "Кenya", "mixed_scripts", severity="warning")
    long = _too_long(column)
    if long:
        yield plant("too long", long, "max_length")
    if column.key:
        yield plant("damaged id", "1.23E+11", "damaged_id")
    elif free and column.personal is None:
        yield plant("contact details", "write to someone@example.org", "contact_details", severity="warning")


def _too_long(column: Column) -> str:
    """A text one character too long that is fine otherwise; empty where there is none."""
    if column.max_length is None:
        return ""
    for start in (*column.examples, "A"):
        for letter in ("x", "1", "A"):
            text = start + letter * (column.max_length + 1 - len(start))
            if len(text) == column.max_length + 1 and (column.pattern is None or re.match(column.pattern, text)):
                return text
    return ""


def _notes(base: Base, plant: Callable[..., Plant], table: str, column: Column, ruled: set[str]) -> Iterator[Plant]:
    """Values that are taken, with a word on how they were read."""
    at = _row(base, table)
    value = base.tables[table].rows[at][column.name]
    if column.kind in NUMBERS and isinstance(value, int | float) and column.kind != "percent":
        yield plant("number typed as text", str(value), "text_number", workbook=True, severity="info")
    if column.kind in (*NUMBERS, "date") and not column.required and column.name not in ruled:
        yield plant("n/a", "n/a", "read_as_blank", severity="info")
    if column.kind == "date" and isinstance(value, dt.date):
        yield plant("year of two digits", f"{value:%d.%m.%y}", "two_digit_year", severity="warning")
        if column.name not in ruled:
            yield plant("month without a day", f"{value:%b-%y}", "month_only", severity="warning")
    if column.kind == "percent" and any(_is_percent(row[column.name]) for row in base.tables[table].rows[:at]):
        yield plant("percent or share", 0.4, "percent_scale", severity="warning")


def _is_percent(value: Any) -> bool:
    return isinstance(value, int | float) and value > 1


def _of_table(base: Base, table: str, shape: Table) -> Iterator[Plant]:
    program = base.contract.program
    prefix = f"{program}.{table}"
    last = len(base.tables[table].rows) - 1

    def twice(given: Base) -> Deserved:
        given.tables[table].rows.append(dict(given.tables[table].rows[-1]))
        name = shape.key[0]
        return Deserved(f"{prefix}._row.unique_key", table, ((last, name), (last + 1, name)))

    if shape.key:
        yield Plant("key that stands twice", table, "_row", twice)
    for column in shape.columns:
        yield from _of_header(prefix, table, column)

    def extra(given: Base) -> Deserved:
        given.tables[table].headers["remark"] = "Internal remark"
        for row in given.tables[table].rows:
            row["remark"] = "x"
        return Deserved(f"{prefix}._row.extra_columns", table, ((HEADER, "remark"),))

    yield Plant("column that is not asked for", table, "_row", extra, severity="warning")

    def headless(given: Base) -> Deserved:
        given.tables[table].headers["beside"] = ""
        given.tables[table].rows[_row(given, table)]["beside"] = "stray"
        return Deserved(f"{prefix}._row.value_without_header", table, ((_row(given, table), "beside"),))

    yield Plant("value without a header", table, "_row", headless, severity="")
    yield from _totals(prefix, table, shape, base)


def _of_header(prefix: str, table: str, column: Column) -> Iterator[Plant]:
    def missing(given: Base) -> Deserved:
        del given.tables[table].headers[column.name]
        return Deserved(f"{prefix}.{column.name}.column_missing", table, ())

    if column.required:
        yield Plant("column missing", table, column.name, missing)

    def repeated(given: Base) -> Deserved:
        rows = given.tables[table]
        rows.headers["again"] = rows.headers[column.name]
        for row in rows.rows:
            row["again"] = row[column.name]
        return Deserved(f"{prefix}.{column.name}.column_repeated", table, ((HEADER, column.name), (HEADER, "again")))

    yield Plant("column twice", table, column.name, repeated, bands=False)

    def hidden(given: Base) -> Deserved:
        given.tables[table].hidden_columns.add(column.name)
        return Deserved("file.hidden_columns", table, (), column=column.name)

    yield Plant("hidden column", table, column.name, hidden, workbook=True, severity="warning")


def _totals(prefix: str, table: str, shape: Table, base: Base) -> Iterator[Plant]:
    text = next((c.name for c in shape.columns if c.kind == "text"), None)
    rows = base.tables[table].rows
    for column in shape.columns:
        if text is None or column.kind not in ("integer", "decimal", "money"):
            continue
        values = [row[column.name] for row in rows if isinstance(row[column.name], int | float)]
        if not values:
            continue

        def total(given: Base, name: str = column.name, most: float = sum(values) + 5 * len(rows) + 7) -> Deserved:
            given.tables[table].rows.append({text: "Total", name: most})
            return Deserved(f"{prefix}.{name}.total", table, ((len(rows), name),))

        yield Plant("total that is no sum", table, column.name, total, severity="warning")
