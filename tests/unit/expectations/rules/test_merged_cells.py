"""``merged_cells``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, Case, rows, says

test_sentences = says(
    "merged_cells",
    Case(
        lambda: rows(
            HEADERS,
            ["V-1", "Detroit", 12],
            ["V-2", "", 30],
            more=lambda book, sheet: sheet.merge_range(1, 1, 2, 1, "Detroit"),
        ),
        ("Sheet KPI, B2:B3: cells are merged, and only the first one counts. Unmerge them and fill every row.",),
    ),
)
