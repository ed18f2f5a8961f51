"""Notes that outlive the process that left them: a run that began, a release that was refused."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.watching.runs import FOLDER

if TYPE_CHECKING:
    from sources.settings import Settings

_LOG = logging.getLogger(__name__)


@contextmanager
def begun(settings: Settings) -> Iterator[None]:
    """Note that a run is under way; the note of one that is killed stays, with nobody holding its lock."""
    from filelock import FileLock

    note = _folder(settings) / "running"
    note.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(str(note.with_suffix(".lock")), is_singleton=True):
        note.write_text(datetime.now(UTC).isoformat(timespec="seconds"), encoding="utf-8")
        _LOG.info("run began")
        try:
            yield
        finally:
            note.unlink(missing_ok=True)


def killed(settings: Settings) -> datetime | None:
    """When the run began that never came to an end; ``None`` where the last one did, or is under way."""
    from filelock import FileLock, Timeout

    note = _folder(settings) / "running"
    if not note.is_file():
        return None
    try:
        with FileLock(str(note.with_suffix(".lock")), timeout=0):
            return datetime.fromisoformat(note.read_text(encoding="utf-8"))
    except Timeout:
        return None
    except (OSError, ValueError):  # it ended just now, or was killed while it wrote
        return datetime.fromtimestamp(note.stat().st_mtime, UTC) if note.is_file() else None


def note_release(settings: Settings, period: str, reasons: int = 0) -> None:
    """Note that a release was refused, or with no reason against it, that it came out.

    What stood against it was said to who tried, and may name figures: only how much it was is kept.
    """
    kept = {name: value for name, value in refusals(settings).items() if name != period}
    if reasons:
        _LOG.info("release refused", extra={"period": period, "problems": reasons})
        kept[period] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "reasons": reasons}
    if kept == refusals(settings):
        return
    try:
        folder = _folder(settings)
        folder.mkdir(parents=True, exist_ok=True)
        scratch = folder / "refused.tmp"
        scratch.write_text(json.dumps(kept), encoding="utf-8")
        scratch.replace(folder / "refused.json")
    except OSError as error:
        _LOG.warning("what became of a release was not kept", extra={"failure": error})


def refusals(settings: Settings) -> dict[str, dict[str, Any]]:
    """The last refusal of each quarter's release."""
    try:
        found: dict[str, dict[str, Any]] = json.loads((_folder(settings) / "refused.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _folder(settings: Settings) -> Path:
    return settings.data / FOLDER
