"""``requires``: where one column is filled, another must be (a grant needs its currency).

What is told is the empty cell, since that is where to type; a sheet without its column is told at the filled one.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from expectations import words
from expectations.rules.base import Context, Explanation, Finding, Positions, filled, sentence_start
from sources.contract.model import Contract, Rule


def check(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context) -> pd.Series[Any]:
    """Fine where ``column`` is empty or ``needs`` is filled."""
    return ~filled(frame, rule.params["column"]) | filled(frame, rule.params["needs"])


def explain(frame: pd.DataFrame, rule: Rule, contract: Contract, ctx: Context, positions: Positions) -> Explanation:
    """One line for all rows: they share the cause."""
    needs = ctx.table.column(rule.params["needs"])
    what = sentence_start(rule.description)
    expected = f"“{needs.label}” filled in"
    beside = Finding(positions, what, words.how_to_fill(needs, named=True), None, expected)
    here = Finding(positions, what, words.how_to_fill(needs), None, expected)
    return Explanation([here], what, needs.name, otherwise=Explanation([beside], what, rule.params["column"]))
