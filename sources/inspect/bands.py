"""Rows above the names: bands, first lines of names, tags, or titles that only stand close by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sources.inspect.header_rows import Heading, window_under, years_in
from sources.inspect.kinds import DATE, FLAG, NUMBER, SIGN, TEXT
from sources.inspect.sheet import Sheet, classes
from sources.inspect.words import UNIT, header_words
from sources.reader.headers import is_tag_row


def add_upper_rows(sheet: Sheet, columns: Sequence[int], heading: Heading, start: int, end: int) -> None:
    """Add the bands above the row of names, and tell tag rows."""
    window = window_under(sheet, columns, heading.below - 1, end)
    for row in list(heading.rows):
        if is_tag_row([sheet.value(row, column) for column in columns if sheet.filled[row, column]]):
            heading.tags.add(row)
    row = heading.rows[0] - 1
    if row - 1 >= start and not sheet.cells(row, columns) and _needs_bands(sheet, columns, heading, row - 1):
        row -= 1
    elif row - 1 >= start and not sheet.cells(row, columns) and not sheet.merges:
        names = {column for other in heading.rows for column in sheet.cells(other, columns)}
        above = sheet.cells(row - 1, columns)
        unnamed = [column for column in above if column not in names and sheet.filled[window, column].any()]
        if len(above) > 1 and unnamed:
            heading.doubts.append(f"rows {sheet.number(row - 1)} and {sheet.number(heading.rows[0])} both hold names")
    while row >= start and len(heading.rows) < 6:
        if not sheet.cells(row, columns):
            if any(top < row <= bottom for top, _, bottom, _ in sheet.merges):
                row -= 1  # blank only because a cell above is merged down over it
                continue
            break
        belongs = _belongs_above(sheet, columns, row, heading, window)
        if belongs is None:
            heading.doubts.append(
                f"row {sheet.number(row)} stands directly above the names in row {sheet.number(heading.rows[0])}; "
                "say whether it belongs to them"
            )
        if not belongs:
            break
        heading.rows.insert(0, row)
        row -= 1


def _needs_bands(sheet: Sheet, columns: Sequence[int], heading: Heading, row: int) -> bool:
    """Whether the names repeat and cells that can tell them apart stand above a blank row."""
    texts = [sheet.text(heading.rows[0], column) for column in sheet.cells(heading.rows[0], columns)]
    held = sheet.cells(row, columns)
    across = any(merge[0] == row and merge[3] > merge[1] and merge[1] > columns[0] for merge in sheet.merges)
    return len(set(texts)) < len(texts) and ((len(held) > 1 and held[0] > columns[0]) or across)


def _belongs_above(sheet: Sheet, columns: Sequence[int], row: int, heading: Heading, window: list[int]) -> bool | None:
    """Whether a row above the names is part of the header; ``None`` where only a person can tell."""
    held = sheet.cells(row, columns)
    names = set().union(*(sheet.cells(other, columns) for other in heading.rows))
    width = len(names | {column for column in columns if sheet.filled[np.ix_(window, [column])].any()})
    if is_tag_row([sheet.value(row, column) for column in held]):
        heading.tags.add(row)
        return True
    if heading.tags.issuperset(heading.rows) and len(held) >= 0.5 * len(names):
        return True
    words = all(sheet.kinds[row, column] in (TEXT, DATE, FLAG, SIGN) for column in held)
    if not words and not years_in(sheet, held, row, window):
        return False
    joined = [merge for merge in sheet.merges if merge[0] == row]
    if any(merge[2] >= heading.rows[0] for merge in joined):
        return True
    across = {merge[1]: merge[3] - merge[1] + 1 for merge in joined if merge[3] > merge[1]}
    if len(held) == 1:
        return _lone_above(sheet, columns, row, held[0], names, across.get(held[0], 1) / width)
    if across:
        return True
    pair = held == [columns[0], columns[0] + 1] and width >= 3 and set(held) <= names
    if pair or sheet.text(row, held[0]).endswith(":"):
        return False
    return _bands_above(sheet, columns, row, heading, window, width)


def _lone_above(
    sheet: Sheet, columns: Sequence[int], row: int, column: int, names: set[int], share: float
) -> bool | None:
    """Whether the only cell of a row above the names is a band or a name, not a title."""
    text = sheet.text(row, column)
    if share * len(columns) > 1.5:
        return share < 0.8 and column > columns[0]
    if column == columns[0]:
        short = len(text) <= 30 and len(text.split()) <= 3 and not text.endswith((":", "."))
        if column in names or not short or any(sign in text for sign in "([:") or " by " in text:
            return False
        return True if header_words(text) else None
    return len(text) <= 60 and column == min(other for other in (*names, column) if other > columns[0])


def _bands_above(
    sheet: Sheet, columns: Sequence[int], row: int, heading: Heading, window: list[int], width: int
) -> bool | None:
    """Whether several unmerged cells above the names are bands."""
    held, lowest = sheet.cells(row, columns), heading.rows[0]
    shared = [column for column in held if sheet.filled[lowest, column]]
    if width >= 4 and len(held) <= 2 and held[0] == columns[0] and len(shared) == len(held):
        return False
    texts = [sheet.text(lowest, column) for column in sheet.cells(lowest, columns)]
    if len(set(texts)) < len(texts) or heading.tags.issuperset(heading.rows):
        return True
    if all(UNIT.fullmatch(text) or (text[0] in "([" and text[-1] in ")]") for text in texts):
        return True
    ruling = classes(sheet, window, columns)
    valued = [column for column in shared if ruling.get(column) in (NUMBER, DATE, FLAG)]
    every = [column for column, kind in ruling.items() if kind in (NUMBER, DATE, FLAG) and sheet.filled[lowest, column]]
    if len(shared) == len(held) and len(valued) >= 3 and valued == every and len(valued) >= 0.6 * len(held):
        return True if _all_words(sheet, held, row) else None
    if len(held) >= 0.9 * width and len(shared) == len(held):
        return None
    # bands over names that all differ: each covers more than the one name under it, or all look like bands
    several = False
    doubtful = False
    for index, column in enumerate(held):
        following = held[index + 1] if index + 1 < len(held) else columns[-1] + 1
        covered = [other for other in columns if column <= other < following and sheet.filled[lowest, other]]
        several = several or len(covered) > 1
        doubtful = doubtful or (column in shared and len(covered) < 2)
    short = all(len(text) <= 40 and not text[:1].islower() for text in (sheet.text(row, column) for column in held))
    return True if not doubtful or (several and short and len(held) <= 0.65 * width) else None


def _all_words(sheet: Sheet, held: Sequence[int], row: int) -> bool:
    return all(sheet.kinds[row, column] in (TEXT, FLAG, SIGN) for column in held)
