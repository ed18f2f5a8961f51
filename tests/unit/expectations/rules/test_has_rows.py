"""``has_rows``: sentences word for word."""

from tests.unit.expectations.returns import ID, contract, judged, read, table
from tests.unit.expectations.rules.catalogued import Case, says


def missing():
    events, surveys = table(ID), table(ID, name="surveys")
    return judged(contract(events, surveys), read(events, [{"event_id": "EV-1"}])).problems


test_sentences = says(
    "has_rows",
    Case(
        missing,
        ("The table “Surveys” is missing. Add a sheet with its headers and one row per event.",),
    ),
)
