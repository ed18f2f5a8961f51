"""``file.not_obliged``: sentences word for word."""

from expectations.desk_gate import gate
from sources.contract.load import load_all
from tests.unit.expectations.rules.catalogued import Case, says

CONTRACTS = load_all()


test_sentences = says(
    "file.not_obliged",
    Case(
        lambda: [gate(CONTRACTS, "heal", "sample_heal_south", "2023-Q2", None)],
        (
            "Sample partner (HEAL South) reports HEAL – Health Equity Advancement and Leadership from 2024-Q1 on; nothing is asked for 2023-Q2.",
        ),
    ),
)
