"""What the run costs over dbt alone: a run up to the published tables beside `dbt build` of the same nodes."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

from sources.contract.load import ROOT
from tests.benchmarks.section import (
    AS_OF,
    Figure,
    Result,
    Section,
    compared,
    demo_copy,
    environment,
    executable,
    grid,
    median,
    spread,
    timed,
)
from tests.benchmarks.stamped import STARTED

RUNS = 5
BARE, RUN = "bare dbt build", "the run, up to the published tables"
ABOUT = (
    "The demo's returns, nothing new to load, a new process each, in turn; both build the same nodes, models, seeds and data "
    "tests, without unit tests. The run reads and verifies the log, looks at every raw file, judges the accepted rows with Great "
    "Expectations, decides on disclosure, computes the survey's quantiles, writes the published tables with their manifest, and "
    "keeps Dagster's record of every step; dbt does none of that. The exports that follow are apart: "
    "they are no orchestration (see “Pages, workbooks, extract and evidence”)."
)
PARTS = ("start: imports, log, definitions", "log, raw rows and their checks", "dbt", "steps in Python",
         "published tables", "exports")  # fmt: skip


def measure(folder: Path) -> Result:
    """Both in turn; the run says when its parts ended."""
    data = demo_copy(folder)
    env = environment(data, PYTHONPATH=str(ROOT))
    seconds: dict[str, list[float]] = {BARE: [], RUN: []}
    parts: dict[str, list[float]] = {part: [] for part in PARTS}
    for number in range(RUNS + 1):
        bare, run = timed(lambda: _bare(folder, data, env)), _run(env)
        if number == 0:
            continue  # to warm up
        seconds[BARE].append(bare)
        seconds[RUN].append(sum(run.values()) - run["exports"])
        for part, value in run.items():
            parts[part].append(value)
    ratio = median(seconds[RUN]) / median(seconds[BARE])
    with_exports = median([sum(values) for values in zip(*parts.values(), strict=True)])
    rows = [(part, f"{median(values):.2f}", spread(values)) for part, values in parts.items()]
    lines = [
        ABOUT,
        "",
        *compared(seconds, BARE),
        "The run's parts:",
        "",
        *grid(("part", "median s", "min–max s"), rows),
    ]
    figures = [
        Figure("the run up to the published tables (demo)", f"{median(seconds[RUN]):.1f} s", f"{ratio:.2f} × {BARE}"),
        Figure(
            "the whole run with all exports (demo)",
            f"{with_exports:.1f} s",
            f"{with_exports / median(seconds[BARE]):.2f} × {BARE}, which exports nothing",
        ),
    ]
    return Result(lines, figures)


def _bare(folder: Path, data: Path, env: dict[str, str]) -> None:
    project = str(ROOT / "dbt_project")
    command = [executable("dbt"), "--no-version-check", "build", "--exclude-resource-type", "unit_test"]
    command += ["--project-dir", project, "--profiles-dir", project, "--target-path", str(folder / "target")]
    command += ["--log-path", str(folder / "logs")]
    command += ["--vars", json.dumps({"as_of": AS_OF, "raw_root": str(data / "raw")})]
    own = {**env, "IMPACT_WAREHOUSE": str(folder / "bare" / "warehouse.duckdb")}
    (folder / "bare").mkdir(exist_ok=True)
    subprocess.run(command, env=own, check=True, capture_output=True)


def _run(env: dict[str, str]) -> dict[str, float]:
    """Seconds per part of one run."""
    command = [sys.executable, "-m", "tests.benchmarks.stamped", "run"]
    done = subprocess.run(command, env={**env, STARTED: str(time.time())}, check=True, capture_output=True, text=True)
    parts, before = dict.fromkeys(PARTS, 0.0), 0.0
    for label, at in json.loads(done.stdout.splitlines()[-1]):
        parts[_part(label)] += at - before
        before = at
    return parts


def _part(label: str) -> str:
    known = {"start": PARTS[0], "disclosure control": PARTS[3], "survey quantiles": PARTS[3]}
    known |= {"published tables": PARTS[4], "end": PARTS[5], "dbt": PARTS[2], "exports:": PARTS[5]}
    return known.get(label) or known.get(label.split(" ", 1)[0]) or PARTS[1]


SECTION = Section("The run beside dbt alone", measure=measure, place=50)
