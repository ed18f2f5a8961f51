"""What lies under ``raw/`` after loading, for tests that look into the files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from sources.in_line import Loaded
from sources.settings import Settings
from sources.storage import Store


def files_that_count(settings: Settings, loaded: Mapping[str, Loaded]) -> list[Path]:
    """The files with the versions that count now, in order of period and receipt."""
    store = Store(settings.raw)
    return [Path(store.path(key)) for quarter in loaded.values() for key in quarter.keys]
