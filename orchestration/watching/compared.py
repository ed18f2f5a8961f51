"""Runs beside each other, as terminal tables: what was slow, and whether that is usual."""

from __future__ import annotations

import json
from collections.abc import Sequence
from statistics import median
from typing import TYPE_CHECKING

from orchestration.watching.runs import RunRecord

if TYPE_CHECKING:
    from rich.table import Table

    from sources.settings import Settings

#: Finished runs before a run that say what is usual.
USUAL = 20
#: A step is called slow where it took this many times its median, and so many seconds more.
SLOW, SECONDS = 1.5, 2.0


def usual(records: Sequence[RunRecord], record: RunRecord) -> list[RunRecord]:
    """The finished runs of the same job right before a run."""
    before = [item for item in records if item.finished and item.job == record.job and item.ended < record.ended]
    return before[-USUAL:]


def slow_steps(records: Sequence[RunRecord], record: RunRecord) -> list[tuple[str, float, float]]:
    """Steps of a finished run that took much longer than usual: name, seconds, median seconds; the slowest first."""
    before, found = usual(records, record), []
    for step in record.steps if record.finished else ():
        middle = _median_of(before, step.name)
        if middle is not None and step.seconds > SLOW * middle and step.seconds - middle > SECONDS:
            found.append((step.name, step.seconds, middle))
    return sorted(found, key=lambda item: item[2] - item[1])


def runs_table(records: Sequence[RunRecord], last: int) -> Table:
    """The last runs, newest first."""
    table = _table(
        "Started (UTC)", "Run", ">Seconds", ">Usual", ">Peak", ">Rows", ">Returns", "Checks", "Slowest step", "Result",
    )  # fmt: skip
    for record in reversed(records[-last:]):
        before = [item.seconds for item in usual(records, record)]
        slowest = max(record.steps, key=lambda step: step.seconds, default=None)
        checks = f"{record.checks}" + (f", {len(record.not_held)} failed" if record.not_held else "")
        table.add_row(
            record.started[:16].replace("T", " "),
            record.run_id[:8],
            f"{record.seconds:.1f}",
            _trend(record.seconds, median(before)) if before and record.finished else "",
            _size(record.peak_bytes),
            f"{record.rows:,}",
            f"{record.returns:,}",
            checks,
            f"{slowest.name} {slowest.seconds:.1f} s" if slowest is not None else "",
            record.result if record.step is None else f"{record.result}: {record.step}",
        )
    return table


def run_table(records: Sequence[RunRecord], record: RunRecord) -> Table:
    """The steps of one run, the slowest first."""
    table = _table("Step", ">Seconds", ">Usual", ">Peak", ">Rows")
    before = usual(records, record)
    for step in sorted(record.steps, key=lambda item: -item.seconds):
        middle = _median_of(before, step.name)
        table.add_row(
            step.name,
            f"{step.seconds:.1f}",
            _trend(step.seconds, middle) if middle is not None else "",
            _size(step.peak_bytes),
            f"{step.rows:,}" if step.rows is not None else "",
        )
    return table


def facts(settings: Settings, record: RunRecord) -> list[str]:
    """Everything else that is known of a run, a sentence each."""
    found = [
        f"Run {record.run_id}, started {record.started}, {record.result} after {record.seconds:.1f} s.",
        f"Log head {record.log_head or 'unknown'}, code {record.code_version}, build {record.build_id or 'none'}.",
    ]
    if record.sizes:
        found.append("On disk: " + ", ".join(f"{name} {_size(size)}" for name, size in record.sizes.items()) + ".")
    if record.models:
        slow = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in list(record.models.items())[:5])
        found.append(f"Slowest models: {slow}.")
    found += [f"Did not hold: {name}." for name in record.not_held]
    found += [f"What went wrong in {step}: {text}" for step, text in _errors(settings, record)]
    return found


def _errors(settings: Settings, record: RunRecord) -> list[tuple[str, str]]:
    """What failed steps said, from the lineage of the run; for who looks for the cause, here on this machine."""
    path, found = settings.data / "lineage" / f"{record.run_id}.jsonl", []
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else []:
        event = json.loads(line)
        if event["eventType"] == "FAIL":
            facet = event["run"]["facets"].get("errorMessage", {})
            found.append((event["job"]["name"], str(facet.get("message", ""))))
    return found or ([(record.step, f"{record.error}.")] if record.step and record.error else [])


def _median_of(before: Sequence[RunRecord], name: str) -> float | None:
    seconds = [step.seconds for item in before for step in item.steps if step.name == name]
    return median(seconds) if seconds else None


def _trend(seconds: float, middle: float) -> str:
    return f"{middle:.1f} ({seconds / middle - 1:+.0%})" if middle >= 0.05 else f"{middle:.1f}"


def _size(size: int | None) -> str:
    return "" if size is None else f"{size / 2**20:,.0f} MiB"


def _table(*columns: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in columns:
        table.add_column(name.removeprefix(">"), justify="right" if name.startswith(">") else "left", no_wrap=True)
    return table
