"""``prefilled``: sentences word for word."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from sources.contract.load import load_contract
from sources.contract.prefill import LastReturn
from sources.contract.template import template_bytes
from sources.reader import InputFile, read_files
from sources.reader.result import ReadResult
from tests.unit.expectations.rules.catalogued import Case, says

HEAL = load_contract("heal")
ROWS = tuple(
    {"intervention_id": f"HEAL-{number:03}", "intervention_name": "Asthma plans", "state_code": "MI"}
    for number in (1, 2, 3)
)
LAST = {"interventions": LastReturn("2026-Q2", HEAL.table("interventions").columns, (), ROWS)}


def returned(*typed: tuple[str, Any], without_meta: bool = False) -> ReadResult:
    """The template for 2026-Q3 with three rows begun (rows 6 to 8), and what somebody types in it."""
    data = template_bytes(HEAL, partner="sample_heal", period="2026-Q3", last=LAST)
    book = openpyxl.load_workbook(io.BytesIO(data))
    for cell, value in typed:
        book["Interventions"][cell] = value
    if without_meta:
        del book["_impact"]
    sink = io.BytesIO()
    book.save(sink)
    file = InputFile("template.xlsx", sink.getvalue())
    return read_files(HEAL, [file], partner=HEAL.partner("sample_heal"), period="2026-Q3", others=[HEAL])


def rows_read(read: ReadResult) -> list[int]:
    return [int(row) for row in read.tables["interventions"].frame["_row"]]


TOLD = (
    "only what was filled in beforehand stands here, so it was not read. "
    "Fill in the rest, or leave it where there is nothing to report."
)
test_sentences = says(
    "prefilled",
    Case(lambda: returned(("J6", 120), ("J8", 40)).problems, (f"Sheet Interventions, row 7: {TOLD}",)),
    Case(lambda: returned(("J6", 120)).problems, (f"Sheet Interventions, rows 7 and 8: {TOLD}",)),
    Case(lambda: returned(("J6", 120), ("J7", 0), ("G8", "Running")).problems, ()),
)


def test_the_row_is_left_out_and_named_at_its_key():
    read = returned(("J6", 120), ("J8", 40))
    assert rows_read(read) == [6, 8]
    [problem] = [problem for problem in read.problems if problem.rule.endswith("._row.prefilled")]
    assert (problem.cells, problem.rows, problem.severity) == (("A7",), (7,), "warning")
    assert [(item.rows, item.why) for item in read.ignored if item.why.startswith("only")] == [
        ((7, 7), "only filled in beforehand")
    ]


@pytest.mark.parametrize("typed", [("B7", "Asthma plans 2"), ("A7", "HEAL-9"), ("B7", None), ("C7", "Flint")])
def test_whatever_was_changed_in_a_row_makes_it_one_of_the_return(typed):
    assert rows_read(returned(("J6", 120), ("J8", 40), typed)) == [6, 7, 8]


def test_a_row_of_ones_own_with_the_same_gaps_is_read():
    assert rows_read(returned(("J6", 1), ("J7", 1), ("J8", 1), ("A9", "HEAL-4"), ("B9", "Asthma plans"))) == [
        6,
        7,
        8,
        9,
    ]


def test_without_the_hidden_sheet_nothing_is_taken_for_filled_in_beforehand():
    assert rows_read(returned(("J6", 120), without_meta=True)) == [6, 7, 8]


def test_a_template_nobody_filled_in_has_no_rows():
    read = returned()
    assert (read.outcome, [problem.rule for problem in read.problems]) == ("refused", ["file.no_rows"])
