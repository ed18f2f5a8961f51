"""ASVS 1.2.10: text that looks like a formula is inert, numbers stay numbers."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports import safe

DANGEROUS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1+1",
    "＠SUM(A1)",
    "-5+cmd|' /C calc'!A0",
    "+49 30 1234567",
    "-5\n=1+1",
    "'=1+1",
    "\x00=1+1",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_asvs_1_2_10_formulas_get_an_apostrophe(text: str) -> None:
    assert safe.csv_text(text).startswith("'")


@pytest.mark.parametrize(
    "text",
    [
        "-12.5",
        "-1",
        "-1,234.50",
        "-3.5%",
        "-1e-5",
        "12",
        "HEAL",
        "a=b",
        "",
        "Söhne & Co",
        "−€1.2m",
        "50%",
        "'s-Gravenhage",
        "'-5",
    ],
)
def test_harmless_text_and_negative_numbers_stay(text: str) -> None:
    assert safe.csv_text(text) == text


def test_a_trigger_after_a_foreign_separator_is_defused() -> None:
    assert safe.csv_text("a;=1+1") == "a;'=1+1"
    assert safe.csv_text("a\n=1+1") == "a\n'=1+1"
    assert safe.csv_text('a;"\u200b=1+1&"') == 'a;"\u200b\'=1+1&"'


PIECES = st.sampled_from([*DANGEROUS, "'", "''", ";", '"', "\t", "\n", "-5", "=", "a", "\u200b", " ", "\x00"])


@given(st.one_of(st.text(), st.lists(PIECES, max_size=7).map("".join)))
def test_the_guard_can_be_taken_off_again(text: str) -> None:
    cell = safe.csv_text(text)
    assert safe.csv_original(cell) == text.translate(safe._CONTROL)
    data = safe.csv_bytes(["x"], [[1, text, -5]]).decode("utf-8-sig")
    (line,) = list(csv.reader(io.StringIO(data, newline="")))[1:]
    assert (line[0], line[2]) == ("1", "-5")
    # A program of another country splits at semicolons, tabs and line ends, and is lax about quotes.
    for piece in [line[1], *(one.lstrip('"') for one in re.split("[;\t\r\n]", data))]:
        seen = piece.lstrip("\ufeff") if piece else ""
        assert not safe.is_formula_like(seen) or safe._PLAIN_NUMBER.fullmatch(seen), repr(piece)


@given(st.text())
def test_markdown_shows_text_as_it_is(text: str) -> None:
    from markdown_it import MarkdownIt

    shown = safe.markdown_text(f"x{text}x")
    reader = MarkdownIt("commonmark").enable("table")
    assert [token.type for token in reader.parse(f"| {shown} | a |\n|---|---|\n")].count("th_open") == 2
    (inline,) = (token for token in reader.parse(shown) if token.type == "inline")
    assert {child.type for child in inline.children or []} <= {"text", "text_special"}
    words = f"x{text}x".translate(safe._CONTROL).translate(safe._BIDI).translate(safe._ZERO_WIDTH).split()
    assert "".join(child.content for child in inline.children or []) == " ".join(words)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (pd.NA, ""),
        (float("nan"), ""),
        (0, "0"),
        (-0.0, "0"),
        (-1250.25, "-1250.25"),
        (14.0, "14"),
        (1e15, "1000000000000000"),
        (0.1, "0.1"),
        (Decimal("-3.50"), "-3.5"),
        (Decimal("100"), "100"),
        (True, "true"),
        (date(2026, 9, 30), "2026-09-30"),
    ],
)
def test_values_in_csv(value: object, shown: str) -> None:
    assert safe.csv_value(value) == shown


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_no_text_ever_starts_a_formula(texts: list[str]) -> None:
    data = safe.csv_bytes(["a"] * len(texts), [texts]).decode("utf-8-sig")
    cells = list(csv.reader(io.StringIO(data, newline="")))[1]
    assert len(cells) == len(texts)
    for cell in cells:
        assert not safe.is_formula_like(cell) or safe._PLAIN_NUMBER.fullmatch(cell)


def test_html_is_escaped_and_bidi_controls_are_dropped() -> None:
    assert safe.html_text("<b>\"x\" & 'y'</b>") == "&lt;b&gt;&quot;x&quot; &amp; &#x27;y&#x27;&lt;/b&gt;"
    assert safe.html_text("a\u202eb\u2066c\x00") == "abc"
    assert safe.html_text(pd.NA) == ""


def test_long_text_fits_a_cell() -> None:
    assert len(safe.cell_text("x" * 50_000)) == safe.CELL_LIMIT
    assert safe.cell_text("a\x00\x0bb\nc") == "ab\nc"


@pytest.mark.parametrize(
    "text",
    ['#import "x": *', '"; #read("/etc/passwd")', "a\\u{41}\\", "$x$ *b* _i_ <l> @r", "line\nnext", "\x00\u202ea"],
)
def test_typst_shows_text_as_it_is(text: str) -> None:
    import typst
    from pypdf import PdfReader

    document = typst.compile(f"#({safe.typst_text(text)})".encode())
    shown = "".join(page.extract_text() for page in PdfReader(io.BytesIO(document)).pages)
    assert shown.split() == text.translate(safe._CONTROL).translate(safe._BIDI).split()
