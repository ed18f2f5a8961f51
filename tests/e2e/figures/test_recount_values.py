"""Every indicator again, from accepted rows and the log: value, parts, coverage, attainment and pace."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from fractions import Fraction

from tests.e2e.recount import Figure, name, number, rounded
from tests.e2e.recount_barriers import PROGRAMS, STEPS, answered, heard
from tests.e2e.recount_values import added, differences, planned, progress, together


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


def test_people_reached_by_all_programs_lie_between_the_largest_and_the_sum(published, recount, values):
    totals = [row for row in published["pub_leads__reach"] if row["program_code"] == "total"]
    assert len(totals) > 10
    for row in totals:
        low, high = (rounded(bound) for bound in together(recount, values, row["period"]))
        # Whatever is known of overlaps makes the bounds narrower, never wider.
        assert low <= row["reach_low"] <= row["reach_high"] == high - row["counted_twice"]


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
