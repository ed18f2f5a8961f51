"""A marked file comes back: its marks are replaced, never piled up; nothing of the partner's own is lost."""

from __future__ import annotations

import io

import openpyxl
import pytest

from expectations.marking import mark
from sources.reader import InputFile
from tests.unit.expectations.marking import checks, workbooks
from tests.unit.expectations.marking.test_marking import CASES, problem


def marked(data: bytes, *problems: object) -> bytes:
    result = mark([InputFile("return.xlsx", data)], list(problems))
    assert (result.kind, result.why) == ("marked", None)
    return result.data


def fills(data: bytes, sheet: str) -> dict[str, str]:
    """Cells of a sheet that have a fill, and its first colour."""
    page = openpyxl.load_workbook(io.BytesIO(data))[sheet]
    return {
        cell.coordinate: cell.fill.fgColor.rgb
        for row in page.iter_rows()
        for cell in row
        # Cells that were not there take the format of their column, which is what was seen there before.
        if cell.fill.fill_type and not (cell.value is None and cell.fill.fgColor.rgb == "FFDDDDDD")
    }


def comments(data: bytes, sheet: str) -> dict[str, str]:
    page = openpyxl.load_workbook(io.BytesIO(data))[sheet]
    return {cell.coordinate: cell.comment.text for row in page.iter_rows() for cell in row if cell.comment}


@pytest.mark.parametrize("name", CASES)
def test_marking_twice_gives_the_same_file(name):
    build, sheet, cells = CASES[name]
    once = marked(build(), problem(sheet, *cells))
    twice = checks.members(marked(once, problem(sheet, *cells)))
    first = checks.members(once)
    assert twice.keys() == first.keys()
    for part in first:
        if "comments" not in part and not part.endswith(".vml"):
            assert twice[part] == first[part], part
    checks.well_built(marked(once, problem(sheet, *cells)))


@pytest.mark.parametrize("name", CASES)
def test_other_mistakes_replace_the_old_marks(name):
    build, sheet, cells = CASES[name]
    before = build()
    once = marked(before, problem(sheet, *cells))
    again = marked(once, problem(sheet, cells[0], severity="warning"))
    checks.well_built(again)
    assert [name.startswith("Fix list") for name in openpyxl.load_workbook(io.BytesIO(again)).sheetnames].count(
        True
    ) == (2 if name == "own Fix list" else 1)
    ours = fills(again, sheet)
    assert ours.pop(cells[0]).startswith("FFFFE")
    theirs = fills(before, sheet)
    theirs.pop(cells[0], None)
    assert ours == theirs
    own = comments(before, sheet)
    said = comments(again, sheet)
    assert said.pop(cells[0]).endswith("Found by the check\nPlease confirm: This is not a number.")
    own.pop(cells[0], None)
    assert {cell: text.strip() for cell, text in said.items()} == own


@pytest.mark.parametrize("name", CASES)
def test_nothing_left_to_fix_takes_all_marks_away(name):
    build, sheet, cells = CASES[name]
    before = build()
    again = marked(marked(before, problem(sheet, *cells)))
    checks.well_built(again)
    assert fills(again, sheet) == fills(before, sheet)
    assert {cell: text.strip() for cell, text in comments(again, sheet).items()} == comments(before, sheet)
    assert openpyxl.load_workbook(io.BytesIO(again)).worksheets[0]["A3"].value == "Nothing needs correcting."


def resaved(data: bytes) -> bytes:
    """The file as openpyxl saves it: all formats numbered anew, all strings shared."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("name", ["openpyxl", "xlsxwriter", "plain"])
def test_marks_come_off_after_another_program_saved_the_file(name):
    build, sheet, cells = CASES[name]
    before = build()
    again = marked(resaved(marked(before, problem(sheet, *cells))))
    checks.well_built(again)
    assert fills(again, sheet) == fills(before, sheet)
    assert {cell: text.strip() for cell, text in comments(again, sheet).items()} == comments(before, sheet)


def test_marks_come_off_after_libreoffice_saved_the_file(tmp_path):
    names = ["openpyxl", "plain"]
    given = {name: marked(CASES[name][0](), problem(CASES[name][1], *CASES[name][2])) for name in names}
    bare = {f"{name}_bare": CASES[name][0]() for name in names}
    saved = checks.libreoffice(given | bare, tmp_path)
    for name in names:
        sheet = CASES[name][1]
        again = marked(saved[name])
        checks.well_built(again)
        assert fills(again, sheet) == fills(saved[f"{name}_bare"], sheet)
        theirs = {cell: text.strip() for cell, text in comments(saved[f"{name}_bare"], sheet).items()}
        assert {cell: text.strip() for cell, text in comments(again, sheet).items()} == theirs


def test_marks_come_off_where_rows_have_moved():
    before = workbooks.by_openpyxl()
    book = openpyxl.load_workbook(io.BytesIO(marked(before, problem("O'Neil & <Co>", "B3", "C4"))))
    page = book["O'Neil & <Co>"]
    page.move_range("A2:D11", rows=5)
    out = io.BytesIO()
    book.save(out)
    again = fills(marked(out.getvalue()), "O'Neil & <Co>")
    assert again["B8"] == "FF00FF00"
    assert "C9" not in again


def test_a_partners_own_fill_of_our_colour_stays():
    book = openpyxl.Workbook()
    page = book.active
    page["A1"], page["A2"], page["A3"] = "a", "b", "c"
    page["A1"].fill = openpyxl.styles.PatternFill("solid", fgColor="FFFFC4C9")
    page["A2"].fill = openpyxl.styles.PatternFill("solid", fgColor="FF00FF00")
    out = io.BytesIO()
    book.save(out)
    once = marked(out.getvalue(), problem("Sheet", "A2", "A3"))
    assert fills(once, "Sheet")["A2"] != "FFFFC4C9"
    assert fills(marked(once), "Sheet") == {"A1": "FFFFC4C9", "A2": "FF00FF00"}
