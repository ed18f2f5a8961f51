"""What was heard, what answers it, and what serves a key action."""

from __future__ import annotations

from typing import Any

import duckdb

from tests.integration.warehouse.asked import one


def heard(warehouse: duckdb.DuckDBPyConnection, barrier: str, program: str) -> dict[str, Any]:
    return one(warehouse, "pub_leads__heard_to_done", barrier_code=barrier, program_code=program)


def test_barriers_heard_meet_what_answers_them(warehouse):
    named = heard(warehouse, "cost", "heal")
    assert (named["heard_count_low"], named["heard_count_high"], named["heard_unit"]) == (77, 77, "patients naming it")
    assert (named["agreed_count"], named["under_way_count"], named["done_count"]) == (0, 1, 1)
    assert (named["first_heard_period"], named["last_heard_period"]) == ("2023-Q2", "2025-Q1")
    met = heard(warehouse, "cost", "cheer")
    assert (met["heard_count_low"], met["under_way_count"], met["done_count"]) == (2, 4, 0)
    found = heard(warehouse, "late_diagnosis", "hemophilia_b")
    assert (found["heard_count_low"], found["adopted_count"]) == (1, 1), "reported in two quarters, counted once"
    assert not found["nothing_agreed"], "a change adopted answers it"


def test_an_action_is_traced_to_a_dialogue_that_named_its_barrier(warehouse):
    cost, language = heard(warehouse, "cost", "dialogue_events"), heard(warehouse, "language", "dialogue_events")
    assert (cost["heard_count_low"], cost["done_count"], cost["traced_count"]) == (2, 1, 1)
    assert (language["agreed_count"], language["under_way_count"]) == (0, 1), "the other one was dropped"
    assert language["traced_count"] == 0, "its dialogue named the cost alone"
    assert heard(warehouse, "cost", "cheer")["traced_count"] == 1, "of four solutions, one says which roundtable"


def test_nothing_agreed_looks_at_all_programs(warehouse):
    assert heard(warehouse, "mistrust", "cheer")["nothing_agreed"]
    assert heard(warehouse, "digital_access", "dialogue_events")["nothing_agreed"]
    row = one(warehouse, "pub_leadership__heard_to_done", barrier_code="language")
    assert (row["dialogues_count"], row["under_way_count"], row["implemented_count"]) == (1, 1, 1)
    assert not row["nothing_agreed"]
    asked = heard(warehouse, "language", "research_policy")
    assert (asked["heard_unit"], asked["implemented_count"], asked["nothing_agreed"]) == (None, 1, False)
    assert (
        asked["answering_programs"]
        == "Community dialogues and listening sessions; Research, data and policy recommendations"
    )


def test_solutions_are_found_by_name_at_the_stage_of_their_newest_return(warehouse):
    rows = warehouse.execute(
        "select item_code, item_name, place_name, barrier_names, stage_code, period "
        "from published.pub_leads__named_items where partner_code = 'sample_cheer' order by item_code"
    ).fetchall()
    stages = ("running", "running", "running", "stopped")
    assert rows == [
        (f"S{number}", "Community Cousins", "Trenton, NJ", "Cost of care or medicines", stage, "2024-Q4")
        for number, stage in enumerate(stages, 1)
    ]


def test_units_of_what_was_heard_stay_apart_and_few_people_are_hidden(warehouse):
    cost = one(warehouse, "pub_leadership__heard_to_done", barrier_code="cost")
    assert (cost["roundtables_count"], cost["dialogues_count"], cost["findings_count"]) == (2, 2, None)
    assert (cost["patients_count_low"], cost["patients_count_high"]) == (75, 75), "77, rounded to 5"
    assert (cost["under_way_count"], cost["done_count"]) == (5, 2)
    few = one(warehouse, "pub_leadership__heard_to_done", barrier_code="waiting_time")
    assert (few["patients_count_low"], few["patients_count_high"], few["is_patients_suppressed"]) == (None, None, True)
    assert few["nothing_agreed"]
    assert heard(warehouse, "waiting_time", "heal")["heard_count_high"] == 4, "program leads see it"


def test_what_serves_a_key_action_is_found_by_it(warehouse):
    found = warehouse.execute(
        "select item_kind, item_code, stage_code from published.pub_leads__key_actions "
        "where key_action_code = 'equitable_policy' and item_kind <> 'indicator' order by all"
    ).fetchall()
    actions = [("action", "A1", "done"), ("action", "A2", "dropped"), ("action", "A3", "under_way")]
    assert found == [*actions, ("recommendation", "O1", "implemented"), ("report", "O2", "taken_up")]
    shown = one(warehouse, "pub_leads__key_actions", item_code="dialogue_events_actions_done")
    assert (shown["period"], shown["value"], shown["item_kind"]) == ("2025-Q1", 1, "indicator")
    assert shown["key_action_statement"].startswith("Make equitable policy decisions")
