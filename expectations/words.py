"""How values, cells and lists are worded in messages to partners. Plain functions, no rules."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import pandas as pd

from sources.contract.model import Column
from sources.reader.issues import letters_wanted
from sources.reader.ranges import cell_ranges, listed, row_ranges, runs

__all__ = [
    "cell_ranges",
    "day",
    "how_to_fill",
    "listed",
    "missing",
    "number",
    "quoted",
    "raw",
    "row_ranges",
    "runs",
    "short",
    "shown",
    "span",
]


def number(value: float) -> str:
    """``1200.0`` → ``1,200``; ``3.50`` → ``3.5``; at most four decimals."""
    text = f"{float(value):,.4f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text.replace("-", "−")


def span(low: float, high: float) -> str:
    """``120``, or ``1 to 4`` where only bounds are known."""
    return number(low) if low == high else f"{number(low)} to {number(high)}"


def day(value: Any) -> str:
    """``3 April 2026``."""
    when = pd.Timestamp(value)
    return f"{when.day} {when:%B %Y}"


def missing(value: Any) -> bool:
    """True for ``None``, NaN, NaT and the empty string."""
    return value is None or value is pd.NaT or value == "" or (isinstance(value, float) and math.isnan(value))


def shown(column: Column, value: Any) -> str:
    """A typed value as a person would write it: label for a code, date in words, grouped digits."""
    if missing(value):
        return "empty"
    if column.codes is not None:
        labels = {code.code: code.label for code in column.codes.codes}
        return "; ".join(labels.get(part, part) for part in str(value).split(";"))
    if column.kind == "date":
        return day(value)
    if column.kind == "boolean":
        return "Yes" if value else "No"
    if column.kind in ("integer", "decimal", "money", "percent"):
        return number(float(value))
    return short(str(value))


def raw(value: Any) -> str:
    """A raw cell value as it was typed, shortened."""
    if missing(value):
        return "empty"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, date):
        return day(value)
    return short(str(value))


def short(text: str, limit: int = 60) -> str:
    """One line of at most ``limit`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def quoted(column: Column, value: Any) -> str:
    """The raw value in quotes; for personal data only ``this value``, so that messages hold none."""
    return "this value" if column.personal else f"“{raw(value)}”"


def how_to_fill(column: Column, *, named: bool = False) -> str:
    """What to type into a cell of the column, with an example; ``named`` where the cell is another one."""
    where = f" in “{column.label}”" if named else ""
    like = f", for example {column.examples[0]}" if column.examples else ""
    if column.codes is not None:
        if column.multiple:
            return f"Choose one or more from the list{where}, separated by a semicolon{like}."
        letters = letters_wanted(column)
        if letters:
            return f"Type {letters} letters{where}{like}."
        return f"Choose from the list{where}{like}."
    if column.kind == "date":
        return f"Type a date{where}{like or ', for example 2026-09-30'}."
    if column.kind == "boolean":
        return f"Type Yes or No{where}."
    if column.kind in ("integer", "decimal", "money", "percent"):
        return f"Type a number{where}{like}."
    return f"Fill in “{column.label}”{like}." if named else f"Fill it in{like}."
