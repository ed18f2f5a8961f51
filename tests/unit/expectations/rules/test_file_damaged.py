"""``file.damaged``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import GOOD, Case, file, says

test_sentences = says(
    "file.damaged",
    Case(
        lambda: file(GOOD[: len(GOOD) // 2]),
        ("The file is damaged or was not fully uploaded; try again.",),
    ),
)
