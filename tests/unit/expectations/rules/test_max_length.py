"""``max_length``: sentences word for word."""

from sources.contract.model import Column
from tests.unit.expectations.rules.catalogued import Case, says, text, typed

test_sentences = says(
    "max_length",
    Case(
        lambda: typed(Column("c", "City", "text", "", max_length=200), "x" * 1250, None),
        ("Sheet Events, B5: “City” has 1,250 characters; at most 200 are allowed. Shorten the text.",),
    ),
    Case(
        lambda: text(f"Visit ID,Place,People reached\nV-1,{'x' * 40_000},3\nV-2,Boise,4\n"),
        ("Line 2, column B: the cell holds 40,000 characters; a cell can hold 32,767. Shorten the text.",),
    ),
)
