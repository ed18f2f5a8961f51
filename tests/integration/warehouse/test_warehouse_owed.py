"""Returns owed, in, declared nil, excused or missing; what was changed or written by leads."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.integration.warehouse.asked import kpi, one


def test_a_nil_return_is_zero_and_a_missing_one_is_not(warehouse):
    nil = kpi(warehouse, "heal_people_trained", "2024-Q4", "quarter")
    assert (nil["value"], nil["data_status"], nil["coverage_met"]) == (0, "approved", 1)
    level = kpi(warehouse, "heal_interventions_active", "2024-Q4")
    assert (level["value"], level["data_status"]) == (None, "no_data"), "a nil return says nothing about a level"
    missing = kpi(warehouse, "cheer_roundtables_held", "2023-Q2", "quarter")
    assert (missing["value"], missing["data_status"]) == (None, "no_data")
    assert (missing["coverage_met"], missing["coverage_due"]) == (0, 1)
    assert missing["progress_status"] == "not_assessable"


def test_only_the_quarters_a_wave_is_owed_for_are_covered(warehouse):
    row = kpi(warehouse, "trust_survey_interviews")
    assert (row["coverage_met"], row["coverage_due"], row["coverage_share_pct"]) == (0, 2, None)
    assert row["footnote"].startswith("2 of 2 returns missing: 2023-Q1 of Sample partner (Trust survey), 2024-Q2 of")
    owed = kpi(warehouse, "trust_survey_interviews", "2024-Q2", "quarter")
    assert (owed["coverage_met"], owed["coverage_due"]) == (0, 1)
    free = kpi(warehouse, "trust_survey_interviews", "2024-Q3", "quarter")
    assert (free["coverage_met"], free["coverage_due"], free["footnote"]) == (0, 0, None)
    states = warehouse.execute(
        "select period, obligation_state from published.pub_leads__obligations where program_code = 'trust_survey'"
    ).fetchall()
    assert sorted(states) == [("2023-Q1", "missing"), ("2024-Q2", "missing")]


def test_excused_quarters_leave_the_denominator_and_are_footnoted(warehouse):
    row = kpi(warehouse, "hemophilia_b_recruitment_rate")
    # Eight quarters, one excused; the other waiver ran out the day before.
    assert (row["coverage_met"], row["coverage_due"], row["value"]) == (2, 7, 70)
    assert row["footnote"].startswith("5 of 7 returns missing: 2023-Q3 of Sample partner (Hemophilia B), 2023-Q4 of")
    assert row["footnote"].endswith(" and 2 more; Excused, not counted in coverage: 1")
    released = one(warehouse, "pub_leadership__progress", indicator_code="hemophilia_b_recruitment_rate", year=2024)
    assert released["footnote"].startswith("5 of 6 returns missing: 2023-Q3, 2023-Q4, 2024-Q1 and 2 more;")
    assert "Sample partner" not in released["footnote"], "who is missing is not released"
    waived = kpi(warehouse, "hemophilia_b_milestones_reached", "2025-Q1")
    assert (waived["coverage_met"], waived["coverage_due"]) == (0, 0)


def test_obligations_have_every_state_the_day_gives_them(warehouse):
    def state(program: str, partner: str, period: str) -> dict[str, Any]:
        return one(warehouse, "pub_leads__obligations", program_code=program, partner_code=partner, period=period)

    late = state("heal", "sample_heal", "2023-Q2")
    assert (late["obligation_state"], late["due_date"], late["is_late"]) == ("reported", date(2023, 7, 30), True)
    assert late["footnote"] == "Days late: 4"
    assert state("heal", "sample_heal", "2023-Q3")["footnote"] == "Corrected, version 2"
    assert state("heal", "sample_heal", "2024-Q4")["obligation_state"] == "confirmed_zero"
    assert state("heal", "sample_heal", "2025-Q2")["obligation_state"] == "not_due"
    assert state("cheer", "sample_cheer_west", "2025-Q1")["obligation_state"] == "missing"
    excused = state("hemophilia_b", "sample_hemophilia_b", "2023-Q2")
    assert excused["footnote"] == "Excused: Study not open (agreed by lead)"
    partial = state("community_of_practice", "sample_community_of_practice", "2024-Q4")
    assert partial["footnote"] == "Rows set aside: 2"
    first = warehouse.execute(
        "select min(period), max(period) from published.pub_leads__obligations where partner_code = 'sample_cheer_west'"
    ).fetchone()
    assert first == ("2024-Q3", "2025-Q2")


def test_a_changed_target_counts_and_is_footnoted(warehouse):
    row = kpi(warehouse, "cheer_roundtables_held")
    assert (row["target_value"], row["target_year"], row["target_basis"]) == (400, 2030, "assumed")
    assert row["footnote"].endswith("; Target 2030 changed by ana and bo: More")
    assert "Target 2028" not in row["footnote"], "the path to 2026 does not lead through 2028"
    by_quarter = kpi(warehouse, "cheer_roundtables_held", span="quarter")
    assert "Target" not in by_quarter["footnote"], "a target says nothing about one quarter"
    assert "Target" not in (kpi(warehouse, "heal_people_trained")["footnote"] or "")
    released = one(warehouse, "pub_leadership__progress", indicator_code="cheer_roundtables_held", period="2025-Q1")
    assert released["footnote"].endswith("; Target 2030 changed"), "who and why stay with leads"


def test_what_leads_wrote_is_shown_while_it_may_be(warehouse):
    rows = warehouse.execute("select comment_id, written_by from published.pub_leads__commentary order by 1").fetchall()
    assert rows == [("C1", "lead"), ("C2", "lead")]
