"""What leads put into the log, as rows of the ledger: targets that changed, and what they wrote."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sources.contract.model import Contract
    from sources.log.lead import TargetChange
    from sources.log.state import LedgerState


def target_changes(state: LedgerState, contracts: Mapping[str, Contract]) -> list[dict[str, Any]]:
    """The approved change that counts for each indicator and year, with the words that footnote it."""
    counting: dict[tuple[str, str, int], TargetChange] = {}
    for change in state.target_changes.values():
        place = (change.program, change.indicator, change.year)
        known = contracts.get(change.program)
        if known is not None and change.indicator in known.indicators:
            newest = state.target(*place)
            if newest is not None:
                counting[place] = newest
    return [
        {
            "change_id": change.id,
            "program_code": change.program,
            "indicator_code": change.indicator,
            "year": change.year,
            "target_value": change.value.quantize(Decimal("0.0001")),
            "decided_on": change.decided_on,
            "note": f"{_what(change)} by {change.proposed_by} and {change.decided_by}: {_one_line(change.why)}",
            "note_released": _what(change),
        }
        for _, change in sorted(counting.items())
    ]


def comments(state: LedgerState, contracts: Mapping[str, Contract]) -> list[dict[str, Any]]:
    """What leads wrote and did not take back, in the order it was written."""
    return [
        {
            "comment_id": comment.id,
            "program_code": comment.program,
            "period": comment.period,
            "indicator_code": comment.indicator,
            "kind": comment.kind,
            "text": comment.text,
            "written_by": comment.written_by,
            "written_at": comment.written_at.replace(tzinfo=None),
            "consent_scope": comment.consent_scope,
            "consent_expires_on": comment.consent_expires,
        }
        for comment in sorted(state.comments.values(), key=lambda item: item.seq)
        if comment.retracted_by is None and comment.program in contracts
    ]


def _what(change: TargetChange) -> str:
    """What changed and when: who and why stay with those who may know."""
    if change.before is None:
        return f"Target {change.year} of {_number(change.value)} added on {change.decided_on}"
    numbers = f"from {_number(change.before)} to {_number(change.value)}"
    return f"Target {change.year} changed {numbers} on {change.decided_on}"


def _number(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _one_line(text: str) -> str:
    """A reason inside a footnote, whose parts a semicolon separates."""
    return " ".join(text.replace(";", ",").split())
