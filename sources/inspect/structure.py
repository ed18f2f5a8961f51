"""How many tables a sheet holds, and where each begins and ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sources.inspect.body import Body, sort_rows
from sources.inspect.header_rows import Heading
from sources.inspect.heading import find_heading, header_score
from sources.inspect.kinds import DATE, FLAG, NUMBER, TEXT
from sources.inspect.sheet import Sheet, classes
from sources.inspect.words import NOTE


@dataclass
class Piece:
    """One table: its columns, the rows that can belong to it, its header and its body."""

    columns: list[int]
    start: int
    end: int
    heading: Heading
    body: Body
    doubts: list[str] = field(default_factory=list)
    beside: list[tuple[int, int]] = field(default_factory=list)


def pieces(sheet: Sheet) -> list[Piece]:
    """Every table of a sheet, from top to bottom and left to right."""
    if not sheet.height or not sheet.filled.any():
        return []
    groups, beside = _column_groups(sheet)
    found: list[Piece] = []
    for columns in groups:
        found += _stack(sheet, columns)
    if found:
        found[0].beside += beside
    return sorted(found, key=lambda piece: (piece.heading.rows[:1] or [piece.heading.below], piece.columns))


def _column_groups(sheet: Sheet) -> tuple[list[list[int]], list[tuple[int, int]]]:
    """Columns that belong together; cells that stand beside the table and belong to none."""
    used = sheet.filled.any(axis=0)
    groups: list[list[int]] = []
    for column in np.flatnonzero(used).tolist():
        if groups and column == groups[-1][-1] + 1:
            groups[-1].append(column)
        else:
            groups.append([column])
    if len(groups) == 1:
        return groups, []
    joined: list[list[int]] = [groups[0]]
    beside: list[tuple[int, int]] = []
    for group in groups[1:]:
        how = _relation(sheet, joined[-1], group)
        if how == "apart":
            joined.append(group)
        elif how == "beside":
            beside += [(int(row), column) for column in group for row in np.flatnonzero(sheet.filled[:, column])]
        else:
            joined[-1] = joined[-1] + group
    return joined, beside


def _relation(sheet: Sheet, left: list[int], right: list[int]) -> str:
    """How the columns right of a blank column stand to those left of it: ``same`` table, ``apart`` or ``beside``."""
    height = sheet.height
    here = find_heading(sheet, left, 0, height)
    there = find_heading(sheet, right, 0, height)
    right_rows = np.flatnonzero(sheet.filled[:, right].any(axis=1))
    if len(right_rows) == len(right) == 1:
        text = sheet.text(int(right_rows[0]), right[0])
        if NOTE.match(text) and len(text.split()) > 2:
            return "beside"
    if here is None or not here.rows:
        return "same" if len(left) == 1 or there is None else "apart" if there.rows and len(right) > 1 else "same"
    left_rows = np.flatnonzero(sheet.filled[:, left].any(axis=1))
    under = left_rows[left_rows >= here.below]
    names = here.rows[-1]
    named = bool(sheet.filled[here.rows][:, right].any())
    right_under = right_rows[right_rows >= here.below]
    shared = len(np.intersect1d(right_under, under))
    if not named and shared < 0.5 * len(under):
        if there is not None and there.rows and len(right) > 1 and len(right_rows) >= 3:
            return "apart"
        return "beside" if len(right_rows) <= max(8, 0.2 * len(under)) else "same"
    if len(right) == 1 or there is None:
        return "same"
    if (
        there.rows
        and there.rows[-1] != names
        and there.rows[-1] not in here.rows
        and len(right_rows) >= 3
        and not (set(range(here.rows[0], names + 1)) & set(there.rows))
    ):
        return "apart"
    outside = len(np.setdiff1d(right_under, under)) + len(np.setdiff1d(under, right_under))
    texts_left = [sheet.text(names, column) for column in sheet.cells(names, left)]
    texts_right = [sheet.text(names, column) for column in sheet.cells(names, right)]
    labelled = bool(texts_right) and bool(sheet.filled[names, left[0]]) and bool(sheet.filled[names, right[0]])
    again = labelled and texts_right[0] == texts_left[0]
    ruling = classes(sheet, [int(row) for row in right_under[:60]], right)
    first_words = ruling.get(right[0]) == TEXT
    labels = [sheet.text(int(row), right[0]) for row in right_under[:200] if sheet.filled[int(row), right[0]]]
    distinct = len(set(labels)) > 0.9 * len(labels) if labels else False
    valued = any(kind in (NUMBER, DATE, FLAG) for kind in ruling.values())
    left_words = classes(sheet, [int(row) for row in under[:60]], left).get(left[0]) == TEXT
    if again or (outside > 0.3 * max(len(under), len(right_under)) and outside > 2 and first_words):
        return "apart"
    if first_words and distinct and valued and left_words and len(labels) >= 2 and len(left) > 1:
        return "apart"
    return "same"


def _stack(sheet: Sheet, columns: list[int]) -> list[Piece]:
    """Tables of one group of columns, one under the other."""
    found: list[Piece] = []
    start = 0
    while start < sheet.height and len(found) < 50:
        heading = find_heading(sheet, columns, start, sheet.height)
        if heading is None:
            break
        end = _end(sheet, columns, heading)
        body = sort_rows(sheet, columns, heading, end)
        found.append(Piece(columns, start, end, heading, body))
        start = end
    return found


def _end(sheet: Sheet, columns: list[int], heading: Heading) -> int:
    """The row at which another table begins, or the end of the sheet."""
    first, height = heading.below, sheet.height
    part = list(columns)
    counts = sheet.filled[first:height][:, part].sum(axis=1)
    if not counts.any():
        return height
    wide = counts[counts > 1]
    width = float(np.median(wide[:200])) if len(wide) else 1.0
    rows = [first + int(row) for row in np.flatnonzero(counts >= max(2 if width > 1 else 1, 0.4 * width))[:40]]
    near = rows[:1]
    for row in rows[1:]:
        if row - near[-1] > 3 and len(near) >= 3:
            break
        near.append(row)
    ruling = classes(sheet, near, columns) if near else {}
    valued = [column for column, kind in ruling.items() if kind in (NUMBER, DATE)]
    block = sheet.kinds[first:height][:, valued]
    words = (block == TEXT).sum(axis=1) if valued else np.zeros(len(counts), dtype=int)
    values = ((block == NUMBER) | (block == DATE)).sum(axis=1) if valued else np.zeros(len(counts), dtype=int)
    after_gap = np.zeros(len(counts), dtype=bool)
    after_gap[1:] = (counts[:-1] == 0) | ((counts[:-1] == 1) & (width > 1))
    candidate = (counts >= 2) & (
        ((words >= max(1, 0.5 * len(valued))) & (values == 0) & (words > 0) & (after_gap | (len(valued) >= 2)))
        | after_gap
    )
    for offset in np.flatnonzero(candidate)[:400]:
        row = first + int(offset)
        begins = _begins(sheet, columns, row, first)
        if begins <= first:
            continue
        if _is_new(sheet, columns, heading, row, begins, bool(words[offset]), ruling, width):
            return begins
    return height


def _begins(sheet: Sheet, columns: Sequence[int], row: int, first: int) -> int:
    """Where the table begins whose header holds a row: its bands and titles stand above it."""
    part = list(columns)
    begins = row
    while begins - 1 > first:
        count = int(sheet.filled[begins - 1, part].sum())
        if count == 0:
            below = begins
            above = begins - 2
            if (
                above > first
                and int(sheet.filled[above, part].sum()) == 1
                and int(sheet.filled[above - 1, part].sum()) == 0
            ):
                begins = above
                continue
            return below
        held = sheet.cells(begins - 1, columns)
        if count > 1 and any(sheet.kinds[begins - 1, column] in (NUMBER, DATE) for column in held):
            break
        if count > 1 and row - begins > 3:
            break
        begins -= 1
    return begins


def _is_new(
    sheet: Sheet,
    columns: Sequence[int],
    heading: Heading,
    row: int,
    begins: int,
    words: bool,
    ruling: dict[int, int],
    width: float,
) -> bool:
    names = heading.rows[-1] if heading.rows else None
    if names is not None:
        held = sheet.cells(names, columns)
        same = sum(sheet.value(row, column) == sheet.value(names, column) for column in held)
        if same >= max(2, 0.9 * len(held)):
            return _titled(sheet, columns, row, begins)
    other = find_heading(sheet, columns, begins, min(sheet.height, row + 60))
    if other is None or not other.rows or not (begins <= other.rows[-1] <= row + 3):
        return False
    under = [
        below
        for below in range(other.below, min(sheet.height, other.below + 30))
        if sheet.filled[below, list(columns)].any()
    ]
    if words:
        return other.sure and bool(under) and not _note_like(sheet, columns, row)
    held = sheet.cells(other.rows[-1], columns)
    if abs(len(held) - width) < 0.34 * width or len(under) < 2 or not other.sure:
        return False
    return header_score(sheet, columns, other.rows[-1], under) > 0.6 and not _note_like(sheet, columns, row)


def _titled(sheet: Sheet, columns: Sequence[int], row: int, begins: int) -> bool:
    """Whether a header that is repeated has a title of its own above it."""
    part = list(columns)
    lone = [above for above in range(begins, row) if int(sheet.filled[above, part].sum()) == 1]
    return bool(lone)


def _note_like(sheet: Sheet, columns: Sequence[int], row: int) -> bool:
    held = sheet.cells(row, columns)
    return bool(held) and NOTE.match(sheet.text(row, held[0])) is not None and len(held) <= 2 and len(columns) > 2
