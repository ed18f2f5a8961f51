"""``file.empty``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, file, says

test_sentences = says(
    "file.empty",
    Case(
        lambda: file(b""),
        ("The selected file is empty.",),
    ),
)
