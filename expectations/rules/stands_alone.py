"""``stands_alone``: codes that say nothing applies stand beside no other code of their cell (none, refused)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from expectations import words
from expectations.rules.base import Context, Explanation, Finding, Positions, causes, mend
from sources.contract.model import Contract, Rule


def check(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context) -> pd.Series[Any]:
    """Fine where the cell is empty, holds one code, or none of ``codes``."""
    values = frame[rule.params["column"]]
    wrong = [cell for cell in values.dropna().unique() if _alone(cell, rule) and ";" in cell]
    result: pd.Series[Any] = ~values.isin(wrong)
    return result


def explain(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context, positions: Positions) -> Explanation:
    """One line per combination found."""
    column = ctx.table.column(rule.params["column"])
    values = frame[column.name]
    findings = []
    for group in causes(positions, values):
        cell = values.iloc[group[0]]
        alone = _alone(cell, rule)
        others = [code for code in cell.split(";") if code not in alone]
        said = words.listed(f"“{words.shown(column, code)}”" for code in alone)
        what = f"“{column.label}” holds {said}"
        what += f" beside {words.listed(f'“{words.shown(column, code)}”' for code in others)}" if others else ""
        fix = mend(rule, "Keep the one that is right.")
        findings.append(Finding(group, what, fix, words.shown(column, cell), f"{said} alone, or without it"))
    general = f"“{column.label}” holds codes together that exclude each other in {words.number(len(positions))} rows"
    return Explanation(findings, general, column.name)


def _alone(cell: str, rule: Rule) -> list[str]:
    return [code for code in cell.split(";") if code in rule.params["codes"]]
