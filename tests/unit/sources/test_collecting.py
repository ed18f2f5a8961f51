"""Old objects are looked at more seldom; what comes and goes is collected as ever."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from sources.collecting import RARELY, collect_rarely


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


class Cycle:
    """What only the collector frees."""

    def __init__(self) -> None:
        self.own = self


def test_only_old_objects_are_looked_at_more_seldom() -> None:
    young, middle, _ = gc.get_threshold()
    collect_rarely()
    assert gc.get_threshold() == (young, middle, RARELY)


def test_a_cycle_nobody_holds_is_freed_soon() -> None:
    collect_rarely()
    gone = weakref.ref(Cycle())
    held = [[] for _ in range(20 * gc.get_threshold()[0])]
    assert gone() is None
    assert held
