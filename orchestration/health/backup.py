"""Copy what cannot be computed again to another place, and bring it back with every hash checked.

The state is the originals and the log; published builds and releases go along so that what was handed out
stays at hand. The warehouse, raw rows and exports are made again by a run.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sources.log.event import GENESIS, Event, LogError
from sources.log.events import EventLog
from sources.storage import StorageError, Store

if TYPE_CHECKING:
    from orchestration.progress import Progress
    from sources.settings import Settings

LIST = "backup.json"
LOG = "log.jsonl"
PORTAL = "portal.db"


class BackupProblem(RuntimeError):
    """A backup that cannot be written, or is not whole; the message says what to do."""


@dataclass(frozen=True)
class Copied:
    """What a backup or a restore did.

    Attributes:
        events: Events of the log.
        files: Files of the backup.
        copied: Files that were not there before.
        left_out: Sentences on what the copy does not hold.
    """

    events: int
    files: int
    copied: int
    left_out: tuple[str, ...] = ()


def write_backup(settings: Settings, to: str, progress: Progress) -> Copied:
    """Copy log, landing zone, published builds, releases and the portal's accounts.

    Safe while others hand in: the log is read first, and whatever an event names was written before it.

    Args:
        settings: The installation.
        to: Folder or fsspec address; an earlier backup there is brought up to date.
        progress: One step per file.

    Raises:
        BackupProblem: the place holds another installation's backup, or an original changed.
    """
    log = EventLog(settings.log_url)
    log.verify()
    events, target = log.events(), Store(to)
    before = _list(target)
    hashes = {event.hash for event in events}
    if before and before["log_head"] not in {*hashes, GENESIS}:
        raise BackupProblem(
            f"{to} holds a backup whose log is not a part of this one. Choose another folder: it would be overwritten."
        )
    listed: dict[str, str] = {}
    copied = 0
    sources = [(f"{part}/{key}", store, key) for part, store in _parts(settings) for key in store.list()]
    progress.expect(len(sources) + 1)
    for name, store, key in sources:
        data = store.read(key)
        listed[name] = hashlib.sha256(data).hexdigest()
        if name.startswith("landing/") and key.rsplit("/", 1)[-1] != listed[name]:
            raise BackupProblem(f"{key}: the stored bytes are not those that were received. Run “impact doctor”.")
        copied += before.get("files", {}).get(name) != listed[name] and target.replace(name, data)
        progress.step(key)
    for name, data in ((LOG, _lines(events)), (PORTAL, _portal(settings))):
        if data is not None:
            listed[name] = hashlib.sha256(data).hexdigest()
            copied += target.replace(name, data)
    head = events[-1].hash if events else GENESIS
    content = {"events": len(events), "log_head": head, "files": listed}
    target.write_pointer(LIST, json.dumps(content, indent=1, sort_keys=True) + "\n")
    progress.step(LIST)
    left_out = (
        () if PORTAL in listed else ("The portal's accounts are not in it: back their database up with its own tool.",)
    )
    return Copied(len(events), len(listed), copied, left_out)


def restore_backup(settings: Settings, source: str, progress: Progress, *, only_missing: bool = False) -> Copied:
    """Bring a backup back.

    Args:
        settings: An installation without events, unless ``only_missing``.
        source: Where :func:`write_backup` wrote to.
        progress: One step per file.
        only_missing: Put back files that are gone or changed from the landing zone and published builds, and leave
            the log alone; the backup's log must be a part of it.

    Raises:
        BackupProblem: there is no whole backup, a file of it changed, or the installation is not empty.
    """
    place = Store(source)
    content = _list(place)
    if not content:
        raise BackupProblem(f"There is no finished backup at {source}.")
    log = EventLog(settings.log_url)
    if log.head().seq and not only_missing:
        raise BackupProblem(
            f"There are {log.head().seq:,} events here already. Restore into an empty IMPACT_DATA, or bring back "
            "only what is gone with --only-missing."
        )
    if only_missing:
        log.verify(content["log_head"])
    stores = dict(_parts(settings))
    # Read, and its chain walked, before anything is written: a log that is not whole leaves nothing behind.
    events = [] if only_missing else _events(_whole(place, LOG, content["files"][LOG]), content["log_head"])
    progress.expect(len(content["files"]))
    put = 0
    for name, sha256 in content["files"].items():
        part, _, key = name.partition("/")
        progress.step(key or part)
        if part in stores and not (only_missing and _lies(stores[part], key, sha256)):
            stores[part].replace(key, _whole(place, name, sha256))
            put += 1
    if not only_missing:
        log.restore(events)
        log.verify(content["log_head"])
        if PORTAL in content["files"]:
            (settings.data / PORTAL).write_bytes(_whole(place, PORTAL, content["files"][PORTAL]))
    return Copied(len(events), len(content["files"]), put)


def _parts(settings: Settings) -> tuple[tuple[str, Store], ...]:
    return (
        ("landing", Store(settings.landing)),
        ("published", Store(settings.published)),
        ("releases", Store(settings.releases)),
    )


def _list(store: Store) -> dict[str, Any]:
    if not store.exists(LIST):
        return {}
    try:
        value: dict[str, Any] = json.loads(store.read(LIST))
        files = value["files"]
        is_list = isinstance(value["log_head"], str) and isinstance(files[LOG], str)
        is_list = is_list and all(isinstance(sha256, str) for sha256 in files.values())
        for name in files:
            store.path(name)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        is_list = False
    if not is_list:
        raise BackupProblem(f"The backup is not whole: {LIST} is damaged. Take another copy of it.")
    return value


def _whole(store: Store, name: str, sha256: str) -> bytes:
    """A file of the backup. Raises :class:`BackupProblem` where it is gone or changed."""
    try:
        data = store.read(name)
    except FileNotFoundError:
        raise BackupProblem(f"The backup is not whole: {name} is gone.") from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise BackupProblem(f"The backup is not whole: {name} was changed.")
    return data


def _lies(store: Store, key: str, sha256: str) -> bool:
    try:
        return hashlib.sha256(store.read(key)).hexdigest() == sha256
    except (FileNotFoundError, StorageError):
        return False


def _lines(events: list[Event]) -> bytes:
    return "".join(json.dumps(event.as_dict(), sort_keys=True) + "\n" for event in events).encode()


def _events(data: bytes, head: str) -> list[Event]:
    """The events of a backup's log. Raises :class:`BackupProblem` unless they are one whole chain up to ``head``."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        events = [Event(**json.loads(line)) for line in data.splitlines()]
        with tempfile.TemporaryDirectory() as scratch:
            tried = EventLog(f"sqlite:///{scratch}/log.db")
            tried.restore(events)
            tried.verify(head)
    except (LogError, SQLAlchemyError, ValueError, TypeError, OverflowError, RecursionError) as error:
        why = f": {error}" if isinstance(error, LogError) else ""
        raise BackupProblem(f"The backup is not whole: {LOG} is no unbroken log{why}. Nothing was restored.") from error
    return events


def _portal(settings: Settings) -> bytes | None:
    """The portal's SQLite file as one consistent copy; ``None`` where its accounts lie elsewhere."""
    file = settings.data / PORTAL
    if not file.is_file():
        return None
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / PORTAL
        with closing(sqlite3.connect(file)) as here, closing(sqlite3.connect(copy)) as there:
            here.backup(there)
        return copy.read_bytes()
