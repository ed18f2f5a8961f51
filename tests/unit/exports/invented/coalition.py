"""A small invented coalition: its programs, indicators and quarters, and texts that mean harm."""

from __future__ import annotations

from datetime import date
from typing import Any

from sources import periods

AS_OF = date(2026, 11, 12)
PERIODS = periods.between("2024-Q1", "2026-Q3")
META = {"as_of": AS_OF, "code_version": "0.1.0", "log_head": "ab" * 32}
NASTY = '=HYPERLINK("http://evil.example","x")'
SCRIPT = "<script>alert(1)</script> & Söhne"
ON_SAMPLE = "On the synthetic sample; says nothing about the initiative. "
PROGRAMS = {
    "cheer": "CHEER – Children's Health Fund",
    "finance": "Investment ledger",
    "heal": "HEAL – Health Equity Advancement and Leadership",
}
# code, program, name, unit, kind, headline span, counts people, start, step, target 2030, basis
INDICATORS: list[tuple[Any, ...]] = [
    (
        "cheer_roundtables",
        "cheer",
        "Roundtables held",
        "roundtables",
        "flow",
        "since_start",
        False,
        2,
        1,
        60,
        "assumed",
    ),
    (
        "cheer_people_served",
        "cheer",
        "People served by solutions",
        "people",
        "reach",
        "since_start",
        True,
        120,
        35,
        9000,
        "assumed",
    ),
    ("cheer_youth_leaders", "cheer", "Youth leaders", "people", "stock", "quarter", True, 1, 1, 40, "assumed"),
    (
        "finance_paid",
        "finance",
        "Paid towards the goal",
        "EUR",
        "flow",
        "since_start",
        False,
        1_450_000,
        92_000,
        50_000_000,
        "published",
    ),
    (
        "heal_interventions_active",
        "heal",
        "Interventions running",
        "interventions",
        "stock",
        "quarter",
        False,
        4,
        1,
        20,
        "assumed",
    ),
    (
        "heal_not_listened_to_share",
        "heal",
        "Patients who felt not listened to",
        "percent",
        "ratio",
        "year_to_date",
        True,
        52,
        -1,
        None,
        None,
    ),
    (
        "heal_people_reached",
        "heal",
        "People reached by interventions",
        "people",
        "reach",
        "since_start",
        True,
        310,
        60,
        30000,
        "assumed",
    ),
    ("heal_people_trained", "heal", "People trained", "people", "flow", "since_start", True, 40, 6, 4000, "assumed"),
]


def program_rows() -> list[dict[str, Any]]:
    """``pub_meta__programs``: one with a purpose that tries to be more than words."""
    return [
        {
            "program_code": code,
            "program_name": name,
            "purpose": f"What {name} is for. {SCRIPT if code == 'heal' else ''}".strip(),
            "limitations": "One person can be counted in several places.",
            "period_kind": "quarter",
            "is_synthetic": True,
        }
        for code, name in PROGRAMS.items()
    ]
