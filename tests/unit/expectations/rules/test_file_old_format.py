"""``file.old_format``: sentences word for word."""

from sources.reader.files import _remark
from sources.reader.prescan import open_container
from tests.unit.expectations.rules.catalogued import Case, says

#: The beginning of a workbook stream, after the header of an OLE file.
OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + b"\x09\x08\x10\x00\x00\x06\x05\x00" + b"\0" * 20


test_sentences = says(
    "file.old_format",
    Case(
        lambda: [_remark("return.xls", *open_container("return.xls", OLD).remarks[0])],
        ("The file is in the old .xls format. It was read; save as XLSX next time.",),
    ),
)
