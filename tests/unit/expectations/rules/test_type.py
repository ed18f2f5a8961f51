"""``type``: sentences word for word."""

from datetime import date

from tests.unit.expectations.rules.catalogued import Case, cells, put, says
from tests.unit.sources.reader.builders import partner

test_sentences = says(
    "type",
    Case(
        lambda: cells("People reached", "twelve", 3),
        ("Sheet Site visits, C2: “twelve” is not a number. Type digits only, for example 120.",),
    ),
    Case(
        lambda: cells("Grant paid", "1.2k", 3),
        ("Sheet Site visits, D2: “1.2k” is shortened. Type all digits, for example 25000.",),
    ),
    Case(
        lambda: cells("People reached", "~500", 3),
        ("Sheet Site visits, C2: “~500” is not one exact number. Type the number itself, for example 120.",),
    ),
    Case(
        lambda: cells("People reached", "1.2E+05", 3),
        ("Sheet Site visits, C2: “1.2E+05” is a number Excel shortened. Type all digits, for example 120.",),
    ),
    Case(
        lambda: cells("Rating", "inf", 3),
        ("Sheet Site visits, D2: “inf” is not a number that can be counted. Type digits only, for example 4.4.",),
    ),
    Case(
        lambda: cells("People reached", 12.5, 3),
        ("Sheet Site visits, C2: “12.5” is not a whole number. Type a whole number, for example 120.",),
    ),
    Case(
        lambda: cells("Rating", "<5", 3),
        ("Sheet Site visits, D2: “<5” is not one exact number. Type the number itself, for example 4.4.",),
    ),
    Case(
        lambda: cells("People reached", "47 %", 3),
        ("Sheet Site visits, C2: “47 %” is a percentage, and this column wants a number. Type it like 120.",),
    ),
    Case(
        lambda: cells("Grant paid", "1.234,56", 3, who=partner(decimal=".")),
        ("Sheet Site visits, D2: “1.234,56” cannot be read with “.” as decimal sign. Type it like 25000.",),
    ),
    Case(
        lambda: cells("Grant paid", "1.234", 3, who=partner(decimal=".")),
        (
            "Sheet Site visits, D2: “1.234” has three decimals, because “.” is your decimal sign. If it means thousands, type it without “.”.",
        ),
    ),
    Case(
        lambda: cells("Grant paid", 1e15, 3),
        ("Sheet Site visits, D2: “1000000000000000” is too large to be stored exactly. Check the number.",),
    ),
    Case(
        lambda: cells("People reached", date(2026, 3, 1), 3),
        (
            "Sheet Site visits, C2: Excel holds the date 2026-03-01 here, and this column wants a number. Type digits only, for example 120.",
        ),
    ),
    Case(
        lambda: cells("People reached", True, 3),
        ("Sheet Site visits, C2: “TRUE” is not a number. Type digits only, for example 120.",),
    ),
    Case(
        lambda: cells("Visited on", "soon"),
        ("Sheet Site visits, D2: “soon” is not a date. Type it like 2026-03-31.",),
    ),
    Case(
        lambda: cells("Visited on", "31/02/2026"),
        ("Sheet Site visits, D2: “31/02/2026” is not a day of the calendar. Type the date like 2026-03-31.",),
    ),
    Case(
        lambda: cells("Visited on", "08/19/2026", who=partner(day_first=True)),
        ("Sheet Site visits, D2: “08/19/2026” is not a date written day/month/year. Type it like 2026-03-31.",),
    ),
    Case(
        lambda: cells("Open to all", "perhaps"),
        ("Sheet Site visits, D2: “perhaps” is neither yes nor no. Type Yes or No.",),
    ),
    Case(
        lambda: put(2, ("=1/0", "#DIV/0!")),
        ("Sheet KPI, C2: the cell shows #DIV/0!. Correct the formula, or type the value.",),
    ),
    Case(
        lambda: put(2, ("=1/0", "#DIV/0!"), ("=NA()", "#N/A")),
        ("Sheet KPI, C2:C3: the cells show #DIV/0! and #N/A. Correct the formulas, or type the values.",),
    ),
    Case(
        lambda: put(2, ("=A1", "")),
        ("Sheet KPI, C2: the formula has no result in the file. Open it in Excel, save it, and hand it in again.",),
    ),
    Case(
        lambda: put(2, ("=A1", ""), ("=A1", "")),
        (
            "Sheet KPI, C2:C3: the formulas have no results in the file. Open it in Excel, save it, and hand it in again.",
        ),
    ),
)
