"""The command that reminds people of what is due, overdue or waiting for them."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestration.cli.app import AsOf, app, desk, house, say


@app.command()
def remind(
    as_of: AsOf = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show every message; send and note nothing.")] = False,
) -> None:
    """Send reminders that are due and were not sent yet: files in the outbox, or mail by IMPACT_MAIL."""
    from expectations.reminders import reminders
    from orchestration.reminding import send_due

    home = house(as_of)
    if dry_run:
        found = reminders(home.contracts, home.snapshot, home.as_of, portal=home.settings.portal)
        for item in found:
            say(f"--- to the {item.role}s: {item.subject}\n\n{item.text}")
        say(f"{len(found)} messages would go out on {home.as_of}.")
        return
    results = send_due(home.settings, desk(), home.as_of)
    for result in results:
        fate = f"sent to {result.addresses}" if result.addresses else f"not sent: {result.problem}"
        say(f"{result.reminder.subject} ({result.reminder.partner or 'leads'}): {fate}")
    count = sum(result.addresses > 0 for result in results)
    say(f"{count} of {len(results)} messages sent on {home.as_of}.")
