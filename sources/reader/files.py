"""One submitted file to grids: looked at and parsed in limited processes, notes put in place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sources.problems import Problem, Question
from sources.reader import ooxml, refusal
from sources.reader.grid import MAX_CELLS, MAX_ROWS, MAX_SHEETS, Grid, SheetNotes
from sources.reader.prescan import MAX_BYTES, is_workbook
from sources.reader.refusal import Refused
from sources.reader.sandbox import SANDBOX, Job, Pending, SandboxError
from sources.reader.vocabulary import Vocabulary


@dataclass
class FileRead:
    """Grids of one file and what is to be said about it, or the question that stands before reading it."""

    grids: list[Grid] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    question: Question | None = None


def read_file(
    name: str,
    data: bytes,
    *,
    vocabulary: Vocabulary | None,
    encoding: str | None = None,
    encoding_answer: str | None = None,
    delimiter: str | None = None,
    want_percent: bool = False,
) -> FileRead:
    """Grids of one file.

    Nothing of the file is unpacked, decoded or matched in this process: that happens in forks with limits of
    memory and time, see :mod:`sources.reader.sandbox`.

    Args:
        name: Display name.
        data: Its bytes.
        vocabulary: Headers of the contract; settles the delimiter of a csv.
        encoding: Legacy encoding the partner declared.
        encoding_answer: Answer to an earlier encoding question.
        delimiter: Answer to an earlier delimiter question.
        want_percent: Some column is a percentage, so percent formats matter.

    Raises:
        Refused: The file cannot be read, with the reason.
    """
    if not data:
        raise Refused(*refusal.EMPTY, file=name)
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // 1024**2
        raise Refused("too_large", f"The file is larger than {limit} MB, the most a return may have.", file=name)
    settings = {
        "name": name,
        "want_percent": want_percent,
        "encoding": encoding,
        "encoding_answer": encoding_answer,
        "delimiter": delimiter,
        "words": [list(words) for words in vocabulary.by_table.values()] if vocabulary is not None else [],
    }
    with SANDBOX.turns:
        return _read(name, data, settings)


def _read(name: str, data: bytes, settings: dict[str, Any]) -> FileRead:
    parsing = _parsing(data) if is_workbook(data) else None
    try:
        look = _look(name, data, settings, "look" if parsing is not None else "text")
    except BaseException:
        if parsing is not None:
            parsing.drop()
        raise
    problems = [_remark(name, rule, sentence) for rule, sentence in look.get("remarks", ())]
    problems += [_problem(value) for value in look.get("problems", ())]
    if look["kind"] == "csv":
        if parsing is not None:  # pragma: no cover - what begins like a workbook is none or refused
            parsing.drop()
        if look.get("question"):
            return FileRead(problems=problems, question=_question(look["question"]))
        return FileRead([Grid(name, None, 0, 0, look["sheets"][0]["columns"], lines=look["lines"])], problems)
    assert parsing is not None  # noqa: S101 - a kind other than csv begins like a workbook
    grids, unchecked = _grids(name, data, look, parsing)
    if unchecked:
        sentence = "Error cells could not be looked for in this file. Check it, or save it as XLSX and hand that in."
        problems.append(Problem("file.unchecked_errors", "warning", sentence, file=name, origin="interpretation"))
    return FileRead(grids, problems)


def _parsing(data: bytes) -> Pending:
    limits = {"max_sheets": MAX_SHEETS, "max_rows": MAX_ROWS, "max_cells": MAX_CELLS, "old": data[:2] != b"PK"}
    return SANDBOX.submit("parse", data, limits)


def _look(name: str, data: bytes, settings: dict[str, Any], job: Job) -> dict[str, Any]:
    try:
        look = SANDBOX.submit(job, data, settings).result()
    except SandboxError as error:
        raise _explain(name, data, error) from error
    if "refused" in look:
        raise Refused.of(_problem(look["refused"]))
    return look


def _remark(name: str, rule: str, sentence: str) -> Problem:
    return Problem(f"file.{rule}", "info", sentence, file=name, origin="interpretation")


def _problem(value: dict[str, Any]) -> Problem:
    return Problem(**{**value, "cells": tuple(value["cells"]), "rows": tuple(value["rows"])})


def _question(value: dict[str, Any]) -> Question:
    options = tuple((option, label) for option, label in value["options"])
    return Question(**{**value, "options": options, "cells": tuple(value["cells"])})


def _grids(name: str, data: bytes, look: dict[str, Any], parsing: Pending) -> tuple[list[Grid], bool]:
    try:
        parsed = parsing.result()
    except SandboxError as error:
        raise _explain(name, data, error) from error
    sheets = parsed["sheets"]
    if sheets and "too_large" in sheets[0]:
        ooxml.check_extent(name, *sheets[0]["too_large"])
        sentence = f"The used area is too large (more than {MAX_CELLS:,} cells): delete empty rows and columns."
        raise Refused("too_large", sentence, file=name, sheet=sheets[0]["too_large"][0])
    if sheets and "too_many_sheets" in sheets[0]:
        sentence = f"The workbook has {sheets[0]['too_many_sheets']:,} sheets; a return may have {MAX_SHEETS}."
        raise Refused("too_large", sentence, file=name)
    notes = {sheet: SheetNotes(**found) for sheet, found in {**look["notes"], **parsed.get("notes", {})}.items()}
    grids = [_grid(name, sheet, notes.get(sheet["name"]), look["date1904"]) for sheet in sheets]
    return grids, any(sheet["name"] not in notes for sheet in sheets)


def _grid(file: str, sheet: dict[str, Any], notes: SheetNotes | None, date1904: bool) -> Grid:
    notes = notes or SheetNotes()
    if not notes.merges:
        notes.merges = [(*first, *last) for first, last in sheet["merges"]]
    row, column = sheet["start"]
    hidden = sheet["hidden"] or notes.hidden
    grid = Grid(file, sheet["name"], row, column, sheet["columns"], hidden=hidden, date1904=date1904, notes=notes)
    grid.put_back()
    return grid


def _explain(name: str, data: bytes, error: SandboxError) -> Refused:
    """The sentence for a file that could not be looked at or parsed."""
    if error.reason == "PasswordError":
        return Refused(*refusal.PASSWORD, file=name)
    if error.reason not in ("memory", "time"):
        return Refused(*refusal.RE_SAVE, file=name)
    if is_workbook(data):
        try:
            found = SANDBOX.submit("extent", data, {"name": name}).result()
        except SandboxError:
            found = {}
        if "refused" in found:
            return Refused.of(_problem(found["refused"]))
    sentence = "The file is too large to be read; open it, delete what is not needed, and save it as XLSX."
    return Refused("too_large", sentence, file=name)
