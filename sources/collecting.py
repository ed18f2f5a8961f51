"""How often Python looks for garbage in all it holds."""

from __future__ import annotations

import gc

#: Collections of the middle generation between two of the oldest; Python's own is 10.
RARELY = 1000


def collect_rarely() -> None:
    """Look through old objects a hundred times more seldom, for the rest of this process.

    What a command loads (dbt's manifest, Dagster, Great Expectations: some 800,000 objects) stays until it ends, and a
    look through all of it takes half a second. Young objects are looked at as ever.
    """
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, RARELY)
