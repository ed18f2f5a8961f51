"""One fact of the event log, and how it is chained to the one before: pure, no database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from json.encoder import encode_basestring_ascii
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

#: Everything that can happen. A new kind is a new line here and a case in :mod:`sources.log.state`.
KINDS: frozenset[str] = frozenset(
    {
        "received",  # originals are in the landing zone
        "judged",  # a verdict fell, or was renewed by a revalidation
        "answered",  # a question about a submission was settled
        "confirmed",  # warnings were seen and stand
        "approved",  # a lead signed the return off
        "reopened",  # an approval was taken back
        "returned",  # a lead sent an accepted return back
        "withdrawn",  # the partner took it back
        "nil",  # a partner has nothing to report
        "waived",  # a partner is excused
        "pulled",  # a file in an inbox was seen and left there: the same bytes, too large, no quarter named
        "mapping",  # answers set ahead for a partner and program
        "target_changed",  # a change was proposed, approved or declined
        "commented",  # a lead's words were written, or retracted
        "reminded",  # a message goes to somebody, or could not
        "released",
        "backtested",  # rules were tried on the stored returns
        "erased",  # bytes removed on a person's right; hash and event stay
    }
)

#: Events that change no number: a file left in its inbox, a message that went out. They start no run.
QUIET: frozenset[str] = frozenset({"pulled", "reminded"})

#: Predecessor hash of the first event.
GENESIS = "0" * 64


class LogError(RuntimeError):
    """The log refuses: an unknown kind, a broken chain, or a write that did not happen."""


class HeadMoved(LogError):
    """Somebody else wrote since the caller looked; look again, then decide again."""


class ChainBroken(LogError):
    """The log was altered or cut; ``seq`` is the first event that does not fit."""

    def __init__(self, seq: int, sentence: str) -> None:
        super().__init__(sentence)
        self.seq = seq


@dataclass(frozen=True)
class Event:
    """One fact, never changed.

    Attributes:
        seq: 1, 2, 3 … without gaps.
        at: When it was written, UTC, ISO 8601 with microseconds and ``Z``.
        kind: One of :data:`KINDS`.
        who: The person or service that did it.
        why: Their reason, where one was given.
        payload: JSON-ready details of the kind.
        previous: Hash of the event before.
        hash: SHA-256 over the canonical JSON of all the above.
    """

    seq: int
    at: str
    kind: str
    who: str
    why: str | None
    submission_id: str | None
    program: str | None
    partner: str | None
    period: str | None
    previous: str
    hash: str
    payload: dict[str, Any] = field(default_factory=dict, hash=False)

    def as_dict(self) -> dict[str, Any]:
        """The event as plain JSON-ready values."""
        return asdict(self)


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no spaces, ASCII, no NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def chain_hash(
    seq: int,
    at: str,
    kind: str,
    who: str,
    why: str | None,
    submission_id: str | None,
    program: str | None,
    partner: str | None,
    period: str | None,
    payload: dict[str, Any],
    previous: str,
) -> str:
    """SHA-256 over an event's content and its predecessor's hash."""
    body = {
        "at": at,
        "kind": kind,
        "partner": partner,
        "payload": payload,
        "period": period,
        "previous": previous,
        "program": program,
        "seq": seq,
        "submission_id": submission_id,
        "who": who,
        "why": why,
    }
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def stored_hash(fields: Mapping[str, Any]) -> str:
    """:func:`chain_hash` of an event as stored, its payload as canonical text: nothing is parsed, so it is quick."""
    text = _quote
    body = (
        f'{{"at":{text(fields["at"])},"kind":{text(fields["kind"])},"partner":{text(fields["partner"])},'
        f'"payload":{fields["payload"]},"period":{text(fields["period"])},"previous":{text(fields["previous"])},'
        f'"program":{text(fields["program"])},"seq":{fields["seq"]},"submission_id":{text(fields["submission_id"])},'
        f'"who":{text(fields["who"])},"why":{text(fields["why"])}}}'
    )
    return hashlib.sha256(body.encode()).hexdigest()


def _quote(value: str | None) -> str:
    return "null" if value is None else encode_basestring_ascii(value)


def moment_text(moment: datetime) -> str:
    """A moment as events carry it. Raises ``ValueError`` for one without a time zone."""
    from datetime import UTC

    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def submission_number(seq: int, content_hash: str) -> str:
    """The number people quote: sequence of the ``received`` event and the first hex of its content."""
    return f"S{seq:06d}-{content_hash[:4]}"
