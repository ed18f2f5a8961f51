"""Comments of a sheet and the shapes they are shown in: ours are added, other people's kept and extended."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from expectations.marking import xml
from expectations.marking.sheets import SheetShape
from expectations.marking.targets import Cell, name
from sources.reader.grid import column_index

AUTHOR = "Impact check"
#: First words of every comment of ours; by them it is known again, whoever saved the file in between.
HEADING = "Found by the check"
_BOLD = b'<rPr><b/><sz val="9"/><color indexed="81"/><rFont val="Tahoma"/><family val="2"/></rPr>'
_PLAIN = b'<rPr><sz val="9"/><color indexed="81"/><rFont val="Tahoma"/><family val="2"/></rPr>'
_REF = re.compile(r"([A-Z]{1,3})(\d+)")
_SHAPE = re.compile(rb"<(\w+):shape\b[^>]*>.*?</\1:shape>\s*", re.DOTALL)
_SHAPE_ID = re.compile(rb"_x0000_s(\d+)")
_IDMAP = re.compile(rb"(<\w+:idmap\b[^>]*?\bdata=[\"'])([\d,]*)([\"'])")
_NOTE = re.compile(rb"ObjectType=[\"']Note[\"']")
_ROW = re.compile(rb"<\w+:Row>\s*(\d+)\s*</\w+:Row>")
_COLUMN = re.compile(rb"<\w+:Column>\s*(\d+)\s*</\w+:Column>")
_TEXT = re.compile(rb"<(?:[\w.\-]+:)?t(?:\s[^>]*)?>([^<]*)</")
#: Shape numbers come in blocks of this size; a block belongs to one sheet.
BLOCK = 1024

EMPTY_COMMENTS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<authors></authors><commentList></commentList></comments>"
)
_NAMESPACES = (
    b'xmlns:v="urn:schemas-microsoft-com:vml"',
    b'xmlns:o="urn:schemas-microsoft-com:office:office"',
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"',
)
EMPTY_SHAPES = (
    b"<xml " + b" ".join(_NAMESPACES) + b">\n"
    b'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data=""/></o:shapelayout>\n</xml>'
)
_SHAPE_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>\n'
)


@dataclass
class Comments:
    """The comments part of a sheet.

    Attributes:
        part: The part as it came, or :data:`EMPTY_COMMENTS`.
    """

    part: bytes
    _prefix: bytes = field(init=False)

    def __post_init__(self) -> None:
        self._prefix = xml.prefix_of(self.part)

    def clean(self) -> set[Cell]:
        """Take our comments away, and our words out of other people's; gives the cells left without a comment."""
        if HEADING.encode() not in self.part:
            return set()
        gone: set[Cell] = set()
        for comment in reversed(self._comments()):
            whole = self.part[comment.start : comment.end]
            if HEADING.encode() not in whole:
                continue
            kept = _without_ours(whole, self._prefix)
            if kept is None:
                cell = _cell(comment.get("ref"))
                gone |= {cell} if cell else set()
            self.part = self.part[: comment.start] + (kept or b"") + self.part[comment.end :]
        return gone

    def add(self, said: Mapping[Cell, list[str]]) -> list[Cell]:
        """Say something about cells; gives those whose comment is new and needs a shape."""
        author = self._author()
        waiting = dict(said)
        pieces: list[bytes] = []
        copied = 0
        for comment in self._comments():
            cell = _cell(comment.get("ref"))
            if cell is None or cell not in waiting:
                continue
            sentences = waiting.pop(cell)
            if self._is_thread(comment):
                continue  # the thread's own window is shown instead of this text
            whole = self.part[comment.start : comment.end]
            pieces += [self.part[copied : comment.start], self._extended(whole, sentences)]
            copied = comment.end
        self.part = b"".join(pieces) + self.part[copied:]
        new = sorted(waiting)
        written = b"".join(self._comment(cell, author, waiting[cell]) for cell in new)
        self.part = xml.appended(self.part, self._section("commentList"), written)
        return new

    def _section(self, wanted: str) -> xml.Element:
        return next(item for item in xml.within(self.part, xml.root(self.part)) if item.name == wanted)

    def _comments(self) -> list[xml.Element]:
        return xml.within(self.part, self._section("commentList"))

    def _authors(self) -> list[str]:
        authors = xml.within(self.part, self._section("authors"))
        return [html.unescape(self.part[item.inside : item.close].decode("utf-8", "replace")) for item in authors]

    def _author(self) -> int:
        names = self._authors()
        if AUTHOR in names:
            return names.index(AUTHOR)
        written = xml.prefixed(b"<author>" + xml.escaped(AUTHOR) + b"</author>", self._prefix)
        self.part = xml.appended(self.part, self._section("authors"), written)
        return len(names)

    def _is_thread(self, comment: xml.Element) -> bool:
        number = comment.get("authorId") or "0"
        names = self._authors()
        return number.isdigit() and int(number) < len(names) and names[int(number)].startswith("tc={")

    def _comment(self, cell: Cell, author: int, sentences: list[str]) -> bytes:
        head = f'<comment ref="{name(cell)}" authorId="{author}"><text>'.encode()
        return xml.prefixed(head + _runs(sentences, before="") + b"</text></comment>", self._prefix)

    def _extended(self, whole: bytes, sentences: list[str]) -> bytes:
        """Another person's comment with our sentences below."""
        text = next(item for item in xml.within(whole, xml.root(whole)) if item.name == "text")
        parts = xml.within(whole, text)
        content = b"".join(
            b"<" + self._prefix + b"r>" + whole[item.start : item.end] + b"</" + self._prefix + b"r>"
            if item.name == "t"
            else whole[item.start : item.end]
            for item in parts
            if item.name in ("t", "r")
        )
        rest = b"".join(whole[item.start : item.end] for item in parts if item.name not in ("t", "r"))
        ours = xml.prefixed(_runs(sentences, before="\n\n"), self._prefix)
        tag = xml.open_tag(whole, text)
        element = b"<" + tag + text.attributes + b">" + content + ours + rest + b"</" + tag + b">"
        return whole[: text.start] + element + whole[text.end :]


def _runs(sentences: Iterable[str], before: str) -> bytes:
    heading = xml.escaped(f"{before}{HEADING}")
    body = xml.escaped("".join(f"\n{sentence}" for sentence in sentences))
    return (
        b"<r>" + _BOLD + b'<t xml:space="preserve">' + heading + b"</t></r>"
        b"<r>" + _PLAIN + b'<t xml:space="preserve">' + body + b"</t></r>"
    )


def _without_ours(whole: bytes, prefix: bytes) -> bytes | None:
    """A comment up to where our words begin; ``None`` where nothing else is in it."""
    at = whole.index(HEADING.encode())
    before = b"".join(_TEXT.findall(whole[:at] + b"</"))
    if not html.unescape(before.decode("utf-8", "replace")).strip():
        return None
    text = next(item for item in xml.within(whole, xml.root(whole)) if item.name == "text")
    runs = xml.within(whole, text)
    kept = b"".join(whole[item.start : item.end] for item in runs if item.end <= at)
    cut = next((item for item in runs if item.start <= at < item.end), None)
    own = b""
    if cut is not None:
        run = whole[cut.start : cut.end]
        begin = run.rfind(b">", 0, at - cut.start) + 1
        words = run[begin : at - cut.start].rstrip()
        close = b"</" + prefix + b"t></" + prefix + b"r>" if cut.name == "r" else b"</" + prefix + b"t>"
        own = run[:begin] + words + close if words else b""
    return whole[: text.inside] + kept + own + whole[text.close :]


def _cell(ref: str | None) -> Cell | None:
    match = _REF.fullmatch(ref or "")
    return (int(match[2]), column_index(match[1])) if match else None


@dataclass
class Shapes:
    """The legacy drawing of a sheet: one box per comment, and form controls that are none of our business."""

    part: bytes

    def clean(self, cells: set[Cell]) -> None:
        """Take the boxes of some cells away."""

        def kept(match: re.Match[bytes]) -> bytes:
            row, column = _ROW.search(match[0]), _COLUMN.search(match[0])
            ours = _NOTE.search(match[0]) and row and column and (int(row[1]) + 1, int(column[1])) in cells
            return b"" if ours else match[0]

        if cells:
            self.part = _SHAPE.sub(kept, self.part)

    def add(self, said: Mapping[Cell, list[str]], cells: Iterable[Cell], shape: SheetShape, first_block: int) -> int:
        """Put boxes for new comments at the end; gives the number of blocks of shape numbers used."""
        written = [] if b'"_x0000_t202"' in self.part.replace(b"'", b'"') else [_SHAPE_TYPE]
        count = 0
        for count, cell in enumerate(cells, start=1):
            written.append(_box(first_block * BLOCK + count, cell, said[cell], shape))
        blocks = count // BLOCK + 1
        numbers = ",".join(str(first_block + number) for number in range(blocks)).encode()
        if _IDMAP.search(self.part):
            self.part = _IDMAP.sub(
                lambda match: match[1] + b",".join(filter(None, [match[2], numbers])) + match[3], self.part, count=1
            )
        declared = self._undeclared()
        if not _IDMAP.search(self.part):
            layout = b'<o:shapelayout%s v:ext="edit"><o:idmap v:ext="edit" data="%s"/></o:shapelayout>\n'
            written.insert(0, layout % (declared, numbers))
        written = [re.sub(rb"^<v:shape(?:type)?\b", lambda match: match[0] + declared, item) for item in written]
        end = self.part.rindex(b"</xml>")
        self.part = self.part[:end] + b"".join(written) + self.part[end:]
        return blocks

    def _undeclared(self) -> bytes:
        """The namespaces our boxes need that the part's own first tag does not declare."""
        head = self.part[: self.part.find(b">", self.part.find(b"<xml"))]
        return b"".join(b" " + name for name in _NAMESPACES if name not in head.replace(b"'", b'"'))


def last_block(parts: Iterable[bytes]) -> int:
    """The highest block of shape numbers used in any legacy drawing."""
    used = [0]
    for part in parts:
        used += [int(number) // BLOCK for number in _SHAPE_ID.findall(part)]
        used += [int(number) for match in _IDMAP.finditer(part) for number in match[2].split(b",") if number]
    return max(used)


def _box(number: int, cell: Cell, sentences: list[str], shape: SheetShape) -> bytes:
    row, column = cell
    length = sum(1 + len(sentence) // 44 for sentence in sentences) + 1
    right, right_offset = _walk(column + 1, 15, 270, lambda at: _width(shape, at), 16_383)
    top = max(0, row - 2)
    bottom, bottom_offset = _walk(top, 4, 16 * length + 12, lambda at: _height(shape, at), 1_048_575)
    anchor = f"{min(column + 1, 16_383)}, 15, {top}, 4, {right}, {right_offset}, {bottom}, {bottom_offset}"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style=\'position:absolute;margin-left:80pt;'
        f"margin-top:2pt;width:200pt;height:60pt;z-index:{number % BLOCK};visibility:hidden' "
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        "<v:textbox style='mso-direction-alt:auto'><div style='text-align:left'></div></v:textbox>"
        f'<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
        f"<x:AutoFill>False</x:AutoFill><x:Row>{row - 1}</x:Row><x:Column>{column}</x:Column></x:ClientData>"
        "</v:shape>\n"
    ).encode()


def _walk(start: int, offset: int, pixels: int, size: object, last: int) -> tuple[int, int]:
    """Cell and offset that lie so many pixels on."""
    left, at = pixels + offset, start
    measure = size if callable(size) else (lambda _: 20)
    while at < last:
        here = measure(at)
        if left <= here:
            return at, left
        left -= here
        at += 1
    return last, 0


def _width(shape: SheetShape, column: int) -> int:
    for first, last, width in shape.widths:
        if first <= column <= last:
            return int(width * 7 + 5) if width else 0
    return 64


def _height(shape: SheetShape, row: int) -> int:
    height = shape.heights.get(row + 1)
    return 20 if height is None else int(height * 4 / 3)
