"""After an erasure the next run removes what was made from the erased rows, once it has made it anew."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from expectations.desk import Desk
from orchestration.forgetting import MARK, forget_after_publishing, forget_before_building
from sources.load import load_period
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
    load_period(desk.settings, contract(), "events", ["2026-Q2", "2026-Q3"], desk.state(), reader=Calls().reader)
    raw = tmp_path / "raw" / "demo" / "events"
    copy = (raw / "period=2026-Q3" / f"{sid}.parquet").read_bytes()
    desk.erase(sid, "officer", "on request")
    (raw / "period=2026-Q3" / f"{sid}.parquet").write_bytes(copy)  # a run under way wrote it once more
    (tmp_path / "warehouse.duckdb").write_bytes(b"blocks")
    for folder in ("published", "exports"):
        _made(tmp_path / folder, "2026-11-01-aaa")
        _made(tmp_path / folder, "2026-11-02-bbb")
        (tmp_path / folder / ".tmp-crash").mkdir()

    assert forget_before_building(desk.settings, desk.state(), desk.contracts)
    assert not (tmp_path / "warehouse.duckdb").exists()
    assert [path.stem for path in sorted(raw.rglob("S*.parquet"))] == [stays]
    assert forget_after_publishing(desk.settings, desk.state()) == 4
    for folder in ("published", "exports"):
        assert {path.name for path in (tmp_path / folder).iterdir()} == {"current", "2026-11-02-bbb"}
    assert (tmp_path / MARK).read_text(encoding="utf-8") == f"{desk.state().erased_seq}\n"
    assert not forget_before_building(desk.settings, desk.state(), desk.contracts)
