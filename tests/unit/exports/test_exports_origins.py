"""A figure and the rows it rests on: they come to the same by the arithmetic of its kind."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.desk import Desk
from exports.origin_cells import ERASED, FOLDED, NIL, NO_ROW, filled
from exports.origin_words import arithmetic
from exports.origins import Contribution, total
from sources.reader import InputFile
from sources.settings import Settings
from tests.unit.expectations.desk_fakes import contract, judge, read_files

#: A busy machine is slow to draw; that is no finding.
CALM = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
NUMBERS = st.integers(0, 10**6).map(Decimal)


def row(low: float, high: float | None = None, base: float | None = None, **changes: Any) -> Contribution:
    item = Contribution(
        partner="a",
        partner_name="Partner A",
        period="2026-Q3",
        submission_id="S1",
        table="t",
        sheet="S",
        row=2,
        row_count=1,
        country="US",
        population_group=None,
        place=None,
        place_key=None,
        numerator=None,
        denominator=Decimal(str(base)) if base is not None else None,
        low=Decimal(str(low)),
        high=Decimal(str(low if high is None else high)),
    )
    return replace(item, **changes)


def test_a_sum_is_told_return_by_return() -> None:
    rows = [row(5), row(7), row(30, partner="b"), row(1.5, period="2026-Q2")]
    assert total("flow", "unknown", "people", rows) == (Decimal("43.50"), Decimal("43.50"))
    assert arithmetic("flow", "unknown", "people", rows) == ["1.5 + 12 + 30 = 43.5"]


def test_bounds_are_added_apart() -> None:
    rows = [row(0, 4), row(10, partner="b")]
    assert total("flow", "unknown", "people", rows) == (10, 14)
    assert arithmetic("flow", "unknown", "people", rows) == ["at least: 0 + 10 = 10", "at most: 4 + 10 = 14"]


def test_what_is_taken_away_stands_in_brackets() -> None:
    rows = [row(100), row(-20.5, partner="b")]
    assert arithmetic("flow", "unknown", "EUR", rows) == ["100 + (-20.5) = 79.5"]


def test_a_share_is_told_by_its_parts() -> None:
    rows = [row(12, base=40), row(30, base=60, partner="b")]
    assert total("ratio", "unknown", "percent", rows) == (42, 42)
    assert arithmetic("ratio", "unknown", "percent", rows) == ["(12 + 30) / (40 + 60) = 42 / 100 = 42 %"]
    assert total("ratio", "unknown", "percent", [row(0, base=0)]) == (None, None)
    assert arithmetic("ratio", "unknown", "percent", [row(0, base=0)]) == ["There is nothing to divide by."]


def test_people_reached_are_at_least_the_largest_and_at_most_the_sum() -> None:
    detroit, flint = {"place": "Detroit", "place_key": "detroit"}, {"place": "Flint", "place_key": "flint"}
    rows = [row(30, **detroit), row(20, **detroit), row(12, **flint), row(9)]
    assert total("reach", "unknown", "people", rows) == (30, 71)
    assert total("reach", "disjoint", "people", rows) == (71, 71)
    assert total("reach", "disjoint_places", "people", rows) == (42, 71)
    assert arithmetic("reach", "disjoint_places", "people", rows) == [
        "at least the largest report of each place: 30 (Detroit) + 12 (Flint) = 42",
        "at most: 71",
    ]
    assert total("reach", "disjoint_places", "people", [*rows, row(50)]) == (50, 121)
    assert arithmetic("reach", "disjoint_places", "people", [*rows, row(50)])[0] == (
        "at least the largest report without a place: 50"
    )
    assert arithmetic("reach", "unknown", "people", rows)[0] == "at least the largest single report: 30"


def test_many_returns_end_in_one_term() -> None:
    rows = [row(1, partner=f"p{number:02}") for number in range(20)]
    assert arithmetic("flow", "unknown", "people", rows) == [
        "1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 9 of 9 more returns = 20"
    ]


def test_nothing_comes_to_no_figure() -> None:
    assert total("flow", "unknown", "people", []) == (None, None)
    assert arithmetic("flow", "unknown", "people", []) == []


@CALM
@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.sampled_from("abc"), st.sampled_from(["x", "y", None])), min_size=1))
def test_bounds_hold_whatever_is_reported(items: list[tuple[Decimal, Decimal, str, str | None]]) -> None:
    rows = [
        replace(row(0), low=min(one, other), high=max(one, other), partner=partner, place_key=place, place=place)
        for one, other, partner, place in items
    ]
    added_low, added_high = (sum(getattr(item, side) for item in rows) for side in ("low", "high"))
    assert total("flow", "unknown", "people", rows) == (added_low, added_high)
    for overlap in ("unknown", "disjoint_places", "disjoint"):
        low, high = total("reach", overlap, "people", rows)
        assert low is not None
        assert max(item.low for item in rows) <= low <= added_low
        assert high == added_high


def test_what_has_no_cells_says_why(tmp_path: Path) -> None:
    contracts = {"demo": contract()}
    desk = Desk(Settings.at(tmp_path), contracts, reader=read_files, judge=judge)
    place = {"partner": "sample_a", "program": "demo", "period": "2026-Q3", "who": "ana"}
    sid = desk.submit([InputFile("r.csv", b"e1,1")], **place).submission_id
    (original,) = (tmp_path / "landing" / "originals").iterdir()
    original.unlink()
    rows = [
        row(1, submission_id=sid),
        row(0, submission_id=sid, row=None),
        row(9, submission_id=sid, row=None, row_count=3000),
        row(0, submission_id=None, row=None),
    ]
    found = filled(rows, desk.settings, desk.state(), contracts, "demo")
    assert [item.missing for item in found] == [ERASED, ERASED, ERASED, NIL]
    found = filled(rows[1:], desk.settings, desk.state(), contracts, "demo")
    assert [item.missing for item in found] == [NO_ROW, FOLDED, NIL]
    assert [item.file for item in found] == ["r.csv", "r.csv", None]
