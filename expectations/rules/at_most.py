"""``at_most``: one number may not exceed another in its row (patients naming a barrier, patients asked).

The optional parameter ``says`` words it for the table at hand, with ``{column}`` and ``{other}`` for the
two numbers.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from expectations import words
from expectations.rules.base import Context, Explanation, Finding, Positions, bounds, causes, mend
from sources.contract.model import Contract, Rule


def check(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context) -> pd.Series[Any]:
    """Fine where either is empty or the least the one can be is not above the most the other can be."""
    low, _ = bounds(frame, rule.params["column"])
    _, high = bounds(frame, rule.params["other"])
    return ~(low > high)


def explain(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context, positions: Positions) -> Explanation:
    """One line per pair of numbers."""
    column, other = ctx.table.column(rule.params["column"]), ctx.table.column(rule.params["other"])
    low, high = bounds(frame, column.name)
    other_low, other_high = bounds(frame, other.name)
    says = rule.params.get("says", f"“{column.label}” is {{column}}, more than “{other.label}” with {{other}}")
    findings = []
    for group in causes(positions, low, high, other_low, other_high):
        at = group[0]
        value, limit = words.span(low.iloc[at], high.iloc[at]), words.span(other_low.iloc[at], other_high.iloc[at])
        what = says.rstrip(".").replace("{column}", value).replace("{other}", limit)
        findings.append(Finding(group, what, mend(rule, "Correct one of the two."), value, f"at most {limit}"))
    general = f"“{column.label}” is more than “{other.label}” in {len(positions)} rows"
    return Explanation(findings, general, column.name)
