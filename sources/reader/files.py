"""One submitted file to grids: container checks, parse in the sandbox, scan beside it, notes put in place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sources.problems import Problem, Question
from sources.reader import biff12, odf, ooxml, refusal
from sources.reader.csv_dialect import read_csv
from sources.reader.encodings import Decoded, decode, sample
from sources.reader.grid import Grid, SheetNotes
from sources.reader.prescan import Container, check_xml, open_container
from sources.reader.refusal import Refused
from sources.reader.sandbox import SANDBOX, SandboxError
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
    vocabulary: Vocabulary,
    encoding: str | None = None,
    encoding_answer: str | None = None,
    want_percent: bool = False,
) -> FileRead:
    """Grids of one file.

    Args:
        name: Display name.
        data: Its bytes.
        vocabulary: Headers of the contract; settles the delimiter of a csv.
        encoding: Legacy encoding the partner declared.
        encoding_answer: Answer to an earlier encoding question.
        want_percent: Some column is a percentage, so percent formats matter.

    Raises:
        Refused: The file cannot be read, with the reason.
    """
    container = open_container(name, data)
    problems = [_remark(name, rule, sentence) for rule, sentence in container.remarks]
    if container.kind == "csv":
        return _read_text(container, vocabulary, encoding, encoding_answer, problems)
    grids, unchecked = _read_workbook(container, want_percent)
    if unchecked:
        sentence = "Error cells could not be looked for in this file. Check it, or save it as XLSX and hand that in."
        problems.append(Problem("file.unchecked_errors", "warning", sentence, file=name, origin="interpretation"))
    return FileRead(grids, problems)


def _remark(name: str, rule: str, sentence: str) -> Problem:
    return Problem(f"file.{rule}", "info", sentence, file=name, origin="interpretation")


def _read_text(
    container: Container, vocabulary: Vocabulary, encoding: str | None, answer: str | None, problems: list[Problem]
) -> FileRead:
    decoded = decode(container.name, container.data, declared=encoding, answer=answer)
    if not isinstance(decoded, Decoded):
        return FileRead(problems=problems, question=decoded)
    if decoded.legacy is not None and encoding is None and answer is None:
        sentence = (
            f"The file is not Unicode and was read as Western European, for example “{sample(decoded.text)}”. "
            "If that looks wrong, save it as CSV UTF-8 and hand it in again."
        )
        problems.append(_remark(container.name, "encoding", sentence))
    grid, line_problems = read_csv(container.name, decoded.text, known=vocabulary.known)
    return FileRead([grid], problems + line_problems)


def _read_workbook(container: Container, want_percent: bool) -> tuple[list[Grid], bool]:
    kind = "xlsx" if container.kind == "xlsm" else container.kind
    pending = SANDBOX.submit(kind, container.data)
    try:
        check_xml(container)
        notes: dict[str, SheetNotes] = {}
        if kind == "xlsx":
            notes = ooxml.scan(container, want_percent=want_percent)
        elif kind == "xlsb":
            notes = biff12.scan(container)
        elif kind == "ods":
            notes = odf.scan(container)
    except BaseException:
        pending.drop()
        raise
    try:
        parsed = pending.result()
    except SandboxError as error:
        raise _explain(container, error) from error
    sheets = parsed["sheets"]
    if sheets and "too_large" in sheets[0]:
        ooxml.check_extent(container.name, *sheets[0]["too_large"])
    for sheet, found in parsed.get("notes", {}).items():
        notes[sheet] = SheetNotes(**found)
    date1904 = kind == "xlsx" and ooxml.is_date1904(container)
    grids = [_grid(container.name, sheet, notes.get(sheet["name"]), date1904) for sheet in sheets]
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


def _explain(container: Container, error: SandboxError) -> Refused:
    """The sentence for a parse that did not come back."""
    name = container.name
    if error.reason == "PasswordError":
        return Refused(*refusal.PASSWORD, file=name)
    if error.reason in ("memory", "time"):
        if container.kind in ("xlsx", "xlsm"):
            for sheet, part in ooxml.sheet_parts(container).items():
                try:
                    ooxml.check_extent(name, sheet, *ooxml.extent(container, part))
                except Refused as refused:
                    return refused
        sentence = "The file is too large to be read; open it, delete what is not needed, and save it as XLSX."
        return Refused("too_large", sentence, file=name)
    return Refused(*refusal.RE_SAVE, file=name)
