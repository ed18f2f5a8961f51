"""``table_missing``: sentences word for word."""

from dataclasses import replace

from sources.reader import InputFile, read_files
from tests.unit.expectations.rules.catalogued import Case, says
from tests.unit.sources.reader.builders import CONTRACT, VOICES, partner, xlsx


def only_voices():
    visits = CONTRACT.tables[0]
    data = xlsx(("Voices heard", [["Group", "Patients asked", "Patients naming it"], ["Indigenous", 3, 1]]))
    terms = replace(CONTRACT, tables=(visits, replace(VOICES, optional=False)))
    return read_files(terms, [InputFile("return.xlsx", data)], partner=partner(), period="2026-Q3").problems


test_sentences = says(
    "table_missing",
    Case(
        only_voices,
        ("The table “Site visits” was not found. Add it, as in the template.",),
    ),
)
