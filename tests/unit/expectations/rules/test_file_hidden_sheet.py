"""``file.hidden_sheet``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, file, says
from tests.unit.sources.reader.builders import xlsx


def hide(book, sheet) -> None:
    old = book.add_worksheet("Old")
    old.write_row(0, 0, HEADERS)
    old.write_row(1, 0, ROWS[0])
    old.hide()


test_sentences = says(
    "file.hidden_sheet",
    Case(
        lambda: file(xlsx(("KPI", [HEADERS, *ROWS]), more=hide)),
        ("Sheet Old is hidden and was not read. Unhide it if it belongs to the return.",),
    ),
)
