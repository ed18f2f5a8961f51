"""What header rows are recognised by: the rows under them, years and even runs of numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sources.inspect.kinds import FLAG, NUMBER, SIGN, TEXT
from sources.inspect.sheet import Sheet

_WINDOW = 40
_MARKED_YEAR = re.compile(r"((?:18|19|20|21)\d{2})\s*(?:[*†‡]{1,3}|[perf]|\(\w\)|\[\w{1,8}\])", re.IGNORECASE)


@dataclass
class Heading:
    """Header rows of a table, and the first row under them. Positions are those of the :class:`Sheet`.

    Attributes:
        rows: The rows that make the names, top to bottom; empty where there is no header.
        tags: Rows among the header rows that hold hashtags or units only.
        below: First row that can be data.
        sure: Whether the rows differ from what stands under them beyond doubt.
        doubts: Readings a person must choose between.
        numbered: A row under the names that only counts the columns.
    """

    rows: list[int]
    below: int
    sure: bool = True
    tags: set[int] = field(default_factory=set)
    doubts: list[str] = field(default_factory=list)
    numbered: int | None = None


def window_under(sheet: Sheet, columns: Sequence[int], row: int, end: int) -> list[int]:
    """The rows under one, down to the next blank row once at least two of them are full."""
    rows: list[int] = []
    full = 0
    widest = 0
    part = list(columns)
    for below in range(row + 1, min(end, row + 400)):
        count = int(sheet.filled[below, part].sum())
        if count == 0:
            if full >= 2:
                break
            continue
        if count >= max(2, 0.5 * widest) or len(part) == 1:
            if count > 2 * widest:
                full = 0
            widest = max(widest, count)
            full += 1
            rows.append(below)
        if len(rows) >= _WINDOW:
            break
    return [below for below in rows if sheet.filled[below, part].sum() >= 0.5 * widest]


def years_in(sheet: Sheet, held: Sequence[int], row: int, window: Sequence[int]) -> list[int]:
    """Columns whose cell in a row is a year, or one of an even run of numbers, as headers are and data is not."""
    numbers = [column for column in held if sheet.kinds[row, column] == NUMBER]
    values = [whole(sheet.value(row, column)) for column in numbers]
    if not numbers or any(value is None for value in values):
        return []
    found = [value for value in values if value is not None]
    below = {
        column: [whole(sheet.value(other, column)) for other in window if sheet.filled[other, column]]
        for column in numbers
    }
    if all(1850 <= value <= 2150 for value in found):
        if len(found) >= 3 and is_even(found) and not is_even(numbers_at(sheet, numbers, window[:1])):
            return numbers
        if any(value is not None and 1850 <= value <= 2150 for others in below.values() for value in others[:1]) and (
            sum(value is not None and 1850 <= value <= 2150 for others in below.values() for value in others)
            > 0.3 * sum(map(len, below.values()))
        ):
            return []
        words = [column for column in held if column not in numbers and sheet.kinds[row, column] in (TEXT, FLAG, SIGN)]
        if len(numbers) >= 2 or words:
            return numbers
        return []
    if len(found) < 3:
        return []
    steps = [second - first for first, second in pairwise(found)]
    even = steps.count(1) + steps.count(5) * (steps[0] == 5) >= 0.8 * len(steps) and steps[0] in (1, 5)
    next_row = window[0] if window else None
    if even and next_row is not None:
        others = [whole(sheet.value(next_row, column)) for column in numbers]
        if others != found and any(
            first is None or second is None or second - first != steps[0] for first, second in pairwise(others)
        ):
            return numbers
    return []


def is_even(values: Sequence[int]) -> bool:
    """Whether numbers follow each other by one step that is not zero."""
    steps = {second - first for first, second in pairwise(values)}
    return len(steps) == 1 and 0 not in steps


def numbers_at(sheet: Sheet, columns: Sequence[int], rows: Sequence[int]) -> list[int]:
    """The whole numbers among some cells."""
    values = [whole(sheet.value(row, column)) for row in rows for column in columns]
    return [value for value in values if value is not None]


def whole(value: object) -> int | None:
    """A cell's value as a whole number; ``None`` where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return int(value) if float(value).is_integer() and abs(value) < 1e9 else None
    if isinstance(value, str) and value.strip().isdigit() and len(value.strip()) < 9:
        return int(value)
    marked = _MARKED_YEAR.fullmatch(value.strip()) if isinstance(value, str) else None
    return int(marked[1]) if marked is not None else None
