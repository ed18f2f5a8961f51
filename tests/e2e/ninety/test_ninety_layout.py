"""Inputs 45 to 60: where the table stands and what stands around it."""

from __future__ import annotations

from typing import Any

from tests.e2e.ninety.house import (
    HEADERS,
    LOADED,
    ROWS,
    House,
    about,
    good,
    question,
    rules,
    sheet_xml,
    xlsx,
)


def test_45_title_rows_above_the_header(house: House) -> None:
    data = xlsx(["Synthetic sample return"], [], ["Prepared by", "the data office"], HEADERS, *ROWS, start=(2, 3))
    outcome = house.submit(data)
    assert (outcome.verdict.state, house.rows("visit_id", "_row")) == ("accepted", [("V-1", 7), ("V-2", 8)])
    bad = house.check(xlsx(["Title"], [], HEADERS, ["V-1", "x", "many"], start=(2, 3)))
    assert about(bad, "people.type").cells == ("F6",)


def bands(*rows: list[Any]) -> bytes:
    """Kenya and Uganda, each over a column called People reached."""
    above = ["", "", "Kenya", "Uganda"]
    return xlsx(above, [*HEADERS, HEADERS[2]], *rows)


def test_46_merged_header_rows_the_template_knows(house: House) -> None:
    def merged(_: Any, sheet: Any) -> None:
        sheet.merge_range(0, 2, 0, 3, "People")

    data = xlsx(["", "", "", ""], ["Visit ID", "Place", "Reached", "Trained"], ["V-1", "Detroit", 12, 4], more=merged)
    outcome = house.submit(data)
    assert (outcome.verdict.state, house.rows()) == ("accepted_with_warnings", [("V-1", "Detroit", 12)])
    assert rules(outcome.verdict, "warning") == ["sample.visits._row.extra_columns"]


def test_46_bands_that_could_mean_either_are_asked_once_per_partner(house: House) -> None:
    first = house.submit(bands(["V-1", "Detroit", 12, 50]), period="2026-Q2")
    asked = question(first.verdict, "columns.visits.people")
    assert asked.sentence == "Sheet KPI: “People reached” stands in the columns C and D. Which one is reported?"
    assert asked.options == (
        ("Kenya People reached", "“Kenya People reached” (C)"),
        ("Uganda People reached", "“Uganda People reached” (D)"),
    )
    assert asked.cells == ("C2", "D2")
    answered = house.desk.answer(first.submission_id, {"columns.visits.people": "Uganda People reached"}, "ana")
    assert answered.verdict.loads
    assert house.rows(period="2026-Q2") == [("V-1", "Detroit", 50)]
    assert house.submit(bands(["V-1", "Detroit", 13, 60])).verdict.loads
    assert house.rows() == [("V-1", "Detroit", 60)]
    assert house.check(bands(["V-1", "Detroit", 13, 60]), partner="two").state == "needs_answer"


def test_47_hxl_tags_map_and_are_no_data(house: House) -> None:
    tags = ["#visits+visit_id", "#visits+place", "#visits+people"]
    outcome = house.submit(xlsx(["Nummer", "Ort", "Menschen"], tags, *ROWS))
    assert (outcome.verdict.loads, house.rows()) == (True, LOADED)
    assert house.check(xlsx(HEADERS, ["#id", "#loc+name", "#reached"], *ROWS)).row_counts == {"visits": 2}


def test_48_duplicate_column_names(house: House) -> None:
    verdict = house.submit(xlsx([*HEADERS, HEADERS[2]], ["V-1", "Detroit", 12, 13])).verdict
    assert about(verdict, "people.column_repeated").sentence == (
        "Sheet KPI has two columns for “People reached”: C and D. Keep one."
    )
    assert house.nothing_loaded()


def renamed(people: int) -> bytes:
    return xlsx(["Visit ID", "Place", "Stage", "Persons reached"], ["V-1", "Detroit", "Running", people])


def test_49_missing_required_column_names_the_closest(house: House) -> None:
    verdict = house.submit(renamed(12)).verdict
    assert (verdict.state, about(verdict, "people.column_missing").sentence) == (
        "returned",
        "Sheet KPI has no column “People reached”; closest is “Persons reached” (D).",
    )
    assert house.nothing_loaded()


def test_49_a_saved_mapping_resolves_it_for_good(house: House) -> None:
    answers = {"columns.visits.people": "Persons reached"}
    house.desk.remember(partner="one", program="sample", answers=answers, who="ana")
    assert house.submit(renamed(12), period="2026-Q2").verdict.state == "accepted"
    assert house.submit(renamed(13)).verdict.state == "accepted"
    assert house.rows() == [("V-1", "Detroit", 13)]
    assert house.check(renamed(13), partner="two").state == "returned"
    assert house.submit(good()).verdict.state == "accepted", "the template's own header goes on working"
    mappings = [event for event in house.desk.log.events() if event.kind == "mapping"]
    assert [(event.partner, event.payload["answers"]) for event in mappings] == [("one", answers)]


def foreign(people: int) -> bytes:
    return xlsx(["Visit ID", "Place", "Beneficiarios", "Voluntarios"], ["V-1", "Detroit", people, 5])


def test_49_a_header_in_another_language_is_asked_once(house: House) -> None:
    first = house.submit(foreign(12), period="2026-Q2")
    asked = question(first.verdict, "columns.visits.people")
    assert asked.sentence == "Sheet KPI has no column “People reached”. Which of its columns is it?"
    assert asked.options == (
        ("Beneficiarios", "“Beneficiarios” (C)"), ("Voluntarios", "“Voluntarios” (D)"), ("none", "None of them")
    )  # fmt: skip
    assert house.rows(period="2026-Q2") == []
    house.desk.answer(first.submission_id, {"columns.visits.people": "Beneficiarios"}, "ana")
    assert house.rows(period="2026-Q2") == [("V-1", "Detroit", 12)]
    assert house.submit(foreign(14)).verdict.loads
    assert house.rows() == [("V-1", "Detroit", 14)]
    assert house.check(foreign(14), partner="two").state == "needs_answer"
    none = house.submit(foreign(15), partner="two")
    refused = house.desk.answer(none.submission_id, {"columns.visits.people": "none"}, "ben", remember=False)
    assert "sample.visits.people.column_missing" in rules(refused.verdict, "error")


def test_50_extra_column_is_ignored_with_a_warning(house: House) -> None:
    outcome = house.submit(xlsx([*HEADERS, "Driver"], *([*row, "x"] for row in ROWS)))
    problem = about(outcome.verdict, "extra_columns")
    assert (problem.severity, problem.cells) == ("warning", ("D1",))
    assert problem.sentence == "Sheet KPI: the column “Driver” (D) is not part of the return and was not read."
    assert (outcome.verdict.state, house.rows()) == ("accepted_with_warnings", LOADED)


def test_51_reordered_columns(house: House) -> None:
    house.submit(xlsx(HEADERS[::-1], *(row[::-1] for row in ROWS)))
    assert house.rows() == LOADED


def test_52_the_right_sheet_is_chosen_by_content(house: House) -> None:
    sheets = [("Anything", [["Notes"], [], HEADERS, *ROWS]), ("Budget", [["Item", "Cost"], ["Paper", 3]])]
    data = xlsx(["READ ME"], ["Please fill in the other sheets."], sheet="READ ME", sheets=sheets)
    outcome = house.submit(data)
    assert (outcome.verdict.state, house.rows("visit_id", "_sheet")) == (
        "accepted", [("V-1", "Anything"), ("V-2", "Anything")]
    )  # fmt: skip


def test_53_hidden_rows_columns_and_sheets(house: House) -> None:
    def hide(book: Any, sheet: Any) -> None:
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})

    outcome = house.submit(good(more=hide))
    assert house.rows() == LOADED
    assert about(outcome.verdict, "file.hidden_rows").sentence == (
        "Sheet KPI: row 3 is hidden. It was read; delete it if it does not belong to the return."
    )
    assert about(outcome.verdict, "file.hidden_columns").sentence == (
        "Sheet KPI: column B is hidden. It was read; delete it if it does not belong to the return."
    )
    more = xlsx(HEADERS, *ROWS, sheets=[("Old", [HEADERS, ["V-9", "x", 1]])],
                more=lambda book, _: book.get_worksheet_by_name("Old").hide())  # fmt: skip
    assert about(house.check(more), "file.hidden_sheet").sentence == (
        "Sheet Old is hidden and was not read. Unhide it if it belongs to the return."
    )


def test_54_values_under_merged_cells_are_told(house: House) -> None:
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
    data = sheet_xml(good(), lambda content: content.replace(b"</sheetData>", merge))
    problem = about(house.submit(data).verdict, "merged_cells")
    assert (problem.severity, problem.cells) == ("warning", ("B2:B3",))
    assert problem.sentence == (
        "Sheet KPI, B2:B3: cells are merged over values that nobody sees (B3); these were read. "
        "Unmerge the cells and check every row."
    )
    assert house.rows() == LOADED


def test_54_where_readers_disagree_on_what_is_filled_it_is_said(house: House) -> None:
    """One reader of workbooks drops what lies under a merged cell; what was read here is named, not chosen."""
    import io

    import openpyxl

    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="C2:C3"/></mergeCells>'
    data = sheet_xml(good(), lambda content: content.replace(b"</sheetData>", merge))
    assert openpyxl.load_workbook(io.BytesIO(data)).active["C3"].value is None
    assert "nobody sees (C3); these were read" in about(house.check(data), "merged_cells").sentence


def test_55_trailing_total(house: House) -> None:
    right = house.submit(xlsx(HEADERS, *ROWS, ["Total", "", 42]))
    assert (right.verdict.state, house.rows()) == ("accepted", LOADED)
    wrong = about(house.check(xlsx(HEADERS, *ROWS, ["Total", "", 43])), "people.total")
    assert (wrong.severity, wrong.cells) == ("warning", ("C4",))
    assert wrong.sentence == "Sheet KPI, C4: the total says 43, but the rows add up to 42. Check which is right."


def test_56_subtotals_blank_rows_and_sections(house: House) -> None:
    rows = [["Region north", "", ""], ROWS[0], ["Subtotal", "", 12], [], ["Region south", "", ""], ROWS[1],
            ["Subtotal", "", 30], ["Total", "", 42]]  # fmt: skip
    data = xlsx(HEADERS, *rows)
    outcome = house.submit(data)
    assert (outcome.verdict.state, house.rows()) == ("accepted", LOADED)
    assert [(item.rows, item.why) for item in house.read(data).ignored] == [
        ((2, 2), "section"), ((4, 4), "subtotal"), ((5, 5), "blank"), ((6, 6), "section"), ((8, 8), "subtotal"), ((9, 9), "total")
    ]  # fmt: skip


def test_57_two_tables_are_asked_about(house: House) -> None:
    beside = house.submit(xlsx([*HEADERS, "", *HEADERS], [*ROWS[0], "", *ROWS[1]]), period="2026-Q2")
    asked = question(beside.verdict, "sample.visits.place")
    assert asked.sentence == (
        "Sheet KPI: the table “Site visits” stands there 2 times. Which counts? "
        "If more than one does, put them under one header and hand the file in again."
    )
    assert [label for _, label in asked.options] == ["The one at A1", "The one at E1"]
    lower = house.check(xlsx([*HEADERS], [*ROWS[0], "", *HEADERS], [*ROWS[1], "", *ROWS[1]]))
    assert question(lower, "sample.visits.place").cells == ("A1", "E2")
    stacked = house.submit(xlsx(HEADERS, ROWS[0], [], [], HEADERS, ROWS[1]))
    assert question(stacked.verdict, "sample.visits.place").cells == ("A1", "A5")
    assert question(stacked.verdict, "sample.visits.place").options[-1] == ("all", "All of them together")
    assert house.nothing_loaded()
    house.desk.answer(stacked.submission_id, {"sample.visits.place": "all"}, "ana", remember=False)
    assert house.rows() == LOADED


def test_57_a_second_header_beside_rows_loses_none_of_them(house: House) -> None:
    outcome = house.submit(xlsx(HEADERS, [*ROWS[0], "", *HEADERS], ROWS[1]))
    assert about(outcome.verdict, "second_header").sentence == (
        "Sheet KPI, E2:G2: the headers of “Site visits” stand here a second time, with no rows under them, and were not "
        "read. Delete them, or put their rows under them."
    )
    assert (outcome.verdict.state, house.rows()) == ("accepted_with_warnings", LOADED)


def quarters(*people: int) -> bytes:
    return xlsx(["Visit ID", "Place", "Q2 2026", "Q3 2026"], ["V-1", "Detroit", *people])


def test_58_quarters_as_columns_only_by_a_saved_mapping(house: House) -> None:
    first = house.submit(quarters(11, 12), period="2026-Q2")
    asked = question(first.verdict, "unpivot.visits")
    assert asked.sentence == "Sheet KPI has the columns “Q2 2026” (C) and “Q3 2026” (D). Which figure stands in them?"
    assert ("people", "People reached: one column per period") in asked.options
    assert house.rows(period="2026-Q2") == []
    house.desk.answer(first.submission_id, {"unpivot.visits": "people"}, "ana")
    assert house.rows(period="2026-Q2") == [("V-1", "Detroit", 11)]
    second = house.submit(quarters(11, 12))
    assert (second.verdict.state, house.rows()) == ("accepted", [("V-1", "Detroit", 12)])
    assert about(second.verdict, "other_periods").sentence == (
        "Sheet KPI: the column “Q2 2026” (C) is not Q3 2026 and was not read."
    )
    assert house.check(quarters(11, 12), partner="two").state == "needs_answer"
    missing = house.check(xlsx(["Visit ID", "Place", "Q1 2026", "Q2 2026"], ["V-1", "Detroit", 1, 2]))
    assert "sample.visits.people.column_missing" in rules(missing, "error")


def test_58_years_as_columns(house: House) -> None:
    house.desk.remember(partner="one", program="sample", answers={"unpivot.visits": "people"}, who="ana")
    house.submit(xlsx(["Visit ID", "Place", "2025", "2026"], ["V-1", "Detroit", 11, 12]))
    assert house.rows() == [("V-1", "Detroit", 12)]


def test_59_template_left_empty_or_with_its_example(house: House) -> None:
    empty = house.submit(xlsx(HEADERS))
    assert [(problem.rule, problem.sentence) for problem in empty.verdict.problems] == [
        (
            "file.no_rows",
            "The file has no data rows. If there is nothing to report, say so instead of sending an empty file.",
        )
    ]
    rows = [["V-001", "Detroit", 120, "Running"], ["V-1", "Flint", 12, "Planned"]]
    example = house.submit(xlsx([*HEADERS, "Stage"], *rows))
    assert about(example.verdict, "example_rows").sentence == (
        "Sheet KPI: row 2 is the example of the template. Replace it with your own rows."
    )
    assert house.nothing_loaded()


def test_60_prefilled_formulas_are_no_rows(house: House) -> None:
    def formulas(_: Any, sheet: Any) -> None:
        for row in range(3, 3_003):
            sheet.write_formula(row, 2, f"=A{row}&B{row}", None, 0)

    outcome = house.submit(good(more=formulas))
    assert (outcome.verdict.state, house.rows()) == ("accepted", LOADED)
