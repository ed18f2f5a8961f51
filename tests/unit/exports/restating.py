"""Invented histories of returns, with the figures the project's own SQL gives after each, and what must have caused what.

The log, the rows and the figures come from one list of things that happened; which causes a change may have is told from
that list alone, so that the ledger is held against something it does not read.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa

from exports.published import PublishedError
from exports.restatement import Restatement, restate
from sources import periods
from sources.log.event import GENESIS, Event, chain_hash, moment_text
from sources.log.state import LedgerState
from tests.unit.dbt_project.compiled import Warehouse
from tests.unit.dbt_project.raw_root import RawRoot

#: Every quarter of the histories has ended, and all but the last one are past their deadline in July.
AS_OF = "2024-08-15"
EARLY = "2024-07-10"
QUARTERS = periods.between("2023-Q2", "2024-Q2")
REASONS = {
    "late_data": "late_return",
    "correction_of_error": "correction",
    "double_counting_removed": "de_duplication",
    "definition_changed": "definition_change",
    "estimate_replaced": "correction",
    "wrong_file": "correction",
    "person_erased": "withdrawal",
    "other": "correction",
}
Place = tuple[str, str]


class InMemory:
    """Published tables that lie in memory, as :class:`exports.published.Published` offers them."""

    def __init__(self, name: str, as_of: str, head: str, tables: Mapping[str, pa.Table]) -> None:
        self.build_id, self.as_of = name, as_of
        self.manifest = {"log_head": head, "code_version": "1"}
        self._tables = dict(tables)

    def has(self, table: str) -> bool:
        """Whether the build has a table."""
        return table in self._tables

    def arrow(self, table: str) -> pa.Table:
        """A table."""
        if table not in self._tables:
            raise PublishedError(table)
        return self._tables[table]

    def with_tables(self, **tables: pa.Table) -> InMemory:
        """The same build with other tables."""
        other = InMemory(self.build_id, self.as_of, "", {**self._tables, **tables})
        other.manifest = self.manifest
        return other


@dataclass
class World:
    """What happened so far: the log, what each submission holds, what counts for each quarter of each partner."""

    program: str
    partners: tuple[str, ...]
    rows: Callable[[random.Random], dict[str, list[dict[str, Any]]]]
    random: random.Random
    events: list[Event] = field(default_factory=list)
    state: LedgerState = field(default_factory=LedgerState)
    held: dict[str, dict[str, list[dict[str, Any]]]] = field(default_factory=dict)
    codes: dict[str, str | None] = field(default_factory=dict)
    stack: dict[Place, list[str]] = field(default_factory=dict)
    nil: set[Place] = field(default_factory=set)
    erased: dict[str, int] = field(default_factory=dict)
    judged: dict[str, int] = field(default_factory=dict)
    rates: dict[tuple[str, date], Decimal] = field(default_factory=dict)

    def happen(self, kind: str, place: Place | None = None, **given: Any) -> Event:
        """Write an event to the log."""
        previous = self.events[-1].hash if self.events else GENESIS
        seq = len(self.events) + 1
        at = moment_text(datetime(2024, 7, 1, tzinfo=UTC) + timedelta(minutes=seq))
        body: dict[str, Any] = {
            "seq": seq, "at": at, "kind": kind, "who": "somebody", "why": given.pop("why", None),
            "submission_id": given.pop("submission", None), "program": self.program,
            "partner": place[0] if place else None, "period": place[1] if place else None, "payload": given,
            "previous": previous,
        }  # fmt: skip
        event = Event(hash=chain_hash(**body), **body)
        self.events.append(event)
        self.state.apply(event)
        return event

    def submit(self, place: Place, code: str | None = None) -> None:
        """A return comes in and is accepted."""
        number = f"S{len(self.events) + 1:06d}"
        rows = self.rows(self.random)
        self.held[number], self.codes[number] = rows, code
        why = f"Because of {code}." if code else None
        self.happen(
            "received", place, submission=number, why=why, files=[], content=number, reason_code=code,
            received_on="2024-08-01",
        )  # fmt: skip
        self.judge(number, place)
        self.stack.setdefault(place, []).append(number)

    def judge(self, number: str, place: Place) -> None:
        """A verdict falls."""
        counts = {name: len(found) for name, found in self.held[number].items()}
        self.happen(
            "judged", place, submission=number, state="accepted", ruleset="1", contract_version="1", answers={},
            row_counts=counts, problems=[], questions=[],
        )  # fmt: skip

    def counting(self, place: Place) -> str | None:
        """The submission that counts for a quarter, ``nil``, or nothing."""
        if self.stack.get(place):
            return self.stack[place][-1]
        return "nil" if place in self.nil else None

    def edit(self, kind: str) -> bool:
        """Let something of a kind happen at a random place; whether there was a place for it."""
        places = [(partner, quarter) for partner in self.partners for quarter in QUARTERS]
        reported = [place for place in places if self.stack.get(place)]
        empty = [place for place in places if self.counting(place) is None]
        fitting = empty if kind in ("arrival", "nil") else reported
        if kind == "rate":
            return self._rate()
        if not fitting:
            return False
        place = self.random.choice(fitting)
        number = self.stack[place][-1] if self.stack.get(place) else ""
        if kind == "arrival":
            self.submit(place)
        elif kind == "nil":
            self.nil.add(place)
            self.happen("nil", place, submission=f"N{len(self.events) + 1:06d}")
        elif kind == "withdraw":
            self.happen("withdrawn", place, submission=number, why="Not ours.", reason_code="wrong_file")
            self.stack[place].pop()
        elif kind == "send_back":
            self.happen("returned", place, submission=number, why="Please look again.")
            self.stack[place].pop()
        elif kind == "erase":
            return self._erase(place, number)
        elif kind == "judge":
            return self._judge_anew(place, number)
        else:
            self.submit(place, kind)
        return True

    def _erase(self, place: Place, number: str) -> bool:
        name = next(iter(self.held[number]))
        if not self.held[number][name]:
            return False
        self.held[number] = {**self.held[number], name: self.held[number][name][1:]}
        self.erased[number] = self.erased.get(number, 0) + 1
        tables = {
            table: {"rows": len(rows), "totals": {}, "sha256": "0", "erased": [1] if table == name else []}
            for table, rows in self.held[number].items()
        }
        self.happen("erased", place, submission=number, tables=tables, files=[])
        return True

    def _judge_anew(self, place: Place, number: str) -> bool:
        name = next(iter(self.held[number]))
        fresh = self.rows(self.random)[name]
        self.held[number] = {**self.held[number], name: [*self.held[number][name], *_apart(fresh, len(self.events))]}
        self.judged[number] = self.judged.get(number, 0) + 1
        self.judge(number, place)
        return True

    def _rate(self) -> bool:
        if not self.rates:
            return False
        key = self.random.choice(sorted(self.rates))
        self.rates[key] += Decimal(self.random.randint(1, 90)) / 100
        return True

    def raw(self) -> RawRoot:
        """What ingestion and ledger hand to dbt."""
        raw = RawRoot(Path())
        for item in sorted(self.state.submissions.values(), key=lambda one: one.seq):
            raw.returns[item.id] = {f"{self.program}/{name}": rows for name, rows in self.held[item.id].items()}
            raw.ledger["submissions"].append(
                {
                    "submission_id": item.id, "program_code": item.program, "partner_code": item.partner,
                    "period": item.period, "state": item.state, "received_at": item.received_at.replace(tzinfo=None),
                    "received_on": item.received_on, "received_by": "somebody", "is_confirmed": False,
                    "is_approved": False, "error_count": 0, "warning_count": 0, "quarantined_row_count": 0,
                    "file_names": "return.xlsx",
                }
            )  # fmt: skip
        for key, version in self.state.versions().items():
            raw.ledger["current_versions"].append(
                {
                    "program_code": key.program, "table_name": key.table, "partner_code": key.partner,
                    "period": key.period, "submission_id": version.submission.id, "version_number": version.number,
                    "is_approved": False, "state": version.submission.state,
                }
            )  # fmt: skip
        for partner, quarter in sorted(self.nil):
            raw.ledger["nil_returns"].append(
                {"program_code": self.program, "partner_code": partner, "period": quarter,
                 "declared_on": date(2024, 8, 1), "declared_by": "somebody"}
            )  # fmt: skip
        for (currency, day), rate in sorted(self.rates.items()):
            raw.rate(currency, day, str(rate))
        return raw

    def snapshot(self) -> World:
        """How it stands now; what happens later does not change it."""
        frozen = replace(self, events=list(self.events), state=self.state.copy(), held=dict(self.held))
        frozen.stack, frozen.nil = deepcopy(self.stack), set(self.nil)
        frozen.erased, frozen.judged, frozen.rates = dict(self.erased), dict(self.judged), dict(self.rates)
        return frozen


def _apart(rows: Iterable[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    """Rows with keys of their own."""
    return [
        {name: f"{value}-{number}" if name.endswith("_id") else value for name, value in row.items()} for row in rows
    ]


@dataclass(frozen=True)
class Build:
    """A moment of a world and what was published then."""

    world: World
    published: InMemory


def publish(warehouse: Warehouse, world: World, tables: Iterable[str], name: str, as_of: str = AS_OF) -> Build:
    """Run the project's SQL over the world as it stands."""
    frozen = world.snapshot()
    warehouse.load(frozen.raw().tables(world.program))
    found = {
        table: warehouse.connection.execute(f"select * from {warehouse.nodes[table].relation}").to_arrow_table()
        for table in tables
    }
    head = frozen.events[-1].hash if frozen.events else GENESIS
    return Build(frozen, InMemory(name, as_of, head, found))


def ledger(one: Build, other: Build) -> Restatement:
    """The ledger from one build to a later one."""
    return restate(one.published, other.published, other.world.events)  # type: ignore[arg-type]


def causes_between(one: Build, other: Build) -> set[str]:
    """Which causes what happened in between can have, told from the places it happened at."""
    old, new = one.world, other.world
    found: set[str] = set()
    if old.rates != new.rates:
        found.add("exchange_rate")
    for place in {*old.stack, *new.stack, *old.nil, *new.nil}:
        first, then = old.counting(place), new.counting(place)
        if first == then:
            if first is not None and old.erased.get(first, 0) != new.erased.get(first, 0):
                found.add("withdrawal")
            elif first is not None and old.judged.get(first, 0) != new.judged.get(first, 0):
                found.add("correction")
        elif first is None:
            due = periods.last_day(place[1]) + timedelta(days=30)
            found.add("late_return" if due.isoformat() < one.published.as_of else "new_period")
        elif then is None or (then != "nil" and first != "nil" and then < first) or then == "nil":
            found.add("withdrawal")
        else:
            found.add(REASONS.get(new.codes[then] or "", "correction"))
    return found
