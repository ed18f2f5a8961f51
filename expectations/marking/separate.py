"""A Fix list as a workbook of its own, where the partner's file cannot be marked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

from expectations.marking.fix_list import HEADERS, WIDTHS
from expectations.marking.targets import WORDS, Line
from expectations.marking.xml import clean


def separate_fix_list(lines: Sequence[tuple[str, Line]], head: str, why: str) -> bytes:
    """The workbook's bytes, the same for the same problems.

    Args:
        lines: Name of the file and what is wrong there.
        head: The sentence at the top.
        why: Why the file itself was not marked.
    """
    import xlsxwriter

    several = len({file for file, _ in lines}) > 1
    headers = (*(("File",) if several else ()), *HEADERS)
    widths = (*((24,) if several else ()), *WIDTHS)
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": "Fix list", "created": datetime(2023, 1, 1)})  # noqa: DTZ001 - a fixed stamp
    cell = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#bfbfbf"}
    text = book.add_format(cell)
    literal = book.add_format({**cell, "quote_prefix": True})
    header = book.add_format({**cell, "bold": True, "bg_color": "#1f3a5f", "font_color": "white"})
    severity = {
        "error": book.add_format({**cell, "bold": True, "bg_color": "#ffd5d9"}),
        "warning": book.add_format({**cell, "bold": True, "bg_color": "#ffefb5"}),
    }
    sheet = book.add_worksheet("Fix list")
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, "Fix list", book.add_format({"bold": True, "font_size": 16, "font_color": "#1f3a5f"}))
    wrapped = {"text_wrap": True, "valign": "top"}
    for row, said, style in (
        (1, why, book.add_format({**wrapped, "italic": True, "font_color": "#595959"})),
        (2, head, book.add_format({**wrapped, "bold": True})),
    ):
        sheet.merge_range(row, 0, row, len(headers) - 1, "", style)
        sheet.write_string(row, 0, clean(said), style)
        sheet.set_row(row, 15 * (1 + len(said) // 150) + 3)
    for at, (title, width) in enumerate(zip(headers, widths, strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(3, at, title, header)
    for row, (file, line) in enumerate(lines, start=4):
        texts = [line.sheet, line.cells, line.sentence, line.found, line.expected, line.fix]
        texts = [*((file,) if several else ()), WORDS[line.severity], *texts]
        for at, said in enumerate(texts):
            own = (
                severity[line.severity] if at == several else literal if said.startswith(("=", "+", "-", "@")) else text
            )
            sheet.write_string(row, at, clean(said), own)
        sheet.set_row(
            row,
            min(300, 15.0 * max(-(-len(said) * 1.1 // width) for said, width in zip(texts, widths, strict=True)) + 4),
        )
    sheet.freeze_panes(4, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    return buffer.getvalue()
