"""``stands_alone``: codes that say nothing applies stand beside no other code of their cell (none, refused)."""

from __future__ import annotations

from typing import Any

import pandas as pd

from expectations import words
from expectations.rules.base import Context, Explanation, Finding, Positions, causes, mend
from sources.contract.model import Column, Contract, Rule


def check(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context) -> pd.Series[Any]:
    """Fine where the cell is empty, holds one code, or none of ``codes``."""
    values = frame[rule.params["column"]]
    wrong = [cell for cell in values.dropna().unique() if _alone(cell, rule) and ";" in cell]
    result: pd.Series[Any] = ~values.isin(wrong)
    return result


def explain(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context, positions: Positions) -> Explanation:
    """One line per combination found; of a personal column the other codes are not named."""
    column = ctx.table.column(rule.params["column"])
    cells = frame[column.name]
    said = {cell: _said(column, cell, _alone(cell, rule)) for cell in cells.iloc[positions].unique()}
    findings = []
    for group in causes(positions, cells.map(said)):
        cell = cells.iloc[group[0]]
        alone = _labels(column, _alone(cell, rule))
        found = None if column.personal else words.shown(column, cell)
        fix = mend(rule, "Keep the one that is right.")
        findings.append(Finding(group, said[cell], fix, found, f"{alone} alone, or without it"))
    general = f"“{column.label}” holds codes together that exclude each other in {words.number(len(positions))} rows"
    return Explanation(findings, general, column.name)


def _said(column: Column, cell: str, alone: list[str]) -> str:
    what = f"“{column.label}” holds {_labels(column, alone)}"
    others = [code for code in cell.split(";") if code not in alone]
    if not others:
        return what
    return f"{what} beside {'something else' if column.personal else _labels(column, others)}"


def _labels(column: Column, codes: list[str]) -> str:
    return words.listed(f"“{words.shown(column, code)}”" for code in codes)


def _alone(cell: str, rule: Rule) -> list[str]:
    return [code for code in cell.split(";") if code in rule.params["codes"]]
