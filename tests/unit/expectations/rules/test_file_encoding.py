"""``file.encoding``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, says, text
from tests.unit.sources.reader.builders import partner

test_sentences = says(
    "file.encoding",
    Case(
        lambda: text("Visit ID;Place;People reached\nV-1;Café Zürich;3\n", "cp1252"),
        (
            "The file is not Unicode and was read as Western European, for example “Café Zürich”. If that looks wrong, save it as CSV UTF-8 and hand it in again.",
        ),
    ),
    Case(
        lambda: text("Visit ID;Place;People reached\nV-1;Café;3\n", "cp1252", who=partner(encoding="ascii")),
        ("Line 2 cannot be read as ascii; save the file again as CSV UTF-8.",),
    ),
)
