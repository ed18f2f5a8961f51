"""The log's write-ahead log cut as a power cut leaves it: what opens is a chain without a gap."""

from __future__ import annotations

import shutil
import sqlite3

import pytest

from sources.log.events import ChainBroken, EventLog

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
