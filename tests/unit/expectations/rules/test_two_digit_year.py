"""``two_digit_year``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, cells, says

test_sentences = says(
    "two_digit_year",
    Case(
        lambda: cells("Visited on", "19.08.26"),
        ("Sheet Site visits, D2: “19.08.26” has a year of two digits; it was read as 2026-08-19.",),
    ),
    Case(
        lambda: cells("Visited on", "19.08.26", "20.08.26"),
        ("Sheet Site visits, D2:D3: the years have two digits, for example “19.08.26”, which was read as 2026-08-19.",),
    ),
)
