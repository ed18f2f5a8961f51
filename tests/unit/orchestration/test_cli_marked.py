"""``impact check`` and ``submit`` write the marked workbook beside the verdict (synthetic sample)."""

from __future__ import annotations

import io
import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from orchestration.cli import returns
from orchestration.cli.app import app
from sources.contract.load import load_contract
from tests.unit.expectations.test_desk_real import ROW, _workbook

PLACE = ["--partner", "sample_heal", "--program", "heal", "--period", "2026-Q3"]


@pytest.fixture(name="path")
def _path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert returns  # importing it adds the commands
    monkeypatch.setenv("IMPACT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("IMPACT_USER", "ana")
    monkeypatch.setenv("COLUMNS", "300")
    path = tmp_path / "q3.xlsx"
    path.write_bytes(_workbook(load_contract("heal"), {**ROW, "grant_currency": None}))
    return path


def _impact(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(item) for item in arguments])


def _linked(data: bytes) -> list[str]:
    page = openpyxl.load_workbook(io.BytesIO(data))["Fix list"]
    return [cell.hyperlink.location for row in page.iter_rows() for cell in row if cell.hyperlink is not None]


@pytest.mark.parametrize("command", ["check", "submit"])
def test_the_marked_workbook_lies_beside_the_verdict(command: str, path: Path) -> None:
    out = path.with_name("marked.xlsx")
    done = _impact(command, path, *PLACE, "--marked", out)
    assert done.exit_code == 1, done.output
    assert "I4: a grant needs its currency. Type three letters, for example USD." in done.output
    assert done.output.splitlines()[-1] == f"Written: {out}"
    assert "'Interventions'!I4" in _linked(out.read_bytes())


def test_a_folder_takes_it_under_its_own_name_and_json_stays_json(path: Path) -> None:
    found = json.loads(_impact("check", path, *PLACE, "--marked", path.parent, "--json").stdout)
    out = path.with_name("q3 (marked).xlsx")
    assert found["marked"] == f"Written: {out}"
    assert out.is_file()


def test_the_same_bytes_again_are_marked_too(path: Path) -> None:
    path.write_bytes(_workbook(load_contract("heal"), ROW))
    _impact("submit", path, *PLACE)
    out = path.with_name("again.xlsx")
    said = _impact("submit", path, *PLACE, "--marked", out).output
    assert "Nothing was changed." in said
    assert out.is_file()


def test_without_it_nothing_is_written(path: Path) -> None:
    _impact("check", path, *PLACE)
    assert [item.name for item in path.parent.iterdir() if item.suffix == ".xlsx"] == ["q3.xlsx"]
