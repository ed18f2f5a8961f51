"""``file.macros``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import GOOD, Case, file, says
from tests.unit.sources.reader.builders import rezip

test_sentences = says(
    "file.macros",
    Case(
        lambda: file(rezip(GOOD, lambda name, content: content, {"xl/vbaProject.bin": b"x"}), name="return.xlsm"),
        ("The workbook contains macros. They were not run.",),
    ),
)
