"""What leads put into the log besides decisions on returns: changed targets, commentary, reminders sent.

Belongs here: their small frozen values and how events fold into them. Does not belong here: deciding
whether something may happen (``expectations.desk_lead``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from sources.log.records import day, moment

if TYPE_CHECKING:
    from sources.log.event import Event

#: Who words may be shown to, from few to many: a story by the consent of the person it is about, commentary as its
#: writer wants.
CONSENT_SCOPES = {"leads": "leads only", "coalition": "partners and leads", "public": "everyone"}


@dataclass(frozen=True)
class TargetChange:
    """A proposal to change one indicator's target of one year, and what became of it.

    Attributes:
        before: The target when it was proposed; ``None`` where the year had none.
        state: proposed, approved or declined.
        decided_on: The day it was decided, UTC; an approved change counts from then on.
    """

    id: str
    seq: int
    program: str
    indicator: str
    year: int
    before: Decimal | None
    value: Decimal
    why: str
    proposed_by: str
    proposed_on: date
    state: str = "proposed"
    decided_by: str | None = None
    decided_on: date | None = None
    decided_why: str | None = None
    decided_seq: int | None = None

    @property
    def open(self) -> bool:
        """Whether it waits for a second person."""
        return self.state == "proposed"


@dataclass(frozen=True)
class Comment:
    """A lead's signed sentences on a program's quarter, or a story somebody agreed to have told.

    Attributes:
        kind: commentary or story.
        consent_scope: One of :data:`CONSENT_SCOPES`; commentary without one is for leads.
        consent_expires: Last day a story may be shown, of stories only.
    """

    id: str
    seq: int
    program: str
    period: str
    kind: str
    text: str
    written_by: str
    written_at: datetime
    indicator: str | None = None
    consent_scope: str | None = None
    consent_expires: date | None = None
    retracted_by: str | None = None
    retracted_on: date | None = None
    retracted_why: str | None = None

    def shown(self, as_of: date) -> bool:
        """Whether it may be shown on a day: not retracted, and the consent of a story still holds."""
        if self.retracted_by is not None:
            return False
        return self.consent_expires is None or as_of <= self.consent_expires


@dataclass
class LeadState:
    """The part of the folded log that leads write."""

    target_changes: dict[str, TargetChange] = field(default_factory=dict, kw_only=True)
    comments: dict[str, Comment] = field(default_factory=dict, kw_only=True)
    #: Keys of messages that were sent, so that nobody is sent the same one twice.
    reminded: set[str] = field(default_factory=set, kw_only=True)

    def target(self, program: str, indicator: str, year: int) -> TargetChange | None:
        """The approved change that counts for an indicator's year: the one decided last."""
        found = [
            change
            for change in self.target_changes.values()
            if (change.program, change.indicator, change.year, change.state) == (program, indicator, year, "approved")
        ]
        return max(found, key=lambda change: change.decided_seq or 0, default=None)

    def shown_comments(self, program: str, period: str, as_of: date) -> list[Comment]:
        """What leads wrote on a program's quarter and may be shown on a day, oldest first."""
        found = [item for item in self.comments.values() if (item.program, item.period) == (program, period)]
        return sorted((item for item in found if item.shown(as_of)), key=lambda item: item.seq)

    def _on_target_changed(self, event: Event) -> None:
        payload, on = event.payload, moment(event.at).astimezone(UTC).date()
        if payload.get("step") == "proposed":
            self.target_changes[payload["change_id"]] = TargetChange(
                id=payload["change_id"],
                seq=event.seq,
                program=event.program or "",
                indicator=payload["indicator_code"],
                year=payload["year"],
                before=Decimal(payload["before"]) if payload["before"] is not None else None,
                value=Decimal(payload["value"]),
                why=event.why or "",
                proposed_by=event.who,
                proposed_on=on,
            )
        elif (change := self.target_changes.get(payload.get("change_id", ""))) is not None:
            self.target_changes[change.id] = replace(
                change,
                state=payload["step"],
                decided_by=event.who,
                decided_on=on,
                decided_why=event.why,
                decided_seq=event.seq,
            )

    def _on_commented(self, event: Event) -> None:
        payload, at = event.payload, moment(event.at)
        if payload.get("step") == "written":
            self.comments[payload["comment_id"]] = Comment(
                id=payload["comment_id"],
                seq=event.seq,
                program=event.program or "",
                period=event.period or "",
                kind=payload["kind"],
                text=payload["text"],
                written_by=event.who,
                written_at=at,
                indicator=payload.get("indicator_code"),
                consent_scope=payload.get("consent_scope"),
                consent_expires=day(payload.get("consent_expires")),
            )
        elif (comment := self.comments.get(payload.get("comment_id", ""))) is not None:
            self.comments[comment.id] = replace(
                comment,
                retracted_by=event.who,
                retracted_on=at.astimezone(UTC).date(),
                retracted_why=event.why,
            )

    def _on_reminded(self, event: Event) -> None:
        if event.payload.get("failed"):
            self.reminded.discard(event.payload["key"])
        else:
            self.reminded.add(event.payload["key"])
