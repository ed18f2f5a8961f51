"""Files made to harm whoever opens them. All synthetic; none is large, most are a few kilobytes when sent."""

# ruff: noqa: PLW0108 - a file is made when its test runs, not when this module is imported

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable

from tests.e2e.ninety.house import HEADERS, ROWS, good, rezip, sheet_xml, xlsx
from tests.e2e.ninety.xlsb import cell, package, record, row

_HEAD = "Visit ID,Place,People reached\n"


def _in_rows(more: bytes) -> Callable[[], bytes]:
    return lambda: sheet_xml(good(), lambda xml: xml.replace(b"</sheetData>", more + b"</sheetData>"))


def _after_rows(more: Callable[[], bytes]) -> Callable[[], bytes]:
    return lambda: sheet_xml(good(), lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + more()))


def _part(ending: str, content: Callable[[bytes], bytes]) -> Callable[[], bytes]:
    return lambda: rezip(good(), lambda name, before: content(before) if name.endswith(ending) else before)


def _declared(declaration: bytes) -> Callable[[], bytes]:
    return _part("sheet1.xml", lambda xml: xml.replace(b"?>", b"?>" + declaration, 1))


def _laughs() -> bytes:
    lines = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    return b'<!DOCTYPE lolz [<!ENTITY l0 "lol">' + lines + b"]>"


def _rows(count: int, cells: bytes = b'<c r="A%d"><v>1</v></c>') -> bytes:
    return b"".join(b'<row r="%d">' % n + (cells % n if b"%d" in cells else cells) + b"</row>" for n in range(4, count))


def _wide() -> bytes:
    """2,400 rows of a thousand numbers that hardly compress."""
    figures = random.Random(7)
    return b"".join(
        b'<row r="%d">' % n + b"".join(b"<c><v>%d</v></c>" % figures.randrange(10**9) for _ in range(1_000)) + b"</row>"
        for n in range(4, 2_404)
    )


def _spread(kind: str, count: int) -> bytes:
    """So many ranges of a kind behind the rows."""
    ranges = (b"C%d:D%d" % (n, n) for n in range(1, count + 1))
    if kind == "merge":
        return b"<mergeCells>" + b"".join(b'<mergeCell ref="%s"/>' % ref for ref in ranges) + b"</mergeCells>"
    if kind == "link":
        return (
            b"<hyperlinks>" + b"".join(b'<hyperlink ref="%s" r:id="rId1"/>' % ref for ref in ranges) + b"</hyperlinks>"
        )
    if kind == "condition":
        rule = b'<conditionalFormatting sqref="%s"><cfRule type="expression" priority="1"><formula>1</formula></cfRule></conditionalFormatting>'
        return b"".join(rule % ref for ref in ranges)
    one = b'<dataValidation type="list" sqref="%s"><formula1>"a,b"</formula1></dataValidation>'
    return b"<dataValidations>" + b"".join(one % ref for ref in ranges) + b"</dataValidations>"


def _many_sheets(count: int = 4_000) -> bytes:
    sheet = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Visit ID</t></is></c><c r="B1" t="inlineStr"><is><t>Place</t></is></c></row></sheetData></worksheet>'
    names = b"".join(b'<sheet name="S%d" sheetId="%d" r:id="r%d"/>' % (n, n, n) for n in range(1, count))
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    related = b"".join(
        b'<Relationship Id="r%d" Type="%s" Target="worksheets/s%d.xml"/>' % (n, kind, n) for n in range(1, count)
    )

    def change(name: str, content: bytes) -> bytes:
        if name == "xl/workbook.xml":
            return content.replace(b"<sheets>", b"<sheets>" + names)
        if name == "xl/_rels/workbook.xml.rels":
            return content.replace(b"</Relationships>", related + b"</Relationships>")
        return content

    return rezip(good(), change, {f"xl/worksheets/s{n}.xml": sheet for n in range(1, count)})


def _lying_sizes() -> bytes:
    """The directory says 100 bytes; the stream holds 400 million."""
    sink = io.BytesIO()
    source = zipfile.ZipFile(io.BytesIO(good()))
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            if not name.endswith("sheet1.xml"):
                target.writestr(name, source.read(name))
        with target.open("xl/worksheets/sheet1.xml", "w") as member:
            member.write(source.read("xl/worksheets/sheet1.xml").replace(b"</worksheet>", b""))
            for _ in range(400):
                member.write(b" " * 1_000_000)
    data = bytearray(sink.getvalue())
    start = data.rfind(b"PK\x01\x02")
    size = struct.unpack_from("<I", data, start + 24)[0]
    assert size > 400_000_000
    struct.pack_into("<I", data, start + 24, 100)
    local = data.find(b"PK\x03\x04", 0)
    while data[local + 30 : local + 54] != b"xl/worksheets/sheet1.xml":
        local = data.find(b"PK\x03\x04", local + 4)
    struct.pack_into("<I", data, local + 22, 100)
    return bytes(data)


def _ods(body: str, extra: str = "") -> bytes:
    names = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
    text = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}><office:automatic-styles>{extra}</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="KPI">{body}</table:table></office:spreadsheet></office:body></office:document-content>'
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", text)
        archive.writestr("META-INF/manifest.xml", "<m/>")
    return sink.getvalue()


def _ods_cell(text: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{more}><text:p>{text}</text:p></table:table-cell>'


def _ods_head() -> str:
    return "<table:table-row>" + "".join(map(_ods_cell, HEADERS)) + "</table:table-row>"


def old_xls() -> bytes:
    """The good return as Excel 97 wrote it."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("KPI")
    for number, values in enumerate([HEADERS, *ROWS]):
        for place, value in enumerate(values):
            sheet.write(number, place, value)
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()


def _xls(change: Callable[[bytes], bytes]) -> bytes:
    data = old_xls()
    after = change(data)
    assert after != data
    return after


def _columns(count: int) -> str:
    return ",".join(f"c{n}" for n in range(count))


#: Name of the file by case; the ending is what it is handed in as.
FILES: dict[str, Callable[[], bytes]] = {
    "ratio.xlsx": lambda: rezip(good(), add={"xl/media/x.xml": b" " * 60_000_000}),
    "members.xlsx": lambda: rezip(good(), add={f"x/{n}": b"" for n in range(5_001)}),
    "lying_sizes.xlsx": _lying_sizes,
    "laughs.xlsx": _declared(_laughs()),
    "quadratic_entity.xlsx": _declared(b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 100_000 + b'">]>'),
    "external_file.xlsx": _declared(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'),
    "external_http.xlsx": _declared(b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd">'),
    "far_cell.xlsx": lambda: good(more=lambda _, sheet: sheet.write(1_048_575, 16_383, 1)),
    "far_column.xlsx": lambda: good(more=lambda _, sheet: sheet.write(1, 16_383, 1)),
    "wide_corners.xlsx": lambda: good(more=lambda _, sheet: sheet.write(99_999, 999, 1)),
    "million_rows.xlsx": lambda: _in_rows(_rows(1_000_000))(),
    "ghost_rows.xlsx": lambda: _in_rows(_rows(1_000_000, b'<c r="A%d" s="1"/>'))(),
    "million_formulas.xlsx": lambda: _in_rows(_rows(300_000, b'<c r="A%d"><f>1+1</f></c>'))(),
    "million_errors.xlsx": lambda: _in_rows(_rows(300_000, b'<c r="A%d" t="e"><v>#REF!</v></c>'))(),
    "hidden_rows.xlsx": lambda: _in_rows(b"".join(b'<row r="%d" hidden="1"/>' % n for n in range(4, 900_000)))(),
    "wide_rows.xlsx": lambda: _in_rows(_wide())(),
    "deep.xlsx": _in_rows(b"<a>" * 2_000_000),
    "deep_text.xlsx": _in_rows(b'<row r="9"><c r="A9" t="inlineStr"><is>' + b"<r>" * 2_000_000 + b"</is></c></row>"),
    "open_rows.xlsx": lambda: _in_rows(b'<row r="9" t="e"><f>' * 400_000)(),
    "open_cells.xlsx": lambda: _in_rows(b'<row r="9">' + b"<c t='e'><f>" * 600_000 + b"</row>")(),
    "open_tags.xlsx": lambda: _in_rows(b"<row " * 1_600_000 + b'hidden="1" t="e"')(),
    "row_spaces.xlsx": lambda: _in_rows(b"<row " + b" " * 8_000_000 + b"hidden='1'/>" + b"<c t='e'")(),
    "attributes.xlsx": lambda: _in_rows(b"<row " + b'a="1" ' * 1_000_000 + b"/>")(),
    "open_merges.xlsx": _after_rows(lambda: b"<mergeCells>" + b"<mergeCell " * 700_000),
    "merges.xlsx": _after_rows(lambda: _spread("merge", 1_000_000)),
    "merges_over_all.xlsx": _after_rows(lambda: b"<mergeCells>" + b'<mergeCell ref="A1:XFD99999"/>' * 250_000 + b"</mergeCells>"),
    "links.xlsx": _after_rows(lambda: _spread("link", 1_000_000)),
    "conditions.xlsx": _after_rows(lambda: _spread("condition", 600_000)),
    "validations.xlsx": _after_rows(lambda: _spread("validation", 600_000)),
    "sheets.xlsx": _many_sheets,
    "shared_strings_lie.xlsx": _part("sharedStrings.xml", lambda xml: re.sub(rb'ount="\d+"', b'ount="4294967295"', xml)),
    "shared_strings_index.xlsx": _part("sheet1.xml", lambda xml: xml.replace(b"<v>3</v>", b"<v>99999999</v>")),
    "shared_strings_many.xlsx": _part("sharedStrings.xml", lambda xml: xml.replace(b"</sst>", b"<si><t>x</t></si>" * 460_000 + b"</sst>")),
    "styles_open.xlsx": _part("styles.xml", lambda xml: xml.replace(b"<cellXfs", b"<cellXfs " * 800_000 + b"<cellXfs")),
    "formats.xlsx": _part("styles.xml", lambda xml: xml.replace(b"</cellXfs>", b'<xf numFmtId="9"/>' * 430_000 + b"</cellXfs>")),
    "huge_text.xlsx": lambda: _in_rows(b'<row r="9"><c r="A9" t="inlineStr"><is><t>' + b"x" * 8_000_000 + b"</t></is></c></row>")(),
    "amplified_text.xlsx": lambda: rezip(
        sheet_xml(good(), lambda xml: xml.replace(b"</sheetData>", _rows(90_000, b'<c r="A%d" t="s"><v>0</v></c>') + b"</sheetData>")),
        lambda name, xml: xml.replace(b"<t>Visit ID</t>", b"<t>" + b"Visit ID" * 4_000 + b"</t>") if name.endswith("sharedStrings.xml") else xml,
    ),
    "headers_everywhere.xlsx": lambda: xlsx(*([HEADERS * 30] * 1_500)),
    "near_headers.xlsx": lambda: xlsx([*HEADERS, *(f"People reached in district number {n} of the region" for n in range(900))], *ROWS),
    "wrong_codes.xlsx": lambda: xlsx([*HEADERS, "Stage", "Country"], *([f"V-{n}", "x", 1, f"Runing {n}", f"Keniya {n}"] for n in range(30_000))),
    "spaces_in_cells.xlsx": lambda: xlsx([*HEADERS, "Visited on", "Grant paid", "Stage", "Note"], *(
        [f"V-{n}", "x", "1" + " " * 32_000 + "!", "1" + " -" * 16_000 + "!", "1" + " " * 32_000 + "x", "x" + " " * 32_000 + "(", "0" * 16_000 + "+" * 16_000] for n in range(20))),
    "cyclic_relations.xlsx": _part("workbook.xml.rels", lambda xml: xml.replace(b"worksheets/sheet1.xml", b"workbook.xml")),
    "ods_rows.ods": lambda: _ods(_ods_head() + '<table:table-row table:number-rows-repeated="4000000000">' + _ods_cell("x") + "</table:table-row>"),
    "ods_columns.ods": lambda: _ods(_ods_head() + "<table:table-row>" + _ods_cell("x", ' table:number-columns-repeated="4000000000"') + "</table:table-row>"),
    "ods_square.ods": lambda: _ods(_ods_head() + '<table:table-row table:number-rows-repeated="90000">' + _ods_cell("x", ' table:number-columns-repeated="900"') + "</table:table-row>"),
    "ods_empty_square.ods": lambda: _ods(_ods_head() + ('<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16000"/></table:table-row>' * 3) + "<table:table-row>" + _ods_cell("x") + "</table:table-row>"),
    "ods_negative.ods": lambda: _ods(_ods_head() + '<table:table-row table:number-rows-repeated="-5">' + _ods_cell("x", ' table:number-columns-repeated="x"') + "</table:table-row>"),
    "ods_spans.ods": lambda: _ods(_ods_head() + "<table:table-row>" + _ods_cell("x", ' table:number-columns-spanned="99999999" table:number-rows-spanned="99999999"') + "</table:table-row>"),
    "ods_hidden.ods": lambda: _ods('<table:table-row table:visibility="collapse" table:number-rows-repeated="99999"/>' * 3_000 + _ods_head()),
    "ods_open_tables.ods": lambda: _ods("<table:table " * 600_000),
    "ods_open_styles.ods": lambda: _ods(_ods_head(), '<style:style style:name="a">' * 60_000),
    "ods_deep.ods": lambda: _ods(_ods_head() + "<table:table-row>" * 450_000),
    "ods_laughs.ods": lambda: rezip(_ods(_ods_head()), lambda name, xml: xml.replace(b"?>", b"?>" + _laughs(), 1) if name == "content.xml" else xml),
    "records.xls": lambda: _xls(lambda data: data[:1024] + data[1024:].replace(b"\x00", b"\xff", 400)),
    "far_cell.xls": lambda: _xls(lambda data: data.replace(struct.pack("<HHHH", 0xFD, 10, 2, 0), struct.pack("<HHHH", 0xFD, 10, 65_535, 255))),
    "string_count.xls": lambda: _xls(lambda data: re.sub(rb"\xfc\x00(..)(.{8})", lambda found: b"\xfc\x00" + found[1] + b"\xff\xff\xff\x7f" * 2, data, count=1, flags=re.DOTALL)),
    "cut.xls": lambda: _xls(lambda data: data[: len(data) // 2]),
    "lengths.xlsb": lambda: package(row(0) + record(6, struct.pack("<I", 0) + bytes(4) + struct.pack("<I", 0xFFFFFFF0) + b"x" * 9)),
    "far_cell.xlsb": lambda: package(row(0) + cell(0, "x") + row(0xFFFFFFF0) + cell(0xFFFFFFF0, 1.0)),
    "corners.xlsb": lambda: package(row(0) + cell(0, "x") + row(1_048_575) + cell(16_383, 1.0)),
    "million_rows.xlsb": lambda: package(b"".join(row(n) + cell(0, 1.0) for n in range(900_000))),
    "merges.xlsb": lambda: package(row(0) + cell(0, "x") + record(176, struct.pack("<IIII", 0, 0xFFFFFFFF, 0, 0xFFFFFFFF)) * 900_000),
    "cut_record.xlsb": lambda: package(row(0) + b"\xff" * 4_000_000),
    "columns.csv": lambda: f"{_columns(1_000_000)}\n".encode() + b"1," * 1_000_000,
    "long_line.csv": lambda: (_HEAD + "V-1,Detroit," + "9" * 45_000_000).encode(),
    "rows.csv": lambda: (_HEAD + "V,x,1\n" * 3_000_000).encode(),
    "commas.csv": lambda: (_HEAD + "," * 45_000_000).encode(),
    "newlines.csv": lambda: (_HEAD + "\n" * 45_000_000 + "V-1,x,1").encode(),
    "emoji.csv": lambda: (_HEAD + "V-1,📊,1\n" + "V-2," + "é" * 20_000_000 + ",1").encode(),
    "open_quote.csv": lambda: (_HEAD + 'V-1,"x,1\n' + "V,x,1\n" * 3_000_000).encode(),
    "open_quotes.csv": lambda: (_HEAD + 'V-1,"x,1\n' * 2_000_000).encode(),
    "quotes.csv": lambda: (_HEAD + '"' * 40_000_001).encode(),
    "wide_quotes.csv": lambda: (_HEAD + 'V-1,"x\n' + ("," * 999 + "\n") * 40_000).encode(),
    "latin_suspects.csv": lambda: (_HEAD + "a£" * 15_000_000).encode("cp1252"),
    "nul.csv": lambda: _HEAD.encode() + b"\0" * 40_000_000,
    "utf16_bait.csv": lambda: b"\xff\xfe" + b"\x3d\xd8\xca\xdc" * 10_000_000,
    "markup.csv": lambda: b"<!--" * 10_000_000,
}  # fmt: skip
