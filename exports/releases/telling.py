"""Releases in plain text: a list of them, and one with all it pins."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from exports.releases.model import Release

_COLUMNS = ("Release", "As of", "Released", "By", "Build", "Why")


def list_text(releases: Sequence[Release], notes: Mapping[str, str] | None = None) -> str:
    """One line per release, oldest first, with what happened to it since.

    Args:
        notes: What must be said of a release, by name.
    """
    if not releases:
        return "Nothing has been released yet. See: impact release --help"
    rows = [
        (item.name, item.as_of, item.released_at[:10], item.released_by, item.build_id, item.why or "")
        for item in releases
    ]
    widths = [max(len(row[at]) for row in (*rows, _COLUMNS)) for at in range(len(_COLUMNS))]
    lines = [_line(_COLUMNS, widths)]
    for item, row in zip(releases, rows, strict=True):
        lines.append(_line(row, widths))
        if notes and item.name in notes:
            lines.append(f"  {notes[item.name]}")
    return "\n".join(lines)


def release_text(release: Release, note: str | None = None) -> str:
    """One release with all it pins."""
    trees = Counter(entry["audience"] for entry in release.tables.values())
    clean = {True: "", False: ", with changes that are in no commit", None: ""}[release.is_clean]
    facts = [
        ("Quarter", f"{release.period}, as of {release.as_of}"),
        ("Released", f"{release.released_at[:16].replace('T', ' ')} UTC by {release.released_by}"),
        ("Why", release.why or "–"),
        ("Follows", release.follows or "nothing: it is the first"),
        ("Build", release.build_id),
        ("Tables", f"{trees['restricted']} restricted, {trees['release']} for release"),
        ("Files", f"{len(release.exports)} for release"),
        ("Log", f"up to event {release.log_seq}, {release.log_head[:16]}…"),
        ("Code", f"{release.code_version}, {release.code_hash[:16]}…"),
        ("Commit", f"{release.commit}{clean}" if release.commit else "none: the code was no git clone"),
        ("Libraries", f"requirements.lock {release.lock_hash[:16]}…"),
        ("Contracts", ", ".join(f"{program} {version}" for program, version in sorted(release.contracts.items()))),
        ("Disclosure", _certificate_text(release)),
    ]
    width = max(len(name) for name, _ in facts)
    lines = [release.name, *(f"  {name:<{width}}  {text}" for name, text in facts)]
    lines += [f"  {'Told':<{width}}  {remark}" for remark in release.remarks]
    return "\n".join([*lines, *([f"  {'Since':<{width}}  {note}"] if note else [])])


def _certificate_text(release: Release) -> str:
    certificate = release.certificate
    if certificate.get("sentence"):
        return str(certificate["sentence"])
    return "passed" if certificate.get("passed") else "not passed"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()
