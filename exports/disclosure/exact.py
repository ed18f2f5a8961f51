"""Exact numbers: what a published file says, as fractions without rounding."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from math import gcd, isinf, lcm
from numbers import Integral, Rational, Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Digits beyond which a decimal is the text of a binary float, not something a person wrote.
_TYPED_DIGITS = 15
#: How far arithmetic on floats strays, relative to the larger of one and the number.
_FLOAT_NOISE = Fraction(1, 1 << 50)
#: Powers of ten beyond this are no count of anything; they would only fill the memory.
_LARGEST_EXPONENT = 60


class NotANumber(ValueError):
    """A value that is no finite number."""


def exact(value: Any) -> Fraction:
    """A number as the fraction its decimal text says.

    Text of more than 15 digits is what a computer makes of ``0.1 + 0.2``: it is read as the plain fraction it
    stands for (0.3; 1/3), so that noise of the sixteenth digit neither loses a solution nor adds one.

    Args:
        value: An integer, decimal, fraction, float or the text of one.

    Raises:
        NotANumber: It is none of these, or not finite.
    """
    if isinstance(value, bool):
        raise NotANumber(str(value))
    if isinstance(value, Integral):
        return Fraction(int(value))
    if isinstance(value, Rational):
        return Fraction(value.numerator, value.denominator)
    if isinstance(value, str) and value.count("/") == 1:
        above, _, below = value.partition("/")
        if not exact(below):
            raise NotANumber(value)
        return exact(above) / exact(below)
    if isinstance(value, Real) and not isinstance(value, float):
        value = float(value)
    if not isinstance(value, str | Decimal | float):
        raise NotANumber(repr(value))
    try:
        decimal = Decimal(repr(float(value)) if isinstance(value, float) else value)
    except InvalidOperation:
        raise NotANumber(str(value)) from None
    if not decimal.is_finite() or abs(decimal.adjusted()) > _LARGEST_EXPONENT:
        raise NotANumber(str(value))
    digits = decimal.as_tuple().digits
    found = Fraction(decimal)
    return _plain(found) if len(digits) > _TYPED_DIGITS and found.denominator > 1 else found


def _plain(noisy: Fraction) -> Fraction:
    """The short decimal, else the simple fraction, within float noise of a number; itself where there is none."""
    allowed = _FLOAT_NOISE * max(Fraction(1), abs(noisy))
    for places in range(13):
        short = Fraction(round(noisy * 10**places), 10**places)
        if abs(short - noisy) <= allowed:
            return short
    simple = noisy.limit_denominator(100_000)
    return simple if abs(simple - noisy) <= allowed else noisy


def limit(value: Any, below: bool) -> Fraction | None:
    """A bound; ``None`` where that side is open (missing, null or infinite).

    Args:
        value: The bound as read.
        below: Whether it is a lower bound.

    Raises:
        NotANumber: It is no number, or infinite towards the wrong side.
    """
    if value is None:
        return None
    text = value.strip().lower().removeprefix("+") if isinstance(value, str) else value
    endless = {"infinity": 1, "inf": 1, "-infinity": -1, "-inf": -1}.get(text, 0) if isinstance(text, str) else 0
    if isinstance(value, float) and isinf(value):
        endless = 1 if value > 0 else -1
    if endless:
        if (endless < 0) != below:
            raise NotANumber(str(value))
        return None
    return exact(value)


def scale_of(numbers: Iterable[Fraction]) -> Fraction:
    """What fractions are multiplied by so that they become integers without a common divisor."""
    below, above = 1, 0
    for number in numbers:
        below, above = lcm(below, number.denominator), gcd(above, number.numerator)
    # The greatest common divisor of fractions is that of their numerators over a common denominator.
    if not above:
        return Fraction(1)
    return Fraction(below, above)


def floor(value: Fraction) -> int:
    """The largest integer not above a fraction."""
    return value.numerator // value.denominator


def ceil(value: Fraction) -> int:
    """The smallest integer not below a fraction."""
    return -(-value.numerator // value.denominator)


def plain(value: Fraction | int | None) -> int | float | None:
    """A bound as JSON holds it: an integer, else the nearest double."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)
