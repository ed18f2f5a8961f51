"""Minutes of fuzzing: how many files are tried, how far they reach, and what is found."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.section import Figure, Result, Section, grid
from tests.fuzz import TARGETS
from tests.fuzz.__main__ import FOUND

SECONDS = 180
_STATUS = re.compile(r"^#(\d+)\s+(\w+)\s+cov: (\d+) ft: (\d+) corp: (\d+)/", re.MULTILINE)
_COUNT = re.compile(r"stat::number_of_executed_units:\s+(\d+)")
_FOUND = re.compile(r"^FOUND \w+ (.+)$", re.MULTILINE)
_PROMISES = {
    "prescan": "the pre-scan: kind, container, XML",
    "csv_path": "csv: bytes to rows and verdict",
    "workbook": "workbooks with altered parts",
    "backup": "a backup's list and log, restored",
}


def measure(folder: Path) -> Result:
    """Each target in turn, from its seeds and what it once found."""
    if not installed():
        return Result(["Not measured: atheris is not installed here (it is for Linux)."])
    rows, found = [], []
    for target in TARGETS:
        done = subprocess.run(
            [sys.executable, "-m", "tests.fuzz", target, "--seconds", str(SECONDS), "--folder", str(folder / target)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        row, causes = told(target, done.stderr)
        _keep(target, folder / target / "found")
        rows.append(row)
        found += [f"{target}: {cause}" for cause in causes]
        if done.returncode:
            found.append(f"{target}: the fuzzer stopped with exit code {done.returncode}")
    text = [
        f"Each target {SECONDS // 60} minutes by Atheris, from its seeds; *reached* are the places of `sources` and `expectations` met by "
        "the seeds and at the end. What is promised of every file: `docs/how-to/check-what-is-installed.md`.",
        "",
        *grid(("target", "files tried", "per second", "reached", "kept as worth altering", "promises broken"), rows),
        *(["What was found:", "", *(f"- {cause}" for cause in found), ""] if found else []),
    ]
    figure = Figure(
        f"promises broken by {sum(int(str(row[1]).replace(',', '')) for row in rows):,} altered files",
        str(len(found)), "", "0", met=not found,
    )  # fmt: skip
    return Result(text, [figure])


def _keep(target: str, found: Path) -> None:
    """Put what was found where every run of the tests tries it again, until it is mended and for good."""
    for file in sorted(found.glob("*")):
        if file.suffix != ".json":
            (FOUND / target).mkdir(exist_ok=True)
            shutil.copy(file, FOUND / target / f"found_{file.name}")


def installed() -> bool:
    """Whether the fuzzer is there."""
    import importlib.util

    return importlib.util.find_spec("atheris") is not None


def told(target: str, said: str) -> tuple[tuple[str, ...], list[str]]:
    """A row of the table and the causes found, from what the fuzzer wrote."""
    status = _STATUS.findall(said)
    tried = _COUNT.search(said)
    if not status or tried is None:
        raise RuntimeError(f"The fuzzer did not say how it went with {target}: {said[-2_000:]}")
    first = next(line for line in status if line[1] == "INITED")
    last = status[-1]
    causes = _FOUND.findall(said)
    count = int(tried[1])
    row = (
        _PROMISES[target],
        f"{count:,}",
        f"{count / SECONDS:,.0f}",
        f"{first[2]} → {last[2]}",
        f"{first[4]} → {last[4]}",
        str(len(causes)),
    )
    return row, causes


SECTION = Section("Fuzzing: altered files", measure=measure, place=90, long=True)
