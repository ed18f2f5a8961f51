"""Inputs 39 to 44: the dialect of a csv file."""

from __future__ import annotations

import pytest

from tests.e2e.ninety.house import LOADED, House, about, csv, question, rules

TEXT = "Visit ID,Place,People reached\nV-1,Detroit,12\nV-2,Trenton,30\n"


@pytest.mark.parametrize("delimiter", [";", "\t", "|", ","])
def test_39_delimiters_are_found(house: House, delimiter: str) -> None:
    outcome = house.submit(csv(TEXT.replace(",", delimiter)))
    assert (outcome.verdict.state, house.rows()) == ("accepted", LOADED)


def test_39_what_can_be_split_in_two_ways_is_asked_and_remembered_per_partner(house: House) -> None:
    """No header is known, so neither delimiter is proved; what the person says is kept for the next quarter."""
    text = "Numéro;Lieu;Atteintes,total\nV-1;Detroit;12,0\nV-2;Trenton;30,0\n"
    first = house.submit(csv(text), period="2026-Q2")
    asked = question(first.verdict, "delimiter")
    assert asked.options == ((";", "A semicolon (;)"), (",", "A comma (,)"))
    assert asked.sentence == (
        "File return.csv can be split into columns in more than one way. What stands between its columns?"
    )
    house.desk.remember(
        partner="one", program="sample", who="ana", answers={
            "number_format": ",",
            "columns.visits.visit_id": "Numéro", "columns.visits.place": "Lieu", "columns.visits.people": "Atteintes,total",
        },
    )  # fmt: skip
    assert house.desk.answer(first.submission_id, {"delimiter": ";"}, "ana").verdict.state == "accepted"
    assert house.submit(csv(text)).verdict.state == "accepted"
    assert house.rows() == LOADED
    assert question(house.check(csv(text), partner="two"), "delimiter")


@pytest.mark.parametrize("text", [TEXT.replace("\n", "\r"), TEXT.replace("\n", "\r\n", 1), TEXT.replace("\n", "\r", 1)])
def test_40_carriage_returns_and_mixed_line_ends(house: House, text: str) -> None:
    house.submit(csv(text))
    assert house.rows() == LOADED


def test_41_ragged_rows(house: House) -> None:
    problem = about(house.submit(csv(TEXT + "V-3,Boise,4,stray\n")).verdict, "value_without_header")
    assert (problem.severity, problem.cells) == ("error", ("line 4, column D",))
    assert problem.sentence.endswith(
        "there is a value but no header above it. Give the column a header, or delete the value."
    )
    assert house.nothing_loaded()
    house.submit(csv(TEXT.replace("\n", ",,\n")))
    assert house.rows() == LOADED
    short = house.check(csv(TEXT + "V-3,Boise\n"))
    assert about(short, "people.required").cells == ("line 4, column C",)


@pytest.mark.parametrize("bad", ['V-1,"Detroit,12', 'V-1,"Det"roit,12'])
def test_42_unescaped_quotes_swallow_no_rows(house: House, bad: str) -> None:
    verdict = house.submit(csv(TEXT.replace("V-1,Detroit,12", bad) + "V-3,Boise,4\n")).verdict
    assert about(verdict, "file.quotation_mark").sentence == (
        "Line 2: a quotation mark is not closed, or stands inside a text. "
        'Write a quotation mark inside a text twice (""), or leave it out.'
    )
    assert verdict.row_counts == {"visits": 3}
    assert house.nothing_loaded()


def test_43_sep_line(house: House) -> None:
    house.submit(csv("sep=;\n" + TEXT.replace(",", ";")))
    assert house.rows() == LOADED
    assert about(house.check(csv("sep=;\n" + TEXT.replace(",", ";").replace("30", "x"))), "people.type").cells == (
        "line 4, column C",
    )


def test_44_preamble_and_footnotes(house: House) -> None:
    text = f"Synthetic sample,,\nPrepared by the data office,,\n\n{TEXT}\nNote: provisional figures,,\n"
    outcome = house.submit(csv(text))
    assert (outcome.verdict.state, house.rows()) == ("accepted", LOADED)
    read = house.read(csv(text))
    assert [(item.rows, item.why) for item in read.ignored] == [((1, 2), "title"), ((7, 7), "blank"), ((8, 8), "note")]
    assert rules(outcome.verdict, "error", "warning") == []
