"""``value_without_header``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, rows, says

test_sentences = says(
    "value_without_header",
    Case(
        lambda: rows(HEADERS, ["V-1", "Detroit", 12, "x"], ROWS[1]),
        ("Sheet KPI, D2: there is a value but no header above it. Give the column a header, or delete the value.",),
    ),
)
