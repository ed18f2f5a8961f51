"""Returns take turns: so many are read and judged at the same time, the others wait in the order they came.

Reading and judging keep a core busy. Twenty at once on a few cores finish no sooner than in turns, but hold the
memory of all twenty together, and everybody waits as long as the last.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from contextlib import ContextDecorator


class Turns(ContextDecorator):
    """A context manager and decorator; entering it again in the same thread takes no second turn.

    Args:
        most: How many go at the same time.
    """

    def __init__(self, most: int) -> None:
        self._free = most
        self._waiting: deque[object] = deque()
        self._changed = threading.Condition()
        self._own = threading.local()

    def __enter__(self) -> Turns:
        depth = getattr(self._own, "depth", 0)
        if depth == 0:
            ticket = object()
            with self._changed:
                self._waiting.append(ticket)
                try:
                    self._changed.wait_for(lambda: self._free > 0 and self._waiting[0] is ticket)
                    self._free -= 1
                finally:
                    self._waiting.remove(ticket)
                    self._changed.notify_all()
        self._own.depth = depth + 1
        return self

    def __exit__(self, *_: object) -> None:
        self._own.depth -= 1
        if self._own.depth == 0:
            with self._changed:
                self._free += 1
                self._changed.notify_all()


#: The turns of this process. Parsing happens in children and writing waits for disks: some more than there are cores.
TURNS = Turns(max(4, 2 * (os.cpu_count() or 1)))
