"""``column_missing``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, rows, says

test_sentences = says(
    "column_missing",
    Case(
        lambda: rows(["Visit ID", "Place", "Rating", "People reachd"], ["V-1", "Detroit", 4, 12]),
        ("Sheet KPI has no column “People reached”; closest is “People reachd” (D).",),
    ),
    Case(
        lambda: rows(["Visit ID", "Place", "Rating"], ["V-1", "Detroit", 4]),
        ("Sheet KPI has no column “People reached”.",),
    ),
)
