"""``file.period``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, rows, says

test_sentences = says(
    "file.period",
    Case(
        lambda: rows(["Return of Q2 2026"], [], HEADERS, *ROWS),
        ("This is a Q2 2026 return; Q3 is open.",),
    ),
)
