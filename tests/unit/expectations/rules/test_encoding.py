"""``encoding``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, ROWS, Case, rows, says

test_sentences = says(
    "encoding",
    Case(
        lambda: rows(HEADERS, ["V-1", "CafÃ©", 12], ROWS[1]),
        (
            "Sheet KPI, B2: “CafÃ©” holds letters that an earlier program damaged. Check it, and type it again where it is wrong.",
        ),
    ),
    Case(
        lambda: rows(HEADERS, ["V-1", "CafÃ©", 12], ["V-2", "ZÃ¼rich", 3]),
        (
            "Sheet KPI, B2:B3: “CafÃ©” and “ZÃ¼rich” hold letters that an earlier program damaged. Check them, and type them again where they are wrong.",
        ),
    ),
)
