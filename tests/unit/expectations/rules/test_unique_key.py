"""``unique_key``: sentences word for word."""

from tests.unit.expectations.returns import ID, contract, judged, read, table
from tests.unit.expectations.rules.catalogued import Case, says


def twice():
    shape = table(ID)
    return judged(contract(shape), read(shape, [{"event_id": name} for name in ("EV-1", "EV-2", "EV-1")])).problems


test_sentences = says(
    "unique_key",
    Case(
        twice,
        ("Sheet Events, rows 5 and 7: “Event ID” EV-1 appears twice. Give each event one row.",),
    ),
)
