"""One file to an :class:`Inspection`: what a person would see in it, without any contract."""

from __future__ import annotations

from collections.abc import Sequence

from sources.inspect.kinds import NUMBER, SIGN, TEXT, kind_of_text
from sources.inspect.model import Inspection, Left, Outcome, Remark, Sighted
from sources.inspect.names import name_columns
from sources.inspect.remarks import quoted, ragged, remarks
from sources.inspect.sheet import Sheet
from sources.inspect.sniff import true_kind
from sources.inspect.structure import Piece, pieces
from sources.inspect.words import NOTE, header_words
from sources.problems import Problem
from sources.reader.files import FileRead, read_file
from sources.reader.grid import Grid
from sources.reader.refusal import Refused
from sources.reader.text import is_blank

_NO_TABLE = "No table was found: no row of names with rows of values under it."
_NO_ROWS = "The file has a row of names but no data rows."


def inspect(name: str, data: bytes, *, encoding: str | None = None) -> Inspection:
    """Look at a file as a person would, without a contract.

    Args:
        name: Display name.
        data: Its bytes.
        encoding: Legacy encoding of a csv, where it is known.
    """
    return look(name, data, encoding=encoding)[0]


def look(name: str, data: bytes, *, encoding: str | None = None) -> tuple[Inspection, list[Grid]]:
    """:func:`inspect`, with the grids the positions of its tables belong to (one per table)."""
    other = true_kind(data)
    if other is not None:
        return Inspection(name, "refuse", other), []
    try:
        read = read_file(name, data, vocabulary=None, encoding=encoding)
    except Refused as refused:
        return Inspection(name, "refuse", refused.problem.sentence), []
    if read.question is not None:
        return Inspection(name, "ask", read.question.sentence), []
    return _answer(name, read)


def _answer(name: str, read: FileRead) -> tuple[Inspection, list[Grid]]:
    inspection = Inspection(name, "read")
    grids: list[Grid] = []
    hidden: list[str] = []
    empty, only_names = True, True
    doubts: list[str] = []
    filled = sum(any(any(not is_blank(value) for value in column) for column in grid.columns) for grid in read.grids)
    for grid in read.grids:
        if grid.lines:  # a record is one line here, however many its quoted line breaks make of it elsewhere
            grid.lines = list(range(grid.lines[0], grid.lines[0] + len(grid.lines)))
        sheet = Sheet(grid)
        empty = empty and not sheet.filled.any() and not sheet.hidden
        only_names = only_names and _only_names(sheet)
        found = [_sighted(sheet, piece, first=index == 0) for index, piece in enumerate(pieces(sheet))]
        if grid.hidden:
            hidden += [str(grid.sheet)] if found else []
            continue
        found = _likely(found, grid, alone=filled == 1)
        if len(found) > 1:
            places = " and ".join(_place(table) for table in found[:4])
            where = f"Sheet {grid.sheet}" if grid.sheet is not None else "The file"
            doubts.append(f"{where} holds {len(found)} tables ({places}); say which of them is meant")
        if not found and sheet.filled.any():
            inspection.without_table.append(str(grid.sheet) if grid.sheet is not None else name)
        inspection.tables += found
        grids += [grid] * len(found)
    inspection.tables, grids = _with_rows(inspection.tables, grids)
    return _outcome(inspection, read, hidden, doubts, empty=empty, only_names=only_names), grids


def _only_names(sheet: Sheet) -> bool:
    """Whether a sheet holds one row of words below its titles and nothing under it."""
    if not sheet.height or sheet.grid.hidden:
        return True
    rows = [row for row in range(sheet.height) if sheet.count[row]]
    if not rows:
        return True
    last = rows[-1]
    held = sheet.kinds[last][sheet.filled[last]]
    return (
        bool(((held == TEXT) | (held == SIGN)).all() and (held == TEXT).any())
        and (len(held) > 1 or len(rows) == 1)
        and all(sheet.count[row] == 1 for row in rows[:-1])
    )


def _with_rows(tables: list[Sighted], grids: list[Grid]) -> tuple[list[Sighted], list[Grid]]:
    """Tables without data rows are told only where no table has any."""
    if any(table.row_count for table in tables):
        kept = [index for index, table in enumerate(tables) if table.row_count]
        return [tables[index] for index in kept], [grids[index] for index in kept]
    return tables, grids


def _likely(found: list[Sighted], grid: Grid, *, alone: bool) -> list[Sighted]:
    """Without the blocks beside or above a real table that only look a little like one."""
    good = [table for table in found if table.header_rows is not None and table.row_count]
    if not alone and len(good) == 1 and len(good[0].columns) == 1 and _prose(good[0], grid):
        return []
    if len(good) == 1 and _pairs(good[0], grid):
        if not alone:
            return []
        good[0].doubts.append("the sheet holds pairs of a name and a value, or a table of two columns; say which")
    if good:
        return [
            table
            for table in found
            if table in good or (table.header_rows is None and table.row_count >= 3 and len(table.columns) >= 3)
        ]
    if not alone:
        return [table for table in found if len(table.columns) >= 3 and (table.row_count >= 3 or table.header_rows)]
    return found


def _prose(table: Sighted, grid: Grid) -> bool:
    """Whether the only column of a sheet beside others holds sentences or entries of a list of contents."""
    rows, positions = table.positions
    texts = [grid.columns[positions[0]][row] for row in rows]
    return all(isinstance(text, str) and kind_of_text(text) != NUMBER for text in texts)


def _pairs(table: Sighted, grid: Grid) -> bool:
    """Whether two columns of words hold fields of a form: names on the left from the first row on, values beside."""
    if len(table.columns) != 2 or header_words(table.columns[1]) or not table.columns[0]:
        return False
    rows, positions = table.positions
    texts = [table.columns[0], *(grid.columns[positions[0]][row] for row in rows)]
    values = [grid.columns[positions[1]][row] for row in rows]
    named = sum(isinstance(text, str) and (header_words(text) > 0 or text.rstrip().endswith(":")) for text in texts)
    return named >= 0.6 * len(texts) and any(isinstance(value, str) for value in values)


def _place(table: Sighted) -> str:
    if table.header_rows is None:
        return f"{table.letters[0]}{table.first_row}"
    return f"{table.letters[0]}{table.header_rows[0]}"


def _outcome(
    inspection: Inspection, read: FileRead, hidden: list[str], doubts: list[str], *, empty: bool, only_names: bool
) -> Inspection:
    tables = inspection.tables
    if not tables:
        sentence = _NO_ROWS if only_names else _NO_TABLE
        if hidden:
            sentence = f"Sheet {hidden[0]} is hidden, and no other sheet holds a table. Unhide it."
        elif empty:
            sentence = "The selected file is empty."
        inspection.outcome, inspection.reason = "refuse", sentence
        return inspection
    if not any(table.row_count for table in tables):
        inspection.outcome, inspection.reason = "refuse", _NO_ROWS
        return inspection
    for sheet in hidden:
        sentence = f"Sheet {sheet} is hidden and was not read."
        tables[0].warnings.append(Remark(None, "hidden_sheet", sentence))
    tables[0].warnings += [_from_problem(problem) for problem in read.problems]
    doubts += [doubt for table in tables for doubt in table.doubts]
    outcome: Outcome = "ask" if doubts else "read"
    if not doubts and any(table.warnings for table in tables):
        outcome = "read_with_warnings"
    inspection.outcome = outcome
    if doubts:
        text = "; ".join(dict.fromkeys(doubts))
        inspection.reason = text[:1].upper() + text[1:] + "."
    return inspection


def _from_problem(problem: Problem) -> Remark:
    cell = problem.cells[0] if problem.cells else None
    return Remark(cell, problem.rule.removeprefix("file."), problem.sentence)


def _sighted(sheet: Sheet, piece: Piece, *, first: bool) -> Sighted:
    heading, body = piece.heading, piece.body
    names = name_columns(sheet, heading, piece.columns)
    columns, beyond = _own_columns(sheet, piece, names)
    seen = remarks(sheet, columns, names, heading, body)
    seen += ragged(sheet, beyond)
    seen += [
        Remark(sheet.cell(row, column), "beside_table", f"{quoted(sheet.value(row, column))} stands beside the table.")
        for row, column in piece.beside[:20]
    ]
    data = body.data
    return Sighted(
        sheet=sheet.grid.sheet,
        header_rows=(sheet.number(heading.rows[0]), sheet.number(heading.rows[-1])) if heading.rows else None,
        first_row=sheet.number(data[0]) if data else None,
        last_row=sheet.number(data[-1]) if data else None,
        row_count=len(data),
        columns=[names[column] for column in columns],
        letters=[sheet.grid.letter(column) for column in columns],
        ignored=_ignored(sheet, piece, first=first),
        warnings=seen,
        doubts=_doubts(sheet, piece, names, columns, beyond),
        positions=([int(sheet.rows[row]) for row in data], list(columns)),
    )


def _own_columns(sheet: Sheet, piece: Piece, names: dict[int, str]) -> tuple[list[int], dict[int, list[int]]]:
    """Columns of the table, and values right of its last name that belong to none."""
    data = piece.body.data
    held = {column: int(sheet.filled[data, column].sum()) if data else 0 for column in piece.columns}
    if not piece.heading.rows:
        return [column for column in piece.columns if held[column]], {}
    last = max((column for column in piece.columns if names[column]), default=-1)
    beyond = {
        column: [row for row in data if sheet.filled[row, column]]
        for column in piece.columns
        if column > last and 0 < held[column] < 0.5 * len(data)
    }
    columns = [column for column in piece.columns if column not in beyond and (names[column] or held[column])]
    return columns, beyond


def _doubts(
    sheet: Sheet, piece: Piece, names: dict[int, str], columns: Sequence[int], beyond: dict[int, list[int]]
) -> list[str]:
    doubts = list(piece.heading.doubts)
    where = f"Sheet {sheet.grid.sheet}" if sheet.grid.sheet is not None else "the file"
    if not piece.heading.rows:
        doubts.append(f"{where} has rows of values but no row of names; say what its columns are")
    elif not piece.heading.sure:
        row = sheet.number(piece.heading.rows[-1])
        doubts.append(f"row {row} can be a row of names or the first record; say which")
    if (
        piece.heading.rows
        and sheet.grid.sheet is None
        and len(columns) > 1
        and not names[columns[-1]]
        and piece.body.data
        and not piece.heading.tags
    ):
        full = int(sheet.filled[piece.body.data, columns[-1]].sum())
        if full > 0.8 * len(piece.body.data) and all(names[column] for column in columns[:-1]):
            doubts.append(
                "the row of names has one name fewer than the rows have values; say to which columns they belong"
            )
    half = len(columns) // 2
    listed = [names[column] for column in columns]
    if half >= 2 and len(columns) == 2 * half and listed[:half] == listed[half:] and all(listed):
        letter = sheet.grid.letter(columns[half])
        doubts.append(f"{where} repeats its names from column {letter} on, as two tables side by side do")
    return doubts


def _ignored(sheet: Sheet, piece: Piece, *, first: bool) -> list[Left]:
    why = dict(piece.body.why)
    heading = piece.heading
    top = heading.rows[0] if heading.rows else heading.below
    part = list(piece.columns)
    for row in range(piece.start, top):
        if sheet.filled[row, part].any():
            text = sheet.text(row, sheet.cells(row, part)[0])
            why[row] = "note" if NOTE.match(text) else "title"
        elif first or row > piece.start:
            why[row] = "blank"
    if heading.numbered is not None:
        why[heading.numbered] = "column numbers"
    filled = [row for row, reason in why.items() if reason != "blank"] + piece.body.data
    inside = [row for row in why if filled and min(filled) <= row <= max(filled)]
    left: list[Left] = []
    for row in sorted(inside):
        number = sheet.number(row)
        if left and left[-1].rows[1] == sheet.number(row - 1) and left[-1].why == why[row] and row - 1 in why:
            left[-1] = Left((left[-1].rows[0], number), why[row])
        else:
            left.append(Left((number, number), why[row]))
    for position in sheet.hidden if first else ():
        number = sheet.grid.row_number(position)
        if left and left[-1].why == "hidden" and left[-1].rows[1] == number - 1:
            left[-1] = Left((left[-1].rows[0], number), "hidden")
        else:
            left.append(Left((number, number), "hidden"))
    return sorted(left, key=lambda item: item.rows)
