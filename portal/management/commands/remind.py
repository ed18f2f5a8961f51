"""Reminders to the people with accounts; the portal's own process calls it every morning."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.mail import remind


class Command(BaseCommand):
    """``remind``: one line per message."""

    help = "Send reminders that are due and were not sent yet to the people with accounts."

    def handle(self, *args: Any, **options: Any) -> None:
        """Send and say."""
        for result in remind():
            fate = f"sent to {result.addresses}" if result.addresses else f"not sent: {result.problem}"
            self.stdout.write(f"{result.reminder.subject}: {fate}")
