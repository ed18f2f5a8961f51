"""The judge: a contract, what was read and what came before → one verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from expectations import gx, messages, suites, words
from expectations.in_force import ON_TRIAL
from expectations.rules import RULES
from expectations.rules.base import Context, History, Positions, Rates
from expectations.ruleset import ruleset_version
from expectations.verdict import Verdict
from sources.contract.model import Contract, Partner, Table
from sources.problems import Problem

if TYPE_CHECKING:
    from sources.reader.result import ReadResult, TableRead

__all__ = ["History", "Rates", "judge"]

NOTHING_STANDING: Mapping[str, str] = MappingProxyType({})


@dataclass
class _Findings:
    """What judging the tables gave: problems, results, and the rows at fault."""

    problems: list[Problem] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    bad_rows: dict[str, set[int]] = field(default_factory=dict)
    unconfined: bool = False
    #: Rules over whole tables that said nothing, because a cell they rest on is at fault itself.
    held_back: set[str] = field(default_factory=set)


def judge(
    contract: Contract,
    read: ReadResult,
    *,
    partner: Partner,
    period: str,
    history: History,
    rates: Rates,
    standing: Mapping[str, str] = NOTHING_STANDING,
    trial: frozenset[str] = frozenset(),
) -> Verdict:
    """Judge what was read.

    Args:
        contract: The program's contract.
        read: What the reader made of the files.
        partner: Who sent it.
        period: Quarter it reports, such as ``2026-Q3``.
        history: What the partner reported before.
        rates: Euro reference rates.
        standing: By table: the earlier submission of the quarter that goes on counting where the return
            leaves the table out.
        trial: Ids of rules that may not stop a return yet: they warn.

    Returns:
        The verdict; see :class:`expectations.verdict.Verdict`.

    Raises:
        RuntimeError: Where Great Expectations could not evaluate a rule.
    """
    version = ruleset_version(contract)
    if read.outcome == "refused":
        return Verdict("refused", messages.in_order(read.problems, contract), ruleset=version)
    if read.outcome == "ask":
        problems = messages.in_order(read.problems, contract)
        return Verdict("needs_answer", problems, list(read.questions), ruleset=version)
    read = replace(read, problems=_tried(_with_standing(contract, read, standing), trial))
    several = len({place[0] for table in read.tables.values() for place in table.headers}) > 1
    judged = _Judging(contract, partner.code, period, version, history, rates, several, trial)
    found = judged.tables(read.tables, read.problems)
    _add_reader_rows(found, read)
    problems = messages.in_order([*read.problems, *found.problems], contract)
    errors = any(problem.severity == "error" for problem in problems)
    verdict = Verdict("accepted", problems, ruleset=version, results=found.results, **_counts(contract, read.tables))
    if not errors:
        warned = any(problem.severity == "warning" for problem in problems)
        return replace(verdict, state="accepted_with_warnings") if warned else verdict
    if contract.quarantine and not found.unconfined:
        kept, more = judged.without_bad_rows(read.tables, found)
        if kept is not None:
            state_problems = messages.in_order([*problems, *more], contract)
            dropped = {name: sorted(rows) for name, rows in found.bad_rows.items() if rows}
            return replace(
                verdict,
                state="partially_accepted",
                problems=state_problems,
                quarantined=dropped,
                **_counts(contract, kept),
            )
    return replace(verdict, state="returned")


@dataclass(frozen=True)
class _Judging:
    contract: Contract
    partner: str
    period: str
    ruleset: str
    history: History
    rates: Rates
    several_files: bool
    trial: frozenset[str]

    def tables(self, reads: Mapping[str, TableRead], reported: list[Problem]) -> _Findings:
        """Judge every table of the contract, those that were not found included."""
        found = _Findings()
        for table in self.contract.tables:
            read = reads.get(table.name)
            if read is None and (table.optional or _table_reported(table, reported)):
                continue
            self._table(table, read, reads, reported, found)
        return found

    def _table(
        self,
        table: Table,
        read: TableRead | None,
        reads: Mapping[str, TableRead],
        reported: list[Problem],
        found: _Findings,
    ) -> None:
        if read is not None and read.frame.empty and (table.optional or _table_reported(table, reported)):
            return
        frame = pd.DataFrame() if read is None else read.frame.reset_index(drop=True)
        bad = {} if read is None else _bad_cells(table, read, reported)
        ctx = Context(
            table=table,
            tables={name: item.frame for name, item in reads.items()},
            partner=self.partner,
            period=self.period,
            history=self.history,
            rates=self.rates,
            period_kind=self.contract.period_kind,
            raw={} if read is None else read.raw,
            absent=frozenset() if read is None else _absent(table, read),
        )
        only_rows = table if read is not None else replace(table, columns=(), rules=())
        judged, checks = suites.build(self.contract, only_rows, frame, ctx, bad)
        checks = [suites.as_warning(check) if check.rule.id in self.trial else check for check in checks]
        if not checks:
            return
        flat = [expectation for check in checks for expectation in check.expectations]
        hidden = suites.personal_columns(table)
        result, failing = gx.run(judged, f"{self.contract.program}.{table.name}", flat, hidden)
        result["meta"] |= {"program": self.contract.program, "table": table.name}
        result["meta"] |= {"partner": self.partner, "period": self.period, "ruleset": self.ruleset}
        found.results.append(result)
        at = 0
        wrong: dict[str, set[int]] = {}
        for check in checks:
            mine = failing[at : at + len(check.expectations)]
            at += len(check.expectations)
            self._note(check, _own_causes(check, mine, wrong, found), ctx, read, found)

    def _note(
        self,
        check: suites.Check,
        failing: list[Positions | None],
        ctx: Context,
        read: TableRead | None,
        found: _Findings,
    ) -> None:
        is_error = check.rule.severity == "error"
        if any(rows is None for rows in failing):
            problem = messages.table_problem(check, ctx.table.name, read, self.several_files)
            found.problems += _tried([problem], self.trial)
            found.unconfined |= is_error
            return
        rows = np.unique(np.concatenate([item for item in failing if item is not None]))
        if not len(rows) or read is None:
            return
        found.problems += _tried(messages.problems_of(check, rows, read, self.several_files), self.trial)
        if is_error:
            found.bad_rows.setdefault(ctx.table.name, set()).update(rows.tolist())
            absent = any(name == column for _, _, column in ctx.absent for name in check.rule.columns)
            found.unconfined |= check.whole_table or (check.rule.kind == "required" and absent)

    def without_bad_rows(
        self, reads: Mapping[str, TableRead], found: _Findings
    ) -> tuple[dict[str, TableRead] | None, list[Problem]]:
        """The tables without their bad rows, or ``None`` where a table would be left with nothing.

        Rows can hang on rows that were left out, so what remains is judged again until it holds;
        ``found.bad_rows`` grows by those.
        """
        more: list[Problem] = []
        while True:
            kept = {name: _drop(read, found.bad_rows.get(name, set())) for name, read in reads.items()}
            if any(kept[name][0].frame.empty and not reads[name].frame.empty for name in kept):
                return None, more
            tables = {name: read for name, (read, _) in kept.items()}
            again = self.tables(tables, [])
            if again.unconfined:
                return None, more
            if not any(again.bad_rows.values()):
                return tables, more
            more += [p for p in again.problems if p.severity == "error" or p.rule in found.held_back]
            for name, rows in again.bad_rows.items():
                found.bad_rows.setdefault(name, set()).update(kept[name][1][sorted(rows)].tolist())


def _tried(problems: list[Problem], trial: frozenset[str]) -> list[Problem]:
    """Problems of rules on trial as warnings that say so; a missing column is one of its being required."""
    found = []
    for problem in problems:
        rule = problem.rule.removesuffix(".column_missing") + ".required"
        if problem.rule in trial or (problem.rule.endswith(".column_missing") and rule in trial):
            problem = replace(problem, severity="warning", sentence=f"{problem.sentence} {ON_TRIAL}")
        found.append(problem)
    return found


def _own_causes(
    check: suites.Check, failing: list[Positions | None], wrong: dict[str, set[int]], found: _Findings
) -> list[Positions | None]:
    """One cause, one line: a declared rule says nothing of a row where a cell it rests on is at fault itself.

    Args:
        wrong: Positions by column of cells that are no value of it; grows by what fails here.
    """
    if check.rule.kind in suites.OF_CELLS and check.rule.severity == "error":
        for rows in failing:
            wrong.setdefault(check.rule.columns[0], set()).update(rows.tolist() if rows is not None else ())
        return failing
    rests_on = set().union(*(wrong.get(name, ()) for name in check.rule.columns))
    if check.rule.kind not in RULES or not rests_on:
        return failing
    if check.whole_table:
        found.held_back.add(check.rule.id)
        return [np.empty(0, dtype=np.int64) for _ in failing]
    return [rows if rows is None else rows[~np.isin(rows, list(rests_on))] for rows in failing]


def _table_reported(table: Table, reported: list[Problem]) -> bool:
    """True where the reader has said already that the table is missing or has no rows."""
    about = [p for p in reported if p.table == table.name and p.column is None and not p.rows]
    return any(p.severity == "error" or p.rule.endswith((".no_rows", ".table_stands")) for p in about)


def _with_standing(contract: Contract, read: ReadResult, standing: Mapping[str, str]) -> list[Problem]:
    """The reader's problems, where a table that was handed in before may be left out of a correction."""
    absent = [table for table in contract.tables if table.name in standing and table.name not in read.tables]
    missing = {f"{contract.program}.{table.name}._row.table_missing" for table in absent}
    return [problem for problem in read.problems if problem.rule not in missing] + [
        Problem(
            rule=f"{contract.program}.{table.name}._row.table_stands",
            severity="info",
            sentence=f"“{table.label}” is not in this return. What was handed in for it before "
            f"(receipt {standing[table.name]}) still counts.",
            table=table.name,
            origin="interpretation",
        )
        for table in absent
    ]


def _absent(table: Table, read: TableRead) -> frozenset[tuple[str, str | None, str]]:
    required = [column.name for column in table.columns if column.required]
    places = [(file, sheet) for file, sheet, _, _ in read.headers]
    absent = {(file, sheet, name) for file, sheet in places for name in required}
    return frozenset(absent - read.letters.keys())


def _bad_cells(table: Table, read: TableRead, reported: list[Problem]) -> dict[str, set[int]]:
    """Cells the reader reported, and every row of a sheet whose missing column it reported."""
    bad = {name: set(rows) for name, rows in read.bad_cells.items()}
    told = {
        (problem.file, problem.column)
        for problem in reported
        if problem.table == table.name and problem.severity != "info" and not problem.rows
    }
    absent = [item for item in _absent(table, read) if (item[0], item[2]) in told or (None, item[2]) in told]
    for place, positions in messages.places(read.frame) if absent else ():
        for file, sheet, name in absent:
            if place == (file, sheet):
                bad.setdefault(name, set()).update(positions.tolist())
    return bad


def _add_reader_rows(found: _Findings, read: ReadResult) -> None:
    """Rows at fault by the reader's own errors; errors without rows cannot be left out."""
    for problem in read.problems:
        if problem.severity != "error":
            continue
        table = read.tables.get(problem.table or "")
        if table is None or not problem.rows:
            found.unconfined = True
            continue
        frame = table.frame
        hit = frame["_row"].isin(problem.rows).to_numpy()
        if problem.file is not None:
            hit = hit & (frame["_file"] == problem.file).to_numpy()
        if problem.sheet is not None:
            hit = hit & (frame["_sheet"] == problem.sheet).to_numpy()
        unread = table.bad_cells.get(problem.column or "", set())
        found.unconfined |= not hit.any() or (problem.count > len(problem.rows) and not unread)
        found.bad_rows.setdefault(table.table, set()).update(unread, np.flatnonzero(hit).tolist())


def _drop(read: TableRead, rows: set[int]) -> tuple[TableRead, Positions]:
    """The table without some rows, and the old position of each row that stays."""
    stay = np.array([at for at in range(len(read.frame)) if at not in rows], dtype=np.int64)
    raw = {name: [values[at] for at in stay] for name, values in read.raw.items()}
    new = {int(old): at for at, old in enumerate(stay)}
    bad = {name: {new[at] for at in cells if at in new} for name, cells in read.bad_cells.items()}
    frame = read.frame.iloc[stay].reset_index(drop=True)
    return replace(read, frame=frame, raw=raw, bad_cells=bad), stay


def _counts(contract: Contract, reads: Mapping[str, TableRead]) -> dict[str, Any]:
    totals = control_totals(contract, {name: read.frame for name, read in reads.items()})
    return {"row_counts": {name: len(reads[name].frame) for name in totals}, "totals": totals}


def control_totals(contract: Contract, frames: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, str]]:
    """Exact sums by table and numeric column, as text, of typed rows."""
    totals: dict[str, dict[str, str]] = {}
    for table in contract.tables:
        if table.name not in frames:
            continue
        frame = frames[table.name]
        sums = totals.setdefault(table.name, {})
        for column in table.columns:
            if column.kind not in ("integer", "decimal", "money"):
                continue
            if column.interval and f"{column.name}_low" in frame:
                low, high = (_sum(frame[f"{column.name}_{end}"], column.kind) for end in ("low", "high"))
                sums[column.name] = low if low == high else f"{low} to {high}"
            else:
                sums[column.name] = _sum(frame[column.name], column.kind)
    return totals


def _sum(values: pd.Series[float], kind: str) -> str:
    """The exact sum as text: cents and counts are added as whole numbers."""
    numbers = pd.to_numeric(values, errors="coerce").dropna()
    if kind == "decimal":
        return words.number(float(numbers.sum())).replace(",", "").replace("−", "-")
    scale = 100 if kind == "money" else 1
    whole = sum((numbers * scale).round().astype("int64").tolist())
    return f"{Decimal(whole) / 100:.2f}" if kind == "money" else str(whole)
