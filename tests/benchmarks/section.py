"""What a section of the benchmarks is, and the helpers sections share: calls timed in turn, tables in Markdown."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

RUNS = 7
AS_OF = "2026-11-15"
#: Names the data folder of a finished demo, so that sections copy it and don't make one.
DEMO = "BENCH_DEMO"


@dataclass(frozen=True)
class Figure:
    """One line of "The figures in one look".

    Attributes:
        what: What was measured, in a few words.
        value: The figure with its unit, as it is read.
        beside: What it is compared with and how it comes out; empty where there is nothing to compare with.
        aim: What was aimed at; empty where there is no aim.
        met: Whether the aim is met; ``None`` without an aim.
    """

    what: str
    value: str
    beside: str = ""
    aim: str = ""
    met: bool | None = None


@dataclass
class Result:
    """What a section gives: lines of Markdown below its heading (no heading of level 1 or 2), and figures for the look."""

    text: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """One part of the page, measured by itself.

    Attributes:
        title: Its heading.
        measure: Measures in an empty folder of its own, which is removed afterwards.
        place: Where it stands on the page; small numbers first.
        long: Whether it takes more than about five minutes: then only ``--long`` or its name runs it.
    """

    title: str
    measure: Callable[[Path], Result]
    place: int
    long: bool = False


def timed(call: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def interleaved(
    calls: Mapping[str, Callable[[], object]], runs: int = RUNS, warm: bool = True
) -> dict[str, list[float]]:
    """Seconds per call, each called once to warm up and then in turn, so that a drifting machine favours none."""
    if warm:
        for call in calls.values():
            call()
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(runs):
        for name, call in calls.items():
            seconds[name].append(timed(call))
    return seconds


def grid(header: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A Markdown table."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return [*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows), ""]


def compared(seconds: Mapping[str, Sequence[float]], base: str) -> list[str]:
    """A Markdown table of medians, spread and ratio to ``base``."""
    reference = statistics.median(seconds[base])
    rows = [
        (name, f"{statistics.median(values):.3f}", spread(values), f"{statistics.median(values) / reference:.2f}")
        for name, values in seconds.items()
    ]
    return grid(("what", "median s", "min–max s", f"times {base}"), rows)


def spread(values: Sequence[float]) -> str:
    """Smallest and largest of some seconds."""
    return f"{min(values):.3f}–{max(values):.3f}"


def median(values: Sequence[float]) -> float:
    """The median."""
    return statistics.median(values)


def executable(name: str) -> str:
    """A console script of this environment."""
    return str(Path(sys.executable).with_name(name))


def environment(data: Path, **more: str) -> dict[str, str]:
    """The environment of a command on one data folder, telemetry off."""
    off = {"GX_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    # Without compiled modules every start would measure the compiler.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, **off, "DAGSTER_DISABLE_TELEMETRY": "yes", "IMPACT_DATA": str(data), **more}


def demo_copy(folder: Path) -> Path:
    """A copy of a finished demo's data folder below ``folder``; the demo is made once for all sections of a call."""
    made = Path(os.environ.get(DEMO) or folder.parent / "demo-made")
    if not made.exists():
        subprocess.run([executable("impact"), "demo"], env=environment(made), check=True, capture_output=True)
    return Path(shutil.copytree(made, folder / "demo", symlinks=True))
