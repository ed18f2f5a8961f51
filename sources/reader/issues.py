"""Cast failures to problems: one per cause, every cell, one plain sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sources.contract.model import Column
from sources.problems import Problem, Severity
from sources.reader.grid import Grid

MAX_CELLS_LISTED = 200
_QUOTED = 60
_DEFAULT_EXAMPLE = {"integer": "120", "decimal": "4.4", "money": "25000.00", "percent": "47", "date": "2026-03-31"}


@dataclass(frozen=True)
class Issue:
    """Why a value is not what its column wants.

    Attributes:
        cause: Key of the sentence; issues of one column and cause become one problem.
        detail: What the sentence needs besides, such as the closest label. Part of the group.
        severity: ``error`` means the value was not taken.
    """

    cause: str
    detail: str = ""
    severity: Severity = "error"


def merge_by_cause(issues: list[tuple[Issue, list[int]]]) -> list[tuple[Issue, list[int]]]:
    """One note per cause: the first one's detail stands for all."""
    by_cause: dict[str, tuple[Issue, list[int]]] = {}
    for issue, rows in issues:
        if issue.cause in by_cause:
            by_cause[issue.cause][1].extend(rows)
        else:
            by_cause[issue.cause] = (issue, rows)
    return [(issue, sorted(rows)) for issue, rows in by_cause.values()]


#: cause → (rule ending, sentence with ``{v}`` value, ``{d}`` detail, ``{eg}`` example; what is wanted)
SENTENCES: dict[str, tuple[str, str, str]] = {
    "number": ("type", "“{v}” is not a number. Type digits only, for example {eg}.", "a number"),
    "magnitude": ("type", "“{v}” is shortened. Type all digits, for example {eg}.", "a number in full"),
    "about": ("type", "“{v}” is not one exact number. Type the number itself, for example {eg}.", "one exact number"),
    "scientific": (
        "type",
        "“{v}” is a number Excel shortened. Type all digits, for example {eg}.",
        "a number in full",
    ),
    "finite": ("type", "“{v}” is not a number that can be counted. Type digits only, for example {eg}.", "a number"),
    "whole": ("type", "“{v}” is not a whole number. Type a whole number, for example {eg}.", "a whole number"),
    "interval": ("type", "“{v}” is not one exact number. Type the number itself, for example {eg}.", "a number"),
    "percent": ("type", "“{v}” is a percentage, and this column wants a number. Type it like {eg}.", "a number"),
    "separator": (
        "type",
        "“{v}” cannot be read with “{d}” as decimal sign. Type it like {eg}.",
        "a number with the decimal sign your files use",
    ),
    "too_big": ("type", "“{v}” is too large to be stored exactly. Check the number.", "a number below 10¹²"),
    "is_date": (
        "type",
        "Excel holds the date {v} here, and this column wants a number. Type digits only, for example {eg}.",
        "a number",
    ),
    "is_boolean": ("type", "“{v}” is not a number. Type digits only, for example {eg}.", "a number"),
    "date": ("type", "“{v}” is not a date. Type it like 2026-03-31.", "a date"),
    "real": ("type", "“{v}” is not a day of the calendar. Type the date like 2026-03-31.", "a date"),
    "order": ("type", "“{v}” is not a date written {d}. Type it like 2026-03-31.", "a date"),
    "two_digit_year": (
        "two_digit_year",
        "“{v}” has a year of two digits; it was read as {d}.",
        "a year of four digits",
    ),
    "month_only": ("month_only", "“{v}” names no day; it was read as {d}.", "a full date"),
    "far_date": ("plausible_date", "{v} is far from the years of this program. Check the year.", "a date near today"),
    "boolean": ("type", "“{v}” is neither yes nor no. Type Yes or No.", "Yes or No"),
    "in_list": ("in_list", "“{v}” is not in the list for {label}.{d}", "an entry of the list"),
    "error_cell": ("type", "the cell shows {v}. Mend the formula, or type the value.", "a value"),
    "uncached": (
        "type",
        "the formula has no result in the file. Open it in Excel, save it, and hand it in again.",
        "a value, or a formula with its result",
    ),
    "missing_sign": ("read_as_blank", "“{v}” was read as not known (blank), not as 0.", "a value, or nothing"),
    "text_number": ("text_number", "“{v}” is typed as text; it was read as the number {d}.", "a number"),
    "damaged_id": (
        "damaged_id",
        "“{v}” looks like a number or date that Excel changed. Type it again as text, with an apostrophe before it.",
        "the text as it was",
    ),
    "mojibake": (
        "encoding",
        "“{v}” holds letters that an earlier program damaged. Check it, and type it again where it is wrong.",
        "readable letters",
    ),
    "mixed_scripts": (
        "mixed_scripts",
        "“{v}” mixes letters of two alphabets that look alike. Type it again with one keyboard.",
        "letters of one alphabet",
    ),
    "long": (
        "max_length",
        "the cell holds {d} characters; a cell can hold 32,767. Shorten the text.",
        "a shorter text",
    ),
    "small_percent": (
        "percent_scale",
        "“{v}” was read as {v} %, and other cells of the column are above 1. If you mean {d} %, type {d}.",
        "percent, for example 47",
    ),
}


def shown(value: Any) -> str:
    """A raw value as a message quotes it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e16:
        return str(int(value))
    text = str(value).replace("\n", " ").strip()
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"


def locate(grid: Grid, cells: Sequence[str], count: int, *, many_files: bool) -> str:
    """The start of a sentence: ``Sheet KPI, C14``, ``Line 14, column C``, ``… and 3 more cells``."""
    more = ""
    if count > 1:
        more = f" and {count - 1} more {'cell' if count == 2 else 'cells'}"
    if grid.sheet is not None:
        start = f"Sheet {grid.sheet}, {cells[0]}{more}"
        return f"File {grid.file}, s{start[1:]}" if many_files else start
    start = f"{cells[0]}{more}"
    return f"File {grid.file}, {start}" if many_files else start[0].upper() + start[1:]


def to_problem(
    program: str,
    table: str,
    column: Column,
    issue: Issue,
    grid: Grid,
    column_position: int,
    rows: Sequence[int],
    values: Sequence[Any],
    *,
    many_files: bool,
) -> Problem:
    """One problem for all cells of one column that share an issue.

    Args:
        program: Program code, first part of the rule id.
        table: Contract table.
        column: Contract column.
        issue: The shared issue.
        grid: Where it is.
        column_position: Position of the column in the grid.
        rows: Grid row positions, in order.
        values: Raw values at those rows.
        many_files: The submission has several files, so a sentence names the file.
    """
    ending, pattern, expected = SENTENCES[issue.cause]
    letter = grid.letter(column_position)
    cells = tuple(grid.cell(row, column_position) for row in rows[:MAX_CELLS_LISTED])
    example = column.examples[0] if column.examples and column.kind != "text" else _DEFAULT_EXAMPLE.get(column.kind, "")
    sentence = pattern.format(v=shown(values[0]), d=issue.detail, eg=example, label=column.label)
    distinct = list(dict.fromkeys(shown(value) for value in values))
    found = ", ".join(distinct[:5]) + (" …" if len(distinct) > 5 else "")
    return Problem(
        rule=f"{program}.{table}.{column.name}.{ending}",
        severity=issue.severity,
        sentence=f"{locate(grid, cells, len(rows), many_files=many_files)}: {sentence}",
        file=grid.file,
        sheet=grid.sheet,
        cells=cells,
        found=found,
        expected=expected,
        fix=f"Type it in column {letter}, for example {example}." if example and issue.severity == "error" else None,
        count=len(rows),
        table=table,
        column=column.name,
        rows=tuple(grid.row_number(row) for row in rows[:MAX_CELLS_LISTED]),
    )
