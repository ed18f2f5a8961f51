"""``jump``: sentences word for word."""

import pytest

from sources.contract.model import Column
from tests.unit.expectations.returns import ID, Past, contract, judged, read, rows, rule, sentences, table
from tests.unit.expectations.rules.catalogued import Case, says

PEOPLE = Column("people", "People reached", "integer", "", interval=True, unit="people")


def shape(severity="warning", **params):
    terms = rule("jump", "people", severity=severity, column="people", factor=10, floor=20, **params)
    return table(ID, PEOPLE, rules=[terms])


def past(terms, *numbers, period="2026-Q2"):
    values = [{"event_id": f"EV-{n}", "people": number} for n, number in enumerate(numbers, start=1)]
    return Past({"events": rows(terms, values).assign(_period=period)})


def now(*numbers):
    return [{"event_id": f"EV-{n}", "people": number} for n, number in enumerate(numbers, start=1)]


def test_twelve_times_last_quarter_is_to_be_confirmed():
    terms = shape()
    verdict = judged(contract(terms), read(terms, now(1200, 100)), past=past(terms, 100, 100))
    assert verdict.state == "accepted_with_warnings"
    assert [problem.sentence for problem in verdict.problems] == [
        "Sheet Events, B5: “People reached” of EV-1 is 1,200, 12 times last quarter's 100. Confirm it if it is right."
    ]


@pytest.mark.parametrize(
    ("value", "before", "said"),
    [
        (8, 100, "is 8, down from last quarter's 100"),
        (0, 100, "is 0, down from last quarter's 100"),
        (25, 0, "is 25, after last quarter's 0"),
        (1250, 99, "is 1,250, 13 times last quarter's 99"),
        ((0, 4), 50, "is 0 to 4, down from last quarter's 50"),
        (60, (0, 4), "is 60, 15 times last quarter's 0 to 4"),
    ],
)
def test_every_direction_has_its_words(value, before, said):
    terms = shape()
    found = sentences(contract(terms), read(terms, now(value)), past=past(terms, before))
    assert found == [f"Sheet Events, B5: “People reached” of EV-1 {said}. Confirm it if it is right."]


@pytest.mark.parametrize(
    ("value", "before"), [(19, 1), (999, 100), (11, 100), (None, 100), (100, None), (0, 0), ((0, 4), 20), (30, (0, 4))]
)
def test_small_missing_or_possible_values_do_not_jump(value, before):
    terms = shape()
    assert judged(contract(terms), read(terms, now(value)), past=past(terms, before)).state == "accepted"


def test_nothing_is_said_of_new_rows_or_without_a_past():
    terms = shape()
    assert judged(contract(terms), read(terms, now(5, 5000)), past=past(terms, 5)).state == "accepted"
    assert judged(contract(terms), read(terms, now(5, 5000))).state == "accepted"


def test_an_older_quarter_is_named():
    terms = shape()
    assert sentences(contract(terms), read(terms, now(1200)), past=past(terms, 100, period="2025-Q4")) == [
        "Sheet Events, B5: “People reached” of EV-1 is 1,200, 12 times 2025-Q4's 100. Confirm it if it is right."
    ]


def test_sums_are_told_for_the_column_and_blame_no_row():
    terms = shape(over="table")
    [problem] = judged(contract(terms), read(terms, now(600, None, 600)), past=past(terms, 50, 50)).problems
    assert problem.sentence == (
        "Sheet Events, column B: the sum of “People reached” is 1,200, 12 times last quarter's 100. "
        "Confirm it if it is right."
    )
    assert problem.rows == ()


def test_as_an_error_it_is_to_be_corrected():
    terms = shape("error")
    verdict = judged(contract(terms), read(terms, now(1200)), past=past(terms, 100))
    assert verdict.state == "returned"
    assert verdict.problems[0].fix == "Correct it."


# The catalogue's example.
test_catalogued = says(
    "jump",
    Case(
        lambda: judged(contract(shape()), read(shape(), now(1200)), past=past(shape(), 100)).problems,
        (
            "Sheet Events, B5: “People reached” of EV-1 is 1,200, 12 times last quarter's 100. Confirm it if it is right.",
        ),
    ),
)
