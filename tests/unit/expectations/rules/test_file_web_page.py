"""``file.web_page``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, file, says

test_sentences = says(
    "file.web_page",
    Case(
        lambda: file(b"<html><table><tr><td>1</td></tr></table></html>", name="return.xls"),
        ("This is a web page; open it in Excel and save as XLSX.",),
    ),
)
