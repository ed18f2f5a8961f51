"""``not_falling``: sentences word for word."""

import pytest

from sources.contract.model import Column
from tests.unit.expectations.returns import ID, Past, contract, judged, read, rows, rule, sentences, table
from tests.unit.expectations.rules.catalogued import Case, says

TOTAL = Column("members", "Members so far", "integer", "", interval=True, unit="people")
SHAPE = table(ID, TOTAL, rules=[rule("not_falling", "members", column="members")])


def past(number):
    return Past({"events": rows(SHAPE, [{"event_id": "EV-1", "members": number}]).assign(_period="2026-Q2")})


def now(number):
    return read(SHAPE, [{"event_id": "EV-1", "members": number}])


def test_a_running_total_does_not_fall():
    assert sentences(contract(SHAPE), now(80), past=past(100)) == [
        "Sheet Events, B5: “Members so far” of EV-1 is 80, below last quarter's 100; a running total does not fall. "
        "Correct it, or tell your program lead why it fell."
    ]


@pytest.mark.parametrize(
    ("value", "before"), [(100, 100), (120, 100), (None, 100), (3, None), ((0, 4), 3), (3, (0, 4))]
)
def test_the_same_more_or_possibly_so_is_fine(value, before):
    assert judged(contract(SHAPE), now(value), past=past(before)).state == "accepted"


def test_without_a_past_nothing_is_said():
    assert judged(contract(SHAPE), now(1)).state == "accepted"


# The catalogue's example.
test_catalogued = says(
    "not_falling",
    Case(
        lambda: judged(contract(SHAPE), now(80), past=past(100)).problems,
        (
            "Sheet Events, B5: “Members so far” of EV-1 is 80, below last quarter's 100; a running total does not fall. Correct it, or tell your program lead why it fell.",
        ),
    ),
)
