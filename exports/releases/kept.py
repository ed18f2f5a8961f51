"""Where releases are found: the log says which there are, the data folder holds a readable file of each.

A file is written after its event. Whatever came between, the next look writes it from the event.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from exports.published import Published, PublishedError
from exports.releases.model import Release
from sources.log.events import EventLog
from sources.storage import Store

if TYPE_CHECKING:
    from sources.settings import Settings


def all_releases(settings: Settings) -> list[Release]:
    """Every release the log knows, oldest first."""
    return [Release.of_event(event) for event in EventLog(settings.log_url).events(kind="released")]


def find_release(settings: Settings, name: str) -> Release:
    """The release of a name. Raises :class:`PublishedError` where there is none."""
    known = all_releases(settings)
    for release in known:
        if release.name == name:
            return release
    there = f"There are: {', '.join(item.name for item in known)}." if known else "Nothing has been released yet."
    raise PublishedError(f"There is no release “{name}”. {there}")


def open_release(settings: Settings, name: str) -> Published:
    """The published tables of a release, kept as long as the release is; every table is checked when read.

    Raises:
        PublishedError: There is no such release, or its build was removed.
    """
    return Published.open(settings.published, find_release(settings, name).build_id)


def file_name(release: Release) -> str:
    """Name of a release's manifest in the data folder."""
    return f"{release.name}.json"


def file_bytes(release: Release) -> bytes:
    """The manifest as people and scripts read it."""
    return (json.dumps(release.as_dict(), indent=2, ensure_ascii=False, sort_keys=True) + "\n").encode()


def write_files(settings: Settings) -> list[str]:
    """Write the manifest of every release that has none; returns the names of those that were altered."""
    store = Store(settings.releases)
    altered = []
    for release in all_releases(settings):
        key, data = file_name(release), file_bytes(release)
        if not store.exists(key):
            store.replace(key, data)
        elif store.read(key) != data:
            altered.append(release.name)
    return altered
