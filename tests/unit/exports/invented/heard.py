"""What the invented coalition heard, what became of it, and what serves a key action."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.unit.exports.invented.coalition import NASTY, PROGRAMS, SCRIPT


def heard_rows() -> list[dict[str, Any]]:
    """``pub_leadership__heard_to_done``: answered, heard by few, and recommended about only."""
    blank = dict.fromkeys(
        ("agreed_count", "under_way_count", "done_count", "recommended_count", "taken_up_count", "adopted_count"), 0
    ) | {"implemented_count": 0, "nothing_agreed": False, "is_synthetic": True}
    unheard = dict.fromkeys(
        ("roundtables_count", "dialogues_count", "findings_count", "patients_count_low", "patients_count_high")
    ) | {"is_patients_suppressed": False, "respondents_count_low": None, "respondents_count_high": None}
    unheard |= {"is_respondents_suppressed": False, "first_heard_period": None, "last_heard_period": None}
    return [
        blank | unheard
        | {"barrier_code": "cost", "barrier_name": "Cost of care", "roundtables_count": 12, "dialogues_count": 1,
           "patients_count_low": 1200, "patients_count_high": 1290, "respondents_count_low": 431,
           "respondents_count_high": 431, "first_heard_period": "2024-Q1", "last_heard_period": "2026-Q3",
           "agreed_count": 3, "under_way_count": 5, "done_count": 2, "recommended_count": 1, "adopted_count": 1},
        blank | unheard
        | {"barrier_code": "language", "barrier_name": SCRIPT, "is_patients_suppressed": True,
           "first_heard_period": "2026-Q2", "last_heard_period": "2026-Q2", "nothing_agreed": True},
        blank | unheard
        | {"barrier_code": "insurance", "barrier_name": "Insurance coverage", "recommended_count": 2},
    ]  # fmt: skip


def lead_heard_rows() -> list[dict[str, Any]]:
    """``pub_leads__heard_to_done``: one barrier with a range, one nobody named, one without an answer."""
    base = dict.fromkeys(
        ("agreed_count", "under_way_count", "done_count", "traced_count", "drafted_count", "recommended_count"), 0
    ) | dict.fromkeys(("taken_up_count", "adopted_count", "implemented_count"), 0)
    base |= {"program_code": "heal", "program_name": PROGRAMS["heal"], "is_synthetic": True, "nothing_agreed": False}
    heard = {"heard_unit": "patients naming it", "first_heard_period": "2024-Q1", "last_heard_period": "2026-Q3"}
    unheard = dict.fromkeys((*heard, "heard_count_low", "heard_count_high"))
    return [
        base | unheard | heard
        | {"barrier_code": "cost", "barrier_name": "Cost of care", "heard_count_low": 1200, "heard_count_high": 1290,
           "under_way_count": 5, "done_count": 2, "traced_count": 4, "answering_programs": PROGRAMS["heal"]},
        base | unheard | heard
        | {"barrier_code": "language", "barrier_name": "Language", "heard_count_low": 0, "heard_count_high": 4,
           "nothing_agreed": True, "answering_programs": None},
        base | unheard
        | {"barrier_code": "insurance", "barrier_name": "Insurance coverage", "agreed_count": 1,
           "answering_programs": PROGRAMS["heal"]},
    ]  # fmt: skip


def key_action_rows() -> list[dict[str, Any]]:
    """``pub_leads__key_actions``: an indicator known as a range, and a recommendation."""
    base = {
        "key_action_code": "equitable_policy", "key_action_name": "Equitable policy decisions",
        "key_action_statement": "Make equitable policy decisions", "program_code": "heal",
        "program_name": PROGRAMS["heal"], "period": "2026-Q3", "is_synthetic": True,
    }  # fmt: skip
    return [
        base
        | {"item_kind": kind, "partner_code": partner, "item_code": code, "item_name": name, "country_code": country,
           "stage_code": stage, "stage_on": day, "unit": unit, "value": None, "value_low": low, "value_high": high}
        for kind, partner, code, name, country, stage, day, unit, low, high in (
            ("indicator", None, "heal_people_reached", "People reached", None, None, None, "people", 910, 6710),
            ("recommendation", "sample_heal", "O1", NASTY, "US", "taken_up", date(2026, 5, 4), None, None, None),
        )
    ]  # fmt: skip


def released_action_rows() -> list[dict[str, Any]]:
    """``pub_leadership__key_actions``."""
    counts = {"agreed_count": 1, "under_way_count": 0, "done_count": 4, "recommendations_count": 2, "reports_count": 0}
    return [
        counts
        | {
            "key_action_code": "health_literacy",
            "key_action_name": "Health literacy",
            "key_action_statement": NASTY,
            "webinars_count": 3,
            "is_synthetic": True,
        }
    ]


def named_rows() -> list[dict[str, Any]]:
    """``pub_leads__named_items``: an intervention, and a member of the coalition without a place."""
    keys = (
        "program_code",
        "item_kind",
        "item_code",
        "item_name",
        "place_name",
        "barrier_names",
        "stage_code",
        "detail",
    )
    return [
        dict(zip(keys, values, strict=True))
        | {"program_name": values[0].upper(), "partner_code": f"sample_{values[0]}", "partner_name": "Sample partner",
           "country_code": "US", "period": "2026-Q3", "is_synthetic": True}
        for values in (
            ("heal", "intervention", "I-1", NASTY, "Detroit, MI", "Cost of care or medicines", "running", None),
            ("coalition", "member", "ORG-1", "Sample Alliance", None, None, "member", "non_profit; best_practice"),
        )
    ]  # fmt: skip
