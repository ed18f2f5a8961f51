"""The same models built by DuckDB and by Spark on one machine: at which number of rows, if any, Spark is the faster one."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.enlarged import AS_OF, Size, enlarge
from tests.benchmarks.rebuilds import SIZES
from tests.benchmarks.section import Figure, Result, Section, demo_copy, environment, executable, grid
from tests.benchmarks.watched import Peak

ROWS = "BENCH_SPARK_ROWS"
BY_DEFAULT = "1e5,1e6"
#: Spark's own memory, and the parts it cuts large joins into: two for each thread.
GIVEN = {"IMPACT_SPARK_MEMORY": "8g", "IMPACT_SPARK_PARTITIONS": "4"}
PATIENCE = float(os.environ.get("BENCH_SPARK_SECONDS", "2400"))


@dataclass(frozen=True)
class Built:
    """One build: its seconds, the most memory all its processes held, and what stopped it, if something did."""

    seconds: float
    memory: int
    stopped: str = ""

    def __str__(self) -> str:
        return f"{self.seconds:.0f}" if not self.stopped else f"stopped after {self.seconds:.0f} ({self.stopped})"


def measure(folder: Path) -> Result:
    """Each size by each engine, one after the other."""
    demo = demo_copy(folder)
    took: dict[int, dict[str, Built]] = {}
    for rows in (int(float(word)) for word in os.environ.get(ROWS, BY_DEFAULT).split(",")):
        where = folder / str(rows)
        where.mkdir()
        raw, project = enlarge(demo, where, Size(rows, SIZES[rows]))
        took[rows] = {engine: _build(engine, where, raw, project) for engine in ("duckdb", "spark")}
        shutil.rmtree(where)
    return told(took)


def told(took: dict[int, dict[str, Built]]) -> Result:
    """The section."""
    rows = [
        (
            f"{size:,}",
            both["duckdb"],
            both["spark"],
            _ratio(both),
            *(f"{both[engine].memory / 2**20:,.0f}" for engine in ("duckdb", "spark")),
        )
        for size, both in took.items()
    ]
    text = [
        "`dbt build` of every seed and model (data tests left out) over the same Parquet, each engine in a new process with two threads, a "
        f"project parsed before and nothing built; Spark with {GIVEN['IMPACT_SPARK_MEMORY'].removesuffix('g')} GB and "
        f"{GIVEN['IMPACT_SPARK_PARTITIONS']} shuffle partitions. Memory is what all processes of a build held at most.",
        "",
        *grid(("indicator rows", "DuckDB s", "Spark s", "Spark times DuckDB", "DuckDB MB", "Spark MB"), rows),
        _crossing(took),
    ]
    largest = max(took)
    figure = Figure(
        f"Spark on one machine, {largest:,} indicator rows",
        f"{took[largest]['spark']} s",
        f"{_ratio(took[largest])} times DuckDB's {took[largest]['duckdb']} s",
    )
    return Result(text, [figure])


def _crossing(took: dict[int, dict[str, Built]]) -> str:
    faster = [
        size
        for size, both in took.items()
        if not both["spark"].stopped and both["spark"].seconds < both["duckdb"].seconds
    ]
    if faster:
        return f"From {min(faster):,} indicator rows on Spark is the faster one on this machine."
    return (
        f"On this machine there is no crossover up to {max(took):,} indicator rows: Spark is for more machines than one, "
        "or for more rows than one machine's memory and disk can hold, not for speed on one."
    )


def _ratio(both: dict[str, Built]) -> str:
    if both["spark"].stopped or both["duckdb"].stopped:
        return "not known"
    return f"{both['spark'].seconds / both['duckdb'].seconds:.1f}"


def _build(engine: str, folder: Path, raw: Path, project: Path) -> Built:
    """One build by dbt from nothing; the parsing before it is not counted."""
    home = folder / engine
    home.mkdir()
    env = environment(home, IMPACT_ENGINE=engine, IMPACT_WAREHOUSE=str(home / "warehouse.duckdb"), **GIVEN)
    env["IMPACT_SPARK"] = str(home / "spark")
    subprocess.run(_dbt("parse", home, raw, project), env=env, cwd=home, check=True, capture_output=True)
    command = [*_dbt("build", home, raw, project), "--exclude-resource-type", "test", "unit_test"]
    log = home / "log.txt"
    started = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=env, cwd=home, stdout=out, stderr=out, start_new_session=True)
    with Peak(process.pid) as peak:
        try:
            code: Any = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)  # Spark's Java process too
            process.wait()
            code = "time"
    seconds = time.perf_counter() - started
    said = log.read_text(encoding="utf-8", errors="replace")
    shutil.rmtree(home)
    if code == 0:
        return Built(seconds, peak.highest)
    if code == "time":
        return Built(seconds, peak.highest, f"no more than {PATIENCE / 60:.0f} minutes were given")
    if "OutOfMemoryError" in said or "Out of Memory" in said:
        return Built(seconds, peak.highest, "out of memory")
    raise RuntimeError(f"dbt on {engine} failed: {said[-3000:]}")


def _dbt(command: str, home: Path, raw: Path, project: Path) -> list[str]:
    given = json.dumps({"as_of": AS_OF, "raw_root": str(raw)})
    where = ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(home / "target")]
    logs = ["--log-level-file", "warn", "--log-path", str(home / "logs")]
    return [executable("dbt"), "--quiet", command, *where, *logs, "--vars", given]


SECTION = Section("Spark and DuckDB on one machine", measure, 45, long=True)
