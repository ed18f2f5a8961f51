"""Inputs 61 to 79: what stands in a cell."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.e2e.ninety.house import HEADERS, House, about, column, csv, question, sheet_xml, xlsx


def test_61_decimal_comma_by_the_declared_locale(house: House) -> None:
    house.submit(column("Grant paid", "1.234,56", "1 234,56", "12,5"), partner="comma")
    assert [float(value) for (value,) in house.rows("amount")] == [1234.56, 1234.56, 12.5]
    other = house.check(column("Grant paid", "1.234,56"), partner="point")
    assert about(other, "amount.type").cells == ("D2",)


def test_61_ambiguous_thousands_are_asked_once_and_remembered(house: House) -> None:
    def quarter(number: int) -> bytes:
        return column("Grant paid", "1,234", number)

    first = house.submit(quarter(5), period="2026-Q2")
    asked = question(first.verdict, "number_format")
    assert asked.sentence == "Sheet KPI, D2: is “1,234” written with a decimal point or a decimal comma?"
    assert [value for value, _ in asked.options] == [".", ","]
    house.desk.answer(first.submission_id, {"number_format": "."}, "ana")
    assert [float(value) for (value,) in house.rows("amount", period="2026-Q2")] == [1234, 5]
    assert house.submit(quarter(6)).verdict.state == "accepted"
    assert [float(value) for (value,) in house.rows("amount")] == [1234, 6]
    assert question(house.check(quarter(6), partner="two"), "number_format")


@pytest.mark.parametrize("text", ["120", "'120", " 120 ", "\u00a0120"])
def test_62_text_numbers(house: House, text: str) -> None:
    outcome = house.submit(column("People reached", text))
    assert house.rows("people") == [(120,)]
    note = about(outcome.verdict, "people.text_number")
    assert (note.severity, note.cells) == ("info", ("C2",))


def test_63_accountants_negative(house: House) -> None:
    house.submit(column("Grant paid", "(48,996.96)"), partner="point")
    assert [float(value) for (value,) in house.rows("amount")] == [-48996.96]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1.2k", "“1.2k” is shortened. Type all digits, for example 120."),
        ("1.2m", "“1.2m” is shortened. Type all digits, for example 120."),
        ("~500", "“~500” is not one exact number. Type the number itself, for example 120."),
        (">100", "“>100” is not one exact number. Type the number itself, for example 120."),
        ("500+", "“500+” is not one exact number. Type the number itself, for example 120."),
    ],
)
def test_63_shortened_and_rounded_numbers(house: House, text: str, sentence: str) -> None:
    problem = about(house.submit(column("People reached", text)).verdict, "people.type")
    assert (problem.severity, problem.sentence) == ("error", f"Sheet KPI, C2: {sentence}")
    assert house.nothing_loaded()


@pytest.mark.parametrize("sign", ["-", "n/a", "nil", "NIL return", "TBC", ".", "****"])
def test_64_signs_for_nothing_are_never_zero(house: House, sign: str) -> None:
    outcome = house.submit(column("Women", sign))
    assert house.rows("women") == [(None,)]
    assert "was read as not known (blank), not as 0" in about(outcome.verdict, "women.read_as_blank").sentence


def test_64_a_nil_return_differs_from_a_missing_one(house: House) -> None:
    house.desk.nil(partner="one", program="sample", period="2026-Q3", who="ana", why="No visits")
    state = house.desk.state()
    assert ("one", "sample", "2026-Q3") in state.nil
    assert ("two", "sample", "2026-Q3") not in state.nil
    assert house.nothing_loaded()


def test_65_zero_and_blank_stay_apart(house: House) -> None:
    outcome = house.submit(column("Members so far", 0, "", 4))
    assert house.rows("members") == [(0,), (None,), (4,)]
    assert outcome.verdict.totals["visits"]["members"] == "4"
    text = csv("Visit ID,Place,People reached,Rating\nV-1,x,0,0\nV-2,x,5,\n")
    house.submit(text)
    assert house.rows("people", "rating") == [(0, 0.0), (5, None)]


@pytest.mark.parametrize("code", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!"])
def test_66_error_cells(house: House, code: str) -> None:
    data = column("Women", 1, more=lambda _, sheet: sheet.write_formula(1, 3, "=X", None, code))
    problem = about(house.submit(data).verdict, "women.type")
    assert (problem.severity, problem.sentence) == (
        "error", f"Sheet KPI, D2: the cell shows {code}. Correct the formula, or type the value."
    )  # fmt: skip
    assert house.nothing_loaded()


def test_67_formula_without_a_result(house: House) -> None:
    data = sheet_xml(
        column("Women", 1), lambda xml: xml.replace(b'<c r="D2"><v>1</v></c>', b'<c r="D2"><f>A1+1</f></c>')
    )
    problem = about(house.submit(data).verdict, "women.type")
    assert problem.sentence == (
        "Sheet KPI, D2: the formula has no result in the file. Open it in Excel, save it, and hand it in again."
    )
    assert house.nothing_loaded()


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        ("31/03/2026", date(2026, 3, 31)),
        ("03/31/2026", date(2026, 3, 31)),
        ("31.3.26", date(2026, 3, 31)),
        ("31 March 2026", date(2026, 3, 31)),
        ("Mar-26", date(2026, 3, 1)),
        (46112, date(2026, 3, 31)),
        (date(2026, 3, 31), date(2026, 3, 31)),
    ],
)
def test_68_dates(house: House, written: Any, day: date) -> None:
    house.submit(column("Visited on", written))
    assert house.rows("visited_on") == [(day,)]


def test_68_ambiguous_order_is_asked_once_and_remembered(house: House) -> None:
    first = house.submit(column("Visited on", "03/04/2026"), period="2026-Q2")
    asked = question(first.verdict, "date_order")
    assert asked.sentence == "Sheet KPI, D2: in “03/04/2026”, does the day or the month stand first?"
    house.desk.answer(first.submission_id, {"date_order": "day_first"}, "ana")
    assert house.rows("visited_on", period="2026-Q2") == [(date(2026, 4, 3),)]
    house.submit(column("Visited on", "05/04/2026"))
    assert house.rows("visited_on") == [(date(2026, 4, 5),)]
    assert question(house.check(column("Visited on", "05/04/2026"), partner="two"), "date_order")
    assert house.check(column("Visited on", "05/04/2026"), partner="comma").state == "accepted"


def test_68_dates_from_1904_and_a_day_that_never_was(house: House) -> None:
    house.submit(column("Visited on", date(2026, 3, 31), options={"date_1904": True}))
    assert house.rows("visited_on") == [(date(2026, 3, 31),)]
    for never in ("29/02/1900", "31 February 2026"):
        problem = about(house.check(column("Visited on", never)), "visited_on.type")
        assert problem.sentence == (
            f"Sheet KPI, D2: “{never}” is not a day of the calendar. Type the date like 2026-03-31."
        )


def test_69_two_digit_and_far_years(house: House) -> None:
    near = about(house.check(column("Visited on", "31.3.26")), "two_digit_year")
    assert (near.severity, near.sentence) == (
        "warning", "Sheet KPI, D2: “31.3.26” has a year of two digits; it was read as 2026-03-31."
    )  # fmt: skip
    for far in (date(1945, 5, 8), date(2099, 1, 1)):
        assert about(house.check(column("Visited on", far)), "plausible_date").severity == "warning"


def test_70_percents(house: House) -> None:
    def shown(book: Any, sheet: Any) -> None:
        sheet.write(2, 3, 0.47, book.add_format({"num_format": "0%"}))

    outcome = house.submit(column("Share completed", 47, 0.0, "47 %", 0.47, more=shown))
    assert [value for (value,) in house.rows("share")] == [47, 47, 47, 0.47]
    assert about(outcome.verdict, "percent_scale").cells == ("D5",)
    asked = question(house.check(column("Share completed", 0.47, 0.5)), "sample.visits.share.percent")
    assert asked.sentence == "Sheet KPI, D2: is “0.47” less than one percent, or a share of 1?"


def test_70_above_a_hundred_percent(house: House) -> None:
    wrong = about(house.check(column("Share completed", 120)), "share.range")
    assert (wrong.severity, wrong.cells) == ("error", ("D2",))
    allowed = about(house.submit(column("Growth", 120, 12)).verdict, "growth.over_hundred")
    assert (allowed.severity, allowed.cells) == ("warning", ("D2",))
    assert allowed.sentence == "Sheet KPI, D2: “120” is more than 100 %. Check that it is meant."
    assert [value for (value,) in house.rows("growth")] == [120, 12]


def test_71_negative_counts_and_money(house: House) -> None:
    verdict = house.check(column("People reached", -3))
    assert about(verdict, "people.range").sentence == (
        "Sheet KPI, C2: “People reached” cannot be below 0, but here it is −3. Type 0 or more."
    )
    house.submit(column("Grant paid", -250.5))
    assert [float(value) for (value,) in house.rows("amount")] == [-250.5]


@pytest.mark.parametrize(
    ("label", "number", "stored"),
    [
        ("Members so far", 2_147_483_648, 2_147_483_648),
        ("Members so far", 1e15, 10**15),
        ("Grant paid", 0.1 + 0.2, "0.30"),
        ("Members so far", -0.0, 0),
    ],
)
def test_72_large_and_inexact_numbers(house: House, label: str, number: float, stored: Any) -> None:
    house.submit(column(label, number))
    ((value,),) = house.rows("members" if label.startswith("Members") else "amount")
    assert str(value) == str(stored)


@pytest.mark.parametrize("text", ["inf", "nan", "-inf", "1e999"])
def test_72_what_is_no_finite_number_is_refused(house: House, text: str) -> None:
    verdict = house.submit(csv(f"Visit ID,Place,People reached\nV-1,x,{text}\n")).verdict
    assert (verdict.state, about(verdict, "people.type").cells) == ("returned", ("line 2, column C",))
    assert house.nothing_loaded()


@pytest.mark.parametrize(("typed", "kept"), [("007", "007"), (1067224.0, "1067224"), ("0012.30", "0012.30")])
def test_73_ids_keep_their_text(house: House, typed: Any, kept: str) -> None:
    house.submit(xlsx(HEADERS, [typed, "Detroit", 3]))
    assert house.rows("visit_id") == [(kept,)]


@pytest.mark.parametrize("damaged", ["1.23E+11", date(2026, 3, 1)])
def test_73_damaged_ids_are_flagged(house: House, damaged: Any) -> None:
    problem = about(house.submit(xlsx(HEADERS, [damaged, "Detroit", 3])).verdict, "visit_id.damaged_id")
    assert (problem.severity, problem.cells) == ("error", ("A2",))
    assert "looks like a number or date that Excel changed" in problem.sentence


def test_74_magnitude_against_the_quarter_before(house: House) -> None:
    house.submit(column("People reached", 100), period="2026-Q2")
    outcome = house.submit(column("People reached", 1200))
    problem = about(outcome.verdict, "people.jump")
    assert (outcome.verdict.state, problem.severity, problem.cells) == ("accepted_with_warnings", "warning", ("C2",))
    assert "12 times" in problem.sentence


@pytest.mark.parametrize(
    ("word", "value"),
    [("yes", True), ("Y", True), (1, True), (True, True), ("oui", True), ("no", False), ("N", False), (0, False),
     ("FALSE", False)],
)  # fmt: skip
def test_75_booleans(house: House, word: Any, value: bool) -> None:
    house.submit(column("Open to all", word))
    assert house.rows("open") == [(value,)]
    assert about(house.check(column("Open to all", "perhaps")), "open.type").severity == "error"


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("Call Maria on +1 313 555 0142", "contact_details"),
        ("Write to maria.lopez@example.org", "contact_details"),
        ("Met Mrs. Maria Lopez at home", "personal_data"),
        ("She lives at 42.33143, -83.04575", "personal_data"),
        ("One of them was diagnosed with asthma", "personal_data"),
    ],
)
def test_76_personal_data_in_free_text(house: House, text: str, ending: str) -> None:
    outcome = house.submit(column("Note", text))
    problem = about(outcome.verdict, f"note.{ending}")
    assert (problem.severity, problem.cells, problem.found) == ("warning", ("D2",), None)
    assert text not in problem.sentence
    (alert,) = house.desk.state().alerts()
    assert (alert.kind, alert.submission_id) == ("personal_data", outcome.submission_id)


HARMFUL = [
    '=HYPERLINK("http://127.0.0.1/","x")',
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "-2+3+cmd|x",
    "\t=1+1",
    "\r=1+1",
]


@pytest.mark.parametrize("text", HARMFUL)
def test_77_formula_like_text_is_stored_as_text_and_neutralised(house: House, text: str) -> None:
    from exports.safe import cell_text, csv_text, html_text

    house.submit(column("Note", text))
    ((stored,),) = house.rows("note")
    assert stored == text.strip()
    assert csv_text(stored).startswith("'")
    assert cell_text(stored) == stored or cell_text(stored).startswith("'")
    assert "<" not in html_text(f"<b>{stored}")


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "{{ 7*7 }}", "#set page(width: 1pt)", "*bold* _x_ [a](b)"]
)
def test_78_markup_in_names_is_inert(house: House, text: str) -> None:
    outcome = house.submit(xlsx(HEADERS, ["V-1", text, 3]))
    assert house.rows("place") == [(text,)]
    assert "49" not in outcome.receipt.as_text().split("Receipt")[0]
    wrong = house.check(xlsx([*HEADERS, "Stage"], ["V-1", "x", 3, text]))
    assert text in about(wrong, "stage.in_list").sentence


def test_79_cell_of_50_kilobytes(house: House) -> None:
    verdict = house.submit(csv(f"Visit ID,Place,People reached\nV-1,{'x' * 50_000},3\n")).verdict
    assert about(verdict, "place.max_length").sentence == (
        "Line 2, column B: the cell holds 50,000 characters; a cell can hold 32,767. Shorten the text."
    )
    assert house.nothing_loaded()
