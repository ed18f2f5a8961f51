"""Which two builds are compared: releases by name, builds by id, and by default the last two releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exports.published import Published, PublishedError
from exports.releases import all_releases, open_release
from exports.releases.built import read_built
from exports.releases.code import code_hash
from exports.restatement.compare import restate
from sources.log.events import EventLog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from exports.releases import Release
    from exports.restatement.ledger import Restatement
    from sources.contract.model import Contract
    from sources.log.event import Event
    from sources.settings import Settings


def between(settings: Settings, contracts: Mapping[str, Contract], earlier: str = "", later: str = "") -> Restatement:
    """The ledger between two releases or builds.

    Args:
        earlier: Name of a release or id of a build. By default the release before ``later``.
        later: The same. By default the last release; the build that counts now where only one is released.

    Raises:
        PublishedError: One of them is not there, or there is nothing to compare yet.
    """
    released = all_releases(settings)
    if not later:
        later = _default_later(settings, released, earlier)
    if not earlier:
        earlier = _default_earlier(released, later)
    events = EventLog(settings.log_url).events()
    chosen = [_opened(settings, released, name) for name in (earlier, later)]
    pair = sorted(chosen, key=lambda one: _moment(one, events)) if earlier != later else chosen
    (first, old, old_code, old_head), (second, new, new_code, new_head) = pair
    differs = None if None in (old_code, new_code) else old_code != new_code
    return restate(old, new, events, contracts, names=(first, second), code_changed=differs, heads=(old_head, new_head))


def since_last_release(
    settings: Settings,
    contracts: Mapping[str, Contract],
    published: Published,
    made_from: tuple[str, str] | None = None,
) -> Restatement | None:
    """The ledger from the last release before a build, for the build's exports.

    Args:
        published: The build the last run made.
        made_from: Hash of the code and head of the log it was made from; by default what the last run wrote down.

    Returns:
        ``None`` where nothing was released before, or the tables of that release are not there.
    """
    released = all_releases(settings)
    mine = [place for place, item in enumerate(released) if item.build_id == published.build_id]
    earlier = released[: mine[0]] if mine else released
    if not earlier:
        return None
    last = earlier[-1]
    try:
        before = open_release(settings, last.name)
    except PublishedError:
        return None
    code, head = made_from or _made_from(settings, published)
    return restate(
        before,
        published,
        EventLog(settings.log_url).events(),
        contracts,
        names=(last.name, published.build_id),
        code_changed=last.code_hash != code,
        heads=(last.log_head, head),
    )


def _made_from(settings: Settings, published: Published) -> tuple[str, str]:
    try:
        built = read_built(settings, published.build_id)
    except PublishedError:
        return code_hash(), str(published.manifest.get("log_head"))
    return built.code_hash, built.log_head


_Side = tuple[str, Published, str | None, str]


def _opened(settings: Settings, released: Sequence[Release], name: str) -> _Side:
    for release in released:
        if release.name == name:
            return name, open_release(settings, name), release.code_hash, release.log_head
    try:
        build = Published.open(settings.published, None if name == "current" else name)
    except PublishedError as error:
        there = f" Releases: {', '.join(item.name for item in released)}." if released and name != "current" else ""
        raise PublishedError(f"{error}{there}") from error
    return name, build, build.manifest.get("code_hash"), str(build.manifest.get("log_head"))


def _moment(one: _Side, events: Sequence[Event]) -> tuple[int, str]:
    """Where a build stands in time: what it knew of the log, then the day it speaks for."""
    known = {event.hash: event.seq for event in events}
    return known.get(one[3], 0), one[1].as_of


def _default_later(settings: Settings, released: Sequence[Release], earlier: str) -> str:
    if released and (len(released) > 1 or not earlier) and earlier != released[-1].name:
        current = Published.open(settings.published).build_id
        return released[-1].name if len(released) > 1 or current == released[-1].build_id else "current"
    return "current"


def _default_earlier(released: Sequence[Release], later: str) -> str:
    names = [item.name for item in released]
    before = names[: names.index(later)] if later in names else names
    if not before:
        raise PublishedError(
            "There is no earlier release to compare with. Name two releases or builds: impact restatement BEFORE AFTER."
        )
    return before[-1]
