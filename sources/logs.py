"""What the rooms write down while they work: one line per happening, for a program or for eyes.

Rooms only use ``logging.getLogger(__name__)`` and give what links a line to others as ``extra``; this is the one place
that says where lines go. ``failure``, an error, is told by kind and place only, unlike ``exc_info`` also where a
terminal shows the line. A line holds the words of the program's text and the :data:`FIELDS` named here, nothing else:
no arguments put into the words, no message of an error (it may quote a cell), no name or address of a person.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
import re
import secrets
import sys
import traceback
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sources.settings import Settings

ROOMS = ("sources", "expectations", "exports", "dbt_project", "orchestration", "portal")
#: What a line may say besides when, where and what; ``who`` is replaced by a mark that tells two people apart.
FIELDS = (
    *("receipt", "program", "partner", "period", "release", "run_id", "build_id", "event", "step", "route", "method"),
    *("role", "result", "status", "seconds", "files", "rows", "bytes", "tables", "problems", "checks", "alerts"),
)
FORMATS = ("json", "plain")
PLACES = ("file", "stderr", "both", "off")
FOLDER = "logs"
#: Days a file is kept, and the bytes after which a day's file takes no more: a log must not fill the disk.
KEPT_DAYS, MOST_BYTES = 30, 200 << 20
#: Codes and ids; anything else, such as what somebody typed into a header, is not repeated.
_CODE = re.compile(r"[A-Za-z0-9_.:/-]{1,80}")
_FRAMES = 6


def configure(settings: Settings) -> None:
    """Send the rooms' lines where the settings say, in place of where an earlier call sent them."""
    handlers: list[logging.Handler] = []
    mark = _Mark(settings.data)
    shape = Line(mark, plain=settings.log_format == "plain")
    if settings.log_to in ("file", "both"):
        handlers.append(DayFile(settings.data / FOLDER))
    if settings.log_to in ("stderr", "both"):
        handlers.append(logging.StreamHandler())
    for handler in handlers:
        handler.setFormatter(shape)
    for room in ROOMS:
        logger = logging.getLogger(room)
        for old in [item for item in logger.handlers if getattr(item, "of_the_house", False)]:
            logger.removeHandler(old)
            old.close()
        for handler in handlers:
            handler.of_the_house = True  # type: ignore[attr-defined]
            logger.addHandler(handler)
        if handlers:
            logger.setLevel(logging.INFO)
            # Warnings still reach the person at the terminal where nothing else shows them.
            if settings.log_to == "file":
                logger.addHandler(_Aside())


class Line(logging.Formatter):
    """One happening as one line: JSON, or words and ``name=value``."""

    def __init__(self, mark: _Mark, *, plain: bool = False) -> None:
        super().__init__()
        self._mark, self._plain = mark, plain

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        found = self.fields(record)
        if not self._plain:
            return json.dumps(found, ensure_ascii=False)
        head = [str(found.pop(name)) for name in ("at", "level", "what")]
        return " ".join([*head, *(f"{name}={_plain(value)}" for name, value in found.items())])

    def fields(self, record: logging.LogRecord) -> dict[str, Any]:
        """What the line says, by name."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        found: dict[str, Any] = {
            "at": at,
            "level": record.levelname.lower(),
            "what": record.msg if isinstance(record.msg, str) else type(record.msg).__name__,
            "where": record.name,
        }
        for name in FIELDS:
            value = _safe(getattr(record, name, None))
            if value is not None:
                found[name] = value
        who = getattr(record, "who", None)
        if who:
            found["who"] = self._mark.of(str(who))
        error = getattr(record, "failure", None) or (record.exc_info[1] if record.exc_info else None)
        if error is not None:
            found["error"] = type(error).__name__
            frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
            found["at_lines"] = [f"{Path(item.filename).name}:{item.lineno} {item.name}" for item in frames]
        return found


class DayFile(logging.Handler):
    """Appends to one file per day (UTC), made with the first line; several processes may write at once.

    What cannot be written is let go: a full disk must stop no return.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._day: date | None = None
        self._stream: IO[bytes] | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        try:
            stream = self._open(datetime.fromtimestamp(record.created, UTC).date())
            if stream.tell() < MOST_BYTES:
                stream.write(f"{self.format(record)}\n".encode())
        except Exception:
            self.close()

    def _open(self, day: date) -> IO[bytes]:
        if self._stream is None or day != self._day:
            self.close()
            self._folder.mkdir(parents=True, exist_ok=True)
            # Unbuffered and appending: a line is one write, so lines of two processes never mix.
            self._stream = (self._folder / f"impact-{day}.jsonl").open("ab", buffering=0)
            self._day = day
            for old in sorted(self._folder.glob("impact-*.jsonl"))[:-KEPT_DAYS]:
                old.unlink(missing_ok=True)
        return self._stream

    def close(self) -> None:
        """Close the file; the next line opens it again."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        super().close()


class _Aside(logging.Handler):
    """What Python does where nobody handles a record: warnings, in words, on standard error."""

    of_the_house = True

    def __init__(self) -> None:
        super().__init__(logging.WARNING)

    def emit(self, record: logging.LogRecord) -> None:
        if not logging.getLogger().handlers:
            sys.stderr.write(f"{self.format(record)}\n")


class _Mark:
    """A mark for a person that only this installation can make, so that nobody guesses it from a list of addresses."""

    def __init__(self, data: Path) -> None:
        self._path = data / FOLDER / "key"
        self._key: bytes | None = None

    def of(self, who: str) -> str:
        if self._key is None:
            self._key = self._read()
        return hmac.new(self._key, who.strip().lower().encode(), hashlib.sha256).hexdigest()[:10]

    def _read(self) -> bytes:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(secrets.token_bytes(32))
        except OSError:  # it is there already, or cannot be kept
            pass
        try:
            return self._path.read_bytes() or secrets.token_bytes(32)
        except OSError:
            return secrets.token_bytes(32)


def _safe(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return round(value, 3)
    text = str(value)
    return text if _CODE.fullmatch(text) else "?"


def _plain(value: Any) -> str:
    return ",".join(value).replace(" ", ":") if isinstance(value, list) else str(value)
