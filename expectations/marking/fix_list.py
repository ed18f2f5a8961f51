"""The sheet “Fix list”: what to correct, cell by cell, each with a link; and how it is found again later.

Texts are inline strings: never a formula, and the workbook's shared strings keep their bytes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from expectations.marking import xml
from expectations.marking.styles import Styles, solid
from expectations.marking.targets import COLOURED, COMMENTS, WORDS, Cell, Line
from sources.problems import Severity
from sources.reader.fix_list import FIX_LIST_NOTE
from sources.reader.grid import column_index

if TYPE_CHECKING:
    from expectations.marking.book import Book

NAME = "Fix list"
HEADERS = ("Severity", "Sheet", "Cell", "What is wrong", "What we read", "What we expected", "What to type")
WIDTHS = (15, 20, 10, 50, 22, 28, 34)
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_LAST_LETTER = "G"
#: Column of what is needed to take the marks off again; hidden.
_RECORD = "I"
_RECORD_NUMBER = 9
HEADER_ROW = 4
_RISKY = ("=", "+", "-", "@", "\t", "\r", "−")
_STRING = re.compile(rb"<(?:[\w.\-]+:)?si\b[^>]*?(?:/>|>(.*?)</(?:[\w.\-]+:)?si>)", re.DOTALL)
_TEXT = re.compile(rb"<(?:[\w.\-]+:)?t(?:\s[^>]*)?>([^<]*)</")
_CELL = re.compile(rb"<(?:[\w.\-]+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:[\w.\-]+:)?c>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:[\w.\-]+:)?v>(\d+)</")


def summary(problems_by_severity: Mapping[Severity, int], told: int, *, coloured: bool = True) -> str:
    """The sentence at the top: how much there is to do, and how."""
    errors, warnings = problems_by_severity.get("error", 0), problems_by_severity.get("warning", 0)
    if not errors and not warnings:
        return "Nothing needs correcting."
    parts = []
    if errors:
        parts.append(f"{errors:,} thing{'s' if errors != 1 else ''} to correct")
    if warnings:
        parts.append(f"{warnings:,} to confirm or correct")
    how = "Correct the coloured cells, save, and hand in this same file." if coloured else "Correct them in your file."
    text = f"{' and '.join(parts)}. {how}"
    if errors + warnings > told:
        text += f" The first {told:,} are listed; {errors + warnings - told:,} more follow once these are settled."
    return text


def limits(cells: int, comments: int) -> str:
    """What is said where not every cell could be coloured or given a comment."""
    said = []
    if cells >= COLOURED:
        said.append(f"Only the first {COLOURED:,} cells are coloured.")
    if cells > comments >= COMMENTS:
        said.append(f"Only the first {COMMENTS:,} coloured cells have a comment.")
    return " ".join(said)


def sheet_xml(lines: Sequence[Line], head: str, sheets: Mapping[str, str], styles: Styles, *, active: bool) -> bytes:
    """The worksheet part.

    Args:
        lines: What to list.
        head: The sentence at the top.
        sheets: The sheets links may lead to, by name.
        styles: Gets the formats of the sheet.
        active: The sheet is the one shown.
    """
    form = _Formats(styles)
    rows = [
        _row(1, [("A", NAME, form.title)], height=24),
        _row(2, [("A", FIX_LIST_NOTE, form.note)]),
        _row(3, [("A", head, form.head)], height=15.0 * (1 + len(head) // 150) + 3),
        _row(HEADER_ROW, [(chr(65 + at), text, form.header) for at, text in enumerate(HEADERS)], height=20),
    ]
    links: list[str] = []
    for number, line in enumerate(lines, start=HEADER_ROW + 1):
        linked = line.linked and line.sheet in sheets
        if linked:
            target = html.escape(f"'{line.sheet.replace(chr(39), chr(39) * 2)}'!{line.cells}")
            links.append(f'<hyperlink ref="C{number}" location="{target}" display="{html.escape(line.cells)}"/>')
        texts = (WORDS[line.severity], line.sheet, line.cells, line.sentence, line.found, line.expected, line.fix)
        own = (form.severity[line.severity], form.text, form.link if linked else form.text, *[form.text] * 4)
        cells = [
            (chr(65 + at), text, form.literal if style == form.text and text.startswith(_RISKY) else style)
            for at, (text, style) in enumerate(zip(texts, own, strict=True))
        ]
        lengths = zip(texts, WIDTHS, strict=True)
        height = 15.0 * max(-(-len(text) * 1.1 // width) for text, width in lengths) + 4
        rows.append(_row(number, cells, height=min(height, 300)))
    record = [f"{number} {fill.decode()}" for number, fill in sorted(styles.covered.items())]
    rows = _with_record(rows, record)
    last = max(HEADER_ROW + len(lines), len(record), HEADER_ROW)
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(WIDTHS, start=1)
    )
    hidden = f'<col min="{_RECORD_NUMBER}" max="{_RECORD_NUMBER}" width="9" hidden="1" customWidth="1"/>'
    selected = ' tabSelected="1"' if active else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{_SPREADSHEET}" xmlns:r="{_RELATIONS}">'
        '<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{_RECORD if record else _LAST_LETTER}{last}"/>'
        f'<sheetViews><sheetView showGridLines="0"{selected} workbookViewId="0">'
        f'<pane ySplit="{HEADER_ROW}" topLeftCell="A{HEADER_ROW + 1}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="A{HEADER_ROW + 1}" sqref="A{HEADER_ROW + 1}"/>'
        '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
        f'<cols>{widths}{hidden}</cols>'
        "<sheetData>"
    ).encode() + b"".join(rows) + (
        f'</sheetData><mergeCells count="2"><mergeCell ref="A2:{_LAST_LETTER}2"/><mergeCell ref="A3:{_LAST_LETTER}3"/>'
        "</mergeCells>"
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.5" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()  # fmt: skip


class _Formats:
    """Formats of the sheet, added to the workbook's own."""

    def __init__(self, styles: Styles) -> None:
        def font(inner: str, size: int = 11, colour: str = "FF000000") -> int:
            written = (
                f'<font>{inner}<sz val="{size}"/><color rgb="{colour}"/><name val="Calibri"/><family val="2"/></font>'
            )
            return styles.add("fonts", written.encode())

        def fill(colour: str) -> int:
            return styles.add("fills", solid(colour))

        side = 'style="thin"><color rgb="FFBFBFBF"/>'
        sides = "".join(f"<{name} {side}</{name}>" for name in ("left", "right", "top", "bottom"))
        border = f"<border>{sides}<diagonal/></border>"
        lines = styles.add("borders", border.encode())

        def form(font_id: int, fill_id: int = 0, border_id: int = 0, more: str = "", *, wrap: bool = True) -> int:
            written = (
                f'<xf numFmtId="0" fontId="{font_id}" fillId="{fill_id}" borderId="{border_id}" xfId="0"{more} '
                'applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
                f'<alignment vertical="top"{" wrapText=" + chr(34) + "1" + chr(34) if wrap else ""}/></xf>'
            )
            return styles.add("cellXfs", written.encode())

        plain, bold = font(""), font("<b/>")
        self.title = form(font("<b/>", 16, "FF1F3A5F"), wrap=False)
        self.note = form(font("<i/>", 10, "FF595959"))
        self.head = form(bold)
        self.header = form(font("<b/>", 11, "FFFFFFFF"), fill("FF1F3A5F"), lines)
        self.text = form(plain, 0, lines)
        self.literal = form(plain, 0, lines, ' quotePrefix="1"')
        self.link = form(font("<u/>", 11, "FF0563C1"), 0, lines)
        self.severity: dict[Severity, int] = {
            "error": form(bold, fill("FFFFD5D9"), lines),
            "warning": form(bold, fill("FFFFEFB5"), lines),
        }


def _row(number: int, cells: Sequence[tuple[str, str, int]], height: float = 15) -> bytes:
    written = b"".join(_cell(f"{letter}{number}", text, style) for letter, text, style in cells)
    return f'<row r="{number}" ht="{height:g}" customHeight="1">'.encode() + written + b"</row>"


def _cell(ref: str, text: str, style: int) -> bytes:
    if not text:
        return f'<c r="{ref}" s="{style}"/>'.encode()
    start = f'<c r="{ref}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'.encode()
    return start + xml.escaped(text) + b"</t></is></c>"


def _with_record(rows: list[bytes], record: Sequence[str]) -> list[bytes]:
    """The rows with the record's texts in the hidden column, one per row."""
    while len(rows) < len(record):
        rows.append(_row(len(rows) + 1, []))
    return [
        row if at >= len(record) else row[: -len(b"</row>")] + _cell(f"{_RECORD}{at + 1}", record[at], 0) + b"</row>"
        for at, row in enumerate(rows)
    ]


def old_fix_list(book: Book) -> tuple[str, dict[int, bytes]] | None:
    """The part of an earlier Fix list and the fills its marks cover, also after Excel saved it."""
    note = FIX_LIST_NOTE.encode()
    path = book.strings_part()
    texts = shared_strings(book) if path is not None and note in book.package.read(path) else []
    index = next((number for number, text in enumerate(texts) if text == FIX_LIST_NOTE), None)
    for part in book.sheets.values():
        start = book.package.start_of(part)
        inline = note in start
        shared = index is not None and re.search(
            rb"<(?:[\w.\-]+:)?c\s[^>]*r=[\"']A[1-5][\"'][^>]*>\s*<(?:[\w.\-]+:)?v>%d</" % index, start
        )
        if inline or shared:
            return part, _record(book.package.read(part), texts)
    return None


def _record(sheet: bytes, texts: Sequence[str]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for attrs, body in _CELL.findall(sheet):
        ref = xml.attributes(b" " + attrs)
        if not re.fullmatch(_RECORD + r"\d+", ref.get("r", "")):
            continue
        value = _VALUE.search(body)
        text = _joined(body)
        if ref.get("t") == "s" and value is not None and int(value[1]) < len(texts):
            text = texts[int(value[1])]
        number, _, fill = text.partition(" ")
        if number.isdigit() and fill.startswith("<fill") and fill.endswith("</fill>"):
            found[int(number)] = fill.encode()
    return found


def with_own_values(
    lines: Sequence[Line], seen: Mapping[str, Mapping[Cell, bytes]], strings: Sequence[str]
) -> list[Line]:
    """Lines of single cells that say what stands in this very cell, where the cause names several values or none.

    Args:
        seen: By sheet: the marked cells that were there, as written.
        strings: The shared strings.
    """
    return [_with_own_value(line, seen[line.sheet], strings) if line.sheet in seen else line for line in lines]


def _with_own_value(line: Line, seen: Mapping[Cell, bytes], strings: Sequence[str]) -> Line:
    ref = re.fullmatch(r"([A-Z]+)(\d+)", line.cells)
    if not line.linked or ref is None:
        return line
    text = _value_text(seen.get((int(ref[2]), column_index(ref[1])), b""), strings)
    if not text:
        return replace(line, found="(empty)") if not line.found else line
    return replace(line, found=text) if text in line.found.split(", ") else line


def _value_text(cell: bytes, strings: Sequence[str]) -> str:
    value = re.search(rb"<(?:[\w.\-]+:)?v(?:\s[^>]*)?>([^<]*)</", cell)
    text = html.unescape(value[1].decode("utf-8", "replace")) if value is not None else _joined(cell)
    if re.match(rb"<[^>]*\st=[\"']s[\"']", cell):
        return strings[int(text)] if text.isdigit() and int(text) < len(strings) else ""
    return text.strip()


def shared_strings(book: Book) -> list[str]:
    """The workbook's shared strings."""
    path = book.strings_part()
    return [_joined(item) for item in _STRING.findall(book.package.read(path))] if path is not None else []


def _joined(item: bytes) -> str:
    text = "".join(html.unescape(piece.decode("utf-8", "replace")) for piece in _TEXT.findall(item))
    return text.replace("_x005F_", "_")
