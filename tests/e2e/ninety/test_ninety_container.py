"""Inputs 11 to 19: what a container claims, hides or lies about."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.ninety.house import LOADED, TEXT, House, about, csv, good, is_refused, rezip, rules, sheet_xml, took

UNSAFE = ("file.unsafe_xml", "The file contains unsafe XML.")
LAUGHS = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'


@pytest.mark.parametrize("how", ["ratio", "members"])
def test_11_zip_bomb(house: House, how: str) -> None:
    parts = {"xl/media/x.xml": b" " * 60_000_000} if how == "ratio" else {f"x/{n}": b"" for n in range(5_001)}
    data = rezip(good(), add=parts)
    start = time.monotonic()
    outcome = house.submit(data)
    assert took(start) < 2
    assert (outcome.verdict.state, rules(outcome.verdict)) == ("refused", ["file.zip_bomb"])
    assert "was not opened" in outcome.verdict.problems[0].sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"]
)
def test_12_document_type_in_any_part(house: House, part: str, encoding: str) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name != part:
            return content
        head, mark, rest = content.partition(b"?>")
        text = (head + mark + LAUGHS + rest).decode().replace('encoding="UTF-8"', f'encoding="{encoding.upper()}"')
        return text.encode(encoding)

    is_refused(house.submit(rezip(good(), change)), *UNSAFE)


def test_13_external_entity_is_neither_read_nor_requested(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    asked: list[Any] = []
    monkeypatch.setattr(socket.socket, "connect", lambda *address: asked.append(address))
    for target in ("file:///etc/hostname", "http://127.0.0.1:9/x"):
        declared = f'?><!DOCTYPE a [<!ENTITY b SYSTEM "{target}">]>'.encode()
        data = sheet_xml(good(), lambda content, text=declared: content.replace(b"?>", text, 1))
        is_refused(house.submit(data), *UNSAFE)
    assert asked == []


def test_14_members_that_point_outside(house: House, tmp_path: Path) -> None:
    data = rezip(good(), add={"../../outside.txt": b"x", "/absolute.txt": b"x"})
    outcome = house.submit(data)
    assert about(outcome.verdict, "file.odd_members").sentence == (
        "The file holds parts that point outside it. They were left alone."
    )
    assert house.rows() == LOADED
    assert [path.name for path in tmp_path.rglob("*.txt")] == []
    judged = [event for event in house.desk.log.events() if event.kind == "judged"]
    assert any(problem["rule"] == "file.odd_members" for problem in judged[-1].payload["problems"])


def test_15_single_cell_at_the_far_end(house: House) -> None:
    data = good(more=lambda _, sheet: sheet.write(1_048_575, 16_383, 1))
    start = time.monotonic()
    outcome = house.submit(data)
    assert took(start) < 5
    is_refused(outcome, "file.too_large",
               "The used area is too large (row 1,048,576): delete empty rows and columns.")  # fmt: skip
    house.submit(good())
    assert house.rows() == LOADED


def test_16_ghost_rows(house: House) -> None:
    def ghosts(book: Any, sheet: Any) -> None:
        bold = book.add_format({"bold": True})
        for row in range(3, 200_000):
            sheet.write_blank(row, 0, None, bold)

    data = good(more=ghosts)
    start = time.monotonic()
    outcome = house.submit(data)
    assert (outcome.verdict.state, house.rows()) == ("accepted", LOADED)
    assert took(start) < 5


def test_17_too_many_rows(house: House) -> None:
    def rows(content: bytes) -> bytes:
        row = b'<row r="%d"><c r="A%d"><v>1</v></c></row>'
        return content.replace(b"</sheetData>", b"".join(row % (n, n) for n in range(4, 1_000_001)) + b"</sheetData>")

    data = sheet_xml(good(), rows)
    start = time.monotonic()
    outcome = house.submit(data)
    assert took(start) < 5
    is_refused(outcome, "file.too_large", "Sheet KPI has more than 100,000 rows, the most a return may have.")
    text = csv(TEXT + "V-3,Boise,4\n" * 100_000)
    is_refused(house.submit(text), "file.too_large", "The file has 100,003 rows; a return may have 100,000.")


@pytest.mark.parametrize("extent", [b"A1:XFD1048576", b"A1", b"Z99:A1"])
def test_18_lying_dimension(house: House, extent: bytes) -> None:
    outcome = house.submit(sheet_xml(good(), lambda content: content.replace(b'ref="A1:C3"', b'ref="%s"' % extent)))
    assert (outcome.verdict.state, house.rows()) == ("accepted", LOADED)


def test_19_bad_shared_string_index_and_broken_styles(house: House) -> None:
    re_save = "The file is damaged; open it in Excel, save it again as XLSX and hand that in."
    bad = sheet_xml(good(), lambda content: content.replace(b'<c r="A2" t="s"><v>3<', b'<c r="A2" t="s"><v>99999<'))
    is_refused(house.submit(bad), "file.damaged", re_save)
    assert house.nothing_loaded()
    styles = rezip(good(), lambda name, content: b"<styleSheet><broken" if name.endswith("styles.xml") else content)
    outcome = house.submit(styles)
    if outcome.verdict.state == "refused":
        is_refused(outcome, "file.damaged", re_save)
    else:
        assert house.rows() == LOADED
