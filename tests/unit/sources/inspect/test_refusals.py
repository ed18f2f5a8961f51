"""What must be refused is refused, with its true reason; what only a person can tell is asked."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from sources.inspect import inspect
from sources.reader.grid import MAX_ROWS
from tests.unit.sources.inspect import messy

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MUST = "The selected file must be an XLSX, ODS or CSV."
EMPTY = "The selected file is empty."
WEB_PAGE = "This is a web page; open it in Excel and save as XLSX."
DAMAGED = "The file is damaged or was not fully uploaded; try again."
PASSWORD = "The selected file is password protected."
NO_TABLE = "No table was found: no row of names with rows of values under it."
NO_ROWS = "The file has a row of names but no data rows."
ROWS = [["Site", "People"], ["Alpha", 3], ["Beta", 4]]


def book() -> bytes:
    return messy.workbook(("Data", ROWS))


def changed(find: bytes, put: bytes, part: str = "xl/worksheets/sheet1.xml") -> bytes:
    source = zipfile.ZipFile(io.BytesIO(book()))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            content = source.read(member)
            if member == part:
                assert find in content
                content = content.replace(find, put, 1)
            target.writestr(member, content)
    return buffer.getvalue()


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in members.items():
            target.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()


def locked(name: str = "EncryptedPackage") -> bytes:
    return OLE + bytes(512) + name.encode("utf-16-le") + bytes(64)


def bomb() -> bytes:
    return zipped(xl__workbook_xml=b"<workbook/>", xl__worksheets__sheet1_xml=b" " * (40 << 20))


def protected_ods() -> bytes:
    manifest = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    return zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", **{"META-INF__manifest_xml": manifest})


def empty_sheets() -> bytes:
    return messy.workbook(("Sheet1", []), ("Sheet2", []))


def one_far_cell() -> bytes:
    return messy.workbook(("Data", ROWS), more=lambda _, sheet: sheet.write(1_048_575, 16_383, "x"))


def only_hidden() -> bytes:
    return messy.workbook(("Cover", [["Annual return"]]), ("Data", ROWS), hidden_sheets=("Data",))


PARTS = {"[Content_Types]_xml": b"<Types/>"}

REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "zero_bytes": ("a.xlsx", lambda: b"", EMPTY),
    "blank_lines_only": ("a.csv", lambda: b"\r\n\r\n  \r\n", EMPTY),
    "commas_only": ("a.csv", lambda: b",,,\n,,,\n", EMPTY),
    "empty_sheets": ("a.xlsx", empty_sheets, EMPTY),
    "pdf": ("report.pdf", lambda: b"%PDF-1.7\n%\xe2\xe3", f"This is a PDF document. {MUST}"),
    "pdf_named_xlsx": ("report.xlsx", lambda: b"%PDF-1.4\n", f"This is a PDF document. {MUST}"),
    "picture_named_csv": ("scan.csv", lambda: b"\x89PNG\r\n\x1a\n" + bytes(40), f"This is a picture. {MUST}"),
    "pdf_after_a_blank_line": ("a.xlsx", lambda: b"\r\n%PDF-1.4\n1 0 obj", f"This is a PDF document. {MUST}"),
    "word": ("a.docx", lambda: zipped(**PARTS, word__document_xml=b"<d/>"), f"This is a Word document. {MUST}"),
    "powerpoint_named_xlsx": (
        "a.xlsx",
        lambda: zipped(**PARTS, ppt__presentation_xml=b"<p/>"),
        f"This is a PowerPoint presentation. {MUST}",
    ),
    "word_before_2007": (
        "a.xls",
        lambda: OLE + bytes(512) + "WordDocument".encode("utf-16-le") + bytes(64),
        f"This is a Word document. {MUST}",
    ),
    "zip_without_workbook": ("a.xlsx", lambda: zipped(data=b"site,people"), f"This is a ZIP archive. {MUST}"),
    "bzip2": ("a.csv", lambda: b"BZh91AY&SY" + b"\x93\x82" * 40, f"This is a bzip2 archive. {MUST}"),
    "access": (
        "a.xls",
        lambda: b"\0\1\0\0Standard Jet DB\0" + b"\1" * 100,
        f"This is an Access database. {MUST}",
    ),
    "git_pointer": (
        "a.csv",
        lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 12345\n",
        f"This is only a pointer to a file that Git LFS keeps elsewhere. {MUST}",
    ),
    "xml_without_declaration": (
        "a.csv",
        lambda: b'<feed xmlns="http://www.w3.org/2005/Atom">\n<entry/>\n</feed>\n',
        f"This is an XML file (feed). {MUST}",
    ),
    "iati_xml": (
        "activities.xml",
        lambda: b'<?xml version="1.0"?><iati-activities version="2.03"/>',
        f"This is an XML file (iati-activities). {MUST}",
    ),
    "json_named_csv": ("a.csv", lambda: b'[{"site": "Alpha", "people": 3}]', f"This is a JSON file. {MUST}"),
    "html_named_xls": ("a.xls", lambda: b"<html><body><table><tr><td>1</td></tr></table></body></html>", WEB_PAGE),
    "html_named_csv": ("a.csv", lambda: b"<!DOCTYPE html>\n<html><head></head></html>", WEB_PAGE),
    "xml_spreadsheet": (
        "a.xls",
        lambda: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "This is an XML spreadsheet; open it in Excel and save as XLSX.",
    ),
    "truncated_zip": ("a.xlsx", lambda: book()[:-400], DAMAGED),
    "password_xlsx": ("a.xlsx", locked, PASSWORD),
    "password_ods": ("a.ods", protected_ods, PASSWORD),
    "biff5": (
        "a.xls",
        lambda: OLE + bytes(504) + b"\x09\x08\x08\x00\x00\x05\x05\x00" + bytes(20),
        "This is an Excel file from before 1997; open it in Excel and save as XLSX.",
    ),
    "zip_bomb": (
        "a.xlsx",
        bomb,
        "The file unpacks to far more than it should (limit 300 MB) and was not opened.",
    ),
    "doctype": (
        "a.xlsx",
        lambda: changed(b"<worksheet", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet'),
        "The file contains unsafe XML.",
    ),
    "far_cell": (
        "a.xlsx",
        one_far_cell,
        "The used area is too large (row 1,048,576): delete empty rows and columns.",
    ),
    "too_many_rows": (
        "a.csv",
        lambda: b"a,b\n" + b"1,2\n" * (MAX_ROWS + 1),
        "The file has 100,002 rows; a return may have 100,000.",
    ),
    "nul_byte": (
        "a.csv",
        lambda: b"site,people\nAlpha,3\nBe\0ta,4\n",
        "Line 3 holds a NUL byte, so the file is damaged; save it again as CSV UTF-8.",
    ),
    "names_only": ("a.csv", lambda: b"site,people,date\n", NO_ROWS),
    "names_of_one_letter_only": ("a.csv", lambda: b"a,b,c\n", NO_ROWS),
    "names_only_xlsx": ("a.xlsx", lambda: messy.workbook(("Data", [["Site", "People", "Date"]])), NO_ROWS),
    "prose_only": (
        "a.xlsx",
        lambda: messy.workbook(("Notes", [["Dear all,"], ["please find the file attached."]])),
        NO_TABLE,
    ),
    "table_on_hidden_sheet": (
        "a.xlsx",
        only_hidden,
        "Sheet Data is hidden, and no other sheet holds a table. Unhide it.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_its_true_reason(case: str) -> None:
    name, make, reason = REFUSED[case]
    seen = inspect(name, make()).as_dict()
    assert seen == {"outcome": "refuse", "reason": reason, "tables": []} or (
        case.startswith("names_only") and (seen["outcome"], seen["reason"]) == ("refuse", reason)
    )


def test_at_least_twenty_kinds_of_file_are_refused() -> None:
    assert len(REFUSED) >= 20


BESIDE = [
    ["Site", "People", "", "Fund", "Euros"],
    ["Alpha", 3, "", "Grant A", 100],
    ["Beta", 4, "", "Grant B", 250],
    ["Gamma", 9, "", "Grant C", 75],
]
STACKED = [
    ["Visits", ""], ["Site", "People"], ["Alpha", 3], ["Beta", 4], ["", ""],
    ["Staff", ""], ["Name", "Hours"], ["Ada", 12], ["Ben", 30],
]  # fmt: skip
SAME_HEADER_TWICE = [
    ["North", ""], ["Site", "People"], ["Alpha", 3], ["Beta", 4], ["", ""],
    ["South", ""], ["Site", "People"], ["Gamma", 12], ["Delta", 30],
]  # fmt: skip
ASKED: dict[str, tuple[bytes, str]] = {
    "two_tables_beside": (messy.text(BESIDE), "The file holds 2 tables (A1 and D1); say which of them is meant."),
    "two_tables_stacked": (messy.text(STACKED), "The file holds 2 tables (A2 and A7); say which of them is meant."),
    "one_header_twice": (
        messy.text(SAME_HEADER_TWICE),
        "The file holds 2 tables (A2 and A7); say which of them is meant.",
    ),
    "repeated_names_beside": (
        messy.text([["Site", "People", "Site", "People"], ["A", 1, "B", 2], ["C", 3, "D", 4]]),
        "The file repeats its names from column C on, as two tables side by side do.",
    ),
    "no_names": (
        messy.text([[1, 2.5], [3, 4.5], [5, 6.5]]),
        "The file has rows of values but no row of names; say what its columns are.",
    ),
    "names_or_record": (
        messy.text([["Alpha", "Nakuru"], ["Beta", "Lodwar"], ["Gamma", "Kisumu"], ["Delta", "Embu"]]),
        "Row 1 can be a row of names or the first record; say which.",
    ),
    "one_name_short": (
        b"region,people,share\n1,North,3,0.5\n2,South,4,0.25\n3,East,9,0.1\n",
        "The row of names has one name fewer than the rows have values; say to which columns they belong.",
    ),
    "counts_or_record": (
        b"a,b,c\n1,2,3\nonce,upon,a\ntime,there,was\n",
        "Row 2 counts the columns, or is the first record.",
    ),
    "greek": (
        "Περιοχή,Άτομα\nΑθήνα,3\n".encode("cp1253"),
        "File a.csv is not Unicode, and its letters can be read in more than one way. Which one looks right?",
    ),
}


@pytest.mark.parametrize("case", ASKED)
def test_asked(case: str) -> None:
    data, reason = ASKED[case]
    seen = inspect("a.csv", data)
    assert (seen.outcome, seen.reason) == ("ask", reason)


def test_a_declared_encoding_settles_the_question() -> None:
    seen = inspect("a.csv", "Περιοχή,Άτομα\nΑθήνα,3\n".encode("cp1253"), encoding="cp1253")
    assert (seen.outcome, seen.tables[0].columns) == ("read", ["Περιοχή", "Άτομα"])


def test_a_table_split_by_tabs_with_commas_in_a_column_is_read() -> None:
    data = b"freq,geo\\time\t2019 \t2020 \nA,AT\t8858775 \t8901064 b\nA,BE\t11455519 p\t: z\nA,BG\t: \t6951482 \n"
    seen = inspect("a.tsv", data)
    assert (seen.outcome, seen.tables[0].columns, seen.tables[0].row_count) == (
        "read", ["freq,geo\\time", "2019", "2020"], 3,
    )  # fmt: skip


FORM = [["Organisation", "Help Now"], ["Period", "Q2 2026"], ["Contact", "desk@example.org"]]


def test_a_form_is_no_table_beside_a_sheet_with_one_and_a_question_alone() -> None:
    beside = inspect("a.xlsx", messy.workbook(("Cover", FORM), ("Data", ROWS)))
    assert (beside.outcome, [table.sheet for table in beside.tables]) == ("read", ["Data"])
    assert inspect("a.xlsx", messy.workbook(("Cover", FORM))).outcome == "ask"


def test_a_table_of_names_and_descriptions_is_no_form() -> None:
    rows = [["Field", "Description"], ["name", "Name of the site"], ["date", "Date of the visit"], ["status", "Open"]]
    assert inspect("a.csv", messy.text(rows)).outcome == "read"


def test_rows_without_names_are_asked_about_beside_empty_sheets_too() -> None:
    seen = inspect("a.xlsx", messy.workbook(("Sheet1", [[1], [2], [3]]), ("Sheet2", []), ("Sheet3", [])))
    assert seen.reason == "Sheet Sheet1 has rows of values but no row of names; say what its columns are."


def test_a_remark_in_a_column_without_a_name_is_no_name() -> None:
    seen = inspect("a.csv", b"Site,People,\n,,see annex\nA,5,\nB,6,\nC,7,\n")
    assert [remark.code for remark in seen.tables[0].warnings] != []
    assert "see annex" not in seen.tables[0].columns
