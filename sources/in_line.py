"""Which quarters of raw rows are known to be in line with the log, so that a run looks at no quarter that is over.

A note beside the rows of each table says, for every quarter, what of the log its rows were loaded from and which files
lay there. It is believed for just that log, contract and reading code and just those files, by name, size and time of
change; without it, or with other files, the quarter is gone through return by return. The note may be deleted.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, NamedTuple

from sources.raw_files import Damaged, what_it_says

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sources.storage import Store

NOTE = "_in_line.json"


class Loaded(NamedTuple):
    """A quarter of a table as it lies in raw: what it was made from, and the files with rows that count."""

    mark: str
    keys: tuple[str, ...]


class InLine:
    """The note of one table; read once, written by :meth:`keep`."""

    def __init__(self, store: Store, program: str, table: str) -> None:
        self._store, self._folder = store, f"{program}/{table}"
        self._known: dict[str, dict[str, object]] = {}
        try:
            value = json.loads(store.read(f"{self._folder}/{NOTE}"))
            self._known = value if isinstance(value, dict) else {}
        except (OSError, ValueError):
            pass
        self._before = json.dumps(self._known, sort_keys=True)

    def loaded(self, period: str, mark: str, few: int | None = None, *, whole: bool = False) -> Loaded | None:
        """A quarter that lies there as it should; ``None`` where that is not known.

        Args:
            mark: What it should be made from.
            few: It is not as it should be with as many files of single returns.
            whole: Nor with a file that was damaged inside.
        """
        noted = self._known.get(period)
        if not isinstance(noted, dict) or noted.get("mark") != mark:
            return None
        singles, keys = noted.get("singles"), noted.get("keys")
        if not isinstance(singles, int) or not isinstance(keys, list) or (few is not None and singles >= few):
            return None
        lying = self._lying(period)
        if lying is None or noted.get("lying") != lying or (whole and not self._is_whole(period)):
            return None
        return Loaded(mark, tuple(keys))

    def note(self, period: str, loaded: Loaded, singles: int) -> None:
        """A quarter was just brought in line."""
        lying = self._lying(period)
        if lying is not None:
            noted = {"mark": loaded.mark, "keys": [*loaded.keys], "singles": singles, "lying": lying}
            self._known[period] = noted

    def forget(self, period: str) -> None:
        """A quarter could not be brought in line."""
        self._known.pop(period, None)

    def keep(self) -> None:
        """Write the note, where anything in it is new."""
        text = json.dumps(self._known, sort_keys=True)
        if text != self._before:
            self._store.replace(f"{self._folder}/{NOTE}", text.encode())
            self._before = text

    def _is_whole(self, period: str) -> bool:
        folder = f"{self._folder}/period={period}"
        try:
            return all(what_it_says(self._store, f"{folder}/{name}") for name, _, _ in self._store.stamps(folder))
        except Damaged:
            return False

    def _lying(self, period: str) -> str | None:
        """Hash over name, size and time of change of a quarter's files; ``None`` where one tells no time."""
        stamps = self._store.stamps(f"{self._folder}/period={period}")
        if any(not stamp for _, _, stamp in stamps):
            return None
        return hashlib.sha256(json.dumps(stamps).encode()).hexdigest()


def mark_of(parts: Sequence[str]) -> str:
    """One hash for all a quarter was made from."""
    return hashlib.sha256(json.dumps(list(parts)).encode()).hexdigest()
