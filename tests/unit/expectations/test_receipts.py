"""Receipts checked with nothing but themselves and the files, then against the log; every alteration shows."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from expectations.desk import Desk
from expectations.receipts import KeyProblem, public_key, sealed, verify, verify_in_log
from orchestration.cli import receipts as _  # noqa: F401 - adds the commands
from orchestration.cli.app import app
from sources.log.events import EventLog
from sources.reader import InputFile
from sources.settings import Settings
from tests.unit.expectations.desk_fakes import Calls, contract, judge

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
PLACE = {"partner": "sample_a", "program": "demo", "period": "2026-Q3"}
KEY, OTHER_KEY = "11" * 32, "22" * 32
FILES = [InputFile("events.csv", b"e1,1,2.50"), InputFile("notes.csv", b"notes\ne1")]


def _desk(folder: Path, key: str | None = None) -> Desk:
    settings = Settings.from_env({"IMPACT_DATA": str(folder), **({"IMPACT_RECEIPT_KEY": key} if key else {})})
    return Desk(settings, {"demo": contract()}, lambda: NOW, reader=Calls().reader, judge=judge)


def _receipt(desk: Desk, files: list[InputFile] = FILES) -> dict[str, Any]:
    made = desk.submit(files, **PLACE, who="ana").receipt.as_dict()
    return dict(json.loads(json.dumps(made)))  # as it comes back from a file


def test_a_receipt_and_its_files_verify_in_any_order_and_under_any_name(tmp_path: Path) -> None:
    value = _receipt(_desk(tmp_path))
    assert verify(value, FILES) == []
    assert verify(value, [InputFile("other name.csv", file.data) for file in reversed(FILES)]) == []


def test_a_changed_or_missing_file_is_named(tmp_path: Path) -> None:
    value = _receipt(_desk(tmp_path))
    found = verify(value, [FILES[0], InputFile("notes.csv", b"notes\ne2")])
    assert found[0] == "“notes.csv” as it was received is not among the files given."
    assert found[1].startswith("“notes.csv” is not what was received: its SHA-256 is ")
    assert verify(value, FILES[:1]) == ["“notes.csv” as it was received is not among the files given."]


@pytest.mark.parametrize(
    "change",
    [{"period": "2026-Q2"}, {"verdict": "returned"}, {"received_at": "2026-01-01 00:00:00 UTC"}, {"error_count": 3}],
)
def test_an_altered_receipt_shows(tmp_path: Path, change: dict[str, Any]) -> None:
    value = {**_receipt(_desk(tmp_path)), **change}
    assert verify(value, FILES) == ["The receipt was altered: its seal does not fit what it says."]


def test_a_number_of_another_return_shows(tmp_path: Path) -> None:
    value = sealed({**_receipt(_desk(tmp_path)), "number": "S000001-ffff"})
    assert verify(value, FILES) == ["The number S000001-ffff does not belong to these files."]


def test_what_is_no_receipt_is_said_to_be_none() -> None:
    whole = {"number": "S1", "files": [], "verdict": "accepted", "log_head": "0", "seal": "0"}
    assert not verify(whole, FILES)[0].startswith("This is no receipt.")
    for odd in (
        {},
        [],
        whole | {"files": ["heal.xlsx"]},
        whole | {"files": [{"name": "heal.xlsx"}]},
        whole | {"files": [{"name": "a", "sha256": [], "size": 1}]},
        whole | {"tables": [{"name": ["t"], "rows": 1}]},
        whole | {"tables": 3},
    ):
        assert verify(odd, FILES)[0].startswith("This is no receipt."), odd


def test_a_signature_holds_for_its_key_only(tmp_path: Path) -> None:
    secret = tmp_path / "receipt.key"
    secret.write_text(KEY + "\n", encoding="utf-8")
    value = _receipt(_desk(tmp_path / "data", str(secret)))
    assert value["signature"]["public_key"] == public_key(KEY)
    assert KEY not in json.dumps(value)
    assert verify(value, FILES, key=public_key(KEY)) == []
    assert verify(value, FILES, key=public_key(OTHER_KEY)) == [
        "The receipt is signed with another key than the one given."
    ]
    forged = {**sealed({**value, "verdict": "returned"}), "signature": value["signature"]}
    assert verify(forged, FILES) == ["The signature does not fit the receipt."]
    unsigned = sealed({name: item for name, item in value.items() if name != "signature"})
    assert verify(unsigned, FILES, key=public_key(KEY)) == [
        "The receipt is not signed, but a key was given to check its signature."
    ]
    with pytest.raises(KeyProblem, match="64 hexadecimal digits"):
        sealed({}, "not a key")


def test_the_log_bears_a_receipt_out_until_it_is_cut_or_the_receipt_was_made_up(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    value = _receipt(desk)
    assert verify_in_log(value, desk.log) == []
    desk.withdraw(value["number"], "ana", "wrong file")
    assert verify_in_log(value, desk.log) == []
    made_up = sealed({**value, "verdict": "accepted_with_warnings"})
    assert verify(made_up, FILES) == []  # a seal alone can be made by anybody
    assert verify_in_log(made_up, desk.log) == [
        "The log's verdict is “accepted”, the receipt's “accepted_with_warnings”."
    ]
    moved = sealed({**value, "period": "2026-Q2"})
    assert verify_in_log(moved, desk.log) == ["The log names another partner, program or quarter for this submission."]
    cut = tmp_path / "cut.db"
    with sqlite3.connect(desk.settings.log_url.removeprefix("sqlite:///")) as whole, sqlite3.connect(cut) as copy:
        whole.backup(copy)
        copy.execute("drop trigger events_no_delete")
        copy.execute("delete from events where seq > 1")
    assert verify_in_log(value, EventLog(f"sqlite:///{cut}")) == [
        "The log does not bear the receipt out: the log ends at event 1 but a receipt names a later one."
    ]


def test_an_issued_receipt_stays_true_after_a_person_was_erased(tmp_path: Path) -> None:
    desk = _desk(tmp_path)
    before = _receipt(desk)
    desk.erase(before["number"], "officer", "on request")
    after = desk.receipt(before["number"]).as_dict()
    for value in (before, after):
        assert verify(value, FILES) == []
        assert verify_in_log(value, desk.log) == []


def test_the_command_says_what_is_shown_and_ends_with_its_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = _desk(tmp_path / "data")
    (tmp_path / "receipt.json").write_text(json.dumps(_receipt(desk, FILES[:1])), encoding="utf-8")
    (tmp_path / "events.csv").write_bytes(FILES[0].data)
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()
    monkeypatch.setenv("IMPACT_DATA", str(tmp_path / "nowhere"))
    alone = runner.invoke(app, ["verify", "receipt.json", "events.csv"])
    assert (alone.exit_code, alone.output.splitlines()[1]) == (
        0, "Not signed, and not compared with a log: who issued the receipt is not shown.",
    )  # fmt: skip
    assert not (tmp_path / "nowhere").exists()
    monkeypatch.setenv("IMPACT_DATA", str(tmp_path / "data"))
    here = runner.invoke(app, ["verify", "receipt.json", "events.csv"])
    assert (here.exit_code, here.output.splitlines()[1]) == (
        0, "The log here holds the return with the same files and verdict, and its chain is whole.",
    )  # fmt: skip
    (tmp_path / "events.csv").write_bytes(b"e1,1,2.51")
    wrong = runner.invoke(app, ["verify", "receipt.json", "events.csv"])
    assert (wrong.exit_code, wrong.output.splitlines()[0]) == (1, "Not verified:")
