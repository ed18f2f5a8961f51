"""Text that came from somebody else, made inert in CSV, XLSX, HTML, Markdown and Typst.

A spreadsheet runs a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula (OWASP ASVS 5.0,
1.2.10). In CSV such text gets an apostrophe in front, also where it hides behind blanks, invisible
characters or a full-width sign. Numbers are written as numbers, so negative ones stay as they are; the
typographic minus (U+2212) of our own texts begins no formula. In XLSX every text is a string cell, which is
never run. XML is built by ``exports.standards.elements``, which escapes.
"""

from __future__ import annotations

import csv
import html
import io
import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pandas as pd

#: Excel's limit of characters in one cell.
CELL_LIMIT = 32_767
#: ASCII triggers and their full-width and small variants.
TRIGGERS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b")
_LEADING = frozenset("\t\r\n")
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:[.,\u00a0\u202f ][0-9]+)*(?:[eE][-+]?[0-9]+)?%?")
#: What may stand before a formula without being seen: blanks, control and format characters.
_UNSEEN = r"\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
# Where a list separator differs from ours, a trigger after it would begin a cell of its own, also after quotes.
_AFTER_SEPARATOR = rf"([;\t\r\n][{_UNSEEN}\"]*)('*)(?=[{re.escape(''.join(sorted(TRIGGERS)))}])"
_UNGUARDED = re.compile(_AFTER_SEPARATOR)
_GUARDED = re.compile(_AFTER_SEPARATOR.replace("('*)", "'('*)"))
_BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C))
_CONTROL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)))
_ZERO_WIDTH = dict.fromkeys((0x200B, 0x2060, 0xFEFF))
_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")


def csv_text(text: str) -> str:
    """Text for a CSV cell that no spreadsheet will run.

    An apostrophe is put before what could be run, and before an apostrophe that stands before such text, so
    that :func:`csv_original` finds the text again. Control characters other than tab and line ends are left out.

    Example:
        >>> csv_text("=1+1"), csv_text("-12.5"), csv_text("HEAL")
        ("'=1+1", '-12.5', 'HEAL')
    """
    text = _UNGUARDED.sub(r"\1'\2", text.translate(_CONTROL))
    return f"'{text}" if _is_run(text.lstrip("'")) else text


_SHORT = 80
_short_csv_text = lru_cache(maxsize=1 << 16)(csv_text)


def csv_original(cell: str) -> str:
    """The text a cell of :func:`csv_text` was made from."""
    if cell.startswith("'") and _is_run(cell.lstrip("'")):
        cell = cell[1:]
    return _GUARDED.sub(r"\1\2", cell)


def _is_run(text: str) -> bool:
    return is_formula_like(text) and not _PLAIN_NUMBER.fullmatch(text)


def is_formula_like(text: str) -> bool:
    """Whether a spreadsheet could take text for a formula or a command."""
    if text[:1] in _LEADING:
        return True
    for character in text:
        if character in TRIGGERS:
            return True
        if unicodedata.category(character) not in ("Cc", "Cf", "Zs", "Zl", "Zp"):
            return False
    return False


def cell_text(text: str) -> str:
    """Text for an XLSX string cell: no control characters, within Excel's limit."""
    text = text.translate(_CONTROL)
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 1] + "…"


def html_text(text: object) -> str:
    """Text for HTML content or a quoted attribute; blank where there is nothing."""
    if is_blank(text):
        return ""
    return html.escape(inert_text(str(text)), quote=True)


def inert_text(text: str) -> str:
    """Text without control characters and without marks that turn the direction of reading."""
    return text.translate(_CONTROL).translate(_BIDI)


def markdown_text(text: object) -> str:
    """Text for Markdown (CommonMark, with tables): shown as it is, on one line, whatever it looks like.

    Every ASCII punctuation character is escaped: emphasis, links, code, HTML, tables, lists and templates
    need one of them.
    """
    if is_blank(text):
        return ""
    words = str(text).translate(_CONTROL).translate(_BIDI).translate(_ZERO_WIDTH).split()
    return _MARKDOWN.sub(r"\\\1", " ".join(words))


def typst_text(text: object) -> str:
    """Text as a string of Typst's code mode, quotes included: shown as it is, never run.

    Example:
        >>> typst_text('#import "x"')
        '"#import \\\\"x\\\\""'
    """
    plain_text = "" if is_blank(text) else str(text).translate(_CONTROL).translate(_BIDI)
    return '"' + re.sub(r'([\\"])', r"\\\1", plain_text).replace("\r\n", "\n").replace("\n", "\\n") + '"'


def is_blank(value: object) -> bool:
    """Whether a value is missing (``None``, ``NA``, NaN) – an empty string is not."""
    return value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value))


def csv_value(value: object) -> str:
    """One value as a CSV cell: numbers bare, dates ISO, booleans ``true``/``false``, missing empty."""
    if type(value) is str:
        # Files of a million cells say the same few things over and over.
        return _short_csv_text(value) if len(value) <= _SHORT else csv_text(value)
    if is_blank(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float, Decimal)):
        return number_text(value)
    if isinstance(value, date):
        return value.isoformat()[:10]
    return csv_text(str(value))


def number_text(value: float | Decimal) -> str:
    """A number in full, without exponent or needless zeros."""
    if isinstance(value, int):
        return str(value)
    number = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """A CSV file as bytes: UTF-8 with a byte order mark (Excel needs it), comma, CRLF."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, lineterminator="\r\n")
    writer.writerow([csv_text(str(name)) for name in header])
    for row in rows:
        writer.writerow([csv_value(value) for value in row])
    return sink.getvalue().encode("utf-8-sig")


def frame_csv(frame: pd.DataFrame) -> bytes:
    """A frame as a safe CSV file."""
    return csv_bytes([str(name) for name in frame.columns], records(frame))


def records(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """The rows of a frame as plain Python values; missing is ``None``."""
    columns = [_plain_column(frame[name].array) for name in frame.columns]
    return list(zip(*columns, strict=True)) if columns else []


def _plain_column(values: Any) -> list[Any]:
    if isinstance(values.dtype, pd.api.extensions.ExtensionDtype):
        # All at once where the type allows it: value by value, large tables take seconds.
        values = values.to_numpy(dtype=object, na_value=None)
    return [
        value if type(value) in (str, int, bool, date) or value is None else plain(value) for value in values.tolist()
    ]


def plain(value: object) -> Any:
    """A pandas or numpy scalar as a plain Python value; missing is ``None``."""
    if is_blank(value):
        return None
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):
        value = value.item()
    return None if is_blank(value) else value
