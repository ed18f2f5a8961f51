"""The installation this process serves: its desk, its contracts, its last published build.

The portal never writes the warehouse. What people do becomes events in the log; whoever watches the log (Dagster's
sensor, or the runner beside ``impact portal``) makes new tables from them.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expectations.desk import Desk
    from exports.published import Published
    from sources.contract.model import Contract, Partner
    from sources.log.state import LedgerState
    from sources.settings import Settings

_log = logging.getLogger("portal.house")
_LOCK = threading.Lock()
_BUILDS: dict[tuple[str, str], Published] = {}


def desk() -> Desk:
    """The one desk of this process over the installation the settings name."""
    return _desk(settings.IMPACT)


def now() -> datetime:
    """The moment it is; the desk's clock, and one tests can set."""
    return datetime.now(UTC)


def contracts() -> Mapping[str, Contract]:
    """Contract by program."""
    return _contracts()


def state() -> LedgerState:
    """The log folded up to now."""
    return desk().state()


def published() -> Published | None:
    """The last published build, opened once per build; ``None`` before the first run."""
    from exports.published import Published, PublishedError

    where = settings.IMPACT.published
    try:
        found = Published.open(where)
    except PublishedError:
        return None
    with _LOCK:
        for key in [key for key in _BUILDS if key[0] == where and key[1] != found.build_id]:
            del _BUILDS[key]
        return _BUILDS.setdefault((where, found.build_id), found)


def partner_name(program: str, partner: str) -> str:
    """The partner's name as its contract gives it; the code where it is not known."""
    found = find_partner(program, partner)
    return found.name if found is not None else partner


def find_partner(program: str, partner: str) -> Partner | None:
    """A partner of a program; ``None`` where there is none."""
    contract = contracts().get(program)
    return next((item for item in contract.partners if item.code == partner), None) if contract is not None else None


def reported_by(partner: str) -> list[Contract]:
    """Programs a partner reports, by title."""
    found = [item for item in contracts().values() if any(one.code == partner for one in item.partners)]
    return sorted(found, key=lambda item: item.title)


def warm() -> threading.Thread:
    """Import what judging needs in the background, so that the first upload is as quick as the next."""
    thread = threading.Thread(target=_warm, name="warm", daemon=True)
    thread.start()
    return thread


def _warm() -> None:
    try:
        from expectations import gx
        from expectations.judge import judge  # noqa: F401
        from sources.reader import read_files  # noqa: F401

        state()
        gx.expectations()
        _first_reading()
    except Exception:
        _log.exception("Warming up failed; the first upload will be slow.")


def _first_reading() -> None:
    """Read an empty template, which starts the process that parses files."""
    from sources.contract.template import template_bytes
    from sources.reader import InputFile

    contract = next(item for item in contracts().values() if item.partners)
    partner = contract.partners[0]
    file = InputFile("template.xlsx", template_bytes(contract, partner=partner.code, period=partner.since))
    desk().check([file], contract.program, partner.code, partner.since)


@cache
def _desk(where: Settings) -> Desk:
    from dbt_project.steps.effect import indicator_figures
    from expectations.desk import Desk

    return Desk(where, _contracts(), lambda: now(), effect=indicator_figures)  # noqa: PLW0108, looked up each time


@cache
def _contracts() -> Mapping[str, Contract]:
    from sources.contract.load import load_all

    return load_all()
