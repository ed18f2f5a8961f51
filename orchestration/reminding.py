"""Reminders every morning: a job of their own, so that mail never waits for a run of the warehouse."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from datetime import date

    from expectations.desk import Desk
    from expectations.mail import Sent
    from orchestration.resources import House
    from sources.settings import Settings

JOB = "remind"
#: Early on a working day in every country that reports.
CRON = "0 6 * * *"


def send_due(settings: Settings, desk: Desk, as_of: date) -> list[Sent]:
    """Send what is due on a day to the people named in ``IMPACT_PEOPLE``; without them nobody is known."""
    from expectations.mail import people, send_reminders, sender

    addresses = people(settings.people) if settings.people else lambda _role, _partner, _program: []
    return send_reminders(desk, addresses, sender(settings), as_of, origin=settings.mail_from, portal=settings.portal)


def remind_job(house: House) -> dg.JobDefinition:
    """The job that sends what is due today."""
    from expectations.desk import Desk

    @dg.op(name="send_reminders")
    def _send(context) -> None:
        results = send_due(house.settings, Desk(house.settings, house.contracts), datetime.now(UTC).date())
        for result in results:
            fate = f"sent to {result.addresses}" if result.addresses else f"not sent: {result.problem}"
            context.log.info(f"{result.reminder.key}: {fate}")

    @dg.job(name=JOB, description="Reminders of what is due, overdue or waiting, each sent once.")
    def _job() -> None:
        _send()

    return _job


def every_morning(job: dg.JobDefinition) -> dg.ScheduleDefinition:
    """The schedule of that job."""
    return dg.ScheduleDefinition(name="morning_reminders", job=job, cron_schedule=CRON, execution_timezone="UTC")
