"""What is wrong with a place itself: missing, repeated and unknown columns, hidden parts, merges, example rows."""

from __future__ import annotations

from collections.abc import Sequence

from sources.problems import Problem
from sources.reader.grid import column_letter
from sources.reader.headers import Found
from sources.reader.issues import MAX_CELLS_LISTED, shown
from sources.reader.ranges import listed
from sources.reader.text import closest, is_blank, normal


def column_problems(program: str, found: Found, data: Sequence[int]) -> list[Problem]:
    """Missing required columns, repeated columns, columns the contract does not know, values without a header."""
    problems = [_missing(program, found, name) for name in found.missing if name not in found.asked]
    problems += [_repeated(program, found, *repeat) for repeat in found.repeated if repeat[0] not in found.asked]
    if found.extras:
        problems.append(_extras(program, found))
    return problems + _headless(program, found, data)


def _missing(program: str, found: Found, name: str) -> Problem:
    column = found.table.column(name)
    extras = found.extras
    near = closest(column.label, extras.values())
    hint = ""
    if near is not None:
        index = next(index for index, text in extras.items() if text == near)
        hint = f"; closest is “{near}” ({found.grid.letter(index)})"
    return Problem(
        rule=f"{program}.{found.table.name}.{name}.column_missing",
        severity="error",
        sentence=f"{found.grid.place()} has no column “{column.label}”{hint}.",
        file=found.grid.file,
        sheet=found.grid.sheet,
        found=near,
        expected=f"a column “{column.label}”",
        fix=f"Name the column “{column.label}”, as in the template.",
        table=found.table.name,
        column=name,
        origin="interpretation",
    )


def _repeated(program: str, found: Found, name: str, first: int, second: int) -> Problem:
    letters = (found.grid.letter(first), found.grid.letter(second))
    label = found.table.column(name).label
    row = found.header[1]
    return Problem(
        rule=f"{program}.{found.table.name}.{name}.column_repeated",
        severity="error",
        sentence=f"{found.grid.place()} has two columns for “{label}”: {letters[0]} and {letters[1]}. Keep one.",
        file=found.grid.file,
        sheet=found.grid.sheet,
        cells=(found.grid.cell(row, first), found.grid.cell(row, second)),
        found=f"{letters[0]} and {letters[1]}",
        expected="one column",
        fix="Delete or rename the column that does not belong to the return.",
        count=2,
        table=found.table.name,
        column=name,
        origin="interpretation",
    )


def _extras(program: str, found: Found) -> Problem:
    absent = {column.label: column.name for column in found.table.columns if column.name not in found.columns}
    named = []
    for index, text in sorted(found.extras.items()):
        near = closest(text, absent, cutoff=0.75)
        like = f", which looks like “{near}”" if near is not None else ""
        named.append(f"“{shown(text)}” ({found.grid.letter(index)}{like})")
    many = len(named) > 1
    sentence = f"{found.grid.place()}: the {'columns' if many else 'column'} {', '.join(named)} "
    sentence += f"{'are' if many else 'is'} not part of the return and {'were' if many else 'was'} not read."
    row = found.header[1]
    return Problem(
        rule=f"{program}.{found.table.name}._row.extra_columns",
        severity="warning",
        sentence=sentence,
        file=found.grid.file,
        sheet=found.grid.sheet,
        cells=tuple(found.grid.cell(row, index) for index in sorted(found.extras)),
        found=", ".join(shown(text) for text in found.extras.values()),
        count=len(named),
        table=found.table.name,
        origin="interpretation",
    )


def _headless(program: str, found: Found, data: Sequence[int]) -> list[Problem]:
    """Values in the table's rows right of its last header, or under a blank header."""
    grid = found.grid
    named = set(found.names)
    cells: list[tuple[int, int]] = []
    for index in range(found.span[0], len(grid.columns)):
        column = grid.columns[index]
        if index in named or not any(column[found.header[1] + 1 : found.end]):
            continue
        if index > found.span[1] + 1 and grid.sheet is not None:
            continue  # something of its own beside the table
        cells += [(row, index) for row in data if not is_blank(column[row]) and index not in found.taken(row)]
    if not cells:
        return []
    cells.sort()
    names = tuple(grid.cell(row, index) for row, index in cells[:MAX_CELLS_LISTED])
    more = f" and {len(cells) - 1} more" if len(cells) > 1 else ""
    start = f"{grid.place()}, {names[0]}{more}"
    csv = grid.sheet is None
    return [
        Problem(
            rule=f"{program}.{found.table.name}._row.value_without_header",
            severity="error" if csv else "warning",
            sentence=f"{start}: there is a value but no header above it. "
            "Give the column a header, or delete the value.",
            file=grid.file,
            sheet=grid.sheet,
            cells=names,
            found=shown(grid.columns[cells[0][1]][cells[0][0]]),
            expected="no value outside the table's columns",
            count=len(cells),
            table=found.table.name,
            rows=tuple(dict.fromkeys(grid.row_number(row) for row, _ in cells))[:MAX_CELLS_LISTED],
            origin="interpretation",
        )
    ]


def merge_problems(program: str, found: Found, data: Sequence[int]) -> list[Problem]:
    """Merged cells among the data rows: only their first cell counts."""
    grid = found.grid
    if not grid.notes.merges or not data:
        return []
    rows = {row + grid.first_row for row in data}
    columns = {index + grid.first_col for index in found.columns.values()}
    touched = [
        (top, left, bottom, right)
        for top, left, bottom, right in grid.notes.merges
        if top + 1 > found.header[1] + grid.first_row
        and bottom - top < 100_000
        and not rows.isdisjoint(range(top, bottom + 1))
        and not columns.isdisjoint(range(left, min(right, 16_384) + 1))
    ]
    if not touched:
        return []
    names = tuple(
        f"{column_letter(left)}{top + 1}:{column_letter(right)}{bottom + 1}" for top, left, bottom, right in touched
    )
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    unseen = [name for merge in touched for name in _under(found, merge)]
    what = "cells are merged, and only the first one counts. Unmerge them and fill every row."
    if unseen:
        shown_here = listed(unseen[:3]) if len(unseen) <= 3 else f"{', '.join(unseen[:3])} and {len(unseen) - 3} more"
        what = f"cells are merged over values that nobody sees ({shown_here}); these were read. "
        what += "Unmerge the cells and check every row."
    return [
        Problem(
            rule=f"{program}.{found.table.name}._row.merged_cells",
            severity="warning",
            sentence=f"{grid.place()}, {names[0]}{more}: {what}",
            file=grid.file,
            sheet=grid.sheet,
            cells=names[:MAX_CELLS_LISTED],
            expected="one cell per value",
            count=len(names),
            table=found.table.name,
            rows=tuple(top + 1 for top, _, _, _ in touched[:MAX_CELLS_LISTED]),
        )
    ]


def _under(found: Found, merge: tuple[int, int, int, int]) -> list[str]:
    """Filled cells of the table under a merged cell, its first one aside."""
    grid = found.grid
    top, left, bottom, right = merge
    cells = []
    for index in sorted(found.columns.values()):
        if left <= index + grid.first_col <= right:
            for row in range(max(0, top - grid.first_row), min(bottom - grid.first_row + 1, grid.height)):
                is_first = (row + grid.first_row, index + grid.first_col) == (top, left)
                if not is_first and not is_blank(grid.columns[index][row]):
                    cells.append(grid.cell(row, index))
    return cells


def row_problems(program: str, found: Found, data: Sequence[int]) -> list[Problem]:
    """Hidden rows and columns (they are read), and rows that are the template's worked example."""
    grid = found.grid
    problems = []
    hidden = [row for row in data if row + grid.first_row in grid.notes.hidden_rows] if grid.notes.hidden_rows else []
    if hidden:
        numbers = [grid.row_number(row) for row in hidden]
        problems.append(_hidden(found, "rows", _ranges(numbers), len(numbers), tuple(numbers[:MAX_CELLS_LISTED])))
    columns = [index for index in sorted(found.columns.values()) if index + grid.first_col in grid.notes.hidden_columns]
    if columns:
        problems.append(_hidden(found, "columns", ", ".join(map(grid.letter, columns)), len(columns), ()))
    examples = [row for row in data[:5] if _is_example(found, row)]
    for row in examples:
        number = grid.row_number(row)
        problems.append(
            Problem(
                rule=f"{program}.{found.table.name}._row.example_rows",
                severity="error",
                sentence=f"{grid.place()}: row {number} is the example of the template. Replace it with your own rows.",
                file=grid.file,
                sheet=grid.sheet,
                cells=(grid.cell(row, min(found.columns.values())),),
                expected="your own rows",
                table=found.table.name,
                rows=(number,),
            )
        )
    return problems


def _hidden(found: Found, what: str, which: str, count: int, rows: tuple[int, ...]) -> Problem:
    one = count == 1
    noun = what[:-1] if one else what
    return Problem(
        rule=f"file.hidden_{what}",
        severity="warning",
        sentence=f"{found.grid.place()}: {noun} {which} "
        + (
            "is hidden. It was read; delete it if it does"
            if one
            else "are hidden. They were read; delete them if they do"
        )
        + " not belong to the return.",
        file=found.grid.file,
        sheet=found.grid.sheet,
        found=which,
        count=count,
        table=found.table.name,
        rows=rows,
        origin="interpretation",
    )


def _ranges(numbers: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    texts = [str(first) if first == last else f"{first}–{last}" for first, last in runs]
    return ", ".join(texts[:8]) + (" …" if len(texts) > 8 else "")


def _is_example(found: Found, row: int) -> bool:
    same = other = 0
    for column in found.table.columns:
        index = found.columns.get(column.name)
        if index is None or is_blank(found.grid.columns[index][row]):
            continue
        value = shown(found.grid.columns[index][row])
        if any(normal(value) == normal(shown(example)) for example in column.examples):
            same += 1
        else:
            other += 1
    return same >= 3 and other == 0
