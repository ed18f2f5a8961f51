"""Published tables of a small invented coalition, shaped as the warehouse publishes them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from exports.published import Published, write_published
from exports.table import KPI_COLUMNS
from exports.trust_facts import CHANGE_FIGURES
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
_MONEY = pa.decimal128(18, 2)
_NUMBER = pa.decimal128(24, 4)
_DECIMALS = {
    "value",
    "value_low",
    "value_high",
    "baseline_value",
    "target_value",
    "attainment_pct",
    "required_per_year",
    "observed_per_year",
    "forecast_2030",
    "forecast_2030_low",
    "forecast_2030_high",
    "share_paid_pct",
    "share_committed_pct",
    "elapsed_pct",
    "heard_count_low",
    "heard_count_high",
    "rate",
    "claimed_value",
    "tolerance",
    "reach_low",
    "reach_high",
    "counted_twice",
    "people_low",
    "people_high",
    "leverage",
    "paid_share_pct",
}


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


def lead_comment_rows() -> list[dict[str, Any]]:
    """``pub_leads__commentary``: a lead's words with markup in them."""
    return [
        {
            "program_code": "heal",
            "period": PERIODS[-1],
            "comment_id": "C000001",
            "comment_text": SCRIPT,
            "written_by": "lead@coalition.example",
            "written_on": AS_OF,
            "is_synthetic": True,
        }
    ]


def investment_rows() -> list[dict[str, Any]]:
    """``pub_leads__investment``; one correction is negative."""
    return [
        {
            "year": year,
            "pillar_code": "act",
            "program_code": program,
            "country_code": "US",
            "kind": "cash",
            "counts_to_goal": True,
            "budget_eur": Decimal("4000000.00"),
            "committed_eur": Decimal("3500000.00"),
            "paid_eur": paid,
            "is_synthetic": True,
        }
        for year in (2024, 2025, 2026)
        for program, paid in (("heal", Decimal("2750000.50")), ("cheer", Decimal("-1250.25")))
    ]


def investment_by_rows() -> list[dict[str, Any]]:
    """``pub_leadership__investment_by``: years, then the other dimensions; part of the budget names a country."""
    years = {"2024": (9.1, 8.2, 7.0), "2025": (10.4, 10.0, 9.4), "2026": (11.0, 9.8, 8.2)}
    parts = {
        ("program", "heal"): (20.0, 18.5, 17.1),
        ("program", "cheer"): (10.5, 9.5, 7.5),
        ("pillar", "act"): (22.5, 20.0, 18.6),
        ("pillar", "listen"): (8.0, 8.0, 6.0),
        ("country", "US"): (20.0, 28.0, 24.6),
        ("country", "not_split"): (10.5, None, None),
        ("kind", "cash"): (None, 27.0, 23.9),
        ("kind", "in_kind"): (None, 1.0, 0.7),
        ("kind", "not_split"): (30.5, None, None),
    }
    figures = {("year", year): amounts for year, amounts in years.items()} | parts
    return [
        {
            "dimension": dimension,
            "member_code": code,
            "member_name": PROGRAMS.get(code, code),
            "budget_eur": None if budget is None else _euros(budget),
            "committed_eur": None if committed is None else _euros(committed),
            "paid_eur": None if paid is None else _euros(paid),
            # Of the country only 18.5 was paid where the budget names countries.
            "difference_eur": None if None in (budget, paid) else _euros((18.5 if code == "US" else paid) - budget),
            "paid_share_pct": None
            if paid is None
            else round(paid / sum(p or 0 for (d, _), (_, _, p) in figures.items() if d == dimension) * 100, 2),
            "is_synthetic": True,
        }
        for (dimension, code), (budget, committed, paid) in figures.items()
    ]


def program_money_rows() -> list[dict[str, Any]]:
    """``pub_leadership__program_money``: two programs; a quarter in which more was taken back than paid."""
    figures = {
        ("heal", "year", "2025"): (10.0, 9.0, 8.0),
        ("heal", "year", "2026"): (10.0, 9.5, 9.1),
        ("heal", "quarter", "2025-Q4"): (None, 9.0, 8.0),
        ("heal", "quarter", "2026-Q1"): (None, 9.5, 9.2),
        ("heal", "quarter", "2026-Q3"): (None, None, -0.1),
        ("heal", "country", "US"): (None, 12.0, 11.4),
        ("heal", "country", "KE"): (None, 6.5, 5.7),
        ("heal", "country", "not_split"): (20.0, None, None),
        ("heal", "pillar", "act"): (20.0, 18.5, 17.1),
        ("cheer", "year", "2026"): (10.5, 9.5, 7.5),
        ("cheer", "quarter", "2026-Q2"): (None, 9.5, 7.5),
        ("cheer", "country", "US"): (None, 3.0, 1.0),
        ("cheer", "country", "BR"): (None, 3.0, 1.0),
        ("cheer", "country", "KE"): (None, 3.5, 1.0),
        ("cheer", "pillar", "act"): (2.5, 1.5, 1.5),
        ("cheer", "pillar", "listen"): (8.0, 8.0, 6.0),
    }
    return [
        {
            "program_code": program,
            "program_name": PROGRAMS[program],
            "dimension": dimension,
            "member_code": code,
            "member_name": code,
            "budget_eur": None if budget is None else _euros(budget),
            "committed_eur": None if committed is None else _euros(committed),
            "paid_eur": None if paid is None else _euros(paid),
            "is_synthetic": True,
        }
        for (program, dimension, code), (budget, committed, paid) in figures.items()
    ]


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


def cost_rows() -> list[dict[str, Any]]:
    """``pub_leads__cost_per_outcome``: one worked out, one refused."""
    row = {
        "program_code": "heal",
        "program_name": PROGRAMS["heal"],
        "indicator_code": "heal_people_reached",
        "indicator_name": "People reached by interventions",
        "unit": "people",
        "level": "outcome",
        "paid_eur": Decimal("910000.00"),
        "value_low": 910,
        "value_high": 9100,
        "cost_low_eur": Decimal("100.00"),
        "cost_high_eur": Decimal("1000.00"),
        "coverage_met": 1,
        "coverage_due": 1,
        "footnote": None,
        "is_synthetic": True,
    }
    refused = {"cost_low_eur": None, "cost_high_eur": None, "footnote": "Refused: 1 of 4 returns missing"}
    served = {"program_code": "cheer", "program_name": PROGRAMS["cheer"], "indicator_code": "cheer_people_served"}
    return [row | refused | served | {"indicator_name": "People served by solutions"}, row]


def leverage_rows() -> list[dict[str, Any]]:
    """``pub_leads__leverage``."""
    row = {
        "program_code": "total",
        "program_name": "All programs",
        "paid_eur": _euros(24.6),
        "cofunding_eur": _euros(4.92),
        "leverage": Decimal("0.2"),
        "coverage_met": 14,
        "coverage_due": 14,
        "footnote": None,
        "is_synthetic": True,
    }
    return [row, row | {"program_code": "heal", "program_name": PROGRAMS["heal"], "paid_eur": 0, "leverage": None}]


def released_leverage_rows() -> list[dict[str, Any]]:
    """``pub_leadership__leverage``."""
    return [row | {"period": PERIODS[-1], "data_status": "provisional"} for row in leverage_rows()]


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


def released_comment_rows() -> list[dict[str, Any]]:
    """``pub_leadership__commentary``: signed words and a story."""
    row = {
        "program_code": "heal",
        "program_name": PROGRAMS["heal"],
        "period": PERIODS[-1],
        "comment_id": "C000007",
        "indicator_code": None,
        "comment_kind": "commentary",
        "comment_text": f"Two partners doubled their places.\n{SCRIPT}",
        "written_on": AS_OF,
        "consent_expires_on": None,
        "is_synthetic": True,
    }
    story = {"comment_id": "C000009", "comment_kind": "story", "consent_expires_on": date(2028, 12, 31)}
    return [row, row | story | {"comment_text": "S. was seen, and heard."}]


def _euros(millions: float) -> Decimal:
    return Decimal(str(millions)) * 1_000_000


def goal_rows() -> list[dict[str, Any]]:
    """``pub_leadership__goal``."""
    return [
        {
            "goal_code": "investment",
            "goal_name": "Invest €50m to help close the trust gap by 2030",
            "start_year": 2023,
            "by_year": 2030,
            "goal_eur": _euros(50),
            "budget_eur": _euros(30.5),
            "committed_eur": _euros(28),
            "paid_eur": _euros(24.6),
            "share_paid_pct": Decimal("49.2"),
            "share_committed_pct": Decimal("56.0"),
            "elapsed_pct": Decimal("48.3"),
            "required_eur_per_year": Decimal("6140000.00"),
            "observed_eur_per_year": Decimal("6360000.00"),
            "forecast_2030_eur": _euros(50.9),
            "forecast_2030_low_eur": _euros(45.2),
            "forecast_2030_high_eur": _euros(56.6),
            "progress_status": "on_track",
            "basis": "published",
            "as_of_date": AS_OF,
            "is_synthetic": True,
        }
    ]


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


def claim_rows() -> list[dict[str, Any]]:
    """``pub_leadership__claims``: each verdict, a poll's estimate, a name, a hidden count, an uninvited tag."""
    blank: dict[str, Any] = {
        "claim_code": "", "claim_number": 0, "program_code": None, "about": "", "source_sentence": "",
        "page_title": "The plan", "page_date": "2023-01", "timing": "state", "speaks_for_date": None,
        "measure": "indicator", "measure_code": None, "indicator_name": None, "comparison": "at_least",
        "claimed_value": None, "unit": "people", "tolerance": None, "tolerance_reason": None, "caveat": None,
        "period": None, "wave_code": None, "value": None, "value_low": None, "value_high": None, "is_suppressed": False,
        "coverage_met": None, "coverage_due": None, "verdict": "cannot_tell", "reason_code": "no_data",
        "why": ON_SAMPLE + "There is no figure yet to hold against it.", "needed": "Returns with this figure",
        "is_synthetic": True,
    }  # fmt: skip
    rows = [
        {"claim_code": "advocates", "about": "Advocates", "source_sentence": "It has more than 200 advocates, “now”.",
         "comparison": "more_than", "claimed_value": 200, "period": "2026-Q3", "value": 231, "value_low": 231,
         "value_high": 231, "coverage_met": 1, "coverage_due": 1, "verdict": "supported", "reason_code": "meets",
         "indicator_name": "Advocates in the community", "needed": None,
         "why": ON_SAMPLE + "Every value that the figure can have meets the claim."},
        {"claim_code": "organisations", "about": "Organisations", "unit": "organisations", "claimed_value": 1,
         "source_sentence": "It has more than 200 advocates, “now”.", "period": "2026-Q3", "timing": "once",
         "value_low": 0, "value_high": 1, "coverage_met": 1, "coverage_due": 2, "reason_code": "incomplete",
         "why": ON_SAMPLE + "Returns or figures are missing, and they can decide it.", "needed": "Returns still missing: 1"},
        {"claim_code": "poll", "about": "UK: trust damaged", "source_sentence": "In the UK, 58% say so.", "unit": "percent",
         "measure": "survey_estimate", "comparison": "about", "claimed_value": 58, "tolerance": 0.5, "wave_code": "2022",
         "value": 62, "value_low": 60, "value_high": 64, "verdict": "contradicted", "reason_code": "misses", "needed": None,
         "why": ON_SAMPLE + "No value in the 95% range of the estimate meets the claim."},
        {"claim_code": "small", "about": "Scholars", "source_sentence": "There are scholars.", "claimed_value": 1,
         "is_suppressed": True, "reason_code": "hidden", "period": "2026-Q3", "coverage_met": 1, "coverage_due": 1,
         "why": ON_SAMPLE + "A count of 1 to 10 people is hidden here.", "page_title": "Later", "page_date": None},
        {"claim_code": "million", "about": "A million", "source_sentence": SCRIPT, "page_title": SCRIPT, "page_date": None,
         "comparison": "name_only", "measure": "none", "caveat": NASTY, "needed": SCRIPT, "unit": "conversations",
         "why": ON_SAMPLE + "It is a name and not a target: no figure is claimed.", "reason_code": "name_only"},
    ]  # fmt: skip
    return [blank | row | {"claim_number": number} for number, row in enumerate(rows, 1)]


def lead_claim_rows() -> list[dict[str, Any]]:
    """``pub_leads__claims``: the same claims, of which the first is of CHEER, and nothing hidden."""
    rows = [{key: value for key, value in row.items() if key != "is_suppressed"} for row in claim_rows()]
    rows[0] |= {"program_code": "cheer"}
    rows[3] |= {"value": 7, "value_low": 7, "value_high": 7, "verdict": "supported", "reason_code": "meets"}
    return rows


#: Names of the groups polls tell apart, in their order.
TRUST_GROUPS = {
    "women": "Women",
    "minority_ethnic": "Minority ethnic people",
    "disabled": "Disabled people",
    "lgbtq": "LGBTQ+ people",
    "gender_other": "People of gender Other",
    "two_or_more": "People with two or more characteristics",
    "women_and_disabled": "Women who are also disabled people",
}
TRUST_AREAS = {
    "FR": "France",
    "GB": "United Kingdom",
    "all": "All countries of the wave with weights, each counting alike",
    "comparable_2022_2025": "Countries comparable between 2022 and 2025: France; United Kingdom",
}
TRUST_QUESTION = "Had experiences that damaged their trust in the healthcare system in general"
TOO_FEW = "Not shown: fewer than 30 respondents, too few for a share that could be relied on."
UNWEIGHTED = "Not estimated: the poll came without weights, so it says nothing of the population."
_GAPS_THEN = (8.0, 12.0, 24.0, 6.0, 25.0, 30.0, 21.0)
_GAPS_NOW = (7.2, 8.4, 13.6, 9.0, 25.0, 4.0, 20.0)


def trust_gap_rows() -> list[dict[str, Any]]:
    """``pub_leadership__trust_gaps``: two waves of two countries, one without weights between; too few of one group."""
    found = [_trust_gap("2024", ("CA", "Canada"), ("everybody", "Everybody"), 0, None, UNWEIGHTED)]
    for wave, gaps in (("2022", _GAPS_THEN), ("2025", _GAPS_NOW)):
        for area in TRUST_AREAS.items():
            for order, (group, gap) in enumerate(zip(TRUST_GROUPS.items(), gaps, strict=True), 1):
                few = TOO_FEW if group[0] == "gender_other" and area[0] == "GB" else None
                found.append(_trust_gap(wave, area, group, order, None if few else gap, few))
    return found


def _trust_gap(
    wave: str, area: tuple[str, str], group: tuple[str, str], order: int, gap: float | None, reason: str | None
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "outcome_code": "trust_damaged",
        "outcome_name": TRUST_QUESTION,
        "wave_code": wave,
        "area_code": area[0],
        "area_name": area[1],
        "group_code": group[0],
        "group_name": group[1],
        "group_order": order,
    }
    for name, value in (("share_pct", 50), ("others_share_pct", 50), ("gap_points", 0)):
        middle = None if gap is None else value + (0 if name == "others_share_pct" else gap)
        stem, unit = name.rsplit("_", 1)
        row |= {
            name: middle,
            f"{stem}_low_{unit}": middle and middle - 2.5,
            f"{stem}_high_{unit}": middle and middle + 2.25,
        }
    return row | {
        "is_shown": reason is None,
        "decision_code": "present" if reason is None else "suppress",
        "decision_reason": reason,
        "interval_basis": "design_based" if area[0] == "FR" else "modelled",
        "is_synthetic": True,
    }


def trust_change_rows() -> list[dict[str, Any]]:
    """``pub_leadership__trust_changes``: every status once over the countries that compare; one country refused."""
    statuses = ("no_detectable_change", "improving", "on_track", "worsening", "not_assessable", "target_met")
    found = []
    pool = "comparable_2022_2025"
    groups = list(TRUST_GROUPS.items())[:6]
    for order, ((code, name), status) in enumerate(zip(groups, statuses, strict=True), 1):
        then, now = _GAPS_THEN[order - 1], _GAPS_NOW[order - 1]
        known = status != "not_assessable"
        row: dict[str, Any] = _refused((pool, TRUST_AREAS[pool]), (code, name), order, ("2022", "2025"), None)
        if known:
            row |= {
                "base_gap_points": then,
                "gap_points": now,
                "change_points": now - then,
                "change_low_points": now - then - 3,
                "change_high_points": now - then + 3,
                "p_value": 0.04,
                "detectable_change_points": 4.5,
                "target_gap_points": then * 0.2,
                "target_basis": "assumed",
                "required_gap_points": then * 0.7,
                "required_per_year_points": (then * 0.2 - now) / 5,
                "attained_pct": 40.0,
                "attained_low_pct": -250.0 if code == "women" else 12.5,
                "attained_high_pct": 61.0,
                "projected_low_points": now - 12,
                "projected_high_points": now + 9,
            }
        else:
            row["refusal_reason"] = "One of the four shares is not shown, so neither is what rests on it."
        found.append(row | {"progress_status": status})
    once = "Polled once: a change needs two waves."
    found += [
        _refused(("CA", "Canada"), group, order, ("2024", None), once) | {"progress_status": "not_assessable"}
        for order, group in enumerate(groups, 1)
    ]
    return found


def _refused(
    area: tuple[str, str], group: tuple[str, str], order: int, waves: tuple[str, str | None], reason: str | None
) -> dict[str, Any]:
    return {
        "outcome_code": "trust_damaged",
        "outcome_name": TRUST_QUESTION,
        "area_code": area[0],
        "area_name": area[1],
        "group_code": group[0],
        "group_name": group[1],
        "group_order": order,
        "base_wave_code": waves[0],
        "wave_code": waves[1],
        **dict.fromkeys(CHANGE_FIGURES),
        "target_basis": None,
        "refusal_reason": reason,
        "is_synthetic": True,
    }


def trust_estimate_rows() -> list[dict[str, Any]]:
    """``pub_leads__trust_estimates``: the gaps as leads see them, with the sample and the design behind each."""
    dropped = ("group_order", "others_share_low_pct", "others_share_high_pct", "is_shown")
    return [
        {key: value for key, value in row.items() if key not in dropped}
        | {
            "respondent_count": 21 if row["decision_reason"] == TOO_FEW else 480,
            "success_count": 14,
            "others_count": 520,
            "df": 38,
            "share_se_points": 1.25,
            "others_share_se_points": 1.25,
            "gap_se_points": 1.5,
            "gap_p_value": 0.0123,
            "effective_count": 300.5,
            "design_effect": 1.6,
            "weights_effect": 1.4,
        }
        | ({"decision_code": "weights_absent"} if row["decision_reason"] == UNWEIGHTED else {})
        for row in trust_gap_rows()
    ]


def poll_rows() -> list[dict[str, Any]]:
    """``pub_leads__polls``: a probability sample, and one that came without weights."""
    return [
        {"wave_code": wave, "country_code": code, "country_name": country, "respondent_count": count,
         "sample_type_code": sample, "question_version": "2", "psu_count": units, "is_weighted": weighted,
         "is_synthetic": True}
        for wave, code, country, count, sample, units, weighted in (
            ("2022", "FR", "France", 1000, "probability", 40, True),
            ("2024", "CA", "Canada", 310, "online_panel", None, False),
        )
    ]  # fmt: skip


def restoring_rows() -> list[dict[str, Any]]:
    """``pub_leadership__restoring_actions``: two actions in two waves."""
    return [
        {
            "wave_code": wave,
            "area_code": area,
            "area_name": TRUST_AREAS[area],
            "action_code": code,
            "action_name": name,
            "action_rank": rank,
            "share_pct": share,
            "share_low_pct": share - 1.5,
            "share_high_pct": share + 1.5,
            "is_shown": True,
            "decision_reason": None,
            "interval_basis": "modelled",
            "is_synthetic": True,
        }
        for wave in ("2022", "2025")
        for area in ("FR", "GB", "all")
        for rank, (code, name, share) in enumerate(
            (("treated_fairly", "Being treated fairly", 49.0), ("listened_to", "Being listened to", 36.0)), 1
        )
    ]


def tables() -> dict[str, tuple[str, tuple[str, ...], list[dict[str, Any]]]]:
    """Every published table: audience, ordering columns, rows."""
    definitions = [
        {
            "program_code": row[1],
            "program_name": PROGRAMS[row[1]],
            "indicator_code": row[0],
            "indicator_name": row[2],
            "definition": f"{row[2]}, counted as the reference sheet says",
            "unit": row[3],
            "kind": row[4],
            "level": "output",
            "headline_span": row[5],
            "counts_people": row[6],
            "direction": "increase",
            "arithmetic": "Summed over quarters and partners",
            "sdg_target": "10.2" if row[1] == "heal" else None,
            "target_value": row[9],
            "target_year": 2030,
            "target_basis": row[10],
            "target_source": "Planning assumption" if row[10] == "assumed" else "“Invest €50m”",
            "numerator": None,
            "denominator": None,
            "means_of_verification": "Quarterly return of the program",
            "limits": SCRIPT if row[1] == "heal" else None,
            "version": 1,
            "effective_from": "2023-Q2",
        }
        for row in INDICATORS
    ]
    build = [{"as_of": AS_OF, "is_synthetic": True, "sentence": "Synthetic sample: every figure is invented."}]
    grants = [
        {
            "program_code": "heal",
            "program_name": PROGRAMS["heal"],
            "period": period,
            "reported_eur": _euros(0.25),
            "paid_eur": _euros(0.24 if period == PERIODS[-1] else 0.25),
            "difference_eur": _euros(0.01 if period == PERIODS[-1] else 0),
            "reconciliation_status": "differs" if period == PERIODS[-1] else "matches",
            "is_synthetic": True,
        }
        for period in PERIODS
    ]
    kpi = [{name: row[name] for name in KPI_COLUMNS} for row in kpi_rows()]
    return {
        "pub_leads__kpi": ("restricted", ("program_code", "indicator_code", "period", "span"), kpi),
        "pub_leads__kpi_breakdown": ("restricted", ("indicator_code", "period", "dimension"), breakdown_rows()),
        "pub_leads__indicator_rows": ("restricted", ("indicator_code", "period"), indicator_row_rows()),
        "pub_leads__double_counts": ("restricted", ("program_code", "period"), double_count_rows()),
        "pub_leads__commentary": ("restricted", ("program_code", "period"), lead_comment_rows()),
        "pub_leads__obligations": ("restricted", ("program_code", "partner_code", "period"), obligation_rows()),
        "pub_leads__investment": ("restricted", ("year", "program_code"), investment_rows()),
        "pub_leads__grants_reconciled": ("restricted", ("program_code", "period"), grants),
        "pub_leadership__goal": ("release", ("goal_code",), goal_rows()),
        "pub_leadership__investment_by": ("release", ("dimension", "member_code"), investment_by_rows()),
        "pub_leadership__program_money": ("release", ("program_code", "dimension"), program_money_rows()),
        "pub_leads__reach": ("restricted", ("period", "program_code"), reach_rows("leads")),
        "pub_leads__contributions": ("restricted", ("contribution_code", "period"), contribution_rows("leads")),
        "pub_leads__cost_per_outcome": ("restricted", ("program_code", "indicator_code"), cost_rows()),
        "pub_leads__leverage": ("restricted", ("program_code",), leverage_rows()),
        "pub_leadership__reach": ("release", ("period",), reach_rows("release")),
        "pub_leadership__contributions": ("release", ("contribution_code", "period"), contribution_rows("release")),
        "pub_leadership__progress": ("release", ("program_code", "indicator_code", "year"), progress_rows()),
        "pub_leadership__breakdown": ("release", ("indicator_code", "dimension"), released_breakdown_rows()),
        "pub_leadership__heard_to_done": ("release", ("barrier_code",), heard_rows()),
        "pub_leads__heard_to_done": ("restricted", ("barrier_code", "program_code"), lead_heard_rows()),
        "pub_leads__key_actions": ("restricted", ("key_action_code", "item_kind", "item_code"), key_action_rows()),
        "pub_leads__named_items": ("restricted", ("program_code", "item_kind", "item_code"), named_rows()),
        "pub_leadership__claims": ("release", ("claim_code",), claim_rows()),
        "pub_leads__claims": ("restricted", ("claim_code",), lead_claim_rows()),
        "pub_leads__trust_estimates": ("restricted", ("wave_code", "area_code", "group_code"), trust_estimate_rows()),
        "pub_leads__polls": ("restricted", ("wave_code", "country_code"), poll_rows()),
        "pub_leadership__trust_gaps": ("release", ("wave_code", "area_code", "group_order"), trust_gap_rows()),
        "pub_leadership__trust_changes": ("release", ("area_code", "group_order"), trust_change_rows()),
        "pub_leadership__restoring_actions": ("release", ("wave_code", "area_code", "action_rank"), restoring_rows()),
        "pub_meta__definitions": ("release", ("program_code", "indicator_code"), definitions),
        "pub_leadership__leverage": ("release", ("program_code",), released_leverage_rows()),
        "pub_leadership__key_actions": ("release", ("key_action_code",), released_action_rows()),
        "pub_leadership__commentary": ("release", ("comment_id",), released_comment_rows()),
        "pub_meta__programs": ("release", ("program_code",), program_rows()),
        "pub_meta__build": ("release", ("as_of",), build),
    }


def _arrow(rows: list[dict[str, Any]]) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        kind = _MONEY if name.endswith("_eur") else _NUMBER if name in _DECIMALS else None
        if kind is not None:
            values = [None if value is None else round(Decimal(str(value)), kind.scale) for value in values]
        elif all(value is None for value in values):
            kind = pa.string()
        columns[name] = pa.array(values, kind)
    return pa.table(columns)


def warehouse(changed: dict[str, list[dict[str, Any]]] | None = None) -> tuple[duckdb.DuckDBPyConnection, list[Any]]:
    """A warehouse in memory with the published schema, and the list of its models."""
    connection = duckdb.connect()
    connection.execute("create schema published")
    models = []
    for name, (audience, order_by, rows) in tables().items():
        given = (changed or {}).get(name, rows)
        connection.register("rows_in", _arrow(given or rows).slice(0, len(given)))
        connection.execute(f"create table published.{name} as select * from rows_in")
        connection.unregister("rows_in")
        models.append((name, audience, order_by))
    return connection, models


def publish(root: Path, changed: dict[str, list[dict[str, Any]]] | None = None) -> Published:
    """Publish the fixture under a folder and open it."""
    connection, models = warehouse(changed)
    write_published(connection, models, root, META)
    return Published.open(root)
