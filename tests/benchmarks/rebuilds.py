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
from tests.benchmarks.section import Figure, Result, demo_copy, environment, grid, spread

SIZES = {100_000: 10, 1_000_000: 100, 10_000_000: 1000, 100_000_000: 1000}
BY_DEFAULT = (100_000, 1_000_000, 10_000_000)
KEPT = Path(__file__).with_name("results") / "rebuild"
ROWS = "BENCH_ROWS"
AIM = 1.5
WAREHOUSE = "warehouse.duckdb"
COMPILED = "compiled"
#: dbt as a run of the job has it: looking for garbage in all it loaded as seldom.
DBT = "from dbt.cli.main import cli; from sources.collecting import collect_rarely; collect_rarely(); cli()"
#: What DuckDB may fill, in both; and what a process may take before it is stopped, so that the machine lives on.
MEMORY = "8GB"
MOST_MB, MOST_SECONDS, LEAST_DISK_MB = 16_000, 25 * 60, 6_000
#: What DuckDB says when a machine is too small for a query; anything else is a fault and no result.
TOO_SMALL = ("Out of Memory Error", "No space left on device", "failed to offload data block")
NOTES = f"""
Indicator rows are what the models make of partners' rows before anything is added up. They come from four programs
({QUARTERS} quarters; cells by country and population group, cells by state, two lists of people that grow from quarter to
quarter) on top of the demo, written by `tests/benchmarks/enlarged.py`. dbt is the whole command, `dbt build` with seeds and data
tests on two threads, of a project parsed before, in a process that looks for garbage as seldom as `impact run`; beside it one DuckDB connection runs the seeds, models and tests dbt compiled, in order, over the same Parquet
(`tests/benchmarks/bare.py`). Both may fill {MEMORY} (`IMPACT_MEMORY`) and write the rest to disk. Memory is the largest resident set of the
process, spilled the largest size of DuckDB's temporary files. Sizes are run in turn, dbt first; a size of ten million or more once. A
process is stopped after {MOST_SECONDS // 60} minutes, above {MOST_MB:,} MB of memory or with less than {LEAST_DISK_MB:,} MB of disk left; then the
page says how far it came.
"""


@dataclass(frozen=True)
class Spent:
    """What a process took; its processor seconds hardly depend on what else the machine does."""

    seconds: float
    processor_s: float
    memory_mb: float
    spilled_mb: float


class NotReached(Exception):
    """A process that was stopped, or gave up, for want of time, memory or disk; the message says which."""

    def __init__(self, why: str, spent: Spent) -> None:
        super().__init__(why)
        self.spent = spent


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
        dbt, bare, ratio = _seconds(one, "dbt"), _seconds(one, "bare"), _ratio(one)
        lines.append(
            (
                f"{one['rows']:,}",
                one["partners"],
                *(f"{_said(one, kind)} ({spread(one[kind]['seconds'])})" for kind in ("dbt", "bare")),
                "" if ratio is None else f"{ratio:.2f}",
                *(f"{statistics.median(one[kind]['processor_s']):.1f}" for kind in ("dbt", "bare")),
                *(f"{max(one[kind]['memory_mb']):,.0f}" for kind in ("dbt", "bare")),
                *(f"{max(one[kind]['spilled_mb']):,.0f}" for kind in ("dbt", "bare")),
                one["measured"],
            )
        )
        if one["rows"] >= 1_000_000:
            reached = "dbt" not in one["stopped"]
            result.figures.append(
                Figure(
                    f"Full rebuild of {one['rows']:,} indicator rows",
                    f"{dbt:.0f} s, {max(one['dbt']['memory_mb']):,.0f} MB" if reached else one["stopped"]["dbt"],
                    "" if ratio is None else f"{ratio:.2f} times bare DuckDB's {bare:.0f} s",
                    f"at most {AIM} times",
                    ratio is not None and ratio <= AIM,
                )
            )
    header = (
        "indicator rows", "partners", "dbt s", "bare s", "ratio", "dbt processor s", "bare processor s", "dbt MB", "bare MB", "dbt spilled MB", "bare spilled MB",
        "measured",
    )  # fmt: skip
    result.text += grid(header, lines)
    result.text += _missed(kept)
    return result


def _seconds(one: dict[str, Any], kind: str) -> float:
    return statistics.median(one[kind]["seconds"])


def _said(one: dict[str, Any], kind: str) -> str:
    """The seconds of a size, told apart from the seconds after which it was stopped."""
    return f"{'stopped after ' if kind in one['stopped'] else ''}{_seconds(one, kind):.1f}"


def _ratio(one: dict[str, Any]) -> float | None:
    """dbt's seconds by bare DuckDB's; ``None`` where one of them did not come to its end."""
    return None if one["stopped"] else _seconds(one, "dbt") / _seconds(one, "bare")


def _missed(kept: list[dict[str, Any]]) -> list[str]:
    """One sentence on each size that misses the aim, each that was not reached, and on sizes nobody measured."""
    ordered = sorted(kept, key=lambda one: int(one["rows"]))
    absent = [f"{rows:,}" for rows in SIZES if rows not in {one["rows"] for one in kept}]
    lines = []
    for one in ordered:
        if (_ratio(one) or 0) > AIM:
            own = statistics.median(one["dbt"]["processor_s"]) - statistics.median(one["bare"]["processor_s"])
            more = _seconds(one, "dbt") - _seconds(one, "bare")
            lines.append(
                f"At {one['rows']:,} rows the aim of {AIM} times is missed: dbt takes {more:.0f} s more. Its own work on {one['nodes']} nodes "
                f"(starting, compiling, a connection and a transaction each), whatever the rows are, takes {own:.0f} processor seconds more "
                "than bare DuckDB, on two cores."
            )
    named = {"dbt": "dbt", "bare": "DuckDB without dbt"}
    for one in ordered:
        lines += [f"{one['rows']:,} rows, {named[kind]}: {why}." for kind, why in one["stopped"].items()]
    before = [f"{one['rows']:,}" for one in ordered if one.get("collects") != "rarely"]
    if before:
        lines.append(
            f"At {' and '.join(before)} rows dbt was measured as its own command, which looks for garbage more often."
        )
    if absent:
        lines.append(f"Not measured on this machine: {' and '.join(absent)} rows.")
    return lines


def _measure(demo: Path, folder: Path, size: Size, runs: int) -> dict[str, Any]:
    folder.mkdir()
    raw, project = enlarge(demo, folder, size)
    commands = {"dbt": _dbt("build", folder, raw, project), "bare": _bare(folder, project)}
    commands["dbt"] += ["--exclude-resource-type", "unit_test"]
    _compile(folder, raw, project)
    spent: dict[str, list[Spent]] = {kind: [] for kind in commands}
    stopped: dict[str, str] = {}
    counted: dict[str, list[Any]] = {}
    for _ in range(runs):
        for kind, command in commands.items():
            shutil.rmtree(folder / kind, ignore_errors=True)
            (folder / kind).mkdir()
            try:
                spent[kind].append(_run(command, folder / kind))
            except NotReached as ended:
                spent[kind].append(ended.spent)
                stopped[kind] = f"not reached: {ended}, {_how_far(folder / kind / WAREHOUSE, folder / COMPILED)}"
            else:
                counted = _counted(folder / kind / WAREHOUSE, counted)
            shutil.rmtree(folder / kind)
    return {
        "rows": size.rows,
        "partners": size.per_program * len(TABLES),
        "counted": counted["intermediate.int_indicators__unioned"][0] if counted else None,
        "nodes": len(queries(folder / COMPILED)),
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        "collects": "rarely",
        "stopped": stopped,
        **{
            kind: {name: [round(getattr(one, name), 2) for one in all_runs] for name in Spent.__annotations__}
            for kind, all_runs in spent.items()
        },
    }


def _compile(folder: Path, raw: Path, project: Path) -> None:
    """Compile for bare DuckDB, and so parse for dbt: an installation keeps the parsed project from run to run.

    The warehouse has the path it has in the build, since dbt parses anew when its profile says anything else.
    """
    import duckdb

    warehouse = folder / "dbt" / WAREHOUSE
    warehouse.parent.mkdir()
    command = _dbt("compile", folder, raw, project)
    subprocess.run(command, env=_environment(folder / "dbt"), check=True, capture_output=True)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        made = connection.execute(
            "select sql from duckdb_views() where schema_name in ('raw', 'steps') and not internal order by all"
        ).fetchall()
    (folder / "views.json").write_text(json.dumps([sql for (sql,) in made]), encoding="utf-8")
    # dbt writes its manifest anew when it starts, without what it compiled.
    (folder / COMPILED).mkdir()
    shutil.copy(folder / "target" / "manifest.json", folder / COMPILED)


def _dbt(command: str, folder: Path, raw: Path, project: Path) -> list[str]:
    given = json.dumps({"as_of": AS_OF, "raw_root": str(raw)})
    where = ["--project-dir", str(project), "--profiles-dir", str(project), "--target-path", str(folder / "target")]
    logs = ["--log-level-file", "warn", "--log-path", str(folder / "logs")]
    return [sys.executable, "-c", DBT, "--quiet", command, *where, *logs, "--vars", given]


def _bare(folder: Path, project: Path) -> list[str]:
    files = (folder / COMPILED, project, folder / "bare" / WAREHOUSE, folder / "views.json")
    return [sys.executable, "-m", "tests.benchmarks.bare", *map(str, files), MEMORY]


def _environment(folder: Path) -> dict[str, str]:
    return environment(folder, IMPACT_WAREHOUSE=str(folder / WAREHOUSE), IMPACT_MEMORY=MEMORY)


def _run(command: list[str], folder: Path) -> Spent:
    """Run a command that writes ``folder``'s warehouse; its seconds, and its largest memory and temporary files.

    Raises:
        NotReached: it was stopped, or DuckDB gave up, for want of time, memory or disk.
    """
    temporary = folder / f"{WAREHOUSE}.tmp"
    largest, why = 0, ""
    started = time.perf_counter()
    log = folder / "log.txt"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=_environment(folder), stdout=out, stderr=subprocess.STDOUT)
        ended, status, usage = 0, 0, None
        while not ended:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            largest = max(largest, _bytes_below(temporary))
            if not ended and not why:
                why = _too_much(process.pid, folder, time.perf_counter() - started)
                if why:
                    process.kill()
            time.sleep(0 if ended else 0.05)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    spent = Spent(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, largest / 2**20)
    if process.returncode:
        said = log.read_text(encoding="utf-8", errors="replace")
        why = why or next((f"DuckDB says “{sign}”" for sign in TOO_SMALL if sign in said), "")
        if not why:
            raise RuntimeError(f"{command[0]} failed: {said[-3000:]}")
        raise NotReached(f"{why} after {seconds:.0f} s", spent)
    return spent


def _too_much(pid: int, folder: Path, seconds: float) -> str:
    """Which bound a process has passed; empty for none."""
    if seconds > MOST_SECONDS:
        return f"stopped at {MOST_SECONDS // 60} minutes"
    with contextlib.suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        held = next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmRSS:"))
        if held > MOST_MB:
            return f"stopped above {MOST_MB:,} MB of memory"
    if shutil.disk_usage(folder).free < LEAST_DISK_MB * 2**20:
        return f"stopped with less than {LEAST_DISK_MB:,} MB of disk left"
    return ""


def _how_far(warehouse: Path, compiled: Path) -> str:
    """Which of the tables are not there yet, by what a stopped process left."""
    import duckdb

    wanted = [
        f"{node['schema']}.{node['name']}"
        for node in queries(compiled)
        if node["resource_type"] == "model" and node["config"]["materialized"] != "view"
    ]
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            there = {
                name
                for (name,) in connection.execute(
                    "select schema_name || '.' || table_name from duckdb_tables()"
                ).fetchall()
            }
    except duckdb.Error:
        return "the warehouse cannot be read"
    absent = [name for name in wanted if name not in there]
    return f"{len(wanted) - len(absent)} of {len(wanted)} tables made, next {absent[0] if absent else 'the last tests'}"


def _bytes_below(folder: Path) -> int:
    total = 0
    for path in folder.glob("*"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


def _counted(warehouse: Path, expected: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Rows and hash of each published table, the same whoever ran the queries."""
    import duckdb

    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute(f"set memory_limit = '{MEMORY}'")
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() where schema_name = 'published' "
            "or table_name = 'int_indicators__unioned' order by all"
        ).fetchall()
        counted = {}
        for (name,) in names:
            # dbt puts the columns of a contract into its order.
            columns = ", ".join(sorted(row[0] for row in connection.execute(f"describe {name}").fetchall()))
            row = f"select count(*), bit_xor(hash({columns}))::varchar from {name}"
            counted[name] = list(connection.execute(row).fetchone())
    if expected and counted != expected:
        different = sorted(name for name in counted if counted[name] != expected.get(name))
        raise AssertionError(f"dbt and its queries alone made different tables: {', '.join(different)}")
    return counted
