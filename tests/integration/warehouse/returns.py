"""The returns of a tiny raw folder, small enough to work out every published value by hand. All synthetic."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sources import periods
from sources.contract.load import load_contract
from tests.unit.dbt_project.raw_root import RawRoot

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
