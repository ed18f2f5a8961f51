"""``stands_alone``: sentences word for word."""

from dataclasses import replace

import pytest

from sources.contract.model import Code, CodeList, Column
from tests.unit.expectations.returns import ID, contract, judged, read, rule, sentences, table
from tests.unit.expectations.rules.catalogued import Case, says

LIST = CodeList(
    "groups",
    (
        Code("disabled", "Disabled"),
        Code("lgbtq", "LGBTQ+"),
        Code("none", "None of these"),
        Code("refused", "Prefers not to say"),
    ),
)
GROUPS = Column("groups", "Characteristics", "code", "", codes=LIST, multiple=True)
SHAPE = table(
    ID, GROUPS, rules=[rule("stands_alone", "groups", column="groups", codes=["none", "refused"], description="")]
)


def said(*cells, shape=SHAPE):
    rows = [{"event_id": f"E-{n}", "groups": cell} for n, cell in enumerate(cells)]
    return sentences(contract(shape), read(shape, rows))


def test_a_code_that_stands_alone_beside_others_is_told_with_them():
    assert said("disabled;none", "lgbtq", "disabled;none", "disabled;lgbtq;refused") == [
        "Sheet Events, B5, B7: “Characteristics” holds “None of these” beside “Disabled”. Keep the one that is right.",
        "Sheet Events, B8: “Characteristics” holds “Prefers not to say” beside “Disabled” and “LGBTQ+”. "
        "Keep the one that is right.",
    ]


def test_two_that_stand_alone_exclude_each_other():
    assert said("none;refused") == [
        "Sheet Events, B5: “Characteristics” holds “None of these” and “Prefers not to say”. Keep the one that is right."
    ]


def test_of_a_personal_column_the_other_codes_are_not_repeated():
    shape = table(ID, replace(GROUPS, personal="sensitive"), rules=SHAPE.rules)
    assert said("disabled;none", "lgbtq;none", "disabled;refused", shape=shape) == [
        "Sheet Events, B5:B6: “Characteristics” holds “None of these” beside something else. Keep the one that is right.",
        "Sheet Events, B7: “Characteristics” holds “Prefers not to say” beside something else. Keep the one that is right.",
    ]
    rows = [{"event_id": "E-1", "groups": "disabled;none"}]
    assert judged(contract(shape), read(shape, rows)).problems[0].found is None


@pytest.mark.parametrize("cell", ["none", "refused", "disabled", "disabled;lgbtq", None])
def test_one_code_several_others_or_nothing_is_fine(cell):
    rows = [{"event_id": "E-1", "groups": cell}]
    assert judged(contract(SHAPE), read(SHAPE, rows)).state == "accepted"


# The catalogue's example.
test_catalogued = says(
    "stands_alone",
    Case(
        lambda: judged(contract(SHAPE), read(SHAPE, [{"event_id": "E-1", "groups": "disabled;none"}])).problems,
        ("Sheet Events, B5: “Characteristics” holds “None of these” beside “Disabled”. Keep the one that is right.",),
    ),
)
