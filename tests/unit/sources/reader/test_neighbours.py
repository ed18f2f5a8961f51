"""A second header typed beside a table's rows: every row stays one, and nothing is read twice or lost."""

from __future__ import annotations

import csv as csv_files
import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from sources.contract.model import Column, Table
from sources.reader import InputFile, ReadResult, read_files
from tests.unit.sources.reader.builders import CONTRACT, HEADERS, csv, ods, read, rules, sentence, xlsx

FIRST = [[f"V-{number}", "Detroit", number] for number in range(1, 5)]
SECOND = [["W-1", "Lagos", 70], ["W-2", "Quito", 80]]
BLANK = ["", "", ""]
PLACES = {"the first row": 1, "a middle row": 2, "the last row": 4, "nothing, a line lower": 5, "nothing, further": 7}


def beside(
    at: int, second: Sequence[Sequence[Any]], first: Sequence[Sequence[Any]] = FIRST, *, left: bool, gap: bool
) -> list[list[Any]]:
    """A table, and its header again on the ``at``-th line below the first header, with rows or none."""
    width = len(HEADERS)
    lines = itertools.zip_longest([HEADERS, *first], [*[BLANK] * at, HEADERS, *second], fillvalue=[""] * width)
    between = [""] if gap else []
    return [[*two, *between, *one] if left else [*one, *between, *two] for one, two in lines]


def made(kind: str, rows: Sequence[Sequence[Any]]) -> InputFile:
    """The rows as a file of some kind."""
    if kind == "csv":
        text = io.StringIO()
        csv_files.writer(text).writerows(rows)
        return csv(text.getvalue())
    return InputFile(f"return.{kind}", xlsx(("KPI", rows)) if kind == "xlsx" else ods(rows, "KPI"))


def visits(result: ReadResult) -> list[tuple[str, int, int]]:
    """Each row's id, people and line."""
    assert result.outcome == "read", (result.problems, result.questions)
    frame = result.tables["visits"].frame
    return list(zip(frame["visit_id"], frame["people"], frame["_row"], strict=True))


def expected(rows: Sequence[Sequence[Any]], header: int) -> list[tuple[str, int, int]]:
    return [(row[0], row[2], line) for line, row in enumerate(rows, header + 1)]


def accounted(result: ReadResult, rows: Sequence[Sequence[Any]]) -> None:
    """Each line that holds something is read, a header of what is read, told of, or named as left out; never two rows."""
    read_here = [int(row) for table in result.tables.values() for row in table.frame["_row"]]
    headers = {row for table in result.tables.values() for _, _, first, last in table.headers for row in (first, last)}
    left_out = [row for entry in result.ignored for row in range(entry.rows[0], entry.rows[1] + 1)]
    cells = [cell for problem in result.problems for cell in problem.cells]
    told = {int(re.search(r"line (\d+)|(\d+)$", cell)[0].removeprefix("line ")) for cell in cells}
    filled = {line for line, row in enumerate(rows, 1) if any(value != "" for value in row)}
    assert len(read_here) == len(set(read_here))
    assert not set(read_here) & set(left_out)
    assert filled <= {*read_here, *headers, *left_out, *told}


@pytest.mark.parametrize("kind", ["xlsx", "csv", "ods"])
@pytest.mark.parametrize("gap", [True, False], ids=["a gap", "no gap"])
@pytest.mark.parametrize("left", [True, False], ids=["left", "right"])
@pytest.mark.parametrize("at", PLACES.values(), ids=PLACES)
class TestASecondHeader:
    """Beside any line, on either side, in any kind of file."""

    def test_without_rows_is_told_with_its_cells_and_all_rows_are_read(self, at, left, gap, kind) -> None:
        rows = beside(at, [], left=left, gap=gap)
        result = read(made(kind, rows))
        assert visits(result) == expected(FIRST, 1)
        (problem,) = result.problems
        start, end = ("A", "C") if left else ("E", "G") if gap else ("D", "F")
        place, where = "Sheet KPI", f"{start}{at + 1}:{end}{at + 1}"
        if kind == "csv":
            place, where = "File return.csv", f"line {at + 1}, columns {start} to {end}"
        assert problem.sentence == (
            f"{place}, {where}: the headers of “Site visits” stand here a second time, with no rows under them, and were "
            "not read. Delete them, or put their rows under them."
        )
        assert (problem.rule, problem.severity, problem.count) == ("demo.visits._row.second_header", "warning", 3)
        first = f"line {at + 1}, column {start}" if kind == "csv" else f"{start}{at + 1}"
        assert problem.cells[0] == first
        accounted(result, rows)

    def test_with_rows_is_a_question_and_each_answer_reads_its_table_whole(self, at, left, gap, kind) -> None:
        rows = beside(at, SECOND, left=left, gap=gap)
        file = made(kind, rows)
        asked = read(file)
        assert (asked.outcome, asked.problems) == ("ask", [])
        (question,) = asked.questions
        place = "File return.csv" if kind == "csv" else "Sheet KPI"
        assert question.sentence == (
            f"{place}: the table “Site visits” stands there 2 times. Which counts? "
            "If more than one does, put them under one header and hand the file in again."
        )
        far = "E" if gap else "D"
        one, two = (f"{far}1", f"A{at + 1}") if left else ("A1", f"{far}{at + 1}")
        assert question.cells == (one, two)
        for (value, _), wanted in zip(question.options, (expected(FIRST, 1), expected(SECOND, at + 1)), strict=True):
            result = read(file, answers={question.key: value})
            assert visits(result) == wanted
            assert not result.problems
            accounted(result, rows)

    def test_with_rows_under_a_header_that_has_none_is_the_table(self, at, left, gap, kind) -> None:
        rows = beside(at, SECOND, [], left=left, gap=gap)
        result = read(made(kind, rows))
        assert visits(result) == expected(SECOND, at + 1)
        assert [(entry.rows, entry.why) for entry in result.ignored] == [((1, at), "header without rows")]
        accounted(result, rows)


def test_two_headers_without_rows_are_no_data_rows() -> None:
    result = read(xlsx(("KPI", beside(1, [], [], left=False, gap=True))))
    assert (result.outcome, rules(result)) == ("refused", ["file.no_rows"])


WIDE = ["Visit ID", "Place", "Visited on", "Status", "Grant paid", "People reached", "Rating", "Open to all"]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("at", [1, 2, 3])
def test_blanks_in_the_row_beside_a_wide_header_make_no_deeper_header(kind: str, at: int) -> None:
    first = [["V-1", "Detroit", "", "", "", 12, "", ""], ["V-2", "Quito", "", "", "", 7, 4.4, "Yes"], ["V-3", "Lagos"]]
    first[2] += ["", "", "", 9, "", ""]
    rows = [[*WIDE, *[""] * 9]] + [[*row, "", *(WIDE if line == at else [""] * 8)] for line, row in enumerate(first, 1)]
    result = read(made(kind, rows))
    assert visits(result) == [("V-1", 12, 2), ("V-2", 7, 3), ("V-3", 9, 4)]
    assert rules(result) == ["demo.visits._row.second_header"]


@pytest.mark.parametrize("left", [True, False])
def test_a_whole_header_beside_a_wider_one_without_a_gap_is_a_table_of_its_own(left: bool) -> None:
    row = ["V-1", "Detroit", "", "", "", 12, "", ""]
    rows = [[*HEADERS, *WIDE], [*BLANK, *row]] if left else [[*WIDE, *HEADERS], [*row, *BLANK]]
    result = read(xlsx(("KPI", rows)))
    assert visits(result) == [("V-1", 12, 2)]
    assert rules(result) == ["demo.visits._row.second_header"]


def test_a_few_columns_of_one_name_are_no_second_table() -> None:
    result = read(
        xlsx(("KPI", [[*WIDE, "City", "Persons reached"], ["V-1", "Detroit", "", "", "", 12, "", "", "x", 5]]))
    )
    assert [rule.rsplit(".", 1)[-1] for rule in rules(result)] == ["column_repeated", "column_repeated"]


def test_another_table_beside_the_rows_is_read_too() -> None:
    voices = [["Group", "Patients asked"], ["Indigenous", 5], ["Black", 6], ["Latino", 7], ["Black", 8]]
    rows = [HEADERS, FIRST[0]] + [[*row, "", *voice] for row, voice in zip(FIRST[1:], voices, strict=False)]
    rows += [["", "", "", "", *voice] for voice in voices[3:]]
    result = read(xlsx(("KPI", rows)))
    assert visits(result) == expected(FIRST, 1)
    assert result.tables["voices"].frame["_row"].tolist() == [4, 5, 6, 7]
    assert not result.problems
    assert not result.ignored, "a line of one table is no note of the other"


@pytest.mark.parametrize("remarks", [[""], ["Remarks"]], ids=["", "with a column of its own behind the other table"])
def test_totals_tags_and_notes_are_seen_beside_another_table(remarks: list[str]) -> None:
    tags = ["#meta+id", "#adm1", "#reached"]
    rows = [HEADERS, tags, *FIRST, ["Total", "", 10], ["Note: figures are provisional.", "", ""]]
    second = [BLANK, HEADERS, *SECOND * 3]
    lines = [[*one, "", *two] for one, two in itertools.zip_longest(rows, second, fillvalue=BLANK)]
    lines[0] += ["", *remarks]
    result = read(xlsx(("KPI", lines)), answers={"demo.visits.place": "KPI!A1"})
    assert visits(result) == expected(FIRST, 2)
    assert [(entry.rows, entry.why) for entry in result.ignored] == [
        ((2, 2), "tags"), ((7, 7), "total"), ((8, 8), "note"), ((2, 2), "not chosen"), ((7, 8), "not chosen")
    ]  # fmt: skip


def test_a_table_over_an_unknown_column_of_another_one_has_its_total() -> None:
    lines = [[*HEADERS, "Remarks"], [*FIRST[0], *HEADERS], *([*BLANK, *row] for row in [*SECOND, ["Total", "", 150]])]
    result = read(xlsx(("KPI", lines)), answers={"demo.visits.place": "KPI!D2"})
    assert visits(result) == expected(SECOND, 2)
    assert result.ignored[0].why == "total"


def test_the_title_of_the_next_table_is_one_beside_rows_of_another() -> None:
    lines = beside(1, SECOND * 3, FIRST[:1], left=False, gap=True)
    lines[4][:1] = ["Block-2"]
    lines[5][:2], lines[6][:2] = ["Group", "Patients asked"], ["Black", 5]
    result = read(xlsx(("KPI", lines)), answers={"demo.visits.place": "KPI!A1"})
    assert visits(result) == expected(FIRST[:1], 1)
    assert result.tables["voices"].frame["_row"].tolist() == [7]
    assert ((5, 5), "title") in [(entry.rows, entry.why) for entry in result.ignored]


def test_tables_a_person_told_apart_are_read_beside_one_another() -> None:
    labels = [("row_id", "Row ID"), ("people", "People")]
    columns = tuple(Column(name, label, "text", "", required=True) for name, label in labels)
    tables = tuple(Table(name, name.title(), "One row.", columns, optional=True) for name in ("ones", "twos"))
    contract = replace(CONTRACT, tables=tables)
    rows = [["Row ID", "People"], ["a", "b", "", "Row ID", "People"], ["", "", "", "c", "d"], ["e", "f"]]
    answers = {"demo.KPI!A1.table": "twos", "demo.KPI!D2.table": "ones"}
    file = InputFile("q.xlsx", xlsx(("KPI", rows)))
    result = read_files(contract, [file], partner=None, period=None, answers=answers)
    assert {name: table.frame["_row"].tolist() for name, table in result.tables.items()} == {
        "ones": [3],
        "twos": [2, 4],
    }
    assert not result.ignored


def test_a_header_repeated_on_every_page_goes_on_beside_another_one() -> None:
    rows = [HEADERS, [*FIRST[0], "", *HEADERS], FIRST[1], HEADERS, *FIRST[2:]]
    result = read(xlsx(("KPI", rows)))
    assert [line for _, _, line in visits(result)] == [2, 3, 5, 6]
    assert rules(result) == ["demo.visits._row.second_header"]
    assert [(entry.rows, entry.why) for entry in result.ignored] == [((4, 4), "repeated header")]


def test_a_row_after_a_blank_one_is_no_header_beside_one() -> None:
    rows = [HEADERS, FIRST[0], [], [*FIRST[1], *HEADERS], FIRST[2]]
    result = read(xlsx(("KPI", rows)))
    assert [line for _, _, line in visits(result)] == [2, 4, 5]
    assert rules(result) == ["demo.visits._row.second_header"]


def test_unknown_headers_of_a_table_below_are_no_row_of_the_one_above() -> None:
    voices = [["Country", "Region", "Number of staff", "Group", "Patients asked"], ["US", "North", 3, "Black", 5]]
    result = read(xlsx(("KPI", [HEADERS, *FIRST, [], *voices])))
    assert visits(result) == expected(FIRST, 1)
    assert result.tables["voices"].frame["_row"].tolist() == [8]
    assert rules(result) == ["demo.voices._row.extra_columns"]


@pytest.mark.parametrize(
    ("kind", "where"), [("xlsx", "Sheet KPI, D4:F5"), ("csv", "File return.csv, lines 4 and 5, columns D to F")]
)
def test_all_cells_of_a_second_header_of_two_lines_are_named(kind: str, where: str) -> None:
    rows = [HEADERS, *FIRST[:2], [*BLANK, "Visit ID", "", "People"], [*FIRST[2], "", "Place", "reached"], FIRST[3]]
    rows = [[*row, *[""] * (6 - len(row))] for row in rows]
    result = read(made(kind, rows))
    assert [line for _, _, line in visits(result)] == [2, 3, 5, 6]
    (problem,) = result.problems
    assert problem.sentence.startswith(f"{where}: the headers of “Site visits” stand here a second time")
    assert len(problem.cells) == problem.count == 4
    accounted(result, rows)


def test_three_tables_of_one_kind_are_all_named() -> None:
    rows = [HEADERS, [*FIRST[0], "", *HEADERS, "", *HEADERS], *([*row, "", *row, "", *row] for row in FIRST[1:])]
    question = read(xlsx(("KPI", rows))).questions[0]
    assert question.cells == ("A1", "E2", "I2")


def test_far_down_a_header_beside_rows_is_seen_too() -> None:
    first = [[f"V-{number}", "Detroit", number] for number in range(1, 91)]
    result = read(xlsx(("KPI", beside(80, [], first, left=False, gap=True))))
    assert visits(result) == expected(first, 1)
    assert sentence(result, "second_header").startswith("Sheet KPI, E81:G81: ")


def test_a_second_header_beside_the_rows_of_a_template_is_told_or_asked_about() -> None:
    tags = [f"#visits+{name}" for name in ("visit_id", "place", "people")]
    lines = beside(2, [], left=False, gap=True)
    result = read(xlsx(("KPI", [tags, *lines])))
    assert visits(result) == expected(FIRST, 2)
    assert rules(result) == ["demo.visits._row.second_header"]
    asked = read(xlsx(("KPI", [tags, *beside(2, SECOND, left=False, gap=True)])))
    assert asked.questions[0].cells == ("A1", "E4")


def test_a_quarter_in_the_rows_above_is_no_title_of_the_table_beside_them() -> None:
    first = [[f"V-{number}", "Visit of Q2 2026", number] for number in range(1, 21)]
    rows = [["Return for Q3 2026"], *beside(18, SECOND, first, left=False, gap=True)]
    asked = read(xlsx(("KPI", rows)))
    assert (asked.outcome, asked.questions[0].cells, asked.problems) == ("ask", ("A2", "E20"), [])
