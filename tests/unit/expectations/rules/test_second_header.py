"""``second_header``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import HEADERS, Case, file, rows, says
from tests.unit.sources.reader.builders import csv

AGAIN = (
    "stand here a second time, with no rows under them, and were not read. Delete them, or put their rows under them."
)

test_sentences = says(
    "second_header",
    Case(
        lambda: rows(HEADERS, ["V-1", "Detroit", 12, "", *HEADERS], ["V-2", "Trenton", 30]),
        (f"Sheet KPI, E2:G2: the headers of “Site visits” {AGAIN}",),
    ),
    Case(
        lambda: file(csv("Visit ID,Place,People reached\nV-1,Detroit,12,Visit ID,Place,People reached\n")),
        (f"File return.csv, line 2, columns D to F: the headers of “Site visits” {AGAIN}",),
    ),
    Case(lambda: rows(HEADERS, ["V-1", "Detroit", 12], HEADERS), ()),
)
