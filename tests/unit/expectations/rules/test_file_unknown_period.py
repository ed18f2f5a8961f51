"""``file.unknown_period``: sentences word for word."""

from expectations.desk_gate import gate
from sources.contract.load import load_all
from tests.unit.expectations.rules.catalogued import Case, says

CONTRACTS = load_all()


test_sentences = says(
    "file.unknown_period",
    Case(
        lambda: [gate(CONTRACTS, "heal", "sample_heal", "1999-Q1", None)],
        ("1999-Q1 is outside the quarters that are reported: 2023-Q1 to 2030-Q4.",),
    ),
    Case(
        lambda: [gate(CONTRACTS, "heal", "sample_heal", "Q3", None)],
        ("“Q3” is not a quarter. Write it like 2026-Q3.",),
    ),
)
