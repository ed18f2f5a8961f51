"""One Parquet file for many returns of a quarter: thousands of small files cost more to open than to read.

A return's rows come to rest in a file of their own (:mod:`sources.load`). Once a quarter has enough of them they are
moved into the quarter's merged file, which names each return with the seal its rows were loaded under. All of it is
made from originals and log: a merged file that is cut, or holds what counts no longer, is made anew. A return that
changes re-opens the merged file of its own quarter and no other.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from sources.raw_files import Damaged, raw_bytes, rows_of, what_it_says

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

    from sources.storage import Store

MERGED = "_merged.parquet"
SEAL = b"verdict"
_RETURNS = b"returns"
_ENDING = ".parquet"


class Part(NamedTuple):
    """Where a return's rows lie in the merged file, and what they were loaded under."""

    seal: str
    start: int
    rows: int


class RawQuarter:
    """The accepted rows of one table and quarter, whichever files they lie in.

    What the merged file holds is looked up once; make a new one after anything else wrote.

    Attributes:
        damaged: Files met so far that are not as they were written; they count as not there.
    """

    def __init__(self, store: Store, program: str, table: str, period: str) -> None:
        self.store = store
        self.damaged: set[str] = set()
        self.folder = f"{program}/{table}/period={period}"

    @property
    def merged_key(self) -> str:
        """Where the merged file lies."""
        return f"{self.folder}/{MERGED}"

    def single_key(self, submission_id: str) -> str:
        """Where a return's own file lies, before it is merged."""
        return f"{self.folder}/{submission_id}{_ENDING}"

    @cached_property
    def parts(self) -> dict[str, Part]:
        """Returns in the merged file; none where it is not there or not whole."""
        return _parts(self._said_by(self.merged_key))

    def key_of(self, submission_id: str, seal: bytes) -> str | None:
        """The file with a return's rows as loaded under this seal; ``None`` where they are not there whole."""
        part = self.parts.get(submission_id)
        if part is not None and part.seal == seal.decode():
            return self.merged_key
        key = self.single_key(submission_id)
        return key if self._said_by(key).get(SEAL) == seal else None

    def rows(self, submission_id: str, seal: bytes) -> pa.Table:
        """A return's rows, as they were loaded.

        Raises:
            FileNotFoundError: They are not there under this seal.
        """
        if submission_id in self.parts:
            with suppress(FileNotFoundError):
                found = rows_of(self.store, self.merged_key)
                # What this very file says: another process may have written it anew since it was looked up.
                part = _parts(found.schema.metadata).get(submission_id)
                if part is not None and part.seal == seal.decode():
                    return found.slice(part.start, part.rows)
        key = self.single_key(submission_id)
        if self._said_by(key).get(SEAL) != seal:
            raise FileNotFoundError(key)
        return rows_of(self.store, key)

    def singles(self) -> list[str]:
        """Returns that have a file of their own."""
        names = (key.rsplit("/", 1)[-1] for key in self.store.parquet_files(self.folder))
        return [name.removesuffix(_ENDING) for name in names if name != MERGED]

    def tidy(self, expected: Mapping[str, bytes | None], few: int | None = None) -> None:
        """Remove what should not be there, and merge what lies there singly.

        Args:
            expected: Seal of every return that belongs here; ``None`` keeps whatever is there of it.
            few: Merge once there are as many files of single returns; ``None`` merges none.
        """
        singles = self.singles()
        merged = {name: part for name, part in self.parts.items() if _fits(part, expected.get(name, b""))}
        for name in singles:
            if name not in expected or name in merged:
                self.store.delete(self.single_key(name))
        waiting = [name for name in singles if name in expected and name not in merged]
        enough = few is not None and len(waiting) >= few
        damaged = not self.parts and self.store.exists(self.merged_key)
        if enough or damaged or merged.keys() != self.parts.keys():
            self._rewrite(merged, waiting if enough else [])

    def drop(self, submission_id: str) -> None:
        """Remove every row of a return."""
        self.store.delete(self.single_key(submission_id))
        if submission_id in self.parts:
            self._rewrite({name: part for name, part in self.parts.items() if name != submission_id}, [])
        elif not self.parts:  # a file that does not say whose rows it holds may hold this return's
            self.store.delete(self.merged_key)

    def _rewrite(self, kept: Mapping[str, Part], added: list[str]) -> None:
        """The merged file with some of its returns and some from files of their own, which then go."""
        import pyarrow as pa

        tables, seals = {}, {}
        if kept:
            before = rows_of(self.store, self.merged_key)
            # As this very file says: another process may have written it anew since it was looked up.
            there = _parts(before.schema.metadata)
            still = {
                name: there[name] for name, part in kept.items() if name in there and there[name].seal == part.seal
            }
            tables = {name: before.slice(part.start, part.rows) for name, part in still.items()}
            seals = {name: part.seal for name, part in still.items()}
        for name in added:
            key = self.single_key(name)
            seal = self._said_by(key).get(SEAL)
            if seal is not None:
                tables[name], seals[name] = rows_of(self.store, key), seal.decode()
        start, parts = 0, {}
        for name in sorted(tables):
            parts[name] = Part(seals[name], start, tables[name].num_rows)
            start += tables[name].num_rows
        if parts:
            whole = pa.concat_tables([tables[name].replace_schema_metadata(None) for name in parts])
            self.store.replace(self.merged_key, raw_bytes(whole, {_RETURNS: json.dumps(parts).encode()}))
        else:
            self.store.delete(self.merged_key)
        self.__dict__["parts"] = parts
        # Last: a stop before this leaves rows in two places, which the next look at this quarter sets right.
        for name in added:
            if name in parts:
                self.store.delete(self.single_key(name))

    def _said_by(self, key: str) -> dict[bytes, bytes]:
        """What a file says of itself; nothing where it is not there or not whole."""
        try:
            return what_it_says(self.store, key)
        except Damaged:
            self.damaged.add(key)
            return {}


def _parts(metadata: Mapping[bytes, bytes] | None) -> dict[str, Part]:
    try:
        return {name: Part(*part) for name, part in json.loads((metadata or {}).get(_RETURNS, b"{}")).items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _fits(part: Part, seal: bytes | None) -> bool:
    return seal is None or part.seal == seal.decode()
