"""``file.odd_members``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import GOOD, Case, file, says
from tests.unit.sources.reader.builders import rezip

test_sentences = says(
    "file.odd_members",
    Case(
        lambda: file(rezip(GOOD, lambda name, content: content, {"../../etc/x": b"y"})),
        ("The file holds parts that point outside it. They were left alone.",),
    ),
)
