"""Reporting quarters such as ``2026-Q3``: parsing, order, first and last day."""

from __future__ import annotations

import re
from datetime import date, timedelta

_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
FIRST_PERIOD = "2023-Q1"
LAST_PERIOD = "2030-Q4"


def parse(period: str) -> tuple[int, int]:
    """Year and quarter of ``2026-Q3``. Raises ``ValueError`` with a plain sentence otherwise."""
    match = _QUARTER.fullmatch(period)
    if match is None:
        raise ValueError(f"“{period}” is not a quarter. Write it like 2026-Q3.")
    return int(match[1]), int(match[2])


def of_date(day: date) -> str:
    """The quarter a day lies in."""
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def first_day(period: str) -> date:
    """First day of the quarter."""
    year, quarter = parse(period)
    return date(year, 3 * quarter - 2, 1)


def last_day(period: str) -> date:
    """Last day of the quarter."""
    return first_day(shift(period, 1)) - timedelta(days=1)


def shift(period: str, quarters: int) -> str:
    """The quarter ``quarters`` later (earlier when negative)."""
    year, quarter = parse(period)
    index = year * 4 + quarter - 1 + quarters
    return f"{index // 4}-Q{index % 4 + 1}"


def between(first: str, last: str) -> list[str]:
    """All quarters from ``first`` to ``last``, both included; empty where ``last`` is earlier."""
    parse(first), parse(last)
    periods = []
    while first <= last:
        periods.append(first)
        first = shift(first, 1)
    return periods


def deadline(period: str, days: int) -> date:
    """Day a return of the quarter is due: ``days`` after its last day."""
    return last_day(period) + timedelta(days=days)
