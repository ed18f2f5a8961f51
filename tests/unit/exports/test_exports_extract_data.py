"""The extract's data files and workbook: described, exact, complete; what is hidden is in no file."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pypdf
import pytest

from exports import trust_sentences, wording
from exports.extract import extract_files, package, tidy
from exports.extract.content import document
from exports.extract.document import Says
from exports.extract.facts import gather
from exports.published import Published
from tests.unit.exports import fixtures
from tests.unit.exports.invented.coalition import AS_OF
from tests.unit.exports.invented.values import progress_rows

frictionless = pytest.importorskip("frictionless")


@pytest.fixture(scope="module")
def files(published: Published) -> dict[str, bytes]:
    """The files of 2026."""
    return extract_files(published, 2026)


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path) -> Path:
    """The data files on disk."""
    for name, data in files.items():
        if name.startswith("2026/"):
            (tmp_path / name[5:]).write_bytes(data)
    return tmp_path


def _report(folder: Path) -> Any:
    return frictionless.Package(str(folder / "datapackage.json")).validate()


def _rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_package_is_valid_and_names_every_file(folder: Path) -> None:
    report = _report(folder)
    assert report.valid, report.flatten(["title", "fieldName", "note"])
    described = json.loads((folder / "datapackage.json").read_text("utf-8"))
    assert {resource["path"] for resource in described["resources"]} == {
        path.name for path in folder.iterdir() if path.name != "datapackage.json"
    }
    assert "Synthetic sample" in described["title"]


@pytest.mark.parametrize(
    ("column", "text", "error"),
    [
        ("target_value", "plenty", "type-error"),
        ("progress_status", "going_well", "constraint-error"),
        ("period", "autumn 26", "constraint-error"),
        ("coverage_due", "-1", "constraint-error"),
        ("indicator_code", "", "constraint-error"),
        ("is_synthetic", "perhaps", "type-error"),
    ],
)
def test_a_broken_value_makes_it_invalid(folder: Path, column: str, text: str, error: str) -> None:
    path = folder / "progress.csv"
    rows = _rows(path.read_bytes())
    rows[0][column] = text
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, rows[0], lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(sink.getvalue().encode("utf-8-sig"))
    found = {(kind, field) for kind, field in _report(folder).flatten(["type", "fieldName"])}
    assert (error, column) in found


def test_an_altered_file_no_longer_has_the_hash_of_its_description(folder: Path) -> None:
    path = folder / "progress.csv"
    data = path.read_bytes()
    path.write_bytes(data.replace(b"4000", b"4001"))
    assert {kind for (kind,) in _report(folder).flatten(["type"])} == {"hash-count"}


def test_a_reference_to_nothing_makes_it_invalid(folder: Path) -> None:
    path = folder / "definitions.csv"
    lines = path.read_bytes().split(b"\r\n")
    path.write_bytes(b"\r\n".join([lines[0], *lines[2:]]))
    assert "foreign-key" in {kind for (kind,) in _report(folder).flatten(["type"])}


def test_csv_and_parquet_hold_the_same_exact_figures(files: dict[str, bytes]) -> None:
    seen = 0
    for name in (name for name in files if name.endswith(".parquet")):
        table = pq.read_table(io.BytesIO(files[name]))
        lines = _rows(files[name.removesuffix("parquet") + "csv"])
        assert len(lines) == table.num_rows
        for row, line in zip(table.to_pylist(), lines, strict=True):
            for column, value in row.items():
                if isinstance(value, Decimal):
                    assert Decimal(line[column]) == value
                    seen += 1
                elif value is None:
                    assert line[column] == ""
    assert seen > 100


def test_the_long_table_says_what_the_wide_one_says(files: dict[str, bytes]) -> None:
    long = {
        (row["indicator_code"], row["measure"]): Decimal(row["value"])
        for row in _rows(files["2026/measures.csv"])
        if row["year"] == "2026"
    }
    wide = {
        (row["indicator_code"], measure): Decimal(row[measure])
        for row in _rows(files["2026/progress.csv"])
        for measure in tidy.MEASURES
        if row.get(measure)
    }
    assert long == wide
    assert {row["year"] for row in _rows(files["2026/measures.csv"])} == {"2024", "2025", "2026"}


def test_every_column_is_explained_and_every_key_names_one_row(published: Published) -> None:
    for table in tidy.tables(published, gather(published, 2026)):
        assert not [name for name in table.table.column_names if name not in package.columns()]
        keys = list(zip(*(table.table[name].to_pylist() for name in table.key), strict=True))
        assert len(keys) == len(set(keys)), table.name


#: Figures that occur nowhere else; each would give a hidden count away.
PLANTED = {"value": 7, "value_low": 7, "value_high": 7, "attainment_pct": 41.37, "required_per_year": 3131.53}
PLANTED |= {"observed_per_year": 5757.57, "forecast_2030": 98765.25, "forecast_2030_low": 8181.25}


def test_a_hidden_figure_is_in_no_file(tmp_path: Path) -> None:
    rows = progress_rows()
    leak = next(row for row in rows if row["indicator_code"] == "cheer_youth_leaders" and row["year"] == 2025)
    leak |= PLANTED | {"is_suppressed": False, "progress_status": "behind", "forecast_2030_high": 999_111.5}
    planted = {re.sub(r"\.0$", "", str(value)) for value in leak.values() if isinstance(value, float)} - {"7"}
    published = fixtures.publish(tmp_path, {"pub_leadership__progress": rows})
    for year in (2025, 2026):
        for name, data in extract_files(published, year).items():
            said = _said(name, data)
            for figure in ("41.37", "41.4%", "3131.53", "3,132", "5757.57", "5,758", "98765.25", "98,765", "8181.25"):
                assert figure not in said, (name, figure)
            assert not [figure for figure in planted if figure in said]
            if name == "2025/progress.csv":
                row = next(row for row in _rows(data) if row["indicator_code"] == "cheer_youth_leaders")
                assert row["shown"] == "1–10 (hidden)"


def _said(name: str, data: bytes) -> str:
    if name.endswith(".pdf"):
        return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    if name.endswith(".parquet"):
        return str(pq.read_table(io.BytesIO(data)).to_pylist())
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            return " ".join(book.read(part).decode() for part in book.namelist() if part.endswith(".xml"))
    return data.decode("utf-8-sig")


def test_every_number_in_a_sentence_stands_in_the_tables(published: Published) -> None:
    facts = gather(published, 2026)
    known = _numbers(published)
    said = [sentence for block in document(facts).walk() if isinstance(block, Says) for sentence in block.sentences]
    assert len(said) > 20
    checked = 0
    for sentence in said:
        for number in re.findall(r"−?€?\d[\d,]*(?:\.\d+)?(?:m\b|k\b|bn\b|%)?", sentence):
            assert number.rstrip(",") in known, f"{number} in “{sentence}”"
            checked += 1
    assert checked > 50


def _numbers(published: Published) -> set[str]:
    """Each figure of the tables as it may be worded, and what can be counted in them."""
    facts = gather(published, 2026)
    found: set[str] = set()
    for table in tidy.tables(published, facts):
        for column in table.table.itercolumns():
            for value in column.to_pylist():
                if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
                    found |= {wording.money(value), wording.count(value), wording.percent(value), str(value)}
                    found.add(trust_sentences.number(float(value)))
    rows = facts.indicators
    aimed = [row for row in rows if row["target_value"] is not None]
    found |= {str(len(rows)), str(len(aimed)), str(sum(row["target_basis"] == "assumed" for row in aimed))}
    for members in (rows, aimed, *(members for _, members in facts.programs)):
        sole = [row for row in members if row["target_value"] is not None]
        found.add(str(len(sole)))
        for status in wording.PROGRESS:
            found.add(str(sum(row["progress_status"] == status for row in sole)))
    full = [row for row in rows if row["coverage_due"] and row["coverage_due"] == row["coverage_met"]]
    ranges = [row for row in rows if row["value"] is None and row["value_low"] != row["value_high"]]
    provisional = [row for row in rows if row["data_status"] == "provisional"]
    named = [row for row in facts.heard if row["first_heard_period"]]
    done = [row for row in named if row["done_count"] or row["implemented_count"]]
    found |= {str(len(members)) for members in (full, ranges, provisional, named, done)}
    due = (*facts.contributions, facts.reach)
    found |= {str(row["coverage_due"] - row["coverage_met"]) for row in due if row}
    # Names and rules, not figures: years, “95% range”, what is left of the gap, co-funding per euro.
    found |= {"2022", "2023", "2025", "2026", "2030", "95%", "20%", "5"}
    found |= {f"€{row['leverage']:.2f}" for row in facts.leverage if row["leverage"] is not None}
    return found


@pytest.fixture(scope="module")
def book(files: dict[str, bytes]) -> openpyxl.Workbook:
    """The workbook of 2026."""
    return openpyxl.load_workbook(io.BytesIO(files["2026.xlsx"]))


def test_the_contents_sheet_leads_to_every_sheet(book: openpyxl.Workbook) -> None:
    sheet = book["Contents"]
    links = {cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink}
    assert links == {f"'{name}'!A1" for name in book.sheetnames if name != "Contents"}


def test_charts_are_native_and_gaps_have_error_bars(files: dict[str, bytes], book: openpyxl.Workbook) -> None:
    charts = {sheet.title: len(sheet._charts) for sheet in book if sheet._charts}
    assert charts == {"At a glance": 1, "Progress by program": 1, "Paid against plan": 1, "Trust gap": 1}
    with zipfile.ZipFile(io.BytesIO(files["2026.xlsx"])) as parts:
        drawn = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert sum(text.count("<c:errBars>") for text in drawn) == 2
    assert sum("'Trust gap'!$E$" in text for text in drawn) == 1


def test_figures_are_numbers_and_sheets_are_ready_to_print(book: openpyxl.Workbook) -> None:
    assert str(book.properties.created).startswith(f"{AS_OF:%Y-%m-%d}")
    glance = book["At a glance"]
    years = [row for row in glance.iter_rows(values_only=True) if str(row[0]).startswith("202")]
    assert [row[3] for row in years][-3:] == [7_000_000, 16_400_000, 24_600_000]
    # A target of the Sustainable Development Goals is a code that looks like a number.
    codes = {row[0] for row in book["SDG links"].iter_rows(values_only=True)}
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        texts = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        assert not [text for text in texts if re.fullmatch(r"-?\d+\.\d+", text) and text not in codes], sheet.title
        if sheet.title not in ("At a glance", "Contents"):
            assert sheet.freeze_panes
            assert sheet.print_title_rows
