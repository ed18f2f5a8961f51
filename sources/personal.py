"""Finding a person's value: in typed rows, and in bytes however they are packed."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from sources.contract.model import Column

#: A shorter value is found in typed cells only: as bytes it would be found by chance.
SHORTEST_IN_BYTES = 8
#: Personal data in running text is searched for inside the text.
FREE_TEXT = "free_text"
_CHUNK = 1 << 20
_LARGEST = 512 << 20


def rows_with(frame: pd.DataFrame, columns: Iterable[Column], value: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which rows hold a value, whatever its case, in one of the columns; inside the text where that runs freely."""
    wanted = value.strip().casefold()
    found = np.zeros(len(frame), dtype=bool)
    for column in columns:
        texts = [_text(item) for item in frame[column.name]]
        if column.personal == FREE_TEXT:
            found |= np.array([wanted in text for text in texts], dtype=bool)
        else:
            found |= np.array([text == wanted for text in texts], dtype=bool)
    return found


def _text(value: object) -> str:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.10g}"
    return "" if value is None else str(value).strip().casefold()


def bytes_hold(data: bytes, value: str) -> bool:
    """Whether a value stands in a file: as text in any usual encoding, also inside a zip as workbooks are.

    Values shorter than :data:`SHORTEST_IN_BYTES` are not searched for.
    """
    wanted = value.strip()
    if len(wanted) < SHORTEST_IN_BYTES:
        return False
    needles = {text.encode(code) for text in {wanted, escape(wanted)} for code in _codes(text)}
    if any(needle in data for needle in needles):
        return True
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return any(_member_holds(archive, name, needles) for name in archive.namelist())
    except (zipfile.BadZipFile, RuntimeError, OSError, NotImplementedError, EOFError, ValueError):
        return False


def _codes(text: str) -> list[str]:
    codes = ["utf-8", "utf-16-le", "utf-16-be"]
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return codes
    return [*codes, "cp1252"]


def _member_holds(archive: zipfile.ZipFile, name: str, needles: set[bytes]) -> bool:
    overlap = max(map(len, needles)) - 1
    seen, tail = 0, b""
    with archive.open(name) as stream:
        while chunk := stream.read(_CHUNK):
            window = tail + chunk
            if any(needle in window for needle in needles):
                return True
            tail, seen = window[-overlap:], seen + len(chunk)
            if seen > _LARGEST:  # a hostile archive was refused and never loaded
                return False
    return False
