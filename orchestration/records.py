"""Dagster's record of events in SQLite, with connections that stay open.

Dagster's own storage makes an engine, opens a connection, compiles its statements and waits for the disk, once or more
for each of about 2,000 events of a run: an eighth of the run's seconds. What is kept here says how runs went; numbers
rest on the project's own log. So the last records may be lost with the machine's power, though the file is never
damaged: SQLite's write-ahead log is synced at checkpoints.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, Self

from dagster import StringSource
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    SQLITE_BUSY_TIMEOUT_SECONDS,
    SqliteEventLogStorage,
)
from sqlalchemy import Connection, Engine, create_engine, event

#: Files kept open; one more for each run that is looked at.
_OPEN = 8


class _Kept(NamedTuple):
    """An engine, and the file its connections are open on."""

    engine: Engine
    file: tuple[int, int] | None


class RunRecords(SqliteEventLogStorage):
    """Events of runs under ``<DAGSTER_HOME>/history/runs``, where Dagster keeps them by default."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self._engines: OrderedDict[str, _Kept] = OrderedDict()
        super().__init__(*arguments, **named)

    @classmethod
    def config_type(cls) -> Any:
        """``home`` is Dagster's home."""
        return {"home": StringSource}

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Mapping[str, Any]) -> Self:
        """The storage of a home."""
        return cls(base_dir=str(Path(config_value["home"]) / "history" / "runs"), inst_data=inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        """The engine of one file, made once and again where another file lies there now; called with the lock held."""
        path = Path(self.path_for_shard(shard))
        kept = self._engines.get(shard)
        if kept is not None and kept.file != _file(path):
            # The folder was removed meanwhile: a kept connection would write into a file that nobody finds.
            self._engines.pop(shard).engine.dispose()
            kept = None
        if kept is None:
            if _file(path) is None:
                self._initialized_dbs.discard(shard)
                path.parent.mkdir(parents=True, exist_ok=True)
            address = self.conn_string_for_shard(shard)
            engine = create_engine(address, connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS})
            event.listen(engine, "connect", _sync_at_checkpoints)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            kept = self._engines[shard] = _Kept(engine, _file(path))
            while len(self._engines) > _OPEN:
                self._engines.popitem(last=False)[1].engine.dispose()
        self._engines.move_to_end(shard)
        return kept.engine

    def dispose(self) -> None:
        """Close all files."""
        super().dispose()
        with self._db_lock:
            for kept in self._engines.values():
                kept.engine.dispose()
            self._engines.clear()


def _file(path: Path) -> tuple[int, int] | None:
    """Which file lies at a path; ``None`` where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _sync_at_checkpoints(connection: Any, _record: Any) -> None:
    connection.execute("pragma synchronous = normal")
