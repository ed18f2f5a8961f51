"""``requires``: sentences word for word."""

import pytest

from sources.contract.model import Code, CodeList, Column
from tests.unit.expectations.returns import ID, contract, heal, heal_rows, judged, read, rule, sentences, table
from tests.unit.expectations.rules.catalogued import Case, says


def test_a_grant_needs_its_currency():
    terms = heal()
    shape = terms.table("interventions")
    rows = heal_rows(2)
    rows[0]["grant_currency"] = None
    [_, problem] = judged(terms, read(shape, rows, sheet="Interventions", first_row=14)).problems
    assert problem.sentence == (
        "Sheet Interventions, I14: a grant needs its currency. Type three letters, for example USD."
    )
    assert problem.rule == "heal.interventions.grant_amount.grant_needs_currency"
    assert problem.cells == ("I14",)


@pytest.mark.parametrize(
    ("needs", "fix"),
    [
        (Column("other", "Other", "text", ""), "Fill it in."),
        (Column("other", "Other", "date", ""), "Type a date, for example 2026-09-30."),
        (Column("other", "Other", "integer", "", examples=("12",)), "Type a number, for example 12."),
        (Column("other", "Other", "boolean", ""), "Type Yes or No."),
        (
            Column("other", "Other", "code", "", codes=CodeList("x", (Code("a", "Apple"),)), examples=("Apple",)),
            "Choose from the list, for example Apple.",
        ),
    ],
)
def test_the_fix_says_what_to_type(needs, fix):
    people = Column("people", "People", "integer", "", interval=True)
    shape = table(
        ID,
        people,
        needs,
        rules=[rule("requires", "people", "other", column="people", needs="other", description="People need it.")],
    )
    rows = [{"event_id": "a", "people": (0, 4)}, {"event_id": "b", "people": None}, {"event_id": "c", "people": 0}]
    assert sentences(contract(shape), read(shape, rows)) == [f"Sheet Events, C5, C7: people need it. {fix}"]


def test_a_sheet_without_the_column_is_told_at_the_filled_cell():
    [problem] = judged(contract(NEEDS), read(NEEDS, [{"event_id": "a", "people": 3}], without=("other",))).problems
    assert problem.sentence == "Sheet Events, B5: people need it. Fill in “Other”."
    assert (problem.cells, problem.column) == (("B5",), "people")


def test_what_a_figure_needs_weighs_as_much_as_the_figure():
    rows = [{"event_id": None}, {"event_id": "a", "people": 3}]
    problems = judged(contract(NEEDS), read(NEEDS, rows)).problems
    assert [problem.column for problem in problems] == ["other", "event_id"]


# The catalogue's example.
NEEDS = table(
    ID,
    Column("people", "People", "integer", ""),
    Column("other", "Other", "text", ""),
    rules=[rule("requires", "people", "other", column="people", needs="other", description="People need it.")],
)
test_catalogued = says(
    "requires",
    Case(
        lambda: judged(contract(NEEDS), read(NEEDS, [{"event_id": "a", "people": 3}])).problems,
        ("Sheet Events, C5: people need it. Fill it in.",),
    ),
)
