"""Where marking would lose something, the partner gets a Fix list of its own and one sentence why."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from expectations.marking import mark
from sources.problems import Problem
from sources.reader import InputFile
from tests.unit.expectations.marking import checks, workbooks
from tests.unit.expectations.marking.test_marking import problem

GOOD = workbooks.plain([["Name", "People"], ["a", "x"]])


def strict() -> bytes:
    old = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    book = workbooks.part(GOOD, "xl/workbook.xml").replace(old, b"http://purl.oclc.org/ooxml/spreadsheetml/main")
    return workbooks.rewritten(GOOD, {"xl/workbook.xml": book})


def protected() -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(GOOD))
    book["KPI"].protection.sheet = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def utf16() -> bytes:
    sheet = workbooks.part(GOOD, "xl/worksheets/sheet1.xml").replace(b'encoding="UTF-8"', b'encoding="UTF-16"')
    return workbooks.rewritten(GOOD, {"xl/worksheets/sheet1.xml": sheet.decode().encode("utf-16")})


WHY = {
    "csv": (
        "a.csv",
        b"Name;People\na;x\n",
        "Marks are made in XLSX workbooks; this is CSV. Save it as XLSX to get it marked.",
    ),
    "signed": (
        "a.xlsx",
        workbooks.rewritten(GOOD, {"_xmlsignatures/sig1.xml": b"<a/>"}),
        "The workbook is digitally signed; a mark would break the signature.",
    ),
    "strict": (
        "a.xlsx",
        strict(),
        "The workbook is in the format “Strict Open XML”; save it as an ordinary XLSX to get it marked.",
    ),
    "protected": ("a.xlsx", protected(), "Sheet KPI is protected against changes, so the workbook was left as it is."),
    "utf16": ("a.xlsx", utf16(), "The workbook is written in an unusual encoding, so it was not changed."),
    "comments": (
        "a.xlsx",
        workbooks.rewritten(
            GOOD, {"xl/styles.xml": b"<!-- made by hand -->" + workbooks.part(GOOD, "xl/styles.xml")[55:]}
        ),
        "The workbook was written by an unusual program, so it was not changed.",
    ),
    "empty": ("a.xlsx", b"", "The file could not be opened, so it was not marked. The selected file is empty."),
    "encrypted": (
        "a.xlsx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "The file could not be opened, so it was not marked. The selected file is password protected.",
    ),
    "doctype": (
        "a.xlsx",
        workbooks.rewritten(GOOD, {"xl/theme/theme1.xml": b"<!DOCTYPE a><a/>"}),
        "The file could not be opened, so it was not marked. The file contains unsafe XML.",
    ),
}


@pytest.mark.parametrize("name", WHY)
def test_a_fix_list_of_its_own_says_why(name):
    file, data, why = WHY[name]
    result = mark([InputFile(file, data)], [problem("KPI", "B2")])
    assert (result.kind, result.name) == ("fix_list", "a (fix list).xlsx")
    assert result.why == why
    page = openpyxl.load_workbook(io.BytesIO(result.data)).active
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0][0] == "Fix list"
    assert rows[1][0] == why
    assert rows[4][:4] == ["Error", "KPI", "B2", "This is not a number."]
    checks.opens(result.data)


def test_several_files_come_back_together():
    files = [InputFile("one.xlsx", GOOD), InputFile("two.csv", b"a;b\n1;2\n"), InputFile("three.xlsx", GOOD)]
    problems = [
        problem("KPI", "B2", file="one.xlsx", sentence="File one.xlsx, sheet KPI, B2: this is not a number."),
        Problem(
            "p.t.c.number",
            "error",
            "File two.csv, line 2, column B: “2” is late.",
            file="two.csv",
            cells=("line 2, column B",),
        ),
    ]
    result = mark(files, problems)
    assert (result.kind, result.media_type) == ("marked", "application/zip")
    assert result.why == "two.csv: Marks are made in XLSX workbooks; this is CSV. Save it as XLSX to get it marked."
    with zipfile.ZipFile(io.BytesIO(result.data)) as archive:
        assert archive.namelist() == ["one.xlsx", "two.csv", "three.xlsx", "Fix list.xlsx"]
        assert archive.read("two.csv") == files[1].data
        assert archive.read("three.xlsx") == GOOD
        one = openpyxl.load_workbook(io.BytesIO(archive.read("one.xlsx")))
        assert one["KPI"]["B2"].comment is not None
        page = openpyxl.load_workbook(io.BytesIO(archive.read("Fix list.xlsx"))).active
    assert [cell.value for cell in page[5]][:4] == ["Error", "", "line 2, column B", "“2” is late."]


def test_marked_files_keep_their_kind_and_names_do_not_grow():
    macros = mark([InputFile("Q3 (marked).xlsm", workbooks.by_xlsxwriter(macros=True))], [problem("KPI", "B2")])
    assert macros.name == "Q3 (marked).xlsm"
    assert macros.media_type == "application/vnd.ms-excel.sheet.macroEnabled.12"
    assert workbooks.part(macros.data, "xl/vbaProject.bin") == bytes(range(256)) * 20
