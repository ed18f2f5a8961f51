"""Flows, levels, shares and reach: every published value is worked out by hand here."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal

import pytest

from sources import periods
from sources.contract.load import load_all, programs
from tests.integration.warehouse.asked import kpi, one
from tests.integration.warehouse.returns import QUARTERS


def test_a_flow_adds_up_over_quarters_with_its_forecast_and_pace(warehouse):
    row = kpi(warehouse, "heal_people_trained")
    assert row["value"] == row["value_low"] == 280
    assert (row["coverage_met"], row["coverage_due"]) == (8, 8)
    assert row["data_status"] == "provisional", "the last quarter is not approved yet"
    assert row["attainment_pct"] == 7
    assert row["required_per_year"] == Decimal("646.96")
    assert row["observed_per_year"] == 140
    half = 2.364624 * math.sqrt(600) * math.sqrt(23 + 23 * 23 / 8)
    assert row["forecast_2030"] == 1085
    assert float(row["forecast_2030_low"]) == pytest.approx(1085 - half, abs=0.01)
    assert float(row["forecast_2030_high"]) == pytest.approx(1085 + half, abs=0.01)
    assert row["progress_status"] == "behind"
    assert (row["target_value"], row["target_year"], row["target_basis"]) == (4000, 2030, "assumed")


def test_earlier_versions_of_a_return_do_not_count(warehouse):
    row = kpi(warehouse, "heal_people_trained", "2023-Q3", "quarter")
    assert row["value"] == 20
    assert row["origin_submissions"] == "sample_heal-2023-Q3-v2"
    assert row["data_status"] == "approved"


def test_a_table_sent_without_rows_counts_as_zero(warehouse):
    assert kpi(warehouse, "cheer_roundtables_held", "2024-Q4", "quarter")["value"] == 0
    assert kpi(warehouse, "hemophilia_b_milestones_reached", "2024-Q4")["value"] == 0


def test_blank_is_not_zero(warehouse):
    row = kpi(warehouse, "cheer_activities_held", "2024-Q4", "quarter")
    assert (row["value"], row["data_status"], row["coverage_met"]) == (None, "no_data", 1)


def test_reach_is_known_within_bounds(warehouse):
    row = kpi(warehouse, "heal_people_reached")
    # In Detroit 100 … 107 without 106 (nil), and six times fewer than five; then 40 in Flint, who are others.
    assert (row["value"], row["value_low"], row["value_high"]) == (None, 107 + 40, 722 + 6 * 4 + 40)
    assert row["attainment_pct"] == Decimal("0.49"), "judged by the lower bound, 147 of 30,000"
    breakdown = one(
        warehouse, "pub_leads__kpi_breakdown", indicator_code="heal_people_reached", period="2025-Q1",
        dimension="population_group", member_code="hispanic",
    )  # fmt: skip
    assert (breakdown["member_name"], breakdown["value_low"], breakdown["value_high"]) == ("Hispanic or Latino", 40, 64)
    places = warehouse.execute(
        "select member_code, member_name, value_low, value_high from published.pub_leads__kpi_breakdown where "
        "indicator_code = 'heal_people_reached' and period = '2025-Q1' and dimension = 'place' order by member_code"
    ).fetchall()
    # The nil return has no place: it is a zero that is not split.
    assert places == [
        ("US/detroit", "Detroit", 107, 722 + 6 * 4), ("US/flint", "Flint", 40, 40), ("not_split", "Not split", 0, 0)
    ]  # fmt: skip


def test_a_session_with_employees_is_no_dialogue_in_a_community(warehouse):
    of_quarter = {
        code: kpi(warehouse, f"dialogue_events_{code}", "2025-Q1", "quarter")["value"]
        for code in ("held", "participants", "employee_sessions")
    }
    assert of_quarter == {"held": 0, "participants": 0, "employee_sessions": 1}
    assert kpi(warehouse, "dialogue_events_held")["value"] == 2
    assert kpi(warehouse, "dialogue_events_participants")["value_high"] == 60


def test_a_stock_carries_each_partners_last_report_in_longer_spans_only(warehouse):
    quarter = kpi(warehouse, "cheer_solutions_running", "2024-Q4", "quarter")
    assert (quarter["value"], quarter["coverage_met"], quarter["coverage_due"]) == (3, 1, 2)
    year = kpi(warehouse, "cheer_solutions_running", "2024-Q4", "year_to_date")
    assert (year["value"], year["partner_count"]) == (4, 2)
    assert year["footnote"] == (
        "3 of 6 returns missing: 2024-Q1 of Sample partner (CHEER), 2024-Q2 of Sample partner (CHEER), "
        "2024-Q4 of Sample partner (CHEER West); Partners by an earlier report: 1"
    )
    assert quarter["progress_status"] == "not_assessable", "one of two returns is missing"
    assert quarter["coverage_share_pct"] == Decimal("66.67"), "two of three ran at the partner whose return is in"


def test_a_ratio_is_sum_over_sum_with_bounds_where_counts_are_small(warehouse):
    row = kpi(warehouse, "heal_not_listened_to_share")
    assert row["value"] == 10, "10 of 100 asked; the group that did not name it was asked all the same"
    share = kpi(warehouse, "cheer_residents_share", "2024-Q3")
    # 20 of 50, and between 0 and 4 of between 0 and 4: at least 20 of 54, at most 24 of 54.
    assert (share["value"], share["value_low"], share["value_high"]) == (None, Decimal("37.04"), Decimal("44.44"))


def test_members_count_at_the_end_of_the_quarter(warehouse):
    assert kpi(warehouse, "community_of_practice_members", "2024-Q4")["value"] == 2
    assert kpi(warehouse, "community_of_practice_organisations", "2024-Q4")["value"] == 1
    assert kpi(warehouse, "community_of_practice_rated_good", "2024-Q4")["value"] == 75


def test_an_action_or_output_in_several_returns_counts_once(warehouse):
    for code, quarters in {
        "dialogue_events_actions_agreed": [1, 2, 0],
        "dialogue_events_actions_done": [0, 1, 0],
        "research_policy_recommendations": [1, 0, 0],
        "research_policy_recommendations_adopted": [0, 1, 0],
        "research_policy_reports": [0, 1, 0],
        "research_policy_datasets": [0, 0, 0],
    }.items():
        found = [kpi(warehouse, code, period, "quarter")["value"] for period in ("2024-Q3", "2024-Q4", "2025-Q1")]
        assert found == quarters, code


def test_every_indicator_has_a_row_for_every_ended_quarter_since_its_program_began_and_span(warehouse):
    counts = warehouse.execute(
        "select indicator_code, count(*) from published.pub_leads__kpi group by indicator_code"
    ).fetchall()
    since = {
        indicator: min(partner.since for partner in contract.partners)
        for contract in load_all().values()
        for indicator in contract.indicators
    }
    polled = warehouse.execute("select indicator_code from published.pub_meta__definitions where kind = 'survey'")
    waves = {code for (code,) in polled.fetchall()}
    ended = {code: len(periods.between(first, QUARTERS[-1])) for code, first in since.items() if code not in waves}
    assert dict(counts) == {code: 3 * quarters for code, quarters in ended.items() if quarters}


def test_figures_rest_on_rows_of_files(warehouse):
    rows = warehouse.execute(
        "select submission_id, source_sheet, source_row, numerator from published.pub_leads__indicator_rows "
        "where indicator_code = 'heal_people_trained' and period in ('2023-Q3', '2024-Q4') order by period"
    ).fetchall()
    assert rows == [("sample_heal-2023-Q3-v2", "Interventions", 2, 20), (None, None, None, 0)]


def test_the_build_says_what_it_is(warehouse):
    row = one(warehouse, "pub_meta__build", as_of=date(2025, 5, 15))
    assert row["sentence"].startswith(f"True as of 2025-05-15, from {len(programs())} programs.")
    assert "synthetic sample" in row["sentence"]
    assert row["is_synthetic"]
