"""The workbook's own parts: its list of sheets, its relationships and its content types."""

from __future__ import annotations

import html
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expectations.marking import xml
from expectations.marking.package import Package, Unmarkable
from expectations.marking.sheets import RELATIONS
from sources.reader import ooxml

if TYPE_CHECKING:
    from sources.reader.prescan import Container

CONTENT_TYPES = "[Content_Types].xml"
_PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_EMPTY_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="' + _PACKAGE_RELATIONS.encode() + b'"></Relationships>'
)
SHEET_TYPE = f"{_SPREADSHEET}.worksheet+xml"
STYLES_TYPE = f"{_SPREADSHEET}.styles+xml"
COMMENTS_TYPE = f"{_SPREADSHEET}.comments+xml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"


@dataclass(frozen=True)
class Relation:
    """A relationship: its id, the last word of its type, and the part it leads to."""

    id: str
    kind: str
    part: str


class Book:
    """Sheets of a workbook, and how new parts are tied in.

    Raises:
        Unmarkable: A digital signature, Strict Open XML, or a workbook part that is not as expected.
    """

    def __init__(self, container: Container) -> None:
        self.package = Package(container)
        self.part = ooxml.workbook_part(container)
        self.folder = posixpath.dirname(self.part)
        if any(name.startswith("_xmlsignatures/") for name in self.package.names()):
            raise Unmarkable("The workbook is digitally signed; a mark would break the signature.")
        if b"purl.oclc.org/ooxml" in self.package.read(self.part):
            raise Unmarkable(
                "The workbook is in the format “Strict Open XML”; save it as an ordinary XLSX to get it marked."
            )
        self.sheets = ooxml.sheet_parts(container)

    def relations(self, part: str) -> list[Relation]:
        """Relationships of a part."""
        path = _relations_part(part)
        if path not in self.package:
            return []
        data = self.package.read(path)
        found = []
        for item in xml.within(data, xml.root(data)):
            target = item.get("Target") or ""
            inside = (item.get("TargetMode") or "Internal") == "Internal"
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(part), target)
            kind = (item.get("Type") or "").rsplit("/", 1)[-1]
            found.append(Relation(item.get("Id") or "", kind, posixpath.normpath(whole) if inside else ""))
        return found

    def relate(self, part: str, kind: str, target: str) -> str:
        """Add a relationship; gives its id."""
        path = _relations_part(part)
        data = self.package.read(path) if path in self.package else _EMPTY_RELATIONS
        taken = {item.id.lower() for item in self.relations(part)}
        number = len(taken) + 1
        while f"rid{number}" in taken:
            number += 1
        relative = posixpath.relpath(target, posixpath.dirname(part))
        entry = f'<Relationship Id="rId{number}" Type="{RELATIONS}/{kind}" Target="{relative}"/>'.encode()
        self.package.put(path, xml.appended(data, xml.root(data), xml.prefixed(entry, xml.prefix_of(data))))
        return f"rId{number}"

    def declare(self, part: str, content_type: str) -> None:
        """Say what a new part is: VML by its ending, everything else by its name."""
        data = self.package.read(CONTENT_TYPES)
        root = xml.root(data)
        items = xml.within(data, root)
        if content_type == VML_TYPE:
            if any(item.name == "Default" and (item.get("Extension") or "").lower() == "vml" for item in items):
                return
            entry = f'<Default Extension="vml" ContentType="{content_type}"/>'.encode()
            entry = xml.prefixed(entry, xml.prefix_of(data))
            at = items[0].start if items else root.inside
            self.package.put(CONTENT_TYPES, data[:at] + entry + data[at:])
            return
        if any(
            item.name == "Override" and (item.get("PartName") or "").lower() == f"/{part}".lower() for item in items
        ):
            return
        entry = f'<Override PartName="/{part}" ContentType="{content_type}"/>'.encode()
        self.package.put(CONTENT_TYPES, xml.appended(data, root, xml.prefixed(entry, xml.prefix_of(data))))

    def styles_part(self) -> str | None:
        """Path of the styles part."""
        return next((item.part for item in self.relations(self.part) if item.kind == "styles"), None)

    def strings_part(self) -> str | None:
        """Path of the shared strings."""
        found = next((item.part for item in self.relations(self.part) if item.kind == "sharedStrings"), None)
        return found if found is not None and found in self.package else None

    def free_sheet_name(self, wanted: str) -> str:
        """The name, or the name with a number where a sheet of the workbook has it."""
        data = self.package.read(self.part)
        sheets = xml.within(data, self._element("sheets"))
        taken = {(item.get("name") or "").casefold() for item in sheets}
        number, name = 2, wanted
        while name.casefold() in taken:
            name = f"{wanted} ({number})"
            number += 1
        return name

    def insert_first(self, name: str, part: str, *, active: bool) -> None:
        """Put a sheet before all others: names, views and print areas that count sheets go on by one.

        Args:
            active: Show it when the workbook is opened; else the sheet shown before stays in front.
        """
        relation = self.relate(self.part, "worksheet", part)
        self.declare(part, SHEET_TYPE)
        data = self.package.read(self.part)
        prefix = xml.prefix_of(data)
        sheets = self._element("sheets")
        numbers = [int(item.get("sheetId") or 0) for item in xml.within(data, sheets)]
        entry = (
            f'<sheet xmlns:r="{RELATIONS}" name="{html.escape(name)}" sheetId="{max(numbers, default=0) + 1}" '
            f'r:id="{relation}"/>'
        ).encode()
        data = data[: sheets.inside] + xml.prefixed(entry, prefix) + data[sheets.inside :]
        data = re.sub(
            rb"(<(?:[\w.\-]+:)?definedName\s[^>]*?localSheetId=[\"'])(\d+)([\"'])",
            lambda match: match[1] + b"%d" % (int(match[2]) + 1) + match[3],
            data,
        )
        self.package.put(self.part, _with_view(data, prefix, active=active))

    def view_count(self) -> int:
        """Windows the workbook remembers."""
        element = self._find("bookViews")
        return 0 if element is None else len(xml.within(self.package.read(self.part), element))

    def _find(self, wanted: str) -> xml.Element | None:
        data = self.package.read(self.part)
        return next((item for item in xml.within(data, xml.root(data)) if item.name == wanted), None)

    def _element(self, wanted: str) -> xml.Element:
        element = self._find(wanted)
        if element is None or element.empty:
            raise Unmarkable("The workbook has an unusual structure, so it was not changed.")
        return element


def _with_view(data: bytes, prefix: bytes, *, active: bool) -> bytes:
    """The workbook part with the tab in front that should be, and the first tab in sight."""

    def moved(match: re.Match[bytes]) -> bytes:
        attrs = match[2].removesuffix(b"/")
        was = xml.attributes(attrs).get("activeTab", "0")
        attrs = xml.with_attribute(attrs, "activeTab", 0 if active else int(was) + 1)
        if xml.attributes(attrs).get("firstSheet", "0") != "0":
            attrs = xml.with_attribute(attrs, "firstSheet", 0)
        return match[1] + attrs + (b"/>" if match[2].endswith(b"/") else b">")

    changed, count = re.subn(rb"(<(?:[\w.\-]+:)?workbookView\b)([^>]*)>", moved, data)
    if count or active:
        return changed
    root = xml.root(data)
    before = {
        "fileVersion",
        "fileSharing",
        "workbookPr",
        "AlternateContent",
        "absPath",
        "revisionPtr",
        "workbookProtection",
    }
    at = next(item.start for item in xml.within(data, root) if item.name not in before)
    views = xml.prefixed(b'<bookViews><workbookView activeTab="1"/></bookViews>', prefix)
    return data[:at] + views + data[at:]


def _relations_part(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
