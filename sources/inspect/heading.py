"""Where a table's header stands: judged by how its rows differ from the rows under them.

Knows no contract. Everything it decides by itself is plain; what can be read in two ways is told as a doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from sources.inspect.kinds import BLANK, DATE, FLAG, NUMBER, SIGN, TEXT
from sources.inspect.sheet import Sheet, classes
from sources.inspect.words import UNIT, header_words
from sources.reader.headers import is_tag_row

_LOOK = 80
_WINDOW = 40


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


def find_heading(sheet: Sheet, columns: Sequence[int], start: int, end: int) -> Heading | None:
    """The header of the first table in a range of rows; ``None`` where there is no table."""
    counts = sheet.filled[start:end][:, list(columns)].sum(axis=1)
    filled = [start + int(row) for row in np.flatnonzero(counts)[: _LOOK + _WINDOW]]
    headerlike: list[int] = []
    stop: int | None = None
    yearly = False
    for row in filled[:_LOOK]:
        window = _window(sheet, columns, row, end)
        if not window:
            break
        look = _look(sheet, columns, row, window)
        if look == "years":
            if yearly:  # one row of years is a header; a second one holds values that look like years
                break
            yearly, look = True, "header"
        if look == "header":
            headerlike.append(row)
        elif look == "data":
            stop = row
            break
    if headerlike:
        return _with_contrast(sheet, columns, start, end, headerlike)
    return _without_contrast(sheet, columns, start, end, stop)


def _window(sheet: Sheet, columns: Sequence[int], row: int, end: int) -> list[int]:
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


def _look(sheet: Sheet, columns: Sequence[int], row: int, window: list[int]) -> str:
    """``header``, ``data``, ``text`` (words over words) or nothing, from a row's contrast with those under it."""
    ruling = classes(sheet, window, columns)
    valued = [column for column, kind in ruling.items() if kind in (NUMBER, DATE, FLAG)]
    width = float(np.median(sheet.filled[np.ix_(window, list(columns))].sum(axis=1)))
    held = sheet.cells(row, columns)
    if not held or (len(columns) > 1 and len(held) < 2):
        return ""
    if is_tag_row([sheet.value(row, column) for column in held]):
        return "header"
    if counts_columns(sheet, held, row):
        return "header" if window and not _all_counting(sheet, held, window[0]) else "data"
    yearly = years_in(sheet, held, row, window)
    unlike = [column for column in valued if _unlike(int(sheet.kinds[row, column]), ruling[column])]
    by_words = len(unlike)
    unlike += [column for column in yearly if column in valued]
    alike = [column for column in valued if column not in unlike and sheet.kinds[row, column] == ruling[column]]
    if alike and len(alike) >= len(unlike) and len(held) >= 0.6 * width:
        return "data"
    if unlike and not alike and len(held) >= 0.3 * width:
        units = all(UNIT.fullmatch(sheet.text(row, column)) for column in held)
        if units or len(unlike) >= 0.5 * len(valued):
            return "header" if by_words >= 0.5 * len(unlike) else "years"
    if unlike and len(unlike) >= 0.7 * len(valued) and len(unlike) >= 3 * len(alike):
        return "header" if by_words >= 0.5 * len(unlike) else "years"
    return "" if alike else "text"


def _unlike(kind: int, ruling: int) -> bool:
    if kind in (BLANK, SIGN):
        return False
    if kind == TEXT:
        return True
    return (kind == DATE and ruling == NUMBER) or (kind == FLAG and ruling in (NUMBER, DATE))


def years_in(sheet: Sheet, held: Sequence[int], row: int, window: Sequence[int]) -> list[int]:
    """Columns whose cell in a row is a year, or one of an even run of numbers, as headers are and data is not."""
    numbers = [column for column in held if sheet.kinds[row, column] == NUMBER]
    values = [_whole(sheet.value(row, column)) for column in numbers]
    if not numbers or any(value is None for value in values):
        return []
    whole = [value for value in values if value is not None]
    below = {
        column: [_whole(sheet.value(other, column)) for other in window if sheet.filled[other, column]]
        for column in numbers
    }
    if all(1850 <= value <= 2150 for value in whole):
        if len(whole) >= 3 and _even(whole) and not _even(_numbers_at(sheet, numbers, window[:1])):
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
    if len(whole) < 3:
        return []
    steps = [second - first for first, second in pairwise(whole)]
    even = steps.count(1) + steps.count(5) * (steps[0] == 5) >= 0.8 * len(steps) and steps[0] in (1, 5)
    next_row = window[0] if window else None
    if even and next_row is not None:
        others = [_whole(sheet.value(next_row, column)) for column in numbers]
        if others != whole and any(
            first is None or second is None or second - first != steps[0] for first, second in pairwise(others)
        ):
            return numbers
    return []


def _even(values: Sequence[int]) -> bool:
    steps = {second - first for first, second in pairwise(values)}
    return len(steps) == 1 and 0 not in steps


def _numbers_at(sheet: Sheet, columns: Sequence[int], rows: Sequence[int]) -> list[int]:
    values = [_whole(sheet.value(row, column)) for row in rows for column in columns]
    return [value for value in values if value is not None]


def _whole(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, (int, float)):
        return int(value) if float(value).is_integer() and abs(value) < 1e9 else None
    if isinstance(value, str) and value.strip().isdigit() and len(value.strip()) < 9:
        return int(value)
    return None


def counts_columns(sheet: Sheet, held: Sequence[int], row: int) -> bool:
    """Whether a row only counts its columns: 1, 2, 3 … or (1), (2), (3) … or A, B, C …."""
    if len(held) < 3 or list(held) != list(range(held[0], held[0] + len(held))):
        return False
    texts = [sheet.text(row, column).strip("()[].") for column in held]
    for first in ("1", "a", "A"):
        if texts[0] == first:
            wanted = [chr(ord(first) + step) if first != "1" else str(step + 1) for step in range(len(texts))]
            return texts == wanted
    return False


def _all_counting(sheet: Sheet, held: Sequence[int], row: int) -> bool:
    return len(_numbers_at(sheet, held, [row])) == len(held) and _even(_numbers_at(sheet, held, [row]))


def _with_contrast(sheet: Sheet, columns: Sequence[int], start: int, end: int, headerlike: list[int]) -> Heading:
    numbered = None
    last = headerlike[-1]
    held = sheet.cells(last, columns)
    if counts_columns(sheet, held, last) and len(headerlike) > 1:
        numbered = last
        headerlike = headerlike[:-1]
        last = headerlike[-1]
    heading = Heading([last], (numbered if numbered is not None else last) + 1, numbered=numbered)
    _settle_last(sheet, columns, heading, headerlike, end)
    add_upper_rows(sheet, columns, heading, start, end)
    return heading


def _settle_last(sheet: Sheet, columns: Sequence[int], heading: Heading, headerlike: list[int], end: int) -> None:
    """Whether the lowest row of words is a header row or a first data row with words where numbers follow."""
    while len(headerlike) > 1:
        last, above = headerlike[-1], headerlike[-2]
        held = sheet.cells(last, columns)
        if heading.numbered is not None or is_tag_row([sheet.value(last, column) for column in held]):
            return
        if all(UNIT.fullmatch(sheet.text(last, column)) for column in held):
            return
        window = _window(sheet, columns, last, end)
        ruling = classes(sheet, window, columns)
        valued = [column for column, kind in ruling.items() if kind in (NUMBER, DATE, FLAG)]
        upper = sheet.cells(above, columns)
        names = [sheet.text(above, column) for column in upper]
        complete = len(upper) >= 0.9 * max(len(held), len(ruling)) and len(set(names)) == len(names)
        if not complete or years_in(sheet, held, last, window):
            return
        if any(merge[0] <= above and merge[2] >= last for merge in sheet.merges):
            return
        again = sum(
            any(sheet.text(other, column) == sheet.text(last, column) for other in window[1:])
            for column in held
            if column not in valued and sheet.kinds[last, column] == TEXT
        )
        words = [column for column in valued if sheet.kinds[last, column] == TEXT]
        if again == 0 and len(words) >= 3 and len(words) >= 0.8 * len(valued):
            return
        if again == 0 and len(words) >= 0.5 * len(valued) and header_score(sheet, columns, last, window) > 0.5:
            heading.doubts.append(
                f"rows {sheet.number(above)} and {sheet.number(last)} both look like the row of names"
            )
            return
        headerlike.pop()
        heading.rows = [above]
        heading.below = above + 1


def header_score(sheet: Sheet, columns: Sequence[int], row: int, window: Sequence[int]) -> float:
    """How much a row of words looks like names of what stands under it: about -1 (a record) to 1 (names)."""
    held = sheet.cells(row, columns)
    if not held:
        return 0.0
    score = 0.0
    known = 0
    for column in held:
        text = sheet.text(row, column)
        below = [sheet.text(other, column) for other in window if sheet.filled[other, column]]
        known += header_words(text) > 0
        if text in below:
            score -= 1.5
            continue
        if not below:
            continue
        distinct = len(set(below))
        if len(below) >= 4 and distinct <= 0.5 * len(below):
            score += 1
        digits = [any(char.isdigit() for char in other) for other in below]
        if sum(digits) >= 0.8 * len(digits) and not any(char.isdigit() for char in text):
            score += 1
        elif any(char.isdigit() for char in text) and not any(digits):
            score -= 0.5
        length = float(np.median([len(other) for other in below]))
        if length >= 2.5 * len(text) and length > 12:
            score += 0.7
        elif len(text) > 2.5 * length and len(text) > 40:
            score -= 0.5
        if "@" in text or text.startswith("http"):
            score -= 1
        spaced = [" " in other or "," in other for other in below]
        if sum(spaced) >= 0.8 * len(spaced) and " " not in text:
            score += 0.3
    return score / len(held) + 1.2 * known / len(held)


def _without_contrast(sheet: Sheet, columns: Sequence[int], start: int, end: int, stop: int | None) -> Heading | None:
    """A table of words only, or rows of data without a header."""
    counts = sheet.filled[start:end][:, list(columns)].sum(axis=1)
    full = [start + int(row) for row in np.flatnonzero(counts)]
    if not full:
        return None
    limit = stop if stop is not None else end
    for row in full[:_LOOK]:
        if row >= limit:
            break
        window = _window(sheet, columns, row, end)
        held = sheet.cells(row, columns)
        if not window:
            break
        width = float(np.median(sheet.filled[np.ix_(window, list(columns))].sum(axis=1)))
        if (len(columns) > 1 and len(held) < 2) or len(held) < 0.6 * width:
            continue
        score = header_score(sheet, columns, row, window)
        if stop is not None:
            if score > 0.3:
                heading = Heading([row], row + 1, sure=False)
                add_upper_rows(sheet, columns, heading, start, end)
                return heading
            continue
        if len(window) < 2 and score < 0.8:
            return None
        heading = Heading([row], row + 1, sure=score > 0.3)
        tags = row + 1 < end and is_tag_row([sheet.value(row + 1, column) for column in columns])
        if tags:
            heading.rows.append(row + 1)
            heading.below, heading.sure = row + 2, True
            heading.tags.add(row + 1)
        elif counts_columns(sheet, sheet.cells(row + 1, columns), row + 1) if row + 1 < end else False:
            heading.numbered, heading.below, heading.sure = row + 1, row + 2, True
        if score < -0.2 and not tags:
            return Heading([], row, sure=False)
        add_upper_rows(sheet, columns, heading, start, end)
        return heading
    return Heading([], stop, sure=False) if stop is not None else None


def add_upper_rows(sheet: Sheet, columns: Sequence[int], heading: Heading, start: int, end: int) -> None:
    """Add the bands above the row of names, and tell tag rows."""
    window = _window(sheet, columns, heading.below - 1, end)
    for row in list(heading.rows):
        if is_tag_row([sheet.value(row, column) for column in columns if sheet.filled[row, column]]):
            heading.tags.add(row)
    row = heading.rows[0] - 1
    while row >= start and len(heading.rows) < 5 and sheet.cells(row, columns):
        if not _belongs_above(sheet, columns, row, heading, window):
            break
        heading.rows.insert(0, row)
        row -= 1


def _belongs_above(sheet: Sheet, columns: Sequence[int], row: int, heading: Heading, window: list[int]) -> bool:
    held = sheet.cells(row, columns)
    first = columns[0]
    names = set().union(*(sheet.cells(other, columns) for other in heading.rows))
    width = len(names | {column for column in columns if sheet.filled[np.ix_(window, [column])].any()})
    if is_tag_row([sheet.value(row, column) for column in held]):
        heading.tags.add(row)
        return True
    only_tags = all(other in heading.tags for other in heading.rows)
    if only_tags and len(held) >= 0.5 * len(names):
        return True
    if any(sheet.kinds[row, column] not in (TEXT, DATE, FLAG, SIGN) for column in held) and not years_in(
        sheet, held, row, window
    ):
        return False
    joined = [merge for merge in sheet.merges if merge[0] <= row <= merge[2]]
    if any(merge[0] == row and merge[2] >= heading.rows[0] for merge in joined):
        return True
    across = [merge for merge in joined if merge[3] > merge[1] and merge[0] == row]
    if len(held) == 1:
        column = held[0]
        wide = next((merge[3] - merge[1] + 1 for merge in across if merge[1] == column), 1)
        if wide > 1:
            return wide < 0.8 * width and column > first
        if column == first:
            text = sheet.text(row, column)
            short = len(text) <= 30 and len(text.split()) <= 3 and not text.endswith((":", "."))
            return column not in names and short and text[:1] not in "(["
        text = sheet.text(row, column)
        return len(text) <= 60 and column == min(column for column in names if column > first or column == held[0])
    if across:
        return True
    if held == [first, first + 1] and width >= 3 and {first, first + 1} <= names:
        return False
    if sheet.text(row, held[0]).endswith(":"):
        return False
    shared = [column for column in held if column in names]
    if width >= 4 and len(held) <= 2 and held[0] == first and len(shared) == len(held):
        return False
    if shared == held and len(held) >= 0.9 * width and heading.tags != set(heading.rows):
        # a full row of words over a full row of names: both are read as one header only if the names alone repeat
        texts = [sheet.text(heading.rows[0], column) for column in shared]
        units = all(UNIT.fullmatch(text) for text in texts if text)
        return units or len(set(texts)) < len(texts) or _all_words(sheet, held, row)
    return True


def _all_words(sheet: Sheet, held: Sequence[int], row: int) -> bool:
    return all(sheet.kinds[row, column] == TEXT for column in held)
