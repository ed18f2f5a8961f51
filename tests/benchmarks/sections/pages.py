"""Seconds of what a build is exported as: workbooks, extract with its PDF, pages, evidence."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from sources.contract.load import ROOT
from tests.benchmarks.section import Figure, Result, Section, demo_copy, environment, grid, median, spread
from tests.benchmarks.stamped import STARTED

RUNS = 3
ABOUT = "The demo's last build, a new process each time. Evidence reads every original behind a figure again, in the sandbox."


def measure(folder: Path) -> Result:
    """Several writings, each in a process of its own."""
    data = demo_copy(folder)
    parts: dict[str, list[float]] = defaultdict(list)
    pieces: dict[str, list[float]] = defaultdict(list)
    env = environment(data, PYTHONPATH=str(ROOT))
    command = [sys.executable, "-m", "tests.benchmarks.stamped", "exports"]
    for number in range(RUNS + 1):
        started = {**env, STARTED: str(time.time())}
        done = subprocess.run(command, env=started, check=True, capture_output=True, text=True)
        if number == 0:
            continue  # to warm up
        name, before = "start: imports, log, what changed since the last release", 0.0
        for label, at in json.loads(done.stdout.splitlines()[-1]):
            if label.startswith("each:"):
                _, piece, seconds = label.split(":")
                pieces[piece].append(float(seconds))
            elif label.startswith("begin:") or label == "end":
                parts[name].append(at - before)
                name, before = label.removeprefix("begin:"), at
    rows = [(part, f"{median(values):.2f}", spread(values)) for part, values in parts.items()]
    whole = [sum(values) for values in zip(*parts.values(), strict=True)]
    rows.append(("in all", f"{median(whole):.2f}", spread(whole)))
    each = [
        (piece, len(values) // RUNS, f"{median(values):.3f}", spread(values), f"{sum(values) / RUNS:.2f}")
        for piece, values in pieces.items()
    ]
    lines = [ABOUT, "", *grid(("part", "median s", "min–max s"), rows)]
    lines += grid(("each", "how many", "median s", "min–max s", "together s"), each)
    figures = [Figure("all exports of the demo's build", f"{median(whole):.1f} s")]
    figures += [
        Figure(f"one {piece}", f"{median(pieces[piece]):.2f} s")
        for piece in ("page with its data", "PDF", "KPI workbook")
    ]
    return Result(lines, figures)


SECTION = Section("Pages, workbooks, extract and evidence", measure=measure, place=55)
