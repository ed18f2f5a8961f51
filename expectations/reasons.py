"""Why a reported quarter changes: a code to count by, beside the sentence that tells.

Belongs here: the codes, what each means and when it is offered. A code is permanent: events carry it, and a restatement
says with it whether a number changed because of late data, a mistake or a new definition.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

#: What a reason can be given for: a new version, taking one back, taking an approval back.
Act = Literal["correct", "withdraw", "reopen"]


class Reason(NamedTuple):
    """One kind of reason.

    Attributes:
        code: What events carry.
        label: What people choose from.
        help: When to choose it.
        acts: What it can be given for.
    """

    code: str
    label: str
    help: str
    acts: frozenset[Act]


_ALL: frozenset[Act] = frozenset({"correct", "withdraw", "reopen"})
_CHANGED: frozenset[Act] = frozenset({"correct", "reopen"})

CATALOGUE: tuple[Reason, ...] = (
    Reason("late_data", "Late data", "Figures of a site or a month came in after the return.", _CHANGED),
    Reason("correction_of_error", "Correction of an error", "A figure was typed, copied or added up wrongly.", _ALL),
    Reason(
        "double_counting_removed",
        "Double counting removed",
        "People, events or money were in the figures twice.",
        _CHANGED,
    ),
    Reason(
        "definition_changed",
        "Definition or method changed",
        "The same things are counted, but by another definition or method.",
        _CHANGED,
    ),
    Reason("exchange_rate", "Exchange rate", "Only the conversion of money changed.", _CHANGED),
    Reason("estimate_replaced", "Estimate replaced", "An estimate is replaced by the figure itself.", _CHANGED),
    Reason("wrong_file", "Wrong file", "Another file, quarter or program was handed in by mistake.", _ALL),
    Reason("partner_left", "Partner left", "The partner, or one of its sites, no longer reports.", _ALL),
    Reason("person_erased", "Personal data erased", "Rows about a person were taken out at their request.", _ALL),
    Reason("other", "Another reason", "None of the others; the sentence says which.", _ALL),
)

#: Label by code, in the order people are offered them.
REASONS: Mapping[str, str] = MappingProxyType({item.code: item.label for item in CATALOGUE})


def offered(act: Act) -> tuple[Reason, ...]:
    """The reasons that can be given for an act, in order."""
    return tuple(item for item in CATALOGUE if act in item.acts)


def complaint(code: str | None, act: Act) -> str | None:
    """The sentence that says why a code will not do for an act; ``None`` where it will, or none is given."""
    codes = [item.code for item in offered(act)]
    if code is None or code in codes:
        return None
    return f"“{code}” is no kind of reason for this. Choose one of: {', '.join(codes)}."
