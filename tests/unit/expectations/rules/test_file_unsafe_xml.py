"""``file.unsafe_xml``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import GOOD, Case, file, says
from tests.unit.sources.reader.builders import rezip


def unsafe(name: str, content: bytes) -> bytes:
    if not name.endswith("sheet1.xml"):
        return content
    return content.replace(b"<worksheet", b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet', 1)


test_sentences = says(
    "file.unsafe_xml",
    Case(
        lambda: file(rezip(GOOD, unsafe)),
        ("The file contains unsafe XML.",),
    ),
)
