"""``file.hidden_rows``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, rows, says

test_sentences = says(
    "file.hidden_rows",
    Case(
        lambda: rows(HEADERS, *ROWS, more=lambda book, sheet: sheet.set_row(1, None, None, {"hidden": True})),
        ("Sheet KPI: row 2 is hidden. It was read; delete it if it does not belong to the return.",),
    ),
)
