"""The memory of this process and its children while a block runs, looked at from beside."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

EVERY = 0.2


class Memory:
    """Samples of the resident memory of the process tree; none where the system does not tell (no ``/proc``)."""

    def __init__(self) -> None:
        self._samples: list[tuple[float, int]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory", daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._look()

    def peak(self, started: float | None = None, ended: float | None = None) -> int | None:
        """The most bytes seen between two moments (seconds since 1970); ``None`` where nobody looked in between."""
        # A step may be shorter than the time between two looks.
        first, last = (started or 0) - EVERY, (ended or time.time()) + EVERY
        return max((size for at, size in self._samples if first <= at <= last), default=None)

    def _watch(self) -> None:
        self._look()
        while not self._over.wait(EVERY):
            self._look()

    def _look(self) -> None:
        held = tree_bytes(os.getpid())
        if held:
            self._samples.append((time.time(), held))


def tree_bytes(pid: int) -> int:
    """Resident bytes of a process and its descendants; pages they share count once each."""
    page, total, todo = os.sysconf("SC_PAGE_SIZE"), 0, [Path(f"/proc/{pid}")]
    while todo:
        one = todo.pop()
        with suppress(OSError, ValueError, IndexError):
            total += int((one / "statm").read_text("ascii").split()[1]) * page
            for task in (one / "task").iterdir():
                todo += [Path(f"/proc/{child}") for child in (task / "children").read_text("ascii").split()]
    return total


def peak_so_far() -> int:
    """The most bytes this process held so far, or one of its children if that was more."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return unit * max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
