"""``file.other_quarter``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, file, says
from tests.unit.sources.reader.builders import xlsx

test_sentences = says(
    "file.other_quarter",
    Case(
        lambda: file(xlsx(("Q2 2026", [HEADERS, ROWS[0]]), ("Q3 2026", [HEADERS, ROWS[1]]))),
        ("Sheet Q2 2026 says it is Q2 2026 and was not read.",),
    ),
)
