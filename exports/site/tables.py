"""What a page's queries see: published tables in a DuckDB of their own, and nothing else.

A table a page's readers may not have does not exist there; of the others a page for one partner or program holds
only their rows. Queries cannot read files, reach the net, load extensions or change these settings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from exports import table
from exports.published import RELEASE, Published, to_frame
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
_LOCKED = "set python_enable_replacements = false; set enable_external_access = false; set lock_configuration = true"


@dataclass(frozen=True)
class Frame:
    """What a query gave.

    Attributes:
        name: The query's name.
        exact: The result with its exact types.
        frame: The same as a pandas frame; lists are left out.
        rows: The rows as plain values, lists as lists.
    """

    name: str
    exact: pa.Table
    frame: pd.DataFrame
    rows: list[dict[str, Any]]

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self.exact.column_names)


@dataclass(frozen=True)
class View:
    """Which tables there are for a page, and which of their rows.

    Attributes:
        published: The build, opened for the page's readers.
        names: Names of the tables there are; ``None`` for all of the build.
        only: By column, the one value whose rows are there, in restricted tables that have the column.
    """

    published: Published
    names: frozenset[str] | None = None
    only: Mapping[str, str] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether there is such a table."""
        return self.published.has(name) and (self.names is None or name in self.names)

    def rows(self, name: str) -> pa.Table:
        """The rows that are there."""
        found = self.published.arrow(name)
        if self.published.tables[name].audience == RELEASE:
            return found
        for column, value in self.only.items():
            if column in found.column_names:
                found = found.filter(pc.equal(found[column], value))
            elif column == "partner_code" and "dimension" in found.column_names:
                mine = pc.and_(pc.equal(found["dimension"], "partner"), pc.equal(found["member_code"], value))
                found = found.filter(mine)
        return found


class Tables:
    """The queries of one page, run as they are needed."""

    def __init__(self, view: View, page: Page, params: Mapping[str, str]) -> None:
        import duckdb

        self._view, self._page, self._params = view, page, params
        self._connection = duckdb.connect(":memory:", config=dict(_SETTINGS))
        self._connection.execute(_LOCKED)
        self._held: set[str] = set()
        self._frames: dict[str, Frame] = {}
        self._asked: list[str] = []

    def __enter__(self) -> Tables:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

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
            statements = self._connection.extract_statements(sql)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise self._problem(query, 0, f"The query “{query.name}” must be one select.")
            self._connection.execute(f'create temp table "{query.name}" as {sql}')
            exact = self._connection.execute(f'from "{query.name}"').to_arrow_table().combine_chunks()
        except duckdb.Error as error:
            said = str(error).split("\n")
            found = _LINE.search(str(error))
            sentence = " ".join(
                part.strip() for part in said if part.strip() and "LINE" not in part and "^" not in part
            )
            raise self._problem(
                query, int(found[1]) - 1 if found else 0, f"The query “{query.name}”: {sentence}"
            ) from None
        flat = [one.name for one in exact.schema if not pa.types.is_list(one.type)]
        frame = to_frame(exact.select(flat))
        lists = {name: exact[name].to_pylist() for name in exact.column_names if name not in flat}
        rows = table.rows(frame) if flat else [{} for _ in range(exact.num_rows)]
        for place, row in enumerate(rows):
            row.update(
                {name: [table.json_safe(item) for item in values[place] or []] for name, values in lists.items()}
            )
        return Frame(query.name, exact, frame, rows)

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
            if found[0] not in self._held:
                self._connection.register("incoming", self._view.rows(found[0]))
                self._connection.execute(f'create table "{found[0]}" as from incoming')
                self._connection.unregister("incoming")
                self._held.add(found[0])
        clock = _CLOCKS.search(re.sub(r"'[^']*'|--[^\n]*", lambda text: " " * len(text[0]), sql))
        if clock:
            line = sql.count("\n", 0, clock.start())
            sentence = f"“{clock[0]}” differs from run to run. The day a build speaks for is in pub_meta__build."
            raise self._problem(query, line, sentence)

    def _problem(self, query: Query, line: int, sentence: str) -> PageProblem:
        return PageProblem(self._page.file, query.line + line, sentence)


def param(file: str, line: int, params: Mapping[str, str], name: str) -> str:
    """A parameter of a page that stands for several.

    Raises:
        PageProblem: The page has no such parameter.
    """
    if name not in params:
        known = ", ".join(params) or "none"
        raise PageProblem(file, line, f"The page has no parameter “{name}”. It has: {known}.")
    return params[name]
