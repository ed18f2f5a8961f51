"""What an erasure leaves of a released build: its figures and all that left the house, but no row of any return.

Which rows were a person's can't be told from a published table, so every restricted table of rows goes, and every
restricted export. What stays are sums, which name nobody, and the ``release/`` trees, which never held a person's data.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from exports import store
from exports.published import RESTRICTED, Published, PublishedError
from sources.log.events import EventLog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from exports.releases.model import Release
    from sources.settings import Settings

#: Restricted tables that hold figures only; a table that is not named here goes.
FIGURES = frozenset(
    {
        "pub_leads__claims",
        "pub_leads__contributions",
        "pub_leads__cost_per_outcome",
        "pub_leads__disclosure",
        "pub_leads__investment",
        "pub_leads__kpi",
        "pub_leads__kpi_breakdown",
        "pub_leads__leverage",
        "pub_leads__obligations",
        "pub_leads__reach",
        "pub_leads__trust_estimates",
    }
)


def forget_rows(settings: Settings, builds: Iterable[str]) -> int:
    """Remove what may hold rows of returns from builds that are kept; returns how many tables and folders went."""
    removed = 0
    for build_id in sorted(builds):
        try:
            published = Published.open(settings.published, build_id)
        except PublishedError:
            continue
        fs, root = store.locate(settings.published)
        files = [
            f"{root}/{build_id}/{entry.file}"
            for name, entry in published.tables.items()
            if entry.audience == RESTRICTED and name not in FIGURES
        ]
        out, place = store.locate(settings.exports)
        for system, path in (*((fs, file) for file in files), (out, f"{place}/{build_id}/{RESTRICTED}")):
            if system.exists(path):
                system.rm(path, recursive=True)
                removed += 1
    return removed


def erasure_note(settings: Settings, release: Release) -> str | None:
    """What must be said of a release since whose event something was erased."""
    log = EventLog(settings.log_url)
    own = next((event.seq for event in log.events(kind="released") if event.hash == release.seal), 0)
    later = log.events(after=own, kind="erased")
    if not own or not later:
        return None
    return (
        f"Rows of returns are no longer in it since an erasure on {later[0].at[:10]}; its figures, and all that was "
        "released, stay."
    )
