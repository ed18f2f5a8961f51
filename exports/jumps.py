"""Does a figure jump against its own history: median and MAD, aware of counts that are often zero.

A quarter is compared with the same partner's earlier quarters. The score is the distance from the median in robust
standard deviations, 1.4826 × MAD (Iglewicz and Hoaglin 1993, "How to Detect and Handle Outliers", cutoff 3.5). A MAD of
zero must not make every change a jump, so the deviation has a floor; where zeros are usual, the figures that are not
zero are compared with each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import TYPE_CHECKING

from exports.origin_words import number
from exports.wording import MINUS

if TYPE_CHECKING:
    from collections.abc import Sequence

CUTOFF = Decimal("3.5")
#: Earlier quarters looked at, and how many there must be.
WINDOW, FEWEST = 8, 4
_SCALE = Decimal("1.4826")
#: The deviation is never taken to be smaller than a tenth of the usual figure, or this much in its unit.
_FLOOR_SHARE, _FLOOR_COUNT, _FLOOR_POINTS = Decimal("0.1"), Decimal(1), Decimal(2)
#: With fewer figures that are not zero, a jump is a figure this many times the largest of them.
_FEW_NONZERO, _TIMES = 3, 3


@dataclass(frozen=True)
class Jump:
    """A figure that lies far from its own history.

    Attributes:
        label: The figure's name.
        usual: Median of the earlier quarters compared with; ``None`` where all were zero.
        zeros: How many of the ``quarters`` earlier quarters were zero.
        score: Distance from the median in robust standard deviations; ``None`` where it has no such scale.
        sentence: What to know, for a lead.
    """

    label: str
    value: Decimal
    usual: Decimal | None
    zeros: int
    quarters: int
    score: Decimal | None
    sentence: str


def jump(label: str, unit: str, value: Decimal, earlier: Sequence[Decimal]) -> Jump | None:
    """Whether a figure jumps against earlier quarters, oldest first; ``None`` where it does not, or nobody can say."""
    history = list(earlier)[-WINDOW:]
    if len(history) < FEWEST:
        return None
    zeros, filled = history.count(Decimal(0)), [item for item in history if item != 0]
    often = f"zero in {zeros} of {len(history)} earlier quarters" if zeros else ""
    if value == 0 and zeros:
        return None
    if not filled:
        sentence = f"{label}: {_shown(value, unit)}, and zero in all {len(history)} earlier quarters."
        return Jump(label, value, None, zeros, len(history), None, sentence)
    usual = Decimal(median(filled))
    if len(filled) < _FEW_NONZERO:
        if value <= _TIMES * max(filled):
            return None
        sentence = (
            f"{label}: {_shown(value, unit)}, {often}, at most {_shown(max(filled), unit)} in the others: "
            f"{_compared(value, max(filled), unit)}."
        )
        return Jump(label, value, usual, zeros, len(history), None, sentence)
    score = abs(value - usual) / _deviation(filled, usual, unit)
    if score < CUTOFF:
        return None
    if value == 0:
        sentence = f"{label}: 0, and never zero in {len(history)} earlier quarters (median {_shown(usual, unit)})."
        return Jump(label, value, usual, zeros, len(history), _one(score), sentence)
    against = (
        f"{often}; median of the others {_shown(usual, unit)}"
        if zeros
        else f"median of {len(history)} earlier quarters {_shown(usual, unit)}"
    )
    sentence = f"{label}: {_shown(value, unit)}; {against}: {_compared(value, usual, unit)}."
    return Jump(label, value, usual, zeros, len(history), _one(score), sentence)


def _deviation(values: Sequence[Decimal], middle: Decimal, unit: str) -> Decimal:
    spread = _SCALE * Decimal(median(abs(item - middle) for item in values))
    least = _FLOOR_POINTS if unit == "percent" else _FLOOR_COUNT
    return max(spread, _FLOOR_SHARE * abs(middle), least)


def _compared(value: Decimal, usual: Decimal, unit: str) -> str:
    if unit == "percent":
        points = abs(value - usual)
        return f"{number(_one(points))} points {'more' if value > usual else 'less'}"
    if usual > 0 and value >= 2 * usual:
        return f"{number(_one(value / usual))} times as much"
    if usual > 0 and 0 <= value < usual:
        return f"{number(_whole(100 * (usual - value) / usual))} % less"
    if usual > 0 and value > 0:
        return f"{number(_whole(100 * (value - usual) / usual))} % more"
    return "the sign is another"


def _shown(value: Decimal, unit: str) -> str:
    text = number(_one(value) if unit == "percent" else value)
    if unit == "EUR":
        return f"€{text}" if value >= 0 else f"{MINUS}€{number(-value)}"
    return f"{text} %" if unit == "percent" else text


def _one(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), ROUND_HALF_UP)
