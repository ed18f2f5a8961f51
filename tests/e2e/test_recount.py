"""An independent recount of what is published: every figure again, in plain Python, from accepted rows and the log.

Rounding agreed on with the SQL: money converts half away from zero to the cent, one row at a time, and sums are of
rounded rows; shares and rates are rounded once, half away from zero, to two decimals.
"""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
import time
import unicodedata
from collections import defaultdict
from datetime import date
from fractions import Fraction

import pytest

from dbt_project.steps.quantiles import QUANTILES_FILE
from exports.published import Published as Build
from orchestration.disclosing import DECISIONS_FILE
from sources.contract.load import ROOT
from tests.e2e import on_spark
from tests.e2e.recount import Figure, Recount, name, number, rounded
from tests.e2e.recount_barriers import PROGRAMS, STEPS, answered, heard
from tests.e2e.recount_values import (
    MONEY,
    Published,
    Value,
    added,
    differences,
    ledger,
    planned,
    progress,
    recounted,
    sums,
    together,
)

AS_OF = date(2026, 11, 15)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Published, Recount]:
    """The samples handed in and the job run once, in this process."""
    from orchestration.demo import hand_in_samples
    from orchestration.job import run_in_process
    from orchestration.progress import Progress
    from orchestration.resources import House
    from sources.settings import Settings

    settings = Settings.at(tmp_path_factory.mktemp("recount"))
    hand_in_samples(House(settings, AS_OF), Progress())
    assert not run_in_process(settings, AS_OF).failed_checks
    return Published(settings.data), Recount(settings.data, AS_OF)


@pytest.fixture(scope="module")
def published(house) -> Published:
    return house[0]


@pytest.fixture(scope="module")
def recount(house) -> Recount:
    return house[1]


@pytest.fixture(scope="module")
def values(recount) -> dict[tuple[str, str, str], Value]:
    return recounted(recount)


def test_every_entry_is_in_euro_at_the_rate_of_its_day(published, recount):
    shown = {
        (row["submission_id"], row["source_sheet"], row["source_row"], row["entry_type"]): row["entry_eur"]
        for row in published["pub_leads__investment_entries"]
    }
    assert differences(shown, {row["place"]: row["eur"] for row in ledger(recount)}) == {}
    assert any(amount < 0 for amount in shown.values()), "a reversed payment is among them"


def test_money_splits_as_the_ledger_does(published, recount):
    lines = ledger(recount)
    whole = sums(lines, ("year", "pillar_code", "program_code", "country_code", "entry_kind", "counts_to_goal"), MONEY)
    keys = ("year", "pillar_code", "program_code", "country_code", "kind", "counts_to_goal")
    assert differences(sums(published["pub_leads__investment"], keys, MONEY), whole) == {}
    counting = [{**line, "year": str(line["year"])} for line in lines if line["counts_to_goal"]]
    columns = {"year": "year", "pillar": "pillar_code", "program": "program_code", "country": "country_code"}
    expected = {}
    for dimension, column in {**columns, "kind": "entry_kind"}.items():
        planned = {line[column] for line in counting if line["entry_type"] == "budget"}
        for (code,), (budget, *done) in sums(counting, (column,), MONEY).items():
            # Blank, not zero: no budget by this dimension, and no payment where only the budget does not say.
            done = [None, None] if code == "not_split" else done
            expected[dimension, code] = [budget if code in planned else None, *done]
    shown = {
        (row["dimension"], row["member_code"]): [row[column] for column in MONEY]
        for row in published["pub_leadership__investment_by"]
    }
    assert differences(shown, expected) == {}


def test_a_country_is_held_against_its_budget_where_the_budget_names_countries(published, recount):
    counting = [line for line in ledger(recount) if line["counts_to_goal"]]
    budgets = [line for line in counting if line["entry_type"] == "budget" and line["country_code"] != "not_split"]
    keys = ("year", "program_code", "pillar_code")
    split = {tuple(line[key] for key in keys) for line in budgets}
    compared = sums([line for line in counting if tuple(line[key] for key in keys) in split], ("country_code",), MONEY)
    shown = {
        row["member_code"]: row["difference_eur"]
        for row in published["pub_leadership__investment_by"]
        if row["dimension"] == "country" and row["budget_eur"] is not None and row["member_code"] != "not_split"
    }
    assert len(shown) == 5
    assert shown == {
        line["country_code"]: compared[line["country_code"],][2] - compared[line["country_code"],][0]
        for line in budgets
    }


def test_the_goal_is_what_was_paid_of_fifty_million(published, recount):
    (goal,) = published["pub_leadership__goal"]
    (total,) = sums([line for line in ledger(recount) if line["counts_to_goal"]], (), MONEY).values()
    budget, committed, paid = (Fraction(amount) for amount in total)
    quarters = recount.last - 2023 * 4 + 1
    expected = {
        "goal_eur": 50_000_000, "budget_eur": budget, "committed_eur": committed, "paid_eur": paid,
        "share_paid_pct": paid / 500_000, "share_committed_pct": committed / 500_000,
        "elapsed_pct": Fraction(100 * quarters, 32), "required_eur_per_year": (50_000_000 - paid) * 4 / (32 - quarters),
        "observed_eur_per_year": paid * 4 / quarters,
    }  # fmt: skip
    assert differences({key: goal[key] for key in expected}, {k: rounded(v) for k, v in expected.items()}) == {}
    (sheet,) = (row for row in recount.sheet("indicators.csv") if row["indicator_code"] == "eur_paid_to_goal")
    plan = planned(recount, sheet, recount.last)
    assert goal["planned_eur"] == rounded(plan)
    assert goal["progress_status"] == progress(sheet, paid, Fraction(50_000_000), plan)


def test_every_kpi_is_what_the_rows_add_up_to(published, values):
    shown, expected = {}, {}
    for row in published["pub_leads__kpi"]:
        if row["data_status"] != "no_data":
            shown[row["indicator_code"], row["period"], row["span"]] = tuple(
                row[column] for column in ("value", "value_low", "value_high", "data_status")
            )
    for key, value in values.items():
        low, high = (rounded(bound) for bound in value.as_shown())
        status = "approved" if value.approved else "provisional"
        expected[key] = (low if value.low == value.high else None, low, high, status)
    assert len(expected) > 900
    assert differences(shown, expected) == {}


def test_each_partners_part_is_its_own_rows(published, recount):
    indicators = {row["indicator_code"]: row for row in recount.sheet("indicators.csv")}
    figures, shown, expected = recount.figures(), {}, {}
    for row in published["pub_leads__kpi_breakdown"]:
        if row["dimension"] == "partner" and row["period"] == name(recount.last):
            sheet, start = (
                indicators[row["indicator_code"]],
                recount.start(row["indicator_code"], recount.last, row["span"]),
            )
            inside = [
                figure
                for figure in figures
                if (figure.indicator, figure.partner) == (row["indicator_code"], row["member_code"])
                and figure.quarter >= start
            ]
            key = (row["indicator_code"], row["member_code"])
            shown[key] = (row["value_low"], row["value_high"])
            expected[key] = tuple(rounded(bound) for bound in added(sheet["kind"], sheet["overlap"], inside).as_shown())
    assert len(shown) >= len(indicators)
    assert differences(shown, expected) == {}


def test_each_places_part_is_its_own_rows(published, recount):
    """Of people who differ from place to place: what the rows of a place add up to since the start."""
    sheets = {row["indicator_code"]: row for row in recount.sheet("indicators.csv")}
    placed = {code for code, sheet in sheets.items() if sheet["overlap"] == "disjoint_places"}
    parts: dict[tuple[str, str], list[Figure]] = defaultdict(list)
    for figure in recount.figures():
        if figure.indicator in placed:
            parts[figure.indicator, spelling(figure.place)].append(figure)
    shown = {
        (row["indicator_code"], spelling(row["member_code"].split("/")[-1])): (row["value_low"], row["value_high"])
        for row in published["pub_leads__kpi_breakdown"]
        if row["dimension"] == "place" and row["period"] == name(recount.last) and row["indicator_code"] in placed
    }
    expected = {
        key: tuple(rounded(bound) for bound in added("reach", "disjoint_places", figures).as_shown())
        for key, figures in parts.items()
    }
    assert len(expected) > 40
    assert differences(shown, expected) == {}


def spelling(place: str | None) -> str:
    """Letters and digits of a place's name, without accents."""
    plain = unicodedata.normalize("NFD", place or "not_split").lower()
    return "".join(letter for letter in plain if letter.isalnum())


def test_coverage_counts_returns_met_of_those_owed_and_names_the_missing(published, recount):
    owed = recount.obligations()
    assert {one.state for one in owed} >= {"reported", "nil", "missing", "excused"}, "the samples hold each"
    indicators = {row["indicator_code"]: row for row in recount.sheet("indicators.csv")}
    shown, expected = {}, {}
    for row in published["pub_leads__kpi"]:
        quarter, program = number(row["period"]), indicators[row["indicator_code"]]["program"]
        start = recount.start(row["indicator_code"], quarter, row["span"])
        inside = [one for one in owed if one.program == program and start <= one.quarter <= quarter]
        counted = [one for one in inside if one.state != "excused"]
        lacking = [one for one in counted if one.state == "missing"]
        key = (row["indicator_code"], row["period"], row["span"])
        shown[key] = (row["coverage_met"], row["coverage_due"])
        expected[key] = (sum(one.state in ("reported", "nil") for one in counted), len(counted))
        named = [one for one in lacking[:3] if name(one.quarter) not in (row["footnote"] or "")]
        assert not named, key
        if lacking:
            assert f"{len(lacking)} of {len(counted)} returns missing: " in row["footnote"]
            assert row["progress_status"] in ("not_assessable", "target_met")
    assert differences(shown, expected) == {}


def test_the_share_covered_is_that_of_what_was_reported_last(published, recount):
    kinds = {row["indicator_code"]: (row["program"], row["kind"]) for row in recount.sheet("indicators.csv")}
    sizes: dict[tuple[str, str], dict[int, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for figure in recount.figures():
        size = figure.base if kinds[figure.indicator][1] == "ratio" else figure.high
        sizes[figure.indicator, figure.partner][figure.quarter] += Fraction(size)
    owed = [one for one in recount.obligations() if one.state != "excused"]
    shown, expected, partial = {}, {}, 0
    for row in published["pub_leads__kpi"]:
        code, quarter = row["indicator_code"], number(row["period"])
        start = recount.start(code, quarter, row["span"])
        covered = whole = Fraction(0)
        for one in owed:
            if one.program == kinds[code][0] and start <= one.quarter <= quarter:
                earlier = [q for q in sizes[code, one.partner] if q < one.quarter]
                size = sizes[code, one.partner][max(earlier)] if earlier else Fraction(0)
                whole += size
                covered += size if one.state in ("reported", "nil") else 0
        key = (code, row["period"], row["span"])
        shown[key] = row["coverage_share_pct"]
        expected[key] = rounded(100 * covered / whole) if whole else None
        partial += 0 < covered < whole
    assert partial > 10
    assert differences(shown, expected) == {}


def test_attainment_and_pace_follow_from_value_baseline_and_target(published, recount, values):
    targets = {}
    for row in sorted(recount.sheet("targets.csv"), key=lambda row: int(row["year"])):
        targets[row["indicator_code"]] = (Fraction(row["target_value"]), int(row["year"]) * 4 + 3)
    indicators = {row["indicator_code"]: row for row in recount.sheet("indicators.csv")}
    shown, expected, seen = {}, {}, []
    for row in published["pub_leads__kpi"]:
        key = (row["indicator_code"], row["period"], row["span"])
        sheet = indicators[key[0]]
        if not row["is_headline"] or key not in values or not sheet["baseline_value"]:
            continue
        low, high = values[key].as_shown()
        value = high if sheet["direction"] == "decrease" else low
        base, start = Fraction(sheet["baseline_value"]), number(sheet["baseline_period"])
        target, end = targets.get(key[0], (None, 0))
        quarter = number(row["period"])
        share = None if target is None else (value - base) / (target - base)
        left = None if target is None else 0 if share >= 1 else (target - value) * 4 / (end - quarter)
        expected[key] = (
            rounded(None if share is None else 100 * share), rounded(left), rounded((value - base) * 4 / (quarter - start))
        )  # fmt: skip
        shown[key] = (row["attainment_pct"], row["required_per_year"], row["observed_per_year"])
        if target is None:
            continue
        plan = planned(recount, sheet, quarter)
        assert row["planned_value"] == rounded(plan), key
        both = [progress(sheet, bound, target, plan) for bound in (value, low + high - value)]
        agreed = both[0] if both[0] in ("target_met", "on_track", both[1]) else "not_assessable"
        if row["progress_status"] != "not_assessable":
            seen.append(row["progress_status"])
            assert row["progress_status"] == agreed, key
        elif row["coverage_met"] == row["coverage_due"] > 0 and "without this figure" not in (row["footnote"] or ""):
            assert agreed == "not_assessable", key
            assert "Bounds too wide to judge progress" in row["footnote"]
    assert len(seen) > 100
    assert {"on_track", "behind", "improving"} <= set(seen)
    assert differences(shown, expected) == {}


def test_forecasts_are_the_mean_quarter_carried_on_within_its_prediction_interval(published, values):
    stats = pytest.importorskip("scipy.stats")
    checked = 0
    for row in published["pub_leads__kpi"]:
        if row["kind"] != "flow" or row["span"] != "since_start" or row["value_low"] is None:
            continue
        code, period = row["indicator_code"], row["period"]
        quarters = [v for (c, p, s), v in values.items() if c == code and s == "quarter" and p <= period]
        if len(quarters) < 8:
            assert row["forecast_2030"] is None
            continue
        left, count, to_date = number("2030-Q4") - number(period), len(quarters), values[code, period, "since_start"]
        middles, halves = [], []
        for series in ([float(value.low) for value in quarters], [float(value.high) for value in quarters]):
            mean = math.fsum(series) / count
            spread = math.sqrt(math.fsum((one - mean) ** 2 for one in series) / (count - 1))
            halves.append(stats.t.ppf(0.975, count - 1) * spread * math.sqrt(left + left * left / count))
            middles.append(mean * left)
        point = float(to_date.low) + middles[0]
        low, high = max(point - halves[0], float(to_date.low)), float(to_date.high) + middles[1] + halves[1]
        high = max(high, point + halves[0])
        for shown, expected in zip(
            (row["forecast_2030"], row["forecast_2030_low"], row["forecast_2030_high"]), (point, low, high), strict=True
        ):
            assert float(shown) == pytest.approx(expected, rel=1e-11, abs=0.006)
        checked += 1
    assert checked > 50


def test_a_levels_forecast_is_its_line_carried_on(published, values):
    stats = pytest.importorskip("scipy.stats")
    checked = 0
    for row in published["pub_leads__kpi"]:
        if row["kind"] != "stock" or row["span"] != "quarter":
            continue
        code, period = row["indicator_code"], row["period"]
        points = [
            (number(p) - number("2030-Q4"), float(v.low))
            for (c, p, s), v in values.items()
            if c == code and s == "quarter" and p <= period and v.low == v.high
        ]
        if row["value"] is None or len(points) < 8:
            assert row["forecast_2030"] is None
            continue
        line = stats.linregress(*zip(*points, strict=True))
        places = [place for place, _ in points]
        left = sum((level - line.intercept - line.slope * place) ** 2 for place, level in points)
        middle = math.fsum(places) / len(places)
        spread = math.fsum((place - middle) ** 2 for place in places)
        scale = math.sqrt(left / (len(points) - 2) * (1 + 1 / len(points) + middle * middle / spread))
        half = stats.t.ppf(0.975, len(points) - 2) * scale
        expected = (max(line.intercept + side * half, 0) for side in (0, -1, 1))
        for column, wanted in zip(("forecast_2030", "forecast_2030_low", "forecast_2030_high"), expected, strict=True):
            assert float(row[column]) == pytest.approx(wanted, rel=1e-6, abs=0.011)
        checked += 1
    assert checked > 20


def test_people_reached_by_all_programs_lie_between_the_largest_and_the_sum(published, recount, values):
    totals = [row for row in published["pub_leads__reach"] if row["program_code"] == "total"]
    assert len(totals) > 10
    for row in totals:
        low, high = (rounded(bound) for bound in together(recount, values, row["period"]))
        # Whatever is known of overlaps makes the bounds narrower, never wider.
        assert low <= row["reach_low"] <= row["reach_high"] == high - row["counted_twice"]


def test_money_stands_beside_outcomes_and_cofunding(published, recount):
    payments = [line for line in ledger(recount) if line["entry_type"] == "payment"]
    paid = sums(payments, ("program_code",), ("paid_eur",))
    for row in published["pub_leads__cost_per_outcome"]:
        (total,) = paid.get((row["program_code"],), [None])
        assert row["paid_eur"] == total
        if row["cost_low_eur"] is not None:
            assert row["coverage_met"] == row["coverage_due"] > 0
            low, high = (Fraction(total) / Fraction(row[bound]) for bound in ("value_high", "value_low"))
            assert (row["cost_low_eur"], row["cost_high_eur"]) == (rounded(low), rounded(high))
        else:
            assert row["footnote"].startswith("Refused: ")
    counting = sums([line for line in payments if line["counts_to_goal"]], ("program_code",), ("paid_eur",))
    given = {}
    for _, _, _, rows in recount.returns("finance", "cofunding"):
        for row in rows:
            euro = recount.rates.euro(row["cofunding_amount"], row["cofunding_currency"], row["cofunding_date"])
            given[row["program_code"]] = given.get(row["program_code"], 0) + euro
    for row in published["pub_leads__leverage"]:
        if row["program_code"] != "total":
            (total,) = counting.get((row["program_code"],), [0])
            assert (row["paid_eur"], row["cofunding_eur"]) == (total, given.get(row["program_code"], 0))
            assert row["leverage"] == (rounded(Fraction(row["cofunding_eur"]) / Fraction(total), 4) if total else None)


def test_grants_reported_meet_payments_by_program_and_quarter(published, recount, values):
    paid = sums(
        [line for line in ledger(recount) if line["entry_type"] == "payment"], ("program_code", "quarter"), MONEY
    )
    granting = {
        row["program"]: row["indicator_code"]
        for row in recount.sheet("indicators.csv")
        if (row["level"], row["unit"], row["kind"]) == ("input", "EUR", "flow") and row["program"] != "finance"
    }
    assert granting.keys() >= {"heal", "nextgen_scholarships"}
    expected = {}
    for program, code in granting.items():
        for quarter in range(8093, recount.last + 1):
            value, line = values.get((code, name(quarter), "quarter")), paid.get((program, quarter))
            reported, payment = value and value.low, line and Fraction(line[2])
            gap = None if reported is None or payment is None else reported - payment
            if not reported and not payment:
                status = "agrees"
            elif gap is None:
                status = "only_paid" if reported is None else "only_reported"
            else:
                agrees = abs(gap) <= Fraction(2, 100) * max(abs(reported), abs(payment))
                status = "agrees" if agrees else "more_reported" if gap > 0 else "more_paid"
            if reported is not None or payment is not None:
                expected[program, name(quarter)] = (rounded(reported), rounded(payment), rounded(gap), status)
    columns = ("reported_eur", "paid_eur", "difference_eur", "reconciliation_status")
    shown = {
        (row["program_code"], row["period"]): tuple(row[column] for column in columns)
        for row in published["pub_leads__grants_reconciled"]
    }
    assert differences(shown, expected) == {}
    assert {status for *_, status in shown.values()} >= {"agrees", "more_paid"}, "one grant the program did not report"


def test_no_figure_of_one_to_ten_people_is_released_nor_a_share_over_one(published, recount, values):
    people = {row["indicator_code"] for row in recount.sheet("indicators.csv") if row["counts_people"] == "true"}
    figures = ("value", "value_low", "value_high", "attainment_pct", "required_per_year", "observed_per_year",
               "forecast_2030", "forecast_2030_low", "forecast_2030_high")  # fmt: skip
    seen = hidden = 0
    for row in published["pub_leadership__progress"]:
        key = (row["indicator_code"], row["period"], row["span"])
        if row["indicator_code"] not in people or key not in values:
            continue
        value, seen = values[key], seen + 1
        parts = [value.low, value.high]
        if value.base is not None:
            parts += [value.base, value.base - value.low, value.base - value.high]
        small = any(1 <= part <= 10 for part in parts) or (value.base is not None and value.base < 30)
        assert row["is_suppressed"] or not small
        assert (row["suppression_reason"] is not None) is row["is_suppressed"]
        assert not row["is_suppressed"] or all(row[figure] is None for figure in figures)
        assert row["unit"] != "people" or not any(1 <= (row[figure] or 0) <= 10 for figure in figures[:3])
        if not row["is_suppressed"] and value.base is None and row["program_code"] != "trust_survey":
            assert all(row[f"value_{bound}"] % 5 == 0 for bound in ("low", "high"))
            # To the nearest 5; only 11 and 12, which would be shown as 10, are further away.
            assert abs(Fraction(row["value_low"]) - value.low) <= (4 if value.low < 13 else 2)
            assert abs(Fraction(row["value_high"]) - value.high) <= (4 if value.high < 13 else 2)
        hidden += row["is_suppressed"]
    assert seen > 20
    assert 0 < hidden < seen / 5
    for table in published.release:
        columns = published.columns(table)
        assert table.startswith(("pub_leadership__", "pub_meta__"))
        assert not columns & {"partner_code", "partner_name", "population_group_code", "place", "submission_id"}
    by_people = [table for table in published.release if "counts_people" in published.columns(table)]
    bounded = ("pub_leadership__contributions", "pub_leadership__reach")
    split = ("pub_leadership__breakdown", "pub_leadership__progress")
    assert by_people == sorted((*bounded, *split, "pub_meta__definitions")), "no other counts people"
    for row in published["pub_leadership__breakdown"]:
        assert row["is_suppressed"] is (row["value_high"] is None)
        assert row["unit"] != "people" or not any(1 <= (row[figure] or 0) <= 10 for figure in figures[1:3])
    for table in bounded:
        for row in published[table]:
            known = [row[column] for column in row if column.endswith(("_low", "_high")) and row[column] is not None]
            assert not any(1 <= bound <= 10 for bound in known)
            assert not (known and row["is_suppressed"])


#: Columns that tell a value, by table of figures about people, and how a row's figure is called there.
DERIVED = {
    "pub_leadership__progress": (
        lambda row: f"{row['indicator_code']}/{row['period']}/{row['span']}",
        ("value", "value_low", "value_high", "attainment_pct", "required_per_year", "observed_per_year",
         "forecast_2030", "forecast_2030_low", "forecast_2030_high"),
    ),
    "pub_leadership__breakdown": (
        lambda row: f"{row['indicator_code']}/{row['period']}/{row['span']}/{row['dimension']}:{row['member_code']}",
        ("value", "value_low", "value_high", "share_pct"),
    ),
    "pub_leadership__reach": (lambda row: f"reach/{row['period']}", ("reach_low", "reach_high", "low_basis")),
    "pub_leadership__contributions": (
        lambda row: f"contribution/{row['contribution_code']}/{row['period']}", ("people_low", "people_high"),
    ),
    "pub_leadership__heard_to_done": (
        lambda row: f"heard/{row['barrier_code']}/patients", ("patients_count_low", "patients_count_high"),
    ),
}  # fmt: skip


def test_nothing_that_derives_from_a_hidden_figure_is_shown_in_any_table(published):
    decided = {row["figure_id"]: row for row in published["pub_leads__disclosure"]}
    hidden = {name for name, row in decided.items() if not row["is_shown"]}
    met = set()
    for table, (called, columns) in DERIVED.items():
        for row in published[table]:
            figure = decided.get(called(row))
            if figure is None:
                continue
            met.add(called(row))
            if called(row) in hidden:
                assert all(row[column] is None for column in columns), (table, called(row))
            elif "value_high" in row:
                assert (row["value_low"], row["value_high"]) == (figure["shown_low"], figure["shown_high"])
    assert hidden
    assert hidden <= met, "each hidden figure was looked for"
    shares = {
        (row["indicator_code"], row["period"]): row
        for row in published["pub_leadership__progress"]
        if row["counts_people"]
    }
    for row in published["pub_leadership__breakdown"]:
        total = shares[row["indicator_code"], row["period"]]
        assert row["share_pct"] is None or not total["is_suppressed"], "a share tells its total"
    spans = {row["indicator_code"]: row["headline_span"] for row in published["pub_meta__definitions"]}
    for row in published["pub_leadership__claims"]:
        span = "quarter" if row["timing"] in ("once", "every_quarter") else spans.get(row["measure_code"])
        if row["measure"] == "indicator" and f"{row['measure_code']}/{row['period']}/{span}" in hidden:
            assert row["is_suppressed"]
            assert (row["value_low"], row["verdict"]) == (None, "cannot_tell")


def test_a_claim_shows_the_bounds_that_are_released_beside_it(published):
    columns = ("people_low", "people_high", "coverage_met", "coverage_due")
    released = {
        (row["contribution_code"], row["period"]): tuple(row[column] for column in columns)
        for row in published["pub_leadership__contributions"]
    }
    held = [row for row in published["pub_leadership__claims"] if row["measure"] == "contribution"]
    assert held
    for row in held:
        shown = (row["value_low"], row["value_high"], row["coverage_met"], row["coverage_due"])
        assert shown == released[row["measure_code"], row["period"]]


def test_claims_on_the_first_poll_speak_of_its_quarter(published):
    held = {row["claim_code"]: row for row in published["pub_leadership__claims"]}
    expected = {"first_poll_people": 11_536, "first_poll_countries": 5, "uk_respondents": 2_406}
    assert {code: (held[code]["period"], held[code]["value"]) for code in expected} == {
        code: ("2023-Q1", value) for code, value in expected.items()
    }


def test_what_was_heard_and_what_became_of_it(published, recount):
    rows = [row for row in published["pub_leads__heard_to_done"] if row["program_code"] in PROGRAMS]
    said, steps = heard(recount), answered(recount)
    keys = ("heard_count_low", "heard_count_high", "first_heard_period", "last_heard_period")
    shown = {
        (row["program_code"], row["barrier_code"]): [
            *(row[key] for key in keys),
            *(row[f"{step}_count"] for step in STEPS),
        ]
        for row in rows
    }
    expected = {
        key: [*said.get(key, [None] * 4), *(steps[key][step] if key in steps else 0 for step in STEPS)]
        for key in said.keys() | steps.keys()
    }
    assert differences(shown, expected) == {}
    assert any(row["nothing_agreed"] for row in rows)
    assert sum(row["traced_count"] for row in rows) > 20, "actions lead back to the dialogues they came of"


@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs a Java runtime; there is none here")
def test_spark_publishes_the_same_tables_from_the_same_parquet(recount, tmp_path, record_property):
    """Decimals, texts and dates exactly, floats to a billionth; in a process of its own, which takes its JVM with it."""
    pytest.importorskip("pyspark", reason="the extra “spark” is not installed")
    shutil.copytree(recount.data / "raw", tmp_path / "raw")
    shutil.copy(recount.data / "log.db", tmp_path)
    (tmp_path / "raw" / QUANTILES_FILE).unlink()
    (tmp_path / "raw" / DECISIONS_FILE).unlink()
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.e2e.on_spark", str(tmp_path), AS_OF.isoformat()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-5000:]}\n{done.stderr[-2000:]}"
    record_property("figures", f"built on Spark in {time.monotonic() - began:.0f} s")
    expected, found = Build.open(recount.data / "published"), Build.open(tmp_path / "published")
    assert len(expected.tables) > 30
    assert list(on_spark.differences(expected, found)) == []
    assert found.build_id == expected.build_id, "the same bytes, not only the same values"
    assert not (ROOT / "metastore_db").exists()
    assert not (ROOT / "spark-warehouse").exists()
