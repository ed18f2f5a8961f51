"""Returns built by hand: a contract, typed rows with their cells, a past and rates. All synthetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from string import ascii_uppercase
from typing import Any

import numpy as np
import pandas as pd

from expectations.judge import judge
from expectations.verdict import Verdict
from sources.contract.load import load_contract
from sources.contract.model import Column, Contract, Partner, Rule, Table
from sources.problems import Problem
from sources.reader.result import ReadResult, TableRead

PERIOD = "2026-Q3"
PARTNER = Partner("sample", "Synthetic sample", "sample", "US", "2023-Q2", synthetic=True)
NUMERIC = ("integer", "decimal", "money", "percent")


class Past:
    """A history with fixed earlier rows and values."""

    def __init__(
        self,
        frames: Mapping[str, pd.DataFrame] | None = None,
        values: Mapping[tuple[str, str], set[str]] | None = None,
    ) -> None:
        self.frames, self.values = frames or {}, values or {}

    def previous(self, table: str) -> pd.DataFrame | None:
        return self.frames.get(table)

    def earlier_values(self, table: str, column: str) -> set[str]:
        return self.values.get((table, column), set())


class FixedRates:
    """A rate for USD from 2026-01-02 on, for nothing else."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, date]] = []

    def rate_on(self, currency: str, day: date) -> tuple[Decimal, date] | None:
        self.asked.append((currency, day))
        return (Decimal("1.1"), day) if currency == "USD" and day >= date(2026, 1, 2) else None


def contract(*tables: Table, quarantine: bool = False, program: str = "sample") -> Contract:
    """A contract around some tables."""
    return Contract(program, "Sample", "1.0.0", "", "Synthetic sample", tables, (PARTNER,), quarantine=quarantine)


def table(*columns: Column, rules: Sequence[Rule] = (), name: str = "events", optional: bool = False) -> Table:
    """A table called Events, or otherwise."""
    return Table(name, name.capitalize(), "One row per event.", columns, tuple(rules), optional)


def rule(kind: str, *columns: str, severity: str = "error", description: str = "", **params: Any) -> Rule:
    """An explicit rule of the table events."""
    return Rule(f"sample.events.{columns[0]}.{kind}", kind, severity, columns, description, params)  # type: ignore[arg-type]


ID = Column("event_id", "Event ID", "text", "", key=True, required=True, examples=("EV-1",))


def rows(shape: Table, values: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A typed frame; a value ``(low, high)`` is an interval."""
    columns: dict[str, Any] = {}
    for column in shape.columns:
        given = [row.get(column.name) for row in values]
        if column.kind in NUMERIC:
            pairs = [item if isinstance(item, tuple) else (item, item) for item in given]
            low, high = (np.array([np.nan if p[n] is None else p[n] for p in pairs], dtype=float) for n in (0, 1))
            columns[column.name] = np.where(low == high, low, np.nan)
            if column.interval:
                columns[f"{column.name}_low"], columns[f"{column.name}_high"] = low, high
        elif column.kind == "date":
            columns[column.name] = pd.to_datetime(pd.Series(given, dtype=object)).astype("datetime64[us]")
        else:
            columns[column.name] = pd.Series(given, dtype=object)
    return pd.DataFrame(columns)


def read(
    shape: Table,
    values: Sequence[Mapping[str, Any]],
    *,
    sheet: str | None = "Events",
    file: str = "q3.xlsx",
    first_row: int = 5,
    bad_cells: dict[str, set[int]] | None = None,
    without: Sequence[str] = (),
) -> TableRead:
    """The table as read from one sheet, columns from A on, rows from ``first_row`` on."""
    frame = rows(shape, values)
    frame["_file"] = pd.Series([file] * len(frame), dtype=object)
    frame["_sheet"] = pd.Series([sheet] * len(frame), dtype=object)
    frame["_row"] = np.arange(first_row, first_row + len(frame))
    there = [column.name for column in shape.columns if column.name not in without]
    letters = {(file, sheet, name): ascii_uppercase[n] for n, name in enumerate(there)}
    raw = {name: [f"<{v[1] + 1}" if isinstance(v := row.get(name), tuple) else v for row in values] for name in there}
    headers = [(file, sheet, first_row - 1, first_row - 1)]
    return TableRead(shape.name, frame, raw, letters, headers, bad_cells=bad_cells or {})


def together(first: TableRead, second: TableRead) -> TableRead:
    """One table found in two places."""
    return TableRead(
        first.table,
        pd.concat([first.frame, second.frame], ignore_index=True),
        {name: [*values, *second.raw[name]] for name, values in first.raw.items()},
        first.letters | second.letters,
        first.headers + second.headers,
    )


def judged(
    terms: Contract,
    *tables: TableRead,
    problems: Sequence[Problem] = (),
    past: Past | None = None,
    rates: FixedRates | None = None,
) -> Verdict:
    """The verdict on a return of these tables."""
    found = ReadResult("read", {item.table: item for item in tables}, list(problems))
    return judge(terms, found, partner=PARTNER, period=PERIOD, history=past or Past(), rates=rates or FixedRates())


def sentences(*args: Any, **kwargs: Any) -> list[str]:
    """Only the sentences of :func:`judged`."""
    return [problem.sentence for problem in judged(*args, **kwargs).problems]


def heal(quarantine: bool = False) -> Contract:
    """The real contract of HEAL."""
    return replace(load_contract("heal", strict=False), quarantine=quarantine)


def heal_rows(number: int = 3) -> list[dict[str, Any]]:
    """Good synthetic rows of HEAL's interventions."""
    return [
        {
            "intervention_id": f"HEAL-{n + 1:03d}",
            "intervention_name": "Synthetic sample: school asthma plans",
            "city": "Detroit",
            "state_code": "MI",
            "population_groups": "hispanic",
            "barrier_code": "cost",
            "stage": "running",
            "grant_amount": 25000.0,
            "grant_currency": "USD",
            "people_reached": 120 + n,
            "people_trained": (0, 4) if n == 1 else 14,
        }
        for n in range(number)
    ]
