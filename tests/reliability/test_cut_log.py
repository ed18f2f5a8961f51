"""The log's write-ahead log cut as a power cut leaves it: what opens is a chain without a gap."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
from pathlib import Path

import pytest

from orchestration.raw_assets import check_log
from orchestration.resources import House
from sources.log.events import ChainBroken, EventLog
from sources.settings import Settings

EVENTS, CUTS = 12, 25


def test_a_cut_write_ahead_log_leaves_a_chain_that_holds(tmp_path):
    folder = tmp_path / "whole"
    log = EventLog(f"sqlite:///{folder}/log.db")
    log.append("waived", "lead")  # the file and its tables lie in the database itself, as after any clean end
    with sqlite3.connect(folder / "log.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    # Held open, so that the last connection to close does not move the write-ahead log into the database.
    with sqlite3.connect(folder / "log.db") as holder:
        holder.execute("SELECT count(*) FROM events").fetchone()
        seals = [log.append("waived", "lead", why=f"number {number}").hash for number in range(EVENTS)]
        whole = (folder / "log.db-wal").read_bytes()
        shutil.copytree(folder, tmp_path / "copy")
        holder.rollback()
    lengths = {len(whole) * part // CUTS for part in range(CUTS + 1)}
    counts = set()
    for length in sorted(lengths):
        there = tmp_path / f"cut{length}"
        there.mkdir()
        shutil.copy2(tmp_path / "copy" / "log.db", there / "log.db")
        (there / "log.db-wal").write_bytes(whole[:length])
        cut = EventLog(f"sqlite:///{there}/log.db")
        count = cut.verify()
        counts.add(count)
        assert [event.hash for event in cut.events()][1:] == seals[: count - 1]
        if count <= EVENTS:
            with pytest.raises(ChainBroken):
                cut.verify(seals[-1])
        cut.append("waived", "lead", why="goes on")
        assert cut.verify() == count + 1
    assert {1, EVENTS + 1} <= counts
    assert len(counts) > 4, "the cuts must fall between events"


def _house(folder: Path) -> House:
    house = House(Settings.at(folder))
    for number in range(3):
        house.log.append("waived", "lead", why=f"number {number}")
    return house


def _cut(folder: Path) -> None:
    """Take the last event off, by somebody who may do anything to the file."""
    with sqlite3.connect(folder / "log.db") as connection:
        connection.execute("DROP TRIGGER events_no_delete")
        connection.execute("DELETE FROM events WHERE seq = 3")


def test_a_log_cut_while_a_run_rests_on_it_stops_the_run(tmp_path):
    house = _house(tmp_path)
    assert house.snapshot.seq == 3
    check_log(house)
    _cut(tmp_path)
    with pytest.raises(ChainBroken, match="ends at event 2"):
        check_log(house)


def test_a_log_cut_since_the_last_build_is_told_and_stops_nothing(tmp_path, caplog):
    caplog.set_level(logging.WARNING)
    head = _house(tmp_path).snapshot.head
    build = tmp_path / "published" / "2026-11-02-bbb"
    build.mkdir(parents=True)
    (build / "manifest.json").write_text(
        json.dumps({"build_id": build.name, "as_of": "2026-11-02", "log_head": head, "tables": {}}), encoding="utf-8"
    )
    (build.parent / "current").write_text("2026-11-02-bbb\n", encoding="utf-8")
    check_log(House(Settings.at(tmp_path)))
    assert not caplog.records
    _cut(tmp_path)
    check_log(House(Settings.at(tmp_path)))
    (build / "manifest.json").write_text("{", encoding="utf-8")
    check_log(House(Settings.at(tmp_path)))
    (said,) = [record.getMessage() for record in caplog.records]
    assert said.startswith("The event log lacks what the last published build rests on")
