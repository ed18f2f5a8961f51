"""``file.type``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, file, says

XML_SHEET = b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>'


test_sentences = says(
    "file.type",
    Case(
        lambda: file(b"%PDF-1.7 x", name="return.pdf"),
        ("The selected file must be an XLSX, ODS or CSV.",),
    ),
    Case(
        lambda: file(XML_SHEET, name="return.xls"),
        ("This is an XML spreadsheet; open it in Excel and save as XLSX.",),
    ),
)
