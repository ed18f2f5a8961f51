"""The cells behind a figure: the originals read again through the one reader, as the partner wrote them."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, time
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


class OpenTable:
    """A table as read, its columns as plain lists and its rows found by their place: a frame cell by cell is slow."""

    def __init__(self, read: TableRead) -> None:
        self.read = read
        self._columns: dict[str, list[Any]] = {}
        self._cells: dict[int, list[Cell]] = {}
        sheets = [sheet if isinstance(sheet, str) else None for sheet in read.frame["_sheet"].tolist()]
        rows = [int(row) for row in read.frame["_row"].tolist()]
        self._positions: dict[tuple[str | None, int], int] = {}
        for position, place in enumerate(zip(sheets, rows, strict=True)):
            self._positions.setdefault(place, position)

    def typed(self, name: str, position: int) -> Any:
        """A typed value of a column."""
        if name not in self._columns:
            self._columns[name] = self.read.frame[name].tolist()
        return self._columns[name][position]

    def position(self, sheet: str | None, row: int | None) -> int | None:
        """Where the row of a sheet is in the frame."""
        return None if row is None else self._positions.get((sheet, row))

    def cells(self, partner: str, contract: Contract, position: int, answers: Mapping[str, str]) -> list[Cell]:
        """The filled cells of a row; one row stands behind several indicators and is looked at once."""
        if position not in self._cells:
            self._cells[position] = cells_at(self, partner, contract, position, answers)
        return self._cells[position]


class KeptTables:
    """Returns that were opened lately, for work that comes back to them; the rows held have a limit.

    Args:
        most_rows: Rows held at most; a return with more is read again each time.
    """

    def __init__(self, most_rows: int = 20_000) -> None:
        self._most, self._rows = most_rows, 0
        self._kept: OrderedDict[str, Mapping[str, OpenTable] | str] = OrderedDict()

    def get(self, submission_id: str) -> Mapping[str, OpenTable] | str | None:
        """The tables of a return, or why there are none; ``None`` where it is not held."""
        found = self._kept.get(submission_id)
        if found is not None:
            self._kept.move_to_end(submission_id)
        return found

    def put(self, submission_id: str, tables: Mapping[str, OpenTable] | str) -> None:
        """Hold a return; those longest unused go."""
        rows = _row_count(tables)
        if rows > self._most:
            return
        self._kept[submission_id] = tables
        self._rows += rows
        while self._rows > self._most:
            self._rows -= _row_count(self._kept.popitem(last=False)[1])


def _row_count(tables: Mapping[str, OpenTable] | str) -> int:
    return 0 if isinstance(tables, str) else sum(len(table.read.frame) for table in tables.values())


def filled(
    contributions: Sequence[Contribution],
    settings: Settings,
    state: LedgerState,
    contracts: Mapping[str, Contract],
    program: str,
    kept: KeptTables | None = None,
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
        tables = read_tables(settings, state, contracts[program], submission_id, kept) if by_row else {}
        for place in places:
            result[place] = _one(result[place], contracts[program], tables, state)
    return result


def read_tables(
    settings: Settings, state: LedgerState, contract: Contract, submission_id: str, kept: KeptTables | None = None
) -> Mapping[str, OpenTable] | str:
    """Tables of a submission as it was read for its verdict, or why there are none.

    Args:
        kept: Where returns are held that are asked for again.
    """
    tables = kept.get(submission_id) if kept is not None else None
    if tables is None:
        tables = _read_tables(settings, state, contract, submission_id)
        if kept is not None:
            kept.put(submission_id, tables)
    return tables


def _read_tables(
    settings: Settings, state: LedgerState, contract: Contract, submission_id: str
) -> Mapping[str, OpenTable] | str:
    from sources.load import read_submission
    from sources.storage import StorageError

    submission = state.submissions[submission_id]
    answers = submission.verdict.answers if submission.verdict is not None else {}
    if submission.reduced:
        return REDUCED
    try:
        read = read_submission(settings, contract, submission, answers)
        return {name: OpenTable(table) for name, table in read.tables.items()}
    except FileNotFoundError:
        return ERASED
    except StorageError:
        return ALTERED


def _one(
    item: Contribution,
    contract: Contract,
    tables: Mapping[str, OpenTable] | str,
    state: LedgerState,
) -> Contribution:
    names = [file.name for file in state.submissions[item.submission_id or ""].files]
    named = replace(item, file=names[0] if len(names) == 1 else None)
    if len(names) == 1:
        named = replace(named, sha256=state.submissions[item.submission_id or ""].files[0].sha256)
    if isinstance(tables, str):
        return replace(named, missing=tables)
    if item.row is None:
        return replace(named, missing=FOLDED if item.row_count > 1 else NO_ROW)
    table = tables.get(item.table or "")
    position = table.position(item.sheet, item.row) if table is not None else None
    if table is None or position is None:
        return replace(named, missing="The row is no longer found in the original.")
    submission = state.submissions[item.submission_id or ""]
    name = str(table.typed("_file", position))
    hashes = {file.name: file.sha256 for file in submission.files}
    answers = submission.verdict.answers if submission.verdict is not None else {}
    sought = {value for value in (item.numerator, item.denominator, item.low, item.high) if value is not None}
    cells = [
        replace(cell, is_value=True) if cell.is_number and {cell.low, cell.high} & sought else cell
        for cell in table.cells(item.partner, contract, position, answers)
    ]
    return replace(item, file=name, sha256=hashes.get(name), cells=tuple(cells))


def cells_at(
    table: OpenTable, partner: str, contract: Contract, position: int, answers: Mapping[str, str]
) -> list[Cell]:
    """The filled cells of one row of a table as read."""
    read, declared = table.read, contract.partner(partner).decimal
    row, file = int(table.typed("_row", position)), table.typed("_file", position)
    sheet = table.typed("_sheet", position)
    sheet = sheet if isinstance(sheet, str) else None
    cells = []
    for column in contract.table(read.table).columns:
        raw = read.raw.get(column.name)
        value = raw[position] if raw is not None and position < len(raw) else None
        if raw is None or value is None or str(value).strip() == "":
            continue
        typed = [table.typed(name, position) for name in _names(column.name, column.interval)]
        bounds = (typed[1], typed[2]) if column.interval else (typed[0], typed[0])
        personal = column.personal is not None
        letter = read.letters.get((file, sheet, column.name), "?")
        how = (
            None
            if personal
            else reading(column, value, typed[0], *bounds, declared=declared, answers=answers, others=raw)
        )
        cells.append(
            Cell(
                column.name,
                column.label,
                f"{letter}{row}" if sheet is not None else f"line {row}, column {letter}",
                PERSONAL if personal else plain_text(value),
                column.kind,
                read=how.value if how is not None else None,
                why=how.why if how is not None else "",
                decimal=how.decimal if how is not None else None,
                low=_decimal(bounds[0]) if column.kind in NUMBERS else None,
                high=_decimal(bounds[1]) if column.kind in NUMBERS else None,
            )
        )
    return cells


def plain_text(value: Any) -> str:
    """A raw cell as text; Excel keeps 28 as 28.0 and shows 28, and a day without the midnight it begins with."""
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _names(name: str, interval: bool) -> list[str]:
    return [name, f"{name}_low", f"{name}_high"] if interval else [name]


def _decimal(value: Any) -> Decimal | None:
    """A typed cell as the exact decimal the warehouse keeps; ``None`` for a blank."""
    if value is None or pd.isna(value):
        return None
    return round(Decimal(str(value)), 4)
