"""``file.no_table``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, rows, says

test_sentences = says(
    "file.no_table",
    Case(
        lambda: rows(["Name", "Colour"], ["x", "red"]),
        ("No table of DEMO was found. Site visits needs a header row with: Visit ID, Place, People reached.",),
    ),
)
