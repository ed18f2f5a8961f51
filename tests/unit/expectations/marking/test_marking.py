"""Marks go on; everything else stays as it was, byte for byte where the part is not one that must change."""

from __future__ import annotations

import io

import openpyxl
import pytest

from expectations.marking import mark
from sources.contract.load import ROOT
from sources.problems import Problem
from sources.reader import InputFile
from tests.unit.expectations.marking import checks, workbooks

REAL = ROOT.parent / "shared" / "real" / "grants" / "a_b_charitable_trust.xlsx"
KPI = ["A2", "B3", "C4", "C13", "D13", "E3", "E4", "E5", "B60", "AB2", "G2"]
ONEIL = ["A2", "B3", "C4", "C5", "B7", "E6", "A20", "Z9", "F2"]


def problem(sheet: str, *cells: str, severity: str = "error", **more: object) -> Problem:
    values = {"found": "“x”", "expected": "a number", "fix": "Type a number, for example 12."} | more
    named = ", ".join(cells)
    sentence = values.pop("sentence", f"Sheet {sheet}, {named}: this is not a number.")
    return Problem("p.t.c.number", severity, sentence, sheet=sheet, cells=cells, count=len(cells), **values)


CASES = {
    "openpyxl": (workbooks.by_openpyxl, "O'Neil & <Co>", ONEIL),
    "xlsxwriter": (workbooks.by_xlsxwriter, "KPI", KPI),
    "no comments yet": (lambda: workbooks.by_xlsxwriter(comments=False), "KPI", KPI),
    "macros": (lambda: workbooks.by_xlsxwriter(macros=True), "KPI", KPI),
    "own Fix list": (lambda: workbooks.by_xlsxwriter(fix_list=True), "KPI", KPI),
    "sheet in front": (workbooks.by_xlsxwriter, "Data", ["A1", "A9", "D30"]),
    "plain": (lambda: workbooks.plain([["a", 1], ["b", 2]]), "KPI", ["A1", "B2", "C1", "A9"]),
    "prefixes": (lambda: workbooks.with_prefixes(workbooks.plain([["a", 1], ["b", 2]])), "KPI", ["A1", "B2", "C1"]),
    "no references": (lambda: workbooks.without_refs(workbooks.plain([["a", 1], ["b", 2]])), "KPI", ["A2", "C1"]),
}


@pytest.fixture(params=CASES, name="case")
def _case(request: pytest.FixtureRequest) -> tuple[bytes, str, list[str], bytes]:
    build, sheet, cells = CASES[request.param]
    before = build()
    marked = mark([InputFile("return.xlsx", before)], [problem(sheet, *cells)])
    assert (marked.kind, marked.why) == ("marked", None)
    return before, sheet, cells, marked.data


def test_every_other_part_keeps_its_bytes(case):
    before, sheet, _, after = case
    checks.only_allowed_changed(before, after, {sheet})


def test_every_other_cell_keeps_value_formula_and_style(case):
    before, sheet, cells, after = case
    checks.cells_same(before, after, {sheet: set(cells)})


def test_it_is_built_as_excel_insists(case):
    checks.well_built(case[3])


def test_both_readers_open_it(case):
    checks.opens(case[3])


def test_failing_cells_are_coloured_with_the_sentence_as_comment(case):
    _, sheet, cells, after = case
    page = openpyxl.load_workbook(io.BytesIO(after))[sheet]
    for cell in cells:
        assert page[cell].fill.fgColor.rgb.startswith("FFFFC"), cell
        assert page[cell].comment.text.endswith("Found by the check\nError: This is not a number."), cell


def test_libreoffice_opens_all_of_them_and_saves_them_again(tmp_path):
    given = {}
    for name, (build, sheet, cells) in CASES.items():
        given[name.replace(" ", "_")] = mark([InputFile("a.xlsx", build())], [problem(sheet, *cells)]).data
    saved = checks.libreoffice(given, tmp_path)
    for name, (_, sheet, cells) in CASES.items():
        book = openpyxl.load_workbook(io.BytesIO(saved[name.replace(" ", "_")]))
        assert book.sheetnames[0].startswith("Fix list"), name
        assert all("Found by the check" in book[sheet][cell].comment.text for cell in cells), name


def test_other_peoples_comments_stay_and_ours_follow():
    after = mark([InputFile("a.xlsx", workbooks.by_openpyxl())], [problem("O'Neil & <Co>", "B7")]).data
    page = openpyxl.load_workbook(io.BytesIO(after))["O'Neil & <Co>"]
    assert page["B7"].comment.text == "Ask Ana about this one\n\nFound by the check\nError: This is not a number."
    assert page["B7"].comment.author == "Ana"
    assert page["D8"].comment.text == "Kept as it is"


@pytest.mark.skipif(not REAL.exists(), reason="the real workbook is not on this machine")
def test_a_real_grant_register():
    before = REAL.read_bytes()
    sheet = openpyxl.load_workbook(io.BytesIO(before), read_only=True).sheetnames[0]
    marked = mark([InputFile(REAL.name, before)], [problem(sheet, "A2", "D5", "C9", "N3")])
    assert marked.kind == "marked", marked.why
    checks.only_allowed_changed(before, marked.data, {sheet})
    checks.cells_same(before, marked.data, {sheet: {"A2", "D5", "C9", "N3"}})
    checks.well_built(marked.data)
    checks.opens(marked.data)
