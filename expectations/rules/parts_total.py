"""``parts_total``: the parts of a row add up to its total (sectors of a roundtable, attendance).

Empty parts count for nothing where other parts are filled; where all are empty, or the total is, there
is nothing to compare. Intervals agree where the sums can.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from expectations import words
from expectations.rules.base import Context, Explanation, Finding, Positions, bounds, causes, fine, mend
from sources.contract.model import Contract, Rule

#: Half a cent: amounts are stored in cents, counts are whole.
_TOLERANCE = 0.005


def check(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context) -> pd.Series[Any]:
    """Fine where the sum of the parts can equal the total."""
    if frame.empty:
        return fine(frame)
    low, high = _sums(frame, rule)
    total_low, total_high = bounds(frame, rule.params["total"])
    return ~((low > total_high + _TOLERANCE) | (high < total_low - _TOLERANCE))


def explain(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context, positions: Positions) -> Explanation:
    """One line per row pattern, with every part and the difference."""
    total = ctx.table.column(rule.params["total"])
    parts = [ctx.table.column(name) for name in rule.params["parts"]]
    pairs = [bounds(frame, column.name) for column in (*parts, total)]
    low, high = _sums(frame, rule)
    findings = []
    for group in causes(positions, *(values for pair in pairs for values in pair)):
        at = group[0]
        values = [
            "empty" if pd.isna(part_low.iloc[at]) else words.span(part_low.iloc[at], part_high.iloc[at])
            for part_low, part_high in pairs
        ]
        said = words.listed(f"“{column.label}” {value}" for column, value in zip(parts, values, strict=False))
        total_low, total_high = pairs[-1]
        more = low.iloc[at] > total_high.iloc[at]
        difference = low.iloc[at] - total_high.iloc[at] if more else total_low.iloc[at] - high.iloc[at]
        summed = words.span(low.iloc[at], high.iloc[at])
        exact = low.iloc[at] == high.iloc[at] and total_low.iloc[at] == total_high.iloc[at]
        what = (
            f"{said} add up to {summed}, but “{total.label}” is {values[-1]}: "
            f"{'' if exact else 'at least '}{words.number(difference)} {'too many' if more else 'too few'}"
        )
        fix = mend(rule, "Correct the parts or the total.")
        findings.append(Finding(group, what, fix, summed, f"parts that add up to {values[-1]}"))
    general = f"the parts do not add up to “{total.label}” in {len(positions)} rows"
    return Explanation(findings, general, total.name)


def _sums(frame: pd.DataFrame, rule: Rule) -> tuple[pd.Series[Any], pd.Series[Any]]:
    pairs = [bounds(frame, name) for name in rule.params["parts"]]
    low = pd.concat([pair[0] for pair in pairs], axis=1).sum(axis=1, min_count=1)
    high = pd.concat([pair[1] for pair in pairs], axis=1).sum(axis=1, min_count=1)
    return low, high
