"""``not_falling``: a running total is never below the previous period's of the same key."""

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
    fine,
    key_shown,
    matched,
    mend,
)
from sources.contract.model import Contract, Rule


def check(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context) -> pd.Series[Any]:
    """Fine where nothing earlier is known or the most it can be is not below the least it was."""
    previous = ctx.history.previous(ctx.table.name)
    if previous is None or previous.empty or frame.empty or not ctx.table.key:
        return fine(frame)
    _, high = bounds(frame, rule.params["column"])
    then, _ = matched(frame, previous, ctx.table, rule.params["column"])
    return ~(high < then)


def explain(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context, positions: Positions) -> Explanation:
    """One line per row."""
    name, previous = rule.params["column"], ctx.history.previous(ctx.table.name)
    assert previous is not None  # noqa: S101 - check() failed, so there is one
    low, high = bounds(frame, name)
    then_low, then_high = matched(frame, previous, ctx.table, name)
    label, before = ctx.table.column(name).label, ctx.before(previous)
    findings = []
    for group in causes(positions, np.arange(len(frame))):
        at = int(group[0])
        now, then = words.span(low.iloc[at], high.iloc[at]), words.span(then_low.iloc[at], then_high.iloc[at])
        what = (
            f"“{label}” of {key_shown(frame, ctx.table, at)} is {now}, below {before} {then}; "
            "a running total does not fall"
        )
        fix = mend(rule, "Correct it, or tell your program lead why it fell.")
        findings.append(Finding(group, what, fix, now, f"{then} or more"))
    return Explanation(findings, f"“{label}” is below {before} in {len(positions)} rows", name)
