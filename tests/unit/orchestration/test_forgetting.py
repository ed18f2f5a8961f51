"""After an erasure the next run removes what was made from the erased rows, once it has made it anew."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from expectations.desk import Desk
from orchestration import documents, resources
from orchestration.cli import app as commands
from orchestration.cli import revisions, running
from orchestration.forgetting import MARK, forget_after_publishing, forget_before_building
from sources.load import load_quarters
from sources.reader import InputFile
from sources.settings import Settings
from tests.unit.expectations.desk_fakes import Calls, contract, judge

PLACE = {"partner": "sample_a", "program": "demo", "period": "2026-Q3"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    clock = datetime(2026, 11, 22, tzinfo=UTC)
    return Desk(Settings.at(tmp_path), {"demo": contract()}, lambda: clock, reader=Calls().reader, judge=judge)


def _made(folder: Path, name: str) -> None:
    (folder / name / "restricted").mkdir(parents=True)
    (folder / name / "restricted" / "table.parquet").write_bytes(b"old rows")
    (folder / "current").write_text(f"{name}\n", encoding="utf-8")


def test_nothing_goes_without_an_erasure(desk: Desk, tmp_path: Path) -> None:
    desk.submit([InputFile("r.csv", b"e1,1")], **PLACE, who="ana")
    (tmp_path / "warehouse.duckdb").write_bytes(b"blocks")
    assert not forget_before_building(desk.settings, desk.state(), desk.contracts)
    assert forget_after_publishing(desk.settings, desk.state()) == 0
    assert (tmp_path / "warehouse.duckdb").exists()


def test_builds_warehouse_and_rows_go_once(desk: Desk, tmp_path: Path) -> None:
    sid = desk.submit([InputFile("r.csv", b"e1,1")], **PLACE, who="ana").submission_id
    stays = desk.submit([InputFile("q.csv", b"e1,2")], **{**PLACE, "period": "2026-Q2"}, who="ana").submission_id
    load_quarters(desk.settings, contract(), "events", ["2026-Q2", "2026-Q3"], desk.state(), reader=Calls().reader)
    raw = tmp_path / "raw" / "demo" / "events"
    copy = (raw / "period=2026-Q3" / f"{sid}.parquet").read_bytes()
    desk.erase(sid, "officer", "on request")
    (raw / "period=2026-Q3" / f"{sid}.parquet").write_bytes(copy)  # a run under way wrote it once more
    (tmp_path / "warehouse.duckdb").write_bytes(b"blocks")
    remembered = tmp_path / "quality" / "raw_checks" / "demo.events.json"
    remembered.parent.mkdir(parents=True)
    remembered.write_text("{}", encoding="utf-8")
    for folder in ("published", "exports"):
        _made(tmp_path / folder, "2026-11-01-aaa")
        _made(tmp_path / folder, "2026-11-02-bbb")
        (tmp_path / folder / ".tmp-crash").mkdir()

    assert forget_before_building(desk.settings, desk.state(), desk.contracts)
    assert not (tmp_path / "warehouse.duckdb").exists()
    assert not remembered.exists()
    assert [path.stem for path in sorted(raw.rglob("S*.parquet"))] == [stays]
    assert forget_after_publishing(desk.settings, desk.state()) == 4
    for folder in ("published", "exports"):
        assert {path.name for path in (tmp_path / folder).iterdir()} == {"current", "2026-11-02-bbb"}
    assert (tmp_path / MARK).read_text(encoding="utf-8") == f"{desk.state().erased_seq}\n"
    assert not forget_before_building(desk.settings, desk.state(), desk.contracts)


class Lock:
    """Stands in for the writers' lock, and says what was done while it was held."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.held, self.done = False, list[tuple[str, bool]]()
        monkeypatch.setattr(resources, "writer_lock", self._hold)

    @contextmanager
    def _hold(self, _settings: Settings, timeout: float = 3600) -> Iterator[None]:
        self.held = True
        yield
        self.held = False

    def note(self, what: str, given: object = None) -> object:
        self.done.append((what, self.held))
        return given


def test_an_erasure_waits_for_a_run_under_way(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    sid = desk.submit([InputFile("r.csv", b"e1,1")], **PLACE, who="ana").submission_id
    assert revisions
    monkeypatch.setattr(revisions, "desk", lambda: desk)
    lock = Lock(monkeypatch)
    write = desk._write
    monkeypatch.setattr(desk, "_write", lambda *args: (lock.note("erased"), write(*args))[1])
    done = CliRunner().invoke(commands.app, ["erase", sid, "--why", "on request", "--yes"])
    assert done.exit_code == 0, done.output
    assert lock.done == [("erased", True)]
    assert desk.state().submissions[sid].is_erased


def test_exports_and_pages_of_verdicts_are_written_while_nobody_erases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPACT_DATA", str(tmp_path))
    assert running
    lock = Lock(monkeypatch)
    build = SimpleNamespace(build_id="2026-11-02-bbb")
    monkeypatch.setattr("exports.published.Published.open", lambda *_: lock.note("opened", build))
    monkeypatch.setattr("exports.restatement.since_last_release", lambda *_: None)
    monkeypatch.setattr("exports.build.write_exports", lambda *_: lock.note("written", []))
    done = CliRunner().invoke(commands.app, ["export"])
    assert done.exit_code == 0, done.output
    monkeypatch.setattr("expectations.datadocs.write_data_docs", lambda *_: lock.note("pages", tmp_path))
    documents.write_data_docs(resources.House(Settings.at(tmp_path)))
    assert lock.done == [("opened", True), ("written", True), ("pages", True)]
