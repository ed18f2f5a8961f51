"""Published money of the invented coalition."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.unit.exports.invented.coalition import AS_OF, PERIODS, PROGRAMS


def euros(millions: float) -> Decimal:
    return Decimal(str(millions)) * 1_000_000


def goal_rows() -> list[dict[str, Any]]:
    """``pub_leadership__goal``."""
    return [
        {
            "goal_code": "investment",
            "goal_name": "Invest €50m to help close the trust gap by 2030",
            "start_year": 2023,
            "by_year": 2030,
            "goal_eur": euros(50),
            "budget_eur": euros(30.5),
            "committed_eur": euros(28),
            "paid_eur": euros(24.6),
            "share_paid_pct": Decimal("49.2"),
            "share_committed_pct": Decimal("56.0"),
            "elapsed_pct": Decimal("48.3"),
            "required_eur_per_year": Decimal("6140000.00"),
            "observed_eur_per_year": Decimal("6360000.00"),
            "forecast_2030_eur": euros(50.9),
            "forecast_2030_low_eur": euros(45.2),
            "forecast_2030_high_eur": euros(56.6),
            "progress_status": "on_track",
            "basis": "published",
            "as_of_date": AS_OF,
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
            "budget_eur": None if budget is None else euros(budget),
            "committed_eur": None if committed is None else euros(committed),
            "paid_eur": None if paid is None else euros(paid),
            # Of the country only 18.5 was paid where the budget names countries.
            "difference_eur": None if None in (budget, paid) else euros((18.5 if code == "US" else paid) - budget),
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
            "budget_eur": None if budget is None else euros(budget),
            "committed_eur": None if committed is None else euros(committed),
            "paid_eur": None if paid is None else euros(paid),
            "is_synthetic": True,
        }
        for (program, dimension, code), (budget, committed, paid) in figures.items()
    ]


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
        "paid_eur": euros(24.6),
        "cofunding_eur": euros(4.92),
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
