"""``extra_columns``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, Case, rows, says

test_sentences = says(
    "extra_columns",
    Case(
        lambda: rows([*HEADERS, "Remarks"], ["V-1", "Detroit", 12, "x"]),
        ("Sheet KPI: the column “Remarks” (D) is not part of the return and was not read.",),
    ),
)
