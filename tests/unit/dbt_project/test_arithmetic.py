"""Whatever partners send: the project's SQL gives what plain counting gives, and never less without saying so.

Random histories of returns (several partners, gaps, corrections, nil returns, waivers, blanks, ``<5``) run through the
compiled models of one program, from raw tables to the KPI tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources import periods
from tests.unit.dbt_project.compiled import Warehouse
from tests.unit.dbt_project.raw_root import RawRoot

#: Every quarter up to 2024-Q2 is past its deadline; the next one has not ended.
AS_OF = "2024-08-15"
SINCE = {"a": "2023-Q2", "b": "2023-Q2", "c": "2023-Q4"}
QUARTERS = periods.between("2023-Q2", "2024-Q2")
SPANS = ("quarter", "year_to_date", "since_start")
FLOW, STOCK, RATIO = "heal_people_trained", "heal_interventions_active", "heal_not_listened_to_share"
REACH = "heal_people_reached"
Bounds = tuple[int, int]


@dataclass(frozen=True)
class Sent:
    """One return: rows of interventions (running, trained, reached) and of groups asked (asked, named)."""

    interventions: tuple[tuple[bool, Bounds | None, Bounds | None], ...]
    asked: tuple[tuple[Bounds, Bounds], ...]
    is_approved: bool = True


@dataclass
class History:
    """What became of each quarter of each partner."""

    sent: dict[tuple[str, str], list[Sent]] = field(default_factory=dict)
    nil: set[tuple[str, str]] = field(default_factory=set)
    refused: set[tuple[str, str]] = field(default_factory=set)
    waived: set[tuple[str, str]] = field(default_factory=set)

    def raw(self) -> RawRoot:
        """The history as ingestion and ledger hand it to dbt."""
        raw = RawRoot(Path())
        for (partner, quarter), versions in sorted(self.sent.items()):
            for number, one in enumerate(versions, 1):
                raw.submit("heal", partner, quarter, tables_of(one), version=number, approved=one.is_approved)
        for partner, quarter in sorted(self.refused):
            raw.submit("heal", partner, quarter, {}, version=9, state="returned", approved=False)
        common = {"program_code": "heal"}
        for partner, quarter in sorted(self.nil):
            raw.ledger["nil_returns"].append(
                common
                | {"partner_code": partner, "period": quarter, "declared_on": date(2024, 8, 1), "declared_by": "o"}
            )
        for partner, quarter in sorted(self.waived):
            raw.ledger["waivers"].append(
                common | {"partner_code": partner, "period": quarter, "reason": "Flood", "approved_by": "lead"}
            )
        return raw

    def without(self, key: tuple[str, str]) -> History:
        """The same history, had the return of one partner and quarter never come."""
        other = deepcopy(self)
        other.sent.pop(key, None)
        other.nil.discard(key)
        return other

    def counting(self) -> dict[tuple[str, str], Sent]:
        """The version of each return that counts."""
        return {key: versions[-1] for key, versions in self.sent.items()}


def tables_of(sent: Sent) -> dict[str, list[dict[str, Any]]]:
    interventions = [
        {
            "intervention_id": f"H{number}", "city": "Flint", "stage": "running" if running else "completed",
            "population_groups": "black", "people_trained": trained, "people_reached": reached,
        }
        for number, (running, trained, reached) in enumerate(sent.interventions)
    ]  # fmt: skip
    feedback = [
        {"population_group": f"group {number}", "barrier_code": "not_listened_to", "responses_count": asked,
         "mentions_count": named}
        for number, (asked, named) in enumerate(sent.asked)
    ]  # fmt: skip
    return {"interventions": interventions, "survey_feedback": feedback}


def exact(most: int) -> st.SearchStrategy[Bounds]:
    return st.integers(0, most).map(lambda number: (number, number))


#: A number, or ``<5``.
COUNTS = st.one_of(exact(60), st.just((0, 4)))


@st.composite
def asked_groups(draw: st.DrawFn) -> tuple[Bounds, Bounds]:
    """How many were asked and how many of them named it, so that some true numbers fit both."""
    asked = draw(COUNTS)
    named = draw(st.one_of(exact(asked[0]), st.just((0, min(4, asked[1])))))
    return asked, named


RETURNS = st.builds(
    Sent,
    interventions=st.lists(
        st.tuples(st.booleans(), st.one_of(st.none(), COUNTS), st.one_of(st.none(), COUNTS)), max_size=3
    ).map(tuple),
    asked=st.lists(asked_groups(), max_size=2).map(tuple),
    is_approved=st.booleans(),
)
OUTCOMES = (
    "sent",
    "sent",
    "sent",
    "corrected",
    "nil",
    "missing",
    "refused",
    "waived",
    "sent though waived",
    "nil and sent",
)


@st.composite
def histories(draw: st.DrawFn) -> History:
    history = History()
    for partner, since in SINCE.items():
        for quarter in periods.between(since, QUARTERS[-1]):
            key, outcome = (partner, quarter), draw(st.sampled_from(OUTCOMES))
            if "sent" in outcome or outcome == "corrected":
                history.sent[key] = draw(st.lists(RETURNS, min_size=2, max_size=2) if outcome == "corrected" else st.tuples(RETURNS).map(list))  # fmt: skip
            if "nil" in outcome:
                history.nil.add(key)
            if outcome == "refused":
                history.refused.add(key)
            if "waived" in outcome:
                history.waived.add(key)
    return history


#: Three partners, one of them from later on.
PARTNERS = [
    {"partner_code": code, "partner_name": f"Partner {code.upper()}", "country_code": "US", "since": since,
     "is_synthetic": "true"}
    for code, since in SINCE.items()
]  # fmt: skip


@pytest.fixture(scope="module")
def warehouse() -> Iterator[Warehouse]:
    """The path from raw tables to the KPI tables."""
    targets = ["fct_kpi", "pub_leads__kpi", "pub_leadership__progress"]
    opened = Warehouse("heal", targets, AS_OF, seeds={"partners": PARTNERS})
    yield opened
    opened.connection.close()


def kpis(warehouse: Warehouse, history: History) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The KPI rows of a history by indicator, quarter and span."""
    warehouse.load(history.raw().tables("heal"))
    return {(row["indicator_code"], row["period"], row["span"]): row for row in warehouse.rows("fct_kpi")}


def quarters_of(span: str, last: str) -> list[str]:
    first = {"quarter": last, "year_to_date": f"{last[:4]}-Q1", "since_start": QUARTERS[0]}[span]
    return [quarter for quarter in QUARTERS if first <= quarter <= last]


@dataclass
class Counted:
    """What plain counting finds: bounds (none where nothing was reported) and whether all of it is approved."""

    low: Decimal | None = None
    high: Decimal | None = None
    is_approved: bool = True

    def add(self, low: float | Decimal, high: float | Decimal, is_approved: bool) -> None:
        self.low = (self.low or Decimal(0)) + Decimal(low)
        self.high = (self.high or Decimal(0)) + Decimal(high)
        self.is_approved = self.is_approved and is_approved


def plain_flow(history: History, quarters: list[str]) -> Counted:
    total = Counted()
    for (_, quarter), sent in history.counting().items():
        if quarter in quarters:
            for _, trained, _ in sent.interventions:
                if trained is not None:
                    total.add(*trained, sent.is_approved)
            if not sent.interventions:
                total.add(0, 0, sent.is_approved)
    for key in history.nil - set(history.sent):
        if key[1] in quarters:
            total.add(0, 0, True)
    return total


def plain_stock(history: History, quarters: list[str]) -> Counted:
    total = Counted()
    for partner in SINCE:
        reported = sorted(quarter for name, quarter in history.sent if name == partner and quarter in quarters)
        if reported:
            last = history.counting()[partner, reported[-1]]
            running = sum(running for running, _, _ in last.interventions)
            total.add(running, running, last.is_approved)
    return total


def plain_ratio(history: History, quarters: list[str]) -> Counted:
    part, base = Counted(), 0
    for (_, quarter), sent in history.counting().items():
        if quarter in quarters:
            for (asked_low, asked_high), (named_low, named_high) in sent.asked:
                if asked_high > 0:
                    part.add(named_low, named_high + asked_high - max(asked_low, named_high), sent.is_approved)
                    base += asked_high
    if part.low is None or part.high is None:
        return part
    return Counted(Decimal(100) * part.low / base, Decimal(100) * part.high / base, part.is_approved)


PLAIN = {FLOW: plain_flow, STOCK: plain_stock, RATIO: plain_ratio}


def same(found: Decimal | None, want: Decimal | None) -> bool:
    """Whether two values agree to the ten decimals the marts keep."""
    return found == want if found is None or want is None else abs(found - want) <= Decimal("1e-10")


def profile(examples: int) -> Any:
    return settings(deadline=None, max_examples=examples, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])  # fmt: skip


@profile(60)
@given(history=histories())
def test_flow_stock_and_ratio_are_what_plain_counting_gives(warehouse: Warehouse, history: History) -> None:
    found = kpis(warehouse, history)
    for indicator, plain in PLAIN.items():
        for last in QUARTERS:
            for span in SPANS:
                quarters = quarters_of(span, last)
                row, want = found[indicator, last, span], plain(history, quarters)
                where = f"{indicator} {last} {span}"
                assert same(row["value_low"], want.low), where
                assert same(row["value_high"], want.high), where
                assert (row["value"] is None) == (want.low is None or row["value_low"] != row["value_high"]), where
                status = "no_data" if want.low is None else "approved" if want.is_approved else "provisional"
                assert row["data_status"] == status, where
                owed = [(partner, quarter) for partner in SINCE for quarter in quarters if quarter >= SINCE[partner]]
                came = [key for key in owed if key in history.sent or key in history.nil]
                excused = [key for key in owed if key in history.waived and key not in came]
                assert (row["coverage_met"], row["coverage_due"]) == (len(came), len(owed) - len(excused)), where


@profile(6)
@given(history=histories())
def test_a_return_that_never_came_lowers_the_coverage_and_is_named(warehouse: Warehouse, history: History) -> None:
    """For every return of a history: where it is not in, each total it belongs to says so."""
    history.waived.clear()  # What is excused is not missing; the first test holds it against its own count.
    whole = kpis(warehouse, history)
    for partner, gone in sorted({*history.sent, *history.nil}):
        less = kpis(warehouse, history.without((partner, gone)))
        released = {(row["indicator_code"], row["period"]): row for row in warehouse.rows("pub_leadership__progress")}
        for key, before in whole.items():
            indicator, last, span = key
            after = less[key]
            if gone not in quarters_of(span, last):
                # The last comparable value of a later quarter may have been in the return that is gone.
                later = dict.fromkeys(["coverage_share_pct"] if gone < last else [])
                assert after | later == before | later, key
                continue
            assert after["coverage_due"] == before["coverage_due"], key
            assert after["coverage_met"] == before["coverage_met"] - 1, key
            missing = after["coverage_due"] - after["coverage_met"]
            note = after["footnote"]
            assert note.startswith(f"{missing} of {after['coverage_due']} returns missing: "), key
            # Three are named, in order; of the rest it says how many.
            named, _, rest = note.split(": ", 1)[1].split(";")[0].partition(" and ")
            assert len(named.split(", ")) == min(missing, 3), key
            assert rest == (f"{missing - 3} more" if missing > 3 else ""), key
            if missing <= 3:
                assert f"{gone} of Partner {partner.upper()}" in named.split(", "), key
            assert after["progress_status"] in ("not_assessable", "target_met"), key
            public = released.get((indicator, last))
            if public is not None and public["span"] == span:
                assert public["footnote"].startswith(f"{missing} of {after['coverage_due']} returns missing: "), key
                assert "Partner" not in public["footnote"], key
                assert missing > 3 or gone in public["footnote"], key


def settled(draw: st.DrawFn, bounds: Bounds | None, most: int | None = None) -> Bounds | None:
    """A true number within bounds."""
    if bounds is None:
        return None
    number = draw(st.integers(bounds[0], bounds[1] if most is None else min(bounds[1], most)))
    return number, number


@st.composite
def histories_and_truths(draw: st.DrawFn) -> tuple[History, History]:
    """A history with ``<5`` in it, and the same with the numbers that were meant."""
    history = draw(histories())
    truth = deepcopy(history)
    for versions in truth.sent.values():
        for place, sent in enumerate(versions):
            interventions = tuple(
                (running, settled(draw, trained), settled(draw, reached))
                for running, trained, reached in sent.interventions
            )
            asked = []
            for people, named in sent.asked:
                # Nobody names it who was not asked.
                real = settled(draw, (max(people[0], named[0]), people[1])) or people
                asked.append((real, settled(draw, named, real[0]) or named))
            versions[place] = Sent(interventions, tuple(asked), sent.is_approved)
    return history, truth


def without_intervals(history: History, side: int) -> History:
    """The history, had every ``<5`` been its lowest or its highest number."""
    other = deepcopy(history)
    for versions in other.sent.values():
        for place, sent in enumerate(versions):
            interventions = tuple(
                (running, trained and (trained[side],) * 2, reached and (reached[side],) * 2)
                for running, trained, reached in sent.interventions
            )
            versions[place] = Sent(interventions, sent.asked, sent.is_approved)
    return other


@profile(25)
@given(pair=histories_and_truths())
def test_under_five_keeps_its_bounds_up_to_the_published_table(
    warehouse: Warehouse, pair: tuple[History, History]
) -> None:
    history, truth = pair
    bounds = kpis(warehouse, history)
    published = {
        (row["indicator_code"], row["period"], row["span"]): row for row in warehouse.rows("pub_leads__kpi")
    }  # fmt: skip
    meant = kpis(warehouse, truth)
    for key, row in bounds.items():
        if row["value_low"] is None:
            continue
        if meant[key]["value_low"] is not None:
            assert row["value_low"] <= meant[key]["value_low"] <= meant[key]["value_high"] <= row["value_high"], key
        # Only where nothing is open does the table show one number.
        shown: Mapping[str, Any] = published[key]
        assert (shown["value"] is None) == (row["value_low"] < row["value_high"]), key
        assert (shown["value_low"], shown["value_high"]) == (cents(row["value_low"]), cents(row["value_high"])), key
    for side, bound in enumerate(("value_low", "value_high")):
        reached = kpis(warehouse, without_intervals(history, side))
        for key, row in bounds.items():
            if key[0] == FLOW:
                # Both ends can be true: nothing tighter follows from what was sent.
                assert reached[key][bound] == row[bound], key


def cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), "ROUND_HALF_UP")
