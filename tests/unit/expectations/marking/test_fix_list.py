"""The Fix list itself: one line per cell with a link, in order, never a formula, counted where it is long."""

from __future__ import annotations

import io

import openpyxl
from python_calamine import CalamineWorkbook

from expectations.marking import mark
from sources.problems import Problem
from sources.reader import InputFile
from tests.unit.expectations.marking import checks, workbooks
from tests.unit.expectations.marking.test_marking import problem


def listed(data: bytes) -> list[list[object]]:
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [[cell.value for cell in row[:7]] for row in page.iter_rows(min_row=5) if row[0].value]


def links(data: bytes) -> list[str]:
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return [cell.hyperlink.location for row in page.iter_rows() for cell in row if cell.hyperlink]


def test_each_cell_has_a_line_and_a_link():
    data = mark([InputFile("a.xlsx", workbooks.by_openpyxl())], [problem("O'Neil & <Co>", "B3", "C4")]).data
    assert links(data) == ["'O''Neil & <Co>'!B3", "'O''Neil & <Co>'!C4"]
    assert listed(data)[0] == [
        "Error", "O'Neil & <Co>", "B3", "This is not a number.", "“x”", "a number", "Type a number, for example 12.",
    ]  # fmt: skip


def test_what_partners_typed_is_never_a_formula():
    evil = ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "_x0041_", "<b>&\"'", "a\x00b"]
    problems = [
        Problem(
            "r",
            "error",
            f"Sheet KPI, B2: {text} is wrong.",
            sheet="KPI",
            cells=("B2",),
            found=text,
            fix=text,
            expected=text,
        )
        for text in evil
    ]
    data = mark([InputFile("a.xlsx", workbooks.plain([["Name", "x"], ["a", "x"]]))], problems).data
    checks.well_built(data)
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    for number, text in enumerate(evil, start=5):
        for column in (5, 6, 7):
            cell = page.cell(number, column)
            assert cell.data_type == "s"
            assert cell.quotePrefix == text.startswith(("=", "+", "-", "@", "\t"))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert [row[4] for row in rows[4:12]] == [*evil[:5], "_x0041_", "<b>&\"'", "ab"]


def test_the_first_200_causes_are_listed_and_the_rest_counted_and_coloured():
    rows = [["Name", "People"], *[["a", "x"] for _ in range(300)]]
    problems = [problem("KPI", f"B{row}") for row in range(2, 252)]
    data = mark([InputFile("a.xlsx", workbooks.plain(rows))], problems).data
    page = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert page["A3"].value == (
        "250 things to correct. Correct the coloured cells, save, and hand in this same file. "
        "The first 200 are listed; 50 more follow once these are settled."
    )
    assert len(listed(data)) == 200
    assert openpyxl.load_workbook(io.BytesIO(data))["KPI"]["B251"].fill.fill_type == "solid"


def test_a_cause_with_more_cells_than_it_names_is_coloured_whole():
    rows = [["Name", "People"], *[["a", "x"] for _ in range(900)]]
    rest = Problem(
        "r", "error", "Sheet KPI, B2:B901: “x” is not a number.", sheet="KPI", cells=tuple(f"B{row}" for row in range(2, 202)),
        rows=tuple(range(2, 902)), count=900,
    )  # fmt: skip
    data = mark([InputFile("a.xlsx", workbooks.plain(rows))], [rest]).data
    page = openpyxl.load_workbook(io.BytesIO(data))["KPI"]
    assert all(page.cell(row, 2).fill.fill_type == "solid" and page.cell(row, 2).comment for row in range(2, 902))
    assert links(data)[-1] == "'KPI'!B27:B901"
    assert len(links(data)) == 26


def test_notices_ask_for_nothing_and_problems_without_a_cell_are_listed():
    problems = [
        problem("KPI", "B2", severity="info"),
        Problem("r", "warning", "The table “Sites” was not found.", expected="a sheet"),
    ]
    data = mark([InputFile("a.xlsx", workbooks.plain([["a", "b"]]))], problems).data
    assert [row[:4] for row in listed(data)] == [
        ["Please confirm", None, "whole file", "The table “Sites” was not found."]
    ]
    assert links(data) == []


def test_a_cell_shows_its_own_value_where_the_cause_has_several():
    book = workbooks.plain([["Name", "People"], ["a", "many"], ["b", "few"], ["c", None]])
    data = mark(
        [InputFile("a.xlsx", book)],
        [
            problem("KPI", "B2", "B3", found="many, few"),
            problem("KPI", "B4", found=None, sentence="Sheet KPI, B4: it is empty."),
        ],
    ).data
    assert [row[4] for row in listed(data)] == ["many", "few", "(empty)"]
