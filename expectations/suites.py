"""Contract table → checks: each a rule, its Great Expectations objects and the words for what failed.

Explicit rules are computed over whole columns and become a column ``__rule__<id>`` of yes and no, which
Great Expectations judges; so a verdict always rests on its results. Cells the reader has reported
already are taken as filled by ``required`` and as empty by everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from expectations import gx, implicit
from expectations.rules import RULES
from expectations.rules.base import Context, Explanation, Positions
from sources.contract.model import Contract, Rule, Table

#: Implicit rules that find a single cell at fault.
OF_CELLS = frozenset({"required", "in_list", "range", "pattern", "max_length"})
_CRITICALITY = {"error": "critical", "warning": "warning", "info": "info"}


@dataclass(frozen=True)
class Check:
    """One rule ready to be judged.

    Attributes:
        expectations: One, or two for the bounds of an interval.
        explain: Words for failing positions of one sheet.
        whole_table: True where no single row is at fault.
    """

    rule: Rule
    expectations: tuple[Any, ...]
    explain: Callable[[Positions], Explanation]
    whole_table: bool = False


def table_rules(contract: Contract, table: Table) -> list[Rule]:
    """All rules of a table: implicit ones, then those the contract declares."""
    return [*implicit.implicit_rules(contract, table), *table.rules]


def personal_columns(table: Table) -> frozenset[str]:
    """Judged columns whose values must not be stored."""
    shapes = ("{}", "{}_low", "{}_high", "__read__{}")
    return frozenset(shape.format(column.name) for column in table.columns if column.personal for shape in shapes)


def build(
    contract: Contract,
    table: Table,
    frame: pd.DataFrame,
    ctx: Context | None,
    bad_cells: Mapping[str, Iterable[int]] | None = None,
) -> tuple[pd.DataFrame, list[Check]]:
    """The frame to judge and its checks; without ``ctx`` the implicit ones only, without words.

    Where the frame has no rows only their number is judged.
    """
    bad = {name: np.fromiter(rows, dtype=np.int64) for name, rows in (bad_cells or {}).items() if rows}
    judged = _judged(table, frame, bad)
    checks = []
    for rule in implicit.implicit_rules(contract, table):
        if frame.empty and rule.kind != "has_rows":
            continue
        expectations = implicit.EXPECTATIONS[rule.kind](rule, table, judged, frame)
        checks.append(
            Check(rule, _tagged(rule, expectations), _implicit_words(rule, frame, ctx), rule.kind == "has_rows")
        )
    if ctx is not None and not frame.empty:
        explicit = _Explicit(contract, frame, ctx, bad, judged)
        checks.extend(explicit.check(rule) for rule in table.rules)
    used = {name for check in checks for item in check.expectations for name in _columns(item)}
    kept = {name: values for name, values in judged.items() if name in used}
    return pd.DataFrame(kept, index=pd.RangeIndex(len(frame))), checks


@dataclass(frozen=True)
class _Explicit:
    contract: Contract
    frame: pd.DataFrame
    ctx: Context
    bad: Mapping[str, Positions]
    judged: dict[str, pd.Series[Any]]

    def check(self, rule: Rule) -> Check:
        """The rule's column, added to what is judged, and its check."""
        gxe = gx.expectations()
        kind = RULES[rule.kind]
        whole = kind.whole_table(rule)
        ok = kind.check(self.frame, rule, self.contract, self.ctx).to_numpy(dtype=bool, copy=True)
        for name in rule.columns:
            if name in self.bad:
                ok[slice(None) if whole else self.bad[name]] = True
        self.judged[f"__rule__{rule.id}"] = pd.Series(ok)
        expectation = gxe.ExpectColumnValuesToBeInSet(column=f"__rule__{rule.id}", value_set=[True])

        def explain(positions: Positions) -> Explanation:
            return kind.explain(self.frame, rule, self.contract, self.ctx, positions)

        return Check(rule, _tagged(rule, [expectation]), explain, whole)


def _implicit_words(rule: Rule, frame: pd.DataFrame, ctx: Context | None) -> Callable[[Positions], Explanation]:
    def explain(positions: Positions) -> Explanation:
        assert ctx is not None  # noqa: S101 - words are asked for only where there is a return
        return implicit.EXPLAIN[rule.kind](frame, rule, ctx, positions)

    return explain


def _judged(table: Table, frame: pd.DataFrame, bad: Mapping[str, Positions]) -> dict[str, pd.Series[Any]]:
    """Columns as Great Expectations sees them, with ``__read__<column>`` where *filled* and *readable* differ."""
    judged: dict[str, pd.Series[Any]] = {}
    for column in table.columns:
        names = [column.name]
        if column.interval and f"{column.name}_low" in frame:
            names += [f"{column.name}_low", f"{column.name}_high"]
        for name in names:
            values = frame[name].reset_index(drop=True)
            if column.name in bad:
                values = values.mask(values.index.isin(bad[column.name]))
            judged[name] = values
        if column.required and column.name in bad:
            read = judged[names[1] if len(names) > 1 else names[0]].astype(object)
            judged[f"__read__{column.name}"] = read.mask(read.index.isin(bad[column.name]), "unreadable")
    return judged


def _tagged(rule: Rule, expectations: list[Any]) -> tuple[Any, ...]:
    for expectation in expectations:
        expectation.meta = {"rule": rule.id}
        expectation.severity = _CRITICALITY[rule.severity]
    return tuple(expectations)


def as_warning(check: Check) -> Check:
    """The check of a rule that may not stop a return yet."""
    return Check(
        replace(check.rule, severity="warning"),
        _tagged(replace(check.rule, severity="warning"), list(check.expectations)),
        check.explain,
        check.whole_table,
    )


def _columns(expectation: Any) -> list[str]:
    column = getattr(expectation, "column", None)
    return [column] if column else list(getattr(expectation, "column_list", []))
