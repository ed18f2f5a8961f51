"""Reading a submission: files → grids → tables found → typed frames, with every problem and question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sources.contract.model import Contract, Partner, Table
from sources.problems import Problem, Question
from sources.reader import gate
from sources.reader.files import FileRead, read_file
from sources.reader.fix_list import is_fix_list
from sources.reader.grid import Grid
from sources.reader.headers import Found, find_tables
from sources.reader.mapping import settle_columns
from sources.reader.places import Places, choose_places
from sources.reader.prefilled import is_comparison
from sources.reader.ranges import runs
from sources.reader.refusal import Refused
from sources.reader.result import Ignored, ReadResult, TableRead
from sources.reader.tables import TableReader
from sources.reader.text import is_blank
from sources.reader.vocabulary import Vocabulary

NO_ANSWERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class InputFile:
    """One file of a submission: its display name and its bytes."""

    name: str
    data: bytes


def read_files(
    contract: Contract,
    files: Sequence[InputFile],
    *,
    partner: Partner | None,
    period: str | None,
    answers: Mapping[str, str] = NO_ANSWERS,
    others: Iterable[Contract] = (),
) -> ReadResult:
    """Read the files of one submission against a contract.

    Args:
        contract: The program the partner chose.
        files: The files, in the order handed in.
        partner: Who hands in; settles decimal sign, date order and encoding where declared.
        period: The quarter chosen, such as ``2026-Q3``; ``None`` leaves the quarter unchecked.
        answers: Settled questions, by :attr:`sources.problems.Question.key`.
        others: Contracts of other programs, to say which one a wrong return belongs to.
    """
    result = ReadResult("read")
    others = list(others)
    try:
        grids = _read_grids(contract, files, partner, answers, result)
        if result.questions:
            result.outcome = "ask"
            return result
        result.meta = gate.read_meta(grids)
        gate.check_meta(result.meta, contract, others, partner, period)
        _read_tables(contract, grids, files, partner, period, answers, others, result)
    except Refused as refused:
        return ReadResult("refused", problems=[refused.problem], meta=result.meta)
    if result.questions:
        result.outcome = "ask"
    return result


def _read_grids(
    contract: Contract,
    files: Sequence[InputFile],
    partner: Partner | None,
    answers: Mapping[str, str],
    result: ReadResult,
) -> list[Grid]:
    if not files:
        raise Refused("empty", "No file was selected.")
    vocabulary = Vocabulary(contract, answers)
    want_percent = any(column.kind == "percent" for table in contract.tables for column in table.columns)
    grids: list[Grid] = []
    for name, data in display_names(files):
        read = _read_one(
            len(files) > 1,
            name,
            data,
            vocabulary=vocabulary,
            encoding=partner.encoding if partner is not None else None,
            encoding_answer=answers.get("encoding"),
            delimiter=answers.get("delimiter"),
            want_percent=want_percent,
        )
        grids += [grid for grid in read.grids if not is_fix_list(grid) and not is_comparison(grid)]
        result.problems += [_naming(problem) if len(files) > 1 else problem for problem in read.problems]
        if read.question is not None and read.question.key not in {known.key for known in result.questions}:
            result.questions.append(read.question)
    return grids


def _read_one(many_files: bool, name: str, data: bytes, **how: Any) -> FileRead:
    try:
        return read_file(name, data, **how)
    except Refused as refused:
        if many_files:
            refused.problem = _naming(replace(refused.problem, file=name))
        raise


def _naming(problem: Problem) -> Problem:
    """The problem with its file named in the sentence, for submissions of several files."""
    if problem.file is None or problem.file in problem.sentence:
        return problem
    colon = "," if problem.sentence.startswith("Line ") else ":"
    sentence = f"File {problem.file}{colon} {problem.sentence[:1].lower()}{problem.sentence[1:]}"
    return replace(problem, sentence=sentence)


def display_names(files: Sequence[InputFile]) -> list[tuple[str, bytes]]:
    """Names for messages: no folders, no control or direction characters, each only once."""
    seen: dict[str, int] = {}
    named = []
    for file in files:
        name = "".join(char for char in file.name.replace("\\", "/").rsplit("/", 1)[-1] if char.isprintable())
        name = name[-120:] or "file"
        seen[name] = seen.get(name, 0) + 1
        named.append((name if seen[name] == 1 else f"{name} ({seen[name]})", file.data))
    return named


def _read_tables(
    contract: Contract,
    grids: Sequence[Grid],
    files: Sequence[InputFile],
    partner: Partner | None,
    period: str | None,
    answers: Mapping[str, str],
    others: Sequence[Contract],
    result: ReadResult,
) -> None:
    vocabulary = Vocabulary(contract, answers)
    found = [place for grid in grids if grid.sheet != gate.META_SHEET for place in find_tables(grid, vocabulary)]
    visible = [place for place in found if not place.grid.hidden]
    if not visible:
        if found:
            sheet = found[0].grid.sheet
            raise Refused("hidden_sheet", f"Sheet {sheet} is hidden. Unhide it and hand the file in again.")
        gate.check_program(grids, contract, others)
    if "program" not in result.meta and any(place.missing for place in visible):
        gate.rival_program(visible, contract, others)
    places = choose_places(contract, visible, period, answers)
    if "period" not in result.meta:
        gate.check_quarter(places.chosen, period)
    asked, told = settle_columns(contract.program, places.chosen, period, answers)
    result.questions += asked
    result.problems += told
    result.problems += places.problems
    result.questions += places.questions
    result.ignored += _titles(places.all)
    reader = TableReader(contract, partner, answers, many_files=len(files) > 1)
    for table in contract.tables:
        here = [place for place in places.chosen if place.table.name == table.name]
        if here:
            reader.read(table, here, result)
        elif not table.optional and table.name not in places.asked:
            result.problems.append(_missing_table(contract, table, [place for place in found if place.grid.hidden]))
    _ask_once(result, reader.questions)
    result.ignored += _lines_not_read(places.ignored, result.tables.values())
    if not any(len(read.frame) for read in result.tables.values()) and not result.questions:
        sentence = "The file has no data rows. If there is nothing to report, say so instead of sending an empty file."
        raise Refused("no_rows", sentence)
    result.problems += reader.empty_tables(result)
    absent = {problem.sheet for problem in result.problems if problem.rule.endswith(".table_missing")}
    unseen = [place for place in found if place.grid.hidden and place.grid.sheet not in absent]
    result.problems += _hidden_sheets(unseen)
    result.ignored += _unused(grids, places, bool(result.meta))
    result.problems += _files_without_table(contract, grids, visible)


def _titles(found: Sequence[Found]) -> list[Ignored]:
    """Rows above the first header of each sheet that hold something."""
    first: dict[int, Found] = {}
    for place in found:
        known = first.get(id(place.grid))
        if known is None or place.header[0] < known.header[0]:
            first[id(place.grid)] = place
    titles = []
    for place in first.values():
        grid = place.grid
        filled = [row for row in range(place.header[0]) if any(not is_blank(value) for value in grid.row_values(row))]
        if filled:
            rows = (grid.row_number(filled[0]), grid.row_number(filled[-1]))
            titles.append(Ignored(grid.file, grid.sheet, rows, "title"))
    return titles


def _lines_not_read(left: Sequence[Ignored], tables: Iterable[TableRead]) -> list[Ignored]:
    """Places left out by their lines, those aside that are read for a table beside them."""
    frames = [table.frame for table in tables if len(table.frame)]
    found = []
    for entry in left:
        near = [frame[(frame["_file"] == entry.file) & frame["_row"].between(*entry.rows)] for frame in frames]
        lines = (zip(frame["_sheet"], frame["_row"], strict=True) for frame in near)
        read = {row for frame in lines for sheet, row in frame if sheet == entry.sheet}
        unread = [row for row in range(entry.rows[0], entry.rows[1] + 1) if row not in read]
        found += [replace(entry, rows=rows) for rows in runs(unread)]
    return found


def _ask_once(result: ReadResult, questions: Iterable[Question]) -> None:
    for question in questions:
        if question.key not in {known.key for known in result.questions}:
            result.questions.append(question)


def _missing_table(contract: Contract, table: Table, hidden: Sequence[Found]) -> Problem:
    sheet = next((place.grid.sheet for place in hidden if place.table.name == table.name), None)
    sentence = f"The table “{table.label}” was not found. Add it, as in the template."
    if sheet is not None:
        sentence = f"Sheet {sheet} with the table “{table.label}” is hidden and was not read. Unhide the sheet."
    return Problem(
        rule=f"{contract.program}.{table.name}._row.table_missing",
        severity="error",
        sentence=sentence,
        sheet=sheet,
        expected=f"a sheet or file with the columns of {table.label}",
        table=table.name,
        origin="interpretation",
    )


def _hidden_sheets(found: Sequence[Found]) -> list[Problem]:
    return [
        Problem(
            rule="file.hidden_sheet",
            severity="warning",
            sentence=f"Sheet {place.grid.sheet} is hidden and was not read. Unhide it if it belongs to the return.",
            file=place.grid.file,
            sheet=place.grid.sheet,
            table=place.table.name,
            origin="interpretation",
        )
        for place in {(place.grid.file, place.grid.sheet): place for place in found}.values()
    ]


def _unused(grids: Sequence[Grid], places: Places, from_template: bool) -> list[Ignored]:
    """Sheets with content but no table; the template's own help sheets need no word."""
    used = {id(place.grid) for place in places.all}
    unused = [grid for grid in grids if id(grid) not in used and grid.height and not grid.hidden]
    helpers = ("How to", "Lists", "Example")
    return [
        Ignored(grid.file, grid.sheet, (grid.row_number(0), grid.row_number(grid.height - 1)), "no table of the return")
        for grid in unused
        if not (from_template and (grid.sheet or "").startswith(helpers))
    ]


def _files_without_table(contract: Contract, grids: Sequence[Grid], found: Sequence[Found]) -> list[Problem]:
    with_table = {place.grid.file for place in found}
    return [
        Problem(
            rule="file.no_table",
            severity="error",
            sentence=f"In file {file} no table of {gate.short_title(contract)} was found. Leave it out, or check it.",
            file=file,
            origin="interpretation",
        )
        for file in dict.fromkeys(grid.file for grid in grids)
        if file not in with_table
    ]
