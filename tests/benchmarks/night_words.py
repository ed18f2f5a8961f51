"""What a deadline night was like, in tables: measured, and on paper for other numbers of people and workers."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks import queueing
from tests.benchmarks.night import PEOPLE, RUN_AT, SECONDS, Night, quantiles, spend
from tests.benchmarks.night_people import LARGE, MIDDLE, OFFICE, SAME_AGAIN, TWICE, WRONG_CELLS, WRONG_FILES, arrival
from tests.benchmarks.section import Figure, Result, grid

_MB = 1 << 20
_HOUR = 3600


def told(folder: Path) -> Result:
    """Spend a night and tell it."""
    night = spend(folder)
    uploads = [seconds for one in night.told for seconds in one.answered]
    entered = [one.signed_in for one in night.told if one.signed_in]
    failed = [one for one in night.told if one.problem]
    offered = shape(PEOPLE, SECONDS, 10)
    real = shape(PEOPLE, _HOUR, 60)
    lines = [
        f"{PEOPLE:,} synthetic partners, an hour in {SECONDS:.0f} s: {PEOPLE / SECONDS:.1f} people a second on average and "
        f"{max(offered) / 10:.1f} in the busiest ten seconds; in a real hour the busiest minute has {max(real) / 60:.1f} a second. "
        f"A third come at any time, two thirds ever more towards the end. Each signs in, opens the quarter, hands in a workbook of "
        f"50–500 rows ({MIDDLE:,} rows: 6 %, {LARGE:,} rows: 1 %), reads the verdict; {WRONG_CELLS:.0%} have wrong cells and send a "
        f"mended file, {WRONG_FILES:.0%} pick a wrong file, {SAME_AGAIN:.0%} send the same file again, {TWICE:.0%} a correction, 5 % "
        f"click twice; {OFFICE:.0%} share one office’s address. The site is one process with eight threads, as `impact portal` starts "
        f"it; people and site share this machine. `impact run` starts at {RUN_AT:.0%} of the night. Seconds count from the moment a "
        "person comes or clicks, whether or not the site keeps up.",
        "",
        *grid(("seconds", "p50", "p95", "p99", "longest"), _latencies(entered, uploads, night.alone)),
        "### How it went",
        "",
        *grid(("share of the night", "people inside at most", "memory MB", "cores busy"), _course(night)),
        *grid(("what", "figure"), _facts(night, len(uploads), len(failed))),
    ]
    for problem in sorted({one.problem for one in failed})[:5]:
        lines.append(f"- Not served: {problem}")
    for lost in night.lost[:10]:
        lines.append(f"- {lost}")
    lines += ["", *_paper(night.alone)]
    p95 = quantiles(uploads)[1]
    whole = not night.lost and not failed
    figures = [
        Figure(
            f"{PEOPLE:,} partners hand in in {SECONDS / 60:.0f} minutes: upload to verdict",
            f"{quantiles(uploads)[0]:.1f} s (p50), {p95:.1f} s (p95)",
        ),
        Figure(
            "returns lost, twice, or with another verdict than offline",
            f"{len(night.lost)} of {night.facts['receipts']:,} receipts; {len(failed)} people not served",
            aim="none",
            met=whole,
        ),
    ]
    return Result(lines, figures)


def shape(people: int, seconds: float, step: float) -> list[float]:
    """How many come in each step of a deadline’s hour that lasts ``seconds``."""
    steps = int(seconds / step)
    counts, parts = [0.0] * steps, 20_000
    for part in range(parts):
        counts[min(steps - 1, int(arrival((part + 0.5) / parts) * steps))] += people / parts
    return counts


def _latencies(
    entered: Sequence[float], uploads: Sequence[float], alone: Sequence[float]
) -> Iterator[tuple[str, str, str, str, str]]:
    for name, values in (
        ("from coming to the first page (sign-in)", entered),
        ("from “Hand in” to the verdict", uploads),
        (f"a whole visit with nobody else there ({len(alone)} visits)", alone),
    ):
        p50, p95, p99, most = quantiles(list(values))
        yield name, f"{p50:.2f}", f"{p95:.2f}", f"{p99:.2f}", f"{most:.2f}"


def _course(night: Night) -> Iterator[tuple[str, str, str, str]]:
    last = max(at for at, *_ in night.samples)
    ends = [SECONDS * share for share in (0.25, 0.5, 0.75, 0.9, 1.0)] + ([last + 1] if last > SECONDS else [])
    begin = -10.0
    for end in ends:
        inside = [sample for sample in night.samples if begin <= sample[0] < end]
        if inside:
            name = f"to {end / SECONDS:.0%}" if end <= SECONDS else f"after the deadline, {last - SECONDS:.0f} s"
            most = max(sample[1] for sample in inside)
            memory = max(sample[2] for sample in inside) / _MB
            yield name, str(most), f"{memory:.0f}", f"{statistics.fmean(sample[3] for sample in inside):.1f}"
        begin = end


def _facts(night: Night, uploads: int, failed: int) -> Iterator[tuple[str, object]]:
    facts = night.facts
    yield "people not served (an error, a refusal, no answer)", failed
    yield "uploads answered", f"{uploads:,}"
    yield "receipts, each in the log with its original by hash", f"{facts['receipts']:,}"
    yield "received without an answer reaching anybody", facts["untold"]
    yield "received and not yet judged", facts["pending"]
    yield "lost, twice, or with another verdict than offline", len(night.lost)
    yield "verdicts compared with those of a desk offline", f"{facts['verdicts compared']:,}"
    for name, count in sorted(facts.items()):
        if name.startswith("state "):
            yield f"first returns {name.removeprefix('state ').replace('_', ' ')}", f"{count:,}"
    yield "events in the log, chain verified", f"{facts['events']:,}"
    yield "the run in between, while people hand in", f"{night.run or 0:.0f} s; its build opens whole"


def _paper(alone: Sequence[float]) -> list[str]:
    """The projection."""
    mean, scv = statistics.fmean(alone), queueing.spread(alone)
    rows = []
    for people, seconds in ((PEOPLE, _HOUR), (PEOPLE, 600)):
        for workers in (1, 2, 4):
            found = queueing.waiting(people / seconds, alone, workers)
            arrivals = shape(people, seconds, 10)
            most, longest, after = queueing.backlog(arrivals, 10, mean, workers)
            wait = "grows" if found.wait is None else f"{found.wait:.1f}"
            p95 = "grows" if found.p95 is None else f"{found.p95:.1f}"
            queue = (f"{most:.0f}", f"{longest:.0f}", f"{after:.0f}")
            rows.append((f"{people:,} in {seconds // 60} min", workers, f"{found.load:.0%}", wait, p95, *queue))
    return [
        "### On paper",
        "",
        f"From {len(alone)} visits with nobody else there: {mean:.2f} s a visit on average, squared coefficient of variation {scv:.2f}. "
        "Evenly: mean wait W = C(c, a) · S / (c − a) · (1 + SCV) / 2 with Erlang’s C, a = λS (Allen and Cunneen; exact for c = 1, Pollaczek "
        "and Khinchine). On a deadline more come than can be served at its end, where no steady state exists: arrivals of the shape above "
        "are followed as a fluid. A worker is a process with a core of its own; on this machine people and the run share two.",
        "",
        *grid(
            (
                "people",
                "workers",
                "load",
                "evenly: mean wait s",
                "p95 s",
                "deadline: longest queue",
                "longest wait s",
                "nobody waits after s",
            ),
            rows,
        ),
    ]
