"""``file.period_not_open``: sentences word for word."""

from datetime import date

from expectations.desk_gate import gate
from sources.contract.load import load_all
from tests.unit.expectations.rules.catalogued import Case, says

CONTRACTS = load_all()


test_sentences = says(
    "file.period_not_open",
    Case(
        lambda: [gate(CONTRACTS, "heal", "sample_heal", "2026-Q3", date(2026, 8, 1))],
        ("2026-Q3 is still running. It can be reported from 30 September 2026 (UTC).",),
    ),
    Case(
        lambda: [gate(CONTRACTS, "heal", "sample_heal", "2026-Q4", date(2026, 8, 1))],
        ("2026-Q4 has not begun. It can be reported from 31 December 2026 (UTC).",),
    ),
)
