"""What starts a run without a person: a new event in the log, the opening of a quarter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import dagster as dg

from sources import periods
from sources.log.event import QUIET

if TYPE_CHECKING:
    from orchestration.resources import House


def range_tags(first: str, last: str) -> dict[str, str]:
    """Tags that make one run cover the quarters from ``first`` to ``last``."""
    return {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}


def inbox_of_the_log(house: House, job: Any) -> dg.SensorDefinition:
    """Judges what still waits, then runs the job over the quarters that new events touched.

    A run from the command line that was killed is recorded as failed first: Dagster would wait for it. The cursor is
    the log's sequence.
    """
    from expectations.desk import Desk
    from orchestration.ended import end_dead_runs

    @dg.sensor(name="log_sensor", job=job, minimum_interval_seconds=30)
    def _sensor(context) -> dg.SensorResult | dg.SkipReason:
        end_dead_runs(house.settings, context.instance)
        Desk(house.settings, house.contracts).finish_pending()
        after = int(context.cursor or 0)
        events = house.log.events(after=after)
        if not events:
            return dg.SkipReason("no new event")
        if all(event.kind in QUIET for event in events):
            return dg.SensorResult(skip_reason="no event that changes a number", cursor=str(events[-1].seq))
        known = set(periods.between(periods.FIRST_PERIOD, periods.LAST_PERIOD))
        # A refused return keeps the quarter as it was typed, which may be none.
        touched = sorted({event.period for event in events if event.period in known and event.kind not in QUIET}) or [
            periods.FIRST_PERIOD
        ]
        request = dg.RunRequest(run_key=f"log-{events[-1].seq}", tags=range_tags(touched[0], touched[-1]))
        return dg.SensorResult(run_requests=[request], cursor=str(events[-1].seq))

    return _sensor


def open_quarter(house: House, job: Any) -> dg.ScheduleDefinition:
    """Every night: what is due, late or missing depends on the day, so the tables are made anew."""

    @dg.schedule(name="nightly", job=job, cron_schedule="15 2 * * *", execution_timezone="UTC")
    def _schedule(context) -> dg.RunRequest:
        day = context.scheduled_execution_time or datetime.now(UTC)
        period = periods.shift(periods.of_date(day.date()), -1)
        return dg.RunRequest(run_key=day.date().isoformat(), tags=range_tags(period, period))

    return _schedule
