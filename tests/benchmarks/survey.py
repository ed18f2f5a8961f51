"""Every share, gap and change of large polls, beside one weighted group-by over the same respondents."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from dbt_project.steps.quantiles import survey_quantiles
from sources.contract.load import ROOT
from tests.benchmarks.polls import write_polls
from tests.unit.dbt_project.compiled import compiled

AS_OF = "2026-11-15"
STAGED = "stg_trust_survey__respondents"
STEP = "stg_steps__survey_quantiles"
TARGETS = ("fct_trust_gaps", "fct_trust_changes")


def survey_calls(folder: Path, respondents: int = 11_500) -> dict[str, Callable[[], object]]:
    """Calls over ten countries in four waves, ``respondents`` in each country and wave, staged once."""
    raw = folder / "polls"
    raw.mkdir()
    write_polls(raw, respondents)
    connection, estimate = staged(raw)
    group_by = (
        "select wave_code, country_code, gender_code, characteristic_codes, "
        "sum(case when trust_damaged_code = 'yes' then weight end) / sum(weight) "
        f"from {compiled(AS_OF)[STAGED].relation} group by all"
    )
    return {
        "every share, gap and change": estimate,
        "one weighted group-by": lambda: connection.execute(group_by).fetchall(),
    }


def staged(raw: Path) -> tuple[duckdb.DuckDBPyConnection, Callable[[], int]]:
    """A database with what the survey models stand on, and a call that builds them and returns how many estimates."""
    nodes = compiled(AS_OF)
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    for schema in {node.relation.split(".")[1] for node in nodes.values()}:
        connection.execute(f"create schema if not exists {schema}")

    order: list[str] = []

    def visit(name: str) -> None:
        for parent in nodes[name].parents:
            visit(parent)
        if name not in order:
            order.append(name)

    for target in TARGETS:
        visit(target)
    timed = [
        name
        for name in order
        if nodes[name].kind == "model" and name.startswith(("int_survey", "dim_survey", "fct_trust"))
    ]
    for name in order:
        if name in timed or name == STEP or nodes[name].relation.split(".")[1].strip('"') == "steps":
            continue
        node = nodes[name]
        if node.kind == "seed":
            (path,) = (ROOT / "dbt_project" / "seeds").rglob(f"{name}.csv")
            sql = f"select * from read_csv('{path}', header = true)"
        elif node.kind == "source":
            sql = f"select * from read_parquet('{_files(raw, name)}', union_by_name = true, hive_partitioning = false)"
        else:
            sql = node.sql
        connection.execute(f"create table {node.relation} as {sql}")

    def estimate() -> int:
        for name in timed:
            if name == "int_survey__estimates":
                moments = connection.execute(f"select * from {nodes['int_survey__moments'].relation}").df()
                connection.register("step", survey_quantiles(moments))
                connection.execute(f"create or replace table {nodes[STEP].relation} as select * from step")
            kind = "view" if name == "int_survey__units" else "table"
            connection.execute(f"create or replace {kind} {nodes[name].relation} as {nodes[name].sql}")
        return len(moments)

    return connection, estimate


def _files(raw: Path, source: str) -> str:
    program, _, name = source.partition("__")
    if program == "ledger":
        return str(raw / "_ledger" / f"{name}.parquet")
    return str(raw / program / name / "**" / "*.parquet")
