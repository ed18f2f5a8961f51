"""Why a figure is what it is: which cells make a row's value, what the reader made of them, where the figure stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from exports import wording
from exports.explain import others
from exports.explain.model import address
from exports.explain.recipes import Recipe, recipe
from exports.explain.rows import converted, written
from exports.explain.standing import standing
from exports.origin_casts import reading
from exports.origin_cells import Cell
from exports.origins import Contribution
from sources.contract.load import load_all
from sources.contract.model import Code, CodeList, Column, Table
from sources.currency import Rates
from sources.log.state import LedgerState

RATES = Rates()
COUNT = Column("people", "People", "integer", "", interval=True)
TABLE = Table(
    "visits",
    "Visits",
    "One row per visit",
    (
        Column("visit", "Visit", "text", "", key=True),
        COUNT,
        Column("asked", "Asked", "integer", "", interval=True),
        Column("grant", "Grant", "money", ""),
        Column("grant_currency", "Currency", "code", ""),
        Column("paid_on", "Paid on", "date", ""),
        Column("has_mentor", "Mentor", "boolean", ""),
    ),
)


def cell(column: str, raw: str, low: float | None = None, high: float | None = None, read: str = "") -> Cell:
    kind = TABLE.column(column).kind
    bounds = [None if value is None else Decimal(str(value)) for value in (low, low if high is None else high)]
    return Cell(column, column.title(), "B2", raw, kind, read=read or raw, low=bounds[0], high=bounds[1])


def row(low: float, high: float, base: float | None, *cells: Cell) -> Contribution:
    return Contribution(
        partner="a",
        partner_name="Partner A",
        period="2026-Q3",
        submission_id="S1",
        table="visits",
        sheet="Visits",
        row=2,
        row_count=1,
        country=None,
        population_group=None,
        place=None,
        place_key=None,
        numerator=None,
        denominator=None if base is None else Decimal(str(base)),
        low=Decimal(str(low)),
        high=Decimal(str(high)),
        cells=cells,
    )


def found(items: list[Contribution], kind: str = "flow", unit: str = "people") -> Recipe | None:
    return recipe(items, TABLE, "people_seen", kind, unit, RATES)


def test_rows_that_each_count_one_are_told_by_the_cell_that_names_them() -> None:
    known = found([row(1, 1, None, cell("visit", "V1"), cell("people", "7", 7))])
    assert known == Recipe("one", "visit")
    assert [use.role for use in known.uses(row(1, 1, None, cell("visit", "V1")))] == ["counted"]


def test_the_column_is_the_one_every_row_agrees_with() -> None:
    rows = [
        row(7, 7, None, cell("visit", "V1"), cell("people", "7", 7), cell("asked", "7", 7)),
        row(0, 4, None, cell("visit", "V2"), cell("people", "<5", 0, 4), cell("asked", "9", 9)),
    ]
    assert found(rows) == Recipe("number", "people")
    assert found([*rows, row(6, 6, None, cell("visit", "V3"), cell("people", "5", 5))]) is None


def test_a_blank_is_from_nobody_to_all_who_could_be() -> None:
    rows = [
        row(3, 3, None, cell("visit", "V1"), cell("people", "3", 3), cell("asked", "9", 9)),
        row(0, 9, None, cell("visit", "V2"), cell("asked", "9", 9)),
    ]
    known = found(rows)
    assert known == Recipe("either", "people", other="asked")
    assert [use.role for use in known.uses(rows[1])] == ["at_most"]


def test_a_share_whose_base_is_within_bounds_keeps_an_upper_bound_that_holds() -> None:
    rows = [row(2, 2 + 4 - 2, 4, cell("visit", "V1"), cell("people", "2", 2), cell("asked", "<5", 0, 4))]
    assert found(rows, "ratio", "percent") == Recipe("number", "people", base=("asked",), capped=True)


def test_an_amount_is_turned_into_euro_by_the_rate_of_its_own_day() -> None:
    rate, day = RATES.rate_on("USD", date(2026, 8, 3)) or (Decimal(0), date.min)
    euros = (Decimal(100) / rate).quantize(Decimal("0.01"))
    item = row(
        float(euros),
        float(euros),
        None,
        cell("visit", "V1"),
        cell("grant", "100", 100),
        cell("grant_currency", "USD"),
        cell("paid_on", "2026-08-03"),
    )
    known = found([item], unit="EUR")
    assert known == Recipe("euro", "grant", currency="grant_currency", day="paid_on")
    money = known.conversion(item, RATES)
    assert money is not None
    assert (money.eur, money.rate, money.rate_day) == (euros, rate, day)
    assert converted(money) == f"100 USD / {rate} = {euros} EUR (ECB rate of {day})"


def test_a_yes_is_one_of_one() -> None:
    rows = [
        row(1, 1, 1, cell("visit", "V1"), cell("has_mentor", "Ja", read="yes")),
        row(0, 0, 1, cell("visit", "V2"), cell("has_mentor", "nein", read="no")),
    ]
    assert found(rows, "ratio", "percent") == Recipe("flag", "has_mentor", base=("1",))


@pytest.mark.parametrize(
    ("raw", "typed", "context", "why"),
    [
        ("1.234,5", 1234.5, {"declared": ","}, "a decimal comma: the partner declared that it writes numbers so"),
        ("1.234", 1234, {"answers": {"number_format": ","}}, "a decimal comma: the partner said so when asked"),
        (
            "1.234", 1234, {"others": ["1.234", "0,5"]},
            "a decimal comma: “0,5” in the same column can only be read so",
        ),
        ("12", 12, {}, ""),
        ("(12)", -12, {}, "a minus sign or brackets take it away"),
        ("12 %", 12, {}, "the % sign is left out"),
    ],
)  # fmt: skip
def test_what_a_number_became_is_told_with_the_reason(
    raw: str, typed: float, context: dict[str, Any], why: str
) -> None:
    column = Column("share", "Share", "decimal", "")
    given = {"declared": None, "answers": {}, "others": [raw], **context}
    how = reading(column, raw, typed, typed, typed, **given)
    assert (Decimal(how.value.replace(",", "")), how.why) == (Decimal(str(typed)), why)


def test_less_than_five_is_a_range_and_a_code_is_told_by_its_label() -> None:
    how = reading(COUNT, "<5", None, 0, 4, declared=None, answers={}, others=["<5"])
    assert (how.value, how.why) == ("0 to 4", "the exact number is not told, only that it is from 0 to 4")
    stages = CodeList("stages", (Code("running", "Running", ("en cours",)),))
    stage = Column("stage", "Stage", "code", "", codes=stages)
    how = reading(stage, "en cours", "running", None, None, declared=None, answers={}, others=[])
    assert (how.value, how.why) == ("running", "the list “stages” knows it as Running")
    assert reading(stage, "Running", "running", None, None, declared=None, answers={}, others=[]).why == ""


def test_a_cell_is_named_as_a_spreadsheet_names_it() -> None:
    assert address("Interventions", "F12") == "Interventions!F12"
    assert address("Jan's", "F12") == "'Jan''s'!F12"
    shown = replace(cell("people", "<5", 0, 4, "0 to 4"), why="it is a range", is_value=True)
    assert written(row(0, 4, None, shown)) == ["Visits!B2 People: <5 (read as 0 to 4: it is a range)"]


def kpi(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "indicator_code": "heal_people_trained", "period": "2026-Q3", "span": "since_start", "kind": "flow",
        "unit": "people", "is_headline": True, "value": Decimal(95), "value_low": Decimal(95), "value_high": Decimal(95),
        "coverage_met": 4, "coverage_due": 4, "baseline_value": Decimal(0), "target_value": Decimal(400),
        "target_year": 2030, "target_basis": "assumed", "planned_value": Decimal(100), "attainment_pct": Decimal("23.75"),
        "required_per_year": Decimal("71.76"), "observed_per_year": Decimal("27.14"), "forecast_2030": None,
        "forecast_2030_low": None, "forecast_2030_high": None, "progress_status": "on_track", "footnote": None,
    }  # fmt: skip
    return base | changes


DEFINED = {
    "headline_span": "since_start", "direction": "increase", "baseline_value": Decimal(0), "baseline_period": "2023-Q1",
    "version": 1, "target_source": "Plan", "indicator_code": "heal_people_trained",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "at least 95 % of the way planned (95, against 100 planned by now: 95 % of that are 95)"),
        (
            {"progress_status": "behind", "value": Decimal(94), "value_low": Decimal(94)},
            "what is not on track is behind",
        ),
        ({"progress_status": "not_assessable", "coverage_met": 3}, "1 of 4 returns are missing"),
        ({"progress_status": "not_assessable", "target_value": None}, "There is no target to judge it by."),
        (
            {"progress_status": "not_assessable", "value": None, "footnote": "Bounds too wide to judge progress"},
            "the bounds are too wide to judge",
        ),
        ({"progress_status": "target_met", "value_low": Decimal(400)}, "has reached the target of 400"),
    ],
)
def test_the_status_names_the_rule_that_decided(changes: dict[str, Any], said: str) -> None:
    sections = standing(kpi(**changes), DEFINED, [], load_all()["heal"], LedgerState())
    assert said in sections[-1].lines[0]


def test_rates_are_shown_with_the_numbers_in() -> None:
    sections = {item.title: item.lines for item in standing(kpi(), DEFINED, [], load_all()["heal"], LedgerState())}
    text = "\n".join(sections["Progress"])
    assert "(95 − 0) / (400 − 0) = 23.75 %" in text
    assert "(400 − 95) × 4 / 17 = 71.76" in text
    assert "(95 − 0) × 4 / 14 = 27.14" in text


def test_a_figure_that_is_no_headline_has_no_target() -> None:
    (section,) = standing(kpi(is_headline=False, span="quarter"), DEFINED, [], load_all()["heal"], LedgerState())
    assert "Targets are set for the figure since the start" in section.lines[0]


def test_a_program_that_is_withheld_is_told_with_its_reason_and_the_sum_still_adds_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = "Withheld: the list of people holds more than are reported"
    common = {"period": "2026-Q2", "is_synthetic": True, "coverage_met": 2, "coverage_due": 2}
    rows = [
        {**common, "program_code": "a", "program_name": "A", "reach_low": 40, "reach_high": 40, "footnote": None},
        {**common, "program_code": "b", "program_name": "B", "reach_low": None, "reach_high": None, "footnote": said},
        {**common, "program_code": "total", "program_name": "All programs", "reach_low": 40, "reach_high": 43,
         "counted_twice": 0, "low_basis": "largest_program", "footnote": None},
    ]  # fmt: skip
    tables = {"pub_leads__reach": rows, "pub_meta__definitions": []}
    monkeypatch.setattr(others, "_rows", lambda _, name: tables[name])
    published = SimpleNamespace(build_id="b", as_of="2026-07-01", manifest={})
    told = others._reach(published, "2026-Q2")  # type: ignore[arg-type]
    assert told.value == "40 to 43"
    assert told.sections[0].lines == ("A: 40 people", f"B: {said}")
    assert told.sections[1].formulas[0] == "at most = 40 + 3 of whom nothing is shown = 43"
    rows[-1] |= {"reach_low": None, "reach_high": None}
    assert others._reach(published, "2026-Q2").value == wording.NO_DATA  # type: ignore[arg-type]
