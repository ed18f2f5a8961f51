"""``at_most``: sentences word for word."""

import pytest

from sources.contract.model import Column
from tests.unit.expectations.returns import ID, contract, judged, read, rule, sentences, table
from tests.unit.expectations.rules.catalogued import Case, says

ASKED = Column("asked", "Patients asked", "integer", "", interval=True, unit="people")
NAMED = Column("named", "Patients naming it", "integer", "", interval=True, unit="people")
SAYS = "{column} patients named the barrier but only {other} were asked"


def shape(**params):
    return table(ID, ASKED, NAMED, rules=[rule("at_most", "named", "asked", column="named", other="asked", **params)])


def row(number, named, asked):
    return {"event_id": f"EV-{number}", "named": named, "asked": asked}


def test_more_than_the_other_is_told_with_both_numbers():
    terms = shape()
    assert sentences(contract(terms), read(terms, [row(1, 40, 31), row(2, 31, 31)])) == [
        "Sheet Events, C5: “Patients naming it” is 40, more than “Patients asked” with 31. Correct one of the two."
    ]


def test_a_contract_can_word_it():
    terms = shape(says=SAYS)
    assert sentences(contract(terms), read(terms, [row(1, 40, 31)])) == [
        "Sheet Events, C5: 40 patients named the barrier but only 31 were asked. Correct one of the two."
    ]


def test_same_numbers_are_one_cause():
    terms = shape(says=SAYS)
    [problem] = judged(contract(terms), read(terms, [row(n, 40, 31) for n in range(3)])).problems
    assert problem.sentence.startswith("Sheet Events, C5:C7: 40 patients")
    assert (problem.count, problem.rows, problem.cells) == (3, (5, 6, 7), ("C5", "C6", "C7"))
    assert (problem.found, problem.expected) == ("40", "at most 31")


def test_many_different_ones_become_one_line():
    terms = shape()
    assert sentences(contract(terms), read(terms, [row(n, 40 + n, 31) for n in range(30)])) == [
        "Sheet Events, C5:C34: “Patients naming it” is more than “Patients asked” in 30 rows. For example C5: "
        "“Patients naming it” is 40, more than “Patients asked” with 31. Correct one of the two."
    ]


@pytest.mark.parametrize(
    ("named", "asked", "fine"),
    [
        ((0, 4), (0, 4), True),
        (4, (0, 4), True),
        (5, (0, 4), False),
        ((0, 4), 0, True),
        (None, 3, True),
        (3, None, True),
        (0, 0, True),
    ],
)
def test_bounds_are_read_in_the_partners_favour_and_blank_is_not_zero(named, asked, fine):
    terms = shape()
    assert judged(contract(terms), read(terms, [row(1, named, asked)])).state == ("accepted" if fine else "returned")


# The catalogue's example.
test_catalogued = says(
    "at_most",
    Case(
        lambda: judged(contract(shape()), read(shape(), [row(1, 40, 31)])).problems,
        ("Sheet Events, C5: “Patients naming it” is 40, more than “Patients asked” with 31. Correct one of the two.",),
    ),
)
