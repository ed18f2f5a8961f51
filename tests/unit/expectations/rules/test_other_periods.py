"""``other_periods``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, rows, says

test_sentences = says(
    "other_periods",
    Case(
        lambda: rows(
            ["Visit ID", "Place", "Q2 2026", "Q3 2026"],
            ["V-1", "Detroit", 11, 12],
            answers={"unpivot.visits": "people"},
        ),
        ("Sheet KPI: the column “Q2 2026” (C) is not Q3 2026 and was not read.",),
    ),
)
