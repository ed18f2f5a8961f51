"""What the events mean together: a pure fold, so that any earlier moment can be looked at again.

Belongs here: what each kind of event changes, and what is remembered, excused or known besides. Does not belong here:
which submissions count (:mod:`sources.log.counting`), what leads write (:mod:`sources.log.lead`), deciding whether
something may happen (``expectations.desk``).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sources.log.counting import CountingState
from sources.log.erasures import after_erasure, erased_files
from sources.log.event import GENESIS, Event
from sources.log.lead import Comment, LeadState, TargetChange
from sources.log.pulls import FileKey, Pull, pull_of
from sources.log.records import (
    LOADED_STATES,
    Alert,
    Key,
    Nil,
    QuarantinedRow,
    ReceivedFile,
    Submission,
    TableRecord,
    VerdictRecord,
    Version,
    Waiver,
    day,
    moment,
    verdict_record,
)
from sources.log.releases import ReleaseMark, release_mark
from sources.log.submissions import Past, Submissions

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "LOADED_STATES",
    "Alert",
    "Comment",
    "Key",
    "LedgerState",
    "Nil",
    "QuarantinedRow",
    "ReceivedFile",
    "ReleaseMark",
    "Submission",
    "TableRecord",
    "TargetChange",
    "VerdictRecord",
    "Version",
    "Waiver",
    "fold",
]


#: Kind of alert by the last part of a rule id.
_ALERTS = {
    "virus": "virus",
    "partner": "wrong_partner",
    "contact_details": "personal_data",
    "personal_data": "personal_data",
}


@dataclass
class LedgerState(LeadState, CountingState):
    """Everything folded so far; :meth:`apply` takes the next event."""

    seq: int = 0
    head: str = GENESIS
    nils: dict[str, Nil] = field(default_factory=dict)
    excused: dict[tuple[str, str, str, str], Waiver] = field(default_factory=dict)
    remembered: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)
    pulls: dict[FileKey, tuple[Pull, ...]] = field(default_factory=dict)
    rules_in_force: dict[str, frozenset[str]] = field(default_factory=dict)
    erased_seq: int = 0
    erased_files: frozenset[str] = frozenset()
    releases: tuple[ReleaseMark, ...] = ()
    #: By program and period: hash of the last event about it, which stands for the whole log up to there.
    marks: dict[tuple[str, str], str] = field(default_factory=dict)

    def copy(self) -> LedgerState:
        """A state to go on from without changing this one."""
        remembered = {key: dict(answers) for key, answers in self.remembered.items()}
        return LedgerState(
            self.seq,
            self.head,
            dict(self.nils),
            dict(self.excused),
            remembered,
            dict(self.pulls),
            submissions=self.submissions.copy(),
            target_changes=dict(self.target_changes),
            comments=dict(self.comments),
            reminded=set(self.reminded),
            rules_in_force=dict(self.rules_in_force),
            erased_seq=self.erased_seq,
            erased_files=self.erased_files,
            releases=self.releases,
            marks=dict(self.marks),
            _waiting=dict(self._waiting),
            _versions=dict(self._versions),
        )

    def upon(
        self, past: Past, seq: int, head: str, marks: dict[tuple[str, str], str], waiting: Iterable[str]
    ) -> LedgerState:
        """This state with the submissions of a past, up to an event.

        Args:
            waiting: Ids of submissions that may wait for a verdict.
        """
        state = self.copy()
        state.seq, state.head, state.marks = seq, head, marks
        state.submissions, state._versions = Submissions(past=past), {}
        found = [state.submissions[one] for one in waiting if one in state.submissions]
        state._waiting = {item.id: None for item in found if item.pending and item.withdrawn_by is None}
        return state

    def apply(self, event: Event) -> None:
        """Take in the next event; kinds that change nothing here pass through."""
        handler = getattr(self, f"_on_{event.kind}", None)
        if handler is not None:
            handler(event)
        self.seq, self.head = event.seq, event.hash
        place = self.submissions.place_of(event.submission_id or "")
        program, period = place[1:] if place is not None else (event.program, event.period)
        if program is not None and period is not None:
            self.marks[program, period] = event.hash

    @property
    def nil(self) -> dict[tuple[str, str, str], Nil]:
        """Nil returns in force by (partner, program, period): the newest of a quarter where no return counts."""
        newest = {(nil.partner, nil.program, nil.period): nil for nil in self.nils.values() if not nil.withdrawn}
        return {place: nil for place, nil in sorted(newest.items()) if not self._at(place)}

    @property
    def waivers(self) -> list[Waiver]:
        """The newest waiver per program, partner, period and indicator, in that order."""
        return [waiver for _, waiver in sorted(self.excused.items())]

    def alerts(self) -> list[Alert]:
        """What leads should know at once, oldest first; what was withdrawn stays in it."""
        return [
            Alert(item.id, *item.place, item.received_at, _ALERTS[ending], str(problem["sentence"]))
            for item in self.submissions.values()
            for problem in (item.verdict.problems if item.verdict is not None else ())
            if (ending := str(problem["rule"]).rpartition(".")[2]) in _ALERTS
        ]

    def _on_received(self, event: Event) -> None:
        at = moment(event.at)
        payload = event.payload
        files = tuple(ReceivedFile(item["name"], item["sha256"], item["size"]) for item in payload["files"])
        received = Submission(
            id=event.submission_id or "",
            seq=event.seq,
            program=event.program or "",
            partner=event.partner or "",
            period=event.period or "",
            received_at=at,
            received_on=day(payload.get("received_on")) or at.date(),
            received_by=event.who,
            files=files,
            content=payload["content"],
            seal=event.hash,
            reason=event.why,
            virus=payload.get("virus"),
            reason_code=payload.get("reason_code"),
        )
        self._put(received)
        self._on_pulled(event)

    def _on_pulled(self, event: Event) -> None:
        pulled = pull_of(event)
        if pulled is not None:
            key, pull = pulled
            self.pulls[key] = (*self.pulls.get(key, ()), pull)

    def _on_backtested(self, event: Event) -> None:
        rules, program = event.payload.get("rules"), event.program or ""
        if rules:
            self.rules_in_force[program] = self.rules_in_force.get(program, frozenset()) | frozenset(rules)

    def _on_judged(self, event: Event) -> None:
        self._on_backtested(event)
        submission = self.submissions.get(event.submission_id or "")
        if submission is None:
            return
        verdict = verdict_record(event)
        changes: dict[str, Any] = {"verdict": verdict, "pending": False}
        if submission.verdict is not None and submission.verdict.substance() != verdict.substance():
            changes |= {"confirmed_by": None, "approved_by": None}
        self._change(event, **changes)

    def _on_answered(self, event: Event) -> None:
        submission = self.submissions.get(event.submission_id or "")
        if submission is not None:
            self._change(event, answers={**submission.answers, **event.payload["answers"]}, pending=True)
        self._on_mapping(event)

    def _on_mapping(self, event: Event) -> None:
        key = (event.partner or "", event.program or "")
        if event.payload.get("remember", True):
            self.remembered[key] = {**self.remembered.get(key, {}), **event.payload["answers"]}

    def _on_confirmed(self, event: Event) -> None:
        self._change(event, confirmed_by=event.who)

    def _on_approved(self, event: Event) -> None:
        self._change(event, approved_by=event.who)

    def _on_reopened(self, event: Event) -> None:
        self._change(event, approved_by=None, reopened_why=event.why, reopened_code=event.payload.get("reason_code"))

    def _on_returned(self, event: Event) -> None:
        self._change(event, returned_by=event.who, returned_why=event.why, approved_by=None)

    def _on_withdrawn(self, event: Event) -> None:
        nil = self.nils.get(event.submission_id or "")
        if nil is not None:
            self.nils[nil.id] = replace(nil, withdrawn=True)
        self._change(
            event,
            withdrawn_by=event.who,
            withdrawn_why=event.why,
            withdrawn_code=event.payload.get("reason_code"),
            approved_by=None,
            pending=False,
        )

    def _on_erased(self, event: Event) -> None:
        self.erased_seq, self.erased_files = event.seq, self.erased_files | erased_files(event)
        submission = self.submissions.get(event.submission_id or "")
        if submission is not None:
            after = after_erasure(submission, event)
            self._put(after)
            self.erased_files |= {*submission.reduced.values()} - {*after.reduced.values()}

    def _on_released(self, event: Event) -> None:
        self.releases = (*self.releases, release_mark(event))

    def _on_nil(self, event: Event) -> None:
        declared = day(event.payload.get("declared_on")) or moment(event.at).date()
        nil_id = event.submission_id or f"N{event.seq:06d}"
        self.nils[nil_id] = Nil(
            nil_id, event.partner or "", event.program or "", event.period or "", declared, event.who
        )

    def _on_waived(self, event: Event) -> None:
        waiver = Waiver(
            partner=event.partner or "",
            program=event.program or "",
            period=event.period or "",
            reason=event.why or "",
            approved_by=event.who,
            expires_on=day(event.payload.get("expires_on")),
            indicator=event.payload.get("indicator_code"),
        )
        self.excused[(waiver.program, waiver.partner, waiver.period, waiver.indicator or "")] = waiver


def fold(events: Iterable[Event]) -> LedgerState:
    """The state after some events, in order."""
    state = LedgerState()
    for event in events:
        state.apply(event)
    return state
