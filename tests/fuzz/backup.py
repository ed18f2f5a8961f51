"""Bringing a backup back: its list and its log, altered. ``LIST`` and ``LOG`` in one file, with a line between them."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

from orchestration.health.backup import LIST, LOG, BackupProblem, restore_backup
from orchestration.progress import Progress
from sources.log.events import EventLog
from sources.settings import Settings
from tests.fuzz.promises import need

BETWEEN = b"\n-----\n"
DICTIONARY = (
    '"files": {', '"log_head": "', '"events": ', '"log.jsonl": "', '"landing/../', '"landing/originals/', '"published/current": "', '"portal.db": "',
    '"seq": ', '"previous": "', '"hash": "', '"payload": {', '"kind": "received"', '"kind": "erased"', '"who": ', "null", "true", "1e999", "NaN",
    "[]", "{}", "}\n{", "\\ud800", "\\u0000", "-----", "0" * 64,
)  # fmt: skip
#: Where temporary installations are made: memory, where there is a folder for that.
_MEMORY = Path("/dev/shm")  # noqa: S108 - its own folder in it
_ROOM = _MEMORY if _MEMORY.is_dir() else None


def check(data: bytes) -> None:
    """Restore from an altered list and log: refused with nothing of the log written, or a whole chain up to the named head.

    An altered log is tried once more with its new hash in the list, as somebody would who wants it to pass.
    """
    listed, _, log = data.partition(BETWEEN)
    _restored(listed, log)
    try:
        content = json.loads(listed)
        content["files"][LOG] = hashlib.sha256(log).hexdigest()
        forged = json.dumps(content).encode()
    except (ValueError, TypeError, KeyError, RecursionError):
        return
    _restored(forged, log)


def _restored(listed: bytes, log: bytes) -> None:
    folder = Path(tempfile.mkdtemp(dir=_ROOM))
    try:
        copy, settings = folder / "copy", Settings.at(folder / "data")
        copy.mkdir()
        (copy / LIST).write_bytes(listed)
        (copy / LOG).write_bytes(log)
        here = EventLog(settings.log_url)
        try:
            restore_backup(settings, str(copy), Progress())
        except BackupProblem as problem:
            need(
                str(problem).startswith(("The backup is not whole: ", "There is no finished backup at ")),
                "says",
                str(problem),
            )
            need(not here.head().seq, "a refused log left events behind", here.head().seq)
        else:
            head = json.loads(listed)["log_head"]
            need(here.verify(head) == len(here.events()), "restored, and no whole chain")
            need(
                hashlib.sha256(log).hexdigest() == json.loads(listed)["files"][LOG], "a log that is not the listed one"
            )
        need({path.name for path in folder.iterdir()} <= {"copy", "data"}, "written outside", list(folder.iterdir()))
    finally:
        shutil.rmtree(folder)
