"""``column_repeated``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, Case, rows, says

test_sentences = says(
    "column_repeated",
    Case(
        lambda: rows([*HEADERS, "Persons reached"], ["V-1", "Detroit", 12, 13]),
        ("Sheet KPI has two columns for “People reached”: C and D. Keep one.",),
    ),
)
