"""Returns without a defect, as plain rows: what the sample partners of each program last handed in. All synthetic."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from sources.contract.load import load_all
from sources.contract.model import Column, Contract, Partner, Table
from sources.reader import InputFile, read_files
from sources.samples.generate import sample_modules
from sources.samples.model import DEFAULT_SEED, SampleReturn

#: Rows kept of each table: enough for groups and pairs, few enough to judge thousands of returns.
ROWS = 7


@dataclass
class Rows:
    """One table as somebody would type it: headers and rows by column name, in the order they stand."""

    table: Table
    headers: dict[str, str]
    rows: list[dict[str, Any]]
    #: Merged ranges of rows: first and last row, column.
    merges: list[tuple[int, int, str]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[str] = field(default_factory=set)

    def copy(self) -> Rows:
        """Rows of their own, of the same table."""
        rows = [dict(row) for row in self.rows]
        return Rows(
            self.table, dict(self.headers), rows, list(self.merges), set(self.hidden_rows), set(self.hidden_columns)
        )


@dataclass
class Base:
    """A return without a defect.

    Attributes:
        before: Typed rows by table as the previous quarter's: the same figures, so that nothing jumps.
        known: Values by table and column that stood in earlier returns.
    """

    contract: Contract
    partner: Partner
    period: str
    tables: dict[str, Rows]
    before: dict[str, pd.DataFrame]
    known: dict[tuple[str, str], set[str]]

    def copy(self) -> Base:
        """One to plant a defect in."""
        before = {name: frame.copy() for name, frame in self.before.items()}
        return replace(self, tables={name: rows.copy() for name, rows in self.tables.items()}, before=before)


@cache
def bases(program: str) -> tuple[Base, ...]:
    """The fewest late returns of a program that together have rows of all its tables."""
    contract = load_all()[program]
    wanted = {table.name for table in contract.tables}
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for item in _returns(program, Path(folder)):
            base = _base(contract, item)
            if wanted & base.tables.keys():
                found.append(base)
                wanted -= base.tables.keys()
            if not wanted:
                break
    assert not wanted, f"no sample return of {program} has rows of {wanted}"
    return tuple(found)


def _returns(program: str, folder: Path) -> list[SampleReturn]:
    returned = [item for item in sample_modules()[program].returns(folder, DEFAULT_SEED) if item.files]
    accepted = [item for item in returned if item.expect == "accepted"]
    return sorted(accepted, key=lambda item: item.period, reverse=True)


def _base(contract: Contract, item: SampleReturn) -> Base:
    partner = contract.partner(item.partner)
    files = [InputFile(path.name, path.read_bytes()) for path in item.files]
    read = read_files(contract, files, partner=partner, period=item.period)
    tables, before, known = {}, {}, {}
    for name, found in read.tables.items():
        shape = contract.table(name)
        frame = found.frame
        for column in shape.columns:
            known[name, column.name] = {str(value) for value in frame[column.name].dropna().unique()}
        best = frame.notna().sum(axis=1).sort_values(ascending=False, kind="stable").index[:ROWS]
        frame = frame.loc[sorted(best)].reset_index(drop=True)
        if frame.empty:
            continue
        before[name] = frame
        headers = {column.name: column.label for column in shape.columns}
        rows = [{c.name: _typed(c, frame, at) for c in shape.columns} for at in range(len(frame))]
        tables[name] = Rows(shape, headers, rows)
    for shape in contract.tables:
        for rule in shape.rules:
            if rule.kind == "references" and shape.name in tables:
                values = read.tables[shape.name].frame[rule.params["column"]].dropna()
                known.setdefault((rule.params["table"], rule.params["to"]), set()).update(
                    part for value in values for part in str(value).split(";")
                )
    # How the figures are written is the layout's matter.
    partner = replace(partner, decimal=None, day_first=None, encoding=None)
    return Base(contract, partner, item.period, tables, before, known)


def _typed(column: Column, frame: pd.DataFrame, at: int) -> Any:
    """A value as a person types it into Excel; ``None`` for a blank."""
    if column.interval:
        low, high = frame[f"{column.name}_low"].iloc[at], frame[f"{column.name}_high"].iloc[at]
        if pd.notna(low) and low != high:
            return f"<{int(high) + 1}"
    value = frame[column.name].iloc[at]
    if value is None or pd.isna(value):
        return None
    if column.kind == "date":
        return dt.date.fromisoformat(str(value)[:10])
    if column.kind == "integer":
        return int(value)
    if column.kind in ("decimal", "money", "percent"):
        return float(value)
    if column.kind == "boolean":
        return "Yes" if value else "No"
    if column.codes is not None and not column.multiple:
        return next(code.label for code in column.codes.codes if code.code == value)
    return str(value)
