"""Quantiles of Student's t and of the beta distribution, from the incomplete beta function.

The continued fraction is that of Abramowitz and Stegun 26.5.8, by the method of Lentz; quantiles by Newton's method
kept between bounds, or by bisection.
"""

from __future__ import annotations

import math
from functools import cache

TINY = 1e-300


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b)."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - incomplete_beta(b, a, 1 - x)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    c, d = 1.0, 1.0 - (a + b) * x / (a + 1)
    d = 1.0 / (d if abs(d) > TINY else TINY)
    fraction = d
    for step in range(1, 2000):
        for part in (
            step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step)),
            -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1)),
        ):
            d = 1.0 + part * d
            d = 1.0 / (d if abs(d) > TINY else TINY)
            c = 1.0 + part / c
            c = c if abs(c) > TINY else TINY
            change = c * d
            fraction *= change
        if abs(change - 1.0) < 1e-15:
            break
    return math.exp(front) * fraction / a


@cache
def beta_quantile(level: float, a: float, b: float) -> float:
    """The x with I_x(a, b) = level."""
    low, high, x = 0.0, 1.0, a / (a + b)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    for _ in range(200):
        off = incomplete_beta(a, b, x) - level
        low, high = (x, high) if off < 0 else (low, x)
        if high - low < 1e-15:
            break
        # A step of Newton where it stays between what is known, else the middle.
        density = math.exp(front + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x))
        step = x - off / density if density > 0 else low
        if abs(step - x) < 1e-15:
            break
        x = step if low < step < high else (low + high) / 2
    return x


def t_tail(t: float, df: float) -> float:
    """P(T > |t|)."""
    return incomplete_beta(df / 2, 0.5, df / (df + t * t)) / 2


@cache
def t_quantile(level: float, df: float) -> float:
    """The t that a share ``level`` of the distribution lies below; ``level`` above one half."""
    low, high = 0.0, 1.0
    while t_tail(high, df) > 1 - level:
        high *= 2
    for _ in range(200):
        middle = (low + high) / 2
        if t_tail(middle, df) > 1 - level:
            low = middle
        else:
            high = middle
        if high - low < 1e-13 * max(1.0, high):
            break
    return (low + high) / 2
