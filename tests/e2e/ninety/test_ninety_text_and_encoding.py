"""Inputs 26 to 38: text and its encoding."""

from __future__ import annotations

import unicodedata

import pytest

from sources.reader import InputFile
from tests.e2e.ninety.house import HEADERS, LOADED, ROWS, House, about, column, csv, question, rules, sheet_xml, xlsx

TEXT = "Visit ID;Place;People reached\nV-1;Detroit;12\nV-2;Trenton;30\n"


def test_26_utf8_byte_order_mark(house: House) -> None:
    outcome = house.submit(csv(TEXT, "utf-8-sig"))
    assert (outcome.verdict.state, outcome.verdict.problems, house.rows()) == ("accepted", [], LOADED)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_27_utf16(house: House, encoding: str) -> None:
    data = TEXT.encode(encoding)
    if encoding == "utf-16-be":
        data = b"\xfe\xff" + data
    outcome = house.submit(data, name="return.csv")
    assert (outcome.verdict.state, house.rows()) == ("accepted", LOADED)


def test_28_cp1252_with_pounds_and_curly_quotes(house: House) -> None:
    outcome = house.submit(csv("Visit ID;Place;People reached\nV-1;Café “£5” Zürich – 10 €;3\n", "cp1252"))
    assert about(outcome.verdict, "file.encoding").sentence.startswith(
        "The file is not Unicode and was read as Western European, for example “Café “£5” Zürich”."
    )
    assert house.rows() == [("V-1", "Café “£5” Zürich – 10 €", 3)]


@pytest.mark.parametrize(
    ("place", "encoding", "answer"),
    [("Αθήνα", "iso-8859-7", "cp1253"), ("Москва", "cp1251", "cp1251"), ("القاهرة", "cp1256", "cp1256")],
)
def test_29_legacy_code_page_is_asked_once_and_remembered(house: House, place: str, encoding: str, answer: str) -> None:
    def quarter(people: int) -> InputFile:
        return csv(f"Visit ID;Place;People reached\nV-1;{place};{people}\n", encoding)

    first = house.submit(quarter(3), period="2026-Q2")
    asked = question(first.verdict, "encoding")
    assert asked.sentence == (
        "File return.csv is not Unicode, and its letters can be read in more than one way. Which one looks right?"
    )
    assert place in dict(asked.options)[answer]
    settled = house.desk.answer(first.submission_id, {"encoding": answer}, "ana")
    assert settled.verdict.state == "accepted"
    assert house.rows(period="2026-Q2") == [("V-1", place, 3)]
    again = house.submit(quarter(4))
    assert (again.verdict.state, house.rows()) == ("accepted", [("V-1", place, 4)])
    assert question(house.check(quarter(4), name="x.csv", partner="two"), "encoding")


@pytest.mark.parametrize("damaged", ["CafÃ© central", "Place \x96 west", "donâ€™t"])
def test_30_letters_damaged_before(house: House, damaged: str) -> None:
    problem = about(house.submit(xlsx(HEADERS, ["V-1", damaged, 3])).verdict, "place.encoding")
    assert (problem.severity, problem.cells) == ("warning", ("B2",))
    assert "holds letters that an earlier program damaged. Check it" in problem.sentence
    assert house.rows() == [("V-1", damaged, 3)]


def test_31_utf8_that_looks_like_another_alphabet(house: House) -> None:
    house.submit(csv("Visit ID;Place;People reached\nV-1;Łódź £5 – Ægir 한국;3\n"))
    assert house.rows() == [("V-1", "Łódź £5 – Ægir 한국", 3)]


def test_32_nul_bytes(house: House) -> None:
    outcome = house.submit(TEXT.encode().replace(b"Trenton", b"Tren\0ton"), name="return.csv")
    assert [(problem.rule, problem.sentence, problem.cells) for problem in outcome.verdict.problems] == [
        (
            "file.nul_byte",
            "Line 3 holds a NUL byte, so the file is damaged; save it again as CSV UTF-8.",
            ("line 3",),
        )
    ]
    assert house.nothing_loaded()


def test_33_odd_spaces_and_invisible_characters(house: House) -> None:
    headers = ["Visit\u00a0ID", "\u200bPlace\ufeff", "People\u2009rea\u00adched"]
    data = xlsx(headers, ["\u00a0V-1\u200b", "New\u00a0York", 12], ["V-\u00ad2", "Trenton", 30])
    outcome = house.submit(data)
    assert outcome.verdict.state == "accepted"
    assert house.rows() == [("V-1", "New York", 12), ("V-2", "Trenton", 30)]
    twice = house.check(xlsx(HEADERS, ["V-1", "x", 1], ["V-1\u200b", "x", 1]))
    assert "sample.visits._row.unique_key" in rules(twice, "error")


def test_34_letters_that_look_alike(house: House) -> None:
    verdict = house.submit(column("Country", "\u041aenya")).verdict  # a Cyrillic K
    assert about(verdict, "country.in_list").sentence == (
        "Sheet KPI, D2: “\u041aenya” is not in the list of “Country”. "
        "It looks like “Kenya”, but with letters of another alphabet. Type it again."
    )
    site = about(house.check(xlsx(HEADERS, ["V-1", "N\u0430irobi", 3])), "place.mixed_scripts")
    assert (site.severity, site.cells) == ("warning", ("B2",))
    assert house.nothing_loaded()


def test_35_right_to_left_text(house: House) -> None:
    house.submit(xlsx(HEADERS, ["\u202eV-1\u202c", "القاهرة \u2067west\u2069", 3]))
    assert house.rows() == [("V-1", "القاهرة west", 3)]


def test_36_composed_and_decomposed_letters_are_one_key(house: House) -> None:
    name = "São Tomé"
    rows = [[unicodedata.normalize(form, name), "x", 1] for form in ("NFC", "NFD")]
    assert "sample.visits._row.unique_key" in rules(house.check(xlsx(HEADERS, *rows)), "error")
    house.submit(xlsx(HEADERS, ["V-1", unicodedata.normalize("NFD", name), 3]))
    assert house.rows() == [("V-1", name, 3)]


@pytest.mark.parametrize("written", ["TÜRKİYE", "türkiye", "Turkiye", "TÜRKIYE", "türkıye"])
def test_37_turkish_i_and_case(house: House, written: str) -> None:
    house.submit(column("Country", written))
    assert house.rows("country") == [("TR",)]


def test_37_the_rule_is_documented() -> None:
    from pathlib import Path

    page = Path("docs/how-to/what-we-accept.md").read_text(encoding="utf-8")
    assert "dotted and dotless i are one letter" in " ".join(page.split())


def test_38_line_breaks_inside_cells(house: House) -> None:
    data = xlsx(HEADERS, ["V-1", "Detroit\r\nEast", 12], ["V-2", "Tren_x000D_ton", 30])
    assert house.submit(data).verdict.row_counts == {"visits": 2}
    assert house.rows() == [("V-1", "Detroit\nEast", 12), ("V-2", "Trenton", 30)]
    text = csv('Visit ID,Place,People reached\nV-1,"Detroit\nEast",12\nV-2,Trenton,x\n')
    assert about(house.check(text), "people.type").sentence.startswith("Line 4, column C: “x” is not a number.")


def test_38_excel_escape_of_a_carriage_return(house: House) -> None:
    data = sheet_xml(
        xlsx(HEADERS, *ROWS),
        lambda content: content.replace(
            b'<c r="B2" t="s"><v>4</v></c>', b'<c r="B2" t="inlineStr"><is><t>Detroit_x000D_&#10;East</t></is></c>'
        ),
    )
    house.submit(data)
    assert house.rows()[0] == ("V-1", "Detroit\nEast", 12)
