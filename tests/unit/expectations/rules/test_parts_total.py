"""``parts_total``: sentences word for word."""

import pytest

from sources.contract.model import Column
from tests.unit.expectations.returns import ID, contract, judged, read, rule, sentences, table
from tests.unit.expectations.rules.catalogued import Case, says

COLUMNS = [
    Column(name, label, "integer", "", interval=True, unit="people")
    for name, label in (("women", "Women"), ("men", "Men"), ("people", "People"))
]
SHAPE = table(
    ID, *COLUMNS, rules=[rule("parts_total", "people", "women", "men", parts=["women", "men"], total="people")]
)


def row(women, men, people, number=1):
    return {"event_id": f"EV-{number}", "women": women, "men": men, "people": people}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ((10, 12, 25), "“Women” 10 and “Men” 12 add up to 22, but “People” is 25: 3 too few"),
        ((20, 12, 25), "“Women” 20 and “Men” 12 add up to 32, but “People” is 25: 7 too many"),
        ((20, None, 25), "“Women” 20 and “Men” empty add up to 20, but “People” is 25: 5 too few"),
        (((0, 4), 12, 25), "“Women” 0 to 4 and “Men” 12 add up to 12 to 16, but “People” is 25: at least 9 too few"),
    ],
)
def test_parts_that_do_not_add_up(values, said):
    assert sentences(contract(SHAPE), read(SHAPE, [row(*values)])) == [
        f"Sheet Events, D5: {said}. Correct the parts or the total."
    ]


@pytest.mark.parametrize("values", [(10, 15, 25), (None, None, 25), (10, 5, None), ((0, 4), 21, 25), (0, 0, 0)])
def test_parts_that_add_up_can_add_up_or_are_not_there(values):
    assert judged(contract(SHAPE), read(SHAPE, [row(*values)])).state == "accepted"


def test_many_rows_become_one_line():
    rows = [row(n, 1, 90, n) for n in range(8)]
    assert sentences(contract(SHAPE), read(SHAPE, rows)) == [
        "Sheet Events, D5:D12: the parts do not add up to “People” in 8 rows. For example D5: “Women” 0 and “Men” 1 "
        "add up to 1, but “People” is 90: 89 too few. Correct the parts or the total."
    ]


# The catalogue's example.
test_catalogued = says(
    "parts_total",
    Case(
        lambda: judged(contract(SHAPE), read(SHAPE, [row(10, 12, 25)])).problems,
        (
            "Sheet Events, D5: “Women” 10 and “Men” 12 add up to 22, but “People” is 25: 3 too few. Correct the parts or the total.",
        ),
    ),
)
