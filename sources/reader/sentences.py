"""What is said of a cell that could not be read, or was read with a note: one entry per cause."""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    """Words for one cause.

    In ``one`` and ``many``: ``{v}`` the value as quoted, ``{vs}`` the different values as quoted, ``{d}`` the
    issue's detail, ``{eg}`` the column's example, ``{label}`` its label.

    Attributes:
        ending: Last part of the rule id.
        one: What is said of one value, wherever it stands.
        expected: What is wanted.
        many: What is said of several values together; without it each value is told apart.
    """

    ending: str
    one: str
    expected: str
    many: str = ""


SENTENCES: dict[str, Said] = {
    "number": Said("type", "{v} is not a number. Type digits only, for example {eg}.", "a number"),
    "magnitude": Said("type", "{v} is shortened. Type all digits, for example {eg}.", "a number in full"),
    "about": Said("type", "{v} is not one exact number. Type the number itself, for example {eg}.", "one exact number"),
    "scientific": Said(
        "type", "{v} is a number Excel shortened. Type all digits, for example {eg}.", "a number in full"
    ),
    "finite": Said("type", "{v} is not a number that can be counted. Type digits only, for example {eg}.", "a number"),
    "whole": Said("type", "{v} is not a whole number. Type a whole number, for example {eg}.", "a whole number"),
    "interval": Said("type", "{v} is not one exact number. Type the number itself, for example {eg}.", "a number"),
    "percent": Said("type", "{v} is a percentage, and this column wants a number. Type it like {eg}.", "a number"),
    "separator": Said(
        "type",
        "{v} cannot be read with “{d}” as decimal sign. Type it like {eg}.",
        "a number with the decimal sign your files use",
    ),
    "three_decimals": Said(
        "type",
        "{v} has three decimals, because “{d}” is your decimal sign. If it means thousands, type it without “{d}”.",
        "a number with at most two decimals",
    ),
    "too_big": Said("type", "{v} is too large to be stored exactly. Check the number.", "a number below 10¹²"),
    "is_date": Said(
        "type",
        "Excel holds the date {v} here, and this column wants a number. Type digits only, for example {eg}.",
        "a number",
    ),
    "is_boolean": Said("type", "{v} is not a number. Type digits only, for example {eg}.", "a number"),
    "date": Said("type", "{v} is not a date. Type it like 2026-03-31.", "a date"),
    "real": Said("type", "{v} is not a day of the calendar. Type the date like 2026-03-31.", "a date"),
    "order": Said("type", "{v} is not a date written {d}. Type it like 2026-03-31.", "a date"),
    "two_digit_year": Said(
        "two_digit_year",
        "{v} has a year of two digits; it was read as {d}.",
        "a year of four digits",
        "the years have two digits, for example {v}, which was read as {d}.",
    ),
    "month_only": Said(
        "month_only",
        "{v} names no day; it was read as {d}.",
        "a full date",
        "the dates name no day, for example {v}, which was read as {d}.",
    ),
    "far_date": Said(
        "plausible_date", "{v} is far from the years of this program. Check the year.", "a date near today"
    ),
    "boolean": Said("type", "{v} is neither yes nor no. Type Yes or No.", "Yes or No"),
    "in_list": Said("in_list", "{v} is not in the list of “{label}”. {d}", "an entry of the list"),
    "error_cell": Said(
        "type",
        "the cell shows {v}. Correct the formula, or type the value.",
        "a value",
        "the cells show {vs}. Correct the formulas, or type the values.",
    ),
    "uncached": Said(
        "type",
        "the formula has no result in the file. Open it in Excel, save it, and hand it in again.",
        "a value, or a formula with its result",
        "the formulas have no results in the file. Open it in Excel, save it, and hand it in again.",
    ),
    "missing_sign": Said(
        "read_as_blank",
        "{v} was read as not known (blank), not as 0.",
        "a value, or nothing",
        "{vs} were read as not known (blank), not as 0.",
    ),
    "text_number": Said(
        "text_number",
        "{v} is typed as text; it was read as the number {d}.",
        "a number",
        "the numbers are typed as text and were read as numbers, for example {v} as {d}.",
    ),
    "damaged_id": Said(
        "damaged_id",
        "{v} looks like a number or date that Excel changed. Type it again as text, with an apostrophe before it.",
        "the text as it was",
        "{vs} look like numbers or dates that Excel changed. Type them again as text, with an apostrophe before each.",
    ),
    "mojibake": Said(
        "encoding",
        "{v} holds letters that an earlier program damaged. Check it, and type it again where it is wrong.",
        "readable letters",
        "{vs} hold letters that an earlier program damaged. Check them, and type them again where they are wrong.",
    ),
    "mixed_scripts": Said(
        "mixed_scripts",
        "{v} mixes letters of two alphabets that look alike. Type it again with one keyboard.",
        "letters of one alphabet",
        "{vs} mix letters of two alphabets that look alike. Type them again with one keyboard.",
    ),
    "contact": Said(
        "contact_details",
        "the text holds what looks like an e-mail address or a telephone number. Take it out, unless it may be stored.",
        "a text without contact details",
        "the texts hold what look like e-mail addresses or telephone numbers. Take those out that may not be stored.",
    ),
    "person": Said(
        "personal_data",
        "the text holds what looks like a person's name, whereabouts or diagnosis. Take it out, unless it may stay.",
        "a text about nobody in particular",
        "the texts hold what look like persons' names, whereabouts or diagnoses. Take out those that may not stay.",
    ),
    "over_hundred": Said(
        "over_hundred",
        "{v} is more than 100 %. Check that it is meant.",
        "a percentage, usually up to 100",
        "{vs} are more than 100 %. Check that they are meant.",
    ),
    "long": Said(
        "max_length",
        "the cell holds {d} characters; a cell can hold 32,767. Shorten the text.",
        "a shorter text",
    ),
    "small_percent": Said(
        "percent_scale",
        "{v} was read as {v_bare} %, and other cells of the column are above 1. If you mean {d} %, type {d}.",
        "percent, for example 47",
    ),
}
