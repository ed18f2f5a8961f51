"""The dbt project on a tiny raw folder: every published value is worked out by hand here."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from exports.disclosure.suppress import decide
from orchestration.disclosing import DECISIONS_FILE, decisions_file
from sources import periods
from sources.contract.load import load_all, load_contract, programs
from tests.unit.dbt_project.raw_root import RawRoot

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"
AS_OF = "2025-05-15"
QUARTERS = periods.between("2023-Q2", "2025-Q1")
UNDER_FIVE = (0, 4)
ANA, BEN = "a" * 64, "b" * 64


def intervention(number: int, **values: Any) -> dict[str, Any]:
    base = {
        "intervention_id": f"H{number}", "intervention_name": "School plans", "city": "Detroit", "state_code": "MI",
        "population_groups": "black", "barrier_code": "cost", "stage": "running",
    }  # fmt: skip
    return base | values


def feedback(group: str, barrier: str, asked: Any, named: Any) -> dict[str, Any]:
    return {"population_group": group, "barrier_code": barrier, "responses_count": asked, "mentions_count": named}


def entry(number: str, kind: str, day: date, amount: str, currency: str = "EUR", **values: Any) -> dict[str, Any]:
    base = {
        "entry_id": number, "entry_type": kind, "entry_date": day, "program_code": "heal", "pillar_code": "act",
        "country_code": "US", "entry_amount": Decimal(amount), "entry_currency": currency, "entry_kind": "cash",
        "counts_to_goal": True,
    }  # fmt: skip
    return base | values


def heal(raw: RawRoot) -> None:
    """Eight quarters; trained 10 … 60, then a nil return, then 70. The second quarter was corrected."""
    feedback_rows = [feedback("black", "not_listened_to", 40, 10), feedback("black", "cost", 40, 5),
                     feedback("hispanic", "cost", 60, 6)]  # fmt: skip
    for place, quarter in enumerate(QUARTERS):
        if quarter == "2024-Q4":
            continue
        rows = [
            intervention(1, people_reached=100 + place, people_trained=10 * (place + 1) if place < 7 else 70,
                         population_groups="black;hispanic"),
            intervention(2, people_reached=UNDER_FIVE, stage="completed", population_groups="hispanic"),
        ]  # fmt: skip
        named = feedback_rows
        if quarter == "2025-Q1":
            rows[1] |= {"people_reached": 40, "city": "Flint"}
            named = [*feedback_rows, feedback("hispanic", "waiting_time", 60, UNDER_FIVE)]
        if quarter == "2023-Q2":
            rows[0] |= {"grant_amount": Decimal("1000.00"), "grant_currency": "USD"}
        if quarter == "2023-Q3":
            wrong = [intervention(1, people_reached=9999, people_trained=9999)]
            raw.submit("heal", "sample_heal", quarter, {"interventions": wrong, "survey_feedback": feedback_rows})
        raw.submit(
            "heal", "sample_heal", quarter, {"interventions": rows, "survey_feedback": named},
            version=2 if quarter == "2023-Q3" else 1, approved=quarter != "2025-Q1",
            received_on=date(2023, 8, 3) if quarter == "2023-Q2" else None,
        )  # fmt: skip
    raw.ledger["nil_returns"].append(
        {"program_code": "heal", "partner_code": "sample_heal", "period": "2024-Q4", "declared_on": date(2025, 1, 9),
         "declared_by": "officer"}
    )  # fmt: skip
    raw.rate("USD", date(2023, 6, 30), "1.250000")
    excuse_others(raw, "heal", "sample_heal")


def excuse_others(raw: RawRoot, program: str, partner: str) -> None:
    """Whoever else reports the program is excused throughout, so that the numbers here stay small."""
    for other in load_contract(program).partners:
        if other.code != partner:
            raw.ledger["waivers"] += [
                {"program_code": program, "partner_code": other.code, "period": quarter, "reason": "Not in this test",
                 "approved_by": "lead"}
                for quarter in periods.between(other.since, QUARTERS[-1])
            ]  # fmt: skip


def cheer(raw: RawRoot) -> None:
    """Two partners; the western one reports 2024-Q3 only."""

    def roundtable(number: str, day: date, community: Any, total: Any) -> dict[str, Any]:
        return {"roundtable_id": number, "roundtable_date": day, "city": "Trenton", "state_code": "NJ",
                "attended_community": community, "attended_total": total, "barriers_named": "cost;mistrust"}  # fmt: skip

    def solution(number: int, stage: str = "running") -> dict[str, Any]:
        return {"solution_id": f"S{number}", "solution_name": "Community Cousins", "city": "Trenton", "state_code": "NJ",
                "barriers_addressed": "cost", "stage": stage, "people_served": 20 * number, "activities_count": None,
                "roundtable_id": "R1" if number == 1 else None}  # fmt: skip

    for quarter, tables in {
        "2024-Q3": {
            "roundtables": [roundtable("R1", date(2024, 8, 1), 20, 50)],
            "solutions": [solution(1), solution(2)],
        },
        "2024-Q4": {"roundtables": [], "solutions": [solution(1), solution(2), solution(3), solution(4, "stopped")]},
    }.items():
        raw.submit("cheer", "sample_cheer", quarter, tables)
    raw.submit(
        "cheer", "sample_cheer_west", "2024-Q3",
        {"roundtables": [roundtable("W1", date(2024, 9, 1), UNDER_FIVE, UNDER_FIVE)],
         "solutions": [solution(1)]},
    )  # fmt: skip


def others(raw: RawRoot) -> None:
    """Seven study participants (hidden from release), members who joined and left, a waiver in force and one run out."""
    recruited = {"population_group": "women", "planned_count": 10, "recruited_count": 7, "recruited_to_date": 7}
    finding = {"finding_id": "F1", "finding": "Late diagnosis", "barrier_code": "late_diagnosis", "population_groups": "women",
               "found_on": date(2024, 11, 1), "change_asked": "Checklist", "change_type": "care",
               "change_stage": "adopted", "change_stage_on": date(2024, 12, 1)}  # fmt: skip
    for quarter in ("2024-Q4", "2025-Q1"):
        raw.submit(
            "hemophilia_b", "sample_hemophilia_b", quarter,
            {"milestones": [], "recruitment": [recruited], "findings": [finding]},
        )  # fmt: skip
    waiver = {"program_code": "hemophilia_b", "partner_code": "sample_hemophilia_b", "reason": "Study not open",
              "approved_by": "lead"}  # fmt: skip
    raw.ledger["waivers"] += [
        waiver | {"period": "2023-Q2"},
        waiver | {"period": "2023-Q3", "expires_on": date(2025, 5, 14)},
        waiver | {"period": "2025-Q1", "indicator_code": "hemophilia_b_milestones_reached"},
    ]

    def member(number: int, joined: date, left: date | None, organisation: str, country: str = "US") -> dict[str, Any]:
        return {"advocate_id": f"ADV{number:04}", "organisation_name": organisation, "organisation_type": "community",
                "country_code": country, "joined_on": joined, "left_on": left}  # fmt: skip

    members = [
        member(1, date(2024, 1, 2), None, "Alpha") | {"person_key": ANA, "person_key_name": "k1"},
        member(2, date(2024, 1, 2), date(2024, 12, 31), "Beta") | {"person_key": BEN, "person_key_name": "k1"},
        member(3, date(2024, 1, 2), date(2025, 1, 1), "alpha ", "KE"),
    ]
    webinars = [{"webinar_id": "W1", "webinar_date": date(2024, 11, 5), "topic": "Listening", "attendees_count": 80,
                 "ratings_count": 40, "ratings_good_count": 30}]  # fmt: skip
    raw.submit(
        "community_of_practice", "sample_community_of_practice", "2024-Q4", {"members": members, "webinars": webinars},
        state="partially_accepted", quarantined=2,
    )  # fmt: skip
    awardee = {"awardee_id": "A1", "award_year": "2025", "organisation_name": "Gamma", "country_code": "US"}
    summit = {"summit_id": "T1", "summit_date": date(2025, 3, 5), "place": "Boston", "host_country_code": "US",
              "attended_total": 40}  # fmt: skip
    attendees = [
        {"attended_summit_id": "T1", "person_key": person, "person_key_name": key} for person, key in ((ANA, "k1"), (BEN, "k2"))
    ]  # fmt: skip
    raw.submit(
        "awards_summit", "sample_awards_summit", "2025-Q1",
        {"awardees": [awardee], "summits": [summit], "attendees": attendees},
    )  # fmt: skip


def finance(raw: RawRoot) -> None:
    """Every quarter pays a million; dollars are converted at the rate of the day, a reversal is negative."""
    for quarter in QUARTERS:
        day = periods.first_day(quarter)
        rows = [entry(f"P-{quarter}", "payment", day, "1000000.00")]
        tables: dict[str, Any] = {"entries": rows}
        if quarter == "2023-Q2":
            rows[0] |= {"entry_amount": Decimal("816.32")}
            rows += [
                entry("P-cheer", "payment", day, "999183.68", program_code="cheer", pillar_code="listen"),
                entry("C-1", "commitment", day, "3000000.00"),
                entry("P-out", "payment", day, "500.00", counts_to_goal=False, program_code="management"),
            ]
            budget = {"budget_year": 2023, "program_code": "heal", "pillar_code": "act", "budget_currency": "EUR"}
            tables["budget"] = [budget | {"budget_amount": Decimal("4000000.00")}]
        if quarter == "2023-Q3":
            budget = {"budget_year": 2023, "program_code": "heal", "pillar_code": "act", "budget_currency": "EUR"}
            tables["budget"] = [
                budget | {"budget_amount": Decimal(amount), "country_code": country}
                for country, amount in (("US", "4500000.00"), ("KE", "500000.00"))
            ]
            tables["cofunding"] = [
                {"cofunding_id": "CF-1", "funder_name": "Sample funder", "cofunding_date": day, "program_code": "cheer",
                 "cofunding_amount": Decimal("107.04"), "cofunding_currency": "USD", "cofunding_kind": "cash"}
            ]  # fmt: skip
            raw.rate("USD", day, "1.070400", date(2023, 6, 30))
        if quarter == "2025-Q1":
            rows += [entry("P-usd", "payment", day, "-0.03", "XTS", entry_kind="time", country_code="KE")]
            raw.rate("XTS", day, "2.000000")
        raw.submit("finance", "sample_finance", quarter, tables)


def dialogues(raw: RawRoot) -> None:
    """One action done and reported done twice, one dropped, one about a barrier its dialogue did not name."""

    def dialogue(number: int, day: date, barriers: str, kind: str = "community_dialogue") -> dict[str, Any]:
        return {"dialogue_id": f"D{number}", "dialogue_date": day, "place": "Chicago", "country_code": "US",
                "community": "black", "kind": kind, "participants_total": 30, "stakeholders": "community",
                "barriers_named": barriers}  # fmt: skip

    def action(number: int, dialogue_id: str, barrier: str, stage: str) -> dict[str, Any]:
        return {"action_id": f"A{number}", "dialogue_id": dialogue_id, "action_agreed": "A help desk",
                "barriers_addressed": barrier, "owner_sector": "healthcare", "key_action": "equitable_policy",
                "stage": stage, "agreed_on": date(2024, 8, 1)}  # fmt: skip

    first = dialogue(1, date(2024, 8, 1), "cost;digital_access;language")
    done = action(1, "D1", "cost", "done")
    for quarter, held, actions in (
        ("2024-Q3", [first], [action(1, "D1", "cost", "agreed")]),
        ("2024-Q4", [dialogue(2, date(2024, 11, 4), "cost")],
         [done, action(2, "D1", "language", "agreed"), action(3, "D2", "language", "under_way")]),
        ("2025-Q1", [dialogue(3, date(2025, 2, 3), "waiting_time", "employee_session")],
         [done, action(2, "D1", "language", "dropped")]),
    ):  # fmt: skip
        tables = {"dialogues": held, "actions": actions}
        raw.submit("dialogue_events", "sample_dialogues_us", quarter, tables)
    excuse_others(raw, "dialogue_events", "sample_dialogues_us")


def outputs(raw: RawRoot) -> None:
    """A recommendation that goes from published to implemented, a report that is drafted, then published."""

    def output(number: int, kind: str, stage: str) -> dict[str, Any]:
        return {"output_id": f"O{number}", "title": "Pay interpreters", "kind": kind, "key_action": "equitable_policy",
                "country_code": "FR", "barriers_addressed": "language" if kind == "recommendation" else None,
                "stage": stage, "stage_on": date(2024, 8, 1)}  # fmt: skip

    for quarter, asked, report in (
        ("2024-Q3", "published", "drafted"),
        ("2024-Q4", "adopted", "published"),
        ("2025-Q1", "implemented", "taken_up"),
    ):
        rows = [output(1, "recommendation", asked), output(2, "report", report)]
        raw.submit("research_policy", "sample_research_policy", quarter, {"outputs": rows})


def leads(raw: RawRoot) -> None:
    """A target changed, another added before it; a comment, a story in force and one whose consent ran out."""

    def change(number: str, code: str, year: int, value: str, note: str) -> dict[str, Any]:
        return {"change_id": number, "program_code": "cheer", "indicator_code": code, "year": year,
                "target_value": Decimal(value), "decided_on": date(2025, 5, 1), "note": f"{note} by ana and bo: More",
                "note_released": note}  # fmt: skip

    raw.ledger["target_changes"] += [
        change("T1", "cheer_roundtables_held", 2030, "400.0000", "Target 2030 changed"),
        change("T2", "cheer_roundtables_held", 2028, "260.0000", "Target 2028 added"),
    ]
    written = {
        "program_code": "cheer",
        "period": "2025-Q1",
        "written_by": "lead",
        "written_at": datetime(2025, 5, 2, 9),
    }
    story = {"kind": "story", "text": "S. was seen", "consent_scope": "public"}
    raw.ledger["comments"] += [
        written | {"comment_id": "C1", "kind": "commentary", "text": "Late, but in."},
        written | story | {"comment_id": "C2", "consent_expires_on": date(2025, 5, 15)},
        written | story | {"comment_id": "C3", "consent_expires_on": date(2025, 5, 14)},
    ]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built warehouse, read-only; the build itself must pass with all its tests."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    home = tmp_path_factory.mktemp("dbt")
    raw = RawRoot(home / "raw")
    for report in (heal, cheer, others, finance, dialogues, outputs, leads):
        report(raw)
    raw.write()
    variables = json.dumps({"as_of": AS_OF, "raw_root": str(home / "raw")})
    folders = ["--project-dir", PROJECT, "--profiles-dir", PROJECT, "--target-path", home / "target"]
    folders += ["--log-path", home / "logs", "--vars", variables]
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("IMPACT_WAREHOUSE", str(home / "warehouse.duckdb"))
        # Nothing is decided of people at first, so that everything about them is hidden; then what a run decides.
        for selected in ([], ["--select", "source:impact.steps.disclosure+", "--exclude-resource-type", "unit_test"]):
            result = dbtRunner().invoke(["build", "--quiet", *selected, *map(str, folders)])
            DuckDBConnectionManager._ENV.close()  # dbt would keep the file to itself as long as the process lives
            failed = [] if not result.result else [r.node.name for r in result.result if r.status in ("error", "fail")]
            assert result.success, result.exception or failed
            with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
                nothing = (
                    "select count(*) from published.pub_leadership__progress where counts_people and value_low >= 0"
                )
                assert selected or connection.execute(nothing).fetchone() == (0,)
                decided = decide(connection.execute("select * from marts.fct_release_figures").df())
            (home / "raw" / DECISIONS_FILE).write_bytes(decisions_file(decided))
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection


def one(warehouse: duckdb.DuckDBPyConnection, table: str, **where: Any) -> dict[str, Any]:
    """The only row of a published table with these values."""
    clause = " and ".join(f'"{name}" = ?' for name in where)
    cursor = warehouse.execute(f"select * from published.{table} where {clause}", list(where.values()))
    names = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    assert len(rows) == 1, f"{len(rows)} rows of {table} for {where}"
    return dict(zip(names, rows[0], strict=True))


def kpi(
    warehouse: duckdb.DuckDBPyConnection, code: str, period: str = "2025-Q1", span: str | None = None
) -> dict[str, Any]:
    """A KPI row; the headline span unless one is named."""
    chosen: dict[str, Any] = {"is_headline": True} if span is None else {"span": span}
    return one(warehouse, "pub_leads__kpi", indicator_code=code, period=period, **chosen)


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


def test_a_nil_return_is_zero_and_a_missing_one_is_not(warehouse):
    nil = kpi(warehouse, "heal_people_trained", "2024-Q4", "quarter")
    assert (nil["value"], nil["data_status"], nil["coverage_met"]) == (0, "approved", 1)
    level = kpi(warehouse, "heal_interventions_active", "2024-Q4")
    assert (level["value"], level["data_status"]) == (None, "no_data"), "a nil return says nothing about a level"
    missing = kpi(warehouse, "cheer_roundtables_held", "2023-Q2", "quarter")
    assert (missing["value"], missing["data_status"]) == (None, "no_data")
    assert (missing["coverage_met"], missing["coverage_due"]) == (0, 1)
    assert missing["progress_status"] == "not_assessable"


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


def test_a_ratio_is_sum_over_sum_with_bounds_where_counts_are_small(warehouse):
    row = kpi(warehouse, "heal_not_listened_to_share")
    assert row["value"] == 10, "10 of 100 asked; the group that did not name it was asked all the same"
    share = kpi(warehouse, "cheer_residents_share", "2024-Q3")
    # 20 of 50, and between 0 and 4 of between 0 and 4: at least 20 of 54, at most 24 of 54.
    assert (share["value"], share["value_low"], share["value_high"]) == (None, Decimal("37.04"), Decimal("44.44"))


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


def test_members_count_at_the_end_of_the_quarter(warehouse):
    assert kpi(warehouse, "community_of_practice_members", "2024-Q4")["value"] == 2
    assert kpi(warehouse, "community_of_practice_organisations", "2024-Q4")["value"] == 1
    assert kpi(warehouse, "community_of_practice_rated_good", "2024-Q4")["value"] == 75


def test_money_is_converted_at_the_rate_of_the_day_to_the_cent(warehouse):
    reversal = one(warehouse, "pub_leads__investment_entries", entry_id="P-usd")
    assert (reversal["entry_native"], reversal["rate"]) == (Decimal("-0.03"), Decimal("2.000000"))
    assert reversal["entry_eur"] == Decimal("-0.02"), "half a cent rounds away from zero"
    given = one(warehouse, "pub_leads__cofunding", cofunding_id="CF-1")
    assert (given["cofunding_eur"], given["rate_date"]) == (Decimal("100.00"), date(2023, 6, 30))
    budget = warehouse.execute(
        "select country_code, entry_eur from published.pub_leads__investment_entries where entry_type = 'budget' order by 1"
    ).fetchall()
    assert budget == [("KE", Decimal("500000.00")), ("US", Decimal("4500000.00"))], (
        "the later budget replaces the earlier"
    )


def test_the_goal_counts_what_counts_and_nothing_else(warehouse):
    row = one(warehouse, "pub_leadership__goal", goal_code="investment")
    assert row["paid_eur"] == Decimal("7999999.98"), "eight millions less the reversal; what does not count is out"
    assert (row["budget_eur"], row["committed_eur"]) == (Decimal("5000000.00"), Decimal("3000000.00"))
    assert (row["share_paid_pct"], row["share_committed_pct"]) == (Decimal("16.00"), Decimal("6.00"))
    assert row["elapsed_pct"] == Decimal("28.13"), "nine of 32 quarters"
    assert row["required_eur_per_year"] == Decimal("7304347.83")
    assert row["progress_status"] == "behind"
    assert row["as_of_date"] == date(2025, 5, 15)
    assert row["forecast_2030_eur"] == Decimal("30999999.92")
    paid = kpi(warehouse, "eur_paid_to_goal")
    assert paid["value"] == row["paid_eur"]
    assert (paid["progress_status"], paid["planned_value"]) == (row["progress_status"], row["planned_eur"])
    assert row["planned_eur"] == Decimal("15187500.00"), "nine of 16 quarters to the 27 millions assumed for 2026"
    assert row["planned_basis"] == "assumed"
    assert paid["observed_per_year"] == row["observed_eur_per_year"], "both count from 2023-Q1"


def test_investment_splits_agree_with_the_goal(warehouse):
    sums = warehouse.execute(
        "select dimension, sum(paid_eur), sum(budget_eur) from published.pub_leadership__investment_by group by 1 order by 1"
    ).fetchall()
    assert [row[0] for row in sums] == ["country", "kind", "pillar", "program", "year"]
    assert {row[1:] for row in sums} == {(Decimal("7999999.98"), Decimal("5000000.00"))}


def test_plan_and_actual_are_compared_where_there_is_a_plan(warehouse):
    def part(dimension: str, code: str) -> dict[str, Any]:
        return one(warehouse, "pub_leadership__investment_by", dimension=dimension, member_code=code)

    heal = part("program", "heal")
    assert (heal["budget_eur"], heal["difference_eur"]) == (Decimal("5000000.00"), Decimal("2000816.30"))
    assert heal["paid_share_pct"] == Decimal("87.51")
    assert part("program", "cheer")["difference_eur"] is None, "no budget is recorded: that is not a budget of zero"
    assert part("program", "cheer")["budget_eur"] is None
    home = part("country", "US")
    assert (home["budget_eur"], home["difference_eur"]) == (Decimal("4500000.00"), Decimal("-2499183.68")), (
        "of 2023 only"
    )
    assert part("country", "KE")["difference_eur"] == Decimal("-500000.00"), "nothing was paid there in 2023"
    unsplit = part("kind", "not_split")
    assert (unsplit["budget_eur"], unsplit["committed_eur"], unsplit["paid_eur"]) == (Decimal("5000000.00"), None, None)
    assert part("kind", "cash")["budget_eur"] is None


def test_cofunding_stands_beside_what_was_paid(warehouse):
    cheer = one(warehouse, "pub_leads__leverage", program_code="cheer")
    assert (cheer["paid_eur"], cheer["cofunding_eur"]) == (Decimal("999183.68"), Decimal("100.00"))
    assert cheer["leverage"] == Decimal("0.0001")
    assert one(warehouse, "pub_leads__leverage", program_code="total")["cofunding_eur"] == Decimal("100.00")


def test_a_cost_is_worked_out_only_over_a_number_that_is_known(warehouse):
    heal = one(warehouse, "pub_leads__cost_per_outcome", indicator_code="heal_people_reached")
    # € 7,000,816.30 and the 500.00 of management are apart; 147 to 786 people.
    assert (heal["cost_low_eur"], heal["cost_high_eur"]) == (Decimal("8906.89"), Decimal("47624.60"))
    served = one(warehouse, "pub_leads__cost_per_outcome", indicator_code="cheer_people_served")
    assert (served["cost_low_eur"], served["footnote"]) == (None, "Refused: 8 of 11 returns missing")


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


def test_grants_reported_are_reconciled_and_never_added(warehouse):
    row = one(warehouse, "pub_leads__grants_reconciled", period="2023-Q2")
    # USD 1,000.00 at 1.25 is € 800.00; the ledger paid € 816.32 to the program: exactly 2 % of it apart.
    assert (row["reported_eur"], row["paid_eur"]) == (Decimal("800.00"), Decimal("816.32"))
    assert (row["difference_eur"], row["reconciliation_status"]) == (Decimal("-16.32"), "agrees")
    other = one(warehouse, "pub_leads__grants_reconciled", period="2023-Q3")
    assert (other["reported_eur"], other["reconciliation_status"]) == (None, "only_paid")


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


def test_the_build_says_what_it_is(warehouse):
    row = one(warehouse, "pub_meta__build", as_of=date(2025, 5, 15))
    assert row["sentence"].startswith(f"True as of 2025-05-15, from {len(programs())} programs.")
    assert "synthetic sample" in row["sentence"]
    assert row["is_synthetic"]


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


def test_figures_rest_on_rows_of_files(warehouse):
    rows = warehouse.execute(
        "select submission_id, source_sheet, source_row, numerator from published.pub_leads__indicator_rows "
        "where indicator_code = 'heal_people_trained' and period in ('2023-Q3', '2024-Q4') order by period"
    ).fetchall()
    assert rows == [("sample_heal-2023-Q3-v2", "Interventions", 2, 20), (None, None, None, 0)]
