"""Defects for the rules a contract declares, each chosen so that it breaks this rule and no other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sources import periods
from sources.contract.model import Rule, Table
from tests.location.base import Base

Cells = tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Deserved:
    """The problem a planted defect deserves: rule, table, and cells by row and column.

    Attributes:
        column: The column named where no cell is (a hidden one).
    """

    rule: str
    table: str
    cells: Cells
    column: str | None = None


def plants(base: Base, table: str, rule: Rule, plant: Callable[..., Any]) -> Iterator[Any]:
    """The defects of one declared rule."""
    makers = _MAKERS[rule.kind]
    for at in range(len(base.tables[table].rows) - 1, -1, -1):
        change = makers(base, table, rule, at)
        if change is None:
            continue

        def apply(given: Base, change: Callable[[Base], Cells] = change) -> Deserved:
            return Deserved(rule.id, table, change(given))

        yield plant(f"rule {rule.kind}", table, rule.columns[0], apply, severity=rule.severity)
        return


def _set(table: str, at: int, changed: dict[str, Any], cell: str) -> Callable[[Base], Cells]:
    def change(base: Base) -> Cells:
        base.tables[table].rows[at].update(changed)
        return ((at, cell),)

    return change


def _fits(shape: Table, row: dict[str, Any], rule: Rule, period: str) -> bool:
    """Whether a row breaks only ``rule``: what is declared of numbers and dates, looked at anew."""
    for name, value in row.items():
        column = shape.column(name)
        if isinstance(value, int | float) and not isinstance(value, bool):
            if column.minimum is not None and value < column.minimum:
                return False
            if column.maximum is not None and value > column.maximum:
                return False
        if value is None and column.required:
            return False
    return all(_holds(row, other, period) for other in shape.rules if other is not rule)


def _holds(row: dict[str, Any], rule: Rule, period: str) -> bool:
    params = rule.params
    if rule.kind == "at_most":
        low, high = _bounds(row[params["column"]])[0], _bounds(row[params["other"]])[1]
        return low is None or high is None or low <= high
    if rule.kind == "parts_total":
        parts = [_bounds(row[name]) for name in params["parts"]]
        known = [pair for pair in parts if pair[0] is not None]
        total = _bounds(row[params["total"]])
        if not known or total[0] is None:
            return True
        low, high = sum(pair[0] for pair in known), sum(pair[1] for pair in known)
        return bool(low <= total[1] and high >= total[0])
    if rule.kind == "ordered":
        first, then = row[params["first"]], row[params["then"]]
        return first is None or then is None or first <= then
    if rule.kind == "in_period":
        day = row[params["column"]]
        return day is None or periods.first_day(period) <= day <= periods.last_day(period)
    if rule.kind == "requires":
        return row[params["column"]] is None or row[params["needs"]] is not None
    return True


def _bounds(value: Any) -> tuple[Any, Any]:
    if isinstance(value, str):
        return 0, int(value[1:]) - 1
    return value, value


def _only(base: Base, table: str, rule: Rule, at: int, changed: dict[str, Any], cell: str) -> Any:
    """The change, where it breaks no other rule."""
    row = {**base.tables[table].rows[at], **changed}
    fits = _fits(base.tables[table].table, row, rule, base.period) and not _jumps(base, table, at, changed)
    return _set(table, at, changed, cell) if fits and not _holds(row, rule, base.period) else None


def _jumps(base: Base, table: str, at: int, changed: dict[str, Any]) -> bool:
    """Whether a change jumps or falls besides: last quarter's figures are the unchanged ones."""
    for rule in base.tables[table].table.rules:
        name = rule.params.get("column")
        if rule.kind in ("jump", "not_falling") and name in changed:
            (now, _), (_, then) = _bounds(changed[name]), _bounds(base.tables[table].rows[at][name])
            if rule.kind == "not_falling" and then is not None and now < then:
                return True
            if rule.kind == "jump" and now and then and max(now / then, then / now) >= float(rule.params["factor"]):
                return True
    return False


def _at_most(base: Base, table: str, rule: Rule, at: int) -> Any:
    row, column, other = base.tables[table].rows[at], rule.params["column"], rule.params["other"]
    if not isinstance(row[other], int | float) or not isinstance(row[column], int | float):
        return None
    raised = _only(base, table, rule, at, {column: row[other] + 1}, column)
    return raised or _only(base, table, rule, at, {other: row[column] - 1}, column)


def _parts_total(base: Base, table: str, rule: Rule, at: int) -> Any:
    row, total = base.tables[table].rows[at], rule.params["total"]
    if not isinstance(row[total], int | float):
        return None
    for more in (7, -1):
        found = _only(base, table, rule, at, {total: row[total] + more * 3}, total)
        if found:
            return found
    return None


def _in_period(base: Base, table: str, rule: Rule, at: int) -> Any:
    column = rule.params["column"]
    before = periods.first_day(base.period) - dt.timedelta(days=40)
    after = periods.last_day(base.period) + dt.timedelta(days=40)
    found = _only(base, table, rule, at, {column: before}, column)
    return found or _only(base, table, rule, at, {column: after}, column)


def _ordered(base: Base, table: str, rule: Rule, at: int) -> Any:
    row, first, then = base.tables[table].rows[at], rule.params["first"], rule.params["then"]
    day = dt.timedelta(days=3)
    found = _only(base, table, rule, at, {then: row[first] - day}, first) if row[first] else None
    return found or (_only(base, table, rule, at, {first: row[then] + day}, first) if row[then] else None)


def _requires(base: Base, table: str, rule: Rule, at: int) -> Any:
    column = rule.params["column"]
    if base.tables[table].rows[at][column] is None:
        return None
    return _only(base, table, rule, at, {rule.params["needs"]: None}, rule.params["needs"])


def _references(base: Base, table: str, rule: Rule, at: int) -> Any:
    column = rule.params["column"]
    value = base.tables[table].rows[at][column]
    return _set(table, at, {column: f"{value}97"}, column) if value is not None else None


def _all_or_none(base: Base, table: str, rule: Rule, at: int) -> Any:
    rows, column = base.tables[table].rows, rule.params["column"]
    group = [row for row in rows if all(row[name] == rows[at][name] for name in rule.params["within"])]
    if len(group) < 2 or any(row[column] is None for row in group):
        return None
    return _set(table, at, {column: None}, column)


def _stands_alone(base: Base, table: str, rule: Rule, at: int) -> Any:
    column, alone = rule.params["column"], rule.params["codes"]
    codes = base.tables[table].table.column(column).codes
    assert codes is not None
    other = next(code for code in codes.code_values() if code not in alone)
    return _set(table, at, {column: f"{alone[0]}; {other}"}, column)


def _needs_rate(base: Base, table: str, rule: Rule, at: int) -> Any:
    row, amount, currency = base.tables[table].rows[at], rule.params["amount"], rule.params["currency"]
    if row[amount] is None:
        return None
    return _set(table, at, {currency: NO_RATE}, currency)


#: A currency in the list for which the score's rates have none.
NO_RATE = "Nigerian naira"


def _jump(base: Base, table: str, rule: Rule, at: int) -> Any:
    """The figure stays and last quarter's was far from it."""
    rows, column = base.tables[table].rows, rule.params["column"]
    factor, floor = float(rule.params["factor"]), float(rule.params["floor"])
    whole = rule.params.get("over") == "table"
    value = rows[at][column]
    if whole:
        value = sum(row[column] for row in rows if isinstance(row[column], int | float))
    if not isinstance(value, int | float) or not value:
        return None
    then = value / factor / 2 if value >= floor else value * factor * 2 + floor

    def change(given: Base) -> Cells:
        frame = given.before[table]
        for name in (column, f"{column}_low", f"{column}_high"):
            if name in frame:
                frame[name] = then / len(frame) if whole else frame[name].where(frame.index != at, then)
        filled = tuple((n, column) for n, row in enumerate(rows) if row[column] is not None)
        return filled if whole else ((at, column),)

    return change


def _not_falling(base: Base, table: str, rule: Rule, at: int) -> Any:
    column = rule.params["column"]
    value = base.tables[table].rows[at][column]
    if not isinstance(value, int | float):
        return None

    def change(given: Base) -> Cells:
        frame = given.before[table]
        for name in (column, f"{column}_low", f"{column}_high"):
            if name in frame:
                frame[name] = frame[name].where(frame.index != at, float(value + 1))
        return ((at, column),)

    return change


_MAKERS: dict[str, Callable[[Base, str, Rule, int], Any]] = {
    "at_most": _at_most,
    "parts_total": _parts_total,
    "in_period": _in_period,
    "ordered": _ordered,
    "requires": _requires,
    "references": _references,
    "all_or_none": _all_or_none,
    "stands_alone": _stands_alone,
    "needs_rate": _needs_rate,
    "jump": _jump,
    "not_falling": _not_falling,
}


class Before:
    """What was reported before: the same return a quarter ago, changed where a plant needs it."""

    def __init__(self, base: Base) -> None:
        self.base = base

    def previous(self, table: str) -> pd.DataFrame | None:
        return self.base.before.get(table)

    def earlier_values(self, table: str, column: str) -> set[str]:
        return self.base.known.get((table, column), set())
