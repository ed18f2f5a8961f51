"""What is open and who was told: one file, so that each thing is told once, and its end once.

A target that could not be told is tried again with the next look; what it missed meanwhile comes as one message.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from orchestration.watching.alert import Alert, Message, in_order
from orchestration.watching.notify import Target
from orchestration.watching.runs import FOLDER

FILE = "alerts.json"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Open:
    """An alert that was seen.

    Attributes:
        told: Names of the targets that know of it.
        over: When it was seen no longer; it stays until every target that knows of it knows that too.
    """

    alert: Alert
    told: frozenset[str] = frozenset()
    over: datetime | None = None


@dataclass(frozen=True)
class Told:
    """What a look led to: targets that were told, and those that could not be, with the reason."""

    sent: dict[str, Message] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


class Book:
    """The file under the data folder; one look at a time."""

    def __init__(self, data: Path) -> None:
        self._path = data / FOLDER / FILE

    def entries(self) -> dict[str, Open]:
        """What is open, and what is over but not told yet; a damaged file counts as empty, so things are told again."""
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            return {item["alert"]["key"]: _read(item) for item in kept["entries"]}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError) as error:
            _LOG.warning("the book of alerts could not be read", extra={"failure": error})
            return {}

    def look(self, found: Sequence[Alert], targets: Sequence[Target], now: datetime) -> Told:
        """Take in what is wrong now, and tell every target what it does not know yet."""
        with self._locked():
            entries = merged(self.entries(), found, now)
            told = Told()
            for target in targets:
                message = message_for(target.name, entries)
                if message is None:
                    continue
                try:
                    target.notifier.notify(message)
                except Exception as error:  # a notifier of one's own raises what it likes
                    _LOG.warning("alerts were not told", extra={"alerts": len(message.new), "failure": error})
                    told.failed[target.name] = str(error) if type(error).__name__ == "NotTold" else type(error).__name__
                    continue
                entries = noted(target.name, entries)
                told.sent[target.name] = message
                _LOG.info("alerts told", extra={"alerts": len(message.new) + len(message.over)})
            names = {target.name for target in targets}
            self._write({key: item for key, item in entries.items() if item.over is None or item.told & names})
        return told

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock

        self._path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(str(self._path.with_suffix(".lock")), timeout=120):
            yield

    def _write(self, entries: dict[str, Open]) -> None:
        value = {"entries": [_kept(item) for _, item in sorted(entries.items())]}
        scratch = self._path.with_suffix(".tmp")
        scratch.write_text(json.dumps(value, indent=1, ensure_ascii=False), encoding="utf-8")
        scratch.replace(self._path)


def merged(entries: dict[str, Open], found: Sequence[Alert], now: datetime) -> dict[str, Open]:
    """What is open once this was seen: the same thing keeps its beginning, what is gone is over."""
    seen = {alert.key: alert for alert in found}
    result: dict[str, Open] = {}
    for key, item in entries.items():
        alert = seen.pop(key, None)
        if alert is not None and item.over is None:
            result[key] = replace(item, alert=replace(alert, since=min(alert.since, item.alert.since)))
        elif alert is not None:  # it came back before everybody knew that it was over
            result[key] = replace(item, alert=alert, over=None)
        elif item.told:
            result[key] = replace(item, over=item.over or now)
    return {**result, **{key: Open(alert) for key, alert in seen.items()}}


def message_for(target: str, entries: dict[str, Open]) -> Message | None:
    """What a target does not know yet, in one message; ``None`` where it knows everything."""
    new = [item.alert for item in entries.values() if item.over is None and target not in item.told]
    over = [item.alert for item in entries.values() if item.over is not None and target in item.told]
    still = sum(item.over is None and target in item.told for item in entries.values())
    return Message(tuple(in_order(new)), tuple(in_order(over)), still) if new or over else None


def noted(target: str, entries: dict[str, Open]) -> dict[str, Open]:
    """The entries once a target knows everything."""
    return {
        key: replace(item, told=item.told | {target} if item.over is None else item.told - {target})
        for key, item in entries.items()
    }


def _kept(item: Open) -> dict[str, Any]:
    over = item.over.astimezone(UTC).isoformat(timespec="seconds") if item.over else None
    return {"alert": item.alert.as_dict(), "told": sorted(item.told), "over": over}


def _read(value: dict[str, Any]) -> Open:
    over = datetime.fromisoformat(value["over"]) if value["over"] else None
    return Open(Alert.from_dict(value["alert"]), frozenset(value["told"]), over)
