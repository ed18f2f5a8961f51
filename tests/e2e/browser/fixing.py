"""Correcting a marked workbook by its Fix list alone, as somebody would who reads nothing else."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import openpyxl
from openpyxl.utils.cell import range_boundaries

if TYPE_CHECKING:
    from pathlib import Path

FIX_LIST = "Fix list"
#: Typed where the truth is blank: an amount was planted in a row without a grant, and its currency is named.
CURRENCY = "USD"


def linked_cells(marked: bytes) -> set[tuple[str, str]]:
    """Sheet and cell of every link on the Fix list."""
    book = openpyxl.load_workbook(io.BytesIO(marked))
    found = set()
    for row in book[FIX_LIST].iter_rows():
        for cell in row:
            if cell.hyperlink is None or not cell.hyperlink.location:
                continue
            sheet, _, place = cell.hyperlink.location.rpartition("!")
            sheet = sheet.strip("'").replace("''", "'")
            left, top, right, bottom = range_boundaries(place.replace("$", ""))
            for line in range(top, bottom + 1):
                for column in range(left, right + 1):
                    found.add((sheet, book[sheet].cell(line, column).coordinate))
    return found


def fixed(marked: bytes, truth: Path) -> bytes:
    """The marked workbook with the right value in every cell the Fix list names, and in no other."""
    book, right = openpyxl.load_workbook(io.BytesIO(marked)), openpyxl.load_workbook(truth)
    for sheet, place in linked_cells(marked):
        value = right[sheet][place].value
        book[sheet][place].value = value if value is not None else CURRENCY
    sink = io.BytesIO()
    book.save(sink)
    return sink.getvalue()
