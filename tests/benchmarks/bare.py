"""The queries of a dbt build, run again by one DuckDB connection without dbt."""

from __future__ import annotations

import json
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

KINDS = ("seed", "model", "test")
SCHEMAS = ("raw", "steps", "reference", "staging", "intermediate", "marts", "published")


def queries(target: Path) -> list[dict[str, Any]]:
    """Seeds, models and data tests of a build in an order that can run, from its compiled manifest."""
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    nodes = {
        name: node
        for name, node in manifest["nodes"].items()
        if node["resource_type"] in KINDS and node["config"]["enabled"]
    }
    above = {
        name: [up for up in node.get("depends_on", {}).get("nodes", []) if up in nodes] for name, node in nodes.items()
    }
    return [nodes[name] for name in TopologicalSorter(above).static_order()]


def statement(node: dict[str, Any], project: Path) -> str:
    """What DuckDB has to run for a node."""
    kind = node["resource_type"]
    if kind == "test":
        return f"select count(*) from ({node['compiled_code']})"
    if kind == "seed":
        types = {
            name: "varchar" if sql_type == "string" else sql_type
            for name, sql_type in node["config"].get("column_types", {}).items()
        }
        types_given = f", types = {json.dumps(types)}" if types else ""
        source = f"select * from read_csv('{project / node['original_file_path']}', header = true{types_given})"
        return f"create or replace table {node['relation_name']} as {source}"
    what = "view" if node["config"]["materialized"] == "view" else "table"
    return f"create or replace {what} {node['relation_name']} as {node['compiled_code']}"


def run(target: Path, project: Path, warehouse: Path, views: Path, memory: str) -> None:
    """Run everything in a warehouse made anew.

    Args:
        target: Folder with the manifest of ``dbt compile``.
        project: The dbt project; seeds are read from there.
        warehouse: The DuckDB file to write.
        views: JSON with the statements that make dbt's views over Parquet.
        memory: What DuckDB may fill.
    """
    import duckdb

    from sources.collecting import collect_rarely

    collect_rarely()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"set memory_limit = '{memory}'")
        for schema in SCHEMAS:
            connection.execute(f"create schema {schema}")
        for view in json.loads(views.read_text(encoding="utf-8")):
            connection.execute(view)
        for node in queries(target):
            connection.execute(statement(node, project)).fetchall()


if __name__ == "__main__":
    run(*map(Path, sys.argv[1:5]), sys.argv[5])
