"""From problems to cells: which to colour, how badly, what their comment says, and the lines of the Fix list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sources.problems import Problem, Severity
from sources.reader.grid import column_index, column_letter
from sources.reader.ranges import runs

#: Causes told one by one; the rest are counted.
CAUSES = 200
#: Cells of one cause with a line of their own; the rest as ranges.
LINES_PER_CAUSE = 25
RANGES_PER_CAUSE = 50
#: Cells coloured in one workbook, and cells with a comment: Excel becomes slow with more.
COLOURED = 20_000
COMMENTS = 2_000
WORDS: dict[Severity, str] = {"error": "Error", "warning": "Please confirm"}
_REF = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_PLACES = re.compile(r"(?:[A-Z]{1,3}\d+[A-Z0-9:, ]*(?: and \d+ more places)?|(?:rows?|lines?|column|columns) [\w, ]+)")

#: 1-based row and 0-based column.
Cell = tuple[int, int]


@dataclass
class Target:
    """What is wrong with one cell."""

    severity: Severity
    sentences: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Line:
    """A line of the Fix list: one cell, or a range of cells, of one cause."""

    severity: Severity
    sheet: str
    cells: str
    sentence: str
    found: str
    expected: str
    fix: str
    linked: bool


def to_tell(problems: Iterable[Problem]) -> list[Problem]:
    """Problems that ask for something, each sentence once."""
    kept: dict[tuple[str | None, str | None, str], Problem] = {}
    for problem in problems:
        if problem.severity in WORDS:
            kept.setdefault((problem.file, problem.sheet, problem.sentence), problem)
    return list(kept.values())


def cells_of(problem: Problem) -> list[Cell]:
    """Every cell of a problem on a sheet, also those its list of cells leaves out."""
    named = [(int(match[2]), column_index(match[1])) for text in problem.cells if (match := _REF.fullmatch(text))]
    columns = {column for _, column in named}
    if problem.count > len(named) and len(columns) == 1:
        column = columns.pop()
        named += [(row, column) for row in problem.rows]
    return list(dict.fromkeys(named))


def name(cell: Cell) -> str:
    """``C14``."""
    return f"{column_letter(cell[1])}{cell[0]}"


def without_place(problem: Problem) -> str:
    """The sentence without its beginning that names sheet and cells: they stand beside it."""
    text, start = problem.sentence, 0
    for prefix in (f"File {problem.file}, sheet {problem.sheet}", f"Sheet {problem.sheet}", f"File {problem.file}"):
        if text.startswith(prefix):
            start = len(prefix)
            break
    colon = text.find(": ", start)
    if colon < 0:
        return text
    middle = text[start:colon].lstrip(", ")
    if middle and not _PLACES.fullmatch(middle[:1].lower() + middle[1:]) and not _PLACES.fullmatch(middle):
        return text
    rest = text[colon + 2 :]
    return rest[:1].upper() + rest[1:]


def by_sheet(problems: Sequence[Problem]) -> dict[str, dict[Cell, Target]]:
    """What to mark, by sheet; an error's cells come before a warning's where there are too many."""
    marks: dict[str, dict[Cell, Target]] = {}
    left = COLOURED
    for problem in sorted(problems, key=lambda item: item.severity != "error"):
        if problem.sheet is None:
            continue
        here = marks.setdefault(problem.sheet, {})
        said = f"{WORDS[problem.severity]}: {without_place(problem)}"
        for cell in cells_of(problem):
            if cell not in here:
                if left == 0:
                    break
                left -= 1
                here[cell] = Target(problem.severity)
            here[cell].sentences.append(said)
    return {sheet: cells for sheet, cells in marks.items() if cells}


def lines(problems: Sequence[Problem]) -> list[Line]:
    """The lines of the Fix list, one per cell, the first :data:`CAUSES` causes."""
    return [line for problem in problems[:CAUSES] for line in _lines_of(problem)]


def _lines_of(problem: Problem) -> list[Line]:
    cells = cells_of(problem)
    if not cells:
        return [_line(problem, _elsewhere(problem), linked=False)]
    own, others = cells[:LINES_PER_CAUSE], cells[LINES_PER_CAUSE:]
    found = [_line(problem, name(cell), linked=True) for cell in own]
    ranges: list[str] = []
    for column in dict.fromkeys(column for _, column in others):
        letter = column_letter(column)
        for first, last in runs([row for row, at in others if at == column]):
            ranges.append(f"{letter}{first}" if first == last else f"{letter}{first}:{letter}{last}")
    found += [_line(problem, cells_named, linked=True) for cells_named in ranges[:RANGES_PER_CAUSE]]
    hidden = len(ranges) - RANGES_PER_CAUSE
    if hidden > 0:
        found.append(_line(problem, f"and {hidden:,} more places", linked=False))
    return found


def _elsewhere(problem: Problem) -> str:
    """Where a problem lies that has no cell of a sheet: rows, lines of a csv, or the whole."""
    if problem.cells:
        more = problem.count - 3
        return ", ".join(problem.cells[:3]) + (f" and {more:,} more" if len(problem.cells) > 3 and more > 0 else "")
    if problem.rows:
        return "row " + ", ".join(str(row) for row in problem.rows[:5])
    return "whole sheet" if problem.sheet is not None else "whole file"


def _line(problem: Problem, cells: str, *, linked: bool) -> Line:
    return Line(
        problem.severity,
        problem.sheet or "",
        cells,
        without_place(problem),
        problem.found or "",
        problem.expected or "",
        problem.fix or "",
        linked,
    )
