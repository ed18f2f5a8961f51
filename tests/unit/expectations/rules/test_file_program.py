"""``file.program``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, rows, says

test_sentences = says(
    "file.program",
    Case(
        lambda: rows(["Roundtable ID", "Date held", "Attended"], ["R1", "2026-08-01", 4]),
        ("This is a CHEER return; you chose DEMO.",),
    ),
)
