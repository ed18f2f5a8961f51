"""The warehouse built on Spark, published and compared; run in a process of its own, which takes its JVM with it.

Usage: python -m tests.e2e.on_spark <data folder> <as of>
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyarrow as pa

from exports.published import Published


def build_and_publish(data: Path, as_of: date) -> str:
    """What a run does from raw Parquet to the published build, on Spark; data tests are left to the other engine."""
    from orchestration.building import build, manifest_path, parse
    from orchestration.disclosing import decide_disclosure
    from orchestration.resources import House
    from orchestration.warehouse_assets import STEPS, expect_steps, publish, published_models, write_quantiles
    from sources.settings import Settings

    settings = Settings.from_env({"IMPACT_DATA": str(data), "IMPACT_ENGINE": "spark"})
    house = House(settings, as_of)
    models, manifest = published_models(manifest_path(house)), parse(house)
    tables = ["--exclude-resource-type", "test"]
    expect_steps(house)
    for _ in build(house, manifest, ["--exclude", STEPS, *tables]):
        pass
    write_quantiles(house)
    decide_disclosure(house)
    for _ in build(house, manifest, ["--select", STEPS, *tables]):
        pass
    return publish(house, models)


def differences(expected: Published, found: Published) -> Iterator[str]:
    """Where two builds differ, table by table: columns, types, number of rows, values."""
    if expected.tables.keys() != found.tables.keys():
        yield f"tables {sorted(expected.tables.keys() ^ found.tables.keys())}"
    for name in sorted(expected.tables.keys() & found.tables.keys()):
        ours, theirs = expected.arrow(name), found.arrow(name)
        if ours.schema != theirs.schema:
            yield f"{name}: columns {sorted(set(map(str, ours.schema)) ^ set(map(str, theirs.schema)))}"
        elif ours.num_rows != theirs.num_rows:
            yield f"{name}: {ours.num_rows} rows, on Spark {theirs.num_rows}"
        else:
            for column in ours.column_names:
                yield from unequal(f"{name}.{column}", ours[column], theirs[column])


def unequal(place: str, ours: pa.ChunkedArray, theirs: pa.ChunkedArray) -> Iterator[str]:
    """The first difference of a column: floats to a billionth, everything else exactly."""
    for row, (one, other) in enumerate(zip(ours.to_pylist(), theirs.to_pylist(), strict=True)):
        near = isinstance(one, float) and isinstance(other, float) and abs(one - other) <= 1e-9 * max(1, abs(one))
        if one != other and not near:
            yield f"{place}, row {row}: {one!r}, on Spark {other!r}"
            return


if __name__ == "__main__":
    os.environ["PYSPARK_PYTHON"] = sys.executable
    print(build_and_publish(Path(sys.argv[1]), date.fromisoformat(sys.argv[2])))
