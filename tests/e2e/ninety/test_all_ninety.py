"""The list is whole: every number from 1 to 90 has a test of its own, and the page on what is accepted tells the truth."""

from __future__ import annotations

import re
from pathlib import Path

from sources.reader import sandbox
from sources.reader.csv_dialect import DELIMITERS
from sources.reader.grid import MAX_CELL_TEXT, MAX_CELLS, MAX_COLUMNS, MAX_ROWS, MAX_SHEETS
from sources.reader.prescan import MAX_BYTES

CHAPTERS = {
    "kind_of_file": range(1, 11),
    "container": range(11, 20),
    "arrival": range(20, 26),
    "text_and_encoding": range(26, 39),
    "csv_dialect": range(39, 45),
    "layout": range(45, 61),
    "cells": range(61, 80),
    "meaning_and_process": range(80, 91),
}
PAGE = Path("docs/how-to/what-we-accept.md").read_text(encoding="utf-8")


def test_every_input_has_a_test_named_after_it() -> None:
    for chapter, numbers in CHAPTERS.items():
        text = (Path(__file__).parent / f"test_ninety_{chapter}.py").read_text(encoding="utf-8")
        named = {int(number) for number in re.findall(r"^def test_(\d\d)_\w+\(", text, re.MULTILINE)}
        assert named == set(numbers), chapter


def test_the_page_states_the_limits_as_they_are() -> None:
    assert (
        f"Limits: {MAX_BYTES >> 20} MB, {MAX_SHEETS} sheets, {MAX_ROWS:,} rows and {MAX_COLUMNS:,} columns per sheet, "
        f"{MAX_CELLS:,} cells in all, {MAX_CELL_TEXT:,} characters per cell."
    ) in PAGE
    workbook = (sandbox.LIMITS["parse"][0] + sandbox.LIMITS["look"][0]) >> 20
    text = sandbox.LIMITS["text"][0] >> 20
    assert f"at most {workbook} MB for a workbook, {text} MB for a text" in " ".join(PAGE.split())
    assert workbook < 512
    assert len(DELIMITERS) == 4


def test_the_page_names_every_kind_of_question() -> None:
    keys = ("encoding", "delimiter", "number_format", "date_order", "columns.<table>.<column>", "unpivot.<table>")
    assert all(f"| `{key}` |" in PAGE for key in keys)
