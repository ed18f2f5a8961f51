"""``file.unchecked_errors``: sentences word for word."""

from unittest.mock import patch

from sources.reader import files
from tests.unit.expectations.rules.catalogued import GOOD, Case, file, says


def unscanned():
    right = files._grids
    with patch.object(files, "_grids", lambda *args: (right(*args)[0], True)):
        return file(GOOD)


test_sentences = says(
    "file.unchecked_errors",
    Case(
        unscanned,
        ("Error cells could not be looked for in this file. Check it, or save it as XLSX and hand that in.",),
    ),
)
