"""``file.csv_named_as_workbook``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, file, says

test_sentences = says(
    "file.csv_named_as_workbook",
    Case(
        lambda: file(b"Visit ID,Place,People reached\nV-1,Detroit,3\n", name="return.xlsx"),
        ("The file is named .xlsx but holds plain text; it was read as CSV.",),
    ),
)
