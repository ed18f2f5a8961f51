"""``pattern``: sentences word for word."""

from sources.contract.model import Column
from tests.unit.expectations.rules.catalogued import Case, says, typed

test_sentences = says(
    "pattern",
    Case(
        lambda: typed(Column("c", "Code", "text", "", pattern="^H-[0-9]+$", examples=("H-1",)), "H-1", "h 1", None),
        ("Sheet Events, B6: “h 1” is not how “Code” is written. Write it like H-1.",),
    ),
)
