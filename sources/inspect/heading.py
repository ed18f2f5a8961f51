"""Where a table's header stands: judged by how its rows differ from the rows under them.

Knows no contract. Everything it decides by itself is plain; what can be read in two ways is told as a doubt.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sources.inspect.bands import add_upper_rows
from sources.inspect.header_rows import Heading, is_even, numbers_at, window_under, years_in
from sources.inspect.kinds import BLANK, DATE, FLAG, NUMBER, SIGN, TEXT
from sources.inspect.sheet import Sheet, classes
from sources.inspect.words import UNIT, header_words
from sources.reader.headers import is_tag_row

_LOOK = 80


def find_heading(sheet: Sheet, columns: Sequence[int], start: int, end: int) -> Heading | None:
    """The header of the first table in a range of rows; ``None`` where there is no table."""
    counts = sheet.filled[start:end][:, list(columns)].sum(axis=1)
    filled = [start + int(row) for row in np.flatnonzero(counts)[: 2 * _LOOK]]
    headerlike: list[int] = []
    stop: int | None = None
    yearly = words_above = False
    for row in filled[:_LOOK]:
        window = window_under(sheet, columns, row, end)
        if not window:
            break
        look = _look(sheet, columns, row, window)
        held = sheet.cells(row, columns)
        if look == "years" and words_above and sum(sheet.kinds[row, column] == NUMBER for column in held) == 1:
            stop = row  # one number that could be a year, under a row of words: a record
            break
        if look == "years" and headerlike and _named_above(sheet, held, headerlike[-1], row):
            stop = row
            break
        if look == "years":
            if yearly:  # one row of years is a header; a second one holds values that look like years
                break
            yearly, look = True, "header"
        if look == "header":
            headerlike.append(row)
            if words_above and is_tag_row([sheet.value(row, column) for column in held]):
                break  # nothing under the tags of a row of names is a name
        elif look == "data":
            stop = row
            break
        words_above = words_above or look in ("header", "text")
    if headerlike:
        return _with_contrast(sheet, columns, start, end, headerlike)
    return _without_contrast(sheet, columns, start, end, stop)


def _named_above(sheet: Sheet, held: Sequence[int], names: int, row: int) -> bool:
    """Whether an even run of numbers that are no years stands under names that all differ: a record, not a header."""
    numbers = numbers_at(sheet, held, [row])
    texts = [sheet.text(names, column) for column in held if sheet.kinds[names, column] == TEXT]
    return len(set(texts)) == len(held) and not all(1850 <= number <= 2150 for number in numbers)


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
    if counts_columns(sheet, held, row) and sheet.text(row, held[0]).strip("()[].") == "1":
        beside_words = any(ruling.get(column) == TEXT for column in held)
        return "header" if beside_words and not _all_counting(sheet, held, window[0]) else "data"
    yearly = years_in(sheet, held, row, window)
    unlike = [column for column in valued if _unlike(int(sheet.kinds[row, column]), ruling[column])]
    unlike += [
        column
        for column in valued
        if sheet.kinds[row, column] == SIGN and ruling[column] in (NUMBER, DATE) and _letter(sheet, row, column, window)
    ]
    dated = [column for column in unlike if sheet.kinds[row, column] == DATE]
    if len(dated) == 1:  # one date over numbers is a value of another kind; a row of them is a header
        unlike.remove(dated[0])
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


def _letter(sheet: Sheet, row: int, column: int, window: list[int]) -> bool:
    """Whether a cell holds a letter (x, z …) that is a name here: as a sign for *missing* it would come again."""
    text = sheet.text(row, column)
    return text.isalpha() and len(text) == 1 and all(sheet.text(other, column) != text for other in window)


def _unlike(kind: int, ruling: int) -> bool:
    if kind in (BLANK, SIGN):
        return False
    if kind == TEXT:
        return True
    return (kind == DATE and ruling == NUMBER) or (kind == FLAG and ruling in (NUMBER, DATE))


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
    return len(numbers_at(sheet, held, [row])) == len(held) and is_even(numbers_at(sheet, held, [row]))


def _with_contrast(sheet: Sheet, columns: Sequence[int], start: int, end: int, headerlike: list[int]) -> Heading:
    numbered = None
    last = headerlike[-1]
    held = sheet.cells(last, columns)
    counts = counts_columns(sheet, held, last)
    if counts and len(headerlike) == 1 and last > start and sheet.cells(last - 1, columns) == held:
        headerlike = [last - 1, last]
    if counts and len(headerlike) > 1:
        numbered = last
        headerlike = headerlike[:-1]
        last = headerlike[-1]
    heading = Heading([last], (numbered if numbered is not None else last) + 1, numbered=numbered)
    if numbered is not None and len(held) < 4 and sheet.text(numbered, held[0])[:1] not in "([":
        heading.doubts.append(f"row {sheet.number(numbered)} counts the columns, or is the first record")
    _settle_last(sheet, columns, heading, headerlike, end)
    _add_lower_rows(sheet, columns, heading, end)
    add_upper_rows(sheet, columns, heading, start, end)
    return heading


def _add_lower_rows(sheet: Sheet, columns: Sequence[int], heading: Heading, end: int) -> None:
    """Rows under the names that belong to them: cells merged down, or names where the row above has none."""
    if heading.numbered is not None:
        return
    down = [
        bottom
        for top, left, bottom, right in sheet.merges
        if top in heading.rows and bottom > heading.rows[-1] and left == right and left in columns
    ]
    lowest = max([bottom for bottom in down if bottom - heading.rows[-1] <= 5], default=heading.rows[-1])
    below = [row for row in range(heading.rows[-1] + 1, min(lowest + 1, end)) if sheet.cells(row, columns)]
    heading.rows += below
    heading.below = max(heading.below, lowest + 1)
    row = heading.below
    if row >= end - 1 or below:
        return
    held = sheet.cells(row, columns)
    named = {column for other in heading.rows for column in sheet.cells(other, columns)}
    units = min(named, default=row) not in held and all(UNIT.fullmatch(sheet.text(row, column)) for column in held)
    if _names_the_unnamed(sheet, columns, row, named, end) or (held and units and set(held) <= named):
        heading.rows.append(row)
        heading.below = row + 1
        return
    if len(held) > 1 and not named.intersection(held) and all(sheet.kinds[row, column] == TEXT for column in held):
        covered = {
            column
            for top, left, bottom, right in sheet.merges
            if top in heading.rows
            for column in range(left, right + 1)
        }
        if not covered.intersection(held) and len(held) + len(named) >= 3 and _is_named_below(sheet, held, row, end):
            heading.rows.append(row)
            heading.below = row + 1


def _names_the_unnamed(sheet: Sheet, columns: Sequence[int], row: int, named: set[int], end: int) -> bool:
    """Whether a row of words, blank under the first name, holds the names of all columns that have none yet."""
    held = set(sheet.cells(row, columns))
    unnamed = set(columns) - named
    key = columns[0]
    return (
        bool(unnamed)
        and len(held) > 1
        and key in named
        and unnamed <= held
        and key not in held
        and all(sheet.kinds[row, column] == TEXT for column in held)
        and _is_named_below(sheet, [key], row, end)
    )


def _is_named_below(sheet: Sheet, held: Sequence[int], row: int, end: int) -> bool:
    """Whether most of the next rows hold something under cells without a name above them."""
    near = range(row + 1, min(end, row + 8))
    return sum(bool(sheet.filled[other, list(held)].all()) for other in near) >= 0.5 * len(near)


def _settle_last(sheet: Sheet, columns: Sequence[int], heading: Heading, headerlike: list[int], end: int) -> None:
    """Whether the lowest row of words is a header row or a first data row with words where numbers follow."""
    while len(headerlike) > 1:
        last, above = headerlike[-1], headerlike[-2]
        held = sheet.cells(last, columns)
        if heading.numbered is not None or is_tag_row([sheet.value(last, column) for column in held]):
            return
        if all(UNIT.fullmatch(sheet.text(last, column)) for column in held):
            return
        window = window_under(sheet, columns, last, end)
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
        window = window_under(sheet, columns, row, end)
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
        ruling = classes(sheet, window, columns)
        ticks = [column for column in held if ruling.get(column) == SIGN and sheet.kinds[row, column] == TEXT]
        heading = Heading([row], row + 1, sure=score > 0.3 or (len(ticks) >= 2 and len(ticks) >= 0.5 * len(held)))
        tags = row + 1 < end and is_tag_row([sheet.value(row + 1, column) for column in columns])
        if tags:
            heading.rows.append(row + 1)
            heading.below, heading.sure = row + 2, True
            heading.tags.add(row + 1)
        elif counts_columns(sheet, sheet.cells(row + 1, columns), row + 1) if row + 1 < end else False:
            heading.numbered, heading.below, heading.sure = row + 1, row + 2, True
        if score < -0.2 and not tags:
            return Heading([], row, sure=False)
        _add_lower_rows(sheet, columns, heading, end)
        add_upper_rows(sheet, columns, heading, start, end)
        return heading
    return Heading([], stop, sure=False) if stop is not None else None
