"""Money: to the cent, and counted once; worked out by hand here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.integration.warehouse.asked import kpi, one


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


def test_grants_reported_are_reconciled_and_never_added(warehouse):
    row = one(warehouse, "pub_leads__grants_reconciled", period="2023-Q2")
    # USD 1,000.00 at 1.25 is € 800.00; the ledger paid € 816.32 to the program: exactly 2 % of it apart.
    assert (row["reported_eur"], row["paid_eur"]) == (Decimal("800.00"), Decimal("816.32"))
    assert (row["difference_eur"], row["reconciliation_status"]) == (Decimal("-16.32"), "agrees")
    other = one(warehouse, "pub_leads__grants_reconciled", period="2023-Q3")
    assert (other["reported_eur"], other["reconciliation_status"]) == (None, "only_paid")
