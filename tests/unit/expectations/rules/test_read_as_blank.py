"""``read_as_blank``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, cells, says

test_sentences = says(
    "read_as_blank",
    Case(
        lambda: cells("Rating", "n/a", 3),
        ("Sheet Site visits, D2: “n/a” was read as not known (blank), not as 0.",),
    ),
    Case(
        lambda: cells("Rating", "n/a", "-", 3),
        ("Sheet Site visits, D2:D3: “n/a” and “-” were read as not known (blank), not as 0.",),
    ),
)
