"""``references``: a value stands in another table, of this return or of any earlier one of the partner."""

from __future__ import annotations

from typing import Any

import pandas as pd

from expectations import words
from expectations.rules.base import Context, Explanation, Finding, Positions, causes, fine, mend
from sources.contract.model import Contract, Rule


def check(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context) -> pd.Series[Any]:
    """Fine where the cell is empty or every value in it is known."""
    values = frame[rule.params["column"]]
    unknown = _unknown(values, rule, ctx)
    return ~values.isin(list(unknown)) if unknown else fine(frame)


def explain(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context, positions: Positions) -> Explanation:
    """One line per unknown value."""
    column, target = ctx.table.column(rule.params["column"]), contract.table(rule.params["table"])
    values = frame[column.name]
    unknown = _unknown(values.iloc[positions], rule, ctx)
    findings = []
    for group in causes(positions, values):
        gone = unknown[values.iloc[group[0]]]
        missing = words.listed(words.short(value) for value in gone)
        verb = "is" if len(gone) == 1 else "are"
        what = f"“{column.label}” {missing} {verb} in no row of “{target.label}”, in this return or an earlier one"
        fix = mend(rule, f"Add it to “{target.label}”, or correct it here.")
        findings.append(Finding(group, what, fix, missing, f"a value of “{target.column(rule.params['to']).label}”"))
    general = f"“{column.label}” holds {len(unknown)} values that are in no row of “{target.label}”"
    return Explanation(findings, general, column.name)


def _unknown(values: pd.Series[Any], rule: Rule, ctx: Context) -> dict[str, list[str]]:
    """Cell values with the part of them that is not known."""
    table, to = rule.params["table"], rule.params["to"]
    known = set(ctx.history.earlier_values(table, to))
    if table in ctx.tables:
        known |= {str(value) for value in ctx.tables[table][to].dropna().unique()}
    multiple = ctx.table.column(rule.params["column"]).multiple
    cells = values.dropna().unique()
    parts = {cell: str(cell).split(";") if multiple else [str(cell)] for cell in cells}
    return {cell: gone for cell, items in parts.items() if (gone := [item for item in items if item not in known])}
