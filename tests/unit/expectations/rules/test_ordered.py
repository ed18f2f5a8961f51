"""``ordered``: sentences word for word."""

from datetime import date

import pytest

from sources.contract.model import Column
from tests.unit.expectations.returns import ID, contract, judged, read, rule, sentences, table
from tests.unit.expectations.rules.catalogued import Case, says

SHAPE = table(
    ID,
    Column("started_on", "Start", "date", ""),
    Column("ended_on", "End", "date", ""),
    rules=[rule("ordered", "started_on", "ended_on", first="started_on", then="ended_on")],
)


def row(start, end):
    return {"event_id": "EV-1", "started_on": start, "ended_on": end}


def test_a_start_after_the_end():
    assert sentences(contract(SHAPE), read(SHAPE, [row(date(2026, 5, 5), date(2026, 5, 3))])) == [
        "Sheet Events, B5: “Start” 5 May 2026 is after “End” 3 May 2026. Correct one of the two."
    ]


@pytest.mark.parametrize(
    ("start", "end"),
    [(date(2026, 5, 5), date(2026, 5, 5)), (None, date(2026, 5, 5)), (date(2026, 5, 5), None), (None, None)],
)
def test_the_same_day_or_a_blank_is_fine(start, end):
    assert judged(contract(SHAPE), read(SHAPE, [row(start, end)])).state == "accepted"


# The catalogue's example.
test_catalogued = says(
    "ordered",
    Case(
        lambda: judged(contract(SHAPE), read(SHAPE, [row(date(2026, 5, 5), date(2026, 5, 3))])).problems,
        ("Sheet Events, B5: “Start” 5 May 2026 is after “End” 3 May 2026. Correct one of the two.",),
    ),
)
