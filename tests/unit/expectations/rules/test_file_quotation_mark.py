"""``file.quotation_mark``: sentences word for word."""

from tests.unit.expectations.rules.catalogued import Case, says, text

test_sentences = says(
    "file.quotation_mark",
    Case(
        lambda: text('Visit ID,Place,People reached\nV-1,"Detroit,12\nV-2,Trenton,30\nV-3,Boise,4\n'),
        (
            'Line 2: a quotation mark is not closed, or stands inside a text. Write a quotation mark inside a text twice (""), or leave it out.',
        ),
    ),
)
