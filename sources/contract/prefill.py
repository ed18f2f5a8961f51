"""What a template can be given from the partner's last return: rows that recur, and figures to compare with.

Rows are filled in only where they can be expected again: keys that are codes come from a closed list; keys that are
typed must have recurred from the return before. Figures stay blank, and so does what belongs to a figure or ever
changed in a row. Something that must be filled has to be among them: who fills it says that the row belongs to this
quarter. Tables about people are left out altogether.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from sources.contract.model import Column, Contract, Table

if TYPE_CHECKING:
    import pandas as pd

#: Stands on the sheet with last quarter's figures, word for word; a sheet that says so is not read.
COMPARISON_NOTE = "For comparison, not read. What you reported then, as it counted."
#: Rows of a table that are filled in or shown at most; a longer list comes from a system and not from typing.
MOST_ROWS = 500
#: How many of the typed keys must stand in both returns.
RECURRING = 0.5
_FIGURES = ("integer", "decimal", "money", "percent")
_META = "prefilled"

Cell = str | float | date | None


@dataclass(frozen=True)
class LastReturn:
    """A table as the partner last reported it.

    Attributes:
        period: When that was.
        columns: Columns shown for comparison.
        rows: Their cells, as a person would type them.
        filled: By row what the template is given beforehand: text by column. Empty where rows may not recur.
    """

    period: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    filled: tuple[Mapping[str, str], ...] = ()


def last_returns(contract: Contract, frames: Mapping[str, Sequence[pd.DataFrame]]) -> dict[str, LastReturn]:
    """What can be given back, by table.

    Args:
        frames: By table the typed rows (with ``_period``) of the returns that count, the last one first.
    """
    found = {}
    for table in contract.tables:
        known = frames.get(table.name, ())
        if about_people(table) or not given_back(known):
            continue
        last = known[0].reset_index(drop=True)
        rows = tuple(tuple(typed(c, last, at) for c in table.columns) for at in range(len(last)))
        filled = _filled(table, last, known[1:])
        found[table.name] = LastReturn(str(last["_period"].iloc[0]), table.columns, rows, filled)
    return found


def about_people(table: Table) -> bool:
    """Whether a table has columns with personal data: it is neither filled in nor shown."""
    return any(column.personal for column in table.columns)


def given_back(frames: Sequence[pd.DataFrame]) -> bool:
    """Whether the last return of a table (the first frame) has rows, and not too many to look through."""
    return bool(frames) and 0 < len(frames[0]) <= MOST_ROWS


def typed(column: Column, frame: pd.DataFrame, at: int) -> Cell:
    """A value as a person would type it into the template: label of a code, ``<5`` of an interval."""
    value: Any = frame[column.name].iloc[at]
    if column.interval and f"{column.name}_low" in frame:
        low, high = (frame[f"{column.name}_{end}"].iloc[at] for end in ("low", "high"))
        if low == low and low != high:  # noqa: PLR0124, a missing bound is not equal to itself
            return f"<{high + 1:g}" if low <= 1 else f"{low:g} to {high:g}"
    if value is None or value != value:  # noqa: PLR0124, so is a missing value
        return None
    if column.codes is not None:
        labels = {code.code: code.label for code in column.codes.codes}
        return "; ".join(labels.get(part, part) for part in str(value).split(";"))
    if column.kind in _FIGURES:
        return float(value)
    if column.kind == "date":
        return date(value.year, value.month, value.day)
    if column.kind == "boolean":
        return "Yes" if value else "No"
    return str(value)


def meta_rows(last: Mapping[str, LastReturn]) -> list[tuple[str, str]]:
    """What was filled in, for the hidden sheet, so that a row nobody touched is known again."""
    return [
        (f"{_META} {name} {number}", json.dumps(dict(row), ensure_ascii=False, sort_keys=True))
        for name, table in last.items()
        for number, row in enumerate(table.filled)
    ]


def prefilled_rows(meta: Mapping[str, str], table: str) -> set[frozenset[tuple[str, str]]]:
    """The rows of a table that were filled in beforehand, as the hidden sheet says."""
    rows = set()
    for key, value in meta.items():
        if not key.startswith(f"{_META} {table} "):
            continue
        try:
            row = json.loads(value)
        except ValueError:
            continue
        if isinstance(row, dict):
            rows.add(frozenset((str(name), str(text)) for name, text in row.items()))
    return rows


def _filled(table: Table, last: pd.DataFrame, earlier: Sequence[pd.DataFrame]) -> tuple[Mapping[str, str], ...]:
    key = [table.column(name) for name in table.key]
    events = any(rule.kind == "in_period" for rule in table.rules)
    figures = any(column.kind in _FIGURES for column in table.columns)
    if not key or events or not figures or any(column.kind not in ("text", "code") for column in key):
        return ()
    now = _by_key(table, last)
    past = [_by_key(table, frame) for frame in earlier]
    then = past[0] if past else {}
    if any(column.kind == "text" for column in key) and len(now.keys() & then) < max(1.0, RECURRING * len(then)):
        return ()
    belongs = {rule.params["needs"] for rule in table.rules if rule.kind == "requires"}
    belongs |= {rule.params["currency"] for rule in table.rules if rule.kind == "needs_rate"}
    columns = [
        column
        for column in table.columns
        if column.key
        or (_describes(column) and column.name not in belongs and not any(_changed(column, now, then) for then in past))
    ]
    if not any(column.required and column not in columns for column in table.columns):
        return ()
    rows = ({c.name: str(text) for c in columns if (text := typed(c, last, at)) is not None} for at in range(len(last)))
    return tuple(rows)


def _describes(column: Column) -> bool:
    """Text that may be left blank is a remark of its quarter."""
    return column.kind == "code" or (column.kind == "text" and column.required)


def _by_key(table: Table, frame: pd.DataFrame) -> dict[tuple[str, ...], dict[str, Any]]:
    rows = [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
    return {tuple(str(row[name]) for name in table.key): row for row in rows}


def _changed(column: Column, now: Mapping[Any, Mapping[str, Any]], then: Mapping[Any, Mapping[str, Any]]) -> bool:
    return any(str(now[key][column.name]) != str(then[key][column.name]) for key in now.keys() & then)
