"""``in_period``: sentences word for word."""

from datetime import date

import pytest

from sources.contract.model import Column
from tests.unit.expectations.returns import ID, contract, judged, read, rule, sentences, table
from tests.unit.expectations.rules.catalogued import Case, says

SHAPE = table(ID, Column("held_on", "Held on", "date", ""), rules=[rule("in_period", "held_on", column="held_on")])


def on(*days):
    return read(SHAPE, [{"event_id": f"EV-{n}", "held_on": day} for n, day in enumerate(days)])


def test_a_date_outside_the_quarter_is_told_with_the_quarter():
    assert sentences(contract(SHAPE), on(date(2026, 4, 3), date(2026, 8, 1), date(2026, 4, 3))) == [
        "Sheet Events, B5, B7: “Held on” 3 April 2026 is not in 2026-Q3 (1 July 2026 to 30 September 2026). "
        "Correct the date, or report the row in its own quarter."
    ]


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (date(2026, 6, 30), "returned"),
        (date(2026, 7, 1), "accepted"),
        (date(2026, 9, 30), "accepted"),
        (date(2026, 10, 1), "returned"),
        (None, "accepted"),
    ],
)
def test_both_ends_belong_to_the_quarter(day, state):
    assert judged(contract(SHAPE), on(day)).state == state


# The catalogue's example.
test_catalogued = says(
    "in_period",
    Case(
        lambda: judged(contract(SHAPE), on(date(2026, 4, 3))).problems,
        (
            "Sheet Events, B5: “Held on” 3 April 2026 is not in 2026-Q3 (1 July 2026 to 30 September 2026). Correct the date, or report the row in its own quarter.",
        ),
    ),
)
