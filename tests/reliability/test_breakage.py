"""What breaks on a machine: a full disk, a folder that became read-only, cut files, a clock that jumps."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from expectations.desk import Desk, DeskError
from exports.published import Published, write_published
from orchestration.job import discard_damaged, discard_spilled
from sources.load import load_quarters
from sources.log.event import LogError
from sources.reader import InputFile
from sources.settings import Settings
from tests.loading import files_that_count
from tests.unit.expectations.desk_fakes import Calls, contract, judge

PLACE = {"partner": "sample_a", "program": "demo", "period": "2026-Q3"}
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def desk_in(folder, clock=lambda: NOW) -> Desk:
    return Desk(Settings.at(folder), {"demo": contract()}, clock, reader=Calls().reader, judge=judge)


def hand_in(desk: Desk, data: bytes, **place):
    return desk.submit([InputFile("r.csv", data)], **{**PLACE, **place}, who="ana", reason="new figures")


@contextmanager
def small_disk(folder, size: str):
    """A disk of its own. Skips where none can be mounted."""
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False).returncode:
        pytest.skip("no right to mount a disk here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_is_told_and_what_was_acknowledged_stays(tmp_path):
    with small_disk(tmp_path / "disk", "2m") as disk:
        desk = desk_in(disk)
        first = hand_in(desk, b"e1,1")
        filling = disk / "filling"
        with pytest.raises(OSError, match="No space"):
            filling.write_bytes(b"0" * (4 << 20))
        with pytest.raises((DeskError, LogError)) as told:
            hand_in(desk, b"e1,2\n" * 20_000)
        assert "Traceback" not in str(told.value)
        filling.unlink()
        assert [item.id for item in desk.state().current(*PLACE.values())] == [first.submission_id]
        again = hand_in(desk, b"e1,2\n" * 2_000)
        desk.log.verify()
        assert again.verdict.state == "accepted"
        assert not list(disk.rglob(".tmp-*"))


def test_a_read_only_disk_is_told_and_nothing_is_half_there(tmp_path):
    with small_disk(tmp_path / "disk", "8m") as disk:
        desk = desk_in(disk)
        first = hand_in(desk, b"e1,1")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        with pytest.raises((DeskError, LogError)):
            hand_in(desk, b"e1,2")
        subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
        assert list(desk.state().submissions) == [first.submission_id]
        assert hand_in(desk, b"e1,2").verdict.state == "accepted"


def test_a_clock_that_jumps_back_changes_no_order(tmp_path):
    now = [NOW]
    desk = desk_in(tmp_path, lambda: now[0])
    hand_in(desk, b"e1,1")
    now[0] -= timedelta(hours=30)
    later = hand_in(desk, b"e1,2")
    events = desk.log.events()
    assert events[-1].at < events[0].at, "the clock did jump"
    desk.log.verify()
    assert [item.id for item in desk.state().current(*PLACE.values())] == [later.submission_id]


def test_a_cut_file_of_accepted_rows_is_written_again(tmp_path):
    desk = desk_in(tmp_path)
    hand_in(desk, b"e1,1")
    loaded = load_quarters(desk.settings, contract(), "events", ["2026-Q3"], desk.state(), reader=Calls().reader)
    (path,) = files_that_count(desk.settings, loaded)
    whole = path.read_bytes()
    for cut in (0, 1, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:cut])
        load_quarters(desk.settings, contract(), "events", ["2026-Q3"], desk.state(), reader=Calls().reader)
        assert path.read_bytes() == whole


def test_a_damaged_build_is_written_again_by_the_next_run(tmp_path):
    def publish() -> str:
        with duckdb.connect() as connection:
            connection.execute("create schema published; create table published.pub_one as select 1 as one")
            models = [("pub_one", "release", ("one",))]
            return write_published(connection, models, tmp_path / "published", {"as_of": "2026-11-22"})

    build = publish()
    folder = tmp_path / "published" / build
    whole = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for path, data in whole.items():
        path.write_bytes(data[: len(data) // 2])
        assert publish() == build
        assert path.read_bytes() == data
        path.unlink()
        publish()
        assert path.read_bytes() == data
    assert Published.open(tmp_path / "published").frame("pub_one")["one"].tolist() == [1]


@pytest.mark.parametrize("harm", ["garbage", "cut"])
def test_a_damaged_warehouse_file_is_removed_and_a_whole_one_stays(tmp_path, harm):
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create table one as select range as n from range(200000)")
    assert not discard_damaged(file)
    if harm == "garbage":
        file.write_bytes(b"not a database" * 10_000)
    else:
        file.write_bytes(file.read_bytes()[:5000])
    file.with_name("warehouse.duckdb.wal").write_bytes(b"half a record")
    assert discard_damaged(file)
    assert not file.exists()
    assert not file.with_name("warehouse.duckdb.wal").exists()


def test_a_warehouse_that_another_process_writes_is_left_alone(tmp_path):
    import sys

    file = tmp_path / "warehouse.duckdb"
    code = f"import duckdb, sys; c = duckdb.connect({str(file)!r}); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"held"
        assert not discard_damaged(file)
        assert file.exists()
        holder.communicate(b"")


def test_what_a_killed_run_had_put_aside_for_lack_of_memory_is_removed(tmp_path):
    import sys
    import time

    file = tmp_path / "warehouse.duckdb"
    aside = tmp_path / "warehouse.duckdb.tmp"
    code = (
        f"import duckdb; c = duckdb.connect({str(file)!r}); c.execute(\"set memory_limit = '80MB'; set enable_progress_bar = false\")\n"
        "c.execute('create table one as select sha256(range::varchar) as s from range(1000000)')\n"
        "print('writing', flush=True)\n"
        "while True: c.execute('create or replace table two as select * from one order by s')"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == b"writing"
        until = time.monotonic() + 60
        while not any(aside.glob("*")) and time.monotonic() < until:
            time.sleep(0.02)
        writer.kill()
    assert any(aside.iterdir())
    discard_spilled(file)
    discard_spilled(file)
    assert not aside.exists()
    with duckdb.connect(str(file)) as connection:
        assert connection.execute("select count(*) from one").fetchone() == (1_000_000,)
