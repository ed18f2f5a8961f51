"""``file.virus``: sentences word for word."""

from expectations.desk_judging import has_virus
from tests.unit.expectations.rules.catalogued import Case, says

test_sentences = says(
    "file.virus",
    Case(
        lambda: [has_virus("“return.xlsx” (Eicar-Test-Signature)")],
        (
            "“return.xlsx” (Eicar-Test-Signature) contains a virus. It was set aside and not opened; your program lead was told.",
        ),
    ),
)
