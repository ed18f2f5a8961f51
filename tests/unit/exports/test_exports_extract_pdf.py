"""The extract as PDF: tagged after PDF/UA, complete, in its own fonts, the same bytes everywhere, inert to markup."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest

from exports import verdict, wording
from exports.extract import extract_files
from exports.extract.content import document
from exports.extract.document import Chart, Table
from exports.extract.facts import gather
from exports.extract.pdf import extract_pdf, shown
from exports.published import Published
from tests.unit.exports import fixtures
from tests.unit.exports.invented.coalition import AS_OF
from tests.unit.exports.invented.values import progress_rows

ROOT = Path(__file__).parents[3]
MARKUP = '#panic("x") $x^2$ *bold* _it_ @ref <label> #import "evil": * \\ // [link](javascript:x)'
OUR_FONTS = ("IBMPlexSans", "DejaVuSansMono")


@pytest.fixture(scope="module")
def pdf(published: Published) -> pypdf.PdfReader:
    """The PDF of 2026."""
    return pypdf.PdfReader(io.BytesIO(extract_pdf(document(gather(published, 2026)))))


@pytest.fixture(scope="module")
def text(pdf: pypdf.PdfReader) -> str:
    """All of its text, blanks made one."""
    return _plain("\n".join(page.extract_text() for page in pdf.pages))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


def _elements(node: Any) -> Iterator[pypdf.generic.DictionaryObject]:
    """The structure elements below a node."""
    node = node.get_object()
    if isinstance(node, list):
        for part in node:
            yield from _elements(part)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from _elements(node["/K"])


def test_it_is_tagged_and_says_what_it_is(pdf: pypdf.PdfReader) -> None:
    catalog = pdf.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] is True or bool(catalog["/MarkInfo"]["/Marked"])
    assert catalog["/Lang"] == "en-GB"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Annual progress extract 2026"
    assert pdf.metadata.creation_date_raw is not None
    assert pdf.metadata.creation_date_raw.startswith(f"D:{AS_OF:%Y%m%d}")
    xmp = catalog["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part(=\"|>)1", xmp)


def test_charts_have_words_and_tables_have_headers(pdf: pypdf.PdfReader, published: Published) -> None:
    blocks = list(document(gather(published, 2026)).walk())
    found = list(_elements(pdf.trailer["/Root"]["/StructTreeRoot"]))
    alternatives = [_plain(str(one["/Alt"])) for one in found if one["/S"] == "/Figure"]
    charts = [block for block in blocks if isinstance(block, Chart)]
    assert len(charts) > 2
    assert alternatives == [_plain(f"{chart.title}. {chart.in_words}") for chart in charts]
    tables = [one for one in found if one["/S"] == "/Table"]
    expected = [block for block in blocks if isinstance(block, Table)]
    heads = [sum(part["/S"] == "/TH" for part in _elements(one["/K"])) for one in tables]
    assert heads == [len(block.columns) for block in expected]
    assert [one["/S"] for one in found if one["/S"] == "/H1"] == ["/H1"]


def test_every_figure_of_the_progress_table_is_in_it(text: str, published: Published) -> None:
    for row in gather(published, 2026).indicators:
        said = [row["indicator_name"], wording.value_text(row), verdict.attained(row)]
        said.append(wording.coverage(row["coverage_met"], row["coverage_due"]))
        if row["target_value"] is not None:
            said.append(wording.quantity(row["target_value"], row["unit"]))
        for word in said:
            assert _plain(str(word)) in text


def test_copied_text_has_no_invisible_characters(pdf: pypdf.PdfReader) -> None:
    found = "".join(page.extract_text() for page in pdf.pages)
    assert not {char for char in found if unicodedata.category(char) == "Cf"}


def test_only_our_fonts_and_all_of_them_embedded(pdf: pypdf.PdfReader) -> None:
    names = set()
    for page in pdf.pages:
        for font in (page["/Resources"].get("/Font") or {}).values():
            font = font.get_object()
            inner = font["/DescendantFonts"][0].get_object()
            descriptor = inner["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            names.add(str(font["/BaseFont"]).split("+")[-1])
    assert names
    assert all(name.startswith(OUR_FONTS) for name in names)


def test_every_page_has_its_number_and_says_that_it_is_a_sample(pdf: pypdf.PdfReader) -> None:
    last = len(pdf.pages)
    for number, page in enumerate(pdf.pages, start=1):
        said = _plain(page.extract_text())
        assert wording.SYNTHETIC in said
        assert f"Page {number} of {last}" in said


def test_the_first_page_holds_the_goal_the_gap_reach_and_what_is_off_track(pdf: pypdf.PdfReader) -> None:
    first = _plain(pdf.pages[0].extract_text())
    for words in (
        "€24.6m",
        "Largest trust gap",
        "910–15,890",
        "Targets off track",
        "Behind plan:",
        "As of 12 November",
    ):
        assert words in first
    assert "Inputs: what was invested" in _plain(pdf.pages[1].extract_text())


def test_names_are_never_markup(tmp_path: Path) -> None:
    rows = progress_rows()
    for row in rows:
        if row["indicator_code"] == "heal_people_trained":
            row["indicator_name"] = MARKUP
    facts = gather(fixtures.publish(tmp_path, {"pub_leadership__progress": rows}), 2026)
    pages = pypdf.PdfReader(io.BytesIO(extract_pdf(document(facts)))).pages
    # Where a line is broken depends on the column: compare without blanks.
    assert MARKUP.replace(" ", "") in re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    assert not [note for page in pages for note in page.get("/Annots", [])]


def test_characters_no_font_has_are_written_as_their_code(tmp_path: Path) -> None:
    assert shown("Zoë Δ Ж ● “–” 中\u202e\x00") == "Zoë Δ Ж ● “–” U+4E2D"
    rows = progress_rows()
    for row in rows:
        row["program_name"] = f"{row['program_name']} 健康 \U0001f600"
    facts = gather(fixtures.publish(tmp_path, {"pub_leadership__progress": rows}), 2026)
    pages = pypdf.PdfReader(io.BytesIO(extract_pdf(document(facts)))).pages
    assert "U+5065U+5EB7 U+1F600" in _plain("".join(page.extract_text() for page in pages))


_SCRIPT = """
import hashlib, json, sys
from exports.extract import extract_files
from exports.published import Published
files = extract_files(Published.open(sys.argv[1]), 2026)
print(json.dumps({name: hashlib.sha256(data).hexdigest() for name, data in files.items()}))
"""


def test_another_process_place_and_time_zone_give_the_same_bytes(tmp_path: Path) -> None:
    published = fixtures.publish(tmp_path / "published")
    here = {name: hashlib.sha256(data).hexdigest() for name, data in extract_files(published, 2026).items()}
    assert {name.rsplit(".", 1)[-1] for name in here} == {"pdf", "xlsx", "html", "csv", "parquet", "json"}
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = os.environ | {
        "TZ": "Pacific/Kiritimati",
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": str(ROOT),
        "SOURCE_DATE_EPOCH": "1",
        "HOME": str(elsewhere),
    }
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(tmp_path / "published")],
        cwd=elsewhere,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == here
