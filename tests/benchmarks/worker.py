"""The process whose time and memory is measured: verdicts, many at once, or frictionless on the same files."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.watched import seconds_of, serve


def places() -> list[tuple[str, str]]:
    """Partner and quarter of every HEAL return that may be handed in: enough for 20 different ones."""
    from sources import periods

    return [
        (partner, period)
        for partner, since in (("sample_heal", "2023-Q2"), ("sample_heal_south", "2024-Q1"))
        for period in periods.between(since, "2026-Q3")
    ]


class Judged:
    """A desk in a warm process."""

    def __init__(self) -> None:
        from sources.contract.load import load_all
        from sources.currency import Rates
        from tests.benchmarks.files import heal_workbook

        self._contracts, self._rates = load_all(), Rates()
        self._hand_in(self._desk(), "sample_heal", "2026-Q2", [("warm.xlsx", heal_workbook(200))])

    def answer(self, what: str = "", **given: Any) -> Any:
        """``one`` return in a fresh house, or ``many`` at once in one; without a question, that it is ready."""
        return getattr(self, f"_{what}")(**given) if what else []

    def _one(self, paths: Sequence[str], runs: int = 1) -> list[float]:
        files = [(Path(path).name, Path(path).read_bytes()) for path in paths]
        desks = [self._desk() for _ in range(runs)]
        return [seconds_of(lambda desk=desk: self._hand_in(desk, "sample_heal", "2026-Q2", files)) for desk in desks]

    def _many(self, paths: Sequence[str], threads: int) -> dict[str, Any]:
        """Each path to a place of its own; seconds per upload from the common start, and in all."""
        desk, todo = self._desk(), list(zip(paths, places(), strict=False))
        seconds: list[float] = []
        gate = threading.Barrier(threads)
        todo_lock = threading.Lock()

        def work() -> None:
            gate.wait()
            while True:
                with todo_lock:
                    if not todo:
                        return
                    path, (partner, period) = todo.pop()
                start = time.perf_counter()
                self._hand_in(desk, partner, period, [(Path(path).name, Path(path).read_bytes())])
                seconds.append(time.perf_counter() - start)

        workers = [threading.Thread(target=work) for _ in range(threads)]
        start = time.perf_counter()
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        whole = time.perf_counter() - start
        assert len(seconds) == len(paths), "an upload failed"
        return {"seconds": seconds, "whole": whole}

    def _desk(self) -> Any:
        from expectations.desk import Desk
        from sources.settings import Settings

        return Desk(Settings.at(tempfile.mkdtemp(dir=os.environ["BENCH_FOLDER"])), self._contracts, rates=self._rates)

    @staticmethod
    def _hand_in(desk: Any, partner: str, period: str, files: list[tuple[str, bytes]]) -> None:
        from sources.reader import InputFile

        given = [InputFile(name, data) for name, data in files]
        outcome = desk.submit(given, partner=partner, program="heal", period=period, who="bench")
        assert outcome.verdict.loads, outcome.verdict.problems[:2]


class Frictionless:
    """frictionless in a warm process."""

    def __init__(self) -> None:
        from frictionless import Resource

        self._resource = Resource

    def answer(self, paths: Sequence[str] = (), runs: int = 1) -> list[float]:
        """Seconds of ``validate`` over all files."""
        if not paths:
            return []
        os.chdir(Path(paths[0]).parent)
        names = [Path(path).name for path in paths]
        return [seconds_of(lambda: [self._resource(name).validate() for name in names]) for _ in range(runs)]


if __name__ == "__main__":
    serve((Frictionless if sys.argv[1] == "frictionless" else Judged)().answer)
