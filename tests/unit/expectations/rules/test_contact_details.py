"""``contact_details``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, rows, says

test_sentences = says(
    "contact_details",
    Case(
        lambda: rows(HEADERS, ["V-1", "ask someone@example.org", 12], ROWS[1]),
        (
            "Sheet KPI, B2: the text holds what looks like an e-mail address or a telephone number. Take it out, unless it may be stored.",
        ),
    ),
    Case(
        lambda: rows(HEADERS, ["V-1", "ask someone@example.org", 12], ["V-2", "or other@example.org", 3]),
        (
            "Sheet KPI, B2:B3: the texts hold what look like e-mail addresses or telephone numbers. Take those out that may not be stored.",
        ),
    ),
)
