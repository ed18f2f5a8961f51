"""``file.external_links``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import GOOD, Case, file, says
from tests.unit.sources.reader.builders import rezip

test_sentences = says(
    "file.external_links",
    Case(
        lambda: file(rezip(GOOD, lambda name, content: content, {"xl/externalLinks/externalLink1.xml": b"<x/>"})),
        ("The workbook links to other files. The links were not followed; the values stored in it were read.",),
    ),
)
