"""``references``: sentences word for word."""

from sources.contract.model import Column
from tests.unit.expectations.returns import ID, Past, contract, judged, read, rule, sentences, table
from tests.unit.expectations.rules.catalogued import Case, says

SESSION = Column("session_id", "Session ID", "text", "", key=True, required=True)
REF = Column("event_id", "Event ID", "text", "")
EVENTS = table(ID)
SESSIONS = table(
    SESSION,
    REF,
    rules=[rule("references", "event_id", column="event_id", table="events", to="event_id")],
    name="sessions",
)
TERMS = contract(EVENTS, SESSIONS)


def both(*references, events=("EV-1",), shape=SESSIONS):
    rows = [{"session_id": f"S-{n}", "event_id": reference} for n, reference in enumerate(references)]
    return read(EVENTS, [{"event_id": e} for e in events]), read(shape, rows, sheet="Sessions")


def test_an_unknown_value_is_told_with_the_table_to_look_in():
    assert sentences(TERMS, *both("EV-1", "EV-9", "EV-9", None)) == [
        "Sheet Sessions, B6:B7: “Event ID” EV-9 is in no row of “Events”, in this return or an earlier one. "
        "Add it to “Events”, or correct it here."
    ]


def test_an_earlier_accepted_return_counts():
    past = Past(values={("events", "event_id"): {"EV-9"}})
    assert judged(TERMS, *both("EV-9"), past=past).state == "accepted"


def test_each_of_several_values_is_looked_up():
    several = Column("event_id", "Event ID", "text", "", multiple=True)
    shape = table(SESSION, several, rules=SESSIONS.rules, name="sessions")
    assert sentences(contract(EVENTS, shape), *both("EV-1;EV-7;EV-8", shape=shape)) == [
        "Sheet Sessions, B5: “Event ID” EV-7 and EV-8 are in no row of “Events”, in this return or an earlier one. "
        "Add it to “Events”, or correct it here."
    ]


# The catalogue's example.
test_catalogued = says(
    "references",
    Case(
        lambda: judged(TERMS, *both("EV-1", "EV-9")).problems,
        (
            "Sheet Sessions, B6: “Event ID” EV-9 is in no row of “Events”, in this return or an earlier one. Add it to “Events”, or correct it here.",
        ),
    ),
)
