"""What a ``released`` event means: which build was signed, and which log it stands on.

The event holds the release's whole manifest, so that its file can be written anew from the log.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sources.log.event import ChainBroken, canonical
from sources.log.records import moment

if TYPE_CHECKING:
    from datetime import date

    from sources.log.event import Event


@dataclass(frozen=True)
class ReleaseMark:
    """One release, as the fold of the log keeps it.

    Attributes:
        name: Such as ``2026-Q3.r1``.
        log_seq: Last event the released build knew of; ``seq`` is the release's own event.
        code_hash: Hash of the code that made its figures.
        rates_hash: Hash of the exchange rates they rest on.
    """

    name: str
    period: str
    build_id: str
    released_on: date
    seq: int
    log_seq: int
    log_head: str
    code_hash: str
    rates_hash: str


def manifest_hash(manifest: dict[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a manifest."""
    return hashlib.sha256(canonical(manifest).encode()).hexdigest()


def release_payload(manifest: dict[str, Any]) -> dict[str, Any]:
    """Payload of the ``released`` event of a manifest."""
    return {"name": manifest["name"], "manifest_sha256": manifest_hash(manifest), "manifest": manifest}


def manifest_of(event: Event) -> dict[str, Any]:
    """The manifest a ``released`` event holds. Raises :class:`ChainBroken` where it is not the one hashed."""
    manifest: dict[str, Any] = event.payload["manifest"]
    if manifest_hash(manifest) != event.payload["manifest_sha256"]:
        raise ChainBroken(event.seq, f"event {event.seq} holds another manifest than it names")
    return manifest


def release_mark(event: Event) -> ReleaseMark:
    """What the fold keeps of a ``released`` event."""
    manifest = event.payload["manifest"]
    return ReleaseMark(
        name=manifest["name"],
        period=manifest["period"],
        build_id=manifest["build_id"],
        released_on=moment(event.at).date(),
        seq=event.seq,
        log_seq=manifest["log_seq"],
        log_head=manifest["log_head"],
        code_hash=manifest["code_hash"],
        rates_hash=manifest["rates_hash"],
    )
