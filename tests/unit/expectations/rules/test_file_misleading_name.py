"""``file.misleading_name``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import GOOD, Case, file, says

test_sentences = says(
    "file.misleading_name",
    Case(
        lambda: file(GOOD, name="return.ods"),
        ("The file is named .ods but is an XLSX workbook.",),
    ),
)
