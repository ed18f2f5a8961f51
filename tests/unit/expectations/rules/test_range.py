"""``range``: sentences word for word."""

from sources.contract.model import Column
from tests.unit.expectations.rules.catalogued import Case, says, typed

test_sentences = says(
    "range",
    Case(
        lambda: typed(Column("c", "People", "integer", "", minimum=0, maximum=2000), -3, 0),
        ("Sheet Events, B5: “People” cannot be below 0, but here it is −3. Type a number from 0 to 2,000.",),
    ),
    Case(
        lambda: typed(Column("c", "People", "integer", "", minimum=0, maximum=2000), 5000, 2000),
        ("Sheet Events, B5: “People” cannot be above 2,000, but here it is 5,000. Type a number from 0 to 2,000.",),
    ),
)
