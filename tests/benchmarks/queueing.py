"""A deadline on paper: how long people wait where ``c`` workers serve them, from measured service times.

Waiting in M/M/c is Erlang's C formula; for service times of any spread it is scaled by (1 + SCV) / 2, SCV being the squared
coefficient of variation (Allen and Cunneen's approximation; A. O. Allen, Probability, Statistics, and Queueing Theory, 2nd ed.
1990, section 5.3.2; exact for one worker: Pollaczek and Khinchine). Where more arrive than can be served, the formula has no
answer: then :func:`backlog` follows arrivals minute by minute as a fluid.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import NamedTuple


class Waiting(NamedTuple):
    """What somebody meets who comes at any moment.

    Attributes:
        load: Share of the workers' time that is asked for; from 1 on the queue only grows.
        wait: Mean seconds until it is their turn; ``None`` where the queue only grows.
        p95: Seconds 95 of 100 people wait no longer than.
    """

    load: float
    wait: float | None
    p95: float | None


def erlang_c(workers: int, asked: float) -> float:
    """Share of people who must wait at all, with Poisson arrivals and exponential service.

    Args:
        asked: Arrivals per second times mean service seconds; below ``workers``.
    """
    blocked = 1.0
    for number in range(1, workers + 1):  # Erlang's B by its recursion
        blocked = asked * blocked / (number + asked * blocked)
    return blocked / (1 - asked / workers * (1 - blocked))


def spread(seconds: Sequence[float]) -> float:
    """Squared coefficient of variation."""
    return statistics.pvariance(seconds) / statistics.fmean(seconds) ** 2


def waiting(per_second: float, seconds: Sequence[float], workers: int) -> Waiting:
    """Waiting of people who come evenly, by the service times measured."""
    mean = statistics.fmean(seconds)
    asked = per_second * mean
    load = asked / workers
    if load >= 1:
        return Waiting(load, None, None)
    share = erlang_c(workers, asked)
    wait = share * mean / (workers - asked) * (1 + spread(seconds)) / 2
    # The wait of those who wait is taken for exponential, as it is in M/M/c.
    among = wait / share
    return Waiting(load, wait, max(0.0, among * math.log(share / 0.05)) if share > 0.05 else 0.0)


def backlog(arrivals: Sequence[float], step: float, mean: float, workers: int) -> tuple[float, float, float]:
    """The longest queue, the longest wait in seconds and the seconds from the last arrival until nobody waits.

    Args:
        arrivals: People who come in each step of ``step`` seconds.
        mean: Mean service seconds.
    """
    rate, left, most = workers / mean, 0.0, 0.0
    for count in arrivals:
        left = max(0.0, left + count - rate * step)
        most = max(most, left)
    return most, most / rate, left / rate
