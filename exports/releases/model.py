"""What a release pins, as one frozen value."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from sources.log.releases import manifest_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sources.log.event import Event

#: Set by the event that records the manifest, so no part of it.
_RECORDED = ("released_at", "released_by", "why", "seal")


class ReleaseRefused(Exception):
    """Nothing was released; the message says why and what to do, one line per reason."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))


@dataclass(frozen=True)
class Release:
    """One release.

    Attributes:
        name: Quarter and number, such as ``2026-Q3.r1``.
        period: The quarter it speaks for; ``number`` counts the releases of that quarter.
        build_id: The published build it pins; ``as_of`` is the day that build speaks for.
        log_seq: Last event the build knew of; ``log_head`` is that event's hash.
        code_version: Version of the package.
        code_hash: Hash of the code that made the figures; ``commit`` names it where the code is a git clone, and
            ``is_clean`` says whether that clone held no other changes.
        lock_hash: Hash of ``requirements.lock``.
        rates_hash: Hash of the exchange rates.
        contracts: Version of the contract by program; ``rules`` is the version of its rule set.
        tables: By table of both trees: audience, file, sha256 and rows.
        exports: SHA-256 by file of the exports' ``release/`` tree.
        certificate: What disclosure control said of it.
        follows: The release before it.
        remarks: What leadership was told when it signed: returns that are missing, events that came since.
        released_at: When, UTC; ``seal`` is the hash of the event that recorded it.
    """

    name: str
    period: str
    number: int
    build_id: str
    as_of: str
    log_seq: int
    log_head: str
    code_version: str
    code_hash: str
    commit: str | None
    is_clean: bool | None
    lock_hash: str
    rates_hash: str
    contracts: dict[str, str]
    rules: dict[str, str]
    tables: dict[str, dict[str, Any]]
    exports: dict[str, str]
    certificate: dict[str, Any]
    follows: str | None = None
    remarks: tuple[str, ...] = ()
    released_at: str = ""
    released_by: str = ""
    why: str | None = None
    seal: str = ""

    @classmethod
    def of_event(cls, event: Event) -> Release:
        """The release a ``released`` event records."""
        known = {field.name for field in fields(cls)}
        manifest = {name: value for name, value in manifest_of(event).items() if name in known}
        manifest["remarks"] = tuple(manifest["remarks"])
        return cls(**manifest, released_at=event.at, released_by=event.who, why=event.why, seal=event.hash)

    def manifest(self) -> dict[str, Any]:
        """What the event holds: all but who released it and when, which the event says itself."""
        return {name: value for name, value in self.as_dict().items() if name not in _RECORDED}

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON-ready values."""
        return {**asdict(self), "remarks": list(self.remarks)}
