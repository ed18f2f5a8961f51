"""``file.partner``: sentences word for word."""

import io

import xlsxwriter

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, file, says


def template(**values: str) -> bytes:
    """A workbook with what a template says of itself."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    book.add_worksheet("KPI").write_row(0, 0, HEADERS)
    book.worksheets()[0].write_row(1, 0, ROWS[0])
    for row, pair in enumerate(values.items()):
        (book.get_worksheet_by_name("_impact") or book.add_worksheet("_impact")).write_row(row, 0, pair)
    book.close()
    return buffer.getvalue()


test_sentences = says(
    "file.partner",
    Case(
        lambda: file(template(program="demo", partner="p2")),
        ("This is a return of Sample partner (two); you chose Sample partner (one).",),
    ),
)
