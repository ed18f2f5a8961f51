"""``text_number``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, cells, says

test_sentences = says(
    "text_number",
    Case(
        lambda: cells("Rating", "4.5", 3),
        ("Sheet Site visits, D2: “4.5” is typed as text; it was read as the number 4.5.",),
    ),
    Case(
        lambda: cells("Rating", "4.5", "3.5", 3),
        (
            "Sheet Site visits, D2:D3: the numbers are typed as text and were read as numbers, for example “4.5” as 4.5.",
        ),
    ),
)
