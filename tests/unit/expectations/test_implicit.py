"""Implicit rules: sentences word for word."""

import pytest

from sources.contract.model import Code, CodeList, Column
from tests.unit.expectations.returns import ID, contract, judged, read, sentences, table

STAGES = CodeList("x", tuple(Code(name.lower(), name) for name in ("Planned", "Running", "Completed", "Stopped")))
MANY = CodeList("many", tuple(Code(f"code_{n}", f"Choice {n}", (f"Option {n}",)) for n in range(60)))


def told(column, *values):
    shape = table(ID, column)
    return sentences(
        contract(shape), read(shape, [{"event_id": f"EV-{n}", column.name: value} for n, value in enumerate(values)])
    )


@pytest.mark.parametrize(
    ("column", "fix"),
    [
        (Column("c", "City", "text", "", required=True, examples=("Detroit",)), "Fill it in, for example Detroit."),
        (Column("c", "Stage", "code", "", required=True, codes=STAGES), "Choose from the list."),
        (Column("c", "People", "integer", "", required=True, interval=True), "Type a number."),
        (Column("c", "Held on", "date", "", required=True), "Type a date, for example 2026-09-30."),
        (Column("c", "Open", "boolean", "", required=True), "Type Yes or No."),
    ],
)
def test_required(column, fix):
    assert told(column, None, None) == [f"Sheet Events, B5:B6: “{column.label}” is empty. {fix}"]


def test_a_bound_fills_a_required_cell():
    assert told(Column("c", "People", "integer", "", required=True, interval=True), (0, 4)) == []


def test_in_list_suggests_the_closest():
    column = Column("c", "Stage", "code", "", codes=STAGES)
    assert told(column, "running", "Runing", "Runing", "gone") == [
        "Sheet Events, B6:B7: “Runing” is not in the list of “Stage”. Did you mean Running?",
        "Sheet Events, B8: “gone” is not in the list of “Stage”. Choose Planned, Running, Completed or Stopped.",
    ]


def test_in_list_of_a_long_list_and_of_several_values():
    column = Column("c", "Choice", "code", "", codes=MANY, multiple=True, examples=("Choice 1",))
    assert told(column, "code_1;code_2", "code_1;blue") == [
        "Sheet Events, B6: “blue” is not in the list of “Choice”. Choose one or more from the list, separated by a "
        "semicolon, for example Choice 1."
    ]


def test_many_wrong_values_become_one_line():
    column = Column("c", "Stage", "code", "", codes=STAGES)
    assert told(column, *(f"wrong{n}" for n in range(20))) == [
        "Sheet Events, B5:B24: “Stage” holds 20 values that are not in its list. For example B5: “wrong0” is not in "
        "the list of “Stage”. Choose Planned, Running, Completed or Stopped."
    ]


def test_range():
    column = Column("c", "People", "integer", "", minimum=0, maximum=2000)
    assert told(column, -3, 0, 2000, 5000) == [
        "Sheet Events, B5: “People” cannot be below 0, but here it is −3. Type a number from 0 to 2,000.",
        "Sheet Events, B8: “People” cannot be above 2,000, but here it is 5,000. Type a number from 0 to 2,000.",
    ]


def test_range_of_bounds_is_broken_only_if_nothing_in_them_can_be_right():
    column = Column("c", "People", "integer", "", minimum=3, maximum=6, interval=True)
    assert told(column, (0, 4), (5, 9)) == []
    assert told(column, (0, 2)) == [
        "Sheet Events, B5: “People” cannot be below 3, but here it is <3. Type a number from 3 to 6."
    ]


def test_pattern():
    column = Column("c", "Code", "text", "", pattern="^H-[0-9]+$", examples=("H-1",))
    assert told(column, "H-1", "h 1", None) == [
        "Sheet Events, B6: “h 1” is not how “Code” is written. Write it like H-1."
    ]


def test_max_length():
    assert told(Column("c", "City", "text", "", max_length=200), "x" * 1250, None) == [
        "Sheet Events, B5: “City” has 1,250 characters; at most 200 are allowed. Shorten the text."
    ]


def test_unique_key():
    shape = table(ID)
    rows = [{"event_id": name} for name in ("EV-1", "EV-2", "EV-1", "EV-2", "EV-2", "EV-3")]
    assert sentences(contract(shape), read(shape, rows)) == [
        "Sheet Events, rows 6 and 8 to 9: “Event ID” EV-2 appears 3 times. Give each event one row.",
        "Sheet Events, rows 5 and 7: “Event ID” EV-1 appears twice. Give each event one row.",
    ]


def test_unique_key_of_several_columns_compares_rows_that_leave_an_optional_part_empty():
    group = Column("group", "Group", "code", "", key=True, codes=STAGES)
    shape = table(ID, group)
    pairs = [("a", "running"), ("a", "planned"), ("a", "running"), ("a", None), ("b", None), ("b", None)]
    assert sentences(contract(shape), read(shape, [{"event_id": a, "group": b} for a, b in pairs])) == [
        "Sheet Events, rows 5 and 7: “Event ID” a with “Group” Running appears twice. Give each combination one row.",
        "Sheet Events, rows 9 and 10: “Event ID” b with “Group” empty appears twice. Give each combination one row.",
    ]


def test_unique_key_of_several_columns_ignores_rows_without_all_of_it():
    group = Column("group", "Group", "code", "", key=True, required=True, codes=STAGES)
    shape = table(ID, group)
    pairs = [("a", "running"), ("a", "planned"), ("a", "running"), ("a", None), ("a", None)]
    assert sentences(contract(shape), read(shape, [{"event_id": a, "group": b} for a, b in pairs])) == [
        "Sheet Events, rows 5 and 7: “Event ID” a with “Group” Running appears twice. Give each combination one row.",
        "Sheet Events, B8:B9: “Group” is empty. Choose from the list.",
    ]


def test_rows_of_one_cause_are_cut_but_counted():
    shape = table(ID, Column("c", "City", "text", "", required=True))
    values = [{"event_id": f"EV-{n}", "c": None if n % 2 else "x"} for n in range(1000)]
    [problem] = judged(contract(shape), read(shape, values)).problems
    assert problem.sentence == (
        "Sheet Events, B6, B8, B10, B12, B14, B16, B18, B20 and 492 more places: “City” is empty. Fill it in."
    )
    assert (problem.count, len(problem.cells), len(problem.rows)) == (500, 200, 500)
