"""Full rebuilds of larger and larger histories by dbt, and by one DuckDB connection that runs dbt's queries.

``BENCH_ROWS`` names the sizes to measure, "1e8" for instance; the others stand as they were measured last, each with its
date. Figures are kept in ``results/rebuild/ROWS.json``.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.benchmarks.bare import queries
from tests.benchmarks.enlarged import AS_OF, QUARTERS, TABLES, Size, enlarge
from tests.benchmarks.section import Figure, Result, demo_copy, environment, executable, grid, spread

SIZES = {100_000: 10, 1_000_000: 100, 10_000_000: 1000, 100_000_000: 1000}
BY_DEFAULT = (100_000, 1_000_000, 10_000_000)
KEPT = Path(__file__).with_name("results") / "rebuild"
ROWS = "BENCH_ROWS"
AIM = 1.5
WAREHOUSE = "warehouse.duckdb"
NOTES = f"""
Indicator rows are what the models make of partners' rows before anything is added up. They come from four programs
({QUARTERS} quarters; cells by country and population group, cells by state, two lists of people that grow from quarter to
quarter) on top of the demo, written by `tests/benchmarks/enlarged.py`. dbt is the whole command, `dbt build` with seeds and data
tests on two threads, of a project parsed before; beside it one DuckDB connection runs the seeds, models and tests dbt compiled, in order, over the same Parquet
(`tests/benchmarks/bare.py`). Memory is the largest resident set of the process, spilled the largest size of DuckDB's temporary
files. Sizes are run in turn, dbt first; a size of ten million or more once.
"""


@dataclass(frozen=True)
class Spent:
    """What a process took; its processor seconds hardly depend on what else the machine does."""

    seconds: float
    processor_s: float
    memory_mb: float
    spilled_mb: float


def by_rows(folder: Path) -> Result:
    """Measure the sizes asked for and tell all that are kept."""
    asked = os.environ.get(ROWS)
    demo = demo_copy(folder)
    KEPT.mkdir(exist_ok=True)
    for rows in [int(float(word)) for word in asked.split(",")] if asked else BY_DEFAULT:
        where = folder / str(rows)
        kept = _measure(demo, where, Size(rows, SIZES[rows]), runs=3 if rows <= 1_000_000 else 1)
        (KEPT / f"{rows}.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        shutil.rmtree(where)
    return told([json.loads(path.read_text(encoding="utf-8")) for path in KEPT.glob("*.json")])


def told(kept: list[dict[str, Any]]) -> Result:
    """The section from what is kept of each size."""
    result = Result([*NOTES.strip().split("\n"), ""])
    lines = []
    for one in sorted(kept, key=lambda one: int(one["rows"])):
        dbt, bare = (statistics.median(one[kind]["seconds"]) for kind in ("dbt", "bare"))
        lines.append(
            (
                f"{one['rows']:,}",
                one["partners"],
                f"{dbt:.1f} ({spread(one['dbt']['seconds'])})",
                f"{bare:.1f} ({spread(one['bare']['seconds'])})",
                f"{dbt / bare:.2f}",
                *(f"{statistics.median(one[kind]['processor_s']):.1f}" for kind in ("dbt", "bare")),
                *(f"{max(one[kind]['memory_mb']):,.0f}" for kind in ("dbt", "bare")),
                *(f"{max(one[kind]['spilled_mb']):,.0f}" for kind in ("dbt", "bare")),
                one["measured"],
            )
        )
        if one["rows"] >= 1_000_000:
            result.figures.append(
                Figure(
                    f"Full rebuild of {one['rows']:,} indicator rows",
                    f"{dbt:.0f} s, {max(one['dbt']['memory_mb']):,.0f} MB",
                    f"{dbt / bare:.2f} times bare DuckDB's {bare:.0f} s",
                    f"at most {AIM} times",
                    dbt / bare <= AIM,
                )
            )
    header = (
        "indicator rows", "partners", "dbt s", "bare s", "ratio", "dbt processor s", "bare processor s", "dbt MB", "bare MB", "dbt spilled MB", "bare spilled MB",
        "measured",
    )  # fmt: skip
    result.text += grid(header, lines)
    result.text += _missed(kept)
    return result


def _missed(kept: list[dict[str, Any]]) -> list[str]:
    """One sentence on each size that misses the aim, one on sizes nobody measured."""
    over = [
        f"{one['rows']:,}"
        for one in sorted(kept, key=lambda one: int(one["rows"]))
        if statistics.median(one["dbt"]["seconds"]) > AIM * statistics.median(one["bare"]["seconds"])
    ]
    absent = [f"{rows:,}" for rows in SIZES if rows not in {one["rows"] for one in kept}]
    lines = []
    if over:
        nodes = kept[0]["nodes"]
        lines.append(
            f"At {' and '.join(over)} rows the aim of {AIM} times is missed: dbt's own work on {nodes} nodes (starting, "
            "compiling, a connection and a transaction each) is the same whatever the rows are."
        )
    if absent:
        lines.append(f"Not measured to the end on this machine: {' and '.join(absent)} rows.")
    return lines


def _measure(demo: Path, folder: Path, size: Size, runs: int) -> dict[str, Any]:
    folder.mkdir()
    raw, project = enlarge(demo, folder, size)
    commands = {"dbt": _dbt("build", folder, raw, project), "bare": _bare(folder, project)}
    commands["dbt"] += ["--exclude-resource-type", "unit_test"]
    # An installation keeps the parsed project from run to run.
    subprocess.run(_dbt("parse", folder, raw, project), env=environment(folder), check=True, capture_output=True)
    spent: dict[str, list[Spent]] = {kind: [] for kind in commands}
    counted: dict[str, list[Any]] = {}
    for _ in range(runs):
        for kind, command in commands.items():
            shutil.rmtree(folder / kind, ignore_errors=True)
            (folder / kind).mkdir()
            spent[kind].append(_run(command, folder / kind))
            counted = _counted(folder / kind / WAREHOUSE, folder / "views.json", counted)
            shutil.rmtree(folder / kind)
    return {
        "rows": size.rows,
        "partners": size.per_program * len(TABLES),
        "counted": counted["intermediate.int_indicators__unioned"][0],
        "nodes": len(queries(folder / "target")),
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        **{
            kind: {name: [round(getattr(one, name), 2) for one in all_runs] for name in Spent.__annotations__}
            for kind, all_runs in spent.items()
        },
    }


def _dbt(command: str, folder: Path, raw: Path, project: Path) -> list[str]:
    given = json.dumps({"as_of": AS_OF, "raw_root": str(raw)})
    where = ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(folder / "target")]
    logs = ["--log-level-file", "warn", "--log-path", str(folder / "logs")]
    return [executable("dbt"), "--quiet", command, *where, *logs, "--vars", given]


def _bare(folder: Path, project: Path) -> list[str]:
    files = (folder / "target", project, folder / "bare" / WAREHOUSE, folder / "views.json")
    return [sys.executable, "-m", "tests.benchmarks.bare", *map(str, files)]


def _run(command: list[str], folder: Path) -> Spent:
    """Run a command that writes ``folder``'s warehouse; its seconds, and its largest memory and temporary files."""
    temporary = folder / f"{WAREHOUSE}.tmp"
    largest = 0
    started = time.perf_counter()
    log = folder / "log.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            env=environment(folder, IMPACT_WAREHOUSE=str(folder / WAREHOUSE)),
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        ended, status, usage = 0, 0, None
        while not ended:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            largest = max(largest, _bytes_below(temporary))
            time.sleep(0 if ended else 0.05)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command[0]} failed: {log.read_text(encoding='utf-8', errors='replace')[-3000:]}")
    return Spent(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, largest / 2**20)


def _bytes_below(folder: Path) -> int:
    total = 0
    for path in folder.glob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def _counted(warehouse: Path, views: Path, expected: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Rows and hash of each published table, the same whoever ran the queries; notes the views over Parquet for both."""
    import duckdb

    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name = 'published' "
            "or table_name = 'int_indicators__unioned' order by all"
        ).fetchall()
        counted = {
            name: list(connection.execute(f"select count(*), bit_xor(hash(t))::varchar from {name} t").fetchone())
            for (name,) in names
        }
        made = connection.execute(
            "select sql from duckdb_views() where schema_name in ('raw', 'steps') and not internal order by all"
        ).fetchall()
    views.write_text(json.dumps([sql for (sql,) in made]), encoding="utf-8")
    if expected and counted != expected:
        raise AssertionError("dbt and its queries alone made different tables")
    return counted
