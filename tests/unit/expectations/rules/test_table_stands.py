"""``table_stands``: sentences word for word."""

from expectations.judge import judge
from sources.problems import Problem
from sources.reader.result import ReadResult
from tests.unit.expectations.returns import ID, PARTNER, PERIOD, FixedRates, Past, contract, read, table
from tests.unit.expectations.rules.catalogued import Case, says


def correction():
    events, surveys = table(ID), table(ID, name="surveys")
    told = Problem("sample.surveys._row.table_missing", "error", "It was not found.", table="surveys")
    found = ReadResult("read", {"events": read(events, [{"event_id": "EV-1"}])}, [told])
    place = {"partner": PARTNER, "period": PERIOD, "history": Past(), "rates": FixedRates()}
    return judge(contract(events, surveys), found, **place, standing={"surveys": "S000012-7f3a"}).problems


test_sentences = says(
    "table_stands",
    Case(
        correction,
        ("“Surveys” is not in this return. What was handed in for it before (receipt S000012-7f3a) still counts.",),
    ),
)
