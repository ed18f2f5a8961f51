"""Imports of large libraries without what they look for on the side and nobody here uses.

Great Expectations imports the clients of Spark, PostgreSQL and Amazon where they are installed; jsonschema compiles a
grammar of international addresses. Together that was two of the three seconds a first verdict waited for.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

#: jsonschema's checks of the formats "iri" and "iri-reference", which no schema here names.
ADDRESSES = ("rfc3987_syntax",)


class _NotHere(importlib.abc.MetaPathFinder):
    """Says that some packages are not installed, to one thread."""

    def __init__(self, packages: Sequence[str]) -> None:
        self._packages, self._thread = frozenset(packages), threading.get_ident()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname in self._packages and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"{fullname} is left out on purpose", name=fullname)
        return None


@contextmanager
def imported_without(*packages: str) -> Iterator[None]:
    """What is imported in the block finds these top-level packages not installed; who loaded them before keeps them."""
    finder = _NotHere(packages)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
