"""``file.same_content``: sentences word for word."""

from expectations.desk_judging import _came_twice
from tests.unit.expectations.rules.catalogued import Case, says

test_sentences = says(
    "file.same_content",
    Case(
        lambda: [_came_twice("Q3 (1).xlsx", "Q3.xlsx")],
        ("“Q3 (1).xlsx” has the same content as “Q3.xlsx”; it was read once.",),
    ),
)
