"""What stands against releasing a build, and what leadership must be told before it signs.

Every function returns plain sentences; none of them changes anything.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

from exports import store
from exports.published import MANIFEST, RELEASE, Published
from sources import periods
from sources.log.event import QUIET

if TYPE_CHECKING:
    from exports.releases.built import Built
    from exports.releases.model import Release
    from sources.log.event import Event

_KINDS = {
    "received": ("return received", "returns received"),
    "judged": ("verdict", "verdicts"),
    "answered": ("answer", "answers"),
    "confirmed": ("confirmation", "confirmations"),
    "approved": ("approval", "approvals"),
    "reopened": ("approval taken back", "approvals taken back"),
    "returned": ("return sent back", "returns sent back"),
    "withdrawn": ("withdrawal", "withdrawals"),
    "nil": ("return with nothing to report", "returns with nothing to report"),
    "waived": ("waiver", "waivers"),
    "mapping": ("reading remembered", "readings remembered"),
    "target_changed": ("change of a target", "changes of targets"),
    "commented": ("comment", "comments"),
    "backtested": ("trial of rules", "trials of rules"),
    "erased": ("erasure", "erasures"),
}
_NAMED = 3


def quarter_complaint(period: str, as_of: str, today: date) -> str | None:
    """Why a build that speaks for ``as_of`` can't be released as this quarter."""
    day = date.fromisoformat(as_of)
    end = periods.last_day(period)
    if end >= min(day, today):
        return f"{period} is not over: its last day is {end}, and the build speaks for {as_of}."
    newest = periods.shift(periods.of_date(day), -1)
    if period != newest:
        again = f"{periods.last_day(periods.shift(period, 1))}"
        return (
            f"The build speaks for {newest} (as of {as_of}), not for {period}. "
            f"Build {period} anew first, for a day of the quarter after it: impact run --as-of {again}"
        )
    return None


def came_since(events: Iterable[Event]) -> str | None:
    """What came into the log after the build, in words; ``None`` where nothing did that could change a figure."""
    counts = Counter(event.kind for event in events if event.kind not in QUIET and event.kind != "released")
    if not counts:
        return None
    parts = [f"{count} {_KINDS.get(kind, (kind, kind))[count > 1]}" for kind, count in counts.items()]
    return ", ".join(parts)


def same_build(build_id: str, earlier: Iterable[Release]) -> str | None:
    """Whether the build is released already."""
    for release in earlier:
        if release.build_id == build_id:
            return f"{release.name} is this very build ({build_id}); there is nothing new to release."
    return None


def altered_tables(published: Published) -> list[str]:
    """Published files that are not those the build wrote."""
    found = []
    for entry in published.tables.values():
        digest = published.file_hash(entry.file)
        if digest != entry.sha256:
            found.append(f"{entry.file} of build {published.build_id} {_what(digest)}.")
    return found


def altered_exports(location: str, build_id: str, recorded: dict[str, str]) -> list[str]:
    """Exported files that are not those recorded; ``recorded`` is SHA-256 by name within the build's folder."""
    fs, root = store.locate(location)
    found = []
    for name, sha256 in sorted(recorded.items()):
        path = f"{root}/{build_id}/{name}"
        digest = hashlib.sha256(fs.cat_file(path)).hexdigest() if fs.exists(path) else None
        if digest != sha256:
            found.append(f"{name} of the exports of build {build_id} {_what(digest)}.")
    return found


def exports_manifest(location: str, build_id: str) -> dict[str, Any] | None:
    """What the exports of a build say of themselves; ``None`` where they are missing."""
    fs, root = store.locate(location)
    try:
        manifest: dict[str, Any] = json.loads(fs.cat_file(f"{root}/{build_id}/{MANIFEST}"))
    except FileNotFoundError:
        return None
    return manifest


def exports_complaints(location: str, built: Built) -> tuple[list[str], dict[str, str]]:
    """What is wrong with the exports of a build, and the hashes of what may leave the house."""
    manifest = exports_manifest(location, built.build_id)
    if manifest is None:
        return [f"The exports of build {built.build_id} are missing. Run “impact run” first."], {}
    if manifest["code_hash"] != built.code_hash:
        return ["Tables and exports were written by different code. Run “impact run” first, then release."], {}
    leaving = {name: sha for name, sha in sorted(manifest["files"].items()) if name.startswith(f"{RELEASE}/")}
    extra = sorted(set(_present(location, built.build_id)) - set(manifest["files"]))
    sentences = [
        f"{name} lies among the exports of build {built.build_id} and was not written by it." for name in extra
    ]
    return [*sentences, *altered_exports(location, built.build_id, manifest["files"])], leaving


def missing_returns(published: Published, period: str) -> str | None:
    """Returns that were owed for the quarter and are not in: allowed, but said."""
    rows = published.arrow("pub_leads__obligations").to_pylist() if published.has("pub_leads__obligations") else []
    owed = [row for row in rows if row["period"] <= period and row["obligation_state"] in ("missing", "due")]
    if not owed:
        return None
    newest = sorted(owed, key=lambda row: (row["period"], row["program_code"], row["partner_code"]), reverse=True)
    named = ", ".join(f"{row['partner_code']} {row['period']} ({row['program_code']})" for row in newest[:_NAMED])
    more = f" and {len(owed) - _NAMED} more" if len(owed) > _NAMED else ""
    returns = "1 return owed is" if len(owed) == 1 else f"{len(owed)} returns owed are"
    return f"{returns} not in: {named}{more}."


def _present(location: str, build_id: str) -> list[str]:
    fs, root = store.locate(location)
    folder = f"{root}/{build_id}"
    names = (str(path)[len(folder) :].lstrip("/") for path in fs.find(folder))
    return [name for name in names if name != MANIFEST]


def _what(digest: str | None) -> str:
    return "is missing" if digest is None else "was altered after it was written"
