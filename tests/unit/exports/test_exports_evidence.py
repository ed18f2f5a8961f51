"""Evidence goes through a build return by return: what it holds at a time, and that its order and rules stay the same."""

from __future__ import annotations

import csv
import gc
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from exports import table
from exports.explain import evidence, evidence_cells
from exports.explain.evidence import Reading
from exports.explain.evidence_cells import CELL_COLUMNS, TERM_COLUMNS
from exports.explain.recipes import Recipe, Search, recipe
from exports.explain.spool import Spool
from exports.origin_cells import Cell, KeptTables, OpenTable
from exports.origins import Contribution
from sources.contract.model import Column, Contract, Partner, Table
from sources.currency import Rates
from sources.log.records import Key

RATES = Rates()
VISITS = Table(
    "visits",
    "Visits",
    "One row per visit",
    (Column("visit", "Visit", "text", "", key=True), Column("people", "People", "integer", "", interval=True)),
)
NUMBER = pa.decimal128(24, 4)
ROW_TYPES = {
    **dict.fromkeys(
        ("program_code", "indicator_code", "overlap", "partner_code", "period", "submission_id", "source_table",
         "source_sheet", "country_code", "population_group_code", "place", "place_key"), pa.string()
    ),
    **dict.fromkeys(("source_row", "row_count"), pa.int64()),
    **dict.fromkeys(("numerator", "denominator", "value_low", "value_high"), NUMBER),
}  # fmt: skip


class House:
    """A build of one program whose partners sent one return each, with the returns as they would be read."""

    def __init__(self, returns: dict[str, list[int]]) -> None:
        self.returns = returns
        rows = [
            {
                "program_code": "demo", "indicator_code": code, "overlap": "unknown", "partner_code": name,
                "period": "2026-Q3", "submission_id": name, "source_table": "visits", "source_sheet": "Visits",
                "source_row": place + 2, "row_count": 1, "value_low": Decimal(value), "value_high": Decimal(value),
                "numerator": Decimal(value),
            }
            for code in ("seen", "visited")
            for name, values in sorted(returns.items())
            for place, value in enumerate(values)
        ]  # fmt: skip
        definition = {"kind": "flow", "unit": "people", "program_code": "demo"}
        kpi = {**definition, "period": "2026-Q3", "span": "quarter", "is_headline": True}
        self.tables = {
            evidence.ROWS: pa.Table.from_pylist(
                [dict.fromkeys(ROW_TYPES) | row for row in rows], pa.schema(list(ROW_TYPES.items()))
            ),
            evidence.ENTRIES: pa.table({"submission_id": pa.array([], pa.string())}),
            "pub_meta__definitions": pa.Table.from_pylist(
                [{**definition, "indicator_code": code} for code in ("seen", "visited")]
            ),
            table.KPI: pa.Table.from_pylist([{**kpi, "indicator_code": "seen"}]),
        }
        partners = tuple(Partner(name, name.upper(), "demo", "US", "2023-Q1") for name in returns)
        self.contract = Contract("demo", "Demo", "1.0.0", "", "", (VISITS,), partners)
        self.submissions = {
            name: SimpleNamespace(
                id=name, partner=name, files=(SimpleNamespace(name=f"{name}.xlsx", sha256=f"hash of {name}"),),
                verdict=None, state="accepted", period="2026-Q3",
            )
            for name in returns
        }  # fmt: skip

    def arrow(self, name: str) -> pa.Table:
        return self.tables[name]

    def versions(self) -> dict[Key, Any]:
        return {}

    def opened(self, submission_id: str) -> dict[str, OpenTable]:
        values = self.returns[submission_id]
        numbers = [float(value) for value in values]
        frame = pd.DataFrame(
            {
                "visit": [f"V{place}" for place in range(len(values))],
                **dict.fromkeys(("people", "people_low", "people_high"), numbers),
                "_file": f"{submission_id}.xlsx", "_sheet": "Visits", "_row": range(2, len(values) + 2),
            }
        )  # fmt: skip
        raw = {"visit": frame["visit"].tolist(), "people": numbers}
        letters = {
            (f"{submission_id}.xlsx", "Visits", name): letter for name, letter in (("visit", "A"), ("people", "B"))
        }
        return {"visits": OpenTable(SimpleNamespace(table="visits", frame=frame, raw=raw, letters=letters))}


@pytest.fixture
def gone_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Goes through a house and gives the reading, the lines of both files, and how often each return was opened."""

    def go(house: House, told=lambda: None) -> tuple[Reading, list[dict], list[dict], list[str]]:
        opened: list[str] = []

        def read(_settings, _state, _contract, submission_id, _kept):
            told()
            opened.append(submission_id)
            return house.opened(submission_id)

        monkeypatch.setattr(evidence, "read_tables", read)
        spool = Spool(tmp_path / "spool")
        inside = (None, house, {"demo": house.contract})
        found = Reading(house, inside, [("seen", "2026-Q3", "quarter")], RATES, spool, KeptTables())
        found.go()
        told()
        spool.write((tmp_path / "terms.csv", TERM_COLUMNS), (tmp_path / "cells.csv", CELL_COLUMNS))
        lines = [
            list(csv.DictReader((tmp_path / f"{name}.csv").open(encoding="utf-8-sig", newline="")))
            for name in ("terms", "cells")
        ]
        return found, *lines, opened

    return go


def live_cells() -> int:
    return sum(type(one) is Cell for one in gc.get_objects())


def test_what_is_held_at_a_time_is_that_of_a_return_not_of_all(gone_through, monkeypatch):
    monkeypatch.setattr(evidence_cells, "WAITING", 10)
    monkeypatch.setattr(evidence, "LISTED", 5)
    rows, peaks = 20, {}
    for count in (10, 40):
        held = [0]
        house = House({f"p{number:02d}": list(range(3, 3 + rows)) for number in range(count)})
        before = live_cells()
        _, terms, cells, _ = gone_through(house, lambda held=held, before=before: held.append(live_cells() - before))
        assert len(terms) == len(cells) == 2 * rows * count
        peaks[count] = max(held)
    assert 0 < peaks[40] <= peaks[10] < 2 * rows * 4, "four times the returns, and no more cells at a time"


def test_terms_stand_in_the_order_of_the_build_whatever_order_returns_come_in(gone_through):
    house = House({"b": [4, 5], "a": [6], "c": [7, 8, 9]})
    found, terms, cells, opened = gone_through(house)
    assert sorted(opened) == ["a", "b", "c"], "each return is opened once"
    assert [line["term"] for line in terms] == [f"T{number:06d}" for number in range(1, 13)]
    assert [(line["subject"], line["partner_code"]) for line in terms] == [
        (subject, name) for subject in ("seen", "visited") for name in "abbccc"
    ]
    assert [(line["term"], line["raw"], line["cell"], line["sha256"]) for line in cells[:3]] == [
        ("T000001", "6", "B2", "hash of a"),
        ("T000002", "4", "B2", "hash of b"),
        ("T000003", "5", "B3", "hash of b"),
    ]
    figure = found.figures["seen", "2026-Q3", "quarter"]
    assert figure.notes.recipes == {"visits": Recipe("number", "people")}
    assert [name for name, _ in figure.files] == ["a.xlsx", "b.xlsx", "b.xlsx", "c.xlsx", "c.xlsx", "c.xlsx"]
    assert [item.cells[1].raw for _, item in sorted(figure.listed.items())] == ["6", "4", "5", "7", "8", "9"]


def test_a_rule_that_a_late_row_breaks_is_the_rule_of_no_row(gone_through, monkeypatch):
    monkeypatch.setattr(evidence_cells, "WAITING", 2)
    house = House({"a": [1, 1, 1], "b": [1, 1], "c": [1, 7]})
    _, terms, cells, opened = gone_through(house)
    assert {line["op"] for line in terms} == {"number"}
    assert [line["raw"] for line in cells] == ["1", "1", "1", "1", "1", "1", "7"] * 2
    assert sorted(opened) == ["a", "a", "b", "b", "c", "c"], "gone through once more, as ones had been put down"


def test_rows_no_rule_explains_are_named(gone_through):
    house = House({"a": [5], "b": [6]})
    house.returns["b"] = [9]
    found, terms, cells, _ = gone_through(house)
    assert {line["op"] for line in terms} == {"unexplained"}
    assert found.evidence.unexplained == [("seen", "visits"), ("visited", "visits")]
    assert cells == []


MONEY = Table(
    "costs",
    "Costs",
    "One row per cost",
    (
        Column("cost", "Cost", "text", "", key=True),
        Column("amount", "Amount", "money", ""),
        Column("amount_currency", "Currency", "code", ""),
        Column("sort", "Sort", "code", ""),
    ),
)


def cost(amount: int, sort: str, counted: bool) -> Contribution:
    cells = (
        Cell("cost", "Cost", "A2", "x", read="x"),
        Cell(
            "amount", "Amount", "B2", str(amount), "money", read=str(amount), low=Decimal(amount), high=Decimal(amount)
        ),
        Cell("amount_currency", "Currency", "C2", "EUR", "code", read="EUR"),
        Cell("sort", "Sort", "D2", sort, "code", read=sort),
    )
    value = Decimal(amount if counted else 0)
    return Contribution(
        "a", "A", "2026-Q3", "S1", "costs", "Costs", 2, 1, None, None, None, None, value, Decimal(amount), value, value,
        cells=cells,
    )  # fmt: skip


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_rule_is_the_same_however_few_rows_are_seen_at_a_time(size):
    rows = [
        cost(5, "rent", False),
        cost(7, "food", False),
        cost(8, "grant", True),
        cost(9, "grant", True),
        cost(3, "tax", False),
    ]
    whole = recipe(rows, MONEY, "shared", "ratio", "EUR", RATES)
    search = Search(MONEY, "shared", "ratio", "EUR", RATES, tallied=True)
    for start in range(0, len(rows), size):
        search.see(rows[start : start + size], range(start, len(rows))[:size])
    assert whole == search.best
    assert whole == Recipe("euro", "amount", currency="amount_currency", only_if=("sort", "grant"), base=("=",))
    assert search.tally is not None
    assert search.tally.currencies == {"EUR": 5}, "rows seen before the code was are counted too"
    assert recipe([*rows, cost(4, "tax", True)], MONEY, "shared", "ratio", "EUR", RATES) is None
