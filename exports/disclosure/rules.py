"""The rules for one figure by itself: what is hidden, what is rounded, and what a shown value tells its reader.

Two tiers (docs/adr/0009-what-is-said-of-people.md). **A**: polls of a population, of which a sample is no list: a base
below 30 is hidden, nothing is rounded. **B**: participants, staff and patients, of which the returns are complete
lists: a count of 1 to 10 people is hidden, so is a share over a base below 30 or over so small a part or remainder,
counts are rounded to 5 and shares to whole percent. A part that is nobody or everybody of fewer than 30 people is
hidden too: it says something of each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

POLL = "A"
PARTICIPANTS = "B"
#: Fewer people than this are never shown, nor is what derives from them.
FEWEST = 11
#: A share over fewer people than this is never shown.
SMALLEST_BASE = 30
STEP = 5

PRIMARY = "primary"
COMPLEMENTARY = "complementary"


@dataclass(frozen=True)
class Figure:
    """What the rules look at: bounds of a count, or of a share's numerator, in exact numbers of people.

    Attributes:
        low: At least so many.
        high: At most so many.
        base: The denominator of a share; ``None`` for a count.
        whole: How many it is a part of at the same moment, where that is declared.
        tier: ``A`` or ``B``.
    """

    low: int
    high: int
    base: int | None = None
    whole: int | None = None
    tier: str = PARTICIPANTS


def is_small(people: int) -> bool:
    """Whether so many people are too few to be shown: 1 to 10. Nobody is a figure that may be shown."""
    return 1 <= people < FEWEST


def is_hidden(figure: Figure) -> bool:
    """Whether a figure by itself must be hidden (primary suppression)."""
    if figure.tier == POLL:
        size = figure.high if figure.base is None else figure.base
        return 0 < size < SMALLEST_BASE or (figure.base is not None and figure.base < SMALLEST_BASE)
    parts = [figure.low, figure.high]
    if figure.base is not None:
        if figure.base < SMALLEST_BASE:
            return True
        parts += [figure.base - figure.low, figure.base - figure.high]
    if figure.whole is not None and 0 < figure.whole < SMALLEST_BASE and figure.high in (0, figure.whole):
        return True
    return any(is_small(part) for part in parts)


def rounded(people: int) -> int:
    """A count to the nearest 5; 11 and 12 become 15, so that no shown count is one of 1 to 10."""
    return 0 if people == 0 else max(3 * STEP, (2 * people + STEP) // (2 * STEP) * STEP)


def unrounded(shown: int) -> tuple[int, int]:
    """The counts that :func:`rounded` shows as ``shown``."""
    if shown == 0:
        return 0, 0
    half = STEP // 2
    return (FEWEST if shown == 3 * STEP else shown - half), shown + half


def whole_percent(part: int, base: int) -> int:
    """A share in whole percent; 0 and 100 only where it is nobody or everybody."""
    if part <= 0:
        return 0
    if part >= base:
        return 100
    return min(99, max(1, (200 * part + base) // (2 * base)))


def percent_bounds(shown: int) -> tuple[int, int]:
    """The shares, in half percent, that :func:`whole_percent` shows as ``shown``."""
    if shown in (0, 100):
        return 2 * shown, 2 * shown
    return (0 if shown == 1 else 2 * shown - 1), (200 if shown == 99 else 2 * shown + 1)
