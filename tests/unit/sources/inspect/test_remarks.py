"""What a person should look at is told with its cell; what a workbook hides is told too."""

from __future__ import annotations

from typing import Any

import pytest

from sources.inspect import inspect
from tests.unit.sources.inspect import messy


def remarks(data: bytes, name: str = "a.xlsx") -> list[tuple[str | None, str]]:
    seen = inspect(name, data)
    assert seen.outcome == "read_with_warnings", seen
    return [(remark.cell, remark.code) for table in seen.tables for remark in table.warnings]


def errors(book: Any, sheet: Any) -> None:
    sheet.write_formula("B2", "=1/0", None, "#DIV/0!")
    sheet.write_formula("B3", "=A1", None, "")


ROWS = [["Site", "People"], ["Alpha", 3], ["Beta", 4], ["Gamma", 9]]


def test_hidden_rows_are_left_out_and_told() -> None:
    seen = inspect("a.xlsx", messy.workbook(("Data", ROWS), hidden_rows=(3,)))
    (table,) = seen.tables
    assert (table.first_row, table.last_row, table.row_count) == (2, 4, 2)
    assert [left.as_dict() for left in table.ignored] == [{"rows": [3, 3], "why": "hidden"}]
    assert [(remark.cell, remark.code, remark.message) for remark in table.warnings] == [
        ("A3", "hidden_rows", "Row 3 is hidden and was not counted.")
    ]


def test_hidden_columns_are_read_and_told() -> None:
    assert remarks(messy.workbook(("Data", ROWS), hidden_columns=("B",))) == [("B2", "hidden_column")]


def test_hidden_sheets_are_told() -> None:
    data = messy.workbook(
        ("Data", ROWS), ("Lists", [["Group", "Code"], ["Youth", 1], ["Elders", 2]]), hidden_sheets=("Lists",)
    )
    assert remarks(data) == [(None, "hidden_sheet")]


def test_error_cells_and_formulas_without_result() -> None:
    assert remarks(messy.workbook(("Data", ROWS), more=errors)) == [("B2", "error_cell"), ("B3", "no_result")]


@pytest.mark.parametrize(
    ("value", "code"),
    [("CafÃ© Nord", "mojibake"), ("Кenya", "mixed_scripts"), ("Kenya\u0085", "mojibake")],
)
def test_damaged_text(value: str, code: str) -> None:
    assert remarks(messy.workbook(("Data", [*ROWS, [value, 5]]))) == [("A5", code)]


def test_ragged_line() -> None:
    data = b"site,people,date\nAlpha,3,2026-07-01\nBeta,1,200,2026-07-02\nGamma,9,2026-07-03\nDelta,9,2026-07-04\n"
    assert ("line 3, column D", "ragged_row") in remarks(data, "a.csv")


def test_unclosed_quotation_mark() -> None:
    data = b'site,people\n"Alpha,3\nBeta,4\nGamma,5\n'
    seen = inspect("a.csv", data)
    assert seen.tables[0].row_count == 3
    assert ("line 2", "quotation_mark") in remarks(data, "a.csv")


def test_cp1252_is_told() -> None:
    assert remarks("site,people\nCafé Nord,3\nCafé Süd,4\n".encode("cp1252"), "a.csv") == [(None, "encoding")]


def test_numbers_stored_as_text_among_numbers() -> None:
    assert remarks(messy.workbook(("Data", [*ROWS, ["Delta", "12"]]))) == [("B5", "text_number")]


def test_several_sheets_are_all_listed_and_no_reason_to_ask() -> None:
    data = messy.workbook(
        ("READ ME", [["How to use this file"], ["Fill in one row per visit."]]),
        ("Visits", ROWS),
        ("Staff", [["Name", "Hours"], ["Ada", 12], ["Ben", 30]]),
    )
    seen = inspect("a.xlsx", data)
    assert (seen.outcome, [table.sheet for table in seen.tables]) == ("read", ["Visits", "Staff"])
    assert seen.without_table == ["READ ME"]


def test_records_like_their_header_are_records() -> None:
    seen = inspect("a.csv", b"a,b,c\n1,b,c\n2,b,c\n3,b,c\n")
    assert (seen.outcome, seen.tables[0].row_count) == ("read", 3)


def test_values_beside_the_table_are_told() -> None:
    rows = [[*row, "", ""] for row in ROWS] + [[f"S{i}", i, "", ""] for i in range(20)]
    rows[2][3] = "ask Jane"
    assert remarks(messy.workbook(("Data", rows))) == [("D3", "beside_table")]


def test_a_line_break_within_quotes_begins_no_new_line() -> None:
    data = b'site,remark,people\nAlpha,"two\nlines",3\nBeta,none,4\n'
    (table,) = inspect("a.csv", data).tables
    assert (table.header_rows, table.first_row, table.last_row, table.row_count) == ((1, 1), 2, 3, 2)


def test_blank_cells_merged_right_of_the_table_break_nothing() -> None:
    rows = [[*row, "", "", "", ""] for row in (["Site", "People"], ["A", 4], ["B", 5], ["C", 6])]
    seen = inspect("a.xlsx", messy.workbook(("Data", rows), merges=("D1:F1", "D2:D3")))
    assert (seen.tables[0].columns, seen.tables[0].row_count) == (["Site", "People"], 3)
