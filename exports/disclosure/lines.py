"""Never one hidden part beside a shown total: subtraction would give it away, if only roughly.

Rounding keeps such a part from coming out exactly; the house rule is stricter. The hidden parts of a line number
two or more and hold no 1 to 10 people together.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from exports.disclosure.rules import FEWEST
from exports.disclosure.shown import Shown
from exports.disclosure.truth import TOTAL, Truth, Who

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


def exposed(figures: Iterable[Shown], truth: Truth, known: Collection[tuple[Who, str, str]] = ()) -> list[str]:
    """Lines of a release whose hidden parts are too few, or too small together, beside a shown total.

    Args:
        figures: What the release shows.
        truth: The counts behind it.
        known: Figures that earlier releases showed: they cannot hide others any more.
    """
    every = list(figures)
    totals = {(one.who.indicator, one.period, one.span) for one in every if not one.is_hidden and _is_total(one)}
    lines: dict[tuple[str, str, str, str], list[Shown]] = defaultdict(list)
    for one in every:
        if one.source == "breakdown":
            lines[(one.who.indicator, one.period, one.span, one.who.dimension)].append(one)
    found = []
    for line, parts in sorted(lines.items()):
        hidden = [part for part in parts if part.is_hidden]
        if line[:3] not in totals or not hidden:
            continue
        sizes = {part: _size(truth, part) for part in parts}
        together = sum(sizes[part] for part in hidden)
        could = [part for part in parts if not part.is_hidden and sizes[part] > 0 and part.place not in known]
        if could and (len(hidden) == 1 or 1 <= together < FEWEST):
            few = "one part is hidden" if len(hidden) == 1 else "the hidden parts are few people together"
            found.append(f"{line[0]}, {line[1]}, by {line[3].replace('_', ' ')}: {few} beside a shown total.")
    return found


def _is_total(figure: Shown) -> bool:
    return (figure.who.dimension, figure.who.member) == TOTAL


def _size(truth: Truth, figure: Shown) -> int:
    counted = truth.at(*figure.place)
    if counted is None:
        return 0
    return counted.high if counted.base is None else counted.base
