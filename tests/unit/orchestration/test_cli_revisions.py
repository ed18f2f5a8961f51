"""The commands over versions as people use them, on a real contract with a workbook (synthetic sample)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from orchestration.cli import receipts, returns, revisions, rules
from orchestration.cli.app import app
from sources.contract.load import load_contract
from tests.unit.expectations.test_desk_real import ROW, _workbook

PLACE = ["--partner", "sample_heal", "--program", "heal", "--period", "2026-Q3"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    assert all((receipts, returns, revisions, rules))  # importing them adds the commands
    monkeypatch.setenv("IMPACT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("IMPACT_USER", "ana")
    monkeypatch.setenv("COLUMNS", "140")
    heal = load_contract("heal")
    (tmp_path / "first.xlsx").write_bytes(_workbook(heal, ROW))
    (tmp_path / "second.xlsx").write_bytes(_workbook(heal, {**ROW, "people_reached": 150}))
    return tmp_path


def _impact(*arguments: object, code: int = 0, text: str | None = None) -> Result:
    done = CliRunner().invoke(app, [str(item) for item in arguments], input=text)
    assert done.exit_code == code, f"{done.output}\n{done.exception!r}"
    return done


def test_a_correction_is_shown_before_it_replaces_and_every_version_stays(folder: Path) -> None:
    first, second = folder / "first.xlsx", folder / "second.xlsx"
    assert _impact("revision", first, *PLACE).output == "Nothing would be replaced.\n"
    sid = json.loads(_impact("submit", first, *PLACE, "--json").output)["submission_id"]
    shown = _impact("revision", second, *PLACE).output
    assert shown.splitlines()[:4] == [
        f"This would replace {sid}.",
        "",
        "Interventions: 1 row changed",
        "  HEAL-001, People reached: 120 → 150 (J4)",
    ]
    assert "Effect on 2026-Q3\n  People reached by interventions: 120 → 150 people\n" in shown
    assert shown.strip() in _impact("check", second, *PLACE).output
    _impact("approve", sid, "--as", "lead")
    refused = _impact("submit", second, *PLACE, code=3).output
    assert refused.startswith(f"This would replace {sid}, which is approved.")
    told = ["--reason", "Two sites reported late.", "--reason-code", "late_data"]
    receipt = folder / "receipt.json"
    taken = _impact("submit", second, *PLACE, *told, "--receipt", receipt).output
    assert "Reason       Late data: Two sites reported late." in taken
    assert _impact("verify", receipt, second).output.startswith("Verified: this is the file")
    assert "The log here holds" in _impact("verify", receipt, second).output
    assert _impact("verify", receipt, first, code=1).output.startswith("Not verified:\n")
    versions = json.loads(_impact("versions", *PLACE, "--json").output)
    assert [(item["number"], item["counts"], item["reason_code"]) for item in versions] == [
        (1, False, None),
        (None, False, None),
        (2, True, "late_data"),
    ]
    _impact("original", sid, "-o", folder / "back.xlsx")
    assert (folder / "back.xlsx").read_bytes() == first.read_bytes()
    assert "Two sites reported late." in _impact("versions", *PLACE).output


def test_on_a_terminal_it_is_asked_before_it_replaces(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _impact("submit", folder / "first.xlsx", *PLACE)
    monkeypatch.setattr("orchestration.cli.returns.agreed", lambda question: question != "Replace it?")
    told = _impact("submit", folder / "second.xlsx", *PLACE).output
    assert told.endswith("Nothing was handed in.\n")
    assert len(json.loads(_impact("versions", *PLACE, "--json").output)) == 1
    assert "Accepted: second.xlsx" in _impact("submit", folder / "second.xlsx", *PLACE, "--yes").output


def test_erasing_asks_first_and_says_what_is_gone(folder: Path) -> None:
    sid = json.loads(_impact("submit", folder / "first.xlsx", *PLACE, "--json").output)["submission_id"]
    asked = CliRunner().invoke(app, ["erase", sid, "--why", "on request"])
    assert "It can't be undone" in str(asked.exception)
    assert "Would be erased from" in _impact("erase", sid, "--why", "on request", "--dry-run").output
    told = _impact("erase", sid, "--why", "on request", "--yes").output
    assert told.splitlines()[0] == f"{sid} (sample_heal, heal, 2026-Q3): the whole return erased"
    gone = CliRunner().invoke(app, ["original", sid, "-o", str(folder / "back.xlsx")])
    assert "was erased; its hash stays" in str(gone.exception)
    nobody = _impact("erase", "--person-key", "-", "--why", "on request", "--yes", text="nobody-4711\n")
    assert nobody.output == "No return holds this value.\n"


def test_a_back_test_tells_what_would_fail(folder: Path) -> None:
    _impact("submit", folder / "first.xlsx", *PLACE)
    told = _impact("backtest", "-p", "heal").output
    assert told.splitlines()[1:] == ["No rule is new.", "Nobody would newly fail."]
    contract = folder / "draft.odcs.yaml"
    text = Path("sources/programs/heal/contract.odcs.yaml").read_text(encoding="utf-8")
    before = "- name: people_reached\n"
    assert before in text
    start = text.index("minimum: 0", text.index(before))
    contract.write_text(text[:start] + "minimum: 121" + text[start + len("minimum: 0") :], encoding="utf-8")
    told = _impact("backtest", "-p", "heal", "--contract", contract).output
    assert "New or changed rules: heal.interventions.people_reached.range." in told
    assert "1 return would newly fail:" in told
    assert "“People reached”" in told
    assert told.endswith("They only warn for now. Run it again with --may-block to let them stop returns.\n")
