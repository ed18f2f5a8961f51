"""``example_rows``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, Case, rows, says

test_sentences = says(
    "example_rows",
    Case(
        lambda: rows([*HEADERS, "Stage"], ["V-001", "Detroit", 120, "Running"], ["V-2", "Boise", 3, "Planned"]),
        ("Sheet KPI: row 2 is the example of the template. Replace it with your own rows.",),
    ),
)
