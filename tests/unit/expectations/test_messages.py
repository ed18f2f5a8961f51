"""Order of problems, names of cells, and the text a terminal shows."""

from dataclasses import replace

import pytest

from expectations import words
from expectations.messages import in_order, render_text
from expectations.verdict import Verdict
from sources.problems import Problem, Question
from tests.unit.expectations.returns import heal


def problem(sentence, severity="error", **kwargs):
    return Problem("x", severity, sentence, **kwargs)


def test_errors_come_first_then_money_and_people():
    given = [
        problem("a warning on money", "warning", table="interventions", column="grant_amount"),
        problem("text", table="interventions", column="city"),
        problem("code", table="interventions", column="state_code"),
        problem("people of the second table", table="survey_feedback", column="mentions_count"),
        problem("people", table="interventions", column="people_reached"),
        problem("money", table="interventions", column="grant_amount"),
        problem("the file"),
    ]
    assert [item.sentence for item in in_order(given, heal())] == [
        "the file",
        "money",
        "people",
        "people of the second table",
        "code",
        "text",
        "a warning on money",
    ]


def test_the_effect_on_money_and_people_decides_and_then_how_many_cells():
    def row(name, **kwargs):
        return problem(name, table="interventions", **kwargs)

    given = [
        row("one city", column="city"),
        row("nine cities", column="city", count=9),
        row("two counts", column="people_reached", count=2),
        row("one amount", column="grant_amount"),
        row("seven counts", column="people_trained", count=7),
        row("a missing column of counts", column="people_reached"),
        row("three currencies", column="grant_currency", count=3),
        row("a record twice", column="intervention_id", count=2),
    ]
    ids = {"a missing column of counts": "x.y.z.column_missing", "a record twice": "heal.interventions._row.unique_key"}
    given = [replace(item, rule=ids.get(item.sentence, item.rule)) for item in given]
    assert [item.sentence for item in in_order(given, heal())] == [
        "three currencies",
        "a record twice",
        "one amount",
        "a missing column of counts",
        "seven counts",
        "two counts",
        "nine cities",
        "one city",
    ]


@pytest.mark.parametrize(
    ("rows", "cells", "lines"),
    [
        ([14], "C14", "row 14"),
        ([14, 15, 16, 17, 18, 22], "C14:C18, C22", "rows 14 to 18 and 22"),
        ([12, 15], "C12, C15", "rows 12 and 15"),
        ([12, 13], "C12:C13", "rows 12 and 13"),
        ([3, 5, 7], "C3, C5, C7", "rows 3, 5 and 7"),
    ],
)
def test_cells_are_compressed_into_ranges(rows, cells, lines):
    assert words.cell_ranges("C", rows) == cells
    assert words.row_ranges(rows) == lines


@pytest.mark.parametrize(
    ("value", "said"), [(1200.0, "1,200"), (0.5, "0.5"), (-3, "−3"), (0.0, "0"), (1e12, "1,000,000,000,000")]
)
def test_numbers_are_grouped(value, said):
    assert words.number(value) == said


def test_an_accepted_return_in_the_terminal():
    verdict = Verdict("accepted", row_counts={"interventions": 1200, "survey_feedback": 3})
    assert render_text(verdict, ["q3.xlsx"]) == (
        "Accepted: q3.xlsx\nRows loaded: 1,200 in interventions and 3 in survey feedback.\n"
    )


def test_a_returned_return_in_the_terminal():
    problems = [problem("First."), problem("First."), problem("Second."), problem("Look.", "warning")]
    verdict = Verdict("returned", problems, row_counts={"events": 4})
    assert render_text(verdict, ["a.csv", "b.csv"]) == (
        "Returned: nothing was loaded: a.csv and b.csv\n"
        "Rows read: 4 in events.\n"
        "\nTo correct (2)\n- First.\n- Second.\n"
        "\nTo confirm (1)\n- Look.\n"
    )


def test_rows_left_out_and_questions_in_the_terminal():
    partly = Verdict("partially_accepted", row_counts={"events": 4}, quarantined={"events": [1, 2]})
    assert "Rows left out: 2 in events." in render_text(partly, [])
    question = Question("order", "Is 03/04 in April?", (("day", "3 April"), ("month", "4 March")))
    assert render_text(Verdict("needs_answer", questions=[question]), ["q3.csv"]) == (
        "One answer is needed first: q3.csv\n\nIs 03/04 in April?\n  day: 3 April\n  month: 4 March\n"
    )


def test_after_two_hundred_problems_the_rest_is_counted():
    problems = [problem(f"Error {n}.") for n in range(1500)] + [problem("Look.", "warning")]
    text = render_text(Verdict("returned", problems), ["q3.xlsx"])
    assert text.count("- Error") == 200
    assert "To correct (1,500)" in text
    assert "… and 1,300 more." in text
    assert text.endswith("To confirm (1)\n… and 1 more.\n")


def test_a_file_that_was_only_checked_is_not_said_to_be_loaded():
    verdict = Verdict("accepted", row_counts={"interventions": 12})
    assert render_text(verdict, ["q3.xlsx"], only_checked=True) == (
        "Checked, nothing to correct: q3.xlsx\nRows that would load: 12 in interventions.\n"
    )
