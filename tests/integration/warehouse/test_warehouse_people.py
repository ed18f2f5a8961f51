"""People over all programs: bounds, small counts that stay out of release, keys that reach no published table."""

from __future__ import annotations

from tests.integration.warehouse.asked import kpi, one
from tests.integration.warehouse.returns import ANA, BEN


def test_people_reached_by_all_programs_are_bounds(warehouse):
    total = one(warehouse, "pub_leads__reach", program_code="total", period="2025-Q1")
    # CHEER 50–54 at roundtables and 80–280 served, HEAL 147–786, webinars 80, dialogues 30–60, a summit 40:
    # the largest, and all together but Ana, whose keyed hash stands in two lists.
    assert (total["reach_low"], total["reach_high"]) == (147, 54 + 280 + 786 + 80 + 60 + 40 - 1)
    assert (total["coverage_met"], total["coverage_due"]) == (16, 58)
    released = one(warehouse, "pub_leadership__reach", period="2025-Q1")
    assert (released["reach_low"], released["reach_high"]) == (145, 1300), "one person in both is too few to tell"
    talks = one(
        warehouse, "pub_leads__contributions", contribution_code="conversations", program_code="total", period="2025-Q1"
    )
    assert (talks["people_low"], talks["people_high"]) == (80, 54 + 80 + 60 + 40)
    assert "is the name of the initiative and not a target" in talks["note"]


def test_small_counts_of_people_stay_out_of_release(warehouse):
    hidden = one(warehouse, "pub_leadership__progress", indicator_code="hemophilia_b_people_recruited", year=2024)
    assert hidden["is_suppressed"]
    assert hidden["display"] == "1–10"
    for column in ("value", "value_low", "value_high", "attainment_pct", "required_per_year", "observed_per_year"):
        assert hidden[column] is None
    rate = one(warehouse, "pub_leadership__progress", indicator_code="hemophilia_b_recruitment_rate", year=2024)
    assert (rate["is_suppressed"], rate["value"]) == (True, None), "seven of ten gives the seven away"
    assert kpi(warehouse, "hemophilia_b_people_recruited")["value"] == 7, "program leads see it"
    shown = one(warehouse, "pub_leadership__progress", indicator_code="heal_people_trained", year=2024)
    assert (shown["value"], shown["period"], shown["is_suppressed"]) == (210, "2024-Q4", False)


def test_person_keys_meet_between_programs_by_key_and_reach_no_mart_and_no_published_table(warehouse):
    query = "select program_code, period, person_key, key_name from intermediate.int_people__unioned order by all"
    assert warehouse.execute(query).fetchall() == [
        ("awards_summit", "2025-Q1", ANA, "k1"),
        ("awards_summit", "2025-Q1", BEN, "k2"),
        ("community_of_practice", "2024-Q4", ANA, "k1"),
        ("community_of_practice", "2024-Q4", BEN, "k1"),
    ]
    tables = warehouse.execute(
        "select table_schema, table_name from information_schema.tables where table_schema in ('marts', 'published')"
    ).fetchall()
    assert len(tables) > 20
    for schema, table in tables:
        shown = warehouse.execute(f"select * from {schema}.{table}").fetchall()
        assert not [row for row in shown if any(key in str(cell) for key in (ANA, BEN) for cell in row)], table
