"""``jump``: a value ``factor`` times the previous period's, or less than its ``factor``-th part.

Compared row by row over the table's key, or as sums with ``over: table``. Bounds are compared in the
value's favour: ``<5`` jumps only if every number it may stand for does.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from expectations import words
from expectations.rules.base import (
    Context,
    Explanation,
    Finding,
    Positions,
    bounds,
    causes,
    filled,
    fine,
    key_shown,
    matched,
    mend,
)
from sources.contract.model import Contract, Rule

Four = tuple["pd.Series[Any]", "pd.Series[Any]", "pd.Series[Any]", "pd.Series[Any]"]


def whole_table(rule: Rule) -> bool:
    """True where sums are compared, so that no single row is at fault."""
    return rule.params.get("over") == "table"


def check(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context) -> pd.Series[Any]:
    """Fine where nothing earlier is known, both are below ``floor``, or the ratio is within ``factor``."""
    compared = _compared(frame, rule, ctx)
    if compared is None:
        return fine(frame)
    low, high, then_low, then_high = compared
    factor, floor = float(rule.params["factor"]), float(rule.params["floor"])
    large = pd.concat([high, then_high], axis=1).max(axis=1, skipna=False) >= floor
    jumped = large & ((low >= factor * then_high) | (high * factor <= then_low))
    if whole_table(rule):
        return ~(jumped & filled(frame, rule.params["column"]))
    return ~jumped


def explain(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context, positions: Positions) -> Explanation:
    """One line per row, or one for the sum."""
    name, previous = rule.params["column"], ctx.history.previous(ctx.table.name)
    compared = _compared(frame, rule, ctx)
    assert previous is not None  # noqa: S101 - check() failed, so there is one
    assert compared is not None  # noqa: S101
    label, before = ctx.table.column(name).label, ctx.before(previous)
    over = whole_table(rule)
    findings = []
    for group in causes(positions, np.zeros(len(frame), dtype=int) if over else np.arange(len(frame))):
        low, high, then_low, then_high = (float(values.iloc[group[0]]) for values in compared)
        now, then = words.span(low, high), words.span(then_low, then_high)
        subject = f"the sum of “{label}”" if over else f"“{label}” of {key_shown(frame, ctx.table, int(group[0]))}"
        if then_high <= 0:
            change = f"is {now}, after {before} {then}"
        elif low >= then_high:
            change = f"is {now}, {_times(low / then_high)} times {before} {then}"
        else:
            change = f"is {now}, down from {before} {then}"
        what = f"{subject} {change}"
        findings.append(Finding(group, what, mend(rule, "Correct it."), now, f"something near {then}"))
    general = f"“{label}” is far from {before} in {len(positions)} rows"
    return Explanation(findings, general, name, "column" if over else "cells")


def _times(ratio: float) -> str:
    return words.number(round(ratio) if ratio >= 10 else round(ratio, 1))


def _compared(frame: pd.DataFrame, rule: Rule, ctx: Context) -> Four | None:
    name, previous = rule.params["column"], ctx.history.previous(ctx.table.name)
    if previous is None or previous.empty or frame.empty:
        return None
    low, high = bounds(frame, name)
    if whole_table(rule):
        sums = [low.sum(min_count=1), high.sum(min_count=1)]
        sums += [values.sum(min_count=1) for values in bounds(previous, name)]
        low, high, then_low, then_high = (pd.Series(value, index=frame.index, dtype="float64") for value in sums)
        return low, high, then_low, then_high
    if not ctx.table.key:
        return None
    return (low, high, *matched(frame, previous, ctx.table, name))
