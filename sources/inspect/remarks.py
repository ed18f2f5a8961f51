"""What a person should look at in a table: one remark per cause and column, at the first cell it touches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from sources.inspect.body import Body
from sources.inspect.header_rows import Heading
from sources.inspect.kinds import DATE, ERROR, NUMBER, TEXT
from sources.inspect.model import Remark
from sources.inspect.sheet import Sheet, shown
from sources.reader.grid import MAX_CELL_TEXT, ErrorCell
from sources.reader.ranges import row_ranges
from sources.reader.text import ERROR_TEXT, has_mixed_scripts, has_mojibake, latin_look

_MOST = 20


def quoted(value: Any) -> str:
    """A value as a sentence quotes it, cut where it is long."""
    text = shown(value)
    return f"“{text if len(text) <= 40 else text[:37] + '…'}”"


def remarks(sheet: Sheet, columns: Sequence[int], names: dict[int, str], heading: Heading, body: Body) -> list[Remark]:
    """Everything to be looked at in one table."""
    found = [*_names(sheet, columns, names, heading), *_above(sheet, columns, heading)]
    found += _guessed(sheet, columns, body)
    if body.data:
        found += _cells(sheet, columns, names, body)
        found += _damaged_text(sheet, columns, body)
        found += _merged(sheet, columns, body)
    found += _hidden(sheet, columns, names, body)
    return found


def _names(sheet: Sheet, columns: Sequence[int], names: dict[int, str], heading: Heading) -> Iterable[Remark]:
    if not heading.rows:
        return
    row = heading.rows[-1]
    seen: dict[str, int] = {}
    for column in columns:
        name = names[column]
        cell = sheet.cell(row, column)
        if not name:
            yield Remark(cell, "unnamed_column", f"Column {sheet.grid.letter(column)} holds values but has no name.")
            continue
        if name in seen:
            first = sheet.grid.letter(seen[name])
            sentence = f"Columns {first} and {sheet.grid.letter(column)} are both named {quoted(name)}."
            yield Remark(cell, "duplicate_name", sentence)
        seen.setdefault(name, column)
        if has_mojibake(name):
            yield Remark(cell, "mojibake", f"The name {quoted(name)} holds letters that an earlier program damaged.")
        if has_mixed_scripts(name):
            yield Remark(cell, "mixed_scripts", f"The name {quoted(name)} mixes letters of two alphabets.")


def _above(sheet: Sheet, columns: Sequence[int], heading: Heading) -> Iterable[Remark]:
    """A lone text directly above the names of later columns: a title, or a name for all of them."""
    if not heading.rows or heading.rows[0] == 0:
        return
    row = heading.rows[0] - 1
    held = sheet.cells(row, columns)
    if len(held) == 1 and held[0] > columns[0] and sheet.filled[heading.rows[0], held[0]]:
        sentence = f"{quoted(sheet.value(row, held[0]))} stands directly above the names; it was taken as a title."
        yield Remark(sheet.cell(row, held[0]), "text_above_names", sentence)


def _guessed(sheet: Sheet, columns: Sequence[int], body: Body) -> Iterable[Remark]:
    for row, taken in sorted(body.guessed.items())[:_MOST]:
        if taken == "data" and row in body.why:
            continue
        held = sheet.cells(row, columns)
        if not held:  # its only cell stands right of the table, and is told as that
            continue
        column = held[0]
        what = {"data": "taken as a record", "note": "taken as a note, not as a record"}.get(
            taken, "taken as the heading of a section, not as a record"
        )
        holds = "holds only" if len(held) == 1 else "holds no value beside"
        sentence = f"Row {sheet.number(row)} {holds} {quoted(sheet.value(row, column))}; it was {what}."
        yield Remark(sheet.cell(row, column), "lone_value", sentence)


def _at(sheet: Sheet, column: int, rows: Sequence[int], code: str, sentence: Callable[[str, int], str]) -> Remark:
    return Remark(sheet.cell(rows[0], column), code, sentence(quoted(sheet.value(rows[0], column)), len(rows)))


def _and_more(count: int) -> str:
    return f"; the column has {count - 1:,} more like it" if count > 1 else ""


def _cells(sheet: Sheet, columns: Sequence[int], names: dict[int, str], body: Body) -> Iterable[Remark]:
    rows = np.array(body.data)
    for column in columns:
        held = sheet.kinds[rows, column]
        for row in rows[held == ERROR][:_MOST].tolist():
            value = sheet.value(row, column)
            cell = sheet.cell(row, column)
            if isinstance(value, ErrorCell) or (isinstance(value, str) and ERROR_TEXT.fullmatch(value.strip())):
                yield Remark(cell, "error_cell", f"The cell shows {value}; its value is not known.")
            elif not isinstance(value, str):
                yield Remark(cell, "no_result", "The formula has no result in the file. Open it in Excel and save it.")
        ruling = body.ruling.get(column)
        if ruling in (NUMBER, DATE) and (held == TEXT).any():
            odd = rows[held == TEXT].tolist()
            what = "numbers" if ruling == NUMBER else "dates"
            yield _at(
                sheet,
                column,
                odd,
                "text_among_values",
                lambda value, count, what=what: (  # type: ignore[misc]
                    f"{value} stands in a column of {what}{_and_more(count)}."
                ),
            )
        if sheet.grid.sheet is not None and ruling == NUMBER:
            typed = [row for row in rows[held == NUMBER].tolist() if isinstance(sheet.value(row, column), str)]
            if typed and (
                len(typed) < int((held == NUMBER).sum())
                or any(not sheet.value(row, column).isdigit() for row in typed[:50])
            ):
                yield _at(
                    sheet,
                    column,
                    typed,
                    "text_number",
                    lambda value, count: f"The number {value} is stored as text{_and_more(count)}.",
                )


def _damaged_text(sheet: Sheet, columns: Sequence[int], body: Body) -> Iterable[Remark]:
    last = body.data[-1]
    data = set(body.data) if len(body.data) != last - body.data[0] + 1 else range(body.data[0], last + 1)
    checks: tuple[tuple[str, Callable[[str], bool], str], ...] = (
        ("mojibake", has_mojibake, "{v} holds letters that an earlier program damaged."),
        ("mixed_scripts", has_mixed_scripts, "{v} mixes letters of two alphabets that look alike; it could be {d}."),
        ("long_text", lambda text: len(text) > MAX_CELL_TEXT, "{v} is longer than a cell of Excel can be."),
    )
    back: dict[int, int] | None = None
    for column in columns:
        odd = [value for value in sheet.grid.distinct(column) if isinstance(value, str)]
        if "".join(odd).isascii() and max(map(len, odd), default=0) <= 1000:
            continue
        odd = [value for value in odd if len(value) > 1000 or not value.isascii()]
        for code, check, sentence in checks if odd else ():
            bad = [value for value in odd if check(value)]
            if not bad:
                continue
            if back is None:
                back = {int(row): index for index, row in enumerate(sheet.rows)}
            rows = [back[hit] for hit in sheet.grid.rows_with(column, bad) if back.get(hit, -1) in data]
            for row in rows[:_MOST]:
                value = sheet.value(row, column)
                text = sentence.format(v=quoted(value), d=quoted(latin_look(value)))
                yield Remark(sheet.cell(row, column), code, text)


def _merged(sheet: Sheet, columns: Sequence[int], body: Body) -> Iterable[Remark]:
    data = set(body.data)
    for top, left, bottom, right in sheet.merges[:2000]:
        if top in data and left in columns and (bottom > top or right > left):
            where = f"{sheet.grid.letter(left)}{sheet.number(top)}:{sheet.grid.letter(right)}{sheet.number(bottom)}"
            sentence = f"The cells {where} are merged; the value stands in the first of them only."
            yield Remark(sheet.cell(top, left), "merged_cells", sentence)
    for row, column in sorted(sheet.grid.notes.under_merge)[:_MOST]:
        cell = sheet.grid.cell(row - sheet.grid.first_row, column - sheet.grid.first_col)
        yield Remark(cell, "under_merge", "A value lies under a merged cell, where nobody sees it.")


def _hidden(sheet: Sheet, columns: Sequence[int], names: dict[int, str], body: Body) -> Iterable[Remark]:
    grid = sheet.grid
    if sheet.hidden:
        numbers = [grid.row_number(row) for row in sheet.hidden]
        are = "is" if len(numbers) == 1 else "are"
        sentence = f"{row_ranges(numbers)} {are} hidden and {'was' if len(numbers) == 1 else 'were'} not counted."
        yield Remark(grid.cell(sheet.hidden[0], columns[0]), "hidden_rows", sentence[:1].upper() + sentence[1:])
    for column in columns:
        if column + grid.first_col in grid.notes.hidden_columns:
            row = body.data[0] if body.data else 0
            sentence = f"Column {grid.letter(column)} ({quoted(names[column])}) is hidden; it was read."
            yield Remark(sheet.cell(row, column), "hidden_column", sentence)


def ragged(sheet: Sheet, beyond: dict[int, list[int]]) -> Iterable[Remark]:
    """Values right of the last name: by column, the rows."""
    lines = Counter(row for rows in beyond.values() for row in rows)
    for row in sorted(lines)[:_MOST]:
        column = min(column for column, rows in beyond.items() if row in rows)
        sentence = f"{quoted(sheet.value(row, column))} stands right of the last name; the line may have shifted."
        yield Remark(sheet.cell(row, column), "ragged_row", sentence)
