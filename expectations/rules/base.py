"""What every rule function is given and gives back, and the few functions they share.

A rule kind is a module with two functions::

    check(frame, rule, contract, ctx) -> pd.Series      # True = fine, per frame row
    explain(frame, rule, contract, ctx, positions) -> Explanation

``check`` becomes a column that Great Expectations judges; ``explain`` words what it found for the
failing rows of one sheet. Neither decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from expectations import words
from sources import periods
from sources.contract.model import Contract, Rule, Table

Positions = npt.NDArray[np.int64]
Where = Literal["cells", "rows", "column", "table"]
#: Findings of one rule told one by one in a sheet; more become one line.
LINES = 5


class History(Protocol):
    """What the partner reported before, as far as it counts."""

    def previous(self, table: str) -> pd.DataFrame | None:
        """Typed rows of the last counted earlier period (with ``_period`` where known), or ``None``."""

    def earlier_values(self, table: str, column: str) -> set[str]:
        """Values of a column in any earlier accepted return of the partner."""


class Rates(Protocol):
    """Euro reference rates."""

    def rate_on(self, currency: str, day: date) -> tuple[Decimal, date] | None:
        """Rate on the day or the last one before it, with its date; ``None`` where there is none."""


@dataclass(frozen=True)
class Finding:
    """One cause: the rows that share it and how to say it (``what`` follows the cells and a colon)."""

    positions: Positions
    what: str
    fix: str = ""
    found: str | None = None
    expected: str | None = None


@dataclass(frozen=True)
class Explanation:
    """Findings of one rule in one sheet; ``general`` is said where there are more than :data:`LINES`.

    Attributes:
        column: The column of the cell to type in.
        otherwise: What is said instead on a sheet that does not have that column.
    """

    findings: list[Finding]
    general: str
    column: str | None
    where: Where = "cells"
    origin: Literal["entry", "interpretation"] = "entry"
    otherwise: Explanation | None = None


@dataclass(frozen=True)
class Context:
    """Everything around the table a rule looks at.

    Attributes:
        tables: Frames of all tables of the submission, by name.
        raw: Raw cell values by column, aligned with the frame; empty where they are not known.
        absent: ``(file, sheet, column)`` of required columns that a sheet does not have.
    """

    table: Table
    tables: Mapping[str, pd.DataFrame]
    partner: str
    period: str
    history: History
    rates: Rates
    period_kind: str = "quarter"
    raw: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    absent: frozenset[tuple[str, str | None, str]] = frozenset()

    def typed_in(self, frame: pd.DataFrame, column: str) -> npt.NDArray[np.object_]:
        """Raw values of a column aligned with the frame; the typed ones where no raw ones are known."""
        found = np.empty(len(frame), dtype=object)
        found[:] = list(self.raw[column]) if column in self.raw else list(frame[column])
        return found

    def before(self, previous: pd.DataFrame) -> str:
        """``last quarter's``, or the period's name where quarters lie between."""
        known = previous["_period"].dropna() if "_period" in previous else pd.Series(dtype=object)
        if known.empty:
            return "the last return's"
        then = str(known.iloc[0])
        if self.period_kind == "quarter" and then == periods.shift(self.period, -1):
            return "last quarter's"
        return f"{then}'s"


Check = Callable[[pd.DataFrame, Rule, Contract, Context], "pd.Series[Any]"]
Explain = Callable[[pd.DataFrame, Rule, Contract, Context, Positions], Explanation]


@dataclass(frozen=True)
class RuleKind:
    """A rule kind: its check, its wording, and whether failing rows can be dropped one by one."""

    check: Check
    explain: Explain
    whole_table: Callable[[Rule], bool] = lambda rule: False


def fine(frame: pd.DataFrame) -> pd.Series[Any]:
    """A column of True."""
    return pd.Series(np.ones(len(frame), dtype=bool), index=frame.index)


def bounds(frame: pd.DataFrame, column: str) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Lower and upper bound of a numeric column as floats; equal where the value is exact."""
    names = (f"{column}_low", f"{column}_high") if f"{column}_low" in frame else (column, column)
    low, high = (pd.to_numeric(frame[name], errors="coerce").astype("float64") for name in names)
    return low, high


def filled(frame: pd.DataFrame, column: str) -> pd.Series[Any]:
    """True where the cell holds something, intervals included."""
    return frame[f"{column}_low" if f"{column}_low" in frame else column].notna()


def keys(frame: pd.DataFrame, table: Table) -> pd.Series[Any]:
    """The key of each row as one text, comparable between a typed frame and rows read back from Parquet."""
    parts = []
    for name in table.key:
        kind = table.column(name).kind
        values = frame[name]
        if kind in ("integer", "decimal", "money", "percent"):
            values = pd.to_numeric(values, errors="coerce").astype("float64")
        elif kind == "date":
            values = pd.to_datetime(values).dt.strftime("%Y-%m-%d")
        parts.append(values.astype("string").fillna(""))
    joined = parts[0]
    for part in parts[1:]:
        joined = joined + "\x1f" + part
    return joined


def key_shown(frame: pd.DataFrame, table: Table, position: int) -> str:
    """The key of a row as a person would write it."""
    return ", ".join(words.shown(table.column(name), frame[name].iloc[position]) for name in table.key)


def matched(
    frame: pd.DataFrame, previous: pd.DataFrame, table: Table, column: str
) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Bounds of the previous row with the same key for each row; NaN where there is none."""
    earlier = keys(previous, table)
    last = ~earlier.duplicated(keep="last")
    index = keys(frame, table)
    low, high = (
        pd.Series(values[last].to_numpy(), index=earlier[last]).reindex(index).set_axis(frame.index)
        for values in bounds(previous, column)
    )
    return low, high


def causes(positions: Positions, *values: Any) -> list[Positions]:
    """Positions grouped by equal ``values`` (columns aligned with the frame), at most ``LINES + 1`` groups."""
    table = pd.DataFrame({n: np.asarray(value, dtype=object)[positions] for n, value in enumerate(values)})
    numbers = table.groupby(list(table.columns), sort=False, dropna=False).ngroup().to_numpy()
    return [positions[numbers == n] for n in range(min(int(numbers.max()) + 1, LINES + 1))]


def sentence_start(text: str) -> str:
    """Guidance from a contract, to follow a colon: first letter small, no full stop."""
    text = text.strip().rstrip(".")
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def mend(rule: Rule, text: str) -> str:
    """``text`` for an error; a warning asks for confirmation instead."""
    return text if rule.severity == "error" else "Confirm it if it is right."
