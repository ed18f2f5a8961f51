"""``over_hundred``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, cells, says

test_sentences = says(
    "over_hundred",
    Case(
        lambda: cells("Share of women", 120, 60),
        ("Sheet Site visits, D2: “120” is more than 100 %. Check that it is meant.",),
    ),
    Case(
        lambda: cells("Share of women", 120, 130),
        ("Sheet Site visits, D2:D3: “120” and “130” are more than 100 %. Check that they are meant.",),
    ),
)
