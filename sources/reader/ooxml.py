"""What an xlsx sheet's own XML says beyond its values: extent, errors, formulas, merges, hidden parts.

Works with regular expressions over bytes, not with an XML parser: a large sheet is scanned in
milliseconds and nothing in it can be expanded. Namespace prefixes, attribute order and quotes may vary;
Strict Open XML is the same here.
"""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator

from sources.reader.grid import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, SheetNotes, column_index
from sources.reader.prescan import Container
from sources.reader.refusal import Refused

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>(.*?)</(?:\w+:)?row>|<(?:\w+:)?row\b([^>]*)/>", re.DOTALL)
_ROW_TAG = re.compile(rb"<(?:\w+:)?row[ >]")
_ROW_NUMBER = re.compile(rb"<(?:\w+:)?row[^>]*?\sr=[\"'](\d+)")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_REF = re.compile(rb"(?:^|\s)r=[\"']([A-Z]{1,3})(\d+)[\"']")
_R = re.compile(rb"(?:^|\s)r=[\"'](\d+)[\"']")
_STYLE = re.compile(rb"(?:^|\s)s=[\"'](\d+)[\"']")
_ERROR_TYPE = re.compile(rb"(?:^|\s)t=[\"']e[\"']")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_HIDDEN = re.compile(rb"\shidden=[\"'](?:1|true)[\"']")
_COL = re.compile(rb"<(?:\w+:)?col\b([^>]*)/?>")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*ref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b([^>]*)/?>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)/?>")
#: Percent styles looked for by one pattern; more are looked up cell by cell.
_FEW_STYLES = 200
_ATTRIBUTE = re.compile(rb"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def attributes(tag: bytes) -> dict[str, str]:
    """Attributes of a tag, names without their prefix."""
    return {
        name.rsplit(b":", 1)[-1].decode(): html.unescape((double or single).decode("utf-8", "replace"))
        for name, double, single in _ATTRIBUTE.findall(tag)
    }


def utf8(data: bytes) -> bytes:
    """XML as UTF-8, where a part is UTF-16."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace").encode()
    return data


def workbook_part(container: Container) -> str:
    """Path of the workbook part (``xl/workbook.xml`` nearly always)."""
    ending = ("workbook.xml", "workbook.bin")
    return min((name for name in container.names() if name.endswith(ending)), key=len, default="xl/workbook.xml")


def relations(container: Container, part: str) -> dict[str, str]:
    """Targets of a part's relations by id."""
    folder, name = posixpath.split(part)
    path = f"{folder}/_rels/{name}.rels"
    targets: dict[str, str] = {}
    if path not in container.names():
        return targets
    for tag in _RELATION.findall(utf8(container.member(path))):
        entry = attributes(tag)
        target = entry.get("Target", "")
        joined = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        targets[entry.get("Id", "")] = joined
    return targets


def sheet_parts(container: Container) -> dict[str, str]:
    """Part path by sheet name, in workbook order."""
    part = workbook_part(container)
    targets = relations(container, part)
    found: dict[str, str] = {}
    for tag in _SHEET.findall(utf8(container.member(part))):
        entry = attributes(tag)
        target = targets.get(entry.get("id", ""))
        if target in container.names():
            found[entry.get("name", "")] = str(target)
    return found


def is_date1904(container: Container) -> bool:
    """Whether serial numbers count from 1904."""
    book = utf8(container.member(workbook_part(container)))
    return re.search(rb"date1904=[\"'](?:1|true)[\"']", book) is not None


def scan(container: Container, *, want_percent: bool) -> dict[str, SheetNotes]:
    """Notes of every sheet by name.

    Args:
        want_percent: Also find the cells shown as a percentage.

    Raises:
        Refused: More rows than a return may have, or a damaged part.
    """
    styles = percent_styles(container) if want_percent else frozenset()
    book = utf8(container.member(workbook_part(container)))
    never_calculated = re.search(rb"fullCalcOnLoad=[\"'](?:1|true)[\"']", book) is not None
    return {
        name: scan_sheet(container, name, part, styles, never_calculated)
        for name, part in sheet_parts(container).items()
    }


def percent_styles(container: Container) -> frozenset[int]:
    """Indices of the cell formats that show a percentage."""
    path = posixpath.join(posixpath.dirname(workbook_part(container)), "styles.xml")
    if path not in container.names():
        return frozenset()
    styles = utf8(container.member(path))
    forms = {9, 10}
    for tag in re.findall(rb"<(?:\w+:)?numFmt\b([^>]*)/?>", styles):
        entry = attributes(tag)
        if "%" in entry.get("formatCode", "") and entry.get("numFmtId", "").isdigit():
            forms.add(int(entry["numFmtId"]))
    formats = re.search(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", styles, re.DOTALL)
    if formats is None:
        return frozenset()
    ids = [attributes(tag).get("numFmtId", "0") for tag in re.findall(rb"<(?:\w+:)?xf\b([^>]*)/?>", formats[0])]
    return frozenset(index for index, form in enumerate(ids) if form.isdigit() and int(form) in forms)


def _row_pieces(container: Container, part: str) -> Iterator[bytes]:
    """The sheet in pieces that never cut a row in two."""
    tail = b""
    for piece in container.member_pieces(part):
        text = utf8(tail + piece) if not tail else tail + piece
        cut = text.rfind(b"row>") + 4
        if cut < 4:
            tail = text
            continue
        yield text[:cut]
        tail = text[cut:]
    yield tail


def scan_sheet(
    container: Container, name: str, part: str, percents: frozenset[int], never_calculated: bool
) -> SheetNotes:
    """Notes of one sheet; see :func:`scan`."""
    notes = SheetNotes()
    filled_rows = 0
    row = -1
    for piece in _row_pieces(container, part):
        filled_rows += piece.count(b"<row ") if b"<row " in piece else len(_ROW_TAG.findall(piece))
        interesting = (
            b't="e"' in piece
            or b"t='e'" in piece
            or ((b"<f" in piece or b":f" in piece) and _FORMULA.search(piece) is not None)
            or bool(percents)
        )
        if interesting:
            row = _walk(piece, notes, row, percents, never_calculated)
        elif b"hidden=" in piece:
            row = _hidden_rows(piece, notes, row)
        else:
            numbers = _ROW_NUMBER.findall(piece[max(0, piece.rfind(b"row ") - 10) :])
            row = int(numbers[-1]) - 1 if numbers else row
        for tag in _COL.findall(piece) if b"hidden=" in piece else ():
            entry = attributes(tag)
            if entry.get("hidden") in ("1", "true"):
                first, last = int(entry.get("min", "1")), int(entry.get("max", "1"))
                notes.hidden_columns.update(range(first - 1, min(last, 16_384)))
        if b"mergeCell" in piece:
            notes.merges += [
                (int(top) - 1, column_index(left.decode()), int(bottom) - 1, column_index(right.decode()))
                for left, top, right, bottom in _MERGE.findall(piece)
            ]
    notes.last_row = row
    if filled_rows > MAX_ROWS:
        check_extent(container.name, name, *extent(container, part))
    return notes


def _walk(piece: bytes, notes: SheetNotes, row: int, percents: frozenset[int], never_calculated: bool) -> int:
    shown = _percent_cell(percents)
    for match in _ROW.finditer(piece):
        tag = match[1] if match[1] is not None else match[3]
        number = _R.search(tag)
        row = int(number[1]) - 1 if number else row + 1
        if _HIDDEN.search(tag):
            notes.hidden_rows.add(row)
        body = match[2] or b""
        plain = b'"e"' not in body and b"'e'" not in body and _FORMULA.search(body) is None
        if plain and (not percents or (shown is not None and _add_percents(shown, body, notes, row))):
            continue
        column = -1
        for cell in _CELL.finditer(body):
            ref = _REF.search(cell[1])
            column = column_index(ref[1].decode()) if ref else column + 1
            inner = cell[2] or b""
            value = _VALUE.search(inner)
            text = value[1].strip() if value else b""
            if _ERROR_TYPE.search(cell[1]):
                notes.errors[row, column] = html.unescape(text.decode("utf-8", "replace")) or "#ERROR!"
            elif _FORMULA.search(inner):
                notes.formulas.add((row, column))
                if (not text and b"<is>" not in inner and not re.search(rb"\st=[\"']str[\"']", cell[1])) or (
                    never_calculated and text == b"0"
                ):
                    notes.uncached.add((row, column))
            if percents and text:
                style = _STYLE.search(cell[1])
                if style and int(style[1]) in percents:
                    notes.percents.add((row, column))
    return row


def _percent_cell(percents: frozenset[int]) -> re.Pattern[bytes] | None:
    """Cells of these styles only; looking at each cell of a long sheet takes seconds."""
    if not percents or len(percents) > _FEW_STYLES:
        return None
    styles = b"|".join(b"%d" % style for style in sorted(percents))
    return re.compile(rb"<(?:\w+:)?c\b([^>]*\ss=[\"'](?:" + styles + rb")[\"'][^>]*)>")


def _add_percents(shown: re.Pattern[bytes], body: bytes, notes: SheetNotes, row: int) -> bool:
    """Note the percent cells of a row; False where one does not say its column."""
    found = shown.findall(body)
    columns = [ref for cell in found if (ref := _REF.search(cell)) is not None]
    if len(columns) < len(found):
        return False
    notes.percents.update((row, column_index(ref[1].decode())) for ref in columns)
    return True


def _hidden_rows(piece: bytes, notes: SheetNotes, row: int) -> int:
    for tag in re.findall(rb"<(?:\w+:)?row\b([^>]*)", piece):
        number = _R.search(tag)
        row = int(number[1]) - 1 if number else row + 1
        if _HIDDEN.search(tag):
            notes.hidden_rows.add(row)
    return row


def extent(container: Container, part: str) -> tuple[int, int, int]:
    """Last row and column (1-based) that hold a value, and how many rows do, counted cell by cell.

    Stops counting one row above the limit.
    """
    last_row = last_column = filled = 0
    row = 0
    for piece in _row_pieces(container, part):
        for match in _ROW.finditer(piece):
            number = _R.search(match[1] if match[1] is not None else match[3])
            row = int(number[1]) if number else row + 1
            body = match[2] or b""
            if b"v>" not in body and b"is>" not in body and _FORMULA.search(body) is None:
                continue
            column = 0
            any_value = False
            for cell in _CELL.finditer(body):
                ref = _REF.search(cell[1])
                column = column_index(ref[1].decode()) + 1 if ref else column + 1
                inner = cell[2] or b""
                value = _VALUE.search(inner)
                if (value and value[1]) or b"is>" in inner or _FORMULA.search(inner):
                    last_column, any_value = max(last_column, column), True
            if any_value:
                last_row, filled = max(last_row, row), filled + 1
            if filled > MAX_ROWS:
                return last_row, last_column, filled
    return last_row, last_column, filled


def check_extent(file: str, sheet: str, rows: int, columns: int, filled: int = 0) -> None:
    """Refuse a sheet larger than a return may be.

    Args:
        file: Display name of the file.
        sheet: Sheet name.
        rows: Last row (1-based) that holds a value.
        columns: Last column (1-based) that holds a value.
        filled: Rows that hold something: tells a long table from a stray cell far below.
    """
    if filled > MAX_ROWS:
        sentence = f"Sheet {sheet} has more than {MAX_ROWS:,} rows, the most a return may have."
        raise Refused("too_large", sentence, file=file, sheet=sheet)
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        where = f"column {columns:,}" if columns > MAX_COLUMNS and rows <= MAX_ROWS else f"row {rows:,}"
        sentence = f"The used area is too large ({where}): delete empty rows and columns."
        raise Refused("too_large", sentence, file=file, sheet=sheet)
