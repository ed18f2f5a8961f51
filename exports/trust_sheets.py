"""Sheets on the trust gap: for the annual workbook, and with everything behind the estimates for leads."""

from __future__ import annotations

from typing import Any

from exports import kpi_columns, wording
from exports.trust_facts import TrustFacts
from exports.trust_methods import METHODS
from exports.trust_sentences import interval_word
from exports.workbook import Book, Column

_PLACE = (
    Column("outcome_name", "Question", 34),
    Column("area_name", "Country or countries", 30),
    Column("group_name", "Group", 34),
)
_GAPS = (
    Column("wave_code", "Wave", 8, "flag"),
    *_PLACE,
    Column("share_pct", "In the group", 11, "share"),
    Column("share_low_pct", "From", 9, "share"),
    Column("share_high_pct", "To", 9, "share"),
    Column("others_share_pct", "All others", 11, "share"),
    Column("others_share_low_pct", "From", 9, "share"),
    Column("others_share_high_pct", "To", 9, "share"),
    Column("gap_points", "Gap (points)", 10, "gap"),
    Column("gap_low_points", "From", 9, "gap"),
    Column("gap_high_points", "To", 9, "gap"),
    Column("interval_word", "Interval", 18, "line"),
    Column("decision_reason", "Why it is not shown", 40),
)
_CHANGES = (
    *_PLACE,
    Column("base_wave_code", "First wave", 8, "flag"),
    Column("wave_code", "Later wave", 8, "flag"),
    Column("base_gap_points", "Gap then (points)", 11, "gap"),
    Column("gap_points", "Gap later", 10, "gap"),
    Column("change_points", "Change", 10, "gap"),
    Column("change_low_points", "From", 9, "gap"),
    Column("change_high_points", "To", 9, "gap"),
    Column("detectable_change_points", "Smallest change to be found", 14, "gap"),
    Column("target_gap_points", "Goal for 2030", 11, "gap"),
    Column("basis", "Goal is", 11, "line"),
    Column("status_word", "Progress", 24, "line"),
    Column("refusal_reason", "What cannot be said", 44),
)
#: Tables of the lead's sheets.
ESTIMATES, POLLS = "pub_leads__trust_estimates", "pub_leads__polls"
_DECISIONS = {
    "present": "shown",
    "suppress": "not shown",
    "complementary": "not shown, as it would give away another",
    "review": "held for review",
    "weights_absent": "not estimated",
    "no_data": wording.NO_DATA,
}


def add_for_leads(book: Book, estimates: list[dict[str, Any]], polls: list[dict[str, Any]]) -> None:
    """Add the sheets “Trust gaps” and “Polls” with what stands behind each estimate; none where there is none."""
    notes = dict(METHODS)
    if estimates:
        lines = [
            row
            | {
                "interval_word": interval_word(row["interval_basis"] != "design_based"),
                "decision_word": _DECISIONS.get(row["decision_code"], wording.humanised(row["decision_code"])),
            }
            for row in sorted(estimates, key=lambda row: str(row["wave_code"]), reverse=True)
        ]
        about = "Every estimate with what it rests on, newest wave first. Only what is shown may be passed on."
        sheet = book.table("Trust gaps", "Trust gaps by poll", about, kpi_columns.TRUST_GAPS, lines, freeze_columns=4)
        told = ("Who is in a group", "Weights and countries", "Standard errors and intervals", "What is not shown")
        book.notes(sheet, book.table_row + len(lines) + 2, [f"{term}: {notes[term]}" for term in told])
    if polls:
        lines = [row | {"sample_word": wording.humanised(row["sample_type_code"])} for row in polls]
        about = "One row per wave and country: who was asked, and how. Without weights a poll is not estimated."
        book.table("Polls", "Polls", about, kpi_columns.POLLS, lines, freeze_columns=2)


def add(book: Book, facts: TrustFacts) -> None:
    """Add the sheets “Trust gaps” and “Trust changes”."""
    gaps = [row | {"interval_word": interval_word(row["interval_basis"] != "design_based")} for row in facts.gaps]
    about = "Weighted shares of adults, and points between a group and all others. A blank figure is not zero."
    sheet = book.table("Trust gaps", "Trust gaps by poll", about, _GAPS, gaps, freeze_columns=4)
    notes = dict(METHODS)
    told = ("Who is in a group", "Weights and countries", "Standard errors and intervals", "What is not shown")
    book.notes(sheet, book.table_row + max(len(gaps), 1) + 2, [f"{term}: {notes[term]}" for term in told])
    changes = [
        row
        | {
            "status_word": wording.progress(row["progress_status"], sign=True),
            "basis": row["target_basis"] if row["target_gap_points"] is not None else None,
        }
        for row in facts.changes
    ]
    about = "How gaps changed between two polls, in points: below zero the gap narrowed."
    sheet = book.table("Trust changes", "Changes of the trust gap", about, _CHANGES, changes, freeze_columns=3)
    terms = ("Statuses", "The goal")
    book.notes(sheet, book.table_row + max(len(changes), 1) + 2, [f"{term}: {notes[term]}" for term in terms])
