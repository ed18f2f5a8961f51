"""Examine an installation: nothing is changed, every finding says what to do."""

from __future__ import annotations

import json
import shutil
import sys
import time
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sources.load import ORIGINALS, QUARANTINE, original_key, quarantine_key, seal_of
from sources.log.event import GENESIS, ChainBroken, LogError
from sources.log.events import EventLog
from sources.log.state import LedgerState, fold
from sources.reduced import REDUCED, reduced_key
from sources.storage import StorageError, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from orchestration.progress import Progress
    from sources.contract.model import Contract
    from sources.log.event import Event
    from sources.settings import Settings

GOOD, NOTE, PROBLEM = "good", "note", "problem"
#: Below this a run may not have room for the warehouse and a build (bytes).
ROOM = 2 << 30
_STALE_SECONDS = 24 * 3600
_NAMED = 5


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        level: ``good``, ``note`` (worth knowing, nothing is lost) or ``problem``.
        area: What was looked at, in a word or two.
        sentence: What was found.
        todo: What to do about it; ``None`` where there is nothing to do.
    """

    level: str
    area: str
    sentence: str
    todo: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON-ready values."""
        return asdict(self)


def examine(settings: Settings, contracts: Mapping[str, Contract], progress: Progress) -> list[Finding]:
    """Look at everything an installation consists of.

    Args:
        settings: Where it lies.
        contracts: Contract of every program.
        progress: One step per area is shown.

    Returns:
        Findings in the order of the areas; at least one per area.
    """
    patient = _Patient(settings, contracts)
    areas: tuple[tuple[str, Callable[[_Patient], Iterator[Finding]]], ...] = (
        ("installation", _installation),
        ("room", _room),
        ("event log", _log),
        ("landing zone", _landing),
        ("accepted rows", _raw),
        ("warehouse", _warehouse),
        ("published", _published),
        ("leftovers", _leftovers),
    )
    progress.expect(len(areas))
    findings: list[Finding] = []
    for area, check in areas:
        found = list(check(patient))
        findings += found or [Finding(GOOD, area, "Nothing to look at yet.")]
        progress.step(area)
    return findings


class _Patient:
    """What the checks share: the log is read once."""

    def __init__(self, settings: Settings, contracts: Mapping[str, Contract]) -> None:
        self.settings, self.contracts = settings, contracts

    @cached_property
    def log(self) -> EventLog:
        return EventLog(self.settings.log_url)

    @cached_property
    def events(self) -> list[Event]:
        try:
            return self.log.events()
        except LogError:  # said by the check of the log
            return []

    @cached_property
    def state(self) -> LedgerState:
        return fold(self.events)


def _installation(patient: _Patient) -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    lock = Path(__file__).parents[2] / "requirements.lock"
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    if not lock.is_file():
        yield Finding(NOTE, "installation", f"Python {python}; there is no requirements.lock to compare with.")
        return
    pinned = _pinned(lock.read_text(encoding="utf-8"))
    other, absent = [], []
    for name, wanted in pinned.items():
        try:
            found = version(name)
        except PackageNotFoundError:
            absent.append(name)
            continue
        if found != wanted:
            other.append(f"{name} {found} instead of {wanted}")
    if other:
        yield Finding(
            PROBLEM,
            "installation",
            f"Not the locked versions: {_listed(other)}.",
            "Run “make setup”: figures are proved with the locked versions only.",
        )
    extra = f"; {len(absent)} packages of optional parts are not installed" if absent else ""
    yield Finding(
        GOOD, "installation", f"Python {python}, {len(pinned) - len(absent) - len(other)} packages as locked{extra}."
    )


def _pinned(lock: str) -> dict[str, str]:
    """Version by package, of the lines that hold for this Python and system."""
    from packaging.requirements import Requirement

    pinned = {}
    for line in lock.splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            wanted = Requirement(line.rstrip("\\ "))
            if wanted.marker is None or wanted.marker.evaluate():
                pinned[wanted.name] = next(iter(wanted.specifier)).version
    return pinned


def _room(patient: _Patient) -> Iterator[Finding]:
    folder = patient.settings.data
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < ROOM:
        todo = "Make room before the next run: an upload is kept only if it can be written whole."
        yield Finding(PROBLEM, "room", f"Only {free / 2**30:.1f} GiB are free under {folder}.", todo)
    probe = there / f".tmp-{time.time_ns()}"
    try:
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        yield Finding(
            PROBLEM,
            "room",
            f"Nothing can be written under {there}: {error.strerror}.",
            "Give the account that runs the warehouse the right to write there.",
        )
        return
    yield Finding(GOOD, "room", f"{free / 2**30:.0f} GiB are free and the folder can be written to.")


def _log(patient: _Patient) -> Iterator[Finding]:
    area = "event log"
    try:
        count = patient.log.verify()
    except ChainBroken as error:
        yield Finding(
            PROBLEM,
            area,
            f"The chain does not hold: {error}.",
            "Stop handing in and publishing; bring the log back from the last backup (impact restore).",
        )
        return
    except LogError as error:
        yield Finding(
            PROBLEM, area, str(error), "Check the database's address and rights, then run impact doctor again."
        )
        return
    if not count:
        yield Finding(NOTE, area, "The log is empty.", "Hand in a first return: impact submit, or make demo to try.")
        return
    hashes = {event.hash for event in patient.events} | {GENESIS}
    for name, head in _heads(patient):
        if head not in hashes:
            yield Finding(
                PROBLEM,
                area,
                f"{name} rests on a log head that is not in this log: events were cut off, or it is of another log.",
                "Bring the log back from the last backup (impact restore).",
            )
    yield Finding(GOOD, area, f"{count:,} events, each chained to the one before.")


def _heads(patient: _Patient) -> Iterator[tuple[str, str]]:
    """Log heads that builds and releases carry: they show when events were cut off the end."""
    store = Store(patient.settings.published)
    for key in store.list():
        if key.count("/") == 1 and key.endswith("/manifest.json"):
            head = _json(store, key).get("log_head")
            if head:
                yield f"Build {key.split('/')[0]}", str(head)
    releases = Store(patient.settings.releases)
    for key in releases.list():
        if key.endswith(".json"):
            head = _json(releases, key).get("log_head")
            if head:
                yield f"Release {key.removesuffix('.json')}", str(head)


def _landing(patient: _Patient) -> Iterator[Finding]:
    """Every byte the log says was received is there, and is what was received."""
    area = "landing zone"
    store, state = Store(patient.settings.landing), patient.state
    wanted: dict[str, str] = {}
    for submission in state.submissions.values():
        for file in submission.files:
            if file.sha256 not in state.erased_files:
                key = quarantine_key(file.sha256) if submission.virus else original_key(file.sha256)
                wanted[key] = f"“{file.name}” of {submission.id}"
        for sha256 in submission.reduced.values():
            wanted[reduced_key(sha256)] = f"the rows that stay of {submission.id}"
    lying = set(store.list())
    missing = [name for key, name in wanted.items() if key not in lying]
    changed = [wanted.get(key, key) for key in sorted(lying & wanted.keys()) if not _is_original(store, key)]
    back = "Bring it back from a backup (impact restore --only-missing), or ask the partner for the file."
    if missing:
        yield Finding(PROBLEM, area, f"Missing: {_listed(missing)}.", back)
    if changed:
        yield Finding(PROBLEM, area, f"Not the bytes that were received: {_listed(changed)}.", back)
    kept = {f"{folder}/{sha}" for folder in (ORIGINALS, REDUCED) for sha in state.erased_files} & lying
    if kept:
        yield Finding(
            PROBLEM, area, f"{_files(len(kept))} should have been erased.", "Run “impact run”: it finishes an erasure."
        )
    known = {key.split("/", 1)[0] for key in wanted} | {ORIGINALS, REDUCED, QUARANTINE}
    orphans = [key for key in lying - wanted.keys() - kept if key.split("/", 1)[0] in known]
    if orphans:
        yield Finding(
            NOTE,
            area,
            f"{_files(len(orphans))} no event names: somebody's upload stopped halfway, and no receipt was given.",
            "Nothing: it counts nowhere. Handing the file in again uses it.",
        )
    if wanted:
        yield Finding(
            GOOD, area, f"{_files(len(wanted) - len(missing) - len(changed))} with the hash that was received."
        )


def _is_original(store: Store, key: str) -> bool:
    try:
        store.read_original(key)
    except (StorageError, OSError):
        return False
    return True


def _raw(patient: _Patient) -> Iterator[Finding]:
    from sources.merged import RawQuarter

    area = "accepted rows"
    store = Store(patient.settings.raw)
    wanted = 0
    missing = []
    quarters: dict[tuple[str, str, str], RawQuarter] = {}
    for key, version in patient.state.versions().items():
        contract, verdict = patient.contracts.get(key.program), version.submission.verdict
        if contract is None or verdict is None:
            continue
        wanted += 1
        place = (key.program, key.table, key.period)
        quarter = quarters[place] = quarters.get(place) or RawQuarter(store, *place)
        if quarter.key_of(version.submission.id, seal_of(contract, key.partner, verdict)) is None:
            missing.append(f"{key.table} of {version.submission.id}")
    if missing:
        yield Finding(
            NOTE, area, f"Not loaded yet: {_listed(missing)}.", "Run “impact run”: they come from the originals."
        )
    if wanted:
        yield Finding(GOOD, area, f"{wanted - len(missing):,} tables of returns that count are loaded.")


def _warehouse(patient: _Patient) -> Iterator[Finding]:
    import duckdb

    area, file = "warehouse", patient.settings.warehouse
    if patient.settings.engine == "spark":
        from orchestration.engine import spark_tables

        yield Finding(NOTE, area, f"Spark is the engine; it has {len(spark_tables(patient.settings)):,} tables here.")
        return
    if not file.exists():
        yield Finding(NOTE, area, "There is no warehouse file.", "Run “impact run”: it is made from originals and log.")
        return
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            row = connection.execute("select count(*) from duckdb_tables()").fetchone()
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            yield Finding(NOTE, area, "A run is writing now.", "Run impact doctor again when it is done.")
            return
        yield Finding(PROBLEM, area, f"{file.name} cannot be opened.", f"Remove {file} and run “impact run”.")
        return
    except duckdb.Error:
        yield Finding(PROBLEM, area, f"{file.name} is damaged.", f"Remove {file} and run “impact run”.")
        return
    yield Finding(GOOD, area, f"{row[0] if row else 0:,} tables, {file.stat().st_size / 2**20:.0f} MiB.")


def _published(patient: _Patient) -> Iterator[Finding]:
    from exports.published import Published, PublishedError

    area = "published"
    store = Store(patient.settings.published)
    if not store.exists("current"):
        yield Finding(NOTE, area, "Nothing is published yet.", "Run “impact run”.")
        return
    builds = sorted({key.split("/")[0] for key in store.list() if key.endswith("/manifest.json")})
    current = store.read("current").decode("utf-8").strip()
    if current not in builds:
        yield Finding(PROBLEM, area, f"The current build {current} is not there.", "Run “impact run”.")
    for build in builds:
        published = Published.open(patient.settings.published, build)
        try:
            for table in published.tables:
                published.arrow(table)
        except (PublishedError, FileNotFoundError, ValueError) as error:
            todo = "Run “impact run”." if build == current else "Bring it back with “impact replay” or from a backup."
            yield Finding(PROBLEM, area, f"Build {build} is not what was published: {error}", todo)
    yield Finding(GOOD, area, f"{len(builds)} build{'s' if len(builds) != 1 else ''}; current is {current}.")


def _leftovers(patient: _Patient) -> Iterator[Finding]:
    folder = patient.settings.data
    old = [
        path
        for path in (folder.rglob(".tmp-*") if folder.exists() else ())
        if time.time() - path.lstat().st_mtime > _STALE_SECONDS
    ]
    if old:
        yield Finding(
            NOTE,
            "leftovers",
            f"{_files(len(old))} that a stopped write left over a day ago.",
            f"They may be removed, for example {old[0]}.",
        )
    else:
        yield Finding(GOOD, "leftovers", "No write was left unfinished.")


def _json(store: Store, key: str) -> dict[str, Any]:
    try:
        value = json.loads(store.read(key))
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _files(count: int) -> str:
    return f"{count:,} file" if count == 1 else f"{count:,} files"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
