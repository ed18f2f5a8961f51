"""The append-only, hash-chained event log: SQLite by default, PostgreSQL by address.

Belongs here: writing one event after another so that none is lost, changed or cut unseen. Does not
belong here: what events mean together (:mod:`sources.log.state`).
"""

from __future__ import annotations

import json
import logging
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sources.log.database import one_run, open_engine, postgresql_turn
from sources.log.event import (
    GENESIS,
    KINDS,
    ChainBroken,
    Event,
    HeadMoved,
    LogError,
    canonical,
    chain_hash,
    moment_text,
    stored_hash,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sqlalchemy import Connection, Engine, Row, Select, Table

_LOG = logging.getLogger(__name__)

__all__ = ["ChainBroken", "Event", "EventLog", "Head", "HeadMoved", "LogError"]


class Head(NamedTuple):
    """Where the log ends."""

    seq: int
    hash: str


class EventLog:
    """The log under one SQLAlchemy address.

    Reading an SQLite log that does not exist yet gives no events and creates nothing.

    Args:
        url: SQLAlchemy address.
        clock: Gives the moment an event is written, with its time zone.
    """

    def __init__(self, url: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.url = url
        self._clock = clock

    def append(
        self,
        kind: str,
        who: str,
        *,
        why: str | None = None,
        submission_id: str | None = None,
        program: str | None = None,
        partner: str | None = None,
        period: str | None = None,
        payload: dict[str, Any] | None = None,
    ) -> Event:
        """Write one event after whatever is last. Raises :class:`LogError` if it was not written."""
        return self.append_if(
            None,
            kind,
            who,
            why=why,
            submission_id=submission_id,
            program=program,
            partner=partner,
            period=period,
            payload=payload,
        )

    def append_if(
        self,
        expected_head: str | None,
        kind: str,
        who: str,
        *,
        why: str | None = None,
        submission_id: str | None = None,
        program: str | None = None,
        partner: str | None = None,
        period: str | None = None,
        payload: dict[str, Any] | None = None,
    ) -> Event:
        """Write one event only if nothing was written since the caller looked.

        Args:
            expected_head: The hash of :meth:`head` (or of the folded state) when the decision was made;
                ``None`` for no condition.

        Raises:
            HeadMoved: if another event came in between; nothing was written.
            LogError: for an unknown kind, an empty ``who``, or a database that would not write.
        """
        if kind not in KINDS:
            raise LogError(f"“{kind}” is not a kind of event")
        if not who.strip():
            raise LogError("an event needs the name of who did it")
        plain: dict[str, Any] = json.loads(canonical(payload or {}))
        with self._connect(write=True) as connection:
            last = connection.execute(self._select().order_by(self._table.c.seq.desc()).limit(1)).first()
            seq, previous = (last.seq + 1, last.hash) if last is not None else (1, GENESIS)
            if expected_head is not None and expected_head != previous:
                raise HeadMoved("somebody else wrote in the meantime")
            at = moment_text(self._clock())
            digest = chain_hash(seq, at, kind, who, why, submission_id, program, partner, period, plain, previous)
            event = Event(
                seq, at, kind, who, why, submission_id, program, partner, period, previous, digest, payload=plain
            )
            connection.execute(self._table.insert().values({**event.as_dict(), "payload": canonical(plain)}))
        linked = {"receipt": submission_id, "program": program, "partner": partner, "period": period}
        _LOG.info(kind, extra={"event": seq, "who": who, "result": plain.get("state"), **linked})
        return event

    def restore(self, events: Iterable[Event]) -> int:
        """Write events of a backup into an empty log, exactly as they were; returns how many.

        Raises:
            LogError: there are events already, or the database would not write.
        """
        rows = [{**event.as_dict(), "payload": canonical(event.payload)} for event in events]
        with self._connect(write=True) as connection:
            if connection.execute(self._select().limit(1)).first() is not None:
                raise LogError("the log is not empty")
            if rows:
                connection.execute(self._table.insert(), rows)
        return len(rows)

    def events(self, after: int = 0, until: datetime | None = None, kind: str | None = None) -> list[Event]:
        """Events in order: ``seq`` > ``after``, written no later than ``until``, of one kind where one is named."""
        if self._missing():
            return []
        query = self._select().where(self._table.c.seq > after).order_by(self._table.c.seq)
        if until is not None:
            query = query.where(self._table.c.at <= moment_text(until))
        if kind is not None:
            query = query.where(self._table.c.kind == kind)
        with self._connect() as connection:
            return [_event(row) for row in connection.execute(query)]

    def selected(self, query: Callable[[Table], Select[Any]]) -> list[Event]:
        """The events a query over the log's table gives, in order."""
        return [_event(row) for row in self.rows(lambda table: query(table).order_by(table.c.seq))]

    def rows(self, query: Callable[[Table], Select[Any]]) -> list[Any]:
        """What a query over the log's table gives."""
        if self._missing():
            return []
        with self._connect() as connection:
            return list(connection.execute(query(self._table)))

    def head(self, until: int | None = None) -> Head:
        """The last event's ``seq`` and ``hash`` (0 and 64 zeros before the first); printed on receipts.

        Args:
            until: Of the events up to this ``seq``.
        """
        if self._missing():
            return Head(0, GENESIS)
        query = self._select().order_by(self._table.c.seq.desc()).limit(1)
        if until is not None:
            query = query.where(self._table.c.seq <= until)
        with self._connect() as connection:
            row = connection.execute(query).first()
        return Head(row.seq, row.hash) if row is not None else Head(0, GENESIS)

    def holds(self, head: str) -> bool:
        """Whether an event with this hash is in the log."""
        if head == GENESIS or self._missing():
            return head == GENESIS
        with self._connect() as connection:
            return connection.execute(self._select().where(self._table.c.hash == head)).first() is not None

    def verify(self, head: str | None = None) -> int:
        """Walk the whole chain.

        Args:
            head: A hash from a receipt or extract that must be somewhere in the chain: shows truncation.

        Returns:
            How many events there are.

        Raises:
            ChainBroken: at the first event that was changed, removed, reordered or cut.
        """
        previous, seen, count = GENESIS, head is None or head == GENESIS, 0
        for count, fields in enumerate(self._stored(), start=1):
            if fields["seq"] != count:
                raise ChainBroken(count, f"event {count} is missing; the next one there is {fields['seq']}")
            if fields["previous"] != previous:
                raise ChainBroken(count, f"event {count} does not follow event {count - 1}")
            if not _is_unchanged(fields):
                raise ChainBroken(count, f"event {count} was changed after it was written")
            previous = str(fields["hash"])
            seen = seen or previous == head
        if not seen:
            raise ChainBroken(count + 1, f"the log ends at event {count} but a receipt names a later one")
        return count

    def _stored(self) -> Iterator[Mapping[str, Any]]:
        """Every event as it is stored, in order, its payload as text; few at a time in memory."""
        if self._missing():
            return
        with self._connect() as connection:
            found = connection.execute(self._select().order_by(self._table.c.seq))
            for rows in found.partitions(1000):
                for row in rows:
                    yield dict(row._mapping)

    def copy_to(self, url: str, until: int) -> EventLog:
        """Copy the log up to an event into another one that has none yet, hashes and all.

        Args:
            until: ``seq`` of the last event copied.

        Raises:
            LogError: The other log holds events already, or could not be written.
        """
        other = EventLog(url)
        rows = [
            {**event.as_dict(), "payload": canonical(event.payload)} for event in self.events() if event.seq <= until
        ]
        with other._connect(write=True) as connection:
            if connection.execute(other._select().limit(1)).first() is not None:
                raise LogError("The log to copy into holds events already.")
            if rows:
                connection.execute(other._table.insert(), rows)
        return other

    @cached_property
    def _table(self) -> Table:
        from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, String, Table, Text

        return Table(
            "events",
            MetaData(),
            Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
            Column("at", String(27), nullable=False),
            Column("kind", String(40), nullable=False),
            Column("who", Text, nullable=False),
            Column("why", Text),
            Column("submission_id", String(40)),
            Column("program", Text),
            Column("partner", Text),
            Column("period", Text),
            Column("payload", Text, nullable=False),
            Column("previous", String(64), nullable=False, unique=True),
            Column("hash", String(64), nullable=False, unique=True),
            # A log made before it had this index works all the same, slower.
            Index("events_of_submission", "submission_id"),
        )

    @cached_property
    def _engine(self) -> Engine:
        return open_engine(self.url, self._table)

    def one_run(self, seconds: float) -> AbstractContextManager[Callable[[], None]]:
        """Hold what only one run may hold, whichever machine it is on: see :func:`sources.log.database.one_run`.

        A log in a local file has no other machine, and nothing is held.
        """
        return nullcontext(lambda: None) if self.url.startswith("sqlite") else one_run(self._engine, seconds)

    @contextmanager
    def _connect(self, *, write: bool = False) -> Iterator[Connection]:
        """A transaction; a writing one holds the only write lock from its start."""
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with self._engine.connect().execution_options(writes=write) as connection, connection.begin():
                if write and connection.dialect.name == "postgresql":
                    connection.exec_driver_sql(postgresql_turn())
                yield connection
        except (SQLAlchemyError, OSError, ValueError) as error:  # ValueError: text the driver cannot send
            what = "Not saved; nothing was lost. Try again." if write else "The event log could not be read."
            raise LogError(f"{what} ({getattr(error, 'orig', None) or error})") from error

    def _select(self) -> Any:
        return self._table.select()

    def _missing(self) -> bool:
        """Whether this is an SQLite file nobody has written to yet."""
        prefix = "sqlite:///"
        return self.url.startswith(prefix) and not Path(self.url.removeprefix(prefix)).exists()


def _is_unchanged(fields: Mapping[str, Any]) -> bool:
    """Whether an event has the hash it was written with, and says what can happen."""
    try:
        return fields["kind"] in KINDS and stored_hash(fields) == fields["hash"]
    except (TypeError, UnicodeEncodeError):
        return False


def _event(row: Row[Any]) -> Event:
    fields = dict(row._mapping)
    return Event(**{**fields, "payload": json.loads(fields["payload"])})
