"""``plausible_date``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, cells, says

test_sentences = says(
    "plausible_date",
    Case(
        lambda: cells("Visited on", "1945-03-01"),
        ("Sheet Site visits, D2: “1945-03-01” is far from the years of this program. Check the year.",),
    ),
)
