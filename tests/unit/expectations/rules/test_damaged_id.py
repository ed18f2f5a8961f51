"""``damaged_id``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, rows, says

test_sentences = says(
    "damaged_id",
    Case(
        lambda: rows(HEADERS, ["1.23E+11", "Detroit", 12], ROWS[1]),
        (
            "Sheet KPI, A2: “1.23E+11” looks like a number or date that Excel changed. Type it again as text, with an apostrophe before it.",
        ),
    ),
    Case(
        lambda: rows(HEADERS, ["1.23E+11", "Detroit", 12], ["4.5E+10", "Boise", 3], ROWS[1]),
        (
            "Sheet KPI, A2:A3: “1.23E+11” and “4.5E+10” look like numbers or dates that Excel changed. Type them again as text, with an apostrophe before each.",
        ),
    ),
)
