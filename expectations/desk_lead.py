"""What leads decide besides returns: a change of target, commentary on a quarter, a story that may be told."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from expectations.desk_decide import Decisions, Draft, need_reason, same_person
from expectations.desk_results import DeskError
from sources import periods
from sources.log.lead import CONSENT_SCOPES, Comment, TargetChange

if TYPE_CHECKING:
    from sources.contract.model import Contract
    from sources.log.state import LedgerState

__all__ = ["LeadDecisions"]

#: A comment is a few sentences, not a report.
LONGEST_COMMENT = 4000
#: More decimals than a target can have in the warehouse would be rounded there.
TARGET_DECIMALS = 4


class LeadDecisions(Decisions):
    """Target changes by two people, and the leads' own words."""

    def propose_target(
        self, program: str, indicator: str, year: int, value: Decimal | float | str, who: str, why: str
    ) -> TargetChange:
        """Propose another target; it counts once a second person approves it.

        Args:
            value: What the indicator should reach by the end of ``year``.

        Raises:
            DeskError: ``reason_needed``, ``not_asked``, ``unknown_indicator``, ``year_over``, ``not_a_target``,
                ``same_target``, ``already_proposed``.
        """
        need_reason(why, "Say why the target changes; the reason footnotes every number it touches.")
        contract = self._program(program)
        if indicator not in contract.indicators:
            known = ", ".join(contract.indicators)
            raise DeskError("unknown_indicator", f"“{indicator}” is no indicator of {contract.title}. Known: {known}.")
        last = periods.parse(periods.LAST_PERIOD)[0]
        if not self.today().year <= year <= last:
            sentence = f"A target can be changed for {self.today().year} to {last}; what {year} aimed at stands."
            raise DeskError("year_over", sentence)
        amount = _target(value)

        def decision(state: LedgerState) -> Draft:
            for change in state.target_changes.values():
                if change.open and (change.program, change.indicator, change.year) == (program, indicator, year):
                    raise DeskError(
                        "already_proposed",
                        f"{change.proposed_by} proposed {plain(change.value)} for {year} already ({change.id}). "
                        "Approve or decline that first.",
                    )
            before = self.target_now(state, program, indicator, year)
            if before == amount:
                raise DeskError("same_target", f"The target of {year} is {plain(amount)} already.")
            payload = {
                "step": "proposed",
                "change_id": f"T{state.seq + 1:06d}",
                "indicator_code": indicator,
                "year": year,
                "before": plain(before) if before is not None else None,
                "value": plain(amount),
            }
            return Draft("target_changed", who, why, program=program, payload=payload)

        event = self._decide(decision)
        return self.state().target_changes[event.payload["change_id"]]  # type: ignore[union-attr]

    def decide_target(self, change_id: str, who: str, approve: bool, why: str = "") -> TargetChange:
        """Approve or decline a proposed target; its proposer can take it back but not approve it.

        Raises:
            DeskError: ``unknown_change``, ``already_decided``, ``own_proposal``, ``reason_needed`` (to decline).
        """
        if not approve:
            need_reason(why, "Say why the change is declined.")

        def decision(state: LedgerState) -> Draft:
            change = state.target_changes.get(change_id)
            if change is None:
                raise DeskError("unknown_change", f"There is no change of target {change_id}.")
            if not change.open:
                raise DeskError("already_decided", f"{change_id} was already {change.state} by {change.decided_by}.")
            if approve and same_person(change.proposed_by, who):
                raise DeskError(
                    "own_proposal", f"{who} proposed {change_id} and cannot approve it. Ask another person."
                )
            payload = {"step": "approved" if approve else "declined", "change_id": change_id}
            return Draft("target_changed", who, why, program=change.program, payload=payload)

        self._decide(decision)
        return self.state().target_changes[change_id]

    def target_now(self, state: LedgerState, program: str, indicator: str, year: int) -> Decimal | None:
        """The target that counts: the change approved last, or else what the program's folder states."""
        change = state.target(program, indicator, year)
        if change is not None:
            return change.value
        stated = [t.value for t in self.contracts[program].targets if (t.indicator, t.year) == (indicator, year)]
        return stated[0] if stated else None

    def comment(
        self,
        program: str,
        period: str,
        who: str,
        text: str,
        kind: str = "commentary",
        consent_scope: str | None = None,
        consent_expires: date | None = None,
        *,
        indicator: str | None = None,
        why: str | None = None,
    ) -> Comment:
        """Sign a few sentences on a program's quarter, or a story with the consent it may be told under.

        Args:
            kind: ``commentary`` or ``story``.
            consent_scope: Who it may be shown to, a key of ``CONSENT_SCOPES``: of a story what the person agreed
                to, of commentary what its writer wants, leads unless said.
            consent_expires: Of a story: the last day it may be shown.
            indicator: The indicator it is about, where it is about one.

        Raises:
            DeskError: ``not_asked``, ``no_text``, ``too_long``, ``unknown_kind``, ``unknown_indicator``,
                ``consent_needed``, ``consent_expired``.
        """
        contract = self._program(program)
        _need_period(period)
        if not text.strip():
            raise DeskError("no_text", "Write what is to be said about the quarter.")
        if len(text) > LONGEST_COMMENT:
            sentence = f"The text has {len(text):,} characters; at most {LONGEST_COMMENT:,} fit. Shorten it."
            raise DeskError("too_long", sentence)
        if kind not in ("commentary", "story"):
            raise DeskError("unknown_kind", f"“{kind}” is neither commentary nor story.")
        if indicator is not None and indicator not in contract.indicators:
            raise DeskError("unknown_indicator", f"“{indicator}” is no indicator of {contract.title}.")
        if kind == "story":
            self._need_consent(consent_scope, consent_expires)
        elif consent_expires is not None:
            raise DeskError("unknown_kind", "Only a story's consent expires. Leave the day out of commentary.")
        elif consent_scope is not None and consent_scope not in CONSENT_SCOPES:
            raise DeskError("consent_needed", f"Say who it may be shown to: {', '.join(CONSENT_SCOPES)}.")

        def decision(state: LedgerState) -> Draft:
            payload = {
                "step": "written",
                "comment_id": f"C{state.seq + 1:06d}",
                "kind": kind,
                "text": text.strip(),
                "indicator_code": indicator,
                "consent_scope": consent_scope,
                "consent_expires": consent_expires.isoformat() if consent_expires is not None else None,
            }
            return Draft("commented", who, why, program=program, period=period, payload=payload)

        event = self._decide(decision)
        return self.state().comments[event.payload["comment_id"]]  # type: ignore[union-attr]

    def retract_comment(self, comment_id: str, who: str, why: str) -> Comment:
        """Take sentences back, or a story whose consent was withdrawn; the log keeps that they were there.

        Raises:
            DeskError: ``reason_needed``, ``unknown_comment``, ``already_retracted``.
        """
        need_reason(why, "Say why it is taken back.")

        def decision(state: LedgerState) -> Draft:
            comment = state.comments.get(comment_id)
            if comment is None:
                raise DeskError("unknown_comment", f"There is no comment {comment_id}.")
            if comment.retracted_by is not None:
                raise DeskError("already_retracted", f"{comment_id} was already taken back by {comment.retracted_by}.")
            payload = {"step": "retracted", "comment_id": comment_id}
            return Draft("commented", who, why, program=comment.program, period=comment.period, payload=payload)

        self._decide(decision)
        return self.state().comments[comment_id]

    def reminded(self, key: str, who: str, place: tuple[str, str | None, str | None], to: int) -> bool:
        """Claim a message before it leaves; ``False`` where the same one was claimed before.

        Args:
            key: What makes the message the same message.
            place: Program, partner and period it is about.
            to: How many addresses it goes to; the addresses themselves stay out of the log.
        """
        claimed = False

        def decision(state: LedgerState) -> Draft | None:
            nonlocal claimed
            claimed = key not in state.reminded
            payload = {"key": key, "addresses": to}
            return Draft("reminded", who, None, None, *place, payload) if claimed else None

        self._decide(decision)
        return claimed

    def not_reminded(self, key: str, who: str, place: tuple[str, str | None, str | None], why: str) -> None:
        """Give a claim back: the message could not be sent, so the next run tries again."""
        payload = {"key": key, "failed": True}
        self._decide(lambda _: Draft("reminded", who, why, None, *place, payload))

    def _program(self, program: str) -> Contract:
        contract = self.contracts.get(program)
        if contract is None:
            raise DeskError("not_asked", f"There is no program “{program}”. Known are: {', '.join(self.contracts)}.")
        return contract

    def _need_consent(self, scope: str | None, expires: date | None) -> None:
        if scope not in CONSENT_SCOPES:
            options = ", ".join(CONSENT_SCOPES)
            raise DeskError("consent_needed", f"Say who the person agreed the story may be shown to: {options}.")
        if expires is None:
            raise DeskError("consent_needed", "Give the last day the person's consent holds, like 2028-12-31.")
        if expires < self.today():
            raise DeskError("consent_expired", f"The consent ended on {expires}; the story cannot be shown.")


def plain(value: Decimal) -> str:
    """A number as people write it: no exponent, no trailing zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _target(value: Decimal | float | str) -> Decimal:
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise DeskError("not_a_target", f"“{value}” is not a number. Write it like 30000 or 62.5.") from None
    if not amount.is_finite() or amount < 0:
        raise DeskError("not_a_target", f"“{value}” cannot be a target. Write a number from 0 on.")
    # The size first: rounding a number with more digits than the context has is an error.
    if amount >= 10**18 or amount != round(amount, TARGET_DECIMALS):
        raise DeskError("not_a_target", f"“{value}” has too many digits. Write at most {TARGET_DECIMALS} decimals.")
    return amount


def _need_period(period: str) -> None:
    try:
        periods.parse(period)
    except ValueError as error:
        raise DeskError("not_asked", str(error)) from error
