"""What every cast shares: its context, its result, and how distinct values find their rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sources.reader.grid import ErrorCell, UncachedFormula
from sources.reader.issues import Issue
from sources.reader.text import ERROR_TEXT


@dataclass(frozen=True)
class CastContext:
    """What casting a column needs to know about its file and partner.

    Attributes:
        decimal: Declared or answered decimal sign.
        day_first: Declared or answered date order.
        date1904: Serial numbers count from 1904.
        percents: Row positions shown as a percentage.
        text_file: csv, where every value is text by nature.
        fractions: Answer to the column's percent question: ``points`` or ``share``.
    """

    decimal: str | None = None
    day_first: bool | None = None
    date1904: bool = False
    percents: frozenset[int] = frozenset()
    text_file: bool = False
    fractions: str | None = None


@dataclass
class CastColumn:
    """One column cast.

    Attributes:
        values: Typed values as :class:`sources.reader.result.TableRead` documents.
        low: Lower bounds, interval columns only.
        high: Upper bounds, interval columns only.
        issues: ``(issue, row positions)``.
        question: ``(key part, rows that show it)`` where the column can be read in two ways.
    """

    values: np.ndarray[Any, Any]
    low: np.ndarray[Any, Any] | None = None
    high: np.ndarray[Any, Any] | None = None
    issues: list[tuple[Issue, list[int]]] = field(default_factory=list)
    question: tuple[str, list[int]] | None = None


def broken(value: Any) -> Issue | None:
    """The issue of a cell that holds no value at all: an error, or a formula without a result."""
    if isinstance(value, ErrorCell) or (isinstance(value, str) and ERROR_TEXT.fullmatch(value.strip())):
        return Issue("error_cell")
    return Issue("uncached") if isinstance(value, UncachedFormula) else None


def distinct(values: Sequence[Any]) -> tuple[Sequence[Any], set[Any]]:
    """Keys to look values up by, and the distinct ones.

    ``True`` equals ``1.0`` in a set: where both occur the key carries the type.
    """
    types = set(map(type, values))
    if bool in types and (float in types or int in types):
        values = [(type(value), value) for value in values]
    return values, set(values)


def collect(keys: Sequence[Any], found: dict[Any, Issue]) -> list[tuple[Issue, list[int]]]:
    """Row positions by issue, in order of first appearance."""
    rows: dict[Issue, list[int]] = {}
    if found:
        for row, key in enumerate(keys):
            if key in found:
                rows.setdefault(found[key], []).append(row)
    return list(rows.items())
