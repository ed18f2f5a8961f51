"""`make bench`: speed as ratios measured in one run, written to docs/benchmarks.md.

Each pair is measured in turn, A B A B …, and compared by medians, so that a drifting machine does not favour one side.
"""

from __future__ import annotations

import importlib.metadata
import io
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from sources.contract.load import ROOT
from tests.benchmarks.attacker import attack
from tests.benchmarks.disclosure import hiding
from tests.benchmarks.survey import survey_calls
from tests.benchmarks.uploads import at_once, by_size

RUNS = 7
PERIOD = "2026-Q2"


def timed(call: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def interleaved(calls: dict[str, Callable[[], object]], runs: int = RUNS) -> dict[str, list[float]]:
    """Seconds per call, each called once to warm up and then in turn."""
    for call in calls.values():
        call()
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(runs):
        for name, call in calls.items():
            seconds[name].append(timed(call))
    return seconds


def reading(folder: Path, rows: int) -> dict[str, list[float]]:
    """Reading and judging beside raw calamine and frictionless on the same file, imports aside."""
    import python_calamine
    from frictionless import Resource

    from expectations.desk import Desk
    from sources.contract.load import load_all
    from sources.reader import InputFile
    from sources.settings import Settings
    from tests.benchmarks.files import heal_workbook

    data = heal_workbook(rows)
    path = folder / f"heal-{rows}.xlsx"
    path.write_bytes(data)
    desk = Desk(Settings.at(folder / "desk"), load_all())

    def verdict() -> None:
        result = desk.check([InputFile(path.name, data)], program="heal", partner="sample_heal", period=PERIOD).verdict
        assert result.state in ("accepted", "accepted_with_warnings"), result.problems[:3]

    def calamine() -> None:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()

    def frictionless() -> None:
        here = Path.cwd()
        os.chdir(folder)
        try:
            Resource(path.name).validate()
        finally:
            os.chdir(here)

    calls = {"raw calamine": calamine, "read + verdict": verdict}
    if rows <= 20_000:
        calls["frictionless validate"] = frictionless
    return interleaved(calls, RUNS if rows <= 20_000 else 3)


def shell(folder: Path) -> dict[str, list[float]]:
    """`impact check` on a 1,000-row return from the shell, beside the imports it can't avoid.

    Those are pandas, pyarrow, sqlalchemy, python-calamine and Great Expectations without scipy and Altair.
    """
    from tests.benchmarks.files import heal_workbook

    path = folder / "heal-1000.xlsx"
    path.write_bytes(heal_workbook(1_000))
    impact = str(Path(sys.executable).with_name("impact"))
    env = {**os.environ, "IMPACT_DATA": str(folder / "shell"), "GX_ANALYTICS_ENABLED": "false"}
    check = [impact, "check", str(path), "--program", "heal", "--partner", "sample_heal", "--period", PERIOD]
    needed = "import pandas, pyarrow, sqlalchemy, python_calamine; from expectations import gx; gx.expectations()"
    imports = [sys.executable, "-c", needed]
    bare = [sys.executable, "-c", "import great_expectations"]
    runner = lambda command: lambda: subprocess.run(command, env=env, check=True, capture_output=True)  # noqa: E731
    calls = {"impact check": runner(check), "the imports alone": runner(imports)}
    calls["great_expectations as shipped"] = runner(bare)
    return interleaved({**calls, "impact --help": runner([impact, "--help"])}, 5)


def whole_run(folder: Path) -> dict[str, list[float]]:
    """`impact run` beside bare `dbt build` of the same project on the same data."""
    data = folder / "demo"
    env = {**os.environ, "IMPACT_DATA": str(data), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
    impact, dbt = str(Path(sys.executable).with_name("impact")), str(Path(sys.executable).with_name("dbt"))
    subprocess.run([impact, "demo"], env=env, check=True, capture_output=True)
    project = str(ROOT / "dbt_project")
    build = [dbt, "build", "--project-dir", project, "--profiles-dir", project, "--target-path", str(folder / "target")]
    build += ["--log-path", str(folder / "logs"), "--vars", f'{{"as_of": "2026-11-15", "raw_root": "{data / "raw"}"}}']
    own = {**env, "IMPACT_WAREHOUSE": str(folder / "bare.duckdb")}
    calls = {
        "impact run": lambda: subprocess.run(
            [impact, "run", "--quiet", "--as-of", "2026-11-15"], env=env, check=True, capture_output=True
        ),
        "bare dbt build": lambda: subprocess.run(build, env=own, check=True, capture_output=True),
    }
    return interleaved(calls, 3)


def table(title: str, seconds: dict[str, list[float]], base: str) -> list[str]:
    """A Markdown table of medians, spread and ratio to ``base``."""
    reference = statistics.median(seconds[base])
    lines = [f"## {title}", "", f"| what | median s | min–max s | times {base} |", "|---|---|---|---|"]
    for name, values in seconds.items():
        middle = statistics.median(values)
        spread = f"{min(values):.3f}–{max(values):.3f}"
        lines.append(f"| {name} | {middle:.3f} | {spread} | {middle / reference:.2f} |")
    return [*lines, ""]


def _reading(folder: Path) -> list[str]:
    lines = []
    for rows in (1_000, 20_000, 90_000):
        title = f"Read + verdict, HEAL return of {rows:,} rows × 11 columns, warm process, imports aside"
        lines += table(title, reading(folder, rows), "raw calamine")
    return lines


def _polls(folder: Path) -> list[str]:
    title = "Trust gaps of 10 countries × 4 waves × 11,500 respondents, SQL and quantiles"
    return table(title, interleaved(survey_calls(folder)), "one weighted group-by")


def _shell(folder: Path) -> list[str]:
    return table("From the shell, 1,000 rows", shell(folder), "the imports alone")


def _whole_run(folder: Path) -> list[str]:
    title = "The whole run on the demo's returns (nothing new to load)"
    return table(title, whole_run(folder), "bare dbt build")


def _attacker(_folder: Path) -> list[str]:
    return ["## The attacker on one large linked publication", "", attack(), ""]


SECTIONS: dict[str, Callable[[Path], list[str]]] = {
    "reading": _reading,
    "sizes": by_size,
    "at_once": at_once,
    "polls": _polls,
    "disclosure": hiding,
    "attacker": _attacker,
    "shell": _shell,
    "run": _whole_run,
}


def head() -> list[str]:
    """What the page says first: when, where, with which versions."""
    names = ("python-calamine", "great-expectations", "duckdb", "dbt-core", "dagster", "pandas", "frictionless")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    return [
        "# Benchmarks",
        "",
        "<!-- generated by `make bench`; do not edit -->",
        "",
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.system()}, Python "
        f"{platform.python_version()}; {versions}. Every table was measured in one run, its rows in turn; quote the ratios.",
        "",
    ]


def merged(page: str, lines: list[str]) -> str:
    """The page with some tables measured anew, each in its place; new ones come last."""
    blocks = {block.partition("\n")[0]: block for block in page.rstrip().split("\n## ")}
    for block in "\n".join(lines).strip().removeprefix("## ").split("\n## "):
        title, _, rest = block.partition("\n")
        blocks[title] = f"{title}\n\nMeasured anew on {datetime.now(UTC):%Y-%m-%d}.\n{rest.rstrip()}\n"
    first, *others = (block.rstrip() for block in blocks.values())
    return "\n\n## ".join([first, *others]) + "\n"


def main(chosen: Sequence[str] = ()) -> None:
    """Measure everything, or the sections named, and write the page.

    Args:
        chosen: Names of :data:`SECTIONS`, as in ``python -m tests.benchmarks.run sizes at_once``.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    unknown = set(chosen) - set(SECTIONS)
    if unknown:
        sys.exit(f"No section {', '.join(sorted(unknown))}. Sections: {', '.join(SECTIONS)}.")
    folder = Path(tempfile.mkdtemp(prefix="impact-bench-"))
    page, lines = ROOT / "docs" / "benchmarks.md", []
    try:
        for name in chosen or SECTIONS:
            print(f"{name} …", flush=True)
            (folder / name).mkdir()
            lines += SECTIONS[name](folder / name)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = merged(page.read_text(encoding="utf-8"), lines) if chosen else "\n".join(head() + lines)
    page.write_text(text, encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main(sys.argv[1:])
