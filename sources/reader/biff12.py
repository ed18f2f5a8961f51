"""What an xlsb sheet's records say beyond its values: error cells and hidden rows (MS-XLSB, section 2.1)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from sources.reader.grid import MAX_ROWS, SheetNotes
from sources.reader.ooxml import check_extent, relations, workbook_part
from sources.reader.prescan import Container

_ROW, _ERROR, _FORMULA_ERROR, _SHEET, _MERGE, _COLUMN = 0, 3, 11, 156, 176, 60
_FORMULAS = (8, 9, 10, 11)
_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Record type and payload, one after the other; stops where the part is cut."""
    position, size = 0, len(data)
    while position < size:
        kind = data[position]
        position += 1
        if kind & 0x80 and position < size:
            kind = (kind & 0x7F) | (data[position] & 0x7F) << 7
            position += 1
        length = shift = 0
        while position < size:
            byte = data[position]
            position += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80 or shift >= 28:
                break
        yield kind, data[position : position + length]
        position += length


def _wide(data: bytes, start: int) -> tuple[str, int]:
    (count,) = struct.unpack_from("<I", data, start)
    end = start + 4 + 2 * count
    return data[start + 4 : end].decode("utf-16-le", "replace"), end


def scan(container: Container) -> dict[str, SheetNotes]:
    """Notes of every sheet by name.

    Raises:
        Refused: The filled area is larger than a return may be.
    """
    part = workbook_part(container)
    targets = relations(container, part)
    found: dict[str, SheetNotes] = {}
    for kind, payload in records(container.member(part)):
        if kind == _SHEET and len(payload) >= 16:
            relation, end = _wide(payload, 8)
            name, _ = _wide(payload, end)
            target = targets.get(relation, "")
            if target in container.names() and re.search(r"worksheets/", target):
                found[name] = _scan_sheet(container, name, target)
    return found


def _scan_sheet(container: Container, name: str, part: str) -> SheetNotes:
    notes = SheetNotes()
    row, last_row, last_column, filled = -1, -1, -1, 0
    counted = False
    for kind, payload in records(container.member(part)):
        if kind == _ROW and len(payload) >= 12:
            (row,) = struct.unpack_from("<I", payload)
            counted = False
            if payload[11] & 0x10:
                notes.hidden_rows.add(row)
        elif 2 <= kind <= 11 and len(payload) >= 8:
            (column,) = struct.unpack_from("<I", payload)
            if kind in _FORMULAS:
                notes.formulas.add((row, column))
            if kind in (_ERROR, _FORMULA_ERROR) and len(payload) >= 9:
                notes.errors[row, column] = _CODES.get(payload[8], "#ERROR!")
            last_row, last_column = max(last_row, row), max(last_column, column)
            filled += not counted
            counted = True
            if filled > MAX_ROWS:
                break
        elif kind == _MERGE and len(payload) >= 16:
            top, bottom, left, right = struct.unpack_from("<IIII", payload)
            notes.merges.append((top, left, bottom, right))
        elif kind == _COLUMN and len(payload) >= 18:
            first, last = struct.unpack_from("<II", payload)
            if payload[16] & 0x01:
                notes.hidden_columns.update(range(first, min(last + 1, 16_384)))
    check_extent(container.name, name, last_row + 1, last_column + 1, filled)
    notes.last_row = last_row
    return notes
