"""``all_or_none``: a column is filled in every row of a group of rows, or in none (weights of a country's sample)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from expectations import words
from expectations.rules.base import Context, Explanation, Finding, Positions, causes, filled, fine, mend
from sources.contract.model import Contract, Rule


def check(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context) -> pd.Series[Any]:
    """Fine where the cell is filled, or nothing is in the whole group that agrees in the columns ``within``."""
    if frame.empty:
        return fine(frame)
    there = filled(frame, rule.params["column"])
    some: pd.Series[Any] = there.groupby(_group(frame, rule), dropna=False).transform("any")
    return there | ~some


def explain(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context, positions: Positions) -> Explanation:
    """One line per group, with how many of its rows are blank."""
    column, within = ctx.table.column(rule.params["column"]), [ctx.table.column(n) for n in rule.params["within"]]
    sizes = frame.groupby(_group(frame, rule), dropna=False)[column.name].transform("size")
    findings = []
    for group in causes(positions, _group(frame, rule)):
        at = group[0]
        where = ", ".join(words.shown(item, frame[item.name].iloc[at]) for item in within)
        blank, size = words.number(len(group)), words.number(sizes.iloc[at])
        what = f"“{column.label}” is blank in {blank} of the {size} rows of {where} and filled in the others"
        fix = mend(rule, "Fill it in for all of them, or for none.")
        findings.append(Finding(group, what, fix, None, f"“{column.label}” in all {size} rows, or in none"))
    general = f"“{column.label}” is filled in some rows of a group and blank in {words.number(len(positions))} others"
    return Explanation(findings, general, column.name)


def _group(frame: pd.DataFrame, rule: Rule) -> pd.Series[Any]:
    return frame.groupby(list(rule.params["within"]), dropna=False, sort=False).ngroup()
