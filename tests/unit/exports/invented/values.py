"""Published values of the invented coalition: by indicator, year, partner, place and group, and who owes what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sources import periods
from tests.unit.exports.invented.coalition import INDICATORS, NASTY, PERIODS, PROGRAMS, SCRIPT


def kpi_rows() -> list[dict[str, Any]]:
    """``pub_leads__kpi``: three spans per indicator and quarter; the newest quarter of CHEER is missing."""
    found = []
    for code, program, name, unit, kind, headline, people, start, step, target, basis in INDICATORS:
        for index, period in enumerate(PERIODS):
            missing = program == "cheer" and period == PERIODS[-1] and kind != "flow"
            for span in ("quarter", "year_to_date", "since_start"):
                value: float | None = _value(kind, span, start, step, index, period)
                low = high = value
                if kind == "reach":
                    low, high, value = start + step * index, value, None
                if missing:
                    value = low = high = None
                good = value if value is not None else low
                reached = None if target is None or good is None else round(good / target * 100, 1)
                found.append(
                    {
                        "program_code": program,
                        "program_name": PROGRAMS[program],
                        "indicator_code": code,
                        "indicator_name": name,
                        "definition": f"{name}, counted as the reference sheet says",
                        "unit": unit,
                        "kind": kind,
                        "level": "output",
                        "pillar_code": "act",
                        "key_action_code": "person_centred_care",
                        "period": period,
                        "period_end_date": periods.last_day(period),
                        "span": span,
                        "is_headline": span == headline,
                        "value": value,
                        "value_low": low,
                        "value_high": high,
                        "coverage_met": 0 if missing else 1,
                        "coverage_due": 1,
                        "coverage_share_pct": None if index == 0 else 0 if missing else 100,
                        "data_status": "no_data" if missing else "provisional" if index > 8 else "approved",
                        "baseline_value": 0,
                        "target_value": target,
                        "target_year": 2030 if target else None,
                        "target_basis": basis,
                        "planned_value": None,
                        "attainment_pct": reached,
                        "required_per_year": None,
                        "observed_per_year": None,
                        "forecast_2030": None if good is None else good * 1.6,
                        "forecast_2030_low": None,
                        "forecast_2030_high": None,
                        "progress_status": "not_assessable"
                        if reached is None
                        else "target_met"
                        if reached >= 100
                        else "on_track"
                        if reached > 40
                        else "behind",
                        "partner_count": 1,
                        "origin_submissions": "sub-001; sub-002",
                        "footnote": "Late return excused until 1 December 2026" if missing else None,
                        "counts_people": people,
                        "is_synthetic": True,
                    }
                )
    return found


def _value(kind: str, span: str, start: int, step: int, index: int, period: str) -> float:
    now = start + step * index
    if kind in ("stock", "ratio") or span == "quarter":
        return now
    quarters = int(period[-1]) if span == "year_to_date" else index + 1
    return sum(start + step * (index - back) for back in range(quarters))


SPLIT_NOTES = {
    None: "Rounded to 5",
    "primary": "Hidden: 1 to 10 people are not shown",
    "complementary": "Hidden so that no small number can be worked out from other figures",
}


def released_breakdown_rows() -> list[dict[str, Any]]:
    """``pub_leadership__breakdown``: a rounded count, one hidden for being small, one hidden for its sake."""
    members = (
        ("country", "US", "United States", 40, 50, None),
        ("country", "KE", "Kenya", 20, 30, None),
        ("population_group", "black", "Black or African American", 45, 60, None),
        ("population_group", "hispanic", "Hispanic or Latino", None, None, "primary"),
        ("population_group", "rural", "People in rural areas", None, None, "complementary"),
    )
    return [
        {
            "year": 2026,
            "program_code": "heal",
            "program_name": PROGRAMS["heal"],
            "indicator_code": "heal_people_trained",
            "indicator_name": "People trained",
            "unit": "people",
            "kind": "flow",
            "period": PERIODS[-1],
            "span": "since_start",
            "dimension": dimension,
            "member_code": code,
            "member_name": name,
            "value": number,
            "value_low": number,
            "value_high": number,
            "display": {"primary": "1–10", "complementary": "suppressed"}.get(reason or ""),
            "is_suppressed": reason is not None,
            "suppression_reason": reason,
            "is_rounded": reason is None,
            "share_pct": share,
            "footnote": SPLIT_NOTES[reason],
            "counts_people": True,
            "is_synthetic": True,
        }
        for dimension, code, name, number, share, reason in members
    ]


def progress_rows() -> list[dict[str, Any]]:
    """``pub_leadership__progress``: the headline at each year's last quarter, small people counts hidden."""
    found = []
    last = {period[:4]: period for period in PERIODS}
    for row in kpi_rows():
        if not row["is_headline"] or last[row["period"][:4]] != row["period"]:
            continue
        counts = row["counts_people"] and row["kind"] != "ratio"
        small = counts and row["value"] is not None and 1 <= row["value"] <= 10
        row = {key: value for key, value in row.items() if key not in ("origin_submissions", "partner_count")}
        row |= {"year": int(row["period"][:4]), "is_suppressed": small, "display": None}
        if small:
            row["display"] = "1–10"
            for key in ("value", "value_low", "value_high", "attainment_pct", "forecast_2030"):
                row[key] = None
            row["progress_status"] = "not_assessable"
        found.append(row)
    return found


def obligation_rows() -> list[dict[str, Any]]:
    """``pub_leads__obligations``: every state once at least."""
    found = []
    for program, program_name in PROGRAMS.items():
        for index, period in enumerate(PERIODS):
            state = "reported"
            if program == "cheer":
                state = {3: "confirmed_zero", 7: "missing", len(PERIODS) - 1: "excused"}.get(index, state)
            if program == "heal" and index == len(PERIODS) - 1:
                state = "due"
            due = periods.deadline(period, 30)
            late = state == "reported" and index == 5
            found.append(
                {
                    "program_code": program,
                    "program_name": program_name,
                    "partner_code": f"sample_{program}",
                    "partner_name": f"Sample partner ({program.upper()})",
                    "period": period,
                    "obligation_state": state,
                    "due_date": due,
                    "received_on": due + timedelta(days=9 if late else -4) if state == "reported" else None,
                    "is_late": late,
                    "submission_id": f"sub-{index:03}" if state == "reported" else None,
                    "version_number": 1,
                    "submission_state": "accepted" if state == "reported" else None,
                    "data_status": "approved",
                    "footnote": "Office closed after a flood" if state == "excused" else None,
                    "is_synthetic": True,
                }
            )
    return found


def breakdown_rows() -> list[dict[str, Any]]:
    """``pub_leads__kpi_breakdown``."""
    members = {
        "partner": [("sample_heal", NASTY)],
        "country": [("US", "United States"), ("KE", "Kenya")],
        "population_group": [("black", SCRIPT), ("hispanic", "Hispanic or Latino people")],
        "place": [("US/mi", "Michigan"), ("not_split", "Not split")],
    }
    return [
        {
            "program_code": "heal",
            "program_name": PROGRAMS["heal"],
            "indicator_code": "heal_people_trained",
            "indicator_name": "People trained",
            "period": period,
            "dimension": dimension,
            "member_code": code,
            "member_name": name,
            "value": 20 + place,
            "value_low": 20 + place,
            "value_high": 20 + place,
            "unit": "people",
            "kind": "flow",
            "span": "since_start",
            "counts_people": True,
            "is_synthetic": True,
        }
        for period in PERIODS[-2:]
        for dimension, entries in members.items()
        for place, (code, name) in enumerate(entries)
    ]


def indicator_row_rows() -> list[dict[str, Any]]:
    """``pub_leads__indicator_rows``: one row of each of two partners."""
    return [
        {
            "program_code": program,
            "indicator_code": indicator,
            "partner_code": f"sample_{program}",
            "period": PERIODS[-1],
            "submission_id": f"sub-{program}",
            "source_table": "activities",
            "source_sheet": "Activities",
            "source_row": 5,
            "country_code": "US",
            "population_group_code": None,
            "place_key": None,
            "value_low": 20,
            "value_high": 20,
            "denominator": None,
            "overlap": "disjoint",
            "row_count": 1,
            "is_synthetic": True,
        }
        for program, indicator in (("heal", "heal_people_trained"), ("cheer", "cheer_roundtables"))
    ]
