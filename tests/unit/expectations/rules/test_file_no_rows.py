"""``file.no_rows``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, Case, rows, says

test_sentences = says(
    "file.no_rows",
    Case(
        lambda: rows(HEADERS),
        ("The file has no data rows. If there is nothing to report, say so instead of sending an empty file.",),
    ),
)
