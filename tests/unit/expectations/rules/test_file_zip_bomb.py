"""``file.zip_bomb``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import GOOD, Case, file, says
from tests.unit.sources.reader.builders import rezip


def same(name: str, content: bytes) -> bytes:
    return content


test_sentences = says(
    "file.zip_bomb",
    Case(
        lambda: file(rezip(GOOD, same, {"xl/media/x.xml": b" " * 60_000_000})),
        ("The file unpacks to far more than it should (limit 300 MB) and was not opened.",),
    ),
    Case(
        lambda: file(rezip(GOOD, same, {f"x/{n}": b"" for n in range(5_001)})),
        ("The file holds more than 5,000 parts and was not opened.",),
    ),
)
