"""Cells of a sheet's XML: another style number, and a cell where there was none. Everything else keeps its bytes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from expectations.marking import xml
from expectations.marking.package import Unmarkable
from expectations.marking.targets import Cell, Target
from sources.problems import Severity
from sources.reader.grid import column_index, column_letter

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#: What stands behind ``legacyDrawing`` in a worksheet; Excel insists on the order.
_BEHIND_LEGACY = frozenset(
    {"legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "AlternateContent", "webPublishItems",
     "tableParts", "extLst"}
)  # fmt: skip
_REF = re.compile(r"([A-Z]{1,3})(\d+)")
_HIDDEN = re.compile(rb"\shidden=[\"'](?:1|true)[\"']")
_R = re.compile(rb"(?:^|\s)r=[\"'](\d+)[\"']")
_S = re.compile(rb"(?:^|\s)s=[\"'](\d+)[\"']")
_HEIGHT = re.compile(rb"\sht=[\"']([\d.]+)[\"']")
_CELL_REF = re.compile(rb"(?:^|\s)r=[\"']([A-Z]{1,3})(\d+)[\"']")
_SPANS = re.compile(rb"(\sspans=[\"'])(\d+):(\d+)([\"'])")

StyleOf = Callable[[int, Severity], int]


@dataclass
class SheetShape:
    """How a sheet is laid out: characters for widths, points for heights; and the marked cells that were there."""

    widths: list[tuple[int, int, float]] = field(default_factory=list)
    styles: list[tuple[int, int, int]] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    seen: dict[Cell, bytes] = field(default_factory=dict)


@dataclass
class SheetPart:
    """A worksheet part in three pieces: before the rows, the rows, behind them."""

    head: bytes
    rows: bytes
    tail: bytes

    @classmethod
    def of(cls, data: bytes) -> SheetPart:
        """Cut a part around the content of ``sheetData``.

        Raises:
            Unmarkable: There is no ``sheetData``.
        """
        opened = re.search(rb"<(?:[\w.\-]+:)?sheetData(?:\s[^>]*?)?/?>", data)
        if opened is None:
            raise Unmarkable("A sheet has an unusual structure, so the workbook was not changed.")
        if opened[0].endswith(b"/>"):
            name = opened[0][1:].split(b"/")[0].split()[0]
            return cls(data[: opened.start()] + b"<" + name + b">", b"", b"</" + name + b">" + data[opened.end() :])
        close = data.find(b"sheetData>", opened.end())
        close = data.rfind(b"</", opened.end(), close)
        if close < 0:
            raise Unmarkable("A sheet has an unusual structure, so the workbook was not changed.")
        return cls(data[: opened.end()], data[opened.end() : close], data[close:])

    def save(self) -> bytes:
        """The whole part."""
        return self.head + self.rows + self.tail

    @property
    def prefix(self) -> bytes:
        """Namespace prefix with its colon."""
        return xml.prefix_of(self.head)

    def tail_elements(self) -> list[xml.Element]:
        """Elements behind the rows."""
        first = self.tail.index(b">") + 1
        return xml.children(self.tail, first, self.tail.rindex(b"</"))

    def shape(self) -> SheetShape:
        """Column widths and styles, and merged ranges."""
        shape = SheetShape()
        for tag in re.findall(rb"<(?:[\w.\-]+:)?col\b([^>]*)>", self.head):
            col = xml.attributes(tag)
            first, last = int(col.get("min", "1")) - 1, int(col.get("max", "1")) - 1
            width = 0.0 if col.get("hidden") in ("1", "true") else float(col.get("width", "9.14"))
            shape.widths.append((first, last, width))
            shape.styles.append((first, last, int(col.get("style", "0"))))
        for element in self.tail_elements():
            if element.name == "mergeCells":
                for merge in xml.within(self.tail, element):
                    ends = [_REF.fullmatch(end) for end in (merge.get("ref") or "").split(":")]
                    if len(ends) == 2 and ends[0] and ends[1]:
                        top, bottom = int(ends[0][2]), int(ends[1][2])
                        shape.merges.append((top, column_index(ends[0][1]), bottom, column_index(ends[1][1])))
        return shape

    def is_protected(self) -> bool:
        """Whether the sheet is protected against changes."""
        return any(element.name == "sheetProtection" and element.get("sheet") in ("1", "true")
                   for element in self.tail_elements())  # fmt: skip

    def legacy_drawing(self) -> str | None:
        """Relationship id of the sheet's comment shapes."""
        return next((item.get("id") for item in self.tail_elements() if item.name == "legacyDrawing"), None)

    def add_legacy_drawing(self, relation: str) -> None:
        """Point to comment shapes, in the place Excel wants it."""
        elements = self.tail_elements()
        at = next((item.start for item in elements if item.name in _BEHIND_LEGACY and item.start), None)
        at = self.tail.rindex(b"</") if at is None else at
        tag = f'<legacyDrawing xmlns:r="{RELATIONS}" r:id="{relation}"/>'.encode()
        self.tail = self.tail[:at] + xml.prefixed(tag, self.prefix) + self.tail[at:]

    def restyle(self, styles: Mapping[int, int]) -> None:
        """Give cells of some styles another one."""
        numbers = b"|".join(str(number).encode() for number in styles)
        if not numbers:
            return
        pattern = re.compile(rb"(<(?:[\w.\-]+:)?(?:c|row)\s(?:[^>]*?\s)?s=[\"'])(" + numbers + rb")([\"'])")
        self.rows = pattern.sub(lambda match: match[1] + b"%d" % styles[int(match[2])] + match[3], self.rows)

    def deselect(self) -> None:
        """The sheet is no longer among those a person has selected."""
        self.head = re.sub(rb"\stabSelected=(?:\"[^\"]*\"|'[^']*')", b"", self.head)

    def mark(self, targets: Mapping[Cell, Target], style_of: StyleOf, shape: SheetShape) -> None:
        """Colour cells: existing ones get another style, missing ones are put in at their place."""
        wanted: dict[int, dict[int, Severity]] = {}
        for (row, column), target in targets.items():
            wanted.setdefault(row, {})[column] = target.severity
        waiting = sorted(wanted, reverse=True)
        pieces: list[bytes] = []
        copied = 0
        for number, start, inside, close, end in self._rows(shape):
            while waiting and waiting[-1] < number:
                pieces += [self.rows[copied:start], self._new_row(waiting[-1], wanted[waiting.pop()], style_of, shape)]
                copied = start
            if waiting and waiting[-1] == number:
                waiting.pop()
                pieces += [
                    self.rows[copied:start],
                    self._marked_row(
                        self.rows[start:inside], self.rows[inside:close], number, wanted[number], style_of, shape
                    ),
                ]
                copied = end
        pieces.append(self.rows[copied:])
        while waiting:
            pieces.append(self._new_row(waiting[-1], wanted[waiting.pop()], style_of, shape))
        self.rows = b"".join(pieces)
        self._widen_dimension(targets)

    def _rows(self, shape: SheetShape) -> Iterator[tuple[int, int, int, int, int]]:
        """Rows as number, start, inside, close and end; heights that are not usual go into ``shape``."""
        tag = re.compile(rb"<" + self.prefix + rb"row((?:\s[^>]*?)?)(/?)>")
        closing = b"</" + self.prefix + b"row>"
        number, at = 0, 0
        while match := tag.search(self.rows, at):
            own = _R.search(match[1])
            number = int(own[1]) if own else number + 1
            height = _HEIGHT.search(match[1])
            if height or _HIDDEN.search(match[1]):
                shape.heights[number] = float(height[1]) if height and not _HIDDEN.search(match[1]) else 0.0
            if match[2]:
                close = end = match.end()
            else:
                close = self.rows.find(closing, match.end())
                if close < 0:
                    raise Unmarkable("A sheet has an unusual structure, so the workbook was not changed.")
                end = close + len(closing)
            yield number, match.start(), match.end(), close, end
            at = end

    def _marked_row(
        self, tag: bytes, body: bytes, number: int, wanted: Mapping[int, Severity], style_of: StyleOf, shape: SheetShape
    ) -> bytes:
        cell = re.compile(rb"<" + self.prefix + rb"c((?:\s[^>]*?)?)(?:/>|>.*?</" + self.prefix + rb"c>)", re.DOTALL)
        row_style = _S.search(tag)
        default = int(row_style[1]) if row_style and b"customFormat" in tag else None
        waiting = sorted(wanted, reverse=True)
        pieces: list[bytes] = []
        column, copied, behind = -1, 0, 0

        def new(missing: int) -> bytes:
            style = default if default is not None else _column_style(shape, missing)
            return self._new_cell(number, missing, style_of(style, wanted[missing]))

        for match in cell.finditer(body):
            own = _CELL_REF.search(match[1])
            column = column_index(own[1].decode()) if own else column + 1
            behind = match.end()
            while waiting and waiting[-1] < column:
                pieces += [body[copied : match.start()], new(waiting.pop())]
                copied = match.start()
            if waiting and waiting[-1] == column:
                shape.seen[number, column] = match[0]
                style = _S.search(match[1])
                marked = style_of(int(style[1]) if style else 0, wanted[waiting.pop()])
                attrs = xml.with_attribute(match[1], "s", marked)
                pieces += [body[copied : match.start(1)], attrs]
                copied = match.end(1)
        # Behind the last cell, but before anything that is no cell (an extension list at the end of the row).
        pieces += [body[copied:behind], *(new(missing) for missing in reversed(waiting)), body[behind:]]
        tag = tag.removesuffix(b"/>") + b">" if tag.endswith(b"/>") else tag
        return _widened(tag, wanted) + b"".join(pieces) + b"</" + self.prefix + b"row>"

    def _new_row(self, number: int, wanted: Mapping[int, Severity], style_of: StyleOf, shape: SheetShape) -> bytes:
        cells = [
            self._new_cell(number, column, style_of(_column_style(shape, column), wanted[column]))
            for column in sorted(wanted)
        ]
        row = self.prefix + b"row"
        return b"<" + row + b' r="%d">' % number + b"".join(cells) + b"</" + row + b">"

    def _new_cell(self, row: int, column: int, style: int) -> bytes:
        return b"<" + self.prefix + b'c r="%s%d" s="%d"/>' % (column_letter(column).encode(), row, style)

    def _widen_dimension(self, targets: Mapping[Cell, Target]) -> None:
        match = re.search(rb"(<(?:[\w.\-]+:)?dimension\s+ref=[\"'])([A-Z]+)(\d+)(?::([A-Z]+)(\d+))?([\"'])", self.head)
        if match is None:
            return
        left, top = column_index(match[2].decode()), int(match[3])
        right = column_index((match[4] or match[2]).decode())
        bottom = int(match[5] or match[3])
        rows, columns = [row for row, _ in targets], [column for _, column in targets]
        wide = (min(left, *columns), min(top, *rows), max(right, *columns), max(bottom, *rows))
        if wide != (left, top, right, bottom):
            ref = f"{column_letter(wide[0])}{wide[1]}:{column_letter(wide[2])}{wide[3]}".encode()
            self.head = self.head[: match.start()] + match[1] + ref + match[6] + self.head[match.end() :]


def _column_style(shape: SheetShape, column: int) -> int:
    return next((style for first, last, style in shape.styles if first <= column <= last), 0)


def _widened(tag: bytes, wanted: Mapping[int, Severity]) -> bytes:
    """The row's tag with its spans wide enough for new cells."""
    match = _SPANS.search(tag)
    if match is None:
        return tag
    first = min(int(match[2]), *(column + 1 for column in wanted))
    last = max(int(match[3]), *(column + 1 for column in wanted))
    return tag[: match.start()] + match[1] + b"%d:%d" % (first, last) + match[4] + tag[match.end() :]
