"""The sensor that watches partners' inboxes. What it hands in, the sensor of the log loads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import dagster as dg

from orchestration.inboxes import Pulled, Waiting, pull
from sources.connectors import load_inboxes

if TYPE_CHECKING:
    from expectations.desk import Desk
    from orchestration.resources import House

#: A tick may take 60 seconds before Dagster ends it; what is not done by then waits for the next one.
TICK_SECONDS = 40
#: Lines shown for one tick; the log and the receipts hold everything.
_SHOWN = 20


class _Watch:
    """One desk for all ticks of a process, so that only new events are folded."""

    def __init__(self, house: House) -> None:
        self._house = house

    @cached_property
    def desk(self) -> Desk:
        from expectations.desk import Desk

        return Desk(self._house.settings, self._house.contracts)


def inbox_sensor(house: House, env: Mapping[str, str]) -> dg.SensorDefinition:
    """Look at every inbox and hand in what is new and whole. The cursor holds the files that must still settle.

    Args:
        env: The environment that holds the inboxes' credentials, read at every tick.
    """
    watch = _Watch(house)

    @dg.sensor(name="inbox_sensor", minimum_interval_seconds=30)
    def _sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        settings = house.settings
        if settings.inboxes is None:
            return dg.SensorResult(skip_reason="No inboxes are watched: IMPACT_INBOXES names no configuration.")
        inboxes = load_inboxes(settings.inboxes, house.contracts)
        result = pull(watch.desk, inboxes, env, waiting_of(context.cursor), seconds=TICK_SECONDS)
        for line in result.lines:
            (context.log.warning if line.kind == "problem" else context.log.info)(line.as_text())
        return dg.SensorResult(skip_reason=summary(result), cursor=json.dumps(result.waiting, sort_keys=True))

    return _sensor


def waiting_of(cursor: str | None) -> Waiting:
    """The files a cursor says must still settle; none where it is not ours."""
    try:
        value = json.loads(cursor or "{}")
        return {
            name: {path: (str(stamp), float(since)) for path, (stamp, since) in files.items()}
            for name, files in value.items()
        }
    except (ValueError, AttributeError, TypeError):
        return {}


def summary(result: Pulled) -> str:
    """What a tick did, as the Dagster page shows it: problems first."""
    if not result.lines:
        return "Nothing new in any inbox."
    order = ("problem", "received", "left", "same", "waiting")
    lines = sorted(result.lines, key=lambda line: order.index(line.kind))
    shown = [line.as_text() for line in lines[:_SHOWN]]
    if len(lines) > _SHOWN:
        shown.append(f"… and {len(lines) - _SHOWN} more")
    return "\n".join(shown)
