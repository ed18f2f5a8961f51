"""What a person sees while a run lasts: one bar, the step at hand, the time left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Progress:
    """A silent progress; the base for runs nobody watches."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        return None

    def expect(self, steps: int) -> None:
        """Say how many steps are coming."""

    def step(self, label: str) -> None:
        """One step is done."""

    def say(self, text: str) -> None:
        """A remark on the step at hand."""

    @contextmanager
    def out_of_the_way(self, log: Path) -> Iterator[None]:
        """Where a tool talks on standard output: as it is here, into ``log`` where a person watches a bar."""
        yield


class QuietProgress(Progress):
    """Nothing is shown, and what tools print goes to their log: for output that a program reads."""

    @contextmanager
    def out_of_the_way(self, log: Path) -> Iterator[None]:
        """Send what a tool prints into ``log``."""
        with log.open("w", encoding="utf-8") as handle, redirect_stdout(handle):
            yield


class BarProgress(Progress):
    """A rich progress bar on standard error."""

    def __init__(self, title: str, total: int | None = None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        columns: tuple[Any, ...] = (
            TextColumn("{task.description}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("[dim]{task.fields[note]}"),
        )
        self._bar = RichProgress(*columns, console=Console(stderr=True), transient=False)
        self._task = self._bar.add_task(title, total=total, note="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            task = self._bar.tasks[0]
            self._bar.update(self._task, total=task.completed, note="")
        self._bar.stop()

    def expect(self, steps: int) -> None:
        """Say how many steps are coming."""
        self._bar.update(self._task, total=steps)

    def reach(self, done: int) -> None:
        """So many steps are done."""
        self._bar.update(self._task, completed=done)

    def step(self, label: str) -> None:
        """One step is done."""
        self._bar.update(self._task, advance=1, note=label[:48])

    def say(self, text: str) -> None:
        """A remark on the step at hand."""
        self._bar.update(self._task, note=text[:48])

    @contextmanager
    def out_of_the_way(self, log: Path) -> Iterator[None]:
        """Send what a tool prints into ``log`` so that the bar stays whole."""
        with log.open("w", encoding="utf-8") as handle, redirect_stdout(handle):
            yield


@contextmanager
def counted(title: str, after: float = 2.0) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error for work that reports ``(done, total)``; quick work shows none.

    Args:
        title: What is counted.
        after: Seconds before the bar appears.
    """
    started, bar = time.monotonic(), None

    def report(done: int, total: int) -> None:
        nonlocal bar
        if bar is None and time.monotonic() - started > after:
            bar = BarProgress(title, total)
            bar.__enter__()
        if bar is not None:
            bar.reach(done)

    try:
        yield report
    finally:
        if bar is not None:
            bar.__exit__(None, None, None)
