"""The project's own SQL in an in-memory DuckDB: compiled by dbt once, run on as many inputs as a test likes.

dbt needs seconds to build; the compiled statements of one program's path need a fraction of one. Seeds and sources are
given as tables, so a test chooses the partners and the returns; everything else is the SQL that production runs.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tests.unit.dbt_project.raw_root import RawRoot

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"


@dataclass(frozen=True)
class Node:
    """A model, seed or source: its relation, what it stands on, and its compiled SQL where it has any."""

    name: str
    kind: str
    relation: str
    parents: tuple[str, ...]
    sql: str | None


@cache
def compiled(as_of: str) -> dict[str, Node]:
    """Every node of the project by name, as dbt compiles it for a day."""
    from dbt.cli.main import dbtRunner

    with TemporaryDirectory(ignore_cleanup_errors=True) as home, pytest.MonkeyPatch.context() as patched:
        # Relations are named after the database, and a database in memory is named memory.
        patched.setenv("IMPACT_WAREHOUSE", ":memory:")
        folders = ["--project-dir", PROJECT, "--profiles-dir", PROJECT, "--target-path", home, "--log-path", home]
        variables = json.dumps({"as_of": as_of, "raw_root": str(RawRoot(Path(home) / "raw").write())})
        result = dbtRunner().invoke(["compile", "--quiet", *map(str, folders), "--vars", variables])
        assert result.success, result.exception
        manifest = json.loads((Path(home) / "manifest.json").read_text(encoding="utf-8"))
    every = {**manifest["nodes"], **manifest["sources"]}
    kinds = ("model", "seed", "source")
    names = {
        key: node.get("identifier") or node["name"] for key, node in every.items() if node["resource_type"] in kinds
    }
    return {
        name: Node(
            name=name,
            kind=every[key]["resource_type"],
            relation=every[key]["relation_name"],
            parents=tuple(names[parent] for parent in every[key].get("depends_on", {}).get("nodes", [])),
            sql=every[key].get("compiled_code"),
        )
        for key, name in names.items()
    }


class Warehouse:
    """The models a few targets stand on, for one program, over tables given by the test.

    Args:
        program: The program whose returns are run; the union of indicators is its mapping alone.
        targets: Models to build.
        as_of: The day the tables are true for.
        seeds: Rows that take the place of a seed's own; of every other seed, those of the program are kept.
        models: SQL that takes the place of a model's own and of all it stands on.
    """

    def __init__(
        self,
        program: str,
        targets: Iterable[str],
        as_of: str,
        seeds: Mapping[str, Iterable[Mapping[str, str]]],
        models: Mapping[str, str] | None = None,
    ) -> None:
        self.program = program
        self.nodes = dict(compiled(as_of))
        union = self.nodes["int_indicators__unioned"]
        mapping = self.nodes[f"int_{program}__indicators"]
        self.nodes[union.name] = replace(union, parents=(mapping.name,), sql=f"select * from {mapping.relation}")
        for name, sql in (models or {}).items():
            self.nodes[name] = replace(self.nodes[name], parents=(), sql=sql)
        self.connection = duckdb.connect()
        self.connection.execute("set threads = 1")
        order = self._order(targets)
        for schema in sorted({self.nodes[name].relation.split(".")[1] for name in order}):
            self.connection.execute(f"create schema {schema}")
        self._sources = [name for name in order if self.nodes[name].kind == "source"]
        # What stands on no source is built once.
        self._moving: list[str] = []
        for name in order:
            node = self.nodes[name]
            if node.kind == "seed":
                self._create(name, self._seed(name, seeds.get(name)))
            elif {*self._sources, *self._moving}.intersection(node.parents):
                self._moving.append(name)
            elif node.kind == "model":
                self._run(name)

    def load(self, sources: Mapping[str, pa.Table]) -> None:
        """Build the targets anew on other source tables."""
        for name in self._sources:
            self._create(name, sources[name])
        for name in self._moving:
            self._run(name)

    def rows(self, target: str) -> list[dict[str, Any]]:
        """The rows of a model."""
        cursor = self.connection.execute(f"select * from {self.nodes[target].relation}")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _order(self, targets: Iterable[str]) -> list[str]:
        found: dict[str, None] = {}

        def visit(name: str) -> None:
            for parent in self.nodes[name].parents:
                visit(parent)
            found.setdefault(name)

        for target in targets:
            visit(target)
        return list(found)

    def _run(self, name: str) -> None:
        node = self.nodes[name]
        self.connection.execute(f"create or replace table {node.relation} as {node.sql}")

    def _create(self, name: str, content: pa.Table) -> None:
        self.connection.register("given", content)
        self.connection.execute(f"create or replace table {self.nodes[name].relation} as select * from given")
        self.connection.unregister("given")

    def _seed(self, name: str, given: Iterable[Mapping[str, str]] | None) -> pa.Table:
        path = next((PROJECT / "seeds").rglob(f"{name}.csv"))
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle)
            rows = [dict(row) for row in reader if row.get("program_code", self.program) == self.program]
            columns = list(reader.fieldnames or [])
        if given is not None:
            rows = [dict.fromkeys(columns, "") | {"program_code": self.program} | dict(row) for row in given]
        types = seed_types()[name]
        self.connection.register(
            "read",
            pa.table({column: pa.array([row[column] or None for row in rows], pa.string()) for column in columns}),
        )
        casts = ", ".join(f'cast("{column}" as {types.get(column, "string")}) as "{column}"' for column in columns)
        table = self.connection.execute(f"select {casts} from read").to_arrow_table()
        self.connection.unregister("read")
        return table


@cache
def seed_types() -> dict[str, dict[str, str]]:
    """The declared type of each seed's columns."""
    import yaml

    declared = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["seeds"]["impact"]
    listed = {**declared, **declared["rendered"]}
    return {
        path.stem: (listed.get(path.stem) or {}).get("+column_types", {}) for path in (PROJECT / "seeds").rglob("*.csv")
    }
