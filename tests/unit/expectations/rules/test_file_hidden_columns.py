"""``file.hidden_columns``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, rows, says

test_sentences = says(
    "file.hidden_columns",
    Case(
        lambda: rows(HEADERS, *ROWS, more=lambda book, sheet: sheet.set_column(1, 1, None, None, {"hidden": True})),
        ("Sheet KPI: column B is hidden. It was read; delete it if it does not belong to the return.",),
    ),
)
