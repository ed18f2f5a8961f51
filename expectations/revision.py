"""What a correction would change: rows by the table's key, totals, and the program's figures.

Belongs here: comparing two sets of rows and wording the difference. Does not belong here: which rows count
(:mod:`expectations.desk_revise`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from expectations import words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sources.contract.model import Column, Table
    from sources.reader.result import TableRead

#: Examples shown per table; the counts beside them are complete.
EXAMPLES = 20
HIDDEN = "not shown"
_PART = "\x1f"


@dataclass(frozen=True)
class CellChange:
    """One example of what differs.

    Attributes:
        what: ``added``, ``removed`` or ``changed``.
        key: The row as the table's key names it; where it has none, or it is personal, by its row.
        column: Label of the column that differs; empty for a whole row.
        before: What counts now, as a person would write it.
        after: What would count.
        cell: Where it stands in the new file.
    """

    what: str
    key: str
    column: str
    before: str | None
    after: str | None
    cell: str | None


@dataclass(frozen=True)
class TotalChange:
    """A control total that differs."""

    column: str
    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class TableChange:
    """What would change in one table.

    Attributes:
        added: Rows that come in.
        removed: Rows that go.
        changed: Rows with the same key and other values; 0 where rows have no key to tell them by.
        by_key: Whether rows were told apart by the table's key.
    """

    table: str
    label: str
    added: int
    removed: int
    changed: int
    examples: tuple[CellChange, ...] = ()
    totals: tuple[TotalChange, ...] = ()
    by_key: bool = True

    @property
    def differs(self) -> bool:
        """Whether anything would change."""
        return bool(self.added or self.removed or self.changed)


@dataclass(frozen=True)
class KpiChange:
    """A figure of the quarter that would change; ``None`` where there is none."""

    indicator: str
    label: str
    unit: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Revision:
    """What a return would change if it were handed in now.

    Attributes:
        replaces: Submissions that count now and would be replaced, oldest first.
        approved: Whether one of them is approved: then a reason and its kind are needed.
        tables: Tables in which rows differ.
        kpis: Figures of the partner's quarter that differ.
        held_back: It would leave rows out and has fewer than what counts: nothing is replaced until that is confirmed.
        not_shown: Why the changes can't be shown, where the earlier version can't be read any more.
    """

    replaces: tuple[str, ...]
    approved: bool
    tables: tuple[TableChange, ...]
    kpis: tuple[KpiChange, ...] = ()
    held_back: bool = False
    not_shown: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The revision as plain JSON-ready values."""
        return asdict(self)


def compare(
    table: Table,
    before: pd.DataFrame,
    after: pd.DataFrame,
    read: TableRead | None,
    totals: tuple[TotalChange, ...] = (),
) -> TableChange:
    """Compare the typed rows of a table.

    Args:
        before: Rows that count now.
        after: Rows that would; the index is the position in ``read``.
        read: What was read, which names the cells of ``after``.
    """
    return _Comparison(table, before, after, read).change(totals)


def total_changes(table: Table, before: Mapping[str, str], after: Mapping[str, str]) -> tuple[TotalChange, ...]:
    """The control totals that differ."""
    return tuple(
        TotalChange(column.name, column.label, _grouped(before.get(column.name)), _grouped(after.get(column.name)))
        for column in table.columns
        if before.get(column.name) != after.get(column.name)
    )


class _Comparison:
    def __init__(self, table: Table, before: pd.DataFrame, after: pd.DataFrame, read: TableRead | None) -> None:
        self.table, self.read = table, read
        self.names = {column.name: _stored(column, after) for column in table.columns}
        self.positions = after.index.to_numpy()
        self.old, self.new = before.reset_index(drop=True), after.reset_index(drop=True)
        old_keys, new_keys = self._keys(self.old, table.key), self._keys(self.new, table.key)
        self.by_key = bool(table.key) and old_keys.is_unique and new_keys.is_unique
        if not self.by_key:
            every = [column.name for column in table.columns]
            old_keys, new_keys = (_numbered(self._keys(frame, every)) for frame in (self.old, self.new))
        self.at_old = pd.Series(np.arange(len(old_keys)), index=pd.Index(old_keys))
        self.at_new = pd.Series(np.arange(len(new_keys)), index=pd.Index(new_keys))

    def change(self, totals: tuple[TotalChange, ...]) -> TableChange:
        """Counts and the first examples."""
        added = self.at_new[~self.at_new.index.isin(self.at_old.index)].to_numpy()
        removed = self.at_old[~self.at_old.index.isin(self.at_new.index)].to_numpy()
        kept = self.at_new[self.at_new.index.isin(self.at_old.index)]
        news, olds = kept.to_numpy(), self.at_old[kept.index].to_numpy()
        differing = (
            [(column, self._differs(column, olds, news)) for column in self.table.columns] if self.by_key else []
        )
        rows = np.logical_or.reduce([mask for _, mask in differing]) if differing else np.zeros(len(kept), dtype=bool)
        examples: list[CellChange] = []
        for at in np.flatnonzero(rows)[:EXAMPLES]:
            hit = [column for column, mask in differing if mask[at]]
            examples += [self._cell(column, int(olds[at]), int(news[at])) for column in hit]
        examples = examples[:EXAMPLES]
        room = EXAMPLES // 2
        examples += [
            CellChange("added", self._key(self.new, int(at)), "", None, None, self._row_cell(int(at)))
            for at in added[:room]
        ]
        examples += [CellChange("removed", self._key(self.old, int(at)), "", None, None, None) for at in removed[:room]]
        return TableChange(
            self.table.name,
            self.table.label,
            len(added),
            len(removed),
            int(rows.sum()),
            tuple(examples),
            totals,
            self.by_key,
        )

    def _keys(self, frame: pd.DataFrame, columns: tuple[str, ...] | list[str]) -> pd.Series[str]:
        """Each row's values as one text to compare."""
        parts = [_texts(frame[name]) for column in columns for name in self.names[column]]
        keys = pd.Series([""] * len(frame), dtype=object)
        for part in parts:
            keys = keys + part + _PART
        return keys

    def _differs(self, column: Column, olds: Any, news: Any) -> Any:
        masks = []
        for name in self.names[column.name]:
            old, new = self.old[name], self.new[name]
            if pd.api.types.is_float_dtype(old.dtype) and pd.api.types.is_float_dtype(new.dtype):
                first, then = old.to_numpy()[olds], new.to_numpy()[news]
                masks.append((first != then) & ~(np.isnan(first) & np.isnan(then)))
            else:
                masks.append(_texts(old).to_numpy()[olds] != _texts(new).to_numpy()[news])
        return np.logical_or.reduce(masks)

    def _cell(self, column: Column, old: int, new: int) -> CellChange:
        before, after = self._shown(column, self.old, old), self._shown(column, self.new, new)
        cell = self.read.cell(int(self.positions[new]), column.name) if self.read is not None else None
        return CellChange("changed", self._key(self.new, new), column.label, before, after, cell)

    def _row_cell(self, at: int) -> str | None:
        first = next((name for name in (*self.table.key, self.table.columns[0].name)), None)
        return self.read.cell(int(self.positions[at]), first) if self.read is not None and first else None

    def _key(self, frame: pd.DataFrame, at: int) -> str:
        named = [self.table.column(name) for name in self.table.key] if self.by_key else []
        if not named or any(column.personal for column in named):
            return f"row {int(frame['_row'].iloc[at])}"
        return ", ".join(words.shown(column, frame[column.name].iloc[at]) for column in named)

    def _shown(self, column: Column, frame: pd.DataFrame, at: int) -> str:
        if column.personal:
            return HIDDEN
        values = [frame[name].iloc[at] for name in self.names[column.name]]
        if len(values) > 1 and not any(words.missing(value) for value in values):
            return words.span(float(values[0]), float(values[1]))
        if column.kind == "money" and not words.missing(values[0]):
            return f"{float(values[0]):,.2f}".replace("-", "−")
        return words.shown(column, values[0])


def _stored(column: Column, frame: pd.DataFrame) -> list[str]:
    """The columns that hold a column's value: its bounds where it takes intervals."""
    bounds = [f"{column.name}_low", f"{column.name}_high"]
    return bounds if column.interval and bounds[0] in frame else [column.name]


def _texts(values: pd.Series[Any]) -> pd.Series[str]:
    """Values as text that is equal where they are; blanks are empty."""
    missing = values.isna()
    if pd.api.types.is_float_dtype(values.dtype):
        values = values + 0.0  # minus zero is zero
    return values.astype(object).astype(str).where(~missing, "")


def _grouped(total: str | None) -> str | None:
    """A control total with its digits in groups: ``50,000.20``, ``116 to 1,120``."""
    if total is None:
        return None
    return " to ".join(f"{Decimal(part):,}".replace("-", "−") for part in total.split(" to "))


def _numbered(keys: pd.Series[str]) -> pd.Series[str]:
    """Equal rows told apart by a number, so that rows without a key compare as a bag."""
    return keys + keys.groupby(keys, sort=False).cumcount().astype(str)


def render_revision(revision: Revision, period: str) -> str:
    """The revision as plain text."""
    names = words.listed(revision.replaces)
    lock = ", which is approved" if revision.approved else ""
    lines = [f"This would replace {names}{lock}."]
    if revision.held_back:
        lines.append("Rows with errors would be left out, so it replaces nothing until somebody confirms that.")
    if revision.not_shown is not None:
        return "\n".join([*lines, f"What would change can't be shown. {revision.not_shown}"]) + "\n"
    if not revision.tables:
        return f"{lines[0]} Every row is the same.\n"
    for change in revision.tables:
        lines += ["", f"{change.label}: {_counts(change)}"]
        lines += [f"  {_example(item)}" for item in change.examples]
        shown = len({(item.what, item.key) for item in change.examples})
        hidden = change.added + change.removed + change.changed - shown
        if hidden > 0:
            lines.append(f"  … and {words.number(hidden)} more {'row' if hidden == 1 else 'rows'}")
        lines += [f"  Total of {item.label}: {_arrow(item.before, item.after)}" for item in change.totals]
    if revision.kpis:
        lines += ["", f"Effect on {period}"]
        lines += [f"  {item.label}: {_arrow(item.before, item.after)} {_unit(item.unit)}" for item in revision.kpis]
    return "\n".join(lines) + "\n"


def _counts(change: TableChange) -> str:
    counts = ((change.added, "added"), (change.removed, "removed"), (change.changed, "changed"))
    parts = [f"{words.number(count)} {'row' if count == 1 else 'rows'} {what}" for count, what in counts if count]
    return words.listed(parts) or "no row differs"


def _example(item: CellChange) -> str:
    where = f" ({item.cell})" if item.cell else ""
    if item.what == "changed":
        return f"{item.key}, {item.column}: {_arrow(item.before, item.after)}{where}"
    return f"{item.key}: {item.what}{where}"


def _arrow(before: str | None, after: str | None) -> str:
    return f"{before if before is not None else 'none'} → {after if after is not None else 'none'}"


def _unit(unit: str) -> str:
    return "%" if unit == "percent" else unit.replace("_", " ")
