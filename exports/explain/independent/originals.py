"""Cells of originals: xlsx, ods and csv, read with zipfile, xml and csv.

Every original passed the gate of the warehouse when it came in, which lets no XML with entities through.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET
from zipfile import ZipFile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
CELL = re.compile(r"([A-Z]+)([0-9]+)")


class Unreadable(Exception):
    """An original that is missing, or of no kind read here."""


class Originals:
    """The folder of originals, each named by the SHA-256 of its bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opened: dict[str, object] = {}
        self.altered: set[str] = set()

    def cell(self, sha256: str, sheet: str, cell: str) -> object:
        """What stands in a cell: a number, a text, a day; ``None`` where it is blank."""
        found = self.sheet(sha256, sheet)
        return found.get(cell)

    def sheet(self, sha256: str, sheet: str) -> dict[str, object]:
        """Every filled cell of a sheet (of a csv: of the file, whose rows are numbered by line)."""
        if sha256 not in self.opened:
            try:
                self.opened[sha256] = self._open(sha256)
            except Unreadable as problem:
                self.opened[sha256] = problem
        found = self.opened[sha256]
        if isinstance(found, Unreadable):
            raise found
        if isinstance(found, dict):
            return found
        return found.sheet(sheet)

    def _open(self, sha256: str) -> object:
        path = self.folder / sha256
        if not path.is_file():
            raise Unreadable("the original is not there")
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            self.altered.add(sha256)  # said once; its cells are still compared, so that what was touched is named
        if not data.startswith(b"PK"):
            return csv_cells(data)
        archive = ZipFile(io.BytesIO(data))
        if "xl/workbook.xml" in archive.namelist():
            return Workbook(archive)
        if "content.xml" in archive.namelist():
            return OpenDocument(archive)
        raise Unreadable("neither xlsx, ods nor csv")


class Workbook:
    """An xlsx file; a sheet is read when first asked for."""

    def __init__(self, archive: ZipFile) -> None:
        self.archive = archive
        self.strings = self._strings()
        book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
        properties = book.find(f"{MAIN}workbookPr")
        self.from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        links = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        targets = {link.get("Id"): str(link.get("Target")) for link in links}
        self.parts = {str(sheet.get("name")): targets[sheet.get(f"{REL}id")] for sheet in book.iter(f"{MAIN}sheet")}
        self.sheets: dict[str, dict[str, object]] = {}

    def sheet(self, name: str) -> dict[str, object]:
        """Filled cells by address."""
        if name not in self.parts:
            raise Unreadable(f"there is no sheet {name}")
        if name not in self.sheets:
            target = self.parts[name]
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            self.sheets[name] = self._cells(path)
        return self.sheets[name]

    def _strings(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self.archive.namelist():
            return []
        strings = []
        with self.archive.open("xl/sharedStrings.xml") as stream:
            for _, item in ET.iterparse(stream):  # noqa: S314
                if item.tag == f"{MAIN}si":
                    strings.append(words(item))
                    item.clear()
        return strings

    def _cells(self, path: str) -> dict[str, object]:
        found: dict[str, object] = {}
        with self.archive.open(path) as stream:
            for _, item in ET.iterparse(stream):  # noqa: S314
                if item.tag != f"{MAIN}c":
                    if item.tag == f"{MAIN}row":
                        item.clear()
                    continue
                value = self._value(item)
                if value is not None and value != "":
                    found[str(item.get("r"))] = value
        return found

    def _value(self, item: ET.Element) -> object:
        kind = item.get("t", "n")
        if kind == "inlineStr":
            inline = item.find(f"{MAIN}is")
            return words(inline) if inline is not None else None
        text = item.findtext(f"{MAIN}v")
        if text is None:
            return None
        if kind == "s":
            return self.strings[int(text)]
        if kind == "b":
            return "True" if text == "1" else "False"
        if kind == "d":
            return date.fromisoformat(text[:10])
        return unescaped(text) if kind in ("str", "e") else float(text)


class OpenDocument:
    """An ods file."""

    def __init__(self, archive: ZipFile) -> None:
        body = ET.fromstring(archive.read("content.xml"))  # noqa: S314
        self.tables = {str(table.get(f"{TABLE}name")): table for table in body.iter(f"{TABLE}table")}
        self.sheets: dict[str, dict[str, object]] = {}

    def sheet(self, name: str) -> dict[str, object]:
        """Filled cells by address."""
        if name not in self.tables:
            raise Unreadable(f"there is no sheet {name}")
        if name not in self.sheets:
            self.sheets[name] = self._cells(self.tables[name])
        return self.sheets[name]

    def _cells(self, table: ET.Element) -> dict[str, object]:
        found: dict[str, object] = {}
        row = 0
        for line in table.iter(f"{TABLE}table-row"):
            repeats, column = int(line.get(f"{TABLE}number-rows-repeated", "1")), 0
            values: list[tuple[int, object]] = []
            for item in line:
                width = int(item.get(f"{TABLE}number-columns-repeated", "1"))
                value = self._value(item)
                if value not in (None, ""):
                    values += [(column + place, value) for place in range(width)]
                column += width
            for place in range(repeats if values else 0):
                found |= {f"{letters(at)}{row + place + 1}": value for at, value in values}
            row += repeats
        return found

    def _value(self, item: ET.Element) -> object:
        kind = item.get(f"{OFFICE}value-type")
        if kind in ("float", "percentage", "currency"):
            return float(item.get(f"{OFFICE}value", "0"))
        if kind == "date":
            return date.fromisoformat(str(item.get(f"{OFFICE}date-value"))[:10])
        if kind == "boolean":
            return "True" if item.get(f"{OFFICE}boolean-value") == "true" else "False"
        return "\n".join("".join(part.itertext()) for part in item.iter(f"{TEXT}p")) or None


def csv_cells(data: bytes) -> dict[str, object]:
    """Filled cells of a csv, its rows numbered by the line they begin on."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    sign = max((",", ";", "\t", "|"), key=lambda candidate: sum(line.count(candidate) for line in lines[:1]))
    found: dict[str, object] = {}
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign)
    begins = 1
    for record in reader:
        for place, value in enumerate(record):
            if value != "":
                found[f"{letters(place)}{begins}"] = value
        begins = reader.line_num + 1
    return found


def words(item: ET.Element) -> str:
    """The text of a string with its formatted parts, without phonetic readings."""
    parts = [str(node.text or "") for node in item.iter(f"{MAIN}t")]
    for reading in item.iter(f"{MAIN}rPh"):
        for node in reading.iter(f"{MAIN}t"):
            parts.remove(str(node.text or ""))
    return unescaped("".join(parts))


def unescaped(text: str) -> str:
    """Excel writes control characters as ``_x000D_``."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), text)


def letters(place: int) -> str:
    """0 → A, 26 → AA."""
    text, place = "", place + 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text


def place_of(cell: str) -> tuple[str, int]:
    """``C14`` as letter and row."""
    match = CELL.fullmatch(cell)
    if match is None:
        raise ValueError(f"{cell} is no cell")
    return match[1], int(match[2])


def day_of(value: object, from_1904: bool = False) -> str | None:
    """A day as ISO text: a date, or a spreadsheet's serial number."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        start = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
        return (start + timedelta(days=int(value))).isoformat()
    return None
