"""Reading the warehouse's tables, whichever engine built them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from sources.settings import Settings


@contextmanager
def reading(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which ``schema.table`` is each table that dbt built.

    DuckDB's file is opened read-only. Spark keeps its tables as Parquet, over which DuckDB has views here: what is
    computed between two selections of dbt and what is published read both in one way.
    """
    import duckdb

    if settings.engine == "duckdb":
        with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
            connection.execute(f"set memory_limit = '{settings.memory}'")
            yield connection
        return
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{settings.memory}'")
        for folder in sorted(spark_tables(settings)):
            schema = folder.parent.name.removesuffix(".db")
            connection.execute(f'create schema if not exists "{schema}"')
            files = str(folder / "*.parquet").replace("'", "''")
            rows = f"read_parquet('{files}')"
            connection.execute(f'create view "{schema}"."{folder.name}" as from {rows}')
        yield connection


def spark_tables(settings: Settings) -> list[Path]:
    """Folders of the tables Spark built, ``<schema>.db/<table>``; views have none."""
    return [folder for folder in (settings.spark / "warehouse").glob("*.db/*") if any(folder.glob("*.parquet"))]
