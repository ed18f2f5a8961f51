"""Cast failures to problems: one per cause, every cell, one plain sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sources.contract.model import Column
from sources.problems import Problem, Severity
from sources.reader.grid import ErrorCell, Grid
from sources.reader.ranges import cell_ranges, listed, row_ranges
from sources.reader.sentences import SENTENCES
from sources.reader.text import ERROR_TEXT

MAX_CELLS_LISTED = 200
#: Rows of one problem, for marking every cell of it.
MAX_ROWS_LISTED = 20_000
#: Different values of one column and cause told one by one; more become one problem.
LINES = 5
#: Values quoted in one sentence.
QUOTED = 3
#: Lists named whole.
SHORT_LIST = 6
_QUOTED = 60
_COUNTS = {2: "two", 3: "three", 4: "four"}
_DEFAULT_EXAMPLE = {"integer": "120", "decimal": "4.4", "money": "25000.00", "percent": "47", "date": "2026-03-31"}


@dataclass(frozen=True)
class Issue:
    """Why a value is not what its column wants.

    Attributes:
        cause: Key of the sentence; issues of one column and cause become one problem.
        detail: What the sentence needs besides, such as the closest label. Part of the group.
        severity: ``error`` means the value was not taken.
        part: The part of the value that is at fault, where a cell holds several.
    """

    cause: str
    detail: str = ""
    severity: Severity = "error"
    part: str = ""


def merge_by_cause(issues: list[tuple[Issue, list[int]]]) -> list[tuple[Issue, list[int]]]:
    """One note per cause: the first one's detail stands for all."""
    by_cause: dict[str, tuple[Issue, list[int]]] = {}
    for issue, rows in issues:
        if issue.cause in by_cause:
            by_cause[issue.cause][1].extend(rows)
        else:
            by_cause[issue.cause] = (issue, rows)
    return [(issue, sorted(rows)) for issue, rows in by_cause.values()]


def shown(value: Any) -> str:
    """A raw value as a message quotes it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    text = str(value).replace("\n", " ").strip()
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"


def locate(grid: Grid, cell: str, *, many_files: bool) -> str:
    """The start of a sentence: ``Sheet KPI, C14``, ``Line 14, column C``, with the file where there are several."""
    if grid.sheet is not None:
        return f"File {grid.file}, sheet {grid.sheet}, {cell}" if many_files else f"Sheet {grid.sheet}, {cell}"
    return f"File {grid.file}, {cell}" if many_files else f"{cell[:1].upper()}{cell[1:]}"


@dataclass(frozen=True)
class Place:
    """A column of a contract table in a grid."""

    program: str
    table: str
    column: Column
    grid: Grid
    position: int
    many_files: bool

    @property
    def example(self) -> str:
        """What a cell of the column can hold."""
        if self.column.examples and self.column.kind != "text":
            return self.column.examples[0]
        return _DEFAULT_EXAMPLE.get(self.column.kind, "")

    def where(self, rows: Sequence[int]) -> str:
        """Cells as ranges: ``Sheet KPI, C14:C18, C22`` or ``Lines 3 to 9, column C``."""
        numbers, letter = [self.grid.row_number(row) for row in rows], self.grid.letter(self.position)
        if self.grid.sheet is not None:
            return locate(self.grid, cell_ranges(letter, numbers), many_files=self.many_files)
        return locate(self.grid, f"{row_ranges(numbers, 'line')}, column {letter}", many_files=self.many_files)

    def quoted(self, value: Any, part: str = "") -> str:
        """The value in quotes; errors and dates as they show; of personal data nothing."""
        if self.column.personal:
            return "this value"
        bare = isinstance(value, ErrorCell | date) or (isinstance(value, str) and ERROR_TEXT.fullmatch(value.strip()))
        said = shown(value) if bare else f"“{shown(value)}”"
        return f"“{part}” in {said}" if part and part != value else said


def to_problems(place: Place, issue: Issue, rows: Sequence[int], values: Sequence[Any]) -> list[Problem]:
    """Problems for the cells of one column that share an issue: one per value, or one for all of them.

    Args:
        place: The column.
        issue: The shared issue.
        rows: Grid row positions, in order.
        values: Raw values at those rows.
    """
    said = SENTENCES[issue.cause]
    groups: dict[str, list[int]] = {}
    for at, value in enumerate(values):
        groups.setdefault(shown(value), []).append(at)
    if said.many and len(rows) > 1:
        if len(groups) > 1 or "{vs}" not in said.many or issue.cause == "error_cell":
            return [_problem(place, issue, said.many, rows, values)]
    elif 1 < len(groups) <= LINES:
        return [
            _problem(place, issue, said.one, [rows[at] for at in group], [values[at] for at in group])
            for group in groups.values()
        ]
    elif len(groups) > LINES:
        start = f"{len(groups)} different values cannot be taken. For example, {place.grid.letter(place.position)}"
        first = f"{start}{place.grid.row_number(rows[0])}: " if place.grid.sheet is not None else f"{start}: "
        return [_problem(place, issue, first.replace("{", "{{").replace("}", "}}") + said.one, rows, values)]
    return [_problem(place, issue, said.one, rows, values)]


def _problem(place: Place, issue: Issue, pattern: str, rows: Sequence[int], values: Sequence[Any]) -> Problem:
    said, column, grid = SENTENCES[issue.cause], place.column, place.grid
    different = list(dict.fromkeys(shown(value) for value in values))
    quotes = list(dict.fromkeys(place.quoted(value, issue.part) for value in values))
    more = f" and {len(quotes) - QUOTED} others" if len(quotes) > QUOTED + 1 else ""
    sentence = pattern.format(
        v=quotes[0],
        vs=(", ".join(quotes[:QUOTED]) + more) if more else listed(quotes),
        v_bare=shown(values[0]),
        d=_choice(column) if issue.cause == "in_list" and not issue.detail else issue.detail,
        eg=place.example,
        label=column.label,
    )
    found = ", ".join(different[:5]) + (" …" if len(different) > 5 else "")
    has_fix = place.example and issue.severity == "error"
    return Problem(
        rule=f"{place.program}.{place.table}.{column.name}.{said.ending}",
        severity=issue.severity,
        sentence=f"{place.where(rows)}: {sentence}",
        file=grid.file,
        sheet=grid.sheet,
        cells=tuple(grid.cell(row, place.position) for row in rows[:MAX_CELLS_LISTED]),
        found=None if column.personal or issue.cause in ("contact", "person") else found,
        expected=said.expected,
        fix=f"Type it in column {grid.letter(place.position)}, for example {place.example}." if has_fix else None,
        count=len(rows),
        table=place.table,
        column=column.name,
        rows=tuple(grid.row_number(row) for row in rows[:MAX_ROWS_LISTED]),
    )


def _choice(column: Column) -> str:
    """How to choose from the column's list: the whole of a short one, an example of a long one."""
    labels = column.codes.labels() if column.codes is not None else ()
    if 0 < len(labels) <= SHORT_LIST:
        return f"Choose {listed((f'“{label}”' for label in labels), 'or')}."
    letters = letters_wanted(column)
    if letters:
        return f"Type {letters} letters{f', for example {column.examples[0]}' if column.examples else ''}."
    if column.multiple:
        like = f", for example {column.examples[0]}" if column.examples else ""
        return f"Choose one or more from the list, separated by a semicolon{like}."
    like = f", for example “{column.examples[0]}”" if column.examples else ""
    return f"Choose from the list{like}."


def letters_wanted(column: Column) -> str:
    """``two`` or ``three`` where the column takes codes of so many letters (states, currencies), else nothing."""
    if column.codes is None or column.multiple or not column.codes.shared:
        return ""
    lengths = {len(code) for code in column.codes.code_values() if code.isalpha() and code.isupper()}
    return _COUNTS.get(lengths.pop(), "") if len(lengths) == 1 else ""
