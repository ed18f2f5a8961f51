"""Dagster's part of keeping watch: after every run, well or badly ended, and every ten minutes."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import dagster as dg

from orchestration.watching.keeping import keep_watch
from orchestration.watching.runs import record_run

if TYPE_CHECKING:
    from expectations.desk import Desk
    from orchestration.resources import House
    from sources.log.state import LedgerState

EVERY = 600
#: Published tables are made anew each night; by this time (UTC) it is done, or Dagster shows them as stale.
BY = "0 6 * * *"
FRESHNESS = dg.FreshnessPolicy.cron(deadline_cron=BY, lower_bound_delta=timedelta(hours=6), timezone="UTC")


class _Watch:
    """The desk is kept between two looks, so that each reads only what is new in the log."""

    def __init__(self, house: House) -> None:
        self._house = house

    @cached_property
    def _desk(self) -> Desk:
        from expectations.desk import Desk

        return Desk(self._house.settings, self._house.contracts)

    def _state(self) -> LedgerState:
        return self._desk.state()

    def look(self) -> str:
        told = keep_watch(self._house.settings, lambda: self._house.contracts, self._state)
        if told is None:
            return "the look failed; see the log of the day"
        return f"{len(told.sent)} told, {len(told.failed)} not reached"

    def after(self, context: dg.RunStatusSensorContext) -> None:
        record_run(self._house.settings, context.instance, context.dagster_run.run_id)
        self.look()


def watching_sensors(house: House) -> list[dg.SensorDefinition]:
    """The sensors: after a failure, after a success (which ends one), and on the clock."""
    watch, running = _Watch(house), dg.DefaultSensorStatus.RUNNING

    @dg.run_failure_sensor(name="alert_of_failure", default_status=running)
    def _failure(context: dg.RunFailureSensorContext) -> None:
        watch.after(context)

    @dg.run_status_sensor(name="alert_of_success", run_status=dg.DagsterRunStatus.SUCCESS, default_status=running)
    def _success(context: dg.RunStatusSensorContext) -> None:
        watch.after(context)

    @dg.sensor(name="watch", minimum_interval_seconds=EVERY, default_status=running)
    def _clock(_context: dg.SensorEvaluationContext) -> dg.SkipReason:
        return dg.SkipReason(watch.look())

    return [_failure, _success, _clock]
