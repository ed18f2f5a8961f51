"""What a command costs before it does anything: `impact check` on a small file, `impact --help`, the share of imports."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.section import (
    Figure,
    Result,
    Section,
    compared,
    environment,
    executable,
    grid,
    interleaved,
    median,
)

PERIOD = "2026-Q2"
ROWS = 200
CHECK, HELP, NEEDED, SHIPPED, BARE = (
    f"impact check, {ROWS} rows",
    "impact --help",
    "what a verdict can't do without",
    "the same, Great Expectations as shipped",
    "python -c pass",
)
ABOUT = (
    "A new process each, compiled modules at hand, in turn. What a verdict can't do without are pandas, pyarrow, SQLAlchemy, "
    "python-calamine and Great Expectations, the latter without the clients of Spark, PostgreSQL and Amazon, without SciPy's "
    "distributions and without Altair, which it imports where it finds them. The share of imports is what Python itself "
    "counts (`-X importtime`, sum over all modules) of the seconds of the same process."
)


def measure(folder: Path) -> Result:
    """All commands in turn, then the share of imports of the two that matter."""
    from tests.benchmarks.files import heal_workbook

    path = folder / "heal.xlsx"
    path.write_bytes(heal_workbook(ROWS))
    env = environment(folder / "data")
    needed = "import pandas, pyarrow, sqlalchemy, python_calamine; from expectations import gx; gx.warm_up()"
    shipped = "import pandas, pyarrow, sqlalchemy, python_calamine, great_expectations.expectations; "
    shipped += "great_expectations.get_context(mode='ephemeral'); print('done')"
    # A file: where Great Expectations finds pyspark, a process of `python -c` ends silently in the middle of the imports.
    as_shipped = folder / "as_shipped.py"
    as_shipped.write_text(shipped, encoding="utf-8")
    commands = {
        BARE: [sys.executable, "-c", "pass"],
        HELP: [executable("impact"), "--help"],
        NEEDED: [sys.executable, "-c", needed],
        CHECK: [executable("impact"), "check", str(path), "--program", "heal", "--partner", "sample_heal",
                "--period", PERIOD],
        SHIPPED: [sys.executable, "-W", "ignore", str(as_shipped)],
    }  # fmt: skip

    def call(command: list[str]) -> None:
        done = subprocess.run(command, env=env, check=True, capture_output=True)
        assert command[-1] != str(as_shipped) or done.stdout.strip().endswith(b"done")

    seconds = interleaved({name: lambda command=command: call(command) for name, command in commands.items()})
    shares = {name: [_share(commands[name], env) for _ in range(3)] for name in (CHECK, HELP)}
    rows = [(name, f"{median(values):.0%}", f"{min(values):.0%}–{max(values):.0%}") for name, values in shares.items()]
    lines = [ABOUT, "", *compared(seconds, NEEDED), *grid(("what", "share importing", "min–max"), rows)]
    middle = {name: median(values) for name, values in seconds.items()}
    return Result(
        lines,
        [
            Figure(
                f"`impact check` on {ROWS} rows, from the shell",
                f"{middle[CHECK]:.2f} s",
                f"{middle[CHECK] / middle[NEEDED]:.2f} × {NEEDED}; {middle[CHECK] / middle[SHIPPED]:.2f} × {SHIPPED}"
                f"; {median(shares[CHECK]):.0%} importing",
            ),
            Figure("`impact --help`", f"{middle[HELP]:.2f} s", f"{median(shares[HELP]):.0%} importing"),
        ],
    )


def _share(command: list[str], env: dict[str, str]) -> float:
    """Seconds of imports by all seconds of a process."""
    started = time.perf_counter()
    done = subprocess.run(
        command, env={**env, "PYTHONPROFILEIMPORTTIME": "1"}, check=True, capture_output=True, text=True
    )
    whole = time.perf_counter() - started
    lines = [
        line.removeprefix("import time:").split("|") for line in done.stderr.splitlines() if "import time:" in line
    ]
    return sum(int(line[0]) for line in lines if line[0].strip().isdigit()) / 1e6 / whole


SECTION = Section("Starting: what a command costs before it does anything", measure=measure, place=20)
