"""Synthetic workbooks of every make, with all that a workbook can hold beside its cells."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Border, Font, PatternFill, Protection, Side
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table

#: A one-pixel picture.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def by_openpyxl() -> bytes:
    """Styles, a comment of its own, a table, a validation, a conditional format, names, merges, a hidden sheet."""
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "Cover"
    cover["A1"] = "Synthetic"
    sheet = book.create_sheet("O'Neil & <Co>")
    sheet.append(["Site", "People", "Paid", "When"])
    for row in range(2, 12):
        sheet.append([f"S{row}", row * 10, row + 0.25, date(2026, 9, row)])
    sheet["B3"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["B3"].font = Font(name="Arial", size=14, bold=True, color="FF0000FF")
    sheet["B3"].border = Border(left=Side("thick"), bottom=Side("double"))
    sheet["C4"].number_format = '#,##0.00 "€"'
    sheet["C4"].protection = Protection(locked=False)
    sheet["C5"] = "=SUM(C2:C4)"
    sheet["B7"].comment = Comment("Ask Ana about this one", "Ana")
    sheet["D8"].comment = Comment("Kept as it is", "Ben")
    sheet.merge_cells("F2:G3")
    sheet["F2"] = "merged"
    sheet.freeze_panes = "B2"
    sheet.column_dimensions["E"].fill = PatternFill("solid", fgColor="FFDDDDDD")
    sheet.row_dimensions[9].hidden = True
    sheet.add_table(Table(displayName="Sites", ref="A1:D11"))
    check = DataValidation(type="whole", operator="between", formula1="0", formula2="100000")
    sheet.add_data_validation(check)
    check.add("B2:B11")
    sheet.conditional_formatting.add("C2:C11", CellIsRule(operator="lessThan", formula=["5"], font=Font(bold=True)))
    sheet.print_title_rows = "1:1"
    sheet.print_area = "A1:D11"
    book.defined_names["Rate"] = DefinedName("Rate", attr_text="Cover!$A$1")
    hidden = book.create_sheet("Notes")
    hidden.sheet_state = "hidden"
    hidden["A1"] = "=Cover!A1"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def by_xlsxwriter(*, comments: bool = True, macros: bool = False, fix_list: bool = False) -> bytes:
    """A chart, a picture, a table, a sparkline, rich text, an autofilter, shapes, and a sheet named by us if asked."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("KPI")
    data = book.add_worksheet("Fix list" if fix_list else "Data")
    money = book.add_format({"num_format": "#,##0.00", "bg_color": "#FFFF99", "border": 1})
    sheet.set_column(2, 2, 30, money)
    sheet.set_row(12, 30, book.add_format({"italic": True}))
    for row in range(40):
        sheet.write_row(row, 0, [f"R{row}", row, row / 4], money if row % 3 == 0 else None)
    sheet.write_rich_string(2, 4, "plain ", book.add_format({"bold": True}), "bold")
    sheet.write_formula(3, 4, "=SUM(B1:B3)", None, 3)
    sheet.write_formula(4, 4, "=1/0", None, "#DIV/0!")
    sheet.write_boolean(5, 4, True)
    sheet.merge_range("G2:H4", "merged", money)
    sheet.freeze_panes(1, 1)
    sheet.autofilter("A1:C40")
    sheet.data_validation("B2:B40", {"validate": "integer", "criteria": ">=", "value": 0})
    sheet.conditional_format("B2:B40", {"type": "3_color_scale"})
    sheet.insert_image("J2", "p.png", {"image_data": io.BytesIO(PNG)})
    sheet.insert_textbox("J9", "a text box")
    sheet.set_header("&CSynthetic")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=KPI!$B$1:$B$10"})
    sheet.insert_chart("L2", chart)
    sheet.add_sparkline("E8", {"range": "KPI!B1:B9"})
    if comments:
        sheet.write_comment("B3", "Kept", {"author": "Ana"})
    sheet.insert_button("J20", {"caption": "Press"})
    data.add_table("A1:B4", {"data": [["x", 1], ["y", 2], ["z", 3]]})
    data.write_string(8, 0, "print me")
    data.print_area("A1:B9")
    data.activate()
    book.define_name("KPI!Local", "=KPI!$A$1")
    book.add_worksheet("Secret").very_hidden()
    book.add_chartsheet("Graph").set_chart(_chart(book))
    book.close()
    return with_macros(out.getvalue()) if macros else out.getvalue()


def _chart(book: xlsxwriter.Workbook) -> object:
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=KPI!$B$1:$B$10"})
    return chart


def plain(rows: list[list[object]], sheet: str = "KPI") -> bytes:
    """A workbook with a few rows and nothing else."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    page = book.add_worksheet(sheet)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None:
                page.write(number, column, value)
    book.close()
    return out.getvalue()


def rewritten(data: bytes, changes: dict[str, bytes | None], *, stored: bool = False) -> bytes:
    """The workbook with parts replaced, added or (``None``) left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = changes.get(name, source.read(name))
            if content is not None:
                target.writestr(name, content, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
        for name, content in changes.items():
            if content is not None and name not in source.namelist():
                target.writestr(name, content)
    return out.getvalue()


def part(data: bytes, name: str) -> bytes:
    """One part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


def with_macros(data: bytes) -> bytes:
    """A stub of a macro project, tied in as Excel does."""
    types = part(data, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    types = types.replace(
        b"<Override", b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Override', 1
    )
    rels = part(data, "xl/_rels/workbook.xml.rels").replace(
        b"</Relationships>",
        b'<Relationship Id="rId77" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
        b'Target="vbaProject.bin"/></Relationships>',
    )
    extra = {"xl/vbaProject.bin": bytes(range(256)) * 20, "customXml/item1.xml": b"<a xmlns='urn:x'>kept</a>"}
    return rewritten(data, {"[Content_Types].xml": types, "xl/_rels/workbook.xml.rels": rels, **extra})


def with_prefixes(data: bytes) -> bytes:
    """The sheets, styles and workbook as other programs write them: every element under a prefix."""
    import re

    changes: dict[str, bytes | None] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"xl/(?:workbook|styles|sharedStrings|worksheets/sheet\d+)\.xml", name):
                body = re.sub(rb"<(/?)(?=[A-Za-z])(?![\w]+:)", rb"<\1x:", archive.read(name))
                changes[name] = body.replace(b' xmlns="', b' xmlns:x="', 1)
    return rewritten(data, changes)


def without_refs(data: bytes) -> bytes:
    """The sheets without any row or cell reference, as some programs write them."""
    import re

    changes: dict[str, bytes | None] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                changes[name] = re.sub(rb'(<(?:row|c)\b[^>]*?) r="[A-Z]*\d+"', rb"\1", archive.read(name))
    return rewritten(data, changes)
