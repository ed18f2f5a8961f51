"""``file.nul_byte``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, says, text

test_sentences = says(
    "file.nul_byte",
    Case(
        lambda: text("Visit ID,Place,People reached\nV-1,De\0troit,3\n"),
        ("Line 2 holds a NUL byte, so the file is damaged; save it again as CSV UTF-8.",),
    ),
)
