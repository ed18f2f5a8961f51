"""A process that works on command while its memory is watched, children included."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

_EVERY = 0.01


class Asked(NamedTuple):
    """An answer, and the tree's memory in bytes before it and at its peak."""

    answer: Any
    before: int
    peak: int


class Watched:
    """A child that answers one line of JSON per line it gets, such as ``python -m tests.benchmarks.worker``.

    Memory is the proportional set size of the child and its descendants, so that shared pages count once.
    """

    def __init__(self, *argv: str, env: dict[str, str] | None = None) -> None:
        command = [sys.executable, "-m", *argv]
        self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)

    def ask(self, **question: Any) -> Asked:
        """The answer to a question, and what it cost."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        with Peak(self._child.pid) as peak:
            self._child.stdin.write(json.dumps(question) + "\n")
            self._child.stdin.flush()
            line = self._child.stdout.readline()
        if not line:
            raise RuntimeError("the benchmark's child ended")
        return Asked(json.loads(line), peak.before, peak.highest)

    def close(self) -> None:
        """End the child."""
        self._child.communicate()

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Peak:
    """The highest memory of a process and its descendants while the block runs."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.before = self.highest = tree_memory(pid)

    def _watch(self) -> None:
        pause = _EVERY
        while not self._over.wait(pause):
            # Looking at gigabytes takes time that the process then lacks: a twentieth at most.
            began = time.perf_counter()
            self.highest = max(self.highest, tree_memory(self._pid))
            pause = max(_EVERY, 20 * (time.perf_counter() - began))

    def __enter__(self) -> Peak:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.highest = max(self.highest, tree_memory(self._pid))


def tree_memory(pid: int) -> int:
    """Bytes that a process and its descendants hold, shared pages in proportion."""
    total = 0
    for one in _tree(pid):
        with suppress(OSError, ValueError):
            lines = (one / "smaps_rollup").read_text("ascii").splitlines()
            total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def _tree(pid: int) -> list[Path]:
    found, todo = [], [Path(f"/proc/{pid}")]
    while todo:
        found.append(todo.pop())
        with suppress(OSError):
            for task in (found[-1] / "task").iterdir():
                todo += [Path(f"/proc/{child}") for child in (task / "children").read_text("ascii").split()]
    return found


def serve(answer: Any) -> None:
    """The child's side: answer questions until there are no more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(**json.loads(line))) + "\n")
        sys.stdout.flush()


def seconds_of(call: Any) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
