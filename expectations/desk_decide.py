"""Decisions of partners and leads: each looks at the state, may be refused, and leaves one event.

A decision is written only on the state it was made on. When somebody else wrote in between, it is made
again on what they left, so the second of two reviewers meets the first one's decision.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from expectations.desk_gate import gate
from expectations.desk_results import DeskError
from expectations.reasons import complaint
from sources.log.event import HeadMoved, LogError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from expectations.reasons import Act
    from sources.contract.model import Contract
    from sources.log.event import Event
    from sources.log.events import EventLog
    from sources.log.records import Nil, Submission, Waiver
    from sources.log.state import LedgerState
    from sources.problems import Problem

__all__ = ["Decisions", "DeskError", "Draft"]

T = TypeVar("T")
#: Times a decision is made again before giving up; each failure means another writer succeeded.
ATTEMPTS = 500


@dataclass(frozen=True)
class Draft:
    """An event about to be written."""

    kind: str
    who: str
    why: str | None = None
    submission_id: str | None = None
    program: str | None = None
    partner: str | None = None
    period: str | None = None
    payload: dict[str, Any] = field(default_factory=dict)


class Decisions(ABC):
    """What people decide about returns. :class:`expectations.desk.Desk` adds receiving and judging."""

    log: EventLog
    contracts: Mapping[str, Contract]

    @abstractmethod
    def state(self) -> LedgerState:
        """The log folded up to now."""

    @abstractmethod
    def today(self) -> date:
        """The day it is, UTC."""

    def confirm(self, submission_id: str, who: str, why: str | None = None) -> Submission:
        """Say that the warnings of a return, or the rows left out of it, were seen and stand.

        Raises:
            DeskError: ``nothing_to_confirm``, ``already_confirmed``, ``unknown_submission``.
        """

        def decision(state: LedgerState) -> Draft:
            submission = self._submission(state, submission_id)
            if submission.state not in ("accepted_with_warnings", "partially_accepted"):
                raise DeskError(
                    "nothing_to_confirm",
                    f"{submission_id} is {_words(submission.state)}; there is nothing to confirm.",
                )
            if submission.confirmed_by is not None:
                raise DeskError(
                    "already_confirmed", f"{submission_id} was already confirmed by {submission.confirmed_by}."
                )
            return self._about(submission, "confirmed", who, why=why)

        return self._decide_about(submission_id, decision)

    def approve(self, submission_id: str, who: str, why: str | None = None) -> Submission:
        """Sign a return off.

        Raises:
            DeskError: ``own_upload``, ``not_confirmed``, ``not_counting``, ``already_approved``,
                ``not_accepted``, ``unknown_submission``.
        """

        def decision(state: LedgerState) -> Draft:
            submission = self._submission(state, submission_id)
            if submission.approved_by is not None:
                raise DeskError(
                    "already_approved", f"{submission_id} was already approved by {submission.approved_by}."
                )
            if not submission.loaded:
                raise DeskError(
                    "not_accepted", f"{submission_id} is {_words(submission.state)} and cannot be approved."
                )
            if same_person(submission.received_by, who):
                raise DeskError(
                    "own_upload", f"{who} handed {submission_id} in and cannot approve it. Ask another person."
                )
            if submission.state != "accepted" and submission.confirmed_by is None:
                what = "warnings" if submission.state == "accepted_with_warnings" else "rows left out"
                raise DeskError(
                    "not_confirmed", f"The {what} of {submission_id} are not confirmed yet. Confirm them first."
                )
            if not state.counts(submission_id):
                newer = state.current(*submission.place)
                raise DeskError(
                    "not_counting",
                    f"{submission_id} no longer counts; {newer[-1].id if newer else 'nothing'} does now.",
                )
            return self._about(submission, "approved", who, why=why)

        return self._decide_about(submission_id, decision)

    def return_(self, submission_id: str, who: str, why: str) -> Submission:
        """Send an accepted return back to the partner; the version before it counts again.

        Raises:
            DeskError: ``reason_needed``, ``approved``, ``not_accepted``, ``unknown_submission``.
        """
        need_reason(why, "Say why the return goes back, so that the partner can correct it.")

        def decision(state: LedgerState) -> Draft:
            submission = self._submission(state, submission_id)
            _not_approved(submission)
            if not submission.loaded and submission.state != "needs_answer":
                raise DeskError(
                    "not_accepted", f"{submission_id} is {_words(submission.state)}; it cannot be returned."
                )
            return self._about(submission, "returned", who, why=why)

        return self._decide_about(submission_id, decision)

    def reopen(self, submission_id: str, who: str, why: str, *, reason_code: str | None = None) -> Submission:
        """Take an approval back.

        Raises:
            DeskError: ``reason_needed``, ``unknown_reason``, ``not_approved``, ``unknown_submission``.
        """
        need_reason(why, "Say why the approval is taken back.")
        need_known(reason_code, "reopen")

        def decision(state: LedgerState) -> Draft:
            submission = self._submission(state, submission_id)
            if submission.approved_by is None:
                raise DeskError("not_approved", f"{submission_id} is not approved.")
            return self._about(submission, "reopened", who, why=why, payload=_coded(reason_code))

        return self._decide_about(submission_id, decision)

    def withdraw(self, submission_id: str, who: str, why: str | None = None, *, reason_code: str | None = None) -> None:
        """Take a return, or a declaration of nothing to report, back; what was before it counts again.

        Raises:
            DeskError: ``approved``, ``already_withdrawn``, ``unknown_reason``, ``unknown_submission``.
        """
        need_known(reason_code, "withdraw")

        def decision(state: LedgerState) -> Draft:
            nil = state.nils.get(submission_id)
            if nil is not None and not nil.withdrawn:
                place = (nil.program, nil.partner, nil.period)
                return Draft("withdrawn", who, why, submission_id, *place, _coded(reason_code))
            if nil is not None or self._submission(state, submission_id).withdrawn_by is not None:
                raise DeskError("already_withdrawn", f"{submission_id} is already withdrawn.")
            submission = self._submission(state, submission_id)
            _not_approved(submission)
            return self._about(submission, "withdrawn", who, why=why, payload=_coded(reason_code))

        self._decide(decision)

    def nil(
        self,
        *,
        partner: str,
        program: str,
        period: str,
        who: str,
        why: str | None = None,
        declared_on: date | None = None,
    ) -> Nil:
        """Declare that there is nothing to report. Declaring it twice leaves one declaration.

        Raises:
            DeskError: ``not_asked`` (program, partner or period), ``return_counts``.
        """
        self._asked(gate(self.contracts, program, partner, period, declared_on or self.today()))
        place = (partner, program, period)

        def decision(state: LedgerState) -> Draft | None:
            current = state.current(*place)
            if current:
                raise DeskError(
                    "return_counts",
                    f"{current[-1].id} counts for {period}. Withdraw it first if there is nothing to report.",
                )
            if place in state.nil:
                return None
            payload = {"declared_on": declared_on.isoformat() if declared_on is not None else None}
            return Draft("nil", who, why, f"N{state.seq + 1:06d}", program, partner, period, payload)

        self._decide(decision)
        return self.state().nil[place]

    def waive(
        self,
        *,
        partner: str,
        program: str,
        period: str,
        who: str,
        why: str,
        expires_on: date | None = None,
        indicator: str | None = None,
    ) -> Waiver:
        """Excuse a partner from a period, or from one indicator of it; a newer waiver replaces an older one.

        Raises:
            DeskError: ``reason_needed``, ``not_asked``, ``unknown_indicator``.
        """
        need_reason(why, "Say why the partner is excused; the reason footnotes every number it touches.")
        self._asked(gate(self.contracts, program, partner, period, None))
        known = self.contracts[program].indicators
        if indicator is not None and indicator not in known:
            sentence = (
                f"“{indicator}” is no indicator of {self.contracts[program].title}. Known are: {', '.join(known)}."
            )
            raise DeskError("unknown_indicator", sentence)
        payload = {
            "expires_on": expires_on.isoformat() if expires_on is not None else None,
            "indicator_code": indicator,
        }
        self._decide(
            lambda _: Draft("waived", who, why, program=program, partner=partner, period=period, payload=payload)
        )
        return self.state().excused[(program, partner, period, indicator or "")]

    def remember(
        self, *, partner: str, program: str, answers: Mapping[str, str], who: str, why: str | None = None
    ) -> None:
        """Settle answers ahead for every later return of a partner."""
        self._decide(
            lambda _: Draft("mapping", who, why, program=program, partner=partner, payload={"answers": dict(answers)})
        )

    def _decide(self, decision: Callable[[LedgerState], Draft | T]) -> Event | T:
        """Write what a decision on the present state gives; anything but a draft is given back unwritten."""
        try:
            for _ in range(ATTEMPTS):
                state = self.state()
                draft = decision(state)
                if not isinstance(draft, Draft):
                    return draft
                try:
                    return self.log.append_if(
                        state.head,
                        draft.kind,
                        draft.who,
                        # PostgreSQL keeps no NUL in a text; a reason means the same without.
                        why=(draft.why or "").replace("\x00", "") or None,
                        submission_id=draft.submission_id,
                        program=draft.program,
                        partner=draft.partner,
                        period=draft.period,
                        payload=draft.payload,
                    )
                except HeadMoved:
                    continue
        except LogError as error:
            raise DeskError("not_saved", str(error)) from error
        raise DeskError("not_saved", "Not saved; nothing was lost. Try again.")

    def _decide_about(self, submission_id: str, decision: Callable[[LedgerState], Draft]) -> Submission:
        self._decide(decision)
        return self.state().submissions[submission_id]

    @staticmethod
    def _about(
        submission: Submission, kind: str, who: str, *, why: str | None = None, payload: dict[str, Any] | None = None
    ) -> Draft:
        return Draft(
            kind, who, why, submission.id, submission.program, submission.partner, submission.period, payload or {}
        )

    @staticmethod
    def _submission(state: LedgerState, submission_id: str) -> Submission:
        submission = state.submissions.get(submission_id)
        if submission is None:
            raise DeskError("unknown_submission", f"There is no submission {submission_id}. See the receipt.")
        return submission

    @staticmethod
    def _asked(problem: Problem | None) -> None:
        if problem is not None:
            raise DeskError("not_asked", problem.sentence)


def same_person(one: str, other: str) -> bool:
    """Whether two names are one person's, however written."""
    return one.strip().casefold() == other.strip().casefold()


def _not_approved(submission: Submission) -> None:
    if submission.approved_by is not None:
        raise DeskError(
            "approved", f"{submission.id} was approved by {submission.approved_by} and is locked. Reopen it first."
        )


def need_reason(why: str, sentence: str) -> None:
    """Raises :class:`DeskError` with ``sentence`` where no reason is given."""
    if not why.strip():
        raise DeskError("reason_needed", sentence)


def need_known(code: str | None, act: Act) -> None:
    """Raises :class:`DeskError` for a reason code that does not exist or does not fit the act."""
    sentence = complaint(code, act)
    if sentence is not None:
        raise DeskError("unknown_reason", sentence)


def _coded(code: str | None) -> dict[str, Any]:
    return {"reason_code": code} if code else {}


def _words(state: str) -> str:
    return {"needs_answer": "waiting for an answer", "received": "not checked yet"}.get(state, state.replace("_", " "))
