"""The script that recomputes figures: its own reading of numbers and files, its own quantiles, its own rounding."""

from __future__ import annotations

import importlib
import io
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest
from openpyxl import Workbook
from scipy import stats

import exports.explain
from exports.safe import csv_text

FOLDER = Path(exports.explain.__file__).parent / "independent"
NAMES = [path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__"]


@pytest.fixture(scope="module")
def script() -> Iterator[dict[str, ModuleType]]:
    """The script's modules, imported as it imports them; none of them stays."""
    sys.path.insert(0, str(FOLDER))
    yield {name: importlib.import_module(name) for name in NAMES}
    sys.path.remove(str(FOLDER))
    for name in NAMES:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("text", "decimal", "low", "high"),
    [
        ("1.234,5", ",", "1234.5", "1234.5"),
        ("1,234.5", ".", "1234.5", "1234.5"),
        ("8.600,00", ",", "8600", "8600"),
        ("(12)", ".", "-12", "-12"),
        ("\u2212 7", ".", "-7", "-7"),
        ("<5", ".", "0", "4"),
        ("≤ 5", ".", "0", "5"),
        ("fewer than 10", ".", "0", "9"),
        ("€ 1 234", ".", "1234", "1234"),
        ("12 %", ".", "12", "12"),
    ],
)
def test_numbers_as_people_type_them(
    script: dict[str, ModuleType], text: str, decimal: str, low: str, high: str
) -> None:
    assert script["reading"].typed(text, decimal) == (Decimal(low), Decimal(high))


def test_what_is_no_number_is_said_to_be_none(script: dict[str, ModuleType]) -> None:
    with pytest.raises(script["reading"].Wrong, match="cannot be read as a number"):
        script["reading"].typed("many", ".")


@pytest.mark.parametrize("text", ["=1+1", "a;=b", "'=x", "O'Brien", "-5", "plain\ttext"])
def test_text_guarded_against_formulas_is_still_known(script: dict[str, ModuleType], text: str) -> None:
    assert script["reading"].same(text, csv_text(text), "word")
    assert not script["reading"].same(f"{text}x", csv_text(text), "word")


def test_quantiles_are_those_of_scipy(script: dict[str, ModuleType]) -> None:
    own = script["quantiles"]
    for df in (1, 3, 13, 60, 437, 11_429):
        for level in (0.8, 0.95, 0.975):
            assert own.t_quantile(level, df) == pytest.approx(stats.t.ppf(level, df), rel=1e-9)
        assert own.t_tail(2.1, df) == pytest.approx(stats.t.sf(2.1, df), rel=1e-9)
    for a, b in ((1, 30), (3.2, 17.5), (429.5, 1800.1), (0.5, 3), (30, 1)):
        for level in (0.025, 0.975):
            assert own.beta_quantile(level, a, b) == pytest.approx(stats.beta.ppf(level, a, b), rel=1e-10)


@pytest.mark.parametrize(("people", "shown"), [(0, 0), (11, 15), (12, 15), (13, 15), (17, 15), (18, 20), (1503, 1505)])
def test_people_are_rounded_to_five_and_never_to_ten(script: dict[str, ModuleType], people: int, shown: int) -> None:
    assert script["released"].to_five(Decimal(people)) == shown


def test_places_are_known_by_their_letters(script: dict[str, ModuleType]) -> None:
    key = script["reading"].place_key
    assert key("St. Louis ") == key("st louis") == "stlouis"
    assert key("São Paulo") == "saopaulo"
    assert key(" – ") == ""


def test_cells_of_a_workbook_are_found(script: dict[str, ModuleType], tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "Jan to Mar"
    sheet["A1"], sheet["B2"], sheet["C3"], sheet["D4"] = "Ärzte & Co", 12.5, True, 7
    path = tmp_path / "book.xlsx"
    book.save(path)
    with ZipFile(io.BytesIO(path.read_bytes())) as archive:
        found = script["originals"].Workbook(archive).sheet("Jan to Mar")
    assert found == {"A1": "Ärzte & Co", "B2": 12.5, "C3": "True", "D4": 7.0}


def test_cells_of_a_csv_are_named_by_the_line_they_begin_on(script: dict[str, ModuleType]) -> None:
    data = '\ufeff# a remark\na;b\n1;"two\nlines"\n;3\n'.encode()
    found = script["originals"].csv_cells(data)
    assert (found["A2"], found["A3"], found["B3"], found["B5"]) == ("a", "1", "two\nlines", "3")


def test_a_bundle_without_figures_is_no_proof(script: dict[str, ModuleType], tmp_path: Path) -> None:
    """Nothing compared is not everything agreed."""
    for name in script["compare"].TABLES:
        (tmp_path / f"{name}.csv").write_text("figure_id,source\n", encoding="utf-8")
    start = Path(exports.explain.__file__).parent / "recompute.py"
    command = [sys.executable, str(start), "--originals", str(tmp_path), "--bundle", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "NO FIGURE in figures.csv" in done.stdout
