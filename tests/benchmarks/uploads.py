"""Verdicts against file size, and twenty uploads at once: time, peak memory, and frictionless on the same files."""

from __future__ import annotations

import os
import statistics
from pathlib import Path

from tests.benchmarks.files import heal_csv, heal_workbook
from tests.benchmarks.portal import Portal
from tests.benchmarks.section import Figure, Result
from tests.benchmarks.watched import Asked, Watched

SIZES = (1_000, 10_000, 50_000, 99_990)
AT_ONCE = 20
_MB = 1 << 20


def by_size(folder: Path) -> Result:
    """One row per size and format."""
    lines = [
        "HEAL return, 11 columns, warm processes, each file in turn through both. Memory is the peak of the process and its children "
        f"less what it held when it was ready for its first file. {SIZES[-1]:,} rows are what a sheet of 100,000 holds below its titles. "
        "frictionless infers a schema and checks it; the verdict knows codes, rules, personal data and the rest of the contract, "
        "keeps the original and writes the log.",
        "",
        "| rows | file | MB | verdict s | frictionless validate s | ratio | verdict peak MB | frictionless peak MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    env, figures = {**os.environ, "BENCH_FOLDER": str(folder)}, []
    for rows in SIZES:
        for kind, paths in _files(folder, rows).items():
            # Fresh processes per row: memory that a former file left behind would hide the peak of this one.
            with (
                Watched("tests.benchmarks.worker", "desk", env=env) as desk,
                Watched("tests.benchmarks.worker", "frictionless", env=env) as other,
            ):
                runs = 3 if rows <= 10_000 else 1
                ours = _Side(desk, {"what": "one"}, _files(folder, 1_000)[kind])
                theirs = _Side(other, {}, _files(folder, 1_000)[kind])
                for _ in range(runs):
                    ours.ask(paths)
                    theirs.ask(paths)
            size = sum(Path(path).stat().st_size for path in paths) / _MB
            lines.append(
                f"| {rows:,} | {kind} | {size:.1f} | {ours.seconds:.2f} | {theirs.seconds:.2f} "
                f"| {ours.seconds / theirs.seconds:.2f} | {ours.peak / _MB:.0f} | {theirs.peak / _MB:.0f} |"
            )
            print(lines[-1], flush=True)
            if rows == SIZES[-1]:
                ratio = f"{ours.seconds / theirs.seconds:.2f} times frictionless validate"
                figures.append(Figure(f"verdict on {rows:,} rows handed in as {kind}", f"{ours.seconds:.2f} s", ratio))
    return Result(lines, figures)


def at_once(folder: Path) -> Result:
    """Twenty uploads at the same moment: through the desk, and through the portal's HTTP server."""
    lines = [
        "Seconds from the moment all start to each one's verdict; through HTTP that is the page with the answer, sent by a server with "
        "eight threads. “One after another” is the same files handed in by one thread. Memory as above, base included.",
        "",
        "| rows | through | p50 s | p95 s | all done s | one after another s | p95 times alone | peak MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    env, figures = {**os.environ, "BENCH_FOLDER": str(folder)}, []
    for rows in (1_000, 10_000):
        paths = []
        for number in range(AT_ONCE):
            path = folder / f"upload-{rows}-{number}.xlsx"
            path.write_bytes(heal_workbook(rows, seed=100 + number))
            paths.append(str(path))
        with Watched("tests.benchmarks.worker", "desk", env=env) as desk:
            row = desk.ask(what="many", paths=paths, threads=1).answer
        with Watched("tests.benchmarks.worker", "desk", env=env) as desk:
            many, _, peak = desk.ask(what="many", paths=paths, threads=AT_ONCE)
        lines.append(_line(rows, "the desk", many["seconds"], many["whole"], row["seconds"], row["whole"], peak))
        print(lines[-1], flush=True)
        with Portal(folder / f"portal-{rows}") as portal:
            alone, alone_whole, _ = portal.upload(paths, at_once=1)
        with Portal(folder / f"portal-{rows}-at-once") as portal:
            seconds, whole, peak = portal.upload(paths, at_once=AT_ONCE)
        lines.append(_line(rows, "HTTP", seconds, whole, alone, alone_whole, peak))
        print(lines[-1], flush=True)
        p95 = statistics.quantiles(seconds, n=20)[-1]
        figures.append(Figure(f"{AT_ONCE} uploads of {rows:,} rows at once, through HTTP", f"{p95:.1f} s (p95)"))
    return Result(lines, figures)


class _Side:
    """One of two that are measured in turn: medians of seconds, highest memory."""

    def __init__(self, child: Watched, question: dict[str, str], warm: list[str]) -> None:
        self._child, self._question = child, question
        self._base = child.ask().before
        self._base = max(self._base, child.ask().before)
        child.ask(**question, paths=warm)
        self._asked: list[Asked] = []

    def ask(self, paths: list[str]) -> None:
        """Once more."""
        self._asked.append(self._child.ask(**self._question, paths=paths))

    @property
    def seconds(self) -> float:
        """Median of what a clock on the wall says."""
        return statistics.median(asked.answer[0] for asked in self._asked)

    @property
    def peak(self) -> int:
        """Highest memory over what was held before the first file."""
        return max(asked.peak for asked in self._asked) - self._base


def _line(
    rows: int, through: str, seconds: list[float], whole: float, alone: list[float], row: float, peak: int
) -> str:
    p50, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
    return (
        f"| {rows:,} | {through} | {p50:.2f} | {p95:.2f} | {whole:.2f} | {row:.2f} "
        f"| {p95 / statistics.median(alone):.1f} | {peak / _MB:.0f} |"
    )


def _files(folder: Path, rows: int) -> dict[str, list[str]]:
    """The same return as a workbook and as csv, written once."""
    book = folder / f"heal-{rows}.xlsx"
    if not book.exists():
        book.write_bytes(heal_workbook(rows))
    texts = []
    for name, data in heal_csv(rows).items():
        path = folder / f"{rows}-{name}"
        path.write_bytes(data)
        texts.append(str(path))
    return {"xlsx": [str(book)], "csv": texts}
