"""What is released: nothing of one to ten people, nothing that gives it away, and claims on the same bounds."""

from __future__ import annotations

from fractions import Fraction


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
