"""Inputs 1 to 10: the kind of file."""

from __future__ import annotations

import io
import struct
import time
import zipfile

import pytest

from tests.e2e.ninety.hostile import old_xls
from tests.e2e.ninety.house import DAMAGED, HEADERS, LOADED, ROWS, TEXT, House, about, good, is_refused, rezip, took
from tests.e2e.ninety.xlsb import xlsb

WRONG_TYPE = ("file.type", "The selected file must be an XLSX, ODS or CSV.")
PASSWORD = ("file.password", "The selected file is password protected.")


def ole(*streams: str) -> bytes:
    """An OLE container with empty streams of these names: how Excel wraps what has a password."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0)
    head += struct.pack("<I", free) * 108
    entries = b""
    for number, name in enumerate(("Root Entry", *streams)):
        text = name.encode("utf-16-le")
        kind, child = (5, 1) if number == 0 else (2, free)
        right = number + 1 if 0 < number < len(streams) else free
        entries += text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, free, right, child)
        entries += bytes(36) + struct.pack("<IQ", end, 0)
    return head + struct.pack("<II", fat, end) + struct.pack("<I", free) * 126 + entries.ljust(512, b"\0")


def test_01_zero_bytes(house: House) -> None:
    is_refused(house.submit(b""), "file.empty", "The selected file is empty.")
    is_refused(house.submit(b" \r\n\t\n", name="a.csv"), "file.empty", "The selected file is empty.")


def test_02_wrong_type(house: House) -> None:
    is_refused(house.submit(b"%PDF-1.7 synthetic", name="report.pdf"), *WRONG_TYPE)
    is_refused(house.submit(b"%PDF-1.7 synthetic sample", name="report.xlsx"), *WRONG_TYPE)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("word/document.xml", "<w:document/>")
    is_refused(house.submit(sink.getvalue(), name="report.docx"), *WRONG_TYPE)
    assert house.nothing_loaded()


def test_03_csv_text_named_as_a_workbook(house: House) -> None:
    outcome = house.submit(TEXT.encode(), name="return.xls")
    assert about(outcome.verdict, "file.csv_named_as_workbook").sentence == (
        "The file is named .xls but holds plain text; it was read as CSV."
    )
    assert (outcome.verdict.state, house.rows()) == ("accepted", LOADED)


def test_04_web_page_named_xls(house: House) -> None:
    page = b"<html><body><table><tr><th>Visit ID</th></tr><tr><td>V-1</td></tr></table></body></html>"
    is_refused(house.submit(page, name="export.xls"), "file.web_page",
               "This is a web page; open it in Excel and save as XLSX.")  # fmt: skip


@pytest.mark.parametrize("part", [0.3, 0.6, 0.98])
def test_05_truncated_zip(house: House, part: float) -> None:
    data = good()
    is_refused(house.submit(data[: int(len(data) * part)]), *DAMAGED)


def test_06_password_protected(house: House) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    is_refused(house.submit(ole("EncryptedPackage", "EncryptionInfo")), *PASSWORD)
    sink = io.BytesIO()
    OOXMLFile(io.BytesIO(good())).encrypt("synthetic", sink)
    is_refused(house.submit(sink.getvalue(), name="locked.xlsx"), *PASSWORD)
    xls = b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(12) + b"\x2f\x00\x36\x00"
    is_refused(house.submit(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + xls, name="locked.xls"), *PASSWORD)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "encrypted")
        archive.writestr("META-INF/manifest.xml", "<manifest:manifest><manifest:encryption-data/></manifest:manifest>")
    is_refused(house.submit(sink.getvalue(), name="locked.ods"), *PASSWORD)


def test_07_old_xls(house: House) -> None:
    outcome = house.submit(old_xls(), name="return.xls")
    assert about(outcome.verdict, "file.old_format").sentence == (
        "The file is in the old .xls format. It was read; save as XLSX next time."
    )
    assert house.rows() == LOADED
    biff5 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + b"\x09\x08\x08\x00\x00\x05\x05\x00" + bytes(20)
    is_refused(house.submit(biff5, name="older.xls"), "file.too_old",
               "This is an Excel file from before 1997; open it in Excel and save as XLSX.")  # fmt: skip


def test_08_macros_never_run(house: House) -> None:
    outcome = house.submit(rezip(good(), add={"xl/vbaProject.bin": b"synthetic macro"}), name="return.xlsm")
    assert about(outcome.verdict, "file.macros").sentence == "The workbook contains macros. They were not run."
    assert house.rows() == LOADED
    assert "The workbook contains macros. They were not run." in outcome.receipt.as_text()


def test_08_xlsb_is_read(house: House) -> None:
    outcome = house.submit(xlsb([HEADERS, *ROWS]), name="return.xlsb")
    assert (outcome.verdict.state, house.rows()) == ("accepted", LOADED)
    bad = house.check(xlsb([HEADERS, ROWS[0], ["V-2", "Trenton", "#REF!"]]), name="return.xlsb")
    assert about(bad, "people.type").sentence == (
        "Sheet KPI, C3: the cell shows #REF!. Correct the formula, or type the value."
    )


def test_09_ods_with_repeated_empty_rows(house: House) -> None:
    from tests.unit.sources.reader.builders import ods

    start = time.monotonic()
    outcome = house.submit(ods([["Synthetic sample"], [], HEADERS, *ROWS]), name="return.ods")
    assert (outcome.verdict.state, house.rows()) == ("accepted", LOADED)
    assert took(start) < 5


def test_10_strict_open_xml(house: House) -> None:
    def strict(_: str, content: bytes) -> bytes:
        main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        linked = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        content = content.replace(main, b"http://purl.oclc.org/ooxml/spreadsheetml/main")
        return content.replace(linked, b"http://purl.oclc.org/ooxml/officeDocument/relationships")

    outcome = house.submit(rezip(good(), strict))
    assert (outcome.verdict.state, house.rows()) == ("accepted", LOADED)
