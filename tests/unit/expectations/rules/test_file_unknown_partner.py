"""``file.unknown_partner``: sentences word for word."""

from expectations.desk_gate import gate
from sources.contract.load import load_all
from tests.unit.expectations.rules.catalogued import Case, says

CONTRACTS = load_all()


test_sentences = says(
    "file.unknown_partner",
    Case(
        lambda: [gate(CONTRACTS, "heal", "nobody", "2026-Q3", None)],
        ("“nobody” is not a partner who reports HEAL – Health Equity Advancement and Leadership.",),
    ),
)
