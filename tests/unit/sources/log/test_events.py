"""No event is lost, changed or cut unseen."""

from __future__ import annotations

import json
import multiprocessing
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sources.log.event import GENESIS, submission_number
from sources.log.events import ChainBroken, EventLog, HeadMoved, LogError

Run = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def log(url: str) -> EventLog:
    return EventLog(url)


def test_looking_at_an_empty_log_gives_nothing(log: EventLog) -> None:
    assert log.events() == []
    assert log.head() == (0, GENESIS)
    assert log.verify() == 0


def test_looking_at_a_file_that_is_not_there_creates_nothing(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "log.db"
    log = EventLog(f"sqlite:///{path}")
    assert log.events() == []
    assert log.head() == (0, GENESIS)
    assert log.verify() == 0
    assert not path.parent.exists()


def test_events_come_back_as_they_were_written(log: EventLog) -> None:
    first = log.append("nil", "ana", why="quiet quarter", program="heal", partner="p", period="2026-Q3")
    second = log.append("commented", "bo", payload={"text": "ü \ud800 “x”", "list": [1, None, True]})
    assert log.events() == [first, second]
    assert log.events(after=1) == [second]
    assert log.head() == (2, second.hash)
    assert second.previous == first.hash
    assert first.previous == GENESIS
    assert log.verify() == 2


def test_an_unknown_kind_is_refused(log: EventLog) -> None:
    with pytest.raises(LogError, match="“invented” is not a kind of event"):
        log.append("invented", "ana")
    with pytest.raises(LogError, match="name of who"):
        log.append("nil", " ")
    with pytest.raises(ValueError, match="JSON"):
        log.append("nil", "ana", payload={"x": float("nan")})
    assert log.events() == []


@pytest.mark.parametrize("statement", ["UPDATE events SET who = 'eve' WHERE seq = 1", "DELETE FROM events"])
def test_the_database_refuses_update_and_delete(log: EventLog, execute: Run, statement: str) -> None:
    log.append("nil", "ana")
    with pytest.raises(Exception, match="the event log is append-only"):
        execute(statement)
    assert log.verify() == 1


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE events SET who = 'eve' WHERE seq = 2", 2),
        ("UPDATE events SET payload = '{\"n\":99}' WHERE seq = 3", 3),
        ("UPDATE events SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 1", 1),
        ("DELETE FROM events WHERE seq = 2", 2),
        ("DELETE FROM events WHERE seq = 1", 1),
        ("UPDATE events SET seq = 9 WHERE seq = 5", 5),
    ],
)
def test_tampering_shows(log: EventLog, alter: Run, statement: str, seq: int) -> None:
    for number in range(5):
        log.append("commented", "ana", payload={"n": number})
    alter(statement)
    with pytest.raises(ChainBroken) as broken:
        EventLog(log.url).verify()
    assert broken.value.seq == seq


def test_truncation_shows_against_a_receipt(log: EventLog, alter: Run) -> None:
    for _ in range(3):
        log.append("commented", "ana")
    printed = log.head().hash
    alter("DELETE FROM events WHERE seq = 3")
    fresh = EventLog(log.url)
    assert fresh.verify() == 2
    with pytest.raises(ChainBroken, match="ends at event 2"):
        fresh.verify(head=printed)


def test_a_rewritten_chain_shows_against_a_receipt(log: EventLog, new_url: Callable[[], str]) -> None:
    log.append("commented", "ana")
    printed = log.head().hash
    forged = EventLog(new_url())
    forged.append("commented", "eve")
    forged.append("commented", "eve")
    with pytest.raises(ChainBroken):
        forged.verify(head=printed)


def test_dropped_triggers_come_back(log: EventLog, alter: Run, execute: Run) -> None:
    log.append("nil", "ana")
    alter()
    EventLog(log.url).append("nil", "bo")
    with pytest.raises(Exception, match="the event log is append-only"):
        execute("DELETE FROM events")


def test_a_decision_on_an_old_head_is_not_written(log: EventLog) -> None:
    seen = log.append("nil", "ana").hash
    log.append_if(seen, "commented", "bo")
    with pytest.raises(HeadMoved):
        log.append_if(seen, "commented", "cy")
    assert [event.who for event in log.events()] == ["ana", "bo"]


def test_the_first_event_can_be_conditional_too(log: EventLog) -> None:
    log.append_if(GENESIS, "nil", "ana")
    with pytest.raises(HeadMoved):
        log.append_if(GENESIS, "nil", "bo")


def test_events_up_to_a_moment(url: str) -> None:
    start = datetime(2026, 10, 1, tzinfo=UTC)
    moments = iter([start, start + timedelta(hours=1), start + timedelta(hours=2)])
    log = EventLog(url, clock=lambda: next(moments))
    for _ in range(3):
        log.append("commented", "ana")
    assert [event.seq for event in log.events(until=start + timedelta(hours=1))] == [1, 2]
    assert log.events()[0].at == "2026-10-01T00:00:00.000000Z"


def test_a_locked_file_says_nothing_was_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log.db"
    log = EventLog(f"sqlite:///{path}")
    log.append("nil", "ana")
    monkeypatch.setattr("sources.log.database.BUSY_SECONDS", 0)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        assert len(log.events()) == 1
        with pytest.raises(LogError, match=r"^Not saved; nothing was lost\. Try again\."):
            log.append("nil", "bo")
        other.execute("ROLLBACK")
    assert log.append("nil", "bo").seq == 2


def _write(url: str, who: str, count: int) -> None:
    log = EventLog(url)
    for number in range(count):
        log.append("commented", who, payload={"n": number})


def test_two_processes_write_at_once_and_nothing_is_lost(log: EventLog, dialect: str, execute: Run) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(log.url, who, 40)) for who in ("ana", "bo")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(120)
        assert writer.exitcode == 0
    assert log.verify() == 80
    for who in ("ana", "bo"):
        assert [event.payload["n"] for event in log.events() if event.who == who] == list(range(40))
    if dialect == "sqlite":
        assert execute("PRAGMA journal_mode") == [("wal",)]


def test_the_number_of_a_submission_is_friendly() -> None:
    assert submission_number(123, "7f3ab2") == "S000123-7f3a"


def test_the_stored_payload_is_canonical(log: EventLog, execute: Run) -> None:
    log.append("commented", "ana", payload={"b": 1, "a": "é"})
    ((stored,),) = execute("SELECT payload FROM events")
    assert stored == '{"a":"\\u00e9","b":1}'
    assert json.loads(stored) == {"a": "é", "b": 1}
