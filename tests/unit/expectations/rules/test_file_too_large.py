"""``file.too_large``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, file, says
from tests.unit.sources.reader.builders import xlsx


def far(book, sheet) -> None:
    sheet.write(1_048_575, 0, 1)


test_sentences = says(
    "file.too_large",
    Case(
        lambda: file(xlsx(("KPI", [HEADERS, *ROWS]), more=far)),
        ("The used area is too large (row 1,048,576): delete empty rows and columns.",),
    ),
)
