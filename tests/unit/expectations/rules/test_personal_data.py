"""``personal_data``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, rows, says

test_sentences = says(
    "personal_data",
    Case(
        lambda: rows(HEADERS, ["V-1", "Met Mrs. Maria Lopez at home", 12], ROWS[1]),
        (
            "Sheet KPI, B2: the text holds what looks like a person's name, whereabouts or diagnosis. Take it out, unless it may stay.",
        ),
    ),
    Case(
        lambda: rows(HEADERS, ["V-1", "Met Mrs. Maria Lopez at home", 12], ["V-2", "She was diagnosed with asthma", 3]),
        (
            "Sheet KPI, B2:B3: the texts hold what look like persons' names, whereabouts or diagnoses. Take out those that may not stay.",
        ),
    ),
)
