"""One workbook marked: old marks off, new marks on, a Fix list in front."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from expectations.marking import fix_list, targets
from expectations.marking.book import COMMENTS_TYPE, STYLES_TYPE, VML_TYPE, Book
from expectations.marking.comments import EMPTY_COMMENTS, EMPTY_SHAPES, Comments, Shapes, last_block
from expectations.marking.package import Unmarkable
from expectations.marking.sheets import SheetPart, SheetShape
from expectations.marking.styles import EMPTY_STYLES, Styles
from expectations.marking.targets import Cell, Target
from sources.problems import Problem
from sources.reader.prescan import Container

_SELECTED = re.compile(rb"\stabSelected=[\"'](?:1|true)[\"']")


def marked_workbook(container: Container, problems: Sequence[Problem]) -> bytes:
    """The workbook with its marks.

    Args:
        container: The checked file, an xlsx or xlsm.
        problems: What is wrong with it, most important first; already without what asks for nothing.

    Raises:
        Unmarkable: Where marking would lose something, with the sentence that says so.
    """
    if container.kind not in ("xlsx", "xlsm"):
        raise Unmarkable(
            f"Marks are made in XLSX workbooks; this is {container.kind.upper()}. Save it as XLSX to get it marked."
        )
    return _Marking(container, problems).run()


class _Marking:
    def __init__(self, container: Container, problems: Sequence[Problem]) -> None:
        self.book = Book(container)
        self.problems = problems
        self.old = fix_list.old_fix_list(self.book)
        covered = dict(self.old[1]) if self.old is not None else {}
        self.styles_name = self._styles_part()
        self.styles = Styles(self.book.package.read(self.styles_name), covered)
        own = self.old[0] if self.old is not None else None
        self.sheets = {name: part for name, part in self.book.sheets.items() if part != own}
        self.parts: dict[str, SheetPart] = {}
        self.comments_left = targets.COMMENTS
        self.seen: dict[str, dict[Cell, bytes]] = {}

    def run(self) -> bytes:
        """Take old marks off, put new ones on, save."""
        marks = {sheet: cells for sheet, cells in targets.by_sheet(self.problems).items() if sheet in self.sheets}
        if self.old is not None:
            self._clean_styles()
        self._clean_comments()
        block = last_block(
            self.book.package.read(name) for name in self.book.package.names() if name.lower().endswith(".vml")
        )
        commented = 0
        for sheet, cells in marks.items():
            part = self._sheet(self.sheets[sheet])
            if part.is_protected():
                raise Unmarkable(f"Sheet {sheet} is protected against changes, so the workbook was left as it is.")
            shape = part.shape()
            here = _on_anchors(cells, shape.merges)
            part.mark(here, self.styles.marked, shape)
            self.seen[sheet] = shape.seen
            said = dict([(cell, target.sentences) for cell, target in here.items()][: self.comments_left])
            self.comments_left -= len(said)
            commented += len(said)
            block += self._comment(self.sheets[sheet], part, said, shape, block + 1)
        self._fix_list(sum(map(len, marks.values())), commented)
        for name, part in self.parts.items():
            self.book.package.put(name, part.save())
        self.book.package.put(self.styles_name, self.styles.save())
        return self.book.package.save()

    def _sheet(self, name: str) -> SheetPart:
        if name not in self.parts:
            self.parts[name] = SheetPart.of(self.book.package.read(name))
        return self.parts[name]

    def _styles_part(self) -> str:
        known = self.book.styles_part()
        if known is not None and known in self.book.package:
            return known
        name = self.book.package.free_name(posixpath.join(self.book.folder, "styles{}.xml"))
        self.book.package.put(name, EMPTY_STYLES)
        self.book.relate(self.book.part, "styles", name)
        self.book.declare(name, STYLES_TYPE)
        return name

    def _clean_styles(self) -> None:
        """Give cells of an earlier marking their own format back, on every sheet, wherever they have moved."""
        plain = self.styles.unmarked()
        used = [rb's="%d"' % number for number in plain]
        for name in self.sheets.values() if plain else ():
            data = self.book.package.read(name)
            if any(text in data for text in used):
                self._sheet(name).restyle(plain)

    def _clean_comments(self) -> None:
        for name in self.sheets.values():
            path, drawing = self._comment_parts(name)
            if path is None:
                continue
            comments = Comments(self.book.package.read(path))
            gone = comments.clean()
            self.book.package.put(path, comments.part)
            if gone and drawing is not None:
                shapes = Shapes(self.book.package.read(drawing))
                shapes.clean(gone)
                self.book.package.put(drawing, shapes.part)

    def _comment_parts(self, sheet: str) -> tuple[str | None, str | None]:
        """The parts of a sheet's comments and their shapes."""
        relations = [item for item in self.book.relations(sheet) if item.part in self.book.package]
        comments = next((item.part for item in relations if item.kind == "comments"), None)
        drawings = [item for item in relations if item.kind == "vmlDrawing"]
        if not drawings:
            return comments, None
        wanted = SheetPart.of(self.book.package.read(sheet)).legacy_drawing()
        return comments, next((item.part for item in drawings if item.id == wanted), None)

    def _comment(
        self, sheet: str, part: SheetPart, said: Mapping[Cell, list[str]], shape: SheetShape, block: int
    ) -> int:
        """Comments for cells of a sheet; gives the number of blocks of shape numbers used."""
        if not said:
            return 0
        book = self.book
        path, drawing = self._comment_parts(sheet)
        if path is None:
            path = book.package.free_name(posixpath.join(book.folder, "comments{}.xml"))
            book.package.put(path, EMPTY_COMMENTS)
            book.relate(sheet, "comments", path)
            book.declare(path, COMMENTS_TYPE)
        comments = Comments(book.package.read(path))
        new = comments.add(said)
        book.package.put(path, comments.part)
        if not new:
            return 0
        if drawing is None:
            drawing = book.package.free_name(posixpath.join(book.folder, "drawings/vmlDrawing{}.vml"))
            book.package.put(drawing, EMPTY_SHAPES)
            part.add_legacy_drawing(book.relate(sheet, "vmlDrawing", drawing))
            book.declare(drawing, VML_TYPE)
        shapes = Shapes(book.package.read(drawing))
        used = shapes.add(said, new, shape, block)
        book.package.put(drawing, shapes.part)
        return used

    def _fix_list(self, coloured: int, commented: int) -> None:
        counts = Counter(problem.severity for problem in self.problems)
        told = min(len(self.problems), targets.CAUSES)
        head = " ".join(filter(None, [fix_list.summary(counts, told), fix_list.limits(coloured, commented)]))
        active = self.old is None and self._can_be_active()
        if self.old is not None:
            active = _SELECTED.search(self.book.package.start_of(self.old[0])) is not None
        lines = targets.lines(self.problems)
        lines = fix_list.with_own_values(lines, self.seen, fix_list.shared_strings(self.book))
        written = fix_list.sheet_xml(lines, head, self.sheets, self.styles, active=active)
        if self.old is not None:
            self.book.package.put(self.old[0], written)
            return
        name = self.book.package.free_name(posixpath.join(self.book.folder, "worksheets/sheet{}.xml"))
        self.book.package.put(name, written)
        self.book.insert_first(self.book.free_sheet_name(fix_list.NAME), name, active=active)
        if active:
            for part in self.parts.values():
                part.deselect()

    def _can_be_active(self) -> bool:
        """Whether every sheet selected now changes anyway, so that its selection can be taken back.

        Two selected sheets would be a group: what is typed into one goes into the other.
        """
        selected = [name for name in self.sheets.values() if _SELECTED.search(self.book.package.start_of(name))]
        return self.book.view_count() == 1 and all(name in self.parts for name in selected)


def _on_anchors(cells: Mapping[Cell, Target], merges: Iterable[tuple[int, int, int, int]]) -> dict[Cell, Target]:
    """Cells under a merged one are marked on the cell that is seen."""
    rows = sorted({row for row, _ in cells})
    covering: dict[int, list[tuple[int, int, int, int]]] = {}
    for merge in merges:
        for row in rows[bisect_left(rows, merge[0]) : bisect_right(rows, merge[2])]:
            covering.setdefault(row, []).append(merge)
    found: dict[Cell, Target] = {}
    for (row, column), target in sorted(cells.items()):
        anchors = (merge[:2] for merge in covering.get(row, ()) if merge[1] <= column <= merge[3])
        place = next(anchors, (row, column))
        known = found.get(place)
        if known is None:
            found[place] = Target(target.severity, list(target.sentences))
        else:
            known.sentences += [text for text in target.sentences if text not in known.sentences]
            known.severity = "error" if "error" in (known.severity, target.severity) else known.severity
    return found
