"""The cells behind a figure: the originals read again through the one reader, as the partner wrote them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

from exports.origin_casts import NUMBERS, reading

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from exports.origins import Contribution
    from sources.contract.model import Contract
    from sources.log.state import LedgerState
    from sources.reader.result import TableRead
    from sources.settings import Settings

ERASED = "The original was erased on a person's request; its hash and the log's entry stay."
REDUCED = "Rows of this return were erased on a person's request, and the original with them; the others still count."
ALTERED = "The stored original is not the one that was received, and is not read."
FOLDED = "Too many rows to list one by one: the file is named instead."
NO_ROW = "The table came without a row that counts: the partner said so by sending it."
NIL = "The partner declared that there was nothing to report."
PERSONAL = "(personal data, not shown)"


@dataclass(frozen=True)
class Cell:
    """One filled cell of a row.

    Attributes:
        cell: ``C14``, or ``line 14, column C`` of a csv.
        raw: The text as it stands in the file; personal data is left out.
        kind: Kind of the contract's column, such as ``integer`` or ``date``.
        is_value: The cell's number is the value, a bound, or the base of the contribution.
        read: What the reader made of it, as text; ``None`` of personal data.
        why: Why it was read so; blank where it could be read in one way only.
        decimal: Decimal sign of a number written as text.
        low: The number it stands for, or the lower bound of “<5”; ``None`` of words.
        high: The number, or the upper bound.
    """

    column: str
    label: str
    cell: str
    raw: str
    kind: str = "text"
    is_value: bool = False
    read: str | None = None
    why: str = ""
    decimal: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None

    @property
    def is_number(self) -> bool:
        """Whether its column holds numbers."""
        return self.kind in NUMBERS


def filled(
    contributions: Sequence[Contribution],
    settings: Settings,
    state: LedgerState,
    contracts: Mapping[str, Contract],
    program: str,
) -> list[Contribution]:
    """Contributions with file and cells; each original is read once, however many rows are wanted of it."""
    wanted: dict[str, list[int]] = defaultdict(list)
    known: dict[tuple[str, str | None, int], list[Cell]] = {}
    result = list(contributions)
    for place, item in enumerate(result):
        if item.submission_id is None:
            result[place] = replace(item, missing=NIL)
        else:
            wanted[item.submission_id].append(place)
    for submission_id, places in wanted.items():
        by_row = any(result[place].row is not None for place in places)
        tables = read_tables(settings, state, contracts[program], submission_id) if by_row else {}
        for place in places:
            result[place] = _one(result[place], contracts[program], tables, state, known)
    return result


def read_tables(
    settings: Settings, state: LedgerState, contract: Contract, submission_id: str
) -> Mapping[str, TableRead] | str:
    """Tables of a submission as it was read for its verdict, or why there are none."""
    from sources.load import read_submission
    from sources.storage import StorageError

    submission = state.submissions[submission_id]
    answers = submission.verdict.answers if submission.verdict is not None else {}
    if submission.reduced:
        return REDUCED
    try:
        return read_submission(settings, contract, submission, answers).tables
    except FileNotFoundError:
        return ERASED
    except StorageError:
        return ALTERED


def _one(
    item: Contribution,
    contract: Contract,
    tables: Mapping[str, TableRead] | str,
    state: LedgerState,
    known: dict[tuple[str, str | None, int], list[Cell]],
) -> Contribution:
    names = [file.name for file in state.submissions[item.submission_id or ""].files]
    named = replace(item, file=names[0] if len(names) == 1 else None)
    if len(names) == 1:
        named = replace(named, sha256=state.submissions[item.submission_id or ""].files[0].sha256)
    if isinstance(tables, str):
        return replace(named, missing=tables)
    if item.row is None:
        return replace(named, missing=FOLDED if item.row_count > 1 else NO_ROW)
    read = tables.get(item.table or "")
    position = _position(read, item) if read is not None else None
    if read is None or position is None:
        return replace(named, missing="The row is no longer found in the original.")
    row = read.frame.iloc[position]
    submission = state.submissions[item.submission_id or ""]
    name = str(row["_file"])
    hashes = {file.name: file.sha256 for file in submission.files}
    answers = submission.verdict.answers if submission.verdict is not None else {}
    sought = {value for value in (item.numerator, item.denominator, item.low, item.high) if value is not None}
    # One row stands behind several indicators: it is read once.
    key = (submission.id, item.table, position)
    if key not in known:
        known[key] = cells_at(item.partner, contract, read, position, answers)
    cells = [
        replace(cell, is_value=True) if cell.is_number and {cell.low, cell.high} & sought else cell
        for cell in known[key]
    ]
    return replace(item, file=name, sha256=hashes.get(name), cells=tuple(cells))


def _position(read: TableRead, item: Contribution) -> int | None:
    rows = (read.frame["_row"] == item.row).to_numpy().nonzero()[0]
    for position in rows:
        sheet = read.frame["_sheet"].iloc[position]
        if (sheet if isinstance(sheet, str) else None) == item.sheet:
            return int(position)
    return None


def cells_at(
    partner: str, contract: Contract, read: TableRead, position: int, answers: Mapping[str, str]
) -> list[Cell]:
    """The filled cells of one row of a table as read."""
    declared = contract.partner(partner).decimal
    cells = []
    for column in contract.table(read.table).columns:
        raw = read.raw.get(column.name)
        value = raw[position] if raw is not None and position < len(raw) else None
        if raw is None or value is None or str(value).strip() == "":
            continue
        typed = [read.frame[name].iloc[position] for name in _names(column.name, column.interval)]
        bounds = (typed[1], typed[2]) if column.interval else (typed[0], typed[0])
        personal = column.personal is not None
        how = (
            None
            if personal
            else reading(column, value, typed[0], *bounds, declared=declared, answers=answers, others=raw)
        )
        cells.append(
            Cell(
                column.name,
                column.label,
                read.cell(position, column.name),
                PERSONAL if personal else _text(value),
                column.kind,
                read=how.value if how is not None else None,
                why=how.why if how is not None else "",
                decimal=how.decimal if how is not None else None,
                low=_decimal(bounds[0]) if column.kind in NUMBERS else None,
                high=_decimal(bounds[1]) if column.kind in NUMBERS else None,
            )
        )
    return cells


def _text(value: Any) -> str:
    """A raw cell as text; Excel keeps 28 as 28.0 and shows 28."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _names(name: str, interval: bool) -> list[str]:
    return [name, f"{name}_low", f"{name}_high"] if interval else [name]


def _decimal(value: Any) -> Decimal | None:
    """A typed cell as the exact decimal the warehouse keeps; ``None`` for a blank."""
    if value is None or pd.isna(value):
        return None
    return round(Decimal(str(value)), 4)
