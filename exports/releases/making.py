"""Releasing a build: look at it, let disclosure control decide, then one event, then a file anyone can read.

The event is written only if nothing came into the log since the build was looked at. It holds the whole manifest, so a
crash right after it loses nothing: the file is written from the event by the next look.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from exports.published import Published
from exports.releases import checks
from exports.releases.built import read_built
from exports.releases.kept import all_releases, find_release, open_release, write_files
from exports.releases.model import Release, ReleaseRefused
from sources import periods
from sources.log.event import HeadMoved
from sources.log.events import EventLog
from sources.log.releases import release_payload

if TYPE_CHECKING:
    from exports.releases.built import Built
    from sources.settings import Settings

#: Decides whether a build may leave the house, given the builds that left it before; returns a certificate.
Gate = Callable[[Published, Sequence[Published]], Any]
_ATTEMPTS = 20


def make_release(
    settings: Settings,
    period: str,
    who: str,
    why: str | None = None,
    *,
    today: date,
    anyway: bool = False,
    gate: Gate | None = None,
) -> Release:
    """Release the current build as a quarter.

    Args:
        period: The quarter, such as ``2026-Q3``.
        who: Who signs.
        today: The day it is.
        anyway: Release the build though something came into the log since; the release says what.
        gate: Another gate than disclosure control's, for tests.

    Raises:
        ReleaseRefused: Something stands against it; nothing was written.
        PublishedError: Nothing is published, or it is not known what the build was made from.
        ValueError: ``period`` is no quarter.
    """
    periods.parse(period)
    write_files(settings)
    log = EventLog(settings.log_url)
    published = Published.open(settings.published)
    built = read_built(settings, published.build_id)
    earlier = all_releases(settings)
    leaving, remarks = _look(settings, published, built, earlier, period, today)
    certificate = _certificate(settings, published, earlier, gate)
    for _ in range(_ATTEMPTS):
        head = log.head()
        judged, earlier = earlier, all_releases(settings)
        reason = checks.same_build(published.build_id, earlier)
        since = checks.came_since(log.events(after=built.log_seq))
        if since and not anyway:
            reason = f"Something came in after the build: {since}. Run “impact run” first, or release it --anyway."
        if reason:
            raise ReleaseRefused([reason])
        if earlier != judged:
            # Somebody released another build while this one was judged: what that showed counts too.
            certificate = _certificate(settings, published, earlier, gate)
        said = [*remarks, *([f"Came in after the build and is not in it: {since}."] if since else [])]
        manifest = _manifest(published, built, earlier, period, leaving, certificate, said)
        try:
            log.append_if(
                head.hash, "released", who, why=why, period=period, payload=release_payload(manifest.manifest())
            )
        except HeadMoved:
            continue
        write_files(settings)
        return find_release(settings, manifest.name)
    raise ReleaseRefused(["Others keep writing into the log. Nothing was released; try again."])


def _look(
    settings: Settings, published: Published, built: Built, earlier: list[Release], period: str, today: date
) -> tuple[dict[str, str], list[str]]:
    """Hashes of what leaves the house and what must be said; raises with all that stands against it."""
    wrong, leaving = checks.exports_complaints(settings.exports, built)
    reasons = [
        checks.quarter_complaint(period, published.as_of, today),
        checks.same_build(published.build_id, earlier),
        *checks.altered_tables(published),
        *wrong,
    ]
    found = [reason for reason in reasons if reason]
    if found:
        raise ReleaseRefused(found)
    missing = checks.missing_returns(published, period)
    unclean = None if built.is_clean is not False else "The code that made it held changes that are in no commit."
    return leaving, [remark for remark in (missing, unclean) if remark]


def _certificate(settings: Settings, published: Published, earlier: list[Release], gate: Gate | None) -> dict[str, Any]:
    if gate is None:
        from exports.disclosure.gate import gate
    certificate = gate(published, [open_release(settings, release.name) for release in earlier])
    value: dict[str, Any] = certificate.as_dict()
    if not certificate.passed:
        leaks = [f"  {leak}" for leak in certificate.leaks]
        raise ReleaseRefused(["Disclosure control does not let this build out. Nothing was released.", *leaks])
    return value


def _manifest(
    published: Published,
    built: Built,
    earlier: list[Release],
    period: str,
    leaving: dict[str, str],
    certificate: dict[str, Any],
    remarks: list[str],
) -> Release:
    number = 1 + sum(release.period == period for release in earlier)
    tables = {
        name: {"audience": entry.audience, "file": entry.file, "sha256": entry.sha256, "rows": entry.rows}
        for name, entry in published.tables.items()
    }
    return Release(
        name=f"{period}.r{number}",
        period=period,
        number=number,
        as_of=published.as_of,
        **built.as_dict(),
        tables=tables,
        exports=leaving,
        certificate=certificate,
        follows=earlier[-1].name if earlier else None,
        remarks=tuple(remarks),
    )
