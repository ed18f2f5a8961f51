"""What was taken from partners' inboxes, folded from the log, so that no file is taken twice.

Belongs here: which file at which address was seen in which condition, and what became of it. Does not belong
here: how files are listed and fetched (``sources.connectors``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sources.log.event import Event
    from sources.log.records import Submission
    from sources.log.state import LedgerState


@dataclass(frozen=True)
class Origin:
    """Where a file was pulled from.

    Attributes:
        inbox: The inbox's name in the configuration.
        url: The inbox's address, without credentials.
        path: The file inside the inbox.
        stamp: What tells one condition of the file from the next, such as size and time of change.
    """

    inbox: str
    url: str
    path: str
    stamp: str

    def as_dict(self) -> dict[str, str]:
        """JSON-ready values for the payload of an event."""
        return {"inbox": self.inbox, "url": self.url, "path": self.path, "stamp": self.stamp}


class FileKey(NamedTuple):
    """One file of one inbox; the inbox's name may change, whose it is and where it lies may not."""

    partner: str
    program: str
    url: str
    path: str


@dataclass(frozen=True)
class Pull:
    """One condition of a file, and what became of it.

    Attributes:
        content: Hash of its bytes; ``None`` where it was not fetched.
        submission_id: The submission it became, or whose bytes it repeats.
        why: Why it was left where it lies; ``None`` where it was handed in.
        rule: The inbox's settings under which it was left.
    """

    stamp: str
    content: str | None
    submission_id: str | None
    why: str | None = None
    rule: str | None = None


def pull_of(event: Event) -> tuple[FileKey, Pull] | None:
    """The file an event took from an inbox or left there; ``None`` where it came another way."""
    origin: dict[str, Any] | None = event.payload.get("origin")
    if not origin:
        return None
    key = FileKey(event.partner or "", event.program or "", origin["url"], origin["path"])
    why = event.why if event.kind == "pulled" else None
    payload = event.payload
    return key, Pull(origin["stamp"], payload.get("content"), event.submission_id, why, payload.get("rule"))


def seen(state: LedgerState, key: FileKey, stamp: str, rule: str | None = None) -> Pull | None:
    """What became of a file in just this condition; ``None`` where it is new.

    A file that became no submission is new again where ``rule``, the inbox's settings, changed.
    """
    for pull in reversed(state.pulls.get(key, ())):
        if pull.stamp == stamp and (pull.submission_id is not None or pull.rule == rule):
            return pull
    return None


def repeated(
    state: LedgerState, origin: Origin, place: tuple[str, str, str], content: str, again: str | None = None
) -> Submission | None:
    """The submission whose bytes a pulled file repeats, so that the same file by two ways counts once.

    A file that was taken before with other bytes and now has earlier ones again is a correction, not a repetition.

    Args:
        place: Partner, program and period.
        again: A submission known to the caller that may be repeated, because its answer would be another now.
    """
    partner, program, _ = place
    key = FileKey(partner, program, origin.url, origin.path)
    before = seen(state, key, origin.stamp)
    if before is not None and before.submission_id in state.submissions and before.submission_id != again:
        return state.submissions[before.submission_id or ""]
    taken = [pull.content for pull in state.pulls.get(key, ()) if pull.content is not None]
    if taken and taken[-1] != content:
        return None
    same = [item for item in state.submissions.of_place(*place) if item.content == content]
    newest = max(same, key=lambda item: item.seq, default=None)
    return newest if newest is not None and newest.id != again else None
