"""Cells as people and Excel write them: what is read, what is asked, and every sentence."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest

from tests.unit.sources.reader.builders import HEADERS, ROWS, csv, one, partner, read, rules, sentence, xlsx

NAMES = {
    "Visited on": "visited_on",
    "Groups served": "groups",
    "Grant paid": "amount",
    "People reached": "people",
    "Share of women": "share",
    "Open to all": "open",
    "Rating": "rating",
    "Stage": "stage",
    "Visit ID": "visit_id",
    "Place": "place",
}


def cast(header: str, *cells, who=None, **options) -> list:
    result = read(one(header, *cells), who=who or partner(), **options)
    assert result.outcome == "read", (result.problems, result.questions)
    values = result.tables["visits"].frame[NAMES[header]].tolist()
    return [
        None if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)) else value
        for value in values
    ]


@pytest.mark.parametrize(
    ("decimal", "typed", "value"),
    [
        (None, "1.234,56", 1234.56),
        (None, "1 234,56", 1234.56),
        (None, "1\u00a0234,5", 1234.5),
        (None, "1\u202f234.5", 1234.5),
        (None, "1,234,567", 1234567),
        (None, "12,5", 12.5),
        (None, "$1,234.50", 1234.5),
        (None, "€ 1.234,50", 1234.5),
        (None, "USD 25000", 25000),
        (None, "25000 KES", 25000),
        (None, "(48,996.96)", -48996.96),
        (None, "-12.30", -12.3),
        (None, "\u221212.30", -12.3),
        (None, "'120", 120),
        (None, " 120 ", 120),
        (None, "１２０", 120),
        (".", "1,234", 1234),
        (",", "1.234", 1234),
        (".", "1'234.5", 1234.5),
        (None, "0.1", 0.1),
        (None, 0.1 + 0.2, 0.3),
        (None, -0.0, 0.0),
    ],
)
def test_money(decimal, typed, value) -> None:
    assert cast("Grant paid", typed, who=partner(decimal=decimal)) == [value]


@pytest.mark.parametrize("text", ["1,234", "1.234", "12.345"])
def test_ambiguous_thousands_ask_once(text: str) -> None:
    result = read(one("Grant paid", text))
    assert result.outcome == "ask"
    question = result.questions[0]
    assert (question.key, [value for value, _ in question.options], question.cells) == (
        "number_format",
        [".", ","],
        ("D2",),
    )
    assert question.sentence == f"Sheet Site visits, D2: is “{text}” written with a decimal point or a decimal comma?"
    sign = "," if "." in text else "."
    assert cast("Grant paid", text, answers={"number_format": sign}) == [float(text.replace(",", "").replace(".", ""))]


@pytest.mark.parametrize("header", ["Grant paid", "People reached"])
@pytest.mark.parametrize("text", ["1,234", "2,500", "12,000"])
def test_thousands_in_the_other_style_are_never_read_as_decimals(header: str, text: str) -> None:
    result = read(one(header, text), who=partner(decimal=","))
    cell = "C2" if header == "People reached" else "D2"
    assert sentence(result, ".type") == (
        f"Sheet Site visits, {cell}: “{text}” has three decimals, because “,” is your decimal sign. "
        "If it means thousands, type it without “,”."
    )


def test_another_cell_of_the_column_settles_the_decimal_sign() -> None:
    assert cast("Grant paid", "1.234", "12,50") == [1234, 12.5]
    assert cast("Grant paid", "1,234", "12.50") == [1234, 12.5]


def test_contradicting_cells_ask() -> None:
    assert read(one("Grant paid", "1,50", "12.50")).outcome == "ask"


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("twelve", "Sheet Site visits, C2: “twelve” is not a number. Type digits only, for example 120."),
        ("1.2k", "Sheet Site visits, C2: “1.2k” is shortened. Type all digits, for example 120."),
        ("~500", "Sheet Site visits, C2: “~500” is not one exact number. Type the number itself, for example 120."),
        (">100", "Sheet Site visits, C2: “>100” is not one exact number. Type the number itself, for example 120."),
        ("500+", "Sheet Site visits, C2: “500+” is not one exact number. Type the number itself, for example 120."),
        (
            "1.23E+11",
            "Sheet Site visits, C2: “1.23E+11” is a number Excel shortened. Type all digits, for example 120.",
        ),
        ("inf", "Sheet Site visits, C2: “inf” is not a number that can be counted. Type digits only, for example 120."),
        (12.5, "Sheet Site visits, C2: “12.5” is not a whole number. Type a whole number, for example 120."),
        ("47 %", "Sheet Site visits, C2: “47 %” is a percentage, and this column wants a number. Type it like 120."),
        (True, "Sheet Site visits, C2: “TRUE” is not a number. Type digits only, for example 120."),
        (
            dt.date(2026, 3, 12),
            "Sheet Site visits, C2: Excel holds the date 2026-03-12 here, and this column wants a number. Type digits only, for example 120.",
        ),
        ("#REF!", "Sheet Site visits, C2: the cell shows #REF!. Correct the formula, or type the value."),
        ("12,5", "Sheet Site visits, C2: “12,5” cannot be read with “.” as decimal sign. Type it like 120."),
    ],
)
def test_no_numbers(typed, text: str) -> None:
    who = partner(decimal="." if typed == "12,5" else None)
    result = read(one("People reached", typed, 12), who=who)
    assert (rules(result, "error"), sentence(result, "people.type")) == (["demo.visits.people.type"], text)
    assert result.tables["visits"].bad_cells == {"people": {0}}
    assert math.isnan(result.tables["visits"].frame["people"][0])


def test_too_large_for_money() -> None:
    assert (
        sentence(read(one("Grant paid", 1e15)), "amount.type")
        == "Sheet Site visits, D2: “1000000000000000” is too large to be stored exactly. Check the number."
    )


def test_one_problem_per_cause_with_every_cell() -> None:
    result = read(one("People reached", *["x"] * 250, 1))
    problem = next(problem for problem in result.problems if problem.severity == "error")
    assert problem.sentence == "Sheet Site visits, C2:C251: “x” is not a number. Type digits only, for example 120."
    assert (problem.count, len(problem.cells), problem.cells[:2]) == (250, 200, ("C2", "C3"))


@pytest.mark.parametrize(
    ("typed", "bounds"),
    [
        ("<5", (0, 4)),
        ("< 5", (0, 4)),
        ("≤4", (0, 4)),
        ("fewer than 10", (0, 9)),
        (7, (7, 7)),
        ("7", (7, 7)),
        ("", None),
    ],
)
def test_intervals(typed, bounds) -> None:
    visits = read(one("People reached", typed, 3)).tables["visits"].frame
    low, high = visits["people_low"][0], visits["people_high"][0]
    assert (math.isnan(low), math.isnan(high)) == (True, True) if bounds is None else (low, high) == bounds
    assert math.isnan(visits["people"][0]) == (bounds is None or bounds[0] != bounds[1])


def test_interval_where_the_column_has_none() -> None:
    assert (
        sentence(read(one("Rating", "<5")), "rating.type")
        == "Sheet Site visits, D2: “<5” is not one exact number. Type the number itself, for example 4.4."
    )


@pytest.mark.parametrize(
    "sign", ["-", "–", "n/a", "N/A", "nil", "NIL return", "TBC", ".", "****", "none", "not available"]
)
def test_signs_for_not_known_are_blank_and_never_zero(sign: str) -> None:
    result = read(one("People reached", sign, 0))
    people = result.tables["visits"].frame["people"].tolist()
    assert math.isnan(people[0])
    assert people[1] == 0
    assert (
        sentence(result, "read_as_blank") == f"Sheet Site visits, C2: “{sign}” was read as not known (blank), not as 0."
    )


def test_text_numbers_are_noted() -> None:
    assert (
        sentence(read(one("People reached", "12")), "text_number")
        == "Sheet Site visits, C2: “12” is typed as text; it was read as the number 12."
    )


@pytest.mark.parametrize(
    "typed",
    [
        "2026-03-31",
        "31/03/2026",
        "03/31/2026",
        "31.3.2026",
        "31 March 2026",
        "March 31, 2026",
        "31 mars 2026",
        "31. März 2026",
        "20260331",
        46112,
        20260331,
        dt.date(2026, 3, 31),
        dt.datetime(2026, 3, 31, 14, 30),
        "2026-03-31T09:00:00",
        "'2026-03-31",
    ],
)
def test_dates(typed) -> None:
    assert cast("Visited on", typed) == [pd.Timestamp(2026, 3, 31)]


def test_dates_from_1904() -> None:
    import io

    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"date_1904": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Site visits")
    sheet.write_row(0, 0, [*HEADERS, "Visited on"])
    sheet.write_row(1, 0, ["V-1", "Detroit", 3, dt.date(2026, 3, 31)])
    sheet.write_row(2, 0, ["V-2", "Detroit", 3, 46112 - 1462])
    book.close()
    assert read(buffer.getvalue()).tables["visits"].frame["visited_on"].tolist() == [pd.Timestamp(2026, 3, 31)] * 2


@pytest.mark.parametrize(
    ("typed", "rule", "text"),
    [
        (
            "31.3.26",
            "two_digit_year",
            "Sheet Site visits, D2: “31.3.26” has a year of two digits; it was read as 2026-03-31.",
        ),
        ("Mar-26", "month_only", "Sheet Site visits, D2: “Mar-26” names no day; it was read as 2026-03-01."),
        (
            "1945-03-31",
            "plausible_date",
            "Sheet Site visits, D2: “1945-03-31” is far from the years of this program. Check the year.",
        ),
        ("soon", "type", "Sheet Site visits, D2: “soon” is not a date. Type it like 2026-03-31."),
        (
            "31/02/2026",
            "type",
            "Sheet Site visits, D2: “31/02/2026” is not a day of the calendar. Type the date like 2026-03-31.",
        ),
        (
            "29/02/1900",
            "type",
            "Sheet Site visits, D2: “29/02/1900” is not a day of the calendar. Type the date like 2026-03-31.",
        ),
    ],
)
def test_date_sentences(typed: str, rule: str, text: str) -> None:
    assert sentence(read(one("Visited on", typed)), f"visited_on.{rule}") == text


def test_ambiguous_dates() -> None:
    data = one("Visited on", "03/04/2026")
    question = read(data).questions[0]
    assert question.key == "date_order"
    assert question.sentence == "Sheet Site visits, D2: in “03/04/2026”, does the day or the month stand first?"
    assert cast("Visited on", "03/04/2026", answers={"date_order": "month_first"}) == [pd.Timestamp(2026, 3, 4)]
    assert cast("Visited on", "03/04/2026", who=partner(day_first=True)) == [pd.Timestamp(2026, 4, 3)]
    assert cast("Visited on", "03/04/2026", "31/03/2026") == [pd.Timestamp(2026, 4, 3), pd.Timestamp(2026, 3, 31)]
    assert cast("Visited on", "05/05/2026") == [pd.Timestamp(2026, 5, 5)]
    assert read(one("Visited on", "13/04/2026", "04/13/2026")).outcome == "ask"


def test_a_date_against_the_declared_order() -> None:
    result = read(one("Visited on", "03/31/2026"), who=partner(day_first=True))
    assert (
        sentence(result, "visited_on.type")
        == "Sheet Site visits, D2: “03/31/2026” is not a date written day/month/year. Type it like 2026-03-31."
    )


@pytest.mark.parametrize("typed", ["yes", "Y", 1, "TRUE", True, "oui", "Ja", "sí"])
def test_yes(typed) -> None:
    assert cast("Open to all", typed, "no", 0, False) == [True, False, False, False]


def test_neither_yes_nor_no() -> None:
    assert (
        sentence(read(one("Open to all", "perhaps")), "open.type")
        == "Sheet Site visits, D2: “perhaps” is neither yes nor no. Type Yes or No."
    )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("black", "black"),
        ("Black or African American", "black"),
        ("BLACK\u00a0OR AFRICAN-AMERICAN ", "black"),
        ("Latino", "hispanic"),
        ("Indigenous; Black", "black;indigenous"),
        ("Indigenous, Latino", "hispanic;indigenous"),
        ("Indigenous / Black", "black;indigenous"),
        ("Indigenous\nBlack", "black;indigenous"),
        ("Latina, Latinx; Black", "black;hispanic"),
        ("Latina, Latinx, Black", "black;hispanic"),
        ("Indigenous;", "indigenous"),
    ],
)
def test_codes(typed: str, code: str) -> None:
    assert cast("Groups served", typed) == [code]


def test_unknown_code_names_the_closest() -> None:
    assert (
        sentence(read(one("Stage", "Runing")), "stage.in_list")
        == "Sheet Site visits, D2: “Runing” is not in the list of “Stage”. Did you mean “Running”?"
    )
    assert sentence(read(one("Groups served", "Black; Martians")), "groups.in_list") == (
        "Sheet Site visits, D2: “Martians” in “Black; Martians” is not in the list of “Groups served”."
        " Choose “Black or African American”, “Hispanic or Latino” or “Indigenous”."
    )


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("007", "007"),
        (12.0, "12"),
        (1067224.0, "1067224"),
        ("  A 1 ", "A 1"),
        ("Cafe\u0301", "Café"),
        ("a_x000D_\nb", "a\nb"),
        (12.5, "12.5"),
        ("=1+1", "=1+1"),
        ("<script>", "<script>"),
    ],
)
def test_ids_and_text_keep_what_was_typed(typed, text: str) -> None:
    result = read(xlsx(("KPI", [HEADERS, [typed, typed, 1]])))
    assert result.tables["visits"].frame[["visit_id", "place"]].to_numpy().tolist() == [[text, text]]
    assert result.tables["visits"].raw["place"] == [typed]


def test_damaged_ids() -> None:
    result = read(xlsx(("KPI", [HEADERS, [dt.date(2026, 3, 14), "x", 1], ["1.23E+11", "y", 2]])))
    assert [problem.cells for problem in result.problems] == [("A2", "A3")]
    assert sentence(result, "damaged_id") == (
        "Sheet KPI, A2:A3: 2026-03-14 and “1.23E+11” look like numbers or dates that Excel changed. Type them again as text, with an apostrophe before each."
    )


def test_damaged_and_mixed_letters() -> None:
    result = read(xlsx(("KPI", [HEADERS, ["V-1", "CafÃ©", 1], ["V-2", "\u041aenya", 2]])))
    assert rules(result, "warning") == ["demo.visits.place.encoding", "demo.visits.place.mixed_scripts"]


@pytest.mark.parametrize(
    ("shown_as", "typed", "points"),
    [
        ("0%", 0.47, 47),
        ("0.0 %", 0.575, 57.5),
        (None, 47, 47),
        (None, "47 %", 47),
        (None, "0.5%", 0.5),
        ("0%", 1, 100),
        (None, 0, 0),
    ],
)
def test_percent(shown_as, typed, points) -> None:
    def write(book, sheet) -> None:
        form = book.add_format({"num_format": shown_as}) if shown_as else None
        sheet.write(1, 3, typed, form)

    data = xlsx(("KPI", [[*HEADERS, "Share of women"], ["V-1", "Detroit", 1]]), more=write)
    assert read(data).tables["visits"].frame["share"].tolist() == [points]


def test_bare_fractions_ask() -> None:
    data = one("Share of women", 0.47, 0.5)
    question = read(data).questions[0]
    assert (question.key, question.sentence) == (
        "demo.visits.share.percent",
        "Sheet Site visits, D2: is “0.47” less than one percent, or a share of 1?",
    )
    assert cast("Share of women", 0.47, 0.5, answers={question.key: "share"}) == [47, 50]
    assert cast("Share of women", 0.47, 0.5, answers={question.key: "points"}) == [0.47, 0.5]


def test_mixed_fractions_and_points_warn() -> None:
    result = read(one("Share of women", 0.47, 60))
    assert (
        sentence(result, "percent_scale")
        == "Sheet Site visits, D2: “0.47” was read as 0.47 %, and other cells of the column are above 1. If you mean 47 %, type 47."
    )


def test_error_cells_and_formulas_without_result() -> None:
    def fill(book, sheet) -> None:
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 2, "=B1", None, "")
        sheet.write_formula(3, 2, "=1+2", None, 3)

    result = read(
        xlsx(("KPI", [HEADERS, ["V-1", "Detroit", ""], ["V-2", "Boise", ""], ["V-3", "Boise", ""]]), more=fill)
    )
    errors = {problem.cells: problem.sentence for problem in result.problems if problem.severity == "error"}
    assert errors[("C2",)] == "Sheet KPI, C2: the cell shows #DIV/0!. Correct the formula, or type the value."
    assert (
        errors[("C3",)]
        == "Sheet KPI, C3: the formula has no result in the file. Open it in Excel, save it, and hand it in again."
    )
    assert result.tables["visits"].frame["people"][2] == 3


def test_openpyxl_formulas_have_no_result() -> None:
    import io

    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(HEADERS)
    book.active.append(["V-1", "Detroit", "=1+2"])
    buffer = io.BytesIO()
    book.save(buffer)
    assert "demo.visits.people.type" in rules(read(buffer.getvalue()), "error")


def test_error_text_in_csv() -> None:
    result = read(csv("Visit ID,Place,People reached\nV-1,Detroit,#N/A\n"))
    assert (
        sentence(result, "people.type")
        == "Line 2, column C: the cell shows #N/A. Correct the formula, or type the value."
    )


def test_very_long_cell() -> None:
    result = read(csv(f"Visit ID,Place,People reached\nV-1,{'x' * 50_000},3\n"))
    assert (
        sentence(result, "place.max_length")
        == "Line 2, column B: the cell holds 50,000 characters; a cell can hold 32,767. Shorten the text."
    )


def test_zero_and_blank_stay_apart() -> None:
    assert cast("People reached", 0, "", 5) == [0, None, 5]
    assert ROWS


def test_several_causes_in_one_column_are_told_one_by_one() -> None:
    result = read(one("People reached", "many", 12, "few", "many"))
    assert [(problem.sentence, problem.count) for problem in result.problems] == [
        ("Sheet Site visits, C2, C5: “many” is not a number. Type digits only, for example 120.", 2),
        ("Sheet Site visits, C4: “few” is not a number. Type digits only, for example 120.", 1),
    ]


def test_more_than_five_wrong_values_become_one_line() -> None:
    result = read(one("People reached", *(f"a {number}" for number in range(7))))
    assert [problem.sentence for problem in result.problems] == [
        "Sheet Site visits, C2:C8: 7 different values cannot be taken. For example, C2: “a 0” is not a number. "
        "Type digits only, for example 120."
    ]


def test_notes_quote_each_value() -> None:
    result = read(one("People reached", 1, "n/a", "-", "TBC", "****", "."))
    assert sentence(result, "read_as_blank") == (
        "Sheet Site visits, C3:C7: “n/a”, “-”, “TBC” and 2 others were read as not known (blank), not as 0."
    )
    result = read(one("People reached", "12", 1, "13"))
    assert sentence(result, "text_number") == (
        "Sheet Site visits, C2, C4: the numbers are typed as text and were read as numbers, for example “12” as 12."
    )


def test_letters_that_look_alike_are_named() -> None:
    assert sentence(read(one("Stage", "Рlаnned")), "in_list") == (
        "Sheet Site visits, D2: “Рlаnned” is not in the list of “Stage”. "
        "It looks like “Planned”, but with letters of another alphabet. Type it again."
    )


@pytest.mark.parametrize("text", ["Ask ana@example.org", "Call +1 313 555 0199", "call (313) 555-0199", "313-555-0199"])
def test_contact_details_in_free_text_are_a_warning_that_does_not_repeat_them(text: str) -> None:
    result = read(xlsx(("Site visits", [HEADERS, ["V-1", text, 10]])))
    problem = next(problem for problem in result.problems if problem.rule.endswith("contact_details"))
    assert problem.sentence == (
        "Sheet Site visits, B2: the text holds what looks like an e-mail address or a telephone number. "
        "Take it out, unless it may be stored."
    )
    assert (problem.severity, problem.found) == ("warning", None)


@pytest.mark.parametrize("text", ["12 Mile Road 48226-1234", "2026-08-19 to 2026-09-01", "RT-W-2024-99", "100 200 300"])
def test_other_figures_in_free_text_are_no_contact_details(text: str) -> None:
    assert rules(read(xlsx(("Site visits", [HEADERS, ["V-1", text, 10]]))), "warning") == []
