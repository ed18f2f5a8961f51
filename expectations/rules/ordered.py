"""``ordered``: one date is not after another in its row (start and end)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from expectations import words
from expectations.rules.base import Context, Explanation, Finding, Positions, causes, mend
from sources.contract.model import Contract, Rule


def check(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context) -> pd.Series[Any]:
    """Fine where either is empty or ``first`` is not after ``then``."""
    result: pd.Series[Any] = ~(pd.to_datetime(frame[rule.params["first"]]) > pd.to_datetime(frame[rule.params["then"]]))
    return result


def explain(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context, positions: Positions) -> Explanation:
    """One line per pair of dates."""
    first, then = ctx.table.column(rule.params["first"]), ctx.table.column(rule.params["then"])
    starts, ends = pd.to_datetime(frame[first.name]), pd.to_datetime(frame[then.name])
    findings = []
    for group in causes(positions, starts, ends):
        start, end = words.day(starts.iloc[group[0]]), words.day(ends.iloc[group[0]])
        what = f"“{first.label}” {start} is after “{then.label}” {end}"
        findings.append(Finding(group, what, mend(rule, "Correct one of the two."), start, f"{end} or before"))
    general = f"“{first.label}” is after “{then.label}” in {len(positions)} rows"
    return Explanation(findings, general, first.name)
