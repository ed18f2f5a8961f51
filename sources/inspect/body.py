"""Which rows under a header are data, and which are totals, sections, notes, blank or the header again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from sources.inspect.header_rows import Heading
from sources.inspect.kinds import BLANK, DATE, ERROR, FLAG, NUMBER, SIGN, TEXT
from sources.inspect.sheet import Sheet, classes
from sources.inspect.words import NOTE, is_average, is_subtotal, is_total
from sources.reader.numbers import read_number

_TOTAL_START = re.compile(
    r"\s*(?:grand|sub|overall|total|sum|gesamt|insges|zwischen|somme|totaal|suma|soma|ensemble|sous|all\b|yht|razem|ukup|itogo|column|running|net)"
    r"|.*total[es]?s?\W*$",
    re.IGNORECASE,
)


_LINE = re.compile(r"[-=_]{3,}")
_TOTAL_LETTERS = frozenset("agsotizecryuAGSOTIZECRYUnN ")


@dataclass
class Body:
    """Rows under a header, in positions of the sheet; ``why`` for each that is no data."""

    data: list[int] = field(default_factory=list)
    why: dict[int, str] = field(default_factory=dict)
    guessed: dict[int, str] = field(default_factory=dict)
    ruling: dict[int, int] = field(default_factory=dict)
    first: int = 0


def sort_rows(sheet: Sheet, columns: Sequence[int], heading: Heading, end: int) -> Body:
    """Sort the rows under a header."""
    first = heading.below
    body = Body(first=first)
    part = list(columns)
    block = sheet.filled[first:end][:, part]
    counts = block.sum(axis=1)
    if not counts.any():
        return body
    width = float(np.median(counts[counts > 1])) if (counts > 1).any() else 1.0
    core = np.flatnonzero(counts >= (max(2.0, 0.4 * width) if width > 1 else 1))
    rows = [first + int(row) for row in core]
    body.ruling = classes(sheet, rows[:400] or [first + int(np.argmax(counts > 0))], columns)
    body.why = dict.fromkeys((np.flatnonzero(counts == 0) + first).tolist(), "blank")
    held = sheet.cells(first, columns)
    if len(held) > 1 and all(_LINE.fullmatch(sheet.text(first, column)) for column in held):
        body.why[first] = "separator"  # as database clients draw it under the names
    last_core = _last_core(sheet, columns, body, rows, first)
    _repeats(sheet, columns, heading, body, first, end)
    _tail(sheet, columns, body, counts, first, last_core, width)
    _lone_rows(sheet, columns, body, counts, first, last_core, width)
    _totals(sheet, columns, body, first, end)
    _under_totals(sheet, columns, body, first, end)
    _labelled_sections(sheet, body, first, end)
    _formula_rows(sheet, columns, body, first, end)
    body.data = [row for row in range(first, end) if row not in body.why]
    _unlabelled_total(sheet, columns, body)
    return body


def _last_core(sheet: Sheet, columns: Sequence[int], body: Body, rows: list[int], first: int) -> int:
    """The last row that looks like the others: what stands under it is a note or nothing."""
    valued = [column for column, kind in body.ruling.items() if kind in (NUMBER, DATE, FLAG)]
    if not valued:
        for row in reversed(rows):
            text = next((sheet.text(row, column) for column in columns if sheet.filled[row, column]), "")
            if not NOTE.match(text) or len(sheet.cells(row, columns)) > max(1, len(columns) // 2):
                return row
        return rows[-1] if rows else first
    last = next((row for row in reversed(rows) if _holds_value(sheet, valued, row)), None)
    if last is None:
        return rows[-1] if rows else first
    labels = len(columns) - len(valued)
    gaps = any(not sheet.filled[row, list(columns)].any() for row in range(rows[0], last))
    for row in rows[-100:]:
        # labels right under the last value are a record without values; after the only gap they are a legend
        if row > last and (row == last + 1 or gaps) and len(columns) > 2:
            if sheet.filled[row, valued].any() or len(sheet.cells(row, columns)) < 0.7 * labels:
                break
            last = row
    return last


def _holds_value(sheet: Sheet, valued: Sequence[int], row: int) -> bool:
    return any(sheet.kinds[row, column] != TEXT for column in sheet.cells(row, valued))


def _repeats(sheet: Sheet, columns: Sequence[int], heading: Heading, body: Body, first: int, end: int) -> None:
    if not heading.rows:
        return
    names = heading.rows[-1]
    held = sheet.cells(names, columns)
    for column in held:
        hits = sheet.grid.rows_with(
            column, {sheet.value(names, column)}, int(sheet.rows[first]) if first < sheet.height else 0
        )
        if not hits or len(hits) > 0.2 * (end - first) + 3:
            continue
        back = {int(row): index for index, row in enumerate(sheet.rows)} if len(hits) else {}
        for hit in hits:
            row = back.get(hit)
            if row is None or not first <= row < end:
                continue
            same = sum(sheet.value(row, other) == sheet.value(names, other) for other in held)
            if same >= max(2, 0.9 * len(held)):
                body.why[row] = "repeated header"
                for upper in heading.rows[:-1]:
                    above = row - (names - upper)
                    if all(sheet.value(above, other) == sheet.value(upper, other) for other in columns):
                        body.why[above] = "repeated header"
        break


def _tail(
    sheet: Sheet, columns: Sequence[int], body: Body, counts: np.ndarray, first: int, last_core: int, width: float
) -> None:
    """Rows under the last one that looks like data are notes, unless a record can have begun there."""
    row = last_core + 1
    gap = noted = False
    above = [other for other in range(first, last_core + 1) if counts[other - first]]
    labels = [
        column for column in columns if body.ruling.get(column) == TEXT and sheet.filled[above, column].mean() > 0.9
    ]
    labels = labels if len(labels) >= 2 else []
    while row < first + len(counts):
        count = int(counts[row - first])
        if count == 0:
            gap = True
        elif row not in body.why:
            text = next(sheet.text(row, column) for column in columns if sheet.filled[row, column])
            plain = NOTE.match(text) or len(text) > 45 or len(text.split()) > 6 or text.endswith(".")
            if labels and count >= 2 and not gap and all(sheet.filled[row, column] for column in labels):
                row += 1  # every label is there and only the values are missing: a record
                continue
            lone = width > 1 and count == 1 and not plain
            if lone and (not gap or _one_of_many(sheet, columns[0], row, first)):
                body.guessed[row] = "data"
            elif width > 1 or plain:
                body.why[row] = "note"
                unvalued = bool(labels) and all(sheet.filled[row, column] for column in labels)
                if (lone or unvalued) and not noted:
                    body.guessed[row] = "note"
                gap = noted = True
        row += 1


def _lone_rows(
    sheet: Sheet, columns: Sequence[int], body: Body, counts: np.ndarray, first: int, last_core: int, width: float
) -> None:
    """Rows of one cell among the data: section headings and notes."""
    if width <= 1:
        return
    lone = [first + int(row) for row in np.flatnonzero(counts == 1) if first + int(row) <= last_core]
    lone = [row for row in lone if row not in body.why]
    many = len(lone) > 0.4 * max(1, int((counts > 0).sum()))
    for row in lone:
        column = sheet.cells(row, columns)[0]
        merge = sheet.merge_at(row, column)
        across = merge is not None and merge[3] > merge[1]
        if sheet.kinds[row, column] not in (TEXT, DATE) and not across:
            if sheet.kinds[row, column] in (NUMBER, SIGN) and column == columns[0]:
                body.guessed[row] = "data"
            continue
        text = sheet.text(row, column)
        after_gap = body.why.get(row - 1) == "blank"
        if across:
            body.why[row] = "section"
        elif NOTE.match(text) or len(text) > 120:
            body.why[row] = "note"
        elif (
            column != columns[0]
            or (many and width > 2)
            or (width <= 2 and not (text.endswith(":") or text.isupper() or after_gap))
            or _one_of_many(sheet, column, row, first)
        ):
            body.guessed[row] = "data"
        else:
            body.why[row] = "section"
            if not (text.endswith(":") or after_gap):
                body.guessed[row] = "section"


def _one_of_many(sheet: Sheet, column: int, row: int, first: int) -> bool:
    """Whether a lone label is written like the ids of the records (V-17 among V-1 …)."""
    text = sheet.text(row, column)
    if not any(char.isdigit() for char in text) or " " in text:
        return False
    others = [
        sheet.text(other, column) for other in range(max(first, row - 30), min(sheet.height, row + 30)) if other != row
    ]
    pattern = re.sub(r"\d+", "0", text)
    return sum(re.sub(r"\d+", "0", other) == pattern for other in others) >= 2


def _amounts(sheet: Sheet, rows: Sequence[int], column: int) -> np.ndarray:
    values = []
    for row in rows:
        value = sheet.value(row, column)
        if isinstance(value, bool) or value == "":
            values.append(np.nan)
        elif isinstance(value, (int, float)):
            values.append(float(value))
        elif isinstance(value, str):
            read = read_number(value)
            number = read.dot if read.dot is not None else read.comma
            values.append(float(number) if number is not None else np.nan)
        else:
            values.append(np.nan)
    return np.array(values)


def adds_up(sheet: Sheet, columns: Sequence[int], row: int, parts: Sequence[int]) -> int:
    """In how many columns a row is the sum of others, beyond rounding; -1 where it is plainly not."""
    hits = misses = 0
    for column in columns:
        if sheet.kinds[row, column] != NUMBER:
            continue
        total = _amounts(sheet, [row], column)[0]
        above = _amounts(sheet, parts, column)
        if np.isnan(total) or np.isnan(above).all() or total == 0:
            continue
        if abs(np.nansum(above) - total) <= 0.51 + 0.005 * len(parts) and (~np.isnan(above)).sum() > 1:
            hits += 1
        else:
            misses += 1
    return hits if hits >= misses else -1


def _totals(sheet: Sheet, columns: Sequence[int], body: Body, first: int, end: int) -> None:
    back: dict[int, int] | None = None
    candidates: dict[int, str] = {}
    for column in columns:
        if body.ruling.get(column) not in (TEXT, SIGN, None) and column != columns[0]:
            continue
        words = {
            value
            for value in sheet.grid.distinct(column)
            if type(value) is str
            and len(value) < 80
            and (value[:1] in _TOTAL_LETTERS or "otal" in value or "OTAL" in value)
            and _TOTAL_START.match(value)
        }
        if not words:
            continue
        if back is None:
            back = {int(row): index for index, row in enumerate(sheet.rows)}
        for hit in sheet.grid.rows_with(column, words):
            row = back.get(hit)
            if row is not None and first <= row < end and row not in body.why:
                candidates.setdefault(row, sheet.text(row, column))
    if not candidates:
        return
    numbers = [column for column, kind in body.ruling.items() if kind == NUMBER]
    labels = list(candidates.values())
    settled: list[int] = []
    for row in sorted(candidates):
        label = candidates[row]
        held = sheet.cells(row, columns)
        words_held = [column for column in held if sheet.kinds[row, column] == TEXT]
        if len(words_held) != 1 or len(held) < 2 or not numbers:
            continue
        left = [column for column in held if column < words_held[0]]
        since = max((other for other in settled if other < row), default=first - 1)
        above = [other for other in range(first, row) if other not in body.why and other not in candidates]
        recent = [other for other in above if other > since]
        sums = max(
            (adds_up(sheet, numbers, row, parts) for parts in (above, recent) if parts and len(parts) < 20_000),
            default=-1,
        )
        once = labels.count(label) < 3
        lowest = row + 1 >= _last_filled(body, end)
        if left and not is_subtotal(label) and not (lowest and once and sums > 0):
            continue  # the keys left of it are filled: a category of that name
        if sums > 0 or (is_total(label) and ((once and _exact(label)) or lowest)):
            settled.append(row)
    for row in settled:
        inside = row != settled[-1] and any(
            other not in body.why and other not in candidates for other in range(row + 1, settled[-1])
        )
        body.why[row] = "subtotal" if inside or is_subtotal(candidates[row]) else "total"


def _under_totals(sheet: Sheet, columns: Sequence[int], body: Body, first: int, end: int) -> None:
    """Under the closing total stand averages and notes, no records."""
    below = [row for row in range(first, end) if body.why.get(row) not in ("blank", "note")]
    while below and (body.why.get(below[-1]) == "total" or _names_a_result(sheet, columns, body, below[-1])):
        body.guessed.pop(below[-1], None)
        body.why[below.pop()] = "total"
    last = max((row for row, why in body.why.items() if why == "total"), default=end)
    rest = [row for row in range(last + 1, end) if body.why.get(row) not in ("blank", "note")]
    if last > first and rest and all(len(sheet.cells(row, columns)) == 1 for row in rest):
        body.why.update(dict.fromkeys(rest, "note"))
        for row in rest:
            body.guessed.pop(row, None)
        body.guessed[rest[0]] = "note"


def _names_a_result(sheet: Sheet, columns: Sequence[int], body: Body, row: int) -> bool:
    """Whether a last row is an average, or the word total with nothing beside it."""
    held = sheet.cells(row, columns)
    words = [column for column in held if sheet.kinds[row, column] == TEXT]
    if len(words) != 1 or words[0] != held[0] or len(columns) < 2:
        return False
    text = sheet.text(row, held[0])
    if len(held) == 1:
        return is_total(text) and _exact(text)
    return is_average(text) and (body.why.get(row - 1) == "total" or _is_mean(sheet, held[1:], body, row))


def _is_mean(sheet: Sheet, held: Sequence[int], body: Body, row: int) -> bool:
    """Whether a row holds the means of the records above; a category may be called average too."""
    above = [other for other in range(max(0, row - 20_000), row) if other >= body.first and other not in body.why]
    for column in held:
        values = _amounts(sheet, above, column)
        value = _amounts(sheet, [row], column)[0]
        if not np.isnan(values).all() and abs(np.nanmean(values) - value) <= 0.51:
            return True
    return False


def _labelled_sections(sheet: Sheet, body: Body, first: int, end: int) -> None:
    """Rows of a code and a label without any value that open a group: a colon ends them, or a subtotal the group."""
    numbers = [column for column, kind in body.ruling.items() if kind == NUMBER]
    labels = [column for column, kind in body.ruling.items() if kind == TEXT]
    if not labels or len(numbers) < 2:
        return
    closing = max((row for row, why in body.why.items() if why == "subtotal"), default=first)
    valued = sheet.filled[first:end][:, numbers].sum(axis=1)
    opens = True
    for row in range(first, end):
        why = body.why.get(row)
        bare = why is None and valued[row - first] <= (numbers[0] < labels[0] and sheet.filled[row, numbers[0]])
        colon = bare and any(sheet.text(row, column).endswith(":") for column in sheet.cells(row, labels))
        if bare and ((opens and row < closing) or colon):
            body.why[row] = "section"
        elif why != "blank":
            opens = why in ("subtotal", "section")


def _exact(label: str) -> bool:
    return not label.casefold().strip().endswith(("total", "totals")) or len(label.split()) <= 2


def _last_filled(body: Body, end: int) -> int:
    row = end
    while row > 0 and body.why.get(row - 1) in ("blank", "note"):
        row -= 1
    return row


def _formula_rows(sheet: Sheet, columns: Sequence[int], body: Body, first: int, end: int) -> None:
    """Rows that only hold pre-filled formulas are no records, where other rows have a label that was typed."""
    formulas = sheet.grid.notes.formulas
    if not formulas:
        return
    grid = sheet.grid
    by_row: dict[int, set[int]] = {}
    for row, column in formulas:
        by_row.setdefault(row - grid.first_row, set()).add(column - grid.first_col)
    whole = [
        row
        for row in range(first, end)
        if row not in body.why and set(sheet.cells(row, columns)) <= by_row.get(int(sheet.rows[row]), set())
    ]
    typed = [row for row in range(first, end) if row not in body.why and row not in set(whole)]
    if typed and whole:
        label = [column for column in columns if all(sheet.filled[row, column] for row in typed[:20])]
        for row in whole:
            if not any(sheet.filled[row, column] for column in label[:1]):
                body.why[row] = "formulas only"


def _unlabelled_total(sheet: Sheet, columns: Sequence[int], body: Body) -> None:
    """A last row of numbers alone that are the sums of what stands above is a total."""
    if len(body.data) < 4:
        return
    last = body.data[-1]
    held = sheet.cells(last, columns)
    label = next((column for column in columns if sheet.filled[body.data[:-1], column].mean() > 0.9), None)
    if label is None or label in held or any(sheet.kinds[last, column] not in (NUMBER, SIGN, ERROR) for column in held):
        return
    if adds_up(sheet, held, last, body.data[:-1]) > 0:
        body.why[last] = "total"
        body.data.pop()
    elif body.data[-2] != last - 1 and len(held) < 0.5 * len(columns):
        body.guessed[last] = "data"


__all__ = ["BLANK", "Body", "adds_up", "sort_rows"]
