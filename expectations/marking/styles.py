"""The styles part: a cell's own format with another fill, so that its number format, font and borders stay.

A mark's colour says which fill it covers: a number hidden in its last bits leads to the fill's own XML, which the
Fix list keeps. So marks can be taken off again, also after Excel has numbered all formats anew and rows have moved.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from expectations.marking import xml
from expectations.marking.package import Unmarkable
from sources.problems import Severity

NO_FILL = b'<fill><patternFill patternType="none"/></fill>'
_SECTIONS = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs")
#: Red is all ones; green and blue carry the number in steps nobody sees.
_TONES: dict[Severity, tuple[int, int]] = {"error": (0xC4, 0xC8), "warning": (0xE6, 0x98)}
_NUMBERS = 128
_COLOUR = re.compile(rb"<(?:\w+:)?fgColor\s[^>]*rgb=[\"'](?:FF|00)FF([0-9A-Fa-f]{2})([0-9A-Fa-f]{2})[\"']")

EMPTY_STYLES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    b'</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
)


def solid(argb: str) -> bytes:
    """A fill of one colour."""
    fill = f'<fill><patternFill patternType="solid"><fgColor rgb="{argb}"/><bgColor indexed="64"/></patternFill></fill>'
    return fill.encode()


def colour(severity: Severity, number: int) -> str:
    """The colour of a mark over the fill of a number, as ARGB."""
    green, blue = _TONES[severity]
    return f"FFFF{green + number // 16:02X}{blue + number % 16:02X}"


def number_of(fill: bytes) -> int | None:
    """The number a mark's colour carries; ``None`` for any other fill."""
    match = _COLOUR.search(fill)
    if match is None or b'"solid"' not in fill.replace(b"'", b'"'):
        return None
    for green, blue in _TONES.values():
        high, low = int(match[1], 16) - green, int(match[2], 16) - blue
        if 0 <= high < _NUMBERS // 16 and 0 <= low < 16:
            return high * 16 + low
    return None


@dataclass
class Styles:
    """Formats of a workbook; new ones are put at the end, so that no number changes its meaning.

    Attributes:
        part: The styles part as it came.
        covered: Fill XML by number, of earlier marks and of ours.
    """

    part: bytes
    covered: dict[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._prefix = xml.prefix_of(self.part)
        self._items: dict[str, list[bytes]] = {}
        self._added: dict[str, list[bytes]] = {}
        self._marked: dict[tuple[int, Severity], int] = {}
        found = {element.name: element for element in xml.within(self.part, xml.root(self.part))}
        if not {"fonts", "fills", "cellXfs"} <= found.keys():
            raise Unmarkable("The workbook's styles are damaged, so it was not changed.")
        for name in _SECTIONS:
            elements = xml.within(self.part, found[name]) if name in found else []
            self._items[name] = [self.part[element.start : element.end] for element in elements]
        if not self._items["cellXfs"] or not self._items["fills"]:
            raise Unmarkable("The workbook's styles are damaged, so it was not changed.")
        own = {number_of(fill) for fill in self._items["fills"]} - {None}
        self._taken = own | self.covered.keys()

    def add(self, section: str, element: bytes) -> int:
        """The number of an element of ``fonts``, ``fills``, ``borders`` or ``cellXfs``; added where it is new."""
        element = xml.prefixed(element, self._prefix)
        items = self._items[section]
        if element in items:
            return items.index(element)
        items.append(element)
        self._added.setdefault(section, []).append(element)
        return len(items) - 1

    def marked(self, style: int, severity: Severity) -> int:
        """The format of a marked cell: a cell's own format, all but the fill."""
        style = style if style < len(self._items["cellXfs"]) else 0
        known = self._marked.get((style, severity))
        if known is None:
            own = self._items["cellXfs"][style]
            rgb = colour(severity, self._number_for(own))
            known = self._marked[style, severity] = self._with_fill(own, self.add("fills", solid(rgb)))
        return known

    def unmarked(self) -> dict[int, int]:
        """By number of a marked format: the format without the mark."""
        marks = {
            index: number for index, fill in enumerate(self._items["fills"]) if (number := number_of(fill)) is not None
        }
        found: dict[int, int] = {}
        for index, form in enumerate(list(self._items["cellXfs"])):
            number = marks.get(_number(form, "fillId"), -1)
            if number in self.covered:
                fill = self.covered[number]
                found[index] = self._without_mark(form, 0 if fill == NO_FILL else self.add("fills", fill))
        return found

    def save(self) -> bytes:
        """The part with what was added; the rest keeps its bytes."""
        part = self.part
        for section, elements in self._added.items():
            parent = xml.root(part)
            element = next(item for item in xml.within(part, parent) if item.name == section)
            part = xml.appended(part, element, b"".join(elements), counted=len(self._items[section]))
        return part

    def _fill_of(self, form: bytes) -> bytes:
        number = _number(form, "fillId")
        fills = self._items["fills"]
        fill = fills[number] if number < len(fills) else fills[0]
        return fill.replace(b"<" + self._prefix, b"<").replace(b"</" + self._prefix, b"</") if self._prefix else fill

    def _number_for(self, form: bytes) -> int:
        fill = self._fill_of(form) if _number(form, "fillId") else NO_FILL
        for number, known in self.covered.items():
            if known == fill:
                return number
        free = next((number for number in range(_NUMBERS) if number not in self._taken), None)
        if free is None:
            raise Unmarkable("The cells have too many different colours to be marked so that the marks can be undone.")
        self.covered[free] = fill
        self._taken.add(free)
        return free

    def _with_fill(self, form: bytes, fill: int) -> int:
        head = xml.root(form)
        attrs = xml.with_attribute(head.attributes, "fillId", fill)
        return self.add_written(_retagged(form, head, xml.with_attribute(attrs, "applyFill", 1)))

    def _without_mark(self, form: bytes, fill: int) -> int:
        """The format that differs from a marked one by its fill alone: the cell's own, where it is still there."""
        wanted = _comparable(form), fill
        for index, other in enumerate(self._items["cellXfs"]):
            if (_comparable(other), _number(other, "fillId")) == wanted:
                return index
        head = xml.root(form)
        return self.add_written(_retagged(form, head, xml.with_attribute(head.attributes, "fillId", fill)))

    def add_written(self, form: bytes) -> int:
        """As :meth:`add` for a format that is written with the part's prefix already."""
        items = self._items["cellXfs"]
        if form in items:
            return items.index(form)
        items.append(form)
        self._added.setdefault("cellXfs", []).append(form)
        return len(items) - 1


def _number(form: bytes, name: str) -> int:
    value = xml.root(form).get(name) or "0"
    return int(value) if value.isdigit() else 0


def _comparable(form: bytes) -> tuple[tuple[tuple[str, str], ...], bytes]:
    head = xml.root(form)
    attrs = {key: value for key, value in xml.attributes(head.attributes).items() if key not in ("fillId", "applyFill")}
    return tuple(sorted(attrs.items())), b"" if head.empty else form[head.inside : head.close]


def _retagged(form: bytes, head: xml.Element, attrs: bytes) -> bytes:
    tag = xml.open_tag(form, head)
    if head.empty:
        return b"<" + tag + attrs + b"/>"
    return b"<" + tag + attrs + b">" + form[head.inside :]
