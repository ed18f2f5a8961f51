"""A verdict never says more than the truth: whatever is missing, blank or within bounds could turn out to be anything.

Random histories of returns, and for each one a truth that fits it: every number settled, every gap filled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import periods
from tests.unit.dbt_project import test_arithmetic as arithmetic
from tests.unit.dbt_project.compiled import Warehouse
from tests.unit.dbt_project.test_arithmetic import AS_OF, FLOW, PARTNERS, QUARTERS, SINCE, STOCK, History, Sent

#: Comparison, and whether a true value meets the claim.
MEETS: dict[str, Callable[[Decimal, int], bool]] = {
    "at_least": lambda value, claimed: value >= claimed,
    "more_than": lambda value, claimed: value > claimed,
    "at_most": lambda value, claimed: value <= claimed,
    "equals": lambda value, claimed: value == claimed,
    "about": lambda value, claimed: abs(value - claimed) <= 3,
}
CLAIMED = {FLOW: (0, 2, 4, 8, 20, 40, 60, 90, 120, 160, 200), STOCK: (0, 1, 2, 3, 6)}
CLAIMS = [
    {"claim_code": f"{indicator}/{comparison}/{claimed}/{day}", "claim_number": "1", "timing": "state",
     "speaks_for_date": day, "measure": "indicator", "measure_code": indicator, "comparison": comparison,
     "claimed_value": str(claimed), "tolerance": "3" if comparison == "about" else ""}
    for indicator, values in CLAIMED.items()
    for comparison in MEETS
    for claimed in values
    for day in ("", "2024-01-15", "2024-05-01")
]  # fmt: skip
#: What only other programs have.
NONE = {
    "int_claims__survey_values": "select null::text as measure, null::text as wave_code, null::text as country_code, "
    "null::text as group_code, "
    "null::decimal as estimate_pct, null::decimal as ci_low_pct, null::decimal as ci_high_pct, null::text as nchs limit 0",
    "int_claims__contributions": "select null::text as contribution_code, null::text as period, null::decimal as value_low, "
    "null::decimal as value_high, null::int as coverage_met, null::int as coverage_due, null::int as blank_count limit 0",
}


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Warehouse]:
    """The path from raw tables to the claims."""
    seeds = {"partners": PARTNERS, "ref_claims": CLAIMS}
    opened = Warehouse("heal", ["fct_claims"], AS_OF, seeds, NONE)
    yield opened
    opened.connection.close()


def trained_in(draw: st.DrawFn, trained: arithmetic.Bounds | None, given_in_part: bool) -> arithmetic.Bounds | None:
    """The true number behind one row."""
    if trained is None and not given_in_part:
        number = draw(st.integers(0, 60))
        return number, number
    return arithmetic.settled(draw, trained)


@st.composite
def histories_and_whole_truths(draw: st.DrawFn) -> tuple[History, History]:
    """What came in, and what was the case: numbers settled, blanks and gaps filled, a nil return with its level."""
    history = draw(arithmetic.histories())
    history.waived.clear()
    truth = deepcopy(history)
    for partner, since in SINCE.items():
        for quarter in periods.between(since, QUARTERS[-1]):
            key = (partner, quarter)
            came = history.sent[key][-1] if key in history.sent else None
            said = came.interventions if came else draw(arithmetic.RETURNS).interventions
            nil = came is None and key in history.nil
            # Coverage is by return: a row left blank beside rows with the figure is one that has none.
            given_in_part = any(trained is not None for _, trained, _ in said)
            real = tuple(
                (running, (0, 0) if nil else trained_in(draw, trained, given_in_part), None)
                for running, trained, _ in said
            )
            truth.sent[key] = [Sent(real, ())]
    return history, truth


@arithmetic.profile(20)
@given(pair=histories_and_whole_truths())
def test_no_verdict_says_more_than_the_truth(warehouse: Warehouse, pair: tuple[History, History]) -> None:
    history, truth = pair
    warehouse.load(history.raw().tables("heal"))
    plain = {FLOW: arithmetic.plain_flow, STOCK: arithmetic.plain_stock}
    for row in warehouse.rows("fct_claims"):
        indicator, comparison, claimed, day = row["claim_code"].split("/")

        def holds(quarter: str, name: str = indicator, how: str = comparison, figure: int = int(claimed)) -> bool:
            span = "since_start" if name == FLOW else "quarter"
            value = plain[name](truth, arithmetic.quarters_of(span, quarter)).low
            return value is not None and MEETS[how](value, figure)

        spoken_for = [row["period"]] if day else QUARTERS
        if row["verdict"] == "supported":
            assert holds(row["period"]), row["claim_code"]
        if row["verdict"] == "contradicted":
            assert not any(holds(quarter) for quarter in spoken_for), row["claim_code"]
        if day:
            assert row["period"] == {"2024-01-15": "2024-Q1", "2024-05-01": "2024-Q2"}[day], row["claim_code"]


def test_all_three_verdicts_are_reached_on_a_whole_history(warehouse: Warehouse) -> None:
    """Where nothing is missing and every number is known, only a claim without a day can stay open."""
    history = History()
    for number, (partner, since) in enumerate(SINCE.items()):
        for quarter in periods.between(since, QUARTERS[-1]):
            history.sent[partner, quarter] = [Sent(((True, (10 + number,) * 2, None), (False, (0, 0), None)), ())]
    warehouse.load(history.raw().tables("heal"))
    found = {row["claim_code"]: row["verdict"] for row in warehouse.rows("fct_claims")}
    assert {verdict for code, verdict in found.items() if not code.endswith("/")} == {"supported", "contradicted"}
    assert found[f"{FLOW}/more_than/8/"] == "supported"
    assert found[f"{FLOW}/at_most/8/"] == "contradicted"
    # Two partners reported at first and three later: without a day, three may have been claimed of either.
    assert found[f"{STOCK}/equals/3/"] == "supported"
    assert found[f"{STOCK}/at_most/1/"] == "contradicted"
    assert found[f"{FLOW}/at_most/60/"] == "cannot_tell"
