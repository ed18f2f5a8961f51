"""``total``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, rows, says

test_sentences = says(
    "total",
    Case(
        lambda: rows(HEADERS, *ROWS, ["Total", "", 50]),
        ("Sheet KPI, C4: the total says 50, but the rows add up to 42. Check which is right.",),
    ),
)
