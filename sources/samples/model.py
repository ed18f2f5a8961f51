"""What a sample return is, and the seeded dice its figures come from."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

from sources import periods

NOTICE = "Synthetic sample – invented figures"
FIRST, LAST = "2023-Q2", "2026-Q3"
PERIODS: tuple[str, ...] = tuple(periods.between(FIRST, LAST))
DEFAULT_SEED = 2030

Expect = Literal["accepted", "accepted_with_warnings", "partially_accepted", "returned", "nil"]


@dataclass(frozen=True)
class SampleReturn:
    """One return of a sample partner.

    Attributes:
        files: The files of the return; empty for a nil return.
        received_on: Day it arrives.
        reason: Why an earlier return is replaced, where it is; ``reason_code`` is the kind of reason.
        withdrawn_on: Day the partner takes it back, where it does, with ``withdrawn_why`` and ``withdrawn_code``.
        note: What is peculiar about it, for people who read the list.
        expect: The verdict's state it deserves, or ``nil``.
    """

    program: str
    partner: str
    period: str
    files: list[Path]
    received_on: date
    reason: str | None = None
    reason_code: str | None = None
    note: str = ""
    expect: Expect = "accepted"
    withdrawn_on: date | None = None
    withdrawn_why: str = ""
    withdrawn_code: str | None = None


@dataclass(frozen=True)
class ErrorFormula:
    """A formula whose cached value is an Excel error."""

    formula: str
    shows: str


Value = str | int | float | Decimal | date | ErrorFormula | None


@dataclass(frozen=True)
class Planted:
    """One deliberate mistake: where it is, which rule must find it and what stands there."""

    sheet: str
    cell: str
    rule: str
    value: Value = field(default=None, compare=False)


def dice(seed: int, *what: object) -> random.Random:
    """A generator of its own for each thing drawn, so that one change leaves the other figures alone."""
    # Invented figures, no secrets: what counts is that they repeat.
    return random.Random("|".join(str(part) for part in (seed, *what)))


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a small csv beside a sample module."""
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def received(period: str, seed: int, partner: str, earliest: int = 8, latest: int = 27) -> date:
    """Day a return arrives: within ``earliest`` to ``latest`` days after the quarter's last day."""
    days = dice(seed, "received", partner, period).randint(earliest, latest)
    return periods.last_day(period) + timedelta(days=days)


def day_in(period: str, generator: random.Random) -> date:
    """A weekday in the quarter."""
    first = periods.first_day(period)
    day = first + timedelta(days=generator.randrange((periods.last_day(period) - first).days + 1))
    return day - timedelta(days=max(0, day.weekday() - 4)) if day.day > 2 else day


def about(generator: random.Random, value: float, spread: float = 0.15) -> int:
    """A whole number around ``value``."""
    return max(0, round(value * generator.uniform(1 - spread, 1 + spread)))


def few(value: int) -> int | str:
    """``<5`` in place of counts from 1 to 4, as partners write small numbers."""
    return "<5" if 1 <= value <= 4 else value
