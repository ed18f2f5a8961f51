"""A storage layer and a log that fail, delay and repeat, for whoever writes beneath the desk.

``fail``: nothing happened. ``repeat``: it happened, but the answer was lost on the way, so the caller sees a failure and
will do it again. ``delay``: it takes a moment longer.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import fsspec
from fsspec.implementations.memory import MemoryFileSystem

from sources.log.events import EventLog, LogError

if TYPE_CHECKING:
    from collections.abc import Iterator

PROTOCOL = "faulty"


class Faults:
    """When something goes wrong: a seeded dice, and what it did.

    Attributes:
        share: Share of operations that go wrong; 0 for a healthy layer.
        seen: How often each kind of fault was met.
    """

    def __init__(self, seed: int = 0, share: float = 0.0) -> None:
        self.share = share
        self.seen: Counter[str] = Counter()
        self._dice = random.Random(seed)

    @contextmanager
    def around(self, what: str, kinds: tuple[str, ...] = ("fail", "repeat", "delay")) -> Iterator[None]:
        """Run one operation, or fail it before or after."""
        kind = self._dice.choice(kinds) if self._dice.random() < self.share else None
        if kind is not None:
            self.seen[f"{kind} {what}"] += 1
        if kind == "delay":
            time.sleep(0.001)
        if kind == "fail":
            raise OSError(f"injected: {what} failed")
        yield
        if kind == "repeat":
            raise OSError(f"injected: the answer to {what} was lost")


class FaultyFileSystem(MemoryFileSystem):  # type: ignore[misc]
    """Objects in memory behind faults; one dice for all instances, set by the test."""

    protocol = PROTOCOL
    store: dict[str, Any] = {}  # noqa: RUF012
    pseudo_dirs = [""]  # noqa: RUF012
    faults = Faults()

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **kwargs: Any) -> Any:
        with self.faults.around("put"):
            return super().pipe_file(path, value, mode=mode, **kwargs)

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **kwargs: Any) -> bytes:
        with self.faults.around("get", ("fail", "delay")):
            return super().cat_file(path, start, end, **kwargs)

    def exists(self, path: str, **kwargs: Any) -> bool:
        with self.faults.around("look", ("fail", "delay")):
            return super().exists(path, **kwargs)

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return super()._strip_protocol(path.replace(f"{PROTOCOL}://", "memory://"))


class FaultyLog(EventLog):
    """A log whose database drops the connection before or after it has written."""

    faults = Faults()

    @contextmanager
    def _connect(self, *, write: bool = False) -> Iterator[Any]:
        try:
            with (
                self.faults.around(
                    "write" if write else "read", ("fail", "repeat", "delay") if write else ("fail", "delay")
                ),
                super()._connect(write=write) as connection,
            ):
                yield connection
        except OSError as error:
            raise LogError(f"Not saved; nothing was lost. Try again. ({error})") from error


@contextmanager
def faulty(seed: int, share: float) -> Iterator[Faults]:
    """Everything below goes wrong by the same dice while this lasts; the file system starts empty."""
    fsspec.register_implementation(PROTOCOL, FaultyFileSystem, clobber=True)
    FaultyFileSystem.store.clear()
    FaultyFileSystem.pseudo_dirs[:] = [""]
    FaultyFileSystem.faults = FaultyLog.faults = faults = Faults(seed, share)
    try:
        yield faults
    finally:
        FaultyFileSystem.faults = FaultyLog.faults = Faults()
