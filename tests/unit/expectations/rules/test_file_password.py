"""``file.password``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, file, says

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


test_sentences = says(
    "file.password",
    Case(
        lambda: file(OLE + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le")),
        ("The selected file is password protected.",),
    ),
)
