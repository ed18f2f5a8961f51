"""What must hold of every marked workbook, whatever it was before."""

from __future__ import annotations

import io
import posixpath
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
PACKAGE_REL = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
#: Order of a worksheet's elements (ECMA-376, CT_Worksheet).
ORDER = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
]
STYLE_ORDER = [
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
]
BOOK_ORDER = [
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "smartTagPr",
    "smartTagTypes",
    "webPublishing",
    "fileRecoveryPr",
    "webPublishObjects",
    "extLst",
]


def parsed(part: bytes) -> ET.Element:
    return ET.fromstring(part)  # noqa: S314 - made by ourselves


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == len({name.lower() for name in archive.namelist()})
        return {name: archive.read(name) for name in archive.namelist()}


def compressed(data: bytes) -> dict[str, bytes]:
    """Members with their compressed bytes, read from their own place."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            start = (
                info.header_offset
                + 30
                + sum(data[info.header_offset + at] + 256 * data[info.header_offset + at + 1] for at in (26, 28))
            )
            found[info.filename] = data[start : start + info.compress_size]
    return found


def sheet_parts(parts: dict[str, bytes]) -> dict[str, str]:
    targets = {
        item.get("Id"): posixpath.normpath(posixpath.join("xl", item.get("Target", "").removeprefix("/xl/")))
        for item in parsed(parts["xl/_rels/workbook.xml.rels"])
    }
    book = parsed(parts["xl/workbook.xml"])
    return {sheet.get("name", ""): targets[sheet.get(f"{REL}id")] for sheet in book.find(f"{MAIN}sheets")}


def only_allowed_changed(before: bytes, after: bytes, marked: set[str]) -> None:
    """Nothing but the marked sheets, styles, comments and their shapes, workbook, types and relationships differs."""
    old, new = members(before), members(after)
    sheets = sheet_parts(old)
    allowed = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    for name in marked:
        part = sheets[name]
        allowed |= {part, posixpath.join(posixpath.dirname(part), "_rels", posixpath.basename(part) + ".rels")}
    comments = re.compile(
        r"xl/(?:comments/?(?:comment)?\d*\.xml|drawings/.*\.vml|worksheets/sheet\d+\.xml|comments\d+\.xml)"
    )
    raw_old, raw_new = compressed(before), compressed(after)
    for name in old:
        assert name in new, f"{name} is gone"
        if name in allowed or (name not in sheets.values() and comments.fullmatch(name)):
            continue
        assert new[name] == old[name], f"{name} changed"
        assert raw_new[name] == raw_old[name], f"{name} was compressed anew"
    for name in new.keys() - old.keys():
        assert name in allowed or comments.fullmatch(name) or "/_rels/" in name, f"{name} is new"
    assert list(old) == [name for name in new if name in old]


def cells_same(
    before: bytes, after: bytes, marked: dict[str, set[str]], once_marked: dict[str, set[str]] | None = None
) -> None:
    """Every cell keeps value, formula and style; a marked one all but its fill and comment.

    A cell that was marked before and had not been there keeps the format of its row or column, seen there before.
    """
    old, new = (openpyxl.load_workbook(io.BytesIO(data), rich_text=True) for data in (before, after))
    assert new.sheetnames[1:] == old.sheetnames
    for one in old.worksheets:
        two = new[one.title]
        assert two.sheet_state == one.sheet_state
        assert two.merged_cells.ranges == one.merged_cells.ranges
        assert two.freeze_panes == one.freeze_panes
        assert two.print_area == one.print_area
        assert two.tables.keys() == one.tables.keys()
        own = marked.get(one.title, set())
        there = {f"{get_column_letter(column)}{row}" for row, column in one._cells}
        new_cells = (once_marked or {}).get(one.title, set()) - there
        for row in range(1, max(one.max_row, two.max_row) + 1):
            for column in range(1, max(one.max_column, two.max_column) + 1):
                first, second = one.cell(row, column), two.cell(row, column)
                where = f"{one.title}!{first.coordinate}"
                assert str(second.value) == str(first.value), where
                assert second.data_type == first.data_type, where
                if first.coordinate in new_cells:
                    continue
                if first.coordinate in own:
                    assert second.fill.fill_type == "solid", where
                    if not first.has_style:
                        continue
                else:
                    assert _own(second.fill) == _own(first.fill), where
                    assert (second.comment and second.comment.text) == (first.comment and first.comment.text), where
                for what in ("font", "border", "alignment", "number_format", "protection", "quotePrefix"):
                    assert _own(getattr(second, what)) == _own(getattr(first, what)), f"{where} {what}"
    assert {n: d.attr_text for n, d in new.defined_names.items()} == {
        n: d.attr_text for n, d in old.defined_names.items()
    }
    for one in old.worksheets:
        names = {n: d.attr_text for n, d in one.defined_names.items()}
        assert {n: d.attr_text for n, d in new[one.title].defined_names.items()} == names


def _own(value: object) -> object:
    """What openpyxl's proxy of a style stands for."""
    return getattr(value, "_StyleProxy__target", value)


def well_built(data: bytes) -> None:
    """The rules Excel insists on and other programs don't: order, counts, ids, targets, types."""
    parts = members(data)
    for name, part in parts.items():
        if name.endswith((".xml", ".rels")):
            parsed(part)
    _types(parts)
    for name in [name for name in parts if name.endswith(".rels")]:
        _relations(parts, name)
    _book(parts)
    _styles(parts["xl/styles.xml"])
    forms = len(parsed(parts["xl/styles.xml"]).find(f"{MAIN}cellXfs"))
    selected = 0
    for name, path in sheet_parts(parts).items():
        root = parsed(parts[path])
        if root.tag != f"{MAIN}worksheet":
            continue
        _in_order(root, ORDER)
        selected += any(view.get("tabSelected") in ("1", "true") for view in root.iter(f"{MAIN}sheetView"))
        _rows(root, forms, name)
        _comments(parts, root, path)
    assert selected <= 1, "several sheets are selected: typing into one changes the others"


def _types(parts: dict[str, bytes]) -> None:
    root = parsed(parts["[Content_Types].xml"])
    defaults = [item.get("Extension", "").lower() for item in root.iter(f"{TYPES}Default")]
    overrides = [item.get("PartName", "") for item in root.iter(f"{TYPES}Override")]
    assert len(defaults) == len(set(defaults))
    assert len(overrides) == len(set(overrides))
    for name in overrides:
        assert name.removeprefix("/") in parts, name
    for name in parts:
        if name != "[Content_Types].xml":
            assert f"/{name}" in overrides or name.rsplit(".", 1)[-1].lower() in defaults, f"{name} has no type"


def _relations(parts: dict[str, bytes], name: str) -> None:
    root = parsed(parts[name])
    ids = [item.get("Id") for item in root]
    assert len(ids) == len(set(ids)), name
    folder = posixpath.dirname(posixpath.dirname(name))
    for item in root:
        if item.get("TargetMode") != "External":
            target = item.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            assert path in parts, f"{name}: {target}"


def _in_order(root: ET.Element, order: list[str]) -> None:
    names = [child.tag.removeprefix(MAIN) for child in root if child.tag.startswith(MAIN)]
    places = [order.index(name) for name in names]
    assert places == sorted(places), names


def _book(parts: dict[str, bytes]) -> None:
    root = parsed(parts["xl/workbook.xml"])
    _in_order(root, BOOK_ORDER)
    sheets = list(root.find(f"{MAIN}sheets"))
    for key in ("name", "sheetId", f"{REL}id"):
        values = [sheet.get(key, "").casefold() for sheet in sheets]
        assert len(values) == len(set(values)), key
    assert all(len(sheet.get("name", "")) <= 31 for sheet in sheets)
    for view in root.iter(f"{MAIN}workbookView"):
        active = sheets[int(view.get("activeTab", "0"))]
        assert active.get("state", "visible") == "visible"
        path = sheet_parts(parts)[active.get("name", "")]
        chosen = list(parsed(parts[path]).iter(f"{MAIN}sheetView"))
        if chosen:
            assert chosen[0].get("tabSelected") in ("1", "true"), "the sheet in front is not the one selected"
    for item in root.iter(f"{MAIN}definedName"):
        assert int(item.get("localSheetId", "0")) < len(sheets)


def _styles(part: bytes) -> None:
    root = parsed(part)
    _in_order(root, STYLE_ORDER)
    sizes = {}
    for child in root:
        sizes[child.tag.removeprefix(MAIN)] = len(child)
        if child.get("count") is not None and not child.tag.endswith(("extLst", "colors")):
            assert int(child.get("count", "0")) == len(child), child.tag
    for form in root.find(f"{MAIN}cellXfs"):
        assert int(form.get("fontId", "0")) < sizes["fonts"]
        assert int(form.get("fillId", "0")) < sizes["fills"]
        assert int(form.get("borderId", "0")) < sizes["borders"]


def _rows(root: ET.Element, forms: int, name: str) -> None:
    last_row = 0
    for row in root.iter(f"{MAIN}row"):
        number = int(row.get("r", last_row + 1))
        assert number > last_row, f"{name} row {number}"
        last_row, last_column = number, 0
        spans = [int(end) for end in row.get("spans", "1:16384").split(":")]
        for cell in row.iter(f"{MAIN}c"):
            ref = re.fullmatch(r"([A-Z]+)(\d+)", cell.get("r", ""))
            column = openpyxl.utils.column_index_from_string(ref[1]) if ref else last_column + 1
            assert column > last_column, f"{name} {cell.get('r')}"
            assert ref is None or int(ref[2]) == number
            assert spans[0] <= column <= spans[1], f"{name} {cell.get('r')} outside spans"
            assert int(cell.get("s", "0")) < forms
            last_column = column


def _comments(parts: dict[str, bytes], root: ET.Element, path: str) -> None:
    rels = f"{posixpath.dirname(path)}/_rels/{posixpath.basename(path)}.rels"
    found = {item.get("Id"): item for item in parsed(parts[rels])} if rels in parts else {}
    for item in root:
        if item.tag in (f"{MAIN}legacyDrawing", f"{MAIN}drawing", f"{MAIN}legacyDrawingHF"):
            assert item.get(f"{REL}id") in found, f"{path}: {item.tag} leads nowhere"
    commented = [item for item in found.values() if item.get("Type", "").endswith("/comments")]
    assert len(commented) <= 1
    if not commented:
        return
    comments = parsed(parts[_target(path, commented[0])])
    authors = len(comments.find(f"{MAIN}authors"))
    refs = [item.get("ref") for item in comments.iter(f"{MAIN}comment")]
    assert len(refs) == len(set(refs)), "two comments on one cell"
    assert all(int(item.get("authorId", "0")) < authors for item in comments.iter(f"{MAIN}comment"))
    (legacy,) = root.findall(f"{MAIN}legacyDrawing")
    vml = parts[_target(path, found[legacy.get(f"{REL}id")])]
    parsed(vml)
    ids = re.findall(rb'<\w+:shape [^>]*?\bid="([^"]+)"', vml)
    ids = [number for number in ids if number != b"shape_0"]  # LibreOffice's own name for all of them
    assert len(ids) == len(set(ids)), "two shapes of one id"
    idmap = re.search(rb'idmap[^>]*data="([\d,]+)"', vml)
    blocks = {int(number) for number in idmap[1].split(b",")} if idmap else set()
    numbered = [int(number[8:]) // 1024 for number in ids if re.fullmatch(rb"_x0000_s\d{4,}", number)]
    assert set(numbered) - {0} <= blocks
    boxes = {
        f"{get_column_letter(int(column) + 1)}{int(row) + 1}"
        for row, column in re.findall(rb"<\w+:Row>(\d+)</\w+:Row>\s*<\w+:Column>(\d+)</\w+:Column>", vml)
    }
    assert boxes == set(refs), "comments and their boxes differ"


def _target(path: str, relation: ET.Element) -> str:
    target = relation.get("Target", "")
    if target.startswith("/"):
        return target.removeprefix("/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def opens(data: bytes) -> None:
    """The two readers we have open it and agree on the sheets."""
    book = openpyxl.load_workbook(io.BytesIO(data), keep_vba=True)
    other = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert other.sheet_names[0] == book.sheetnames[0]
    for name in book.sheetnames:
        if name in {sheet.title for sheet in book.worksheets}:
            other.get_sheet_by_name(name).to_python()


def libreoffice(files: dict[str, bytes], folder: Path, kind: str = "xlsx") -> dict[str, bytes]:
    """Workbooks as LibreOffice saves them anew; skips where there is none."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("LibreOffice is not installed: opening and saving there was not tried")
    for name, data in files.items():
        (folder / f"{name}.xlsx").write_bytes(data)
    out = folder / "saved"
    command = [program, f"-env:UserInstallation=file://{folder / 'profile'}", "--headless", "--convert-to", kind]
    sources = [str(folder / f"{name}.xlsx") for name in files]
    subprocess.run([*command, "--outdir", str(out), *sources], check=True, capture_output=True, timeout=300)
    return {name: (out / f"{name}.{kind}").read_bytes() for name in files}
