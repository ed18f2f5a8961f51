"""The warehouse is read in one way, whichever engine built it."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exports.published import Published, write_published
from orchestration.engine import reading
from sources.settings import Settings

ROWS = {"place": ["b", None, "a"], "people": [2, 0, 1]}


def at(path: Path, engine: str) -> Settings:
    return Settings.from_env({"IMPACT_DATA": str(path), "IMPACT_ENGINE": engine})


def built_by_spark(settings: Settings, tables: dict[str, pa.Table]) -> None:
    """Tables as Spark leaves them: files in parts, a marker of success, folders of views without files."""
    for name, table in tables.items():
        folder = settings.spark / "warehouse" / "published.db" / name
        folder.mkdir(parents=True)
        (folder / "_SUCCESS").touch()
        for part in range(2):
            pq.write_table(table.slice(part * 2, 2), folder / f"part-0000{part}-x.snappy.parquet")
    (settings.spark / "warehouse" / "published.db" / "a_view").mkdir()


def test_both_engines_give_the_same_published_bytes(tmp_path):
    spark, here = at(tmp_path / "spark", "spark"), at(tmp_path / "duckdb", "duckdb")
    rows = pa.table(ROWS)
    built_by_spark(spark, {"it's": rows})
    here.data.mkdir()
    with duckdb.connect(str(here.warehouse)) as connection:
        connection.execute("create schema published")
        connection.execute('create table published."it\'s" as select * from rows')
    builds = {}
    for settings in (spark, here):
        with reading(settings) as connection:
            assert connection.execute("select count(*) from information_schema.tables").fetchone() == (1,)
            models = [("it's", "release", ("place",))]
            builds[settings.engine] = write_published(connection, models, settings.published, {"as_of": "2026-11-15"})
    assert builds["spark"] == builds["duckdb"]
    assert Published.open(spark.published).frame("it's")["people"].tolist() == [0, 1, 2]


def test_what_spark_built_is_not_read_where_duckdb_is_the_engine(tmp_path):
    built_by_spark(at(tmp_path, "spark"), {"pub": pa.table(ROWS)})
    with pytest.raises(duckdb.IOException), reading(at(tmp_path, "duckdb")):
        pass
