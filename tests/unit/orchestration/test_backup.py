"""A backup brought back is the same state; one that is not whole is refused."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from expectations.desk import Desk
from orchestration.health.backup import BackupProblem, restore_backup, write_backup
from orchestration.progress import Progress
from sources.log.event import LogError
from sources.log.events import EventLog
from sources.log.state import fold
from sources.reader import InputFile
from sources.settings import Settings
from tests.unit.expectations.desk_fakes import Calls, contract, judge

PLACE = {"partner": "sample_a", "program": "demo", "period": "2026-Q3"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    clock = datetime(2026, 11, 22, tzinfo=UTC)
    settings = Settings.at(tmp_path / "data")
    made = Desk(settings, {"demo": contract()}, lambda: clock, reader=Calls().reader, judge=judge)
    made.submit([InputFile("r.csv", b"e1,1")], **PLACE, who="ana", reason="Größe, “quoted”")
    made.submit([InputFile("r.csv", b"e1,2")], **PLACE, who="ana", reason="a correction")
    return made


def events_of(settings: Settings):
    return EventLog(settings.log_url).events()


def test_what_comes_back_is_the_same_state(desk, tmp_path):
    made = write_backup(desk.settings, str(tmp_path / "copy"), Progress())
    there = Settings.at(tmp_path / "there")
    back = restore_backup(there, str(tmp_path / "copy"), Progress())
    assert events_of(there) == events_of(desk.settings)
    assert fold(events_of(there)) == fold(events_of(desk.settings))
    assert made.events == back.events == 4
    for path in (tmp_path / "data" / "landing").rglob("*"):
        if path.is_file():
            assert (tmp_path / "there" / path.relative_to(tmp_path / "data")).read_bytes() == path.read_bytes()
    with sqlite3.connect(tmp_path / "there" / "log.db") as log, pytest.raises(sqlite3.IntegrityError):
        log.execute("UPDATE events SET who = 'mallory'")


def test_a_second_backup_copies_what_is_new_and_no_more(desk, tmp_path):
    write_backup(desk.settings, str(tmp_path / "copy"), Progress())
    assert write_backup(desk.settings, str(tmp_path / "copy"), Progress()).copied == 0
    desk.submit([InputFile("r.csv", b"e1,3")], **{**PLACE, "period": "2026-Q2"}, who="ana")
    assert write_backup(desk.settings, str(tmp_path / "copy"), Progress()).copied == 2  # the original, and the log


def test_accounts_of_the_portal_go_along(desk, tmp_path):
    with sqlite3.connect(tmp_path / "data" / "portal.db") as portal:
        portal.execute("create table people (name text)")
        portal.execute("insert into people values ('ana')")
    write_backup(desk.settings, str(tmp_path / "copy"), Progress())
    restore_backup(Settings.at(tmp_path / "there"), str(tmp_path / "copy"), Progress())
    with sqlite3.connect(tmp_path / "there" / "portal.db") as portal:
        assert portal.execute("select name from people").fetchall() == [("ana",)]


def test_nothing_is_restored_over_a_log(desk, tmp_path):
    write_backup(desk.settings, str(tmp_path / "copy"), Progress())
    with pytest.raises(BackupProblem, match="4 events here already"):
        restore_backup(desk.settings, str(tmp_path / "copy"), Progress())
    with pytest.raises(LogError, match="not empty"):
        EventLog(desk.settings.log_url).restore(events_of(desk.settings))


def test_a_lost_original_is_brought_back_and_the_log_stays(desk, tmp_path):
    write_backup(desk.settings, str(tmp_path / "copy"), Progress())
    lost, altered = (path for path in (tmp_path / "data" / "landing" / "originals").iterdir())
    kept = {path: path.read_bytes() for path in (lost, altered)}
    lost.unlink()
    altered.write_bytes(b"something else")
    assert restore_backup(desk.settings, str(tmp_path / "copy"), Progress(), only_missing=True).copied == 2
    assert {path: path.read_bytes() for path in kept} == kept
    assert len(events_of(desk.settings)) == 4


@pytest.mark.parametrize("harm", ["gone", "changed", "unfinished", "log changed"])
def test_a_backup_that_is_not_whole_is_refused(desk, tmp_path, harm):
    copy = tmp_path / "copy"
    write_backup(desk.settings, str(copy), Progress())
    some = next((copy / "landing" / "originals").iterdir())
    if harm == "gone":
        some.unlink()
    elif harm == "changed":
        some.write_bytes(b"e1,9")
    elif harm == "unfinished":
        (copy / "backup.json").unlink()
    else:
        (copy / "log.jsonl").write_bytes((copy / "log.jsonl").read_bytes().replace(b'"ana"', b'"eve"'))
    with pytest.raises(BackupProblem, match=r"is gone|was changed|no finished backup"):
        restore_backup(Settings.at(tmp_path / "there"), str(copy), Progress())


def test_a_log_that_is_no_chain_leaves_nothing_behind_though_the_list_names_its_hash(desk, tmp_path):
    copy, there = tmp_path / "copy", Settings.at(tmp_path / "there")
    write_backup(desk.settings, str(copy), Progress())
    log = (copy / "log.jsonl").read_bytes()
    listed = json.loads((copy / "backup.json").read_text())
    for altered, said in (
        (log.replace(b'"ana"', b'"eve"', 1), "event 1 was changed after it was written"),
        (log[: log.rindex(b'{"at"')], "the log ends at event"),
        (log[:-9], "is no unbroken log"),
        (b'{"seq": 1}\n', "is no unbroken log"),
    ):
        (copy / "log.jsonl").write_bytes(altered)
        listed["files"]["log.jsonl"] = hashlib.sha256(altered).hexdigest()
        (copy / "backup.json").write_text(json.dumps(listed))
        with pytest.raises(BackupProblem, match=said):
            restore_backup(there, str(copy), Progress())
        assert events_of(there) == []
        assert not list((tmp_path / "there").rglob("originals/*"))


@pytest.mark.parametrize(
    "text",
    [
        '{"files": ',
        "[]",
        "null",
        '{"files": {}, "log_head": ""}',
        '{"files": {"log.jsonl": "", "../x": ""}, "log_head": ""}',
    ],
)
def test_a_damaged_list_is_told(text, desk, tmp_path):
    write_backup(desk.settings, str(tmp_path / "copy"), Progress())
    (tmp_path / "copy" / "backup.json").write_text(text)
    with pytest.raises(BackupProblem, match=r"backup\.json is damaged"):
        restore_backup(Settings.at(tmp_path / "there"), str(tmp_path / "copy"), Progress())


def test_another_installations_backup_is_not_overwritten(desk, tmp_path):
    write_backup(desk.settings, str(tmp_path / "copy"), Progress())
    content = json.loads((tmp_path / "copy" / "backup.json").read_text())
    clock = datetime(2026, 11, 23, tzinfo=UTC)
    other = Desk(
        Settings.at(tmp_path / "other"), {"demo": contract()}, lambda: clock, reader=Calls().reader, judge=judge
    )
    other.submit([InputFile("r.csv", b"e1,7")], **PLACE, who="ben")
    with pytest.raises(BackupProblem, match="not a part of this one"):
        write_backup(other.settings, str(tmp_path / "copy"), Progress())
    assert json.loads((tmp_path / "copy" / "backup.json").read_text()) == content


def test_an_altered_original_stops_a_backup(desk, tmp_path):
    next((tmp_path / "data" / "landing" / "originals").iterdir()).write_bytes(b"e1,9")
    with pytest.raises(BackupProblem, match="impact doctor"):
        write_backup(desk.settings, str(tmp_path / "copy"), Progress())
