"""The command that takes returns out of partners' inboxes."""

from __future__ import annotations

import os
import time
from typing import Annotated

import typer

from orchestration.cli.app import UsageProblem, app, desk, say


@app.command()
def pull(
    once: Annotated[bool, typer.Option("--once", help="Look, wait until files have settled, look again, end.")] = False,
    every: Annotated[float, typer.Option("--every", help="Seconds between two looks.", min=1)] = 30,
    only: Annotated[str, typer.Option("--inbox", help="Only this inbox.")] = "",
) -> None:
    """Hand in what lies in partners' inboxes: one line per file, with its verdict.

    With --once, ends with 1 where an inbox or a file could not be looked at.
    """
    from orchestration.inboxes import Pulled, pull, pull_until_settled
    from orchestration.progress import awaited
    from sources.connectors import load_inboxes

    home = desk()
    if home.settings.inboxes is None:
        raise UsageProblem("No inboxes are configured. Set IMPACT_INBOXES to the path of their configuration.")
    inboxes = load_inboxes(home.settings.inboxes, home.contracts)
    if only:
        chosen = [inbox for inbox in inboxes if inbox.name == only]
        if not chosen:
            raise UsageProblem(f"There is no inbox {only}. Known are: {', '.join(item.name for item in inboxes)}.")
        inboxes = chosen

    def show(result: Pulled, *, waiting: bool) -> None:
        for line in result.lines:
            if waiting or line.kind != "waiting":
                say(line.as_text())

    if once:
        with awaited("Looking", home.settings.data):
            result = pull_until_settled(home, inboxes, os.environ)
        show(result, waiting=True)
        received = len(result.of("received"))
        returns = "1 return" if received == 1 else f"{received} returns"
        say(f"{returns} handed in from {'1 inbox' if len(inboxes) == 1 else f'{len(inboxes)} inboxes'}.")
        raise typer.Exit(1 if result.of("problem") else 0)
    result = Pulled()
    while True:
        result = pull(home, inboxes, os.environ, result.waiting)
        show(result, waiting=False)
        time.sleep(every)
