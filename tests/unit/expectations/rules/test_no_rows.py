"""``no_rows``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, file, says
from tests.unit.sources.reader.builders import xlsx

test_sentences = says(
    "no_rows",
    Case(
        lambda: file(xlsx(("KPI", [HEADERS, *ROWS]), ("Voices", [["Group", "Patients asked", "Patients naming it"]]))),
        ("Sheet Voices has no rows for “Voices heard”. It was read as: nothing to report.",),
    ),
)
