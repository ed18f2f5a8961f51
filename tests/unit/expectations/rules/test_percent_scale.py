"""``percent_scale``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, cells, says

test_sentences = says(
    "percent_scale",
    Case(
        lambda: cells("Share of women", 0.47, 52),
        (
            "Sheet Site visits, D2: “0.47” was read as 0.47 %, and other cells of the column are above 1. If you mean 47 %, type 47.",
        ),
    ),
)
