"""What one more return costs on short and long histories: handed in, and the job run until its tables are published."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.section import Figure, Result, Section, grid, spread

QUARTERS, PARTNERS = (1, 8, 32), (10, 100, 1000)
AIM = 1.2
#: The two that are compared, handed in to as often as this; the others once.
CORNERS = ((QUARTERS[0], PARTNERS[0]), (QUARTERS[-1], PARTNERS[-1]))
TIMES = 3


def histories() -> list[tuple[int, int]]:
    """Quarters and partners of the histories to measure, all nine or those that ``BENCH_HISTORIES=1x10,32x1000`` names."""
    named = os.environ.get("BENCH_HISTORIES", "")
    every = [(quarters, partners) for partners in PARTNERS for quarters in QUARTERS]
    return [one for one in every if not named or f"{one[0]}x{one[1]}" in named.split(",")]


def measure(folder: Path) -> Result:
    """One more return on each history; the biggest is beside the smallest, which must be among them."""
    took = {one: _one_more(folder, *one) for one in histories()}
    smallest, biggest = (took[corner] for corner in CORNERS)
    ratio = biggest["total"] / smallest["total"]
    apart = [min(biggest["totals"]) / max(smallest["totals"]), max(biggest["totals"]) / min(smallest["totals"])]
    rows = [
        (partners, *(_seconds(took, quarters, partners) for quarters in QUARTERS), _slope(took, partners))
        for partners in PARTNERS
    ]
    text = [
        "A partner hands a return in; the job then runs until every published table is there, in one process. The history "
        "before it was loaded and published once. Ten rows in each table of a return; exports are measured apart. The smallest and the "
        f"largest history were handed in to {TIMES} times each and their median is told "
        f"({spread(smallest['totals'])} and {spread(biggest['totals'])} s), the others once.",
        "",
        *grid(
            (
                "partners",
                *(f"{quarters} quarter{'s' * (quarters > 1)}, s" for quarters in QUARTERS),
                "s per quarter more",
            ),
            rows,
        ),
        "Seconds by step, and what the largest history adds to the total:",
        "",
        *grid(("step", "smallest s", "largest s", "share of what is added"), _steps(smallest, biggest)),
    ]
    if ratio > AIM:
        text.append(
            f"The aim of {AIM} times is missed: the largest history takes {ratio:.2f} times the smallest ({apart[0]:.2f} to {apart[1]:.2f})."
        )
        if others := [one["total"] / smallest["total"] for place, one in took.items() if place not in CORNERS]:
            text[-1] += f" The {len(others)} histories between them take {max(others):.2f} times the smallest at most."
    figure = Figure(
        "one more return, 32 quarters × 1,000 partners",
        f"{biggest['total']:.1f} s",
        f"{ratio:.2f} times 1 quarter × 10 partners",
        f"at most {AIM} times",
        ratio <= AIM,
    )
    return Result(text, [figure])


def _one_more(folder: Path, quarters: int, partners: int) -> dict[str, Any]:
    from tests.benchmarks.history import make_code, make_history

    place = folder / f"{quarters}x{partners}"
    code = make_code(place / "code", partners)
    make_history(place / "data", code, quarters)
    _run(place, "run")
    shutil.move(place / "data", place / "before")
    took = []
    for _ in range(TIMES if (quarters, partners) in CORNERS else 1):
        shutil.rmtree(place / "data", ignore_errors=True)
        shutil.copytree(place / "before", place / "data", symlinks=True)
        took.append(_run(place, "hand_in"))
        assert took[-1]["verdict"].startswith("accepted"), took[-1]["verdict"]
    shutil.rmtree(place)
    middle = sorted(took, key=lambda one: one["total"])[len(took) // 2]
    return {**middle, "totals": [one["total"] for one in took]}


def _run(place: Path, what: str) -> dict[str, Any]:
    """One process of :mod:`tests.benchmarks.one_more` with the code that knows the partners."""
    from tests.benchmarks.history import environment

    command = [sys.executable, "-m", "tests.benchmarks.one_more", what]
    env = environment(place / "data", place / "code")
    done = subprocess.run(command, cwd=place, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{what} on {place.name} failed:{os.linesep}{done.stderr[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.strip().rsplit("\n", 1)[-1])
    return result


def _seconds(took: dict[tuple[int, int], dict[str, Any]], quarters: int, partners: int) -> str:
    one = took.get((quarters, partners))
    return f"{one['total']:.1f}" if one else "not measured"


def _slope(took: dict[tuple[int, int], dict[str, Any]], partners: int) -> str:
    first, last = QUARTERS[0], QUARTERS[-1]
    if (first, partners) not in took or (last, partners) not in took:
        return "not measured"
    more = took[last, partners]["total"] - took[first, partners]["total"]
    return f"{more / (last - first):.3f}"


def _steps(smallest: dict[str, Any], biggest: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """The handing in, all raw steps together, and the others."""

    def summed(took: dict[str, Any]) -> dict[str, float]:
        steps = {"handing in, judged": took["handed_in"]}
        for name, seconds in took["steps"].items():
            name = "raw rows and their checks" if name.startswith("raw_") else name
            steps[name] = steps.get(name, 0) + seconds
        return {**steps, "start and orchestration": took["total"] - sum(steps.values())}

    before, after = summed(smallest), summed(biggest)
    added = biggest["total"] - smallest["total"]
    share = {name: round((after[name] - before.get(name, 0)) / added, 2) + 0 for name in after}  # + 0: no “-0%”
    return [
        (name, f"{before.get(name, 0):.2f}", f"{after[name]:.2f}", f"{share[name]:.0%}")
        for name in sorted(after, key=lambda step: before.get(step, 0) - after[step])
    ]


SECTION = Section("One more return on a long history", measure, place=30, long=True)
