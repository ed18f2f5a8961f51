"""A small writer of xlsb workbooks (MS-XLSB, section 2.1): texts, numbers and error cells on one sheet."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

_TYPES = b"""<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>
<Override PartName="/xl/worksheets/sheet1.bin" ContentType="application/vnd.ms-excel.worksheet"/></Types>"""
_RELATIONS = """<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>
</Relationships>"""
ERRORS = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A, "#VALUE!": 0x0F}


def record(kind: int, payload: bytes = b"") -> bytes:
    """One record: type and length as variable-length integers, then the payload."""
    head = bytes([kind]) if kind < 128 else bytes([(kind & 0x7F) | 0x80, kind >> 7])
    length, size = b"", len(payload)
    while True:
        size, byte = size >> 7, size & 0x7F
        length += bytes([byte | (0x80 if size else 0)])
        if not size:
            return head + length + payload


def wide(text: str) -> bytes:
    """A counted UTF-16 text."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def row(number: int) -> bytes:
    """The record that begins a row (0-based)."""
    return record(0, struct.pack("<IIH", number, 0, 300) + bytes(3) + struct.pack("<I", 0))


def cell(place: int, value: Any) -> bytes:
    """One cell."""
    head = struct.pack("<I", place) + bytes(4)
    if value in ERRORS:
        return record(3, head + bytes([ERRORS[value]]))
    if isinstance(value, str):
        return record(6, head + wide(value))
    return record(5, head + struct.pack("<d", value))


def package(sheet_data: bytes, sheet: str = "KPI") -> bytes:
    """A workbook around the records of one sheet."""
    bundle = record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide(sheet))
    book = record(131) + record(143) + bundle + record(144) + record(132)
    dimension = record(148, struct.pack("<IIII", 0, 1, 0, 1))
    data = record(129) + dimension + record(145) + sheet_data + record(146) + record(130)
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _RELATIONS.format("officeDocument", "xl/workbook.bin"))
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/_rels/workbook.bin.rels", _RELATIONS.format("worksheet", "worksheets/sheet1.bin"))
        archive.writestr("xl/worksheets/sheet1.bin", data)
    return sink.getvalue()


def xlsb(rows: Sequence[Sequence[Any]]) -> bytes:
    """A workbook of rows."""
    cells = (row(number) + b"".join(cell(place, value) for place, value in enumerate(values) if value != "")
             for number, values in enumerate(rows))  # fmt: skip
    return package(b"".join(cells))
