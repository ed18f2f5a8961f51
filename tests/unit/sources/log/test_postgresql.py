"""What only a server can do to the log: many writers, rights, dropped connections, a crash, settings of its own."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import Any

import psycopg2
import pytest

from sources.log.database import _WRITE_KEY
from sources.log.events import EventLog, LogError


@pytest.fixture
def url(postgresql_server: Any) -> str:
    return str(postgresql_server.database())


def _written_by(url: str, writers: int, events: int) -> list[BaseException]:
    """Many threads write, each with connections of its own; gives what went wrong."""
    gate, wrong = threading.Barrier(writers), []

    def write(number: int) -> None:
        log = EventLog(url)
        gate.wait()
        try:
            for count in range(events):
                log.append("commented", f"w{number}", payload={"n": count})
        except LogError as error:
            wrong.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_many_writers_at_once_make_one_chain(url: str) -> None:
    assert _written_by(url, 12, 10) == []
    log = EventLog(url)
    assert log.verify() == 120
    for number in range(12):
        assert [event.payload["n"] for event in log.events() if event.who == f"w{number}"] == list(range(10))


def test_settings_of_the_server_change_nothing(url: str, postgresql_server: Any) -> None:
    name = url.rpartition("/")[2]
    postgresql_server.execute(
        f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'",
        f"ALTER DATABASE {name} SET synchronous_commit = 'off'",
        f"ALTER DATABASE {name} SET timezone = 'America/St_Johns'",
    )
    assert _written_by(url, 6, 5) == []
    assert EventLog(url).verify() == 30
    with EventLog(url)._connect(write=True) as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


def test_a_role_that_may_only_read_and_add_is_enough(url: str, postgresql_server: Any) -> None:
    EventLog(url).append("nil", "owner")
    with suppress(psycopg2.errors.DuplicateObject):
        postgresql_server.execute("CREATE ROLE portal LOGIN")
    postgresql_server.execute("GRANT SELECT, INSERT ON events TO portal", url=url)
    as_portal = postgresql_server.url(url.rpartition("/")[2], "portal")
    log = EventLog(as_portal)
    assert log.append("nil", "portal").seq == 2
    assert log.verify() == 2
    for statement in (
        "UPDATE events SET who = 'eve'",
        "DELETE FROM events",
        "TRUNCATE events",
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "DROP TRIGGER events_no_change ON events",
        "DROP TABLE events",
        "SET session_replication_role = 'replica'",
    ):
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            postgresql_server.execute(statement, url=as_portal)


def test_the_owner_cannot_empty_the_log_either(url: str, postgresql_server: Any) -> None:
    EventLog(url).append("nil", "ana")
    with pytest.raises(psycopg2.Error, match="append-only"):
        postgresql_server.execute("TRUNCATE events", url=url)
    assert EventLog(url).verify() == 1


def test_a_disabled_trigger_comes_back(url: str, postgresql_server: Any) -> None:
    EventLog(url).append("nil", "ana")
    postgresql_server.execute("ALTER TABLE events DISABLE TRIGGER ALL", url=url)
    EventLog(url).append("nil", "bo")
    with pytest.raises(psycopg2.Error, match="append-only"):
        postgresql_server.execute("DELETE FROM events", url=url)


def test_text_the_database_cannot_hold_is_told(url: str) -> None:
    with pytest.raises(LogError, match=r"^Not saved; nothing was lost"):
        EventLog(url).append("nil", "ana", why="a\0b")
    assert EventLog(url).append("nil", "ana", payload={"text": "a\0b"}).seq == 1


def test_a_writer_that_never_gets_its_turn_says_so(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    log = EventLog(url)
    log.append("nil", "ana")
    with psycopg2.connect(url) as other, other.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({_WRITE_KEY})")
        monkeypatch.setattr("sources.log.database.BUSY_SECONDS", 0.05)
        assert len(log.events()) == 1, "reading waits for nobody"
        with pytest.raises(LogError, match=r"^Not saved; nothing was lost\. Try again\."):
            log.append("nil", "bo")
    other.close()
    monkeypatch.undo()
    assert log.append("nil", "bo").seq == 2


def test_a_connection_dropped_in_the_middle_is_told_and_leaves_nothing(url: str, postgresql_server: Any) -> None:
    log = EventLog(url)
    log.append("nil", "ana")
    name, told = url.rpartition("/")[2], []

    def write() -> None:
        try:
            log.append("nil", "bo")
        except LogError as error:
            told.append(str(error))

    with psycopg2.connect(url) as other, other.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock({_WRITE_KEY})")
        writer = threading.Thread(target=write)
        writer.start()
        waiting = f"FROM pg_stat_activity WHERE datname = '{name}' AND wait_event = 'advisory'"
        while not postgresql_server.execute(f"SELECT pid {waiting}"):
            time.sleep(0.02)
        postgresql_server.execute(f"SELECT pg_terminate_backend(pid) {waiting}")
        writer.join()
    other.close()
    assert told
    assert told[0].startswith("Not saved; nothing was lost. Try again.")
    assert log.append("nil", "bo").seq == 2


def test_a_crash_of_the_server_loses_no_event_that_was_acknowledged(url: str, postgresql_server: Any) -> None:
    EventLog(url).append("nil", "ana")
    acknowledged: list[str] = []
    stop = threading.Event()

    def write(number: int) -> None:
        log = EventLog(url)
        while not stop.is_set():
            with suppress(LogError):
                acknowledged.append(log.append("commented", f"w{number}").hash)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        enough = len(acknowledged) + 20
        while len(acknowledged) < enough:
            time.sleep(0.01)
        postgresql_server.stop("immediate")
        postgresql_server.start()
    enough = len(acknowledged) + 10
    while len(acknowledged) < enough:
        time.sleep(0.01)
    stop.set()
    for thread in threads:
        thread.join()
    log = EventLog(url)
    log.verify()
    assert {event.hash for event in log.events()} >= set(acknowledged)
