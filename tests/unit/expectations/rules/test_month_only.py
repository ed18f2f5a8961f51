"""``month_only``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, cells, says

test_sentences = says(
    "month_only",
    Case(
        lambda: cells("Visited on", "Aug-26"),
        ("Sheet Site visits, D2: “Aug-26” names no day; it was read as 2026-08-01.",),
    ),
    Case(
        lambda: cells("Visited on", "Aug-26", "Sep-26"),
        ("Sheet Site visits, D2:D3: the dates name no day, for example “Aug-26”, which was read as 2026-08-01.",),
    ),
)
