"""``mixed_scripts``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, rows, says

test_sentences = says(
    "mixed_scripts",
    Case(
        lambda: rows(HEADERS, ["V-1", "Кenya", 12], ROWS[1]),
        ("Sheet KPI, B2: “Кenya” mixes letters of two alphabets that look alike. Type it again with one keyboard.",),
    ),
    Case(
        lambda: rows(HEADERS, ["V-1", "Кenya", 12], ["V-2", "Вoise", 3]),
        (
            "Sheet KPI, B2:B3: “Кenya” and “Вoise” mix letters of two alphabets that look alike. Type them again with one keyboard.",
        ),
    ),
)
