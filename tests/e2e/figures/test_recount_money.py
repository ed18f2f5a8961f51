"""Money again, from accepted rows: the euro of each entry, its splits, the goal, grants and costs."""

from __future__ import annotations

from fractions import Fraction

from tests.e2e.recount import name, rounded
from tests.e2e.recount_values import MONEY, differences, ledger, planned, progress, sums


def test_every_entry_is_in_euro_at_the_rate_of_its_day(published, recount):
    shown = {
        (row["submission_id"], row["source_sheet"], row["source_row"], row["entry_type"]): row["entry_eur"]
        for row in published["pub_leads__investment_entries"]
    }
    assert differences(shown, {row["place"]: row["eur"] for row in ledger(recount)}) == {}
    assert any(amount < 0 for amount in shown.values()), "a reversed payment is among them"


def test_money_splits_as_the_ledger_does(published, recount):
    lines = ledger(recount)
    whole = sums(lines, ("year", "pillar_code", "program_code", "country_code", "entry_kind", "counts_to_goal"), MONEY)
    keys = ("year", "pillar_code", "program_code", "country_code", "kind", "counts_to_goal")
    assert differences(sums(published["pub_leads__investment"], keys, MONEY), whole) == {}
    counting = [{**line, "year": str(line["year"])} for line in lines if line["counts_to_goal"]]
    columns = {"year": "year", "pillar": "pillar_code", "program": "program_code", "country": "country_code"}
    expected = {}
    for dimension, column in {**columns, "kind": "entry_kind"}.items():
        planned = {line[column] for line in counting if line["entry_type"] == "budget"}
        for (code,), (budget, *done) in sums(counting, (column,), MONEY).items():
            # Blank, not zero: no budget by this dimension, and no payment where only the budget does not say.
            done = [None, None] if code == "not_split" else done
            expected[dimension, code] = [budget if code in planned else None, *done]
    shown = {
        (row["dimension"], row["member_code"]): [row[column] for column in MONEY]
        for row in published["pub_leadership__investment_by"]
    }
    assert differences(shown, expected) == {}


def test_a_country_is_held_against_its_budget_where_the_budget_names_countries(published, recount):
    counting = [line for line in ledger(recount) if line["counts_to_goal"]]
    budgets = [line for line in counting if line["entry_type"] == "budget" and line["country_code"] != "not_split"]
    keys = ("year", "program_code", "pillar_code")
    split = {tuple(line[key] for key in keys) for line in budgets}
    compared = sums([line for line in counting if tuple(line[key] for key in keys) in split], ("country_code",), MONEY)
    shown = {
        row["member_code"]: row["difference_eur"]
        for row in published["pub_leadership__investment_by"]
        if row["dimension"] == "country" and row["budget_eur"] is not None and row["member_code"] != "not_split"
    }
    assert len(shown) == 5
    assert shown == {
        line["country_code"]: compared[line["country_code"],][2] - compared[line["country_code"],][0]
        for line in budgets
    }


def test_the_goal_is_what_was_paid_of_fifty_million(published, recount):
    (goal,) = published["pub_leadership__goal"]
    (total,) = sums([line for line in ledger(recount) if line["counts_to_goal"]], (), MONEY).values()
    budget, committed, paid = (Fraction(amount) for amount in total)
    quarters = recount.last - 2023 * 4 + 1
    expected = {
        "goal_eur": 50_000_000, "budget_eur": budget, "committed_eur": committed, "paid_eur": paid,
        "share_paid_pct": paid / 500_000, "share_committed_pct": committed / 500_000,
        "elapsed_pct": Fraction(100 * quarters, 32), "required_eur_per_year": (50_000_000 - paid) * 4 / (32 - quarters),
        "observed_eur_per_year": paid * 4 / quarters,
    }  # fmt: skip
    assert differences({key: goal[key] for key in expected}, {k: rounded(v) for k, v in expected.items()}) == {}
    (sheet,) = (row for row in recount.sheet("indicators.csv") if row["indicator_code"] == "eur_paid_to_goal")
    plan = planned(recount, sheet, recount.last)
    assert goal["planned_eur"] == rounded(plan)
    assert goal["progress_status"] == progress(sheet, paid, Fraction(50_000_000), plan)


def test_money_stands_beside_outcomes_and_cofunding(published, recount):
    payments = [line for line in ledger(recount) if line["entry_type"] == "payment"]
    paid = sums(payments, ("program_code",), ("paid_eur",))
    for row in published["pub_leads__cost_per_outcome"]:
        (total,) = paid.get((row["program_code"],), [None])
        assert row["paid_eur"] == total
        if row["cost_low_eur"] is not None:
            assert row["coverage_met"] == row["coverage_due"] > 0
            low, high = (Fraction(total) / Fraction(row[bound]) for bound in ("value_high", "value_low"))
            assert (row["cost_low_eur"], row["cost_high_eur"]) == (rounded(low), rounded(high))
        else:
            assert row["footnote"].startswith("Refused: ")
    counting = sums([line for line in payments if line["counts_to_goal"]], ("program_code",), ("paid_eur",))
    given = {}
    for _, _, _, rows in recount.returns("finance", "cofunding"):
        for row in rows:
            euro = recount.rates.euro(row["cofunding_amount"], row["cofunding_currency"], row["cofunding_date"])
            given[row["program_code"]] = given.get(row["program_code"], 0) + euro
    for row in published["pub_leads__leverage"]:
        if row["program_code"] != "total":
            (total,) = counting.get((row["program_code"],), [0])
            assert (row["paid_eur"], row["cofunding_eur"]) == (total, given.get(row["program_code"], 0))
            assert row["leverage"] == (rounded(Fraction(row["cofunding_eur"]) / Fraction(total), 4) if total else None)


def test_grants_reported_meet_payments_by_program_and_quarter(published, recount, values):
    paid = sums(
        [line for line in ledger(recount) if line["entry_type"] == "payment"], ("program_code", "quarter"), MONEY
    )
    granting = {
        row["program"]: row["indicator_code"]
        for row in recount.sheet("indicators.csv")
        if (row["level"], row["unit"], row["kind"]) == ("input", "EUR", "flow") and row["program"] != "finance"
    }
    assert granting.keys() >= {"heal", "nextgen_scholarships"}
    expected = {}
    for program, code in granting.items():
        for quarter in range(8093, recount.last + 1):
            value, line = values.get((code, name(quarter), "quarter")), paid.get((program, quarter))
            reported, payment = value and value.low, line and Fraction(line[2])
            gap = None if reported is None or payment is None else reported - payment
            if not reported and not payment:
                status = "agrees"
            elif gap is None:
                status = "only_paid" if reported is None else "only_reported"
            else:
                agrees = abs(gap) <= Fraction(2, 100) * max(abs(reported), abs(payment))
                status = "agrees" if agrees else "more_reported" if gap > 0 else "more_paid"
            if reported is not None or payment is not None:
                expected[program, name(quarter)] = (rounded(reported), rounded(payment), rounded(gap), status)
    columns = ("reported_eur", "paid_eur", "difference_eur", "reconciliation_status")
    shown = {
        (row["program_code"], row["period"]): tuple(row[column] for column in columns)
        for row in published["pub_leads__grants_reconciled"]
    }
    assert differences(shown, expected) == {}
    assert {status for *_, status in shown.values()} >= {"agrees", "more_paid"}, "one grant the program did not report"
