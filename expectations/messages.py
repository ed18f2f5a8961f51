"""Failing rows → problems with sentences, their order, and the text a terminal shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from expectations import words
from expectations.desk_files import display_name
from expectations.rules.base import LINES, Explanation, Finding, Positions
from expectations.suites import Check
from expectations.verdict import Verdict
from sources.contract.model import Column, Contract, Table
from sources.problems import SEVERITIES, Problem, Severity

if TYPE_CHECKING:
    from sources.reader.result import TableRead

#: Cells named in one problem, and problems shown in one answer.
CELLS = 200
SHOWN = 200
Place = tuple[str, str | None]


def places(frame: pd.DataFrame) -> list[tuple[Place, Positions]]:
    """Frame positions by ``(file, sheet)``, in order of appearance."""
    if frame.empty:
        return []
    numbers = frame.groupby(["_file", "_sheet"], sort=False, dropna=False).ngroup().to_numpy()
    found = []
    for number in range(int(numbers.max()) + 1):
        positions = np.flatnonzero(numbers == number)
        sheet = frame["_sheet"].iloc[positions[0]]
        found.append(((str(frame["_file"].iloc[positions[0]]), sheet if isinstance(sheet, str) else None), positions))
    return found


@dataclass(frozen=True)
class Sheet:
    """A sheet (or csv file) with a table on it, and how its cells are named in sentences."""

    read: TableRead
    place: Place
    several_files: bool

    @property
    def prefix(self) -> str:
        """``sheet Interventions``, with the file before it where a return has several."""
        file, sheet = self.place
        named = [f"file {file}"] if self.several_files else []
        return ", ".join(named + ([f"sheet {sheet}"] if sheet is not None else []))

    def letter(self, column: str | None) -> str | None:
        """The column's letter, ``None`` where the sheet does not have it."""
        return self.read.letters.get((*self.place, column or ""))

    def rows(self, positions: Positions) -> list[int]:
        """Rows as Excel shows them."""
        return [int(row) for row in self.read.frame["_row"].to_numpy()[positions]]

    def cells(self, column: str | None, positions: Positions) -> tuple[str, ...]:
        """Cell references, at most :data:`CELLS`."""
        letter, is_csv = self.letter(column), self.place[1] is None
        rows = self.rows(positions[:CELLS]) if letter else []
        return tuple(f"line {row}, column {letter}" if is_csv else f"{letter}{row}" for row in rows)

    def where(self, explanation: Explanation, positions: Positions) -> str:
        """The cells as ranges: ``C14:C18, C22``, ``rows 12 and 15``, ``column H``."""
        letter, is_csv = self.letter(explanation.column), self.place[1] is None
        if explanation.where == "table":
            return ""
        if explanation.where == "column":
            return f"column {letter}" if letter else ""
        named = words.row_ranges(self.rows(positions), "line" if is_csv else "row")
        if explanation.where == "rows" or letter is None:
            return named
        return f"{named}, column {letter}" if is_csv else words.cell_ranges(letter, self.rows(positions))


def problems_of(check: Check, failing: Positions, read: TableRead, several_files: bool) -> list[Problem]:
    """One problem per cause and sheet for the failing rows of a check."""
    found = []
    for place, positions in places(read.frame):
        here = positions[np.isin(positions, failing)]
        if not len(here):
            continue
        sheet = Sheet(read, place, several_files)
        explanation = check.explain(here)
        if explanation.otherwise is not None and sheet.letter(explanation.column) is None:
            explanation = explanation.otherwise
        findings = explanation.findings
        if len(findings) > LINES:
            first = findings[0]
            what = f"{explanation.general}. For example {sheet.where(explanation, first.positions[:1])}: {first.what}"
            findings = [replace(first, positions=here, what=what)]
        found += [_problem(check, explanation, finding, sheet) for finding in findings]
    return found


def table_problem(check: Check, table: str, read: TableRead | None, several_files: bool) -> Problem:
    """The problem of a check that failed without rows."""
    place = read.headers[0][:2] if read is not None and read.headers else None
    explanation = check.explain(np.empty(0, dtype=np.int64))
    finding = explanation.findings[0]
    return Problem(
        rule=check.rule.id,
        severity=check.rule.severity,
        sentence=_sentence(Sheet(read, place, several_files).prefix if read and place else "", finding),
        file=place[0] if place else None,
        sheet=place[1] if place else None,
        expected=finding.expected,
        fix=finding.fix or None,
        table=table,
        origin=explanation.origin,
    )


def _problem(check: Check, explanation: Explanation, finding: Finding, sheet: Sheet) -> Problem:
    start = (sheet.prefix, sheet.where(explanation, finding.positions))
    return Problem(
        rule=check.rule.id,
        severity=check.rule.severity,
        sentence=_sentence(", ".join(part for part in start if part), finding),
        file=sheet.place[0],
        sheet=sheet.place[1],
        cells=() if explanation.where == "table" else sheet.cells(explanation.column, finding.positions),
        found=finding.found,
        expected=finding.expected,
        fix=finding.fix or None,
        count=len(finding.positions),
        table=sheet.read.table,
        column=explanation.column,
        rows=() if check.whole_table else tuple(sheet.rows(finding.positions)),
        origin=explanation.origin,
    )


def _sentence(where: str, finding: Finding) -> str:
    text = f"{where}: {finding.what}" if where else finding.what
    fix = f" {finding.fix}" if finding.fix else ""
    return f"{text[:1].upper()}{text[1:]}.{fix}"


def in_order(problems: Iterable[Problem], contract: Contract) -> list[Problem]:
    """Errors before warnings before notices; within them by effect on money and people, then as the return reads.

    Whole tables come first, then what changes money, then counts of people, other figures, and the rest; of equal
    weight, what touches more cells. A record that stands twice counts all its figures twice, and the currency or
    day of an amount decides its euros, so they weigh as much as those figures; so does what a figure needs beside it.
    """
    tables = {table.name: number for number, table in enumerate(contract.tables)}
    weights = {table.name: _weights(table) for table in contract.tables}

    def rank(problem: Problem) -> tuple[int, int, float, int, str, str, int]:
        found = weights.get(problem.table or "", {})
        weight = found.get(problem.column or "", 0)
        if problem.rule.endswith("._row.unique_key"):
            weight = min(found.values(), default=0)
        whole_column = problem.rule.endswith(".column_missing")
        return (
            SEVERITIES.index(problem.severity),
            weight,
            -float("inf") if whole_column else -problem.count,
            tables.get(problem.table or "", -1),
            problem.file or "",
            problem.sheet or "",
            problem.rows[0] if problem.rows else 0,
        )

    return sorted(problems, key=rank)


def _weights(table: Table) -> dict[str, int]:
    """Effect of a wrong value by column, the lowest number the worst."""
    weights = {column.name: _weight(column) for column in table.columns}
    for rule in table.rules:
        if rule.kind == "needs_rate":
            weights |= dict.fromkeys(rule.columns, weights[rule.params["amount"]])
        if rule.kind == "requires":
            needs = rule.params["needs"]
            weights[needs] = min(weights[needs], weights[rule.params["column"]])
    return weights


def _weight(column: Column) -> int:
    if column.kind == "money":
        return 1
    if column.unit == "people":
        return 2
    return {"integer": 3, "decimal": 3, "percent": 3, "date": 4, "boolean": 5, "code": 5, "text": 6}[column.kind]


_HEADINGS: Mapping[Severity, str] = {"error": "To correct", "warning": "To confirm", "info": "For your notice"}
_OPENINGS = {
    "accepted": "Accepted",
    "accepted_with_warnings": "Accepted, to be confirmed before approval",
    "partially_accepted": "Partly accepted",
    "returned": "Returned: nothing was loaded",
    "refused": "Refused: this could not be read as the return",
    "needs_answer": "One answer is needed first",
}
_IF_HANDED_IN = {
    **_OPENINGS,
    "accepted": "Checked, nothing to correct",
    "accepted_with_warnings": "Checked, would be accepted and then need confirming",
    "partially_accepted": "Checked, would be partly accepted",
    "returned": "Checked, needs correcting before it can be accepted",
    "refused": "Checked: this could not be read as the return",
}


def render_text(verdict: Verdict, file_names: Sequence[str], *, only_checked: bool = False) -> str:
    """The verdict as plain text: what happened, then problems by severity (the first 200, then counts).

    Args:
        only_checked: The files were not handed in; the text then says what would happen.
    """
    names = words.listed(display_name(name) for name in file_names)
    opening = (_IF_HANDED_IN if only_checked else _OPENINGS)[verdict.state]
    lines = [f"{opening}: {names}" if names else opening]
    if verdict.state == "needs_answer" and len(verdict.questions) > 1:
        lines[0] = lines[0].replace("One answer is", f"{len(verdict.questions)} answers are")
    counts = [f"{words.number(count)} in {_spoken(table)}" for table, count in verdict.row_counts.items()]
    if counts:
        loaded = "that would load" if only_checked else "loaded"
        lines.append(f"Rows {loaded if verdict.loads else 'read'}: {words.listed(counts)}.")
    if verdict.quarantined:
        left = [f"{len(rows)} in {_spoken(table)}" for table, rows in verdict.quarantined.items()]
        lines.append(f"Rows left out: {words.listed(left)}.")
    for question in verdict.questions:
        lines += ["", question.sentence, *(f"  {value}: {label}" for value, label in question.options)]
    left_to_show = SHOWN
    for severity in SEVERITIES:
        sentences = list(dict.fromkeys(p.sentence for p in verdict.problems if p.severity == severity))
        if not sentences:
            continue
        lines += ["", f"{_HEADINGS[severity]} ({words.number(len(sentences))})"]
        lines += [f"- {sentence}" for sentence in sentences[:left_to_show]]
        hidden = len(sentences) - min(len(sentences), left_to_show)
        if hidden:
            lines.append(f"… and {words.number(hidden)} more.")
        left_to_show -= len(sentences) - hidden
    return "\n".join(lines) + "\n"


def _spoken(table: str) -> str:
    """``survey_feedback`` as people say it."""
    return table.replace("_", " ")
