"""People the invented coalition reached, over all its programs."""

from __future__ import annotations

from typing import Any

from tests.unit.exports.invented.coalition import PERIODS, PROGRAMS


def reach_rows(audience: str) -> list[dict[str, Any]]:
    """``pub_leads__reach`` (total and programs) or ``pub_leadership__reach`` (total alone) of the newest quarter."""
    total = {
        "period": PERIODS[-1],
        "reach_low": 910,
        "reach_high": 15890,
        "low_basis": "largest_program",
        "program_count": 2,
        "coverage_met": 3,
        "coverage_due": 4,
        "data_status": "provisional",
        "footnote": "1 of 4 returns missing: people they would add are not in the bounds",
        "is_synthetic": True,
    }
    if audience == "release":
        return [total | {"is_suppressed": False}]
    total |= {"program_code": "total", "program_name": "All programs", "counted_twice": 12}
    heal = {"program_code": "heal", "program_name": PROGRAMS["heal"], "reach_high": 6710, "low_basis": "largest_report"}
    earlier = total | {"period": PERIODS[-2], "reach_high": 9000}
    return [earlier, total | heal | {"footnote": None, "counted_twice": 0}, total]


def contribution_rows(audience: str) -> list[dict[str, Any]]:
    """``pub_leads__contributions`` or ``pub_leadership__contributions`` of the newest quarter."""
    found = [
        {
            "contribution_code": code,
            "period": PERIODS[-1],
            "people_low": low,
            "people_high": high,
            "coverage_met": 1,
            "coverage_due": 1,
            "is_synthetic": True,
        }
        for code, low, high in (("bridges_of_trust", 70, 770), ("conversations", 0, 400))
    ]
    if audience == "release":
        return [row | {"is_suppressed": False} for row in found]
    total = {
        "program_code": "total",
        "program_name": "All programs",
        "note": "The name of the initiative, not a target",
    }
    return [row | total | {"contribution_name": row["contribution_code"]} for row in found]


def double_count_rows() -> list[dict[str, Any]]:
    """``pub_leads__double_counts``: one person two partners report."""
    return [
        {
            "program_code": "heal",
            "program_name": PROGRAMS["heal"],
            "period": PERIODS[-1],
            "item_kind": "person",
            "partner_code": "sample_heal",
            "partner_name": "Sample partner (HEAL)",
            "other_partner_code": "sample_heal_south",
            "other_partner_name": "Sample partner (HEAL South)",
            "item_name": None,
            "match_count": 1,
            "is_synthetic": True,
        }
    ]
