"""A small contract, reader and judge, so that tests of the desk are about the desk.

A file of these tests is csv text, ``event_id,people,amount,currency,day``. A first line ``notes`` makes it the
other table. In a row, ``bad`` is a row error, ``warn`` a warning; a file ``??`` asks a question; ``x`` is no return.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from expectations.verdict import Verdict
from sources.contract.model import Column, Contract, Partner, Table, Target
from sources.problems import Problem, Question
from sources.reader.result import ReadResult, TableRead

COLUMNS = (
    Column("event_id", "Event", "text", "", required=True, key=True),
    Column("people", "People", "integer", "", interval=True),
    Column("amount", "Amount", "money", ""),
    Column("share", "Share", "percent", ""),
    Column("day", "Day", "date", ""),
    Column("open", "Open", "boolean", ""),
)
EVENTS = Table("events", "Events", "One row per event.", COLUMNS)
NOTES = Table(
    "notes", "Notes", "One row per note.", (Column("event_id", "Event", "text", "", key=True),), optional=True
)
PARTNERS = (
    Partner("sample_a", "Sample partner (A)", "demo", "US", "2025-Q1", synthetic=True),
    Partner("sample_b", "Sample partner (B)", "demo", "US", "2026-Q1", until="2026-Q2", synthetic=True),
)


def contract(program: str = "demo", quarantine: bool = False, version: str = "1.0.0") -> Contract:
    """One program with two tables and two partners."""
    return Contract(
        program,
        "Demo program",
        version,
        "",
        "Nobody",
        (EVENTS, NOTES),
        PARTNERS,
        quarantine=quarantine,
        indicators=("demo_people", "demo_events"),
        targets=(
            Target("demo_people", 2026, Decimal(300), "assumed"),
            Target("demo_people", 2030, Decimal(900), "assumed"),
        ),
        sha256=version,
    )


def read_files(
    contract: Contract,
    files: Any,
    *,
    partner: Partner | None,
    period: str | None,
    answers: dict[str, str],
    others: Any = (),
) -> ReadResult:
    """Read the csv of these tests into the typed frames of the real reader."""
    tables: dict[str, TableRead] = {}
    for file in files:
        text = file.data.decode()
        if text.startswith("x"):
            return ReadResult("refused", problems=[Problem("file.type", "error", "Not a return.", file=file.name)])
        if text.startswith("??") and "number_format" not in answers:
            question = Question("number_format", "Is 1,234 a thousand?", (("point", "No"), ("comma", "Yes")))
            return ReadResult("ask", questions=[question])
        lines = [line for line in text.splitlines() if line != "??"]
        name = "notes" if lines and lines[0] == "notes" else "events"
        tables[name] = _table(name, file.name, lines[1:] if name == "notes" else lines)
    return ReadResult("read", tables)


def judge(
    contract: Contract, read: ReadResult, *, partner: Any, period: str, history: Any, rates: Any, standing: Any
) -> Verdict:
    """``bad`` in a row is an error, ``warn`` a warning, and the rest is fine."""
    if read.outcome == "refused":
        return Verdict("refused", read.problems, ruleset="rules-1")
    if read.outcome == "ask":
        return Verdict("needs_answer", [], read.questions, ruleset="rules-1")
    problems, bad = [], {}
    for name, table in read.tables.items():
        ids = table.frame["event_id"].astype(str)
        for word, severity in (("bad", "error"), ("warn", "warning")):
            rows = tuple(int(table.frame["_row"].iloc[at]) for at in np.flatnonzero(ids.str.contains(word)))
            if rows:
                problems.append(Problem(f"demo.{name}.{word}", severity, f"{word} rows", rows=rows))  # type: ignore[arg-type]
        positions = np.flatnonzero(ids.str.contains("bad")).tolist()
        if positions:
            bad[name] = positions
    counts = {name: len(table.frame) for name, table in read.tables.items()}
    totals = {"events": {"amount": f"{read.tables['events'].frame['amount'].sum():.2f}"}} if "events" in counts else {}
    if bad and not contract.quarantine:
        return Verdict("returned", problems, [], counts, totals, ruleset="rules-1")
    if bad:
        left = {name: count - len(bad.get(name, [])) for name, count in counts.items()}
        return Verdict("partially_accepted", problems, [], left, totals, bad, ruleset="rules-1")
    return Verdict(
        "accepted_with_warnings" if problems else "accepted", problems, [], counts, totals, ruleset="rules-1"
    )


@dataclass
class Calls:
    """How often the fakes ran; ``fail`` makes the judge crash."""

    read: int = 0
    judged: int = 0
    fail: BaseException | None = None

    def reader(self, *args: Any, **kwargs: Any) -> ReadResult:
        """The reader, counted."""
        self.read += 1
        return read_files(*args, **kwargs)

    def judge(self, *args: Any, **kwargs: Any) -> Verdict:
        """The judge, counted."""
        self.judged += 1
        if self.fail is not None:
            raise self.fail
        return judge(*args, **kwargs)


def _table(name: str, file: str, lines: list[str]) -> TableRead:
    rows = [[*line.split(","), "", "", "", "", ""][:6] for line in lines]
    people = [_span(row[1]) for row in rows]
    frame = pd.DataFrame(
        {
            "event_id": pd.Series([row[0] or None for row in rows], dtype=object),
            "people": pd.Series([low if low == high else np.nan for low, high in people], dtype="float64"),
            "people_low": pd.Series([low for low, _ in people], dtype="float64"),
            "people_high": pd.Series([high for _, high in people], dtype="float64"),
            "amount": pd.Series([float(row[2]) if row[2] else np.nan for row in rows], dtype="float64"),
            "share": pd.Series([float(row[3]) if row[3] else np.nan for row in rows], dtype="float64"),
            "day": pd.to_datetime(pd.Series([row[4] or None for row in rows], dtype=object)),
            "open": pd.Series([{"yes": True, "no": False}.get(row[5]) for row in rows], dtype=object),
            "_file": pd.Series([file] * len(rows), dtype=object),
            "_sheet": pd.Series([None] * len(rows), dtype=object),
            "_row": np.arange(1, len(rows) + 1),
        }
    )
    if name == "notes":
        frame = frame[["event_id", "_file", "_sheet", "_row"]]
    return TableRead(name, frame, {}, {}, [(file, None, 1, 1)])


def _span(text: str) -> tuple[float, float]:
    if text.startswith("<"):
        return 0.0, float(text[1:]) - 1
    return (float(text), float(text)) if text else (np.nan, np.nan)
