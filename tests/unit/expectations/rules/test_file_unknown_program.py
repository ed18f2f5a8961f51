"""``file.unknown_program``: sentences word for word."""

from expectations.desk_gate import gate
from sources.contract.load import load_all
from tests.unit.expectations.rules.catalogued import Case, says

CONTRACTS = load_all()


test_sentences = says(
    "file.unknown_program",
    Case(
        lambda: [gate(CONTRACTS, "heel", "sample_heal", "2026-Q3", None)],
        ("There is no program “heel”.",),
    ),
)
