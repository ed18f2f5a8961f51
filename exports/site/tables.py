"""What a page's queries see: published tables in a DuckDB of their own, and nothing else.

A table a page's readers may not have does not exist there; of the others a page for one partner or program holds
only their rows. Queries cannot read files, reach the net, load extensions or change these settings.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from exports import table
from exports.published import RELEASE, Published, to_frame
from exports.safe import records
from exports.site.problem import PageProblem
from exports.site.source import Page, Query

_NAMES = re.compile(r"\bpub_[a-z0-9_]+\b")
_OTHERS = re.compile(r"\$\{\s*([A-Za-z0-9_.]+)\s*\}")
_LINE = re.compile(r"LINE (\d+):")
#: A page made twice from the same tables must be the same.
_CLOCKS = re.compile(
    r"\b(now|random|uuid|gen_random_uuid|uuidv\d|today|current_date|current_timestamp|current_time|get_current_\w+|"
    r"localtimestamp|localtime|transaction_timestamp|setseed)\b",
    re.IGNORECASE,
)
_SETTINGS = {
    "threads": "1",  # one thread gives one order of rows and of sums
    "memory_limit": "1GB",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_unsigned_extensions": "false",
}
#: Types whose values Arrow gives as plain ones already.
_AS_THEY_ARE = (
    pa.types.is_integer,
    pa.types.is_boolean,
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_date32,
)
_LOCKED = "set python_enable_replacements = false; set enable_external_access = false; set lock_configuration = true"


@dataclass(frozen=True)
class Frame:
    """What a query gave.

    Attributes:
        name: The query's name.
        exact: The result with its exact types.
        rows: The rows as plain values, lists as lists.
    """

    name: str
    exact: pa.Table
    rows: list[dict[str, Any]]

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self.exact.column_names)


class Parts:
    """The rows of a build's tables by the value of a column, looked up once for all pages."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._places: dict[tuple[str, str], dict[str, np.ndarray[Any, np.dtype[np.int64]]]] = {}

    def of(self, name: str, column: str, value: str) -> pa.Table:
        """The rows of a table that have a value in a column, in the table's order."""
        whole = self._published.arrow(name)
        if (name, column) not in self._places:
            coded = whole[column].combine_chunks().dictionary_encode()
            codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
            order = np.argsort(codes, kind="stable")
            bounds = np.searchsorted(codes[order], np.arange(len(coded.dictionary) + 1))
            self._places[name, column] = {
                text: order[start:end]
                for text, start, end in zip(coded.dictionary.to_pylist(), bounds[:-1], bounds[1:], strict=True)
            }
        places = self._places[name, column].get(value)
        return whole.slice(0, 0) if places is None else whole.take(places)


@dataclass(frozen=True)
class View:
    """Which tables there are for a page, and which of their rows.

    Attributes:
        published: The build, opened for the page's readers.
        names: Names of the tables there are; ``None`` for all of the build.
        only: A column and the one value whose rows are there, in restricted tables that have the column.
        parts: Where rows are looked up; the pages of one build share it.
    """

    published: Published
    names: frozenset[str] | None = None
    only: tuple[str, str] | None = None
    parts: Parts | None = None

    def has(self, name: str) -> bool:
        """Whether there is such a table."""
        return self.published.has(name) and (self.names is None or name in self.names)

    def is_whole(self, name: str) -> bool:
        """Whether all may see all of a table."""
        return self.published.tables[name].audience == RELEASE

    def rows(self, name: str) -> pa.Table:
        """The rows that are there."""
        found = self.published.arrow(name)
        if self.is_whole(name) or self.only is None:
            return found
        parts, (column, value) = self.parts or Parts(self.published), self.only
        if column in found.column_names:
            return parts.of(name, column, value)
        if column == "partner_code" and "dimension" in found.column_names:
            mine = parts.of(name, "member_code", value)
            return mine.filter(pc.equal(mine["dimension"], "partner"))
        return found


class Engine:
    """A DuckDB that reaches nothing outside; pages that one file stands for share it one after another.

    Between pages only released tables stay in it.
    """

    def __init__(self) -> None:
        import duckdb

        self.connection = duckdb.connect(":memory:", config=dict(_SETTINGS))
        self.connection.execute(_LOCKED)
        self.whole: set[str] = set()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def hold(self, name: str, rows: pa.Table) -> None:
        """Make a table."""
        self.connection.register("incoming", rows)
        self.connection.execute(f'create table "{name}" as from incoming')
        self.connection.unregister("incoming")


class Tables:
    """The queries of one page, run as they are needed; what it held is gone when it is left."""

    def __init__(self, view: View, page: Page, params: Mapping[str, str], engine: Engine) -> None:
        self._view, self._page, self._params, self._engine = view, page, params, engine
        self._held: set[str] = set()
        self._made: list[str] = []
        self._built_on = {found[1] for query in page.queries.values() for found in _OTHERS.finditer(query.sql)}
        self._frames: dict[str, Frame] = {}
        self._asked: list[str] = []

    def __enter__(self) -> Tables:
        return self

    def __exit__(self, *_: object) -> None:
        for name in (*self._made, *self._held):
            self._engine.connection.execute(f'drop table "{name}"')

    def frame(self, name: str, line: int) -> Frame:
        """What a query of the page gives.

        Args:
            name: The query's name.
            line: Where in the page it is asked for.

        Raises:
            PageProblem: There is no such query, or it cannot be run.
        """
        query = self._page.queries.get(name)
        if query is None:
            known = ", ".join(self._page.queries) or "none"
            raise PageProblem(self._page.file, line, f"There is no query “{name}”. The queries here: {known}.")
        if name not in self._frames:
            self._frames[name] = self._run(query)
        return self._frames[name]

    def _run(self, query: Query) -> Frame:
        import duckdb

        if query.name in self._asked:
            raise self._problem(query, 0, f"The query “{query.name}” asks for itself.")
        self._asked.append(query.name)
        sql = _OTHERS.sub(lambda found: self._put_in(query, found), query.sql).rstrip().rstrip(";")
        self._asked.pop()
        self._check(query, sql)
        try:
            statements = self._engine.connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise self._problem(query, 0, f"The query “{query.name}” must be one select.")
            exact = self._result(query.name, sql)
        except duckdb.Error as error:
            said = str(error).split("\n")
            found = _LINE.search(str(error))
            sentence = " ".join(
                part.strip() for part in said if part.strip() and "LINE" not in part and "^" not in part
            )
            raise self._problem(
                query, int(found[1]) - 1 if found else 0, f"The query “{query.name}”: {sentence}"
            ) from None
        return Frame(query.name, exact, _rows(exact))

    def _result(self, name: str, sql: str) -> pa.Table:
        connection = self._engine.connection
        if name not in self._built_on:
            exact = connection.execute(sql).to_arrow_table().combine_chunks()
            if not any(pa.types.is_null(one.type) for one in exact.schema):
                return exact
        # A table gives a column of nothing a type, and others can build on it.
        connection.execute(f'create temp table "{name}" as {sql}')
        self._made.append(name)
        return connection.execute(f'from "{name}"').to_arrow_table().combine_chunks()

    def _put_in(self, query: Query, found: re.Match[str]) -> str:
        name = found[1]
        line = query.line + query.sql.count("\n", 0, found.start())
        if name.startswith("params."):
            return param(self._page.file, line, self._params, name.removeprefix("params.")).replace("'", "''")
        self.frame(name, line)
        return f'"{name}"'

    def _check(self, query: Query, sql: str) -> None:
        for found in _NAMES.finditer(sql):
            line = sql.count("\n", 0, found.start())
            if not self._view.has(found[0]):
                raise self._problem(query, line, f"There is no table “{found[0]}” for the readers of this page.")
            if found[0] not in self._held | self._engine.whole:
                self._engine.hold(found[0], self._view.rows(found[0]))
                (self._engine.whole if self._view.is_whole(found[0]) else self._held).add(found[0])
        clock = _CLOCKS.search(re.sub(r"'[^']*'|--[^\n]*", lambda text: " " * len(text[0]), sql))
        if clock:
            line = sql.count("\n", 0, clock.start())
            sentence = f"“{clock[0]}” differs from run to run. The day a build speaks for is in pub_meta__build."
            raise self._problem(query, line, sentence)

    def _problem(self, query: Query, line: int, sentence: str) -> PageProblem:
        return PageProblem(self._page.file, query.line + line, sentence)


def _rows(exact: pa.Table) -> list[dict[str, Any]]:
    """A result's rows as plain values: numbers as integers or floats, missing as ``None``, lists as lists."""
    columns = [_plain(exact.select([name])) for name in exact.column_names]
    return [dict(zip(exact.column_names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(one: pa.Table) -> list[Any]:
    """The values of the one column of a table."""
    column, kind = one.column(0), one.schema[0].type
    if pa.types.is_list(kind):
        return [[table.json_safe(item) for item in values or []] for values in column.to_pylist()]
    if pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        numbers = (None if value is None else float(value) for value in column.to_pylist())
        return [None if value is None or math.isnan(value) else value for value in numbers]
    if any(known(kind) for known in _AS_THEY_ARE):
        return list(column.to_pylist())
    return [row[0] for row in records(to_frame(one))]


def param(file: str, line: int, params: Mapping[str, str], name: str) -> str:
    """A parameter of a page that stands for several.

    Raises:
        PageProblem: The page has no such parameter.
    """
    if name not in params:
        known = ", ".join(params) or "none"
        raise PageProblem(file, line, f"The page has no parameter “{name}”. It has: {known}.")
    return params[name]
