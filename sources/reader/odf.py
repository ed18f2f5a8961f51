"""What an OpenDocument sheet's ``content.xml`` says beyond its values; see :mod:`sources.reader.ooxml`."""

from __future__ import annotations

import html
import re

from sources.reader.grid import SheetNotes
from sources.reader.ooxml import attributes, check_extent, utf8
from sources.reader.prescan import Container

_TABLE = re.compile(rb"<table:table(?=[\s>])([^>]*)>")
_TOKEN = re.compile(
    rb"<table:table-(row|column|cell)\b([^>]*?)(/?)>|<table:(covered-table-cell)\b([^>]*?)(/?)>|</table:table-(row)>"
)
_TEXT = re.compile(rb"<text:p\b[^>]*>(.*?)</text:p>", re.DOTALL)
_ERROR = re.compile(r"#(?:REF!|N/A|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|ERROR!)|Err:\d{3}")
#: Words by which a cell's tag says more than its value; most cells of a long sheet have none of them.
_TELLING = (b"repeated", b"formula", b"spanned", b"percentage")
_REPEATED = re.compile(rb"number-columns-repeated=[\"'](\d+)")
_VALUES = ("value", "date-value", "time-value", "boolean-value", "string-value")


def scan(container: Container) -> dict[str, SheetNotes]:
    """Notes of every sheet by name, and a check of its real extent.

    Raises:
        Refused: The filled area is larger than a return may be.
    """
    content = utf8(container.member("content.xml"))
    hidden_styles = _hidden_styles(content)
    found: dict[str, SheetNotes] = {}
    container.data = b""  # a long sheet's XML is large: nothing is held twice while it is gone through
    table = _TABLE.search(content)
    while table is not None:
        end = content.find(b"</table:table>", table.end())
        if end < 0:
            break
        entry = attributes(table[1])
        name = entry.get("name", "")
        found[name] = _scan_table(container.name, name, content[table.end() : end])
        found[name].hidden = entry.get("style-name") in hidden_styles
        table = _TABLE.search(content, end)
    return found


def _hidden_styles(content: bytes) -> set[str]:
    pattern = rb"<style:style\b([^>]*)>(?:(?!</style:style>).)*?table:display=\"false\""
    return {attributes(tag).get("name", "") for tag in re.findall(pattern, content, re.DOTALL)}


def _scan_table(file: str, name: str, body: bytes) -> SheetNotes:
    notes = SheetNotes()
    row = column = columns_seen = 0
    row_repeat = 1
    last_row = last_column = filled = 0
    row_filled = False
    tokens = _TOKEN.finditer(body)
    following = next(tokens, None)
    while following is not None:
        token, following = following, next(tokens, None)
        what = token[1] or token[4] or b"end"
        tag = token[2] or token[5] or b""
        if what == b"cell" and b"value-type=" in tag and not any(sign in tag for sign in _TELLING):
            column += 1
            row_filled, last_column = True, max(last_column, column)
            continue
        if (
            what == b"cell"
            and token[3]
            and b"value-type=" not in tag
            and b"formula" not in tag
            and b"spanned" not in tag
        ):
            blanks = _REPEATED.search(tag)
            column += int(blanks[1]) if blanks is not None else 1
            continue
        entry = attributes(tag) if b"repeated" in tag or b"visibility" in tag or b"cell" in what else {}
        if what == b"column":
            repeat = int(entry.get("number-columns-repeated", "1"))
            if entry.get("visibility") in ("collapse", "filter"):
                notes.hidden_columns.update(range(columns_seen, min(columns_seen + repeat, 16_384)))
            columns_seen += repeat
        elif what == b"row":
            row_repeat = int(entry.get("number-rows-repeated", "1"))
            column, row_filled = 0, False
            if entry.get("visibility") in ("collapse", "filter") and row_repeat < 100_000:
                notes.hidden_rows.update(range(row, row + row_repeat))
            if token[3]:
                row += row_repeat
        elif what == b"end":
            if row_filled:
                last_row, filled = max(last_row, row + row_repeat), filled + row_repeat
            row += row_repeat
        else:
            repeat = int(entry.get("number-columns-repeated", "1"))
            closed = bool(token[3] or token[6])
            end = following.start() if following is not None else len(body)
            inner = b"" if closed else body[token.end() : end]
            if entry.get("value-type") or "formula" in entry or b"<text:p" in inner:
                row_filled = True
                last_column = max(last_column, column + repeat)
                _note_cell(notes, entry, inner, row, column, covered=what == b"covered-table-cell")
            column += repeat
    check_extent(file, name, last_row, last_column, filled)
    notes.last_row = last_row - 1
    return notes


def _note_cell(notes: SheetNotes, entry: dict[str, str], inner: bytes, row: int, column: int, *, covered: bool) -> None:
    position = (row, column)
    shown = _TEXT.search(inner)
    text = html.unescape(re.sub(rb"<[^>]+>", b"", shown[1]).decode("utf-8", "replace")) if shown else ""
    if "formula" in entry:
        notes.formulas.add(position)
        if _ERROR.fullmatch(text.strip()):
            notes.errors[position] = text.strip()
        elif not any(key in entry for key in _VALUES) and not text:
            notes.uncached.add(position)
    if entry.get("value-type") == "percentage":
        notes.percents.add(position)
    across, down = int(entry.get("number-columns-spanned", "1")), int(entry.get("number-rows-spanned", "1"))
    if across > 1 or down > 1:
        notes.merges.append((row, column, row + down - 1, column + across - 1))
    if covered:
        notes.under_merge.add(position)
