"""Where tables stand, and which rows are theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sources.contract.model import Column, Table
from sources.reader import InputFile, read_files
from tests.unit.sources.reader.builders import CONTRACT, HEADERS, ROWS, csv, read, rules, sentence, xlsx


def frame(result, table: str = "visits"):
    assert result.outcome == "read", (result.problems, result.questions)
    return result.tables[table].frame


def test_header_anywhere_keeps_excel_positions() -> None:
    data = xlsx(("Some sheet", [["DEMO return"], ["synthetic sample"], [], HEADERS, *ROWS]), start=(2, 3))
    result = read(data)
    visits = result.tables["visits"]
    assert frame(result)["_row"].tolist() == [7, 8]
    assert visits.cell(0, "people") == "F7"
    assert visits.headers == [("return.xlsx", "Some sheet", 6, 6)]
    assert [(entry.rows, entry.why) for entry in result.ignored] == [((3, 4), "title")]


def test_reordered_synonyms_case_and_odd_spaces() -> None:
    data = xlsx(("KPI", [["PERSONS\u00a0reached", "Project\u200b id", "ci\u00adty:"], [12, "V-1", "Detroit"]]))
    visits = frame(read(data))
    assert visits[["visit_id", "place", "people"]].to_numpy().tolist() == [["V-1", "Detroit", 12.0]]


def test_units_behind_a_header() -> None:
    assert (
        len(frame(read(xlsx(("KPI", [["Visit ID *", "Place", "People reached (number)"], ["V-1", "Detroit", 12]])))))
        == 1
    )


def test_read_me_first_and_two_tables_in_one_workbook() -> None:
    data = xlsx(
        ("READ ME", [["Please fill in all sheets."]]),
        ("Voices", [["Group", "Patients asked"], ["Indigenous", 5]]),
        ("Site visits", [HEADERS, *ROWS]),
    )
    result = read(data)
    assert (len(frame(result)), len(frame(result, "voices"))) == (2, 1)


def test_two_csv_files_make_one_return() -> None:
    result = read(
        InputFile("a.csv", b"Visit ID,Place,People reached\nV-1,Detroit,3\n"),
        InputFile("b.csv", b"Group,Patients asked\nIndigenous,5\n"),
    )
    assert (len(frame(result)), len(frame(result, "voices"))) == (1, 1)
    assert result.tables["voices"].cell(0, "asked") == "line 2, column B"


def test_one_table_on_two_sheets_is_joined() -> None:
    result = read(xlsx(("North", [HEADERS, ROWS[0]]), ("South", [HEADERS, ROWS[1]])))
    assert frame(result)[["visit_id", "_sheet", "_row"]].to_numpy().tolist() == [
        ["V-1", "North", 2],
        ["V-2", "South", 2],
    ]


def test_sheets_of_other_quarters_are_left_aside() -> None:
    result = read(xlsx(("Q2 2026", [HEADERS, ROWS[0]]), ("Q3 2026", [HEADERS, ROWS[1]])))
    assert frame(result)["visit_id"].tolist() == ["V-2"]
    assert sentence(result, "other_quarter") == "Sheet Q2 2026 says it is Q2 2026 and was not read."


def test_missing_required_column_names_the_closest() -> None:
    result = read(xlsx(("KPI", [["Visit ID", "Place", "Rating", "People reachd"], ["V-1", "Detroit", 4, 12]])))
    assert (
        sentence(result, "column_missing")
        == "Sheet KPI has no column “People reached”; closest is “People reachd” (D)."
    )
    assert "demo.visits.people.column_missing" in rules(result, "error")


def test_repeated_column_names_both_letters() -> None:
    result = read(xlsx(("KPI", [[*HEADERS, "Persons reached"], ["V-1", "Detroit", 12, 13]])))
    assert sentence(result, "column_repeated") == "Sheet KPI has two columns for “People reached”: C and D. Keep one."


def test_extra_columns_are_kept_aside_and_reported() -> None:
    result = read(xlsx(("KPI", [[*HEADERS, "Remarks", "Ratng"], ["V-1", "Detroit", 12, "x", 4]])))
    assert sentence(result, "extra_columns") == (
        "Sheet KPI: the columns “Remarks” (D), “Ratng” (E, which looks like “Rating”) are not part of the return and were not read."
    )
    assert [extra[2:] for extra in result.tables["visits"].extras] == [("D", "Remarks"), ("E", "Ratng")]


@pytest.mark.parametrize("label", ["Total", "TOTAL:", "Grand total", "Gesamt", "Summe"])
def test_trailing_total_is_not_loaded(label: str) -> None:
    result = read(xlsx(("KPI", [HEADERS, *ROWS, [label, "", 42]])))
    assert frame(result)["people"].tolist() == [12, 30]
    assert [(entry.rows, entry.why) for entry in result.ignored] == [((4, 4), "total")]
    assert not rules(result, "warning")


def test_total_that_does_not_add_up() -> None:
    result = read(xlsx(("KPI", [HEADERS, *ROWS, ["Total", "", 50]])))
    assert (
        sentence(result, ".total")
        == "Sheet KPI, C4: the total says 50, but the rows add up to 42. Check which is right."
    )
    assert len(frame(result)) == 2


def test_total_over_intervals() -> None:
    result = read(xlsx(("KPI", [HEADERS, *ROWS, ["V-3", "Boise", "<5"], ["Total", "", 44]])))
    assert not rules(result, "warning")


def test_total_without_label() -> None:
    result = read(xlsx(("KPI", [HEADERS, *ROWS, ["V-3", "Boise", 8], ["", "", 50]])))
    assert len(frame(result)) == 3
    assert result.ignored[-1].why == "total"


def test_a_place_called_total_is_data() -> None:
    assert len(frame(read(xlsx(("KPI", [HEADERS, ["V-1", "Total", 3], ["V-2", "Trenton", 4]]))))) == 2


def test_subtotals_sections_blanks_notes_and_repeated_headers() -> None:
    rows = [
        ["North region", "", ""],
        ROWS[0],
        ["Subtotal", "", 12],
        ["", "", ""],
        HEADERS,
        ["South region", "", ""],
        ROWS[1],
        ["Subtotal", "", 30],
        ["Total", "", 42],
        ["", "", ""],
        ["Note: figures are provisional until the audit.", "", ""],
    ]
    result = read(xlsx(("KPI", [HEADERS, *rows])))
    if result.outcome == "ask":
        result = read(xlsx(("KPI", [HEADERS, *rows])), answers={result.questions[0].key: "all"})
    assert frame(result)["_row"].tolist() == [3, 8]
    assert {"section", "subtotal", "total", "note"} <= {entry.why for entry in result.ignored}
    assert not rules(result, "warning", "error")


def test_header_repeated_on_every_page() -> None:
    result = read(xlsx(("KPI", [HEADERS, ROWS[0], HEADERS, ROWS[1]])))
    assert frame(result)["_row"].tolist() == [2, 4]
    assert [(entry.rows, entry.why) for entry in result.ignored] == [((3, 3), "repeated header")]


def test_a_header_without_rows_is_named_among_what_is_left_out() -> None:
    result = read(xlsx(("KPI", [HEADERS, *ROWS, ["Visit ID", "Place", "Prepared by"]])))
    assert frame(result)["_row"].tolist() == [2, 3]
    assert [(entry.rows, entry.why) for entry in result.ignored] == [((4, 4), "header without rows")]


def test_a_header_without_rows_beside_rows_is_told() -> None:
    odd = ["V-2", "Trenton", "D", "Place", "People reached"]
    rows = [
        ["Visit Ice", "People reached"],
        ["V-2", "Detroit", 12],
        HEADERS,
        odd,
        ["V-2", "Detroit", 12],
        HEADERS,
        ROWS[1],
    ]
    result = read(xlsx(("KPI", rows)))
    assert frame(result)["_row"].tolist() == [4, 5, 7]
    assert sentence(result, "second_header") == (
        "Sheet KPI, D4:E4: the headers of “Site visits” stand here a second time, with no rows under them, and were not "
        "read. Delete them, or put their rows under them."
    )


def test_an_id_alone_is_a_record_somebody_began() -> None:
    result = read(xlsx(("KPI", [HEADERS, *ROWS, ["V-3", "", ""]])))
    assert frame(result)["visit_id"].tolist() == ["V-1", "V-2", "V-3"]


def test_two_tables_of_one_kind_side_by_side_ask() -> None:
    data = xlsx(("KPI", [[*HEADERS, "", *HEADERS], ["V-1", "Detroit", 1, "", "V-2", "Boise", 2]]))
    result = read(data)
    assert result.outcome == "ask"
    question = result.questions[0]
    assert question.key == "demo.visits.place"
    assert question.sentence == (
        "Sheet KPI: the table “Site visits” stands there 2 times. Which counts? "
        "If more than one does, put them under one header and hand the file in again."
    )
    assert [value for value, _ in question.options] == ["KPI!A1", "KPI!E1"]
    assert frame(read(data, answers={question.key: "KPI!E1"}))["visit_id"].tolist() == ["V-2"]
    assert read(data, answers={question.key: "all"}).questions == [question], "two rows on one line cannot be joined"


def test_two_tables_of_one_kind_stacked_ask() -> None:
    data = xlsx(("KPI", [HEADERS, ROWS[0], [], ["Second block"], HEADERS, ROWS[1]]))
    question = read(data).questions[0]
    assert question.sentence == "Sheet KPI: the table “Site visits” stands there 2 times. Which counts?"
    assert [value for value, _ in question.options] == ["KPI!A1", "KPI!A5", "all"]


def test_different_tables_stacked_and_side_by_side_are_read() -> None:
    voices = [["Group", "Patients asked"], ["Indigenous", 5]]
    stacked = read(xlsx(("KPI", [HEADERS, *ROWS, [], ["Voices heard"], *voices])))
    beside = read(xlsx(("KPI", [[*HEADERS, "", *voices[0]], [*ROWS[0], "", *voices[1]], ROWS[1]])))
    for result in (stacked, beside):
        assert (len(frame(result)), len(frame(result, "voices"))) == (2, 1)
        assert not rules(result, "warning", "error")


def test_two_row_header() -> None:
    def merge(book, sheet) -> None:
        sheet.merge_range(0, 0, 0, 1, "Visit")
        sheet.merge_range(0, 2, 0, 3, "People")

    data = xlsx(
        ("KPI", [[], ["ID", "Place", "reached", "Remarks"], ["V-1", "Detroit", 12, ""], ["V-2", "Boise", 3, ""]]),
        more=merge,
    )
    result = read(data)
    assert frame(result)["people"].tolist() == [12, 3]
    assert result.tables["visits"].headers[0][2:] == (1, 2)


def test_tag_row_wins_over_labels() -> None:
    tags = ["#visits+people", "#visits+place", "#visits+visit_id"]
    result = read(xlsx(("KPI", [tags, ["Visit ID", "Place", "Whatever"], [7, "Detroit", "V-1"]])))
    assert frame(result)[["visit_id", "people"]].to_numpy().tolist() == [["V-1", 7.0]]


def test_hxl_row_under_the_header_is_no_data() -> None:
    result = read(xlsx(("KPI", [HEADERS, ["#meta+id", "#adm1", "#reached"], *ROWS])))
    assert len(frame(result)) == 2
    assert result.ignored[0].why == "tags"


def test_hidden_rows_columns_and_sheets() -> None:
    def hide(book, sheet) -> None:
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        old = book.add_worksheet("Old")
        old.write_row(0, 0, HEADERS)
        old.write_row(1, 0, ROWS[0])
        old.hide()

    result = read(xlsx(("KPI", [HEADERS, *ROWS]), more=hide))
    assert len(frame(result)) == 2
    assert (
        sentence(result, "hidden_rows")
        == "Sheet KPI: row 2 is hidden. It was read; delete it if it does not belong to the return."
    )
    assert (
        sentence(result, "hidden_columns")
        == "Sheet KPI: column B is hidden. It was read; delete it if it does not belong to the return."
    )
    assert (
        sentence(result, "hidden_sheet")
        == "Sheet Old is hidden and was not read. Unhide it if it belongs to the return."
    )


def test_merged_cells_inside_the_data() -> None:
    rows = [["V-1", "Detroit", 12], ["V-2", None, 30]]
    result = read(xlsx(("KPI", [HEADERS, *rows]), more=lambda book, sheet: sheet.merge_range(1, 1, 2, 1, "Detroit")))
    assert sentence(result, "merged_cells") == (
        "Sheet KPI, B2:B3: cells are merged, and only the first one counts. Unmerge them and fill every row."
    )
    result = read(xlsx(("KPI", [HEADERS, *ROWS]), more=lambda book, sheet: sheet.merge_range(1, 1, 2, 1, "Detroit")))
    assert sentence(result, "merged_cells") == (
        "Sheet KPI, B2:B3: cells are merged over values that nobody sees (B3); these were read. "
        "Unmerge the cells and check every row."
    )


def test_a_needed_table_on_a_hidden_sheet_is_one_error() -> None:
    voices = [["Group", "Patients asked"], ["Black", 12]]
    hidden = xlsx(("Voices", voices), ("KPI", [HEADERS, *ROWS]), more=lambda book, _: book.worksheets()[1].hide())
    result = read(hidden)
    assert [problem.sentence for problem in result.problems] == [
        "Sheet KPI with the table “Site visits” is hidden and was not read. Unhide the sheet."
    ]


def test_a_person_says_which_table_headers_mean_that_fit_two() -> None:
    labels = [("row_id", "Row ID"), ("people", "People")]
    columns = tuple(Column(name, label, "text", "", required=True) for name, label in labels)
    tables = tuple(Table(name, label, "One row.", columns) for name, label in (("ones", "Ones"), ("twos", "Twos")))
    contract = replace(CONTRACT, tables=(tables[0], replace(tables[1], optional=True)))
    files = [InputFile("q.xlsx", xlsx(("KPI", [["Row ID", "People"], ["a", "b"]])))]
    asked = read_files(contract, files, partner=None, period=None)
    (question,) = asked.questions
    assert (asked.outcome, asked.problems) == ("ask", [])
    assert question.sentence == "Sheet KPI: which table is this? Its headers fit more than one."
    for name, _ in question.options:
        result = read_files(contract, files, partner=None, period=None, answers={question.key: name})
        assert list(result.tables) == [name]


def test_example_rows_left_in() -> None:
    result = read(xlsx(("KPI", [HEADERS, ["V-001", "Detroit", 120], *ROWS])))
    assert (
        sentence(result, "example_rows")
        == "Sheet KPI: row 2 is the example of the template. Replace it with your own rows."
    )


def test_prefilled_formulas_are_no_rows() -> None:
    def fill(book, sheet) -> None:
        for row in range(3, 50):
            sheet.write_formula(row, 2, f"=A{row}*1", None, 0.5)

    result = read(xlsx(("KPI", [HEADERS, *ROWS]), more=fill))
    assert len(frame(result)) == 2
    assert result.ignored[-1].why == "formulas only"


def test_optional_table_may_be_absent_and_a_needed_one_not() -> None:
    result = read(xlsx(("KPI", [["Group", "Patients asked"], ["Indigenous", 5]])))
    assert rules(result, "error") == ["demo.visits._row.table_missing"]
    assert sentence(result, "table_missing") == "The table “Site visits” was not found. Add it, as in the template."
    assert not CONTRACT.table("visits").optional


def test_empty_table_beside_a_filled_one() -> None:
    result = read(xlsx(("KPI", [HEADERS]), ("V", [["Group", "Patients asked"], ["Indigenous", 5]])))
    assert sentence(result, "no_rows") == "Sheet KPI has no rows for “Site visits”. It was read as: nothing to report."


def test_value_without_header_in_csv() -> None:
    result = read(csv("Visit ID,Place,People reached\nV-1,Detroit,3,\nV-2,Boise,4,5\n"))
    assert sentence(result, "value_without_header") == (
        "File return.csv, line 3, column D: there is a value but no header above it. Give the column a header, or delete the value."
    )


def test_frame_shape() -> None:
    visits = frame(read(xlsx(("KPI", [HEADERS, *ROWS]))))
    assert list(visits.columns) == [
        "visit_id",
        "place",
        "visited_on",
        "groups",
        "stage",
        "amount",
        "people",
        "people_low",
        "people_high",
        "share",
        "rating",
        "open",
        "_file",
        "_sheet",
        "_row",
    ]
    assert visits.dtypes.astype(str).to_dict() == {
        "visit_id": "object",
        "place": "object",
        "visited_on": "datetime64[us]",
        "groups": "object",
        "stage": "object",
        "amount": "float64",
        "people": "float64",
        "people_low": "float64",
        "people_high": "float64",
        "share": "float64",
        "rating": "float64",
        "open": "object",
        "_file": "object",
        "_sheet": "object",
        "_row": "int64",
    }
