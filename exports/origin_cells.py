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
    from sources.contract.model import Column, Contract
    from sources.log.state import LedgerState, Submission
    from sources.reader.result import TableRead
    from sources.settings import Settings

ERASED = "The original was erased on a person's request; its hash and the log's entry stay."
REDUCED = "Rows of this return were erased on a person's request, and the original with them; the others still count."
ALTERED = "The stored original is not the one that was received, and is not read."
FOLDED = "Too many rows to list one by one: the file is named instead."
NO_ROW = "The table came without a row that counts: the partner said so by sending it."
NIL = "The partner declared that there was nothing to report."
PERSONAL = "(personal data, not shown)"


@dataclass(frozen=True, slots=True)
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
        self._cells: dict[int, tuple[Cell, ...]] = {}
        self._readers: list[ColumnCells] | None = None
        sheets = [sheet if isinstance(sheet, str) else None for sheet in read.frame["_sheet"].tolist()]
        rows = [int(row) for row in read.frame["_row"].tolist()]
        self._positions: dict[tuple[str | None, int], int] = {}
        for position, place in enumerate(zip(sheets, rows, strict=True)):
            self._positions.setdefault(place, position)

    def column(self, name: str) -> list[Any]:
        """The typed values of a column."""
        if name not in self._columns:
            self._columns[name] = self.read.frame[name].tolist()
        return self._columns[name]

    def typed(self, name: str, position: int) -> Any:
        """A typed value of a column."""
        return self.column(name)[position]

    def position(self, sheet: str | None, row: int | None) -> int | None:
        """Where the row of a sheet is in the frame."""
        return None if row is None else self._positions.get((sheet, row))

    def cells(self, partner: str, contract: Contract, position: int, answers: Mapping[str, str]) -> tuple[Cell, ...]:
        """The filled cells of a row; one row stands behind several indicators and is looked at once."""
        if position not in self._cells:
            if self._readers is None:
                declared = contract.partner(partner).decimal
                columns = contract.table(self.read.table).columns
                self._readers = [ColumnCells(self, column, declared, answers) for column in columns]
            found = (reader.cell(position) for reader in self._readers)
            self._cells[position] = tuple(cell for cell in found if cell is not None)
        return self._cells[position]


class ColumnCells:
    """The cells of one column of a table as read; what stands in many of them is looked at once.

    Args:
        declared: Decimal sign the partner declared.
        answers: What the partner answered when the return was read.
    """

    def __init__(self, table: OpenTable, column: Column, declared: str | None, answers: Mapping[str, str]) -> None:
        self._column, self._declared, self._answers = column, declared, answers
        self._raw = table.read.raw.get(column.name)
        self._letters = table.read.letters
        self._files, self._sheets, self._rows = (table.column(name) for name in ("_file", "_sheet", "_row"))
        self._typed = [table.column(name) for name in _names(column.name, column.interval)]
        self._known: dict[Any, tuple[Any, ...]] = {}

    def cell(self, position: int) -> Cell | None:
        """The cell of a row; ``None`` where it is blank."""
        raw, column = self._raw, self._column
        value = raw[position] if raw is not None and position < len(raw) else None
        if raw is None or value is None:
            return None
        kind = type(value)
        if not value.strip() if kind is str else not str(value).strip():
            return None
        typed = [values[position] for values in self._typed]
        try:
            # Numbers are told apart by their type too: 1, 1.0 and True are equal.
            key = (kind, value, *typed)
            read = self._known.get(key)
        except TypeError:
            key = (kind, str(value), *map(str, typed))
            read = self._known.get(key)
        if read is None:
            read = self._known[key] = self._read(raw, value, typed)
        row, sheet = int(self._rows[position]), self._sheets[position]
        sheet = sheet if isinstance(sheet, str) else None
        letter = self._letters.get((self._files[position], sheet, column.name), "?")
        place = f"{letter}{row}" if sheet is not None else f"line {row}, column {letter}"
        text, said, why, decimal, low, high = read
        return Cell(column.name, column.label, place, text, column.kind, False, said, why, decimal, low, high)

    def _read(self, raw: Sequence[Any], value: Any, typed: Sequence[Any]) -> tuple[Any, ...]:
        """Raw text, what was read and why, decimal sign and bounds."""
        column = self._column
        low, high = (typed[1], typed[2]) if column.interval else (typed[0], typed[0])
        bounds = (_decimal(low), _decimal(high)) if column.kind in NUMBERS else (None, None)
        if column.personal is not None:
            return (PERSONAL, None, "", None, *bounds)
        how = reading(column, value, typed[0], low, high, declared=self._declared, answers=self._answers, others=raw)
        return (plain_text(value), how.value, how.why, how.decimal, *bounds)


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
        submission = state.submissions[submission_id]
        for place in places:
            result[place] = likely(from_original(result[place], contracts[program], tables, submission))
    return result


def likely(item: Contribution) -> Contribution:
    """A row with those number cells marked that hold its value, a bound or its base."""
    sought = {value for value in (item.numerator, item.denominator, item.low, item.high) if value is not None}
    if not any(cell.is_number and (cell.low in sought or cell.high in sought) for cell in item.cells):
        return item
    cells = [
        replace(cell, is_value=True) if cell.is_number and (cell.low in sought or cell.high in sought) else cell
        for cell in item.cells
    ]
    return replace(item, cells=tuple(cells))


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


def from_original(
    item: Contribution, contract: Contract, tables: Mapping[str, OpenTable] | str, submission: Submission
) -> Contribution:
    """A row with its file and its cells, or why it has none; no cell is marked yet.

    Args:
        tables: Its return as :func:`read_tables` opened it.
    """
    table = tables.get(item.table or "") if not isinstance(tables, str) else None
    position = table.position(item.sheet, item.row) if table is not None else None
    if table is None or position is None:
        alone = submission.files[0] if len(submission.files) == 1 else None
        missing = "The row is no longer found in the original."
        if isinstance(tables, str):
            missing = tables
        elif item.row is None:
            missing = FOLDED if item.row_count > 1 else NO_ROW
        file, sha256 = (alone.name, alone.sha256) if alone is not None else (None, item.sha256)
        return item.seen(file, sha256, (), missing)
    name = str(table.typed("_file", position))
    answers = submission.verdict.answers if submission.verdict is not None else {}
    sha256 = next((file.sha256 for file in reversed(submission.files) if file.name == name), None)
    return item.seen(name, sha256, table.cells(item.partner, contract, position, answers), None)


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
