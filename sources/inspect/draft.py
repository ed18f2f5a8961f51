"""A first contract from an inspected file: tables, columns, kinds, lists and keys, all to be confirmed by a person.

What is guessed here is tried at once: the contract is loaded strictly and the file is read with it; a column that
its guessed kind cannot hold falls back to text.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sources.contract.load import CONTRACT_FILE, REFERENCE_DIR, load_contract
from sources.contract.model import Contract, Partner
from sources.inspect.draft_text import DraftColumn, DraftTable, contract_text, snake, to_confirm
from sources.inspect.inspector import look
from sources.inspect.kinds import BLANK, DATE, FLAG, NUMBER, SIGN, TEXT, kind_of
from sources.inspect.model import Sighted
from sources.inspect.sheet import shown
from sources.reader.grid import Grid
from sources.reader.numbers import read_number
from sources.reader.reader import InputFile, read_files
from sources.reader.text import normal

_MOST_CODES = 12
_MONEY_WORDS = "amount amounts grant grants cost costs budget price paid spend spent income payment expenditure fee"
_MONEY = frozenset(_MONEY_WORDS.split())
_ID_WORDS = "id ids code no nr ref reference identifier number key"
_ID = frozenset(_ID_WORDS.split())


class DraftError(ValueError):
    """No contract can be drafted from the file; the message says why."""


@dataclass
class Draft:
    """A drafted contract: its text, its tables, and what a person must confirm."""

    text: str
    tables: list[DraftTable]
    confirm: list[str]


def draft(slug: str, title: str, reported_by: str, name: str, data: bytes) -> Draft:
    """Draft a contract from a file, and prove that it reads that file.

    Raises:
        DraftError: The file was refused, needs an answer, or cannot be read by its own headers.
    """
    inspection, grids = look(name, data)
    if inspection.outcome not in ("read", "read_with_warnings"):
        raise DraftError(f"No contract can be drafted from {name}: {inspection.reason}")
    tables = _tables(inspection.tables, grids, name)
    for _ in range(1 + sum(len(table.columns) for table in tables)):
        text = contract_text(slug, title, reported_by, name, tables)
        contract = _load(slug, text)
        wrong, differ = _read_back(contract, name, data, tables)
        if not wrong:
            return Draft(text, tables, to_confirm(tables) + differ)
        for table_name, column_name in wrong:
            for table in tables:
                for column in table.columns:
                    if table.name == table_name and column.name == column_name:
                        column.kind, column.codes = "text", []
    raise DraftError(f"The columns of {name} could not be given kinds under which the file can be read.")


def _tables(sighted: Sequence[Sighted], grids: Sequence[Grid], file: str) -> list[DraftTable]:
    made: list[DraftTable] = []
    seen: set[tuple[str, ...]] = set()
    for table, grid in zip(sighted, grids, strict=True):
        names = [normal(name) for name in table.columns if name]
        if len(set(names)) < len(names):
            again = next(name for name in table.columns if name and names.count(normal(name)) > 1)
            raise DraftError(f"Two columns are named “{again}”. Rename one of them, and draft again.")
        numbered = [name for name in table.columns if name.replace("-", "").isdigit()]
        if numbered:
            raise DraftError(
                f"Columns of {table.sheet or file} are named by years, dates or numbers ({', '.join(numbered[:3])}). "
                "A contract holds one value a row: put the years into a column of their own, and draft again."
            )
        if tuple(sorted(names)) in seen or not table.row_count:
            continue  # one sheet per region or year: one table
        seen.add(tuple(sorted(names)))
        label = table.sheet or Path(file).stem
        taken = {other.name for other in made}
        made.append(DraftTable(snake(label, taken, "records"), label, _columns(table, grid), table.row_count))
    return made


def _columns(table: Sighted, grid: Grid) -> list[DraftColumn]:
    rows, positions = table.positions
    made: list[DraftColumn] = []
    for name, position in zip(table.columns, positions, strict=True):
        if name:
            cells = [grid.columns[position][row] for row in rows]
            made.append(_column(name, cells, {column.name for column in made}))
    _guess_key(made, table, grid)
    return made


def _column(label: str, cells: list[Any], taken: set[str]) -> DraftColumn:
    found = {kind_of(value) for value in set(cells)}
    values = [value for value in cells if kind_of(value) not in (BLANK, SIGN)]
    texts = [shown(value) for value in values]
    column = DraftColumn(snake(label, taken, "column"), label, "text", required=len(values) == len(cells))
    column.longest = max(map(len, texts), default=0)
    plain = found - {BLANK, SIGN}
    if plain == {NUMBER} and not any(text[:1] == "0" and text[1:].isdigit() for text in texts):
        column.kind = _number_kind(label, values)
    elif plain == {DATE}:
        column.kind = "date"
    elif plain == {FLAG} and len(set(texts)) > 1:
        column.kind = "boolean"
    elif plain and plain <= {TEXT, FLAG}:
        distinct = list(dict.fromkeys(texts))
        few = 1 < len(distinct) <= min(_MOST_CODES, len(texts) // 2) and max(map(len, distinct)) <= 60
        if few and len({normal(text) for text in distinct} - {""}) == len(distinct):
            column.kind, column.codes = "code", sorted(distinct)
    return column


def _number_kind(label: str, values: list[Any]) -> str:
    numbers = [float(value) if not isinstance(value, str) else None for value in values]
    if any(number is None for number in numbers):
        read = [read_number(str(value)) for value in values]
        if any(number.percent for number in read):
            return "percent"
        if any(number.dot is None or number.ambiguous for number in read):
            return "decimal" if not any(number.dot is None and number.comma is None for number in read) else "text"
        numbers = [float(number.dot) for number in read if number.dot is not None]
    known = [number for number in numbers if number is not None]
    if _MONEY & set(normal(label).split()) and all(round(number, 2) == number for number in known):
        return "money"
    whole = all(number.is_integer() and abs(number) < 2**53 for number in known)
    return "integer" if whole else "decimal"


def _guess_key(columns: list[DraftColumn], table: Sighted, grid: Grid) -> None:
    """Mark the first column, or pair of columns, that tells every row from the others."""
    rows, positions = table.positions
    where = [position for name, position in zip(table.columns, positions, strict=True) if name]
    able = [
        index
        for index, column in enumerate(columns)
        if column.required and column.kind not in ("decimal", "money", "percent")
    ]
    able.sort(key=lambda index: (not _ID & set(normal(columns[index].label).split()), index))
    values = {index: [shown(grid.columns[where[index]][row]) for row in rows] for index in able[:6]}
    for index in able[:6]:
        if len(set(values[index])) == len(rows):
            columns[index].key = True
            return
    for first in able[:6]:
        for second in able[:6]:
            if first < second and len(set(zip(values[first], values[second], strict=True))) == len(rows):
                columns[first].key = columns[second].key = True
                return


def _load(slug: str, text: str) -> Contract:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / slug / CONTRACT_FILE
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        return load_contract(slug, Path(folder), REFERENCE_DIR, strict=True)


def _read_back(
    contract: Contract, name: str, data: bytes, tables: Sequence[DraftTable]
) -> tuple[list[tuple[str, str]], list[str]]:
    """Columns, as table and name, that the file cannot be read with; and tables read with other rows than were seen."""
    partner = Partner("draft", "Draft", contract.program, "US", "2020-Q1")
    result = read_files(contract, [InputFile(name, data)], partner=partner, period=None)
    wrong = [
        (problem.table, problem.column)
        for problem in result.problems
        if problem.severity == "error" and problem.table is not None and problem.column is not None
    ]
    for question in result.questions:
        parts = question.key.split(".")
        named = [(table.name, column.name) for table in tables for column in table.columns]
        wrong += [pair for pair in named if len(parts) >= 3 and pair == (parts[1], parts[2])]
        if question.key in ("number_format", "date_order"):
            kinds = ("date",) if question.key == "date_order" else ("decimal", "money", "integer", "percent")
            wrong += [(table.name, column.name) for table in tables for column in table.columns if column.kind in kinds]
    told = {(table.name, column.name) for table in tables for column in table.columns if column.kind != "text"}
    wrong = [pair for pair in dict.fromkeys(wrong) if pair in told]
    if wrong:
        return wrong, []
    errors = [problem.sentence for problem in result.problems if problem.severity == "error"]
    errors += [question.sentence for question in result.questions]
    if result.outcome == "refused" or errors:
        raise DraftError(
            f"A contract drafted from {name} would not read it: {errors[0] if errors else 'it was refused'}"
        )
    counts = [(table, len(result.tables[table.name].frame) if table.name in result.tables else 0) for table in tables]
    return [], [
        f"by this contract {count:,} rows of {table.name} are read, where the look found {table.rows:,}"
        for table, count in counts
        if count != table.rows
    ]
