"""``in_period``: a date lies in the quarter the return is for."""

from __future__ import annotations

from typing import Any

import pandas as pd

from expectations import words
from expectations.rules.base import Context, Explanation, Finding, Positions, causes, mend
from sources import periods
from sources.contract.model import Contract, Rule


def check(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context) -> pd.Series[Any]:
    """Fine where the date is empty or within the quarter, both ends included."""
    days = pd.to_datetime(frame[rule.params["column"]])
    first, after = periods.first_day(ctx.period), periods.first_day(periods.shift(ctx.period, 1))
    result: pd.Series[Any] = ~((days < pd.Timestamp(first)) | (days >= pd.Timestamp(after)))
    return result


def explain(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context, positions: Positions) -> Explanation:
    """One line per date."""
    column = ctx.table.column(rule.params["column"])
    days = pd.to_datetime(frame[column.name])
    quarter = f"{words.day(periods.first_day(ctx.period))} to {words.day(periods.last_day(ctx.period))}"
    findings = []
    for group in causes(positions, days):
        day = words.day(days.iloc[group[0]])
        what = f"“{column.label}” {day} is not in {ctx.period} ({quarter})"
        fix = mend(rule, "Correct the date, or report the row in its own quarter.")
        findings.append(Finding(group, what, fix, day, quarter))
    general = f"“{column.label}” is not in {ctx.period} ({quarter}) in {len(positions)} rows"
    return Explanation(findings, general, column.name)
