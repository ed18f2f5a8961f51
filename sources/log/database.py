"""The two databases a log may lie in: how each is opened, kept append-only, and lets one writer in at a time."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sources.log.event import LogError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine, Table

#: Seconds a writer waits for another one.
BUSY_SECONDS = 30
# Any two constants: writers of one PostgreSQL database share them. Whoever writes holds the first for one event,
# whoever makes new tables the second for a whole run.
_WRITE_KEY, _RUN_KEY = 4_701_113, 4_701_114
_LOCK_NOT_AVAILABLE = "55P03"

_SQLITE_TRIGGERS = tuple(
    f"CREATE TRIGGER IF NOT EXISTS events_no_{action.lower()} BEFORE {action} ON events "
    f"BEGIN SELECT RAISE(ABORT, 'the event log is append-only'); END"
    for action in ("UPDATE", "DELETE")
)
_POSTGRESQL_COMPLETE = (
    "SELECT count(*) FROM pg_trigger WHERE tgrelid = to_regclass('events') AND tgenabled <> 'D' "
    "AND tgname IN ('events_no_change', 'events_no_truncate')"
)
_POSTGRESQL_TRIGGERS = (
    "CREATE OR REPLACE FUNCTION events_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the event log is append-only'; END $$",
    "CREATE OR REPLACE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events "
    "FOR EACH ROW EXECUTE FUNCTION events_append_only()",
    "CREATE OR REPLACE TRIGGER events_no_truncate BEFORE TRUNCATE ON events "
    "FOR EACH STATEMENT EXECUTE FUNCTION events_append_only()",
)


def open_engine(url: str, table: Table) -> Engine:
    """The database under a SQLAlchemy address, with the log's table and what keeps it append-only."""
    from sqlalchemy import create_engine, event, make_url
    from sqlalchemy.pool import NullPool

    address = make_url(url)
    if address.drivername in {"postgresql", "postgres"}:
        # The driver Django and Dagster use too, whichever SQLAlchemy would take by itself.
        address = address.set(drivername="postgresql+psycopg2")
    engine = create_engine(address, poolclass=NullPool)
    if engine.dialect.name == "postgresql":
        # Each statement sees what was committed before it, whatever the server's default: its turn comes first.
        engine = engine.execution_options(isolation_level="READ COMMITTED")
        if _postgresql_is_complete(engine):  # so that a role that may only read and add is enough
            return engine
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        if engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
    if engine.dialect.name == "sqlite":
        _prepare_sqlite(engine)
        if _sqlite_is_complete(engine):  # opening to read never waits for a writer
            return engine
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(postgresql_turn())
        table.metadata.create_all(connection)
        triggers = _SQLITE_TRIGGERS if engine.dialect.name == "sqlite" else _POSTGRESQL_TRIGGERS
        for statement in triggers:
            connection.exec_driver_sql(statement)
    return engine


@contextmanager
def one_run(engine: Engine, seconds: float) -> Iterator[Callable[[], None]]:
    """Hold what only one run may hold among all machines that write to one log on a PostgreSQL server.

    Yields:
        A check that it is still held: the server frees it when the connection drops.

    Raises:
        TimeoutError: another run held it for longer than ``seconds``.
        LogError: the server did not answer, or the check failed.
    """
    from sqlalchemy.exc import OperationalError, SQLAlchemyError

    try:
        # Each statement for itself: an open transaction of an hour would keep the server from tidying up.
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    except SQLAlchemyError as error:
        raise LogError(f"The event log could not be read. ({getattr(error, 'orig', None) or error})") from error

    def check() -> None:
        try:
            connection.exec_driver_sql("SELECT 1")
        except SQLAlchemyError as error:
            raise LogError("The connection that kept other machines from making tables was lost.") from error

    with closing(connection):
        try:
            connection.exec_driver_sql(f"SET lock_timeout = {max(1, int(seconds * 1000))}")
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({_RUN_KEY})")
        except OperationalError as error:
            if getattr(error.orig, "pgcode", None) == _LOCK_NOT_AVAILABLE:
                raise TimeoutError("another run is still writing") from None
            raise LogError(f"The event log could not be read. ({error.orig})") from error
        yield check


def _configure_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by _begin_sqlite, not by the driver
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _prepare_sqlite(engine: Engine) -> None:
    """Switch the file to write-ahead logging, once: the switch itself does not wait for its turn."""
    from sqlalchemy.exc import OperationalError

    for attempt in range(200):
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode = WAL")
        except (sqlite3.OperationalError, OperationalError):
            if attempt == 199:
                raise
            time.sleep(0.05)
        else:
            return
        finally:
            connection.close()


def postgresql_turn() -> str:
    """Wait for this writer's turn, in one statement: a writer that froze loses its own, and a commit is on disk."""
    settings = {
        "lock_timeout": max(1, int(BUSY_SECONDS * 1000)),
        "idle_in_transaction_session_timeout": BUSY_SECONDS * 2000,
        "synchronous_commit": "on",
    }
    first = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())
    return f"SELECT {first}, pg_advisory_xact_lock({_WRITE_KEY})"


def _postgresql_is_complete(engine: Engine) -> bool:
    with engine.connect() as connection:
        return connection.exec_driver_sql(_POSTGRESQL_COMPLETE).scalar() == 2


def _sqlite_is_complete(engine: Engine) -> bool:
    with engine.connect() as connection:
        names: set[str] = set()
        names.update(connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE tbl_name = 'events'").scalars())
        return {"events", "events_no_update", "events_no_delete"} <= names


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
