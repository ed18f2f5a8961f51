"""Workbooks with altered parts inside a sound zip: what is in the sheets' XML, where bytes flipped in the file rarely get."""

from __future__ import annotations

import zlib

from tests.fuzz.promises import need, read_within_promises
from tests.fuzz.zips import mutator

__all__ = ["DICTIONARY", "check", "mutator"]

DICTIONARY = (
    "<row", "</row>", "<c ", "r=\"A1\"", "r=\"XFD1048576\"", "t=\"s\"", "t=\"inlineStr\"", "t=\"e\"", "t=\"b\"", "<v>", "</v>", "<f>", "<is><t>",
    "<si>", "<t xml:space=\"preserve\">", "<mergeCell ref=\"A1:B2\"/>", "hidden=\"1\"", "<cols>", "<col min=\"1\" max=\"16384\"", "s=\"1\"",
    "numFmtId=\"10\"", "<dimension ref=\"A1:XFD1048576\"/>", "table:number-columns-repeated=\"16384\"", "table:number-rows-repeated=\"1048576\"",
    "office:value-type=\"float\"", "office:value=\"1\"", "<!DOCTYPE", "<![CDATA[", "]]>", "&amp;", "&#0;", "&#x1F600;", "_x000D_", "date1904=\"1\"",
    "state=\"hidden\"", "rId1", "Target=\"/xl/worksheets/sheet1.xml\"", "1e309", "-1", "NaN", "99999999999999999999",
)  # fmt: skip


def check(data: bytes) -> None:
    """Hold the promises of every file, and that each row read is a row of a sheet."""
    result = read_within_promises("return.xlsx", data, twice=zlib.crc32(data) % 8 == 0)
    for table in result.tables.values():
        rows = table.frame["_row"]
        need(rows.between(1, 1_048_576).all(), "a row from no sheet", rows.tolist())
        places = list(zip(table.frame["_file"], table.frame["_sheet"], rows, strict=True))
        need(len(set(places)) == len(places) or len(table.headers) > 1, "a row read twice", places)
