"""What the doctor says of an installation in which one thing is wrong, and of a healthy one."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from expectations.desk import Desk
from orchestration.health import doctor
from orchestration.health.doctor import NOTE, PROBLEM, Finding, examine
from orchestration.progress import Progress
from sources.load import load_quarters, original_key
from sources.reader import InputFile
from sources.settings import Settings
from tests.unit.expectations.desk_fakes import Calls, contract, judge

PLACE = {"partner": "sample_a", "program": "demo", "period": "2026-Q3"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two returns that count, loaded."""
    clock = datetime(2026, 11, 22, tzinfo=UTC)
    made = Desk(Settings.at(tmp_path), {"demo": contract()}, lambda: clock, reader=Calls().reader, judge=judge)
    made.submit([InputFile("r.csv", b"e1,1")], **PLACE, who="ana")
    made.submit([InputFile("q.csv", b"e1,2")], **{**PLACE, "period": "2026-Q2"}, who="ana")
    load_quarters(made.settings, contract(), "events", ["2026-Q2", "2026-Q3"], made.state(), reader=Calls().reader)
    return made


def found(desk: Desk, area: str) -> list[Finding]:
    return [item for item in examine(desk.settings, desk.contracts, Progress()) if item.area == area]


def problem(desk: Desk, area: str) -> Finding:
    (finding,) = [item for item in found(desk, area) if item.level == PROBLEM]
    assert finding.todo, "whatever is wrong, something can be done"
    return finding


def original(desk: Desk) -> Path:
    (first, _) = desk.state().submissions.values()
    return Path(desk.settings.landing) / original_key(first.files[0].sha256)


def test_a_healthy_installation_has_no_problem_and_nothing_is_written(desk, tmp_path):
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    findings = examine(desk.settings, desk.contracts, Progress())
    assert not [item for item in findings if item.level == PROBLEM]
    assert {"event log", "landing zone", "accepted rows"} <= {item.area for item in findings}
    assert "2 files" in found(desk, "landing zone")[0].sentence
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert {path for path in after if not path.name.endswith(("-wal", "-shm"))} == set(before) - {
        path for path in before if path.name.endswith(("-wal", "-shm"))
    }


def test_an_empty_folder_is_no_problem(tmp_path):
    findings = examine(Settings.at(tmp_path / "new"), {}, Progress())
    assert not [item for item in findings if item.level == PROBLEM]
    assert not (tmp_path / "new").exists()


def test_a_missing_original_is_named(desk):
    original(desk).unlink()
    assert "Missing: “r.csv”" in problem(desk, "landing zone").sentence


def test_an_altered_original_is_named(desk):
    original(desk).write_bytes(b"e1,9")
    assert "Not the bytes that were received: “r.csv”" in problem(desk, "landing zone").sentence


def test_an_orphan_is_worth_a_note(desk):
    original(desk).with_name("0" * 64).write_bytes(b"half an upload")
    (note,) = [item for item in found(desk, "landing zone") if item.level == NOTE]
    assert note.sentence.startswith("1 file no event names")


def test_an_original_that_was_to_be_erased_is_a_problem(desk):
    path = original(desk)
    data = path.read_bytes()
    desk.erase(next(iter(desk.state().submissions)), "officer", "on request")
    assert not path.exists()
    path.write_bytes(data)
    assert "should have been erased" in problem(desk, "landing zone").sentence


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE events SET who = 'mallory' WHERE seq = 2", "event 2 was changed"),
        ("DELETE FROM events WHERE seq = 2", "event 2 is missing"),
    ],
)
def test_a_broken_chain_is_shown(desk, tmp_path, change, sentence):
    with sqlite3.connect(tmp_path / "log.db") as connection:
        for name in ("events_no_update", "events_no_delete"):
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(change)
    assert sentence in problem(desk, "event log").sentence


def test_a_log_cut_at_its_end_is_shown_by_what_was_released(desk, tmp_path):
    head = desk.state().head
    (tmp_path / "releases").mkdir()
    (tmp_path / "releases" / "2026-Q3.r1.json").write_text(f'{{"log_head": "{head}"}}')
    assert not [item for item in found(desk, "event log") if item.level == PROBLEM]
    with sqlite3.connect(tmp_path / "log.db") as connection:
        connection.execute("DROP TRIGGER events_no_delete")
        connection.execute("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)")
    assert "Release 2026-Q3.r1 rests on a log head that is not in this log" in problem(desk, "event log").sentence


def test_rows_that_are_not_loaded_are_a_note_only(desk, tmp_path):
    next((tmp_path / "raw").rglob("S*.parquet")).unlink()
    (note,) = [item for item in found(desk, "accepted rows") if item.level == NOTE]
    assert "Not loaded yet: events of S" in note.sentence


def test_a_damaged_warehouse_can_be_made_again(desk):
    desk.settings.warehouse.write_bytes(b"not a database" * 1000)
    assert "impact run" in (problem(desk, "warehouse").todo or "")


def test_an_altered_build_is_named(desk, tmp_path):
    import duckdb

    from exports.published import write_published

    with duckdb.connect() as connection:
        connection.execute("create schema published")
        connection.execute("create table published.pub_meta__build as select 1 as one")
        meta = {"as_of": "2026-11-15", "log_head": desk.state().head}
        build = write_published(connection, [("pub_meta__build", "release", ("one",))], desk.settings.published, meta)
    assert not [item for item in found(desk, "published") if item.level == PROBLEM]
    next((tmp_path / "published" / build).rglob("*.parquet")).write_bytes(b"PAR1 of somebody else")
    assert f"Build {build} is not what was published" in problem(desk, "published").sentence


def test_other_versions_than_the_locked_ones_are_named(desk, monkeypatch):
    pins = doctor._pinned("numpy==0.0.1 \\\n    --hash=sha256:0\nno-such-package==1 ; python_version > '3'\n")
    monkeypatch.setattr(doctor, "_pinned", lambda _lock: pins)
    assert "instead of 0.0.1" in problem(desk, "installation").sentence


def test_markers_of_the_lock_are_respected():
    pins = doctor._pinned("numpy==1 ; python_version < '3'\nnumpy==2 ; python_version >= '3'\n")
    assert pins == {"numpy": "2"}


def test_little_room_is_a_problem(desk, monkeypatch):
    monkeypatch.setattr(doctor, "ROOM", 1 << 62)
    assert problem(desk, "room").sentence.startswith("Only ")
