"""What a person sees while a run lasts: one bar, the step at hand, the time left.

:func:`watched` chooses: a bar on a terminal, a line now and then where there is none, nothing where a program reads.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import TracebackType
from typing import Any, Self

#: In the data folder: how long work took last time.
_LASTED = "lasted.json"


class Progress:
    """A silent progress; the base for runs nobody watches."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        return None

    def expect(self, steps: int) -> None:
        """Say how many steps are coming."""

    def step(self, label: str, share: int = 1) -> None:
        """One step is done; a long one may be worth several."""

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

    def step(self, label: str, share: int = 1) -> None:
        """One step is done; a long one may be worth several."""
        self._bar.update(self._task, advance=share, note=label[:48])

    def say(self, text: str) -> None:
        """A remark on the step at hand."""
        self._bar.update(self._task, note=text[:48])

    @contextmanager
    def out_of_the_way(self, log: Path) -> Iterator[None]:
        """Send what a tool prints into ``log`` so that the bar stays whole."""
        with log.open("w", encoding="utf-8") as handle, redirect_stdout(handle):
            yield


class LineProgress(QuietProgress):
    """A plain line on standard error now and then, where no terminal shows a bar: logs of machines.

    Args:
        every: Seconds between two lines; work that is over sooner says nothing.
    """

    def __init__(self, title: str, every: float = 10.0) -> None:
        self._title, self._every = title.strip(), every
        self._started = self._said = time.monotonic()
        self._done, self._total = 0, 0

    def expect(self, steps: int) -> None:
        """Say how many steps are coming."""
        self._total = steps

    def step(self, label: str, share: int = 1) -> None:
        """One step is done; a long one may be worth several."""
        self._done += share
        self.say(label)

    def say(self, text: str) -> None:
        """A remark on the step at hand."""
        now = time.monotonic()
        if now - self._said >= self._every:
            self._said = now
            sys.stderr.write(f"{self._title}: {self._far()}{text}\n")
            sys.stderr.flush()

    def _far(self) -> str:
        if not self._total or self._done < self._total / 20:
            return ""  # too early to tell
        left = (time.monotonic() - self._started) / self._done * max(0, self._total - self._done)
        return f"{100 * self._done // self._total} %, about {left:.0f} s left, "


def watched(title: str, silent: bool = False) -> Progress:
    """The progress that fits where standard error goes.

    Args:
        title: What lasts.
        silent: Nothing is shown, whoever looks; for output that a program reads.
    """
    if silent:
        return QuietProgress()
    return BarProgress(title) if sys.stderr.isatty() else LineProgress(title)


@contextmanager
def in_parts(progress: Progress, shares: Mapping[str, int], title: str = "") -> Iterator[Callable[[str], None]]:
    """What tells a progress of work in parts, from the name of each part as it begins.

    Args:
        shares: Steps each part is worth.
        title: Comes before the name of a part.
    """
    begun: list[str] = []

    def told(part: str) -> None:
        ended()
        begun.append(part)
        progress.say(f"{title}{part}")

    def ended() -> None:
        if begun:
            part = begun.pop()
            progress.step(f"{title}{part}", shares[part])

    yield told
    ended()


@contextmanager
def awaited(title: str, folder: Path | None = None, silent: bool = False, after: float = 2.0) -> Iterator[None]:
    """A bar for work that cannot say how far it is; the time left is what the same work took last time.

    Args:
        title: What lasts; also the name its time is kept under.
        folder: The data folder; without it no time is kept, and the bar says only that work goes on.
        silent: Nothing is shown; for output that a program reads.
        after: Seconds before anything appears.
    """
    known = _seconds(folder)
    started = time.monotonic()
    ended = threading.Event()
    shower = threading.Thread(target=_show, args=(title, known.get(title), ended, after), daemon=True)
    if not silent and sys.stderr.isatty():
        shower.start()
    try:
        yield
    except BaseException:
        folder = None  # what broke off says nothing of how long it lasts
        raise
    finally:
        ended.set()
        if shower.is_alive():
            shower.join()
        took = round(time.monotonic() - started, 1)
        if folder is not None and took > after and folder.is_dir():
            (folder / _LASTED).write_text(json.dumps({**_seconds(folder), title: took}, indent=1) + "\n", "utf-8")


def _seconds(folder: Path | None) -> dict[str, float]:
    """How long work took last time, by its title."""
    try:
        found = json.loads((folder / _LASTED).read_text("utf-8")) if folder is not None else {}
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _show(title: str, expected: float | None, ended: threading.Event, after: float) -> None:
    if ended.wait(after):
        return
    started = time.monotonic() - after
    with BarProgress(title, round(expected * 10) if expected else None) as bar:
        while not ended.wait(0.2):
            if expected:
                bar.reach(min(round((time.monotonic() - started) * 10), round(expected * 10)))


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
