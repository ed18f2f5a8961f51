"""``file.too_old``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, file, says

test_sentences = says(
    "file.too_old",
    Case(
        lambda: file(b"\x09\x00\x04\x00" + b"\0" * 60, name="return.xls"),
        ("This is an Excel file from before 1997; open it in Excel and save as XLSX.",),
    ),
)
