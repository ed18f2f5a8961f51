"""Files that are refused, each with its one sentence."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
import xlsxwriter

from sources.contract.load import load_all, load_contract, programs
from sources.contract.template import template_bytes
from sources.reader import InputFile, read_files
from tests.unit.sources.reader.builders import HEADERS, ROWS, csv, partner, read, rezip, rules, sentence, xlsx

GOOD = xlsx(("Site visits", [HEADERS, *ROWS]))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def refused(result, rule: str, text: str) -> None:
    assert result.outcome == "refused"
    assert [(problem.rule, problem.sentence) for problem in result.problems] == [(rule, text)]


@pytest.mark.parametrize(
    ("name", "data", "rule", "text"),
    [
        ("a.xlsx", b"", "file.empty", "The selected file is empty."),
        ("a.csv", b"  \r\n \n", "file.empty", "The selected file is empty."),
        ("a.csv", b"\xef\xbb\xbf", "file.empty", "The selected file is empty."),
        ("a.pdf", b"%PDF-1.7 ...", "file.type", "The selected file must be an XLSX, ODS or CSV."),
        ("a.xlsx", b"%PDF-1.7 ...", "file.type", "The selected file must be an XLSX, ODS or CSV."),
        ("a.json", b'{"a": 1}', "file.type", "The selected file must be an XLSX, ODS or CSV."),
        (
            "a.xls",
            b"<html><body><table><tr><td>Visit ID</td></tr></table>",
            "file.web_page",
            "This is a web page; open it in Excel and save as XLSX.",
        ),
        (
            "a.xls",
            b"\xef\xbb\xbf<!DOCTYPE html><html>",
            "file.web_page",
            "This is a web page; open it in Excel and save as XLSX.",
        ),
        ("a.xlsx", GOOD[:-400], "file.damaged", "The file is damaged or was not fully uploaded; try again."),
        (
            "a.xlsx",
            OLE + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le"),
            "file.password",
            "The selected file is password protected.",
        ),
        (
            "a.xls",
            OLE + b"\0" * 504 + b"\x09\x08\x10\x00\x00\x06\x05\x00" + b"\0" * 8 + b"\0" * 4 + b"\x2f\x00\x36\x00",
            "file.password",
            "The selected file is password protected.",
        ),
        (
            "a.xls",
            OLE + b"\0" * 504 + b"\x09\x08\x08\x00\x00\x05\x05\x00" + b"\0" * 20,
            "file.too_old",
            "This is an Excel file from before 1997; open it in Excel and save as XLSX.",
        ),
        (
            "a.doc",
            OLE + b"\0" * 512 + "WordDocument".encode("utf-16-le"),
            "file.type",
            "The selected file must be an XLSX, ODS or CSV.",
        ),
    ],
)
def test_container(name: str, data: bytes, rule: str, text: str) -> None:
    refused(read(data, name=name), rule, text)


def test_word_document() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    refused(read(buffer.getvalue(), name="a.docx"), "file.type", "The selected file must be an XLSX, ODS or CSV.")


def test_encrypted_ods() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "garbage")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest><manifest:encryption-data/></manifest:manifest>")
    refused(read(buffer.getvalue(), name="a.ods"), "file.password", "The selected file is password protected.")


def test_far_cell_is_refused_quickly() -> None:
    data = xlsx(("KPI", [HEADERS, *ROWS]), more=lambda book, sheet: sheet.write(1_048_575, 16_383, 1))
    start = time.monotonic()
    refused(read(data), "file.too_large", "The used area is too large (row 1,048,576): delete empty rows and columns.")
    assert time.monotonic() - start < 2
    assert read(GOOD).outcome == "read"


def test_many_rows() -> None:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"constant_memory": True})
    sheet = book.add_worksheet("KPI")
    for row in range(100_002):
        sheet.write_number(row, 0, 1)
    book.close()
    refused(
        read(buffer.getvalue()), "file.too_large", "Sheet KPI has more than 100,000 rows, the most a return may have."
    )


def test_zip_bomb() -> None:
    data = rezip(GOOD, lambda name, content: content, {"xl/media/x.xml": b" " * 60_000_000})
    start = time.monotonic()
    refused(
        read(data), "file.zip_bomb", "The file unpacks to far more than it should (limit 300 MB) and was not opened."
    )
    assert time.monotonic() - start < 2


def test_many_members() -> None:
    data = rezip(GOOD, lambda name, content: content, {f"x/{index}": b"" for index in range(5_001)})
    refused(read(data), "file.zip_bomb", "The file holds more than 5,000 parts and was not opened.")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("declaration", ['<!DOCTYPE a [<!ENTITY b "c">]>', '<!DOCTYPE a SYSTEM "file:///etc/passwd">'])
def test_unsafe_xml(encoding: str, declaration: str) -> None:
    def change(name: str, content: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return content
        text = content.decode().replace("<worksheet", declaration + "<worksheet", 1).replace('encoding="UTF-8" ', "")
        return text.encode(encoding)

    refused(read(rezip(GOOD, change)), "file.unsafe_xml", "The file contains unsafe XML.")


def test_broken_shared_string_index() -> None:
    data = rezip(
        GOOD,
        lambda name, content: content.replace(b"<v>1</v>", b"<v>99999</v>") if name.endswith("sheet1.xml") else content,
    )
    result = read(data)
    assert result.outcome in ("refused", "read")
    if result.outcome == "refused":
        refused(
            result, "file.damaged", "The file is damaged; open it in Excel, save it again as XLSX and hand that in."
        )


def test_another_program() -> None:
    data = xlsx(("Sheet1", [["Roundtable ID", "Date held", "Attended"], ["R1", "2026-08-01", 4]]))
    refused(read(data), "file.program", "This is a CHEER return; you chose DEMO.")


def test_no_table() -> None:
    refused(
        read(xlsx(("Sheet1", [["Name", "Colour"], ["x", "red"]]))),
        "file.no_table",
        "No table of DEMO was found. Site visits needs a header row with: Visit ID, Place, People reached.",
    )


@pytest.mark.parametrize(
    "title",
    ["Q2 2026", "Site visits – 2026-Q2", "DEMO return, 2nd quarter 2026", "Reporting period: second quarter of 2026"],
)
def test_another_quarter(title: str) -> None:
    data = xlsx(("Site visits", [[title], [], HEADERS, *ROWS]))
    refused(read(data), "file.period", "This is a Q2 2026 return; Q3 is open.")


def test_another_year() -> None:
    refused(
        read(xlsx(("KPI", [["Q3 2025"], HEADERS, *ROWS]))), "file.period", "This is a Q3 2025 return; Q3 2026 is open."
    )


@pytest.mark.parametrize("title", ["Numbers since Q1 2026", "Q3 2026, compared with Q2 2026", "Quarter 3"])
def test_quarters_mentioned_otherwise(title: str) -> None:
    assert read(xlsx(("Site visits", [[title], HEADERS, *ROWS]))).outcome == "read"


def meta(**values: str) -> bytes:
    return xlsx(("Site visits", [HEADERS, *ROWS]), ("_impact", [[key, value] for key, value in values.items()]))


@pytest.mark.parametrize(
    ("values", "rule", "text"),
    [
        ({"program": "cheer"}, "file.program", "This is a CHEER return; you chose DEMO."),
        ({"program": "demo", "version": "3.0.0"}, "file.version", "The template must be version 2: download it."),
        (
            {"program": "demo", "partner": "p2"},
            "file.partner",
            "This is a return of Sample partner (two); you chose Sample partner (one).",
        ),
        ({"program": "demo", "period": "2026-Q2"}, "file.period", "This is a Q2 2026 return; Q3 is open."),
    ],
)
def test_template_of_another(values: dict[str, str], rule: str, text: str) -> None:
    refused(read(meta(**values)), rule, text)


def test_fitting_template() -> None:
    result = read(meta(program="demo", version="2.0.0", partner="p1", period="2026-Q3"))
    assert (result.outcome, result.meta["version"]) == ("read", "2.0.0")


def test_no_rows() -> None:
    refused(
        read(xlsx(("Site visits", [HEADERS]))),
        "file.no_rows",
        "The file has no data rows. If there is nothing to report, say so instead of sending an empty file.",
    )


def test_nul_byte() -> None:
    data = InputFile("a.csv", b"Visit ID,Place,People reached\nV-1,De\0troit,3\n")
    refused(read(data), "file.nul_byte", "Line 2 holds a NUL byte, so the file is damaged; save it again as CSV UTF-8.")


def test_csv_named_xls_is_read_after_saying_so() -> None:
    result = read(csv("Visit ID,Place,People reached\nV-1,Detroit,3\n").data, name="old.xls")
    assert result.outcome == "read"
    assert (
        sentence(result, "csv_named_as_workbook") == "The file is named .xls but holds plain text; it was read as CSV."
    )


def test_macros_and_outside_members_are_left_alone() -> None:
    data = rezip(GOOD, lambda name, content: content, {"xl/vbaProject.bin": b"x", "../../etc/x": b"y"})
    result = read(data, name="a.xlsm")
    assert result.outcome == "read"
    assert {"file.macros", "file.odd_members"} <= set(rules(result, "info"))


def test_hidden_table_only() -> None:
    def hide(book, sheet) -> None:
        book.add_worksheet("Notes").activate()
        sheet.hide()

    data = xlsx(("KPI", [HEADERS, *ROWS]), more=hide)
    refused(read(data), "file.hidden_sheet", "Sheet KPI is hidden. Unhide it and hand the file in again.")


@pytest.mark.parametrize("program", programs())
def test_every_template_is_recognised(program: str) -> None:
    contracts = load_all()
    contract = load_contract(program)
    who = contract.partners[0]
    data = template_bytes(contract, partner=who.code, period="2026-Q3")
    result = read_files(contract, [InputFile("t.xlsx", data)], partner=who, period="2026-Q3", others=contracts.values())
    assert [problem.rule for problem in result.problems] == ["file.no_rows"]
    wrong = next(other for other in contracts.values() if other.program != program)
    result = read_files(
        wrong, [InputFile("t.xlsx", data)], partner=wrong.partners[0], period="2026-Q3", others=contracts.values()
    )
    assert [problem.rule for problem in result.problems] == ["file.program"]


def test_filenames_are_made_safe() -> None:
    result = read(
        InputFile("../../etc/\u202ex\n.xlsx", xlsx(("Site visits", [HEADERS, ["V-1", "Detroit", "twelve"]]))),
        who=partner(),
    )
    assert {problem.file for problem in result.problems} == {"x.xlsx"}
