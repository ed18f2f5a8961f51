"""The cells behind a figure: the originals read again through the one reader, as the partner wrote them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pandas as pd

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
_NUMBERS = ("integer", "decimal", "money", "percent")
PERSONAL = "(personal data, not shown)"


@dataclass(frozen=True)
class Cell:
    """One filled cell of a row.

    Attributes:
        cell: ``C14``, or ``line 14, column C`` of a csv.
        raw: The text as it stands in the file; personal data is left out.
        kind: Kind of the contract's column, such as ``integer`` or ``date``.
        is_value: The cell's number is the value, a bound, or the base of the contribution.
    """

    column: str
    label: str
    cell: str
    raw: str
    kind: str = "text"
    is_value: bool = False

    @property
    def is_number(self) -> bool:
        """Whether its column holds numbers."""
        return self.kind in _NUMBERS


def filled(
    contributions: Sequence[Contribution],
    settings: Settings,
    state: LedgerState,
    contracts: Mapping[str, Contract],
    program: str,
) -> list[Contribution]:
    """Contributions with file and cells; each original is read once, however many rows are wanted of it."""
    wanted: dict[str, list[int]] = defaultdict(list)
    result = list(contributions)
    for place, item in enumerate(result):
        if item.submission_id is None:
            result[place] = replace(item, missing=NIL)
        else:
            wanted[item.submission_id].append(place)
    for submission_id, places in wanted.items():
        by_row = any(result[place].row is not None for place in places)
        tables = _read(settings, state, contracts[program], submission_id) if by_row else {}
        for place in places:
            result[place] = _one(result[place], contracts[program], tables, state)
    return result


def _read(
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
    item: Contribution, contract: Contract, tables: Mapping[str, TableRead] | str, state: LedgerState
) -> Contribution:
    names = [file.name for file in state.submissions[item.submission_id or ""].files]
    named = replace(item, file=names[0] if len(names) == 1 else None)
    if isinstance(tables, str):
        return replace(named, missing=tables)
    if item.row is None:
        return replace(named, missing=FOLDED if item.row_count > 1 else NO_ROW)
    read = tables.get(item.table or "")
    position = _position(read, item) if read is not None else None
    if read is None or position is None:
        return replace(named, missing="The row is no longer found in the original.")
    row = read.frame.iloc[position]
    return replace(item, file=str(row["_file"]), cells=tuple(_cells(item, contract, read, position)))


def _position(read: TableRead, item: Contribution) -> int | None:
    rows = (read.frame["_row"] == item.row).to_numpy().nonzero()[0]
    for position in rows:
        sheet = read.frame["_sheet"].iloc[position]
        if (sheet if isinstance(sheet, str) else None) == item.sheet:
            return int(position)
    return None


def _cells(item: Contribution, contract: Contract, read: TableRead, position: int) -> list[Cell]:
    sought = {value for value in (item.numerator, item.denominator, item.low, item.high) if value is not None}
    cells = []
    for column in contract.table(item.table or "").columns:
        raw = read.raw.get(column.name)
        value = raw[position] if raw is not None and position < len(raw) else None
        if value is None or str(value).strip() == "":
            continue
        typed = [read.frame[name].iloc[position] for name in _names(column.name, column.interval)]
        cells.append(
            Cell(
                column.name,
                column.label,
                read.cell(position, column.name),
                PERSONAL if column.personal is not None else _text(value),
                column.kind,
                column.kind in _NUMBERS and any(_decimal(number) in sought for number in typed),
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
