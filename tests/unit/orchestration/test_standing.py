"""Who has reported and who is late, from the log alone."""

import io
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest
from rich.console import Console

from orchestration.standing import standing, standing_table
from sources.contract.load import load_all

CONTRACTS = load_all()
PLACE = ("sample_heal", "heal", "2026-Q3")


def submission(**changes):
    partner, program, period = PLACE
    values = {
        "id": "S000001-aaaa",
        "seq": 1,
        "partner": partner,
        "program": program,
        "period": period,
        "state": "accepted",
        "approved_by": None,
        "confirmed_by": None,
        "received_on": date(2026, 10, 20),
        "loaded": True,
    }
    return SimpleNamespace(**{**values, **changes})


def state(*submissions, counting=True, nil=(), waivers=()):
    counted = {(*PLACE, "interventions"): submissions[-1].id} if submissions and counting else {}
    return SimpleNamespace(
        submissions={item.id: item for item in submissions},
        counting=lambda: counted,
        nil={place: SimpleNamespace(declared_on=date(2026, 10, 20)) for place in nil},
        waivers=list(waivers),
    )


def row(given, as_of):
    rows = standing(CONTRACTS, given, as_of, program="heal", period="2026-Q3")
    return next(item for item in rows if item.partner == "sample_heal")


@pytest.mark.parametrize(
    ("as_of", "expected", "late"),
    [
        (date(2026, 9, 30), "not_due", False),
        (date(2026, 10, 1), "due", False),
        (date(2026, 10, 30), "due", False),
        (date(2026, 10, 31), "missing", True),
    ],
)
def test_what_is_not_sent_is_not_due_then_due_then_missing(as_of, expected, late):
    found = row(state(), as_of)
    assert (found.state, found.late, found.due_date) == (expected, late, date(2026, 10, 30))


def test_a_return_that_counts_is_reported_and_the_lead_is_next():
    found = row(state(submission()), date(2026, 11, 15))
    assert (found.state, found.late, found.next_step) == ("reported", False, "lead: approve")


@pytest.mark.parametrize(
    ("changes", "counting", "expected", "step"),
    [
        ({"received_on": date(2026, 11, 2)}, True, "reported", "lead: approve"),
        ({"approved_by": "lead"}, True, "reported", ""),
        ({"state": "accepted_with_warnings"}, True, "reported", "partner: confirm the warnings"),
        ({"state": "partially_accepted"}, True, "reported", "partner: confirm the rows left out"),
        ({"state": "accepted_with_warnings", "confirmed_by": "p"}, True, "reported", "lead: approve"),
        ({"state": "returned"}, False, "missing", "partner: correct and hand in again"),
        ({"state": "needs_answer"}, False, "missing", "partner: answer the question"),
        ({"state": "refused"}, False, "missing", "partner: hand in"),
    ],
)
def test_who_is_next(changes, counting, expected, step):
    found = row(state(submission(**changes), counting=counting), date(2026, 11, 15))
    assert (found.state, found.next_step) == (expected, step)


def test_late_is_said_of_a_return_that_came_after_its_day():
    assert row(state(submission(received_on=date(2026, 11, 2))), date(2026, 11, 15)).late


def test_nothing_to_report_and_excused_are_not_missing():
    waiver = SimpleNamespace(
        partner=PLACE[0], program=PLACE[1], period=PLACE[2], indicator=None, expires_on=date(2026, 11, 15)
    )
    nil = row(state(nil=[PLACE]), date(2026, 11, 15))
    assert (nil.state, nil.received_on, nil.late) == ("confirmed_zero", date(2026, 10, 20), False)
    assert row(state(waivers=[waiver]), date(2026, 11, 15)).state == "excused"


def test_a_waiver_that_has_expired_excuses_nobody():
    waiver = SimpleNamespace(
        partner=PLACE[0], program=PLACE[1], period=PLACE[2], indicator=None, expires_on=date(2026, 11, 14)
    )
    assert row(state(waivers=[waiver]), date(2026, 11, 15)).state == "missing"


def test_a_late_correction_does_not_make_a_punctual_partner_late():
    correction = submission(id="S000009-bbbb", seq=9, received_on=date(2026, 11, 12))
    found = row(state(submission(), correction), date(2026, 11, 15))
    assert (found.submission_id, found.late, found.received_on) == ("S000009-bbbb", False, date(2026, 10, 20))


def polls(**changes):
    plain = CONTRACTS["trust_survey"]
    return {"trust_survey": replace(plain, **changes)}


@pytest.mark.parametrize(
    ("changes", "period", "as_of", "shown"),
    [
        ({}, None, date(2026, 11, 15), ["2025-Q3"]),
        ({}, None, date(2025, 9, 30), ["2024-Q2"]),
        ({}, "2025-Q3", date(2025, 9, 30), ["2025-Q3"]),
        ({}, "2026-Q3", date(2026, 11, 15), []),
        ({"period_kind": "year"}, None, date(2026, 11, 15), ["2025-Q4"]),
        ({"period_kind": "year"}, "2026-Q3", date(2026, 11, 15), []),
        ({"period_kind": "quarter"}, None, date(2026, 11, 15), ["2026-Q3"]),
    ],
)
def test_only_owed_quarters_stand_there_and_without_one_the_last_owed(changes, period, as_of, shown):
    rows = standing(polls(**changes), state(), as_of, period=period)
    assert [item.period for item in rows] == shown


def test_nothing_is_owed_by_a_partner_who_has_left():
    partner = replace(CONTRACTS["trust_survey"].partners[0], until="2025-Q4")
    assert standing(polls(partners=(partner,)), state(), date(2026, 11, 15)) == []


def test_a_partner_owes_nothing_before_its_first_quarter():
    rows = standing(CONTRACTS, state(), date(2026, 11, 15), program="heal", period="2023-Q2")
    assert [item.partner for item in rows] == ["sample_heal"]


def shown(rows, as_of):
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(standing_table(rows, as_of))
    return [line.rstrip() for line in console.export_text().splitlines()]


def test_the_table_names_every_partner_in_full_under_its_program():
    as_of = date(2026, 11, 15)
    correction = submission(state="partially_accepted", received_on=date(2026, 11, 2), approved_by="lead")
    rows = standing(CONTRACTS, state(correction), as_of)
    lines = shown(rows, as_of)
    assert lines[0] == "Last quarter owed, as of 2026-11-15"
    (at,) = [number for number, line in enumerate(lines) if line == "heal"]
    assert lines[at + 1].startswith("  sample_heal ")
    assert "2026-Q3  reported in part, approved  2026-11-02 late  S000001-aaaa" in lines[at + 1]
    assert "2026-Q3  missing" in lines[at + 2]
    assert "due 2026-10-30" in lines[at + 2]
    assert lines[at + 2].endswith("partner: hand in")
    assert all(any(row.partner in line for line in lines) for row in rows)
    missing = sum(row.state == "missing" for row in rows)
    assert lines[-1] == f"1 reported, {missing} missing"


def test_the_table_of_one_quarter_says_which_and_how_many_wait_for_the_lead():
    lines = shown([row(state(submission()), date(2026, 11, 15))], date(2026, 11, 15))
    assert lines[0] == "2026-Q3, as of 2026-11-15"
    assert lines[-1] == "1 reported; 1 for the lead to approve"
