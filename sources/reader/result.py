"""What reading a submission gives: typed tables whose every value knows its cell, and all problems."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from sources.problems import Problem, Question


@dataclass(frozen=True)
class Ignored:
    """Rows that were not loaded and why (title, note, total, blank, hidden, repeated header, header without rows)."""

    file: str
    sheet: str | None
    rows: tuple[int, int]
    why: str


@dataclass
class TableRead:
    """One contract table as found in a submission.

    Attributes:
        table: Contract table name.
        frame: Typed rows. Columns: every contract column (absent optional ones all missing), ``<c>_low``
            and ``<c>_high`` for interval columns, then ``_file``, ``_sheet`` (``None`` for csv) and
            ``_row`` (1-based, as Excel shows it; csv: line of the record's start). Kinds → dtypes: text
            and code ``object`` with ``None``; integer, decimal, money, percent ``float64`` with NaN
            (money rounded to cents, exact below 10¹²); date ``datetime64``; boolean ``object``.
        raw: Raw cell values by contract column, aligned with ``frame`` rows; what a message quotes.
        letters: Column letter by ``(file, sheet, contract column)``.
        headers: ``(file, sheet, first header row, last header row)`` of each place the table was found.
        extras: Columns the contract does not know: ``(file, sheet, letter, header)``.
        bad_cells: ``{column: set of frame positions}`` whose cell would not cast (their problem is reported).
    """

    table: str
    frame: pd.DataFrame
    raw: dict[str, list[Any]]
    letters: dict[tuple[str, str | None, str], str]
    headers: list[tuple[str, str | None, int, int]]
    extras: list[tuple[str, str | None, str, str]] = field(default_factory=list)
    bad_cells: dict[str, set[int]] = field(default_factory=dict)

    def cell(self, position: int, column: str) -> str:
        """Cell reference of a frame row and contract column: ``C14``, or ``line 14, column C`` in csv."""
        row = self.frame.iloc[position]
        sheet = row["_sheet"] if isinstance(row["_sheet"], str) else None
        letter = self.letters.get((row["_file"], sheet, column), "?")
        return f"{letter}{int(row['_row'])}" if sheet is not None else f"line {int(row['_row'])}, column {letter}"


@dataclass
class ReadResult:
    """What reading a submission gave.

    Attributes:
        outcome: ``read`` (tables usable, problems may hold errors), ``ask`` (questions must be answered
            first), ``refused`` (not readable as this return; ``problems`` holds the one reason).
        tables: Tables found, by contract table name.
        meta: What a template's hidden tags say (program, version, period, partner), empty otherwise.
    """

    outcome: Literal["read", "ask", "refused"]
    tables: dict[str, TableRead] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    meta: dict[str, str] = field(default_factory=dict)
