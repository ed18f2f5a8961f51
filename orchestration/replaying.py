"""A release made again: from the originals and the log up to the event it stands on, in a scratch folder.

Nothing here writes to the installation: the log is copied, originals are only read, and everything made lies in the
scratch folder. The rows come from the verdicts the log holds; nothing is judged anew.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from exports.published import RESTRICTED, Published, PublishedError
from exports.releases import checks, find_release
from exports.releases.code import Code, running_code
from exports.releases.comparing import Difference, compare_exports, compare_tables
from exports.releases.pruning import FIGURES, erasure_note
from exports.store import install, is_local, locate, staging
from orchestration.progress import Progress
from sources.log.events import EventLog
from sources.log.state import fold
from sources.settings import Settings
from sources.storage import StorageError, Store

if TYPE_CHECKING:
    from exports.releases import Release
    from sources.log.event import Event
    from sources.log.records import Submission
    from sources.log.state import LedgerState

#: Makes a build: settings, the day it speaks for, the release, progress; returns the columns that name a row, by table.
Making = Callable[[Settings, date, "Release", Progress], dict[str, tuple[str, ...]]]


class ReplayFailed(RuntimeError):
    """The release can't be made again; the message says why."""


@dataclass(frozen=True)
class Replayed:
    """What a replay found.

    Attributes:
        tables: Tables compared; ``files`` is the number of exported files.
        same_code: Whether the code was the recorded one; ``same_libraries`` is the same of ``requirements.lock``.
        differences: What is not as it was released.
        found: Things that were altered or are missing, though the release could be made again.
    """

    release: str
    tables: int
    files: int
    same_code: bool
    same_libraries: bool
    differences: tuple[Difference, ...]
    found: tuple[str, ...] = field(default=())

    @property
    def identical(self) -> bool:
        """Whether every table and file came out as released, and nothing kept was altered."""
        return not self.differences and not self.found

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values."""
        return {
            "release": self.release,
            "identical": self.identical,
            "tables": self.tables,
            "files": self.files,
            "same_code": self.same_code,
            "same_libraries": self.same_libraries,
            "differences": [item.as_dict() for item in self.differences],
            "found": list(self.found),
        }


def replay(
    settings: Settings,
    name: str,
    progress: Progress | None = None,
    *,
    keep: Path | None = None,
    restore: bool = False,
    making: Making | None = None,
) -> Replayed:
    """Make a release again with the running code and compare.

    Args:
        keep: Folder to make it in and to leave there; default a temporary one.
        restore: Put its tables and exports back where they are gone, if they come out as released.
        making: Another way to make a build, for tests.

    Raises:
        ReplayFailed: The log or an original it rests on is not what it was.
        PublishedError: There is no such release.
    """
    release, shown = find_release(settings, name), progress or Progress()
    shown.say("checking log and originals")
    events = _events(settings, release)
    state = fold(events)
    _need_earlier(settings, release, state)
    originals, kept = _originals(settings, release, state), _kept(settings, release)
    code = running_code()
    with _scratch(keep) as folder:
        scratch = replace(Settings.at(folder), landing=settings.landing)
        EventLog(settings.log_url).copy_to(scratch.log_url, release.log_seq)
        _lend_earlier(settings, scratch, state)
        grains = (making or make_build)(scratch, date.fromisoformat(release.as_of), release, shown)
        made = Published.open(scratch.published)
        shown.say("comparing")
        differences = [
            *compare_tables(release, _opened(settings, release), made, grains),
            *compare_exports(release, Path(scratch.exports) / made.build_id),
        ]
        if restore and not differences:
            put_back(settings, scratch, release)
            kept = _kept(settings, release)
    return Replayed(
        release.name, len(release.tables), len(release.exports), _is_recorded(code, release),
        code.lock_hash == release.lock_hash, tuple(differences), (*originals, *kept),
    )  # fmt: skip


def make_build(settings: Settings, as_of: date, release: Release, progress: Progress) -> dict[str, tuple[str, ...]]:
    """Run the job as it is and nothing else; returns the columns that name a row, by published table."""
    import json

    from orchestration.building import manifest_path
    from orchestration.job import execute
    from orchestration.resources import House, writer_lock

    # Earlier releases are compared as they were then: newer code must show in the figures only.
    house = House(settings, as_of, (release.code_hash, release.rates_hash))
    with writer_lock(settings):
        execute(house, progress)
    nodes = json.loads(manifest_path(house).read_text(encoding="utf-8"))["nodes"].values()
    return {
        node["name"]: tuple(node["config"]["meta"].get("grain", ()))
        for node in nodes
        if node["resource_type"] == "model" and node["name"].startswith("pub_")
    }


def _events(settings: Settings, release: Release) -> list[Event]:
    """The log up to the release's head, its whole chain walked."""
    from sources.log.event import ChainBroken

    log = EventLog(settings.log_url)
    try:
        log.verify(release.log_head)
    except ChainBroken as error:
        raise ReplayFailed(f"The log is not the one {release.name} was made from: {error}.") from error
    events = [event for event in log.events() if event.seq <= release.log_seq]
    if not events or events[-1].hash != release.log_head:
        raise ReplayFailed(f"The log is not the one {release.name} was made from: its event {release.log_seq} differs.")
    return events


def _originals(settings: Settings, release: Release, state: LedgerState) -> list[str]:
    """Check the hash of every original the log names up to then; raises where one that counts is not what it was."""
    landing, now = Store(settings.landing), fold(EventLog(settings.log_url).events())
    counting = {version.submission.id for version in state.versions().values()}
    needed: list[str] = []
    others: list[str] = []
    for submission in state.submissions.values():
        for label, key in _keys(submission):
            sentence = _complaint(landing, label, key, submission, now)
            if sentence is not None:
                (needed if submission.id in counting else others).append(sentence)
    if needed:
        text = "\n".join(f"  {sentence}" for sentence in needed)
        raise ReplayFailed(f"{release.name} can't be made again byte for byte:\n{text}")
    # What was erased and did not count is gone by right; what else is missing should be there.
    return [sentence for sentence in others if "at a person's request" not in sentence]


def _keys(submission: Submission) -> Iterator[tuple[str, str]]:
    """Name and key of each object a return's rows are read from."""
    from sources.load import original_key, quarantine_key
    from sources.reduced import reduced_key

    if submission.reduced:
        yield from ((f"what stays of {table}", reduced_key(sha)) for table, sha in submission.reduced.items())
    elif not submission.is_erased:
        make = quarantine_key if submission.virus is not None else original_key
        yield from ((f"“{file.name}”", make(file.sha256)) for file in submission.files)


def _complaint(landing: Store, label: str, key: str, submission: Submission, now: LedgerState) -> str | None:
    whose = f"{label} of {submission.id} ({submission.partner}, {submission.program}, {submission.period})"
    try:
        landing.read_original(key)
    except FileNotFoundError:
        if key.rsplit("/", 1)[-1] in now.erased_files:
            return f"{whose} was erased at a person's request after the release; the figures of then can't be made."
        return f"{whose} is missing from the landing zone."
    except StorageError:
        return f"{whose} is not the file that was received: its bytes were altered."
    return None


def _kept(settings: Settings, release: Release) -> list[str]:
    """What of the kept build is no longer what was released."""
    published = _opened(settings, release)
    if published is None:
        return [f"The published tables of {release.name} are missing."]
    found = []
    erased = erasure_note(settings, release) is not None
    for table, entry in release.tables.items():
        digest = published.file_hash(entry["file"])
        if digest is None and erased and entry["audience"] == RESTRICTED and table not in FIGURES:
            continue
        if digest != entry["sha256"]:
            found.append(f"{entry['file']} of {release.name} {'is missing' if digest is None else 'was altered'}.")
    return [*found, *checks.altered_exports(settings.exports, release.build_id, release.exports)]


def _need_earlier(settings: Settings, release: Release, state: LedgerState) -> None:
    """What earlier releases showed bears on what this one hides: their builds must be there, oldest first."""
    for mark in state.releases:
        try:
            Published.open(settings.published, mark.build_id)
        except PublishedError:
            raise ReplayFailed(
                f"{release.name} rests on {mark.name} before it, whose build {mark.build_id} is gone. Bring that back "
                f"first: “impact restore” from a backup, or “impact replay {mark.name} --restore”."
            ) from None


def put_back(settings: Settings, scratch: Settings, release: Release) -> None:
    """Put what was made again, and is what was released, where it is gone or was altered."""
    for there, made in ((settings.published, scratch.published), (settings.exports, scratch.exports)):
        fs, root = locate(there)
        with staging(root if is_local(fs) else None) as folder:
            shutil.copytree(Path(made) / release.build_id, folder / "build")
            install(fs, folder / "build", f"{root}/{release.build_id}")


def _lend_earlier(settings: Settings, scratch: Settings, state: LedgerState) -> None:
    """Copy the builds of earlier releases: what they showed bears on what this one hides and restates."""
    fs, root = locate(settings.published)
    for build_id in sorted({mark.build_id for mark in state.releases}):
        target = Path(scratch.published) / build_id
        target.parent.mkdir(parents=True, exist_ok=True)
        if fs.exists(f"{root}/{build_id}"):
            fs.get(f"{root}/{build_id}", str(target), recursive=True)


def _opened(settings: Settings, release: Release) -> Published | None:
    try:
        return Published.open(settings.published, release.build_id)
    except PublishedError:
        return None


def _is_recorded(code: Code, release: Release) -> bool:
    return code.code_hash == release.code_hash


@contextmanager
def _scratch(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        if keep.exists() and any(keep.iterdir()):
            raise ReplayFailed(f"{keep} is not empty. Name a new folder.")
        keep.mkdir(parents=True, exist_ok=True)
        yield keep.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="impact-replay-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
