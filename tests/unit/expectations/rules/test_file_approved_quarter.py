"""``file.approved_quarter``: sentences word for word."""

from expectations.desk_gate import locked
from tests.unit.expectations.rules.catalogued import Case, says

test_sentences = says(
    "file.approved_quarter",
    Case(
        lambda: [locked("2026-Q3")],
        ("2026-Q3 is approved. A correction of an approved quarter needs a reason.",),
    ),
)
