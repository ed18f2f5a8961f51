"""The demo from the first command to the number."""

import json
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree as ET

from expectations.obligations import matrix
from exports.review import review_queue
from sources.contract.load import programs
from tests.e2e.installation import AS_OF, impact, opened, published, table


def test_the_demo_ends_with_the_kpi_table_and_says_where_things_are(demo):
    data, text = demo
    assert "Synthetic sample: every figure above is invented" in text
    for word in ("heal", "People reached", "Paid towards the €50m", "For program leads", "For leadership"):
        assert word.lower() in text.lower()
    assert list((data / "exports").rglob("restricted/kpi/heal.xlsx"))
    assert list((data / "exports").rglob("release/annual/2026.xlsx"))
    assert list((data / "exports").rglob("release/annual/2026.html"))
    assert list((data / "exports").rglob("release/annual/2026.pdf"))


def test_kpi_json_is_a_list_of_rows_a_script_can_use(demo):
    data, _ = demo
    rows = json.loads(impact(data, "kpi", "--json"))
    assert {row["program"] for row in rows} == set(programs())
    for row in rows:
        assert {"indicator", "value", "unit", "coverage", "data_status", "target", "attainment"} <= row.keys()
        assert row["is_synthetic"] is True
    reach = next(row for row in rows if row["indicator"] == "heal_people_reached")
    assert reach["value"] is None
    assert reach["value_low"] < reach["value_high"]


def test_the_goal_is_fifty_million_and_only_what_counts_is_paid_towards_it(demo):
    data, _ = demo
    goal = table(data, "pub_leadership__goal").iloc[0]
    entries = table(data, "pub_leads__investment_entries")
    counted = entries[(entries["entry_type"] == "payment") & entries["counts_to_goal"]]
    assert goal["goal_eur"] == 50_000_000
    assert goal["paid_eur"] == counted["entry_eur"].sum()
    assert len(counted) < len(entries[entries["entry_type"] == "payment"])


def test_a_second_demo_hands_nothing_in_twice(demo):
    data, _ = demo
    before = published(data)
    impact(data, "demo")
    assert published(data) == before


def test_status_says_who_is_missing_and_what_comes_next(demo):
    data, _ = demo
    rows = json.loads(impact(data, "status", "--as-of", AS_OF, "--period", "2026-Q3", "--json"))
    assert {row["state"] for row in rows} <= {"reported", "missing", "confirmed_zero", "excused", "due"}
    assert all(row["next_step"] for row in rows if row["state"] == "reported" and not row["approved"])


def test_the_iati_file_is_valid_and_its_money_is_that_of_the_ledger(demo):
    from exports.standards.iati_check import check_activities
    from sources.contract.load import ROOT

    data, _ = demo
    file = data / "exports" / (data / "exports" / "current").read_text().strip() / "release" / "iati" / "activities.xml"
    standards = ROOT.parent / "shared" / "standards" / "iati"
    assert check_activities(file.read_bytes(), standards if standards.is_dir() else None) == []
    goal = table(data, "pub_leadership__goal").iloc[0]
    sums = dict.fromkeys(("2", "3", "budget"), Decimal(0))
    for activity in ET.parse(file).iter("iati-activity"):  # noqa: S314 - made by ourselves
        for transaction in activity.iter("transaction"):
            sums[transaction.find("transaction-type").get("code")] += Decimal(transaction.findtext("value"))
        for budget in activity.iter("budget"):
            sums["budget"] += Decimal(budget.findtext("value"))
    assert sums == {"2": goal["committed_eur"], "3": goal["paid_eur"], "budget": goal["budget_eur"]}


def test_a_quarter_that_the_lead_excused_says_why(demo):
    data, _ = demo
    excused = table(data, "pub_leads__obligations").query("obligation_state == 'excused'")
    assert list(excused["footnote"]) == ["Excused: The partner was still being set up. (agreed by demo.lead)"]


def test_two_partners_with_the_same_people_are_the_leads_to_know(demo):
    data, _ = demo
    rows = table(data, "pub_leads__double_counts")
    assert set(rows["program_code"]) == {"nextgen_scholarships"}
    published, settings, state, contracts = opened(data)
    queue = review_queue(settings, state, contracts, published=published)
    assert [item.kind for item in queue if item.kind == "double_count"] == ["double_count"]


def test_who_owes_what_is_the_same_from_the_log_and_from_the_warehouse(demo):
    published, _, state, contracts = opened(demo[0])
    from_log = {
        (row.program, row.partner, row.period): (row.state, row.due_date, row.received_on, row.late)
        for row in matrix(contracts, state, date.fromisoformat(AS_OF))
    }
    built = {
        (row["program_code"], row["partner_code"], row["period"]): (
            row["obligation_state"], row["due_date"], row["received_on"], row["is_late"]
        )
        for row in published.arrow("pub_leads__obligations").to_pylist()
    }  # fmt: skip
    assert len(built) > 200
    assert from_log == built
