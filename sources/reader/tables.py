"""One contract table from its places: columns checked, rows sorted, cells cast, places joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from sources.contract.model import Column, Contract, Partner, Table
from sources.problems import Problem, Question
from sources.reader.cast import cast_column, question
from sources.reader.casting import CastColumn, CastContext
from sources.reader.headers import Found
from sources.reader.issues import Place, locate, shown, to_problems
from sources.reader.layout import data_rows
from sources.reader.place_checks import column_problems, merge_problems, row_problems
from sources.reader.prefilled import leave_prefilled
from sources.reader.result import Ignored, ReadResult, TableRead

_DTYPES = {
    "date": "datetime64[us]",
    "integer": "float64",
    "decimal": "float64",
    "money": "float64",
    "percent": "float64",
}


@dataclass
class _Part:
    """One place read."""

    found: Found
    rows: list[int]
    cast: dict[str, CastColumn] = field(default_factory=dict)
    raw: dict[str, Sequence[Any]] = field(default_factory=dict)


class TableReader:
    """Reads tables of one submission and gathers the questions they raise."""

    def __init__(
        self, contract: Contract, partner: Partner | None, answers: Mapping[str, str], *, many_files: bool
    ) -> None:
        self.contract = contract
        self.answers = answers
        self.many_files = many_files
        self.questions: list[Question] = []
        order = answers.get("date_order")
        declared = partner.day_first if partner is not None else None
        self._decimal = answers.get("number_format") or (partner.decimal if partner is not None else None)
        self._day_first = order == "day_first" if order is not None else declared

    def read(self, table: Table, places: Sequence[Found], result: ReadResult) -> None:
        """Read a table from its places into ``result``."""
        read = TableRead(table.name, pd.DataFrame(), {}, {}, [])
        parts = [self._read_place(table, place, read, result) for place in places]
        self._join(table, parts, read)
        result.tables[table.name] = read

    def empty_tables(self, result: ReadResult) -> list[Problem]:
        """A word about tables whose header stands there without rows, while others have some."""
        return [
            Problem(
                rule=f"{self.contract.program}.{name}._row.no_rows",
                severity="info" if self.contract.table(name).optional else "warning",
                sentence=f"{self._where(read)} has no rows for “{self.contract.table(name).label}”. "
                "It was read as: nothing to report.",
                file=read.headers[0][0],
                sheet=read.headers[0][1],
                table=name,
            )
            for name, read in result.tables.items()
            if read.headers and not len(read.frame)
        ]

    def _where(self, read: TableRead) -> str:
        file, sheet, _, _ = read.headers[0]
        return f"Sheet {sheet}" if sheet is not None else f"File {file}"

    def _read_place(self, table: Table, found: Found, read: TableRead, result: ReadResult) -> _Part:
        grid = found.grid
        program = self.contract.program
        context = CastContext(
            decimal=self._decimal, day_first=self._day_first, date1904=grid.date1904, text_file=grid.sheet is None
        )
        rows = data_rows(program, found, context, many_files=self.many_files)
        untouched = leave_prefilled(program, found, rows, result.meta)
        part = _Part(found, rows.data)
        read.headers.append((grid.file, grid.sheet, grid.row_number(found.header[0]), grid.row_number(found.header[1])))
        for name, index in found.columns.items():
            read.letters[grid.file, grid.sheet, name] = grid.letter(index)
        read.extras += [
            (grid.file, grid.sheet, grid.letter(index), text) for index, text in sorted(found.extras.items())
        ]
        result.ignored += [
            Ignored(grid.file, grid.sheet, (grid.row_number(first), grid.row_number(last)), why)
            for first, last, why in rows.ignored
        ]
        result.problems += column_problems(program, found, rows.data)
        result.problems += rows.problems + untouched
        result.problems += merge_problems(program, found, rows.data)
        result.problems += row_problems(program, found, rows.data)
        for column in table.columns:
            if column.name in found.columns:
                self._cast(table, column, part, context, result)
        return part

    def _cast(self, table: Table, column: Column, part: _Part, context: CastContext, result: ReadResult) -> None:
        grid, index = part.found.grid, part.found.columns[column.name]
        values: Sequence[Any] = grid.columns[index]
        rows = part.rows
        if rows and rows[-1] - rows[0] + 1 == len(rows):
            values = values[rows[0] : rows[-1] + 1]
        else:
            values = [values[row] for row in rows]
        key = f"{self.contract.program}.{table.name}.{column.name}.percent"
        if column.kind == "percent":
            context = self._percent_context(part, index, context, self.answers.get(key))
        cast = cast_column(column, values, context)
        part.cast[column.name] = cast
        part.raw[column.name] = values
        place = Place(self.contract.program, table.name, column, grid, index, self.many_files)
        for issue, positions in cast.issues:
            result.problems += to_problems(
                place, issue, [rows[position] for position in positions], [values[position] for position in positions]
            )
        if cast.question is not None:
            kind, positions = cast.question
            cells = tuple(grid.cell(rows[position], index) for position in positions)
            where = locate(grid, cells[0], many_files=self.many_files)
            asked = key if kind == "percent" else kind
            value = shown(values[positions[0]])
            self.questions.append(question(asked, kind, where, value, grid.sheet, cells))

    @staticmethod
    def _percent_context(part: _Part, index: int, context: CastContext, answer: str | None) -> CastContext:
        grid = part.found.grid
        marked = {row - grid.first_row for row, column in grid.notes.percents if column - grid.first_col == index}
        positions = frozenset(place for place, row in enumerate(part.rows) if row in marked)
        return CastContext(context.decimal, context.day_first, context.date1904, positions, context.text_file, answer)

    def _join(self, table: Table, parts: Sequence[_Part], read: TableRead) -> None:
        data: dict[str, pd.Series[Any]] = {}
        total = sum(len(part.rows) for part in parts)
        for column in table.columns:
            names = [column.name, *([f"{column.name}_low", f"{column.name}_high"] if column.interval else [])]
            for name, attribute in zip(names, ("values", "low", "high"), strict=False):
                dtype = _DTYPES.get(column.kind, "object")
                arrays = [self._array(part, column, attribute, dtype) for part in parts]
                data[name] = pd.Series(arrays[0] if len(arrays) == 1 else np.concatenate(arrays), dtype=dtype)
            raw: list[Any] = []
            for part in parts:
                raw += part.raw.get(column.name, [""] * len(part.rows))
            read.raw[column.name] = raw
            bad = self._bad(column, parts)
            if bad:
                read.bad_cells[column.name] = bad
        for name, values in (
            ("_file", [part.found.grid.file for part in parts]),
            ("_sheet", [part.found.grid.sheet for part in parts]),
        ):
            array = np.empty(total, dtype=object)
            start = 0
            for part, value in zip(parts, values, strict=True):
                array[start : start + len(part.rows)] = value
                start += len(part.rows)
            data[name] = pd.Series(array, dtype="object")
        numbers = [part.found.grid.row_numbers(part.rows) for part in parts]
        data["_row"] = pd.Series(np.concatenate(numbers), dtype="int64")
        read.frame = pd.DataFrame(data, copy=False)

    @staticmethod
    def _array(part: _Part, column: Column, attribute: str, dtype: str) -> np.ndarray[Any, Any]:
        cast = part.cast.get(column.name)
        if cast is not None:
            array = getattr(cast, attribute)
            return np.asarray(array)
        if dtype == "object":
            return np.full(len(part.rows), None, dtype=object)
        missing: Any = np.datetime64("NaT") if dtype.startswith("datetime") else np.nan
        return np.full(len(part.rows), missing, dtype=dtype)

    @staticmethod
    def _bad(column: Column, parts: Sequence[_Part]) -> set[int]:
        bad: set[int] = set()
        start = 0
        for part in parts:
            cast = part.cast.get(column.name)
            for issue, positions in cast.issues if cast is not None else ():
                if issue.severity == "error":
                    bad.update(start + position for position in positions)
            start += len(part.rows)
        return bad
