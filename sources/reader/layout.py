"""Which rows under a header are data, and which are totals, notes, sections, repeats or blank.

Only plain cases are left out, and each is listed; anything doubtful stays data, so that the judge
asks for what is missing in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sources.problems import Problem
from sources.reader.cast import cast_column
from sources.reader.casting import CastContext
from sources.reader.grid import Grid
from sources.reader.headers import Found, is_tag_row
from sources.reader.text import is_blank, normal
from sources.reader.totals import addable, agree, check_total, sum_of

_TOTAL = re.compile(
    r"(?:grand |sub |overall )?(?:total|totals|subtotal|subtotals|sum|summe|gesamt|gesamtsumme|zwischensumme|somme"
    r"|totale|totaal|suma|soma|overall)(?: (?:for|of|per|all|quarter|q[1-4]|general|general).*)?"
)
_TOTAL_START = re.compile(r"(?:grand|sub|overall|total|sum|gesamt|zwischen|somme|totaal|suma|soma)", re.IGNORECASE)
_TOTAL_LETTERS = frozenset("tTgGsSoOzZ")
_NOTE = re.compile(
    r"\s*(?:\*|†|‡|\[\d|\d\)|note|notes|nb\b|n\.b\.|source|sources|remark|comment|prepared by|contact|please|disclaimer"
    r"|synthetic sample|figures|all figures|signed|date of|legend|key:|footnote|anmerkung|quelle|hinweis)",
    re.IGNORECASE,
)


#: Rows blank in the table where a table beside it has something: that table's, and no word here.
_BESIDE = "beside"


@dataclass
class Rows:
    """Rows of a found table.

    Attributes:
        data: Grid rows that are data, in order.
        ignored: ``(first row, last row, why)`` in grid positions.
        problems: Totals that do not add up.
    """

    data: list[int] = field(default_factory=list)
    ignored: list[tuple[int, int, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def data_rows(program: str, found: Found, context: CastContext, *, many_files: bool) -> Rows:
    """Sort the rows under a header.

    Args:
        program: Program code for rule ids.
        found: The table's place.
        context: How numbers are written, for checking totals.
        many_files: The submission has several files, so sentences name the file.
    """
    grid = found.grid
    start, end = found.header[1] + 1, found.end
    mapped = list(dict.fromkeys(found.columns.values()))
    rows = Rows()
    if start >= end or not mapped:
        return rows
    filled = np.array([_filled(grid, index, start, end) for index in mapped])
    count = filled.sum(axis=0)
    why = dict.fromkeys((np.flatnonzero(count == 0) + start).tolist(), "blank")
    _mark_outside(grid, found, why)
    header = [(index, grid.columns[index][found.header[1]]) for index in found.columns.values()]
    for row in _suspects(found, filled, count, start, end):
        reason = _reason(found, row, header, count[row - start])
        if reason:
            why[row] = reason
    _mark_formula_rows(found, mapped, filled, start, why)
    _mark_titles_above_next(found, end, why)
    rows.data = [row for row in range(start, end) if row not in why] if why else list(range(start, end))
    _mark_unlabelled_total(found, rows, why, context)
    totals = sorted(row for row, reason in why.items() if reason in ("total", "subtotal"))
    for row in totals:
        if _is_subtotal(rows.data, row):
            why[row] = "subtotal"
        rows.problems += check_total(program, found, row, rows.data, totals, context, many_files=many_files)
    rows.ignored = _runs(why, rows.data)
    return rows


def _filled(grid: Grid, index: int, start: int, end: int) -> list[bool]:
    unique = grid.distinct(index)
    blanks = {value for value in unique if type(value) is str and not value[:1].isalnum() and is_blank(value)}
    if not blanks:
        return [True] * (end - start)
    values = grid.columns[index][start:end]
    return [value != "" for value in values] if blanks == {""} else [value not in blanks for value in values]


def _mark_outside(grid: Grid, found: Found, why: dict[int, str]) -> None:
    """Rows blank in the table but with words beside it are notes, or rows of another table, not blank rows."""
    others = [column for index, column in enumerate(grid.columns) if index not in found.columns.values()]
    for row, reason in list(why.items()):
        if reason == "blank" and any(not is_blank(column[row]) for column in others):
            neighbours = (other for other in found.beside if other.reaches(row))
            theirs = any(not is_blank(grid.columns[at][row]) for other in neighbours for at in other.columns.values())
            why[row] = _BESIDE if theirs else "note"


def _suspects(
    found: Found, filled: np.ndarray[Any, Any], count: np.ndarray[Any, Any], start: int, end: int
) -> list[int]:
    """Rows worth a look: sparsely filled, or with a word for *total* in a text column, or repeating the header."""
    columns = found.table.columns
    positions = list(dict.fromkeys(found.columns.values()))
    needed = [
        positions.index(found.columns[column.name])
        for column in columns
        if column.name in found.columns and (column.required or column.key) and column.kind in ("text", "code", "date")
    ]
    sparse = (count > 0) & (count <= max(1, len(positions) // 3))
    if needed:
        sparse |= (count > 0) & ~filled[needed].all(axis=0)
    rows = set((np.flatnonzero(sparse) + start).tolist())
    for column in columns:
        index = found.columns.get(column.name)
        if index is None or column.kind not in ("text", "code", "date"):
            continue
        unique = found.grid.distinct(index)
        words = {
            value
            for value in unique
            if type(value) is str and value[:1] in _TOTAL_LETTERS and len(value) < 40 and _TOTAL_START.match(value)
        }
        words.add(found.grid.columns[index][found.header[1]])
        rows.update(row for row in found.grid.rows_with(index, words - {""}, start) if row < end)
    if start < end:
        rows.add(start)
    return sorted(rows)


def _reason(found: Found, row: int, header: Sequence[tuple[int, Any]], filled: int) -> str:
    """Why a row is not data; empty where it is.

    Args:
        header: Each column's place and header.
        filled: How many of the table's columns the row fills.
    """
    grid = found.grid
    same = sum(grid.columns[index][row] == text for index, text in header)
    if same >= max(2, len(header) // 2):
        return "repeated header"
    texts: list[str] = []
    others = 0
    taken = found.taken(row)
    for index in range(found.span[0], found.span[1] + 1):
        value = grid.columns[index][row]
        if index in taken or is_blank(value):
            continue
        if not isinstance(value, str) or _numeric(value):
            others += 1
        elif texts and not texts[0].lstrip().startswith("#"):
            return ""  # two texts: no total, no note
        else:
            texts.append(value)
    if not texts:
        return ""
    if texts[0].lstrip().startswith("#") and is_tag_row(found.free_values(row)):
        return "tags"
    if len(texts) > 1:
        return ""
    if _TOTAL.fullmatch(normal(texts[0])):
        if not others:
            return "section"
        return "subtotal" if normal(texts[0]).startswith(("sub", "zwischen")) else "total"
    if filled != 1 or others:
        return ""
    index = next(index for index, _ in header if not is_blank(grid.columns[index][row]))
    return _lone_text(found, row, index, texts[0])


def _lone_text(found: Found, row: int, index: int, text: str) -> str:
    """A row with one text: a note or a section heading, unless it can be a record somebody began."""
    if _NOTE.match(text) or len(text) > 120:
        return "note"
    position = (row + found.grid.first_row, index + found.grid.first_col)
    if any(merge[:2] == position and merge[3] > merge[1] for merge in found.grid.notes.merges):
        return "section"
    column = next(column for column in found.table.columns if found.columns.get(column.name) == index)
    if column.kind == "text" and not column.key:
        return "" if len(text.split()) <= 3 else "note"
    if column.kind == "text":
        fits = column.pattern is None or re.fullmatch(column.pattern, text) is not None
        alike = any(char.isdigit() for char in text) or not _ids_have_digits(found, index)
        return "" if fits and alike and (" " not in text or not _ids_are_words(found, index)) else "section"
    typed = cast_column(column, [text], CastContext(decimal="."))
    return "section" if typed.issues else ""


def _ids_have_digits(found: Found, index: int) -> bool:
    values = [v for v in found.grid.columns[index][found.header[1] + 1 : found.header[1] + 40] if not is_blank(v)]
    return sum(any(char.isdigit() for char in str(value)) for value in values) > len(values) / 2


def _ids_are_words(found: Found, index: int) -> bool:
    values = [v for v in found.grid.columns[index][found.header[1] + 1 : found.header[1] + 40] if not is_blank(v)]
    return sum(" " not in str(value).strip() for value in values) > len(values) / 2


def _numeric(text: str) -> bool:
    return any(char.isdigit() for char in text) and not any(char.isalpha() for char in text)


def _mark_formula_rows(
    found: Found, mapped: list[int], filled: np.ndarray[Any, Any], start: int, why: dict[int, str]
) -> None:
    """Rows that only hold pre-filled formulas are no records."""
    formulas = found.grid.notes.formulas
    if not formulas:
        return
    by_row: dict[int, set[int]] = {}
    for row, column in formulas:
        by_row.setdefault(row - found.grid.first_row, set()).add(column - found.grid.first_col)
    keys = {found.columns[name] for name in found.table.key if name in found.columns}
    for row, columns in by_row.items():
        if start <= row < found.end and row not in why:
            present = {index for index, flags in zip(mapped, filled, strict=True) if flags[row - start]}
            if present <= columns and not present & keys:
                why[row] = "formulas only"


def _mark_titles_above_next(found: Found, end: int, why: dict[int, str]) -> None:
    """The heading of the next table on the sheet is not a row of this one."""
    if end >= found.grid.height:
        return
    row = end - 1
    while row > found.header[1] and row not in why:
        filled = [value for value in found.free_values(row) if not is_blank(value)]
        if len(filled) > 1 or not isinstance(filled[0], str):
            break
        why[row] = "title"
        row -= 1


def _is_subtotal(data: list[int], row: int) -> bool:
    return bool(data) and row < data[-1]


def _mark_unlabelled_total(found: Found, rows: Rows, why: dict[int, str], context: CastContext) -> None:
    """A last row of numbers alone that are the sums of what stands above is a total."""
    if len(rows.data) < 3:
        return
    last = rows.data[-1]
    filled = {
        column.name: found.grid.columns[index][last]
        for column in found.table.columns
        if (index := found.columns.get(column.name)) is not None and not is_blank(found.grid.columns[index][last])
    }
    columns = {column.name: column for column in addable(found)}
    if not filled or not set(filled) <= set(columns):
        return
    for name in filled:
        total = sum_of(found, columns[name], [last], context)
        above = sum_of(found, columns[name], rows.data[:-1], context)
        if total is None or above is None or not agree(total[0], above, len(rows.data)):
            return
    why[last] = "total"
    rows.data.pop()


def _runs(why: dict[int, str], data: list[int]) -> list[tuple[int, int, str]]:
    """Neighbouring rows left out for one reason as one entry; blank rows below everything are not worth a word."""
    last = max([row for row, reason in why.items() if reason not in ("blank", _BESIDE)] + data[-1:], default=-1)
    runs: list[tuple[int, int, str]] = []
    for row in sorted(row for row, reason in why.items() if row <= last and reason != _BESIDE):
        if runs and runs[-1][1] == row - 1 and runs[-1][2] == why[row]:
            runs[-1] = (runs[-1][0], row, why[row])
        else:
            runs.append((row, row, why[row]))
    return runs
