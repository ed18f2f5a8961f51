"""Commands for who keeps watch: what runs cost, and what is wrong."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer

from orchestration.cli.app import AsOf, Json, UsageProblem, app, house, out, say


@app.command()
def runs(
    run_id: Annotated[str, typer.Option("--run", help="One run, by the start of its id: its steps, its errors.")] = "",
    last: Annotated[int, typer.Option("--last", help="How many runs.")] = 10,
    as_json: Json = False,
) -> None:
    """The last runs: how long, how much memory, what was slow, what failed; “usual” is the median of 20 before."""
    from orchestration.definitions import JOB
    from orchestration.watching.compared import facts, run_table, runs_table, slow_steps
    from orchestration.watching.runs import runs as kept

    settings = house().settings
    found = kept(settings)
    if run_id:
        chosen = [item for item in found if item.run_id.startswith(run_id)]
        if len(chosen) != 1:
            raise UsageProblem(f"{len(chosen) or 'No'} runs begin with “{run_id}”. Ids are listed by: impact runs.")
        if as_json:
            say(json.dumps(asdict(chosen[0]), indent=2, ensure_ascii=False))
            return
        for line in facts(settings, chosen[0]):
            say(line)
        out().print(run_table(found, chosen[0]))
        return
    found = [item for item in found if item.job == JOB]
    if as_json:
        say(json.dumps([asdict(item) for item in found[-last:]], indent=2, ensure_ascii=False))
        return
    if not found:
        say("No run was kept yet. Run “impact run”.")
        return
    out().print(runs_table(found, last))
    for name, seconds, middle in slow_steps(found, found[-1]):
        say(f"Slower than usual in the last run: {name}, {seconds:.1f} s instead of {middle:.1f} s.")


@app.command()
def alerts(
    as_of: AsOf = "",
    send: Annotated[
        bool, typer.Option("--send", help="Tell who is named in IMPACT_ALERTS what they do not know yet.")
    ] = False,
    as_json: Json = False,
) -> None:
    """What is wrong now, as a message would say it; exit code 1 where a message did not get through.

    “impact run” tells by itself when it ends; cron calls “impact alerts --send” for what happens in between.
    """
    from orchestration.watching.alert import Message
    from orchestration.watching.book import Book
    from orchestration.watching.keeping import alerts_now, keep_watch
    from orchestration.watching.notify import targets

    home = house(as_of)
    wanted = targets(home.settings)
    if send:
        if not wanted:
            raise UsageProblem("Nobody is named: set IMPACT_ALERTS, for example to mailto:steward@example.org.")
        told = keep_watch(home.settings, lambda: home.contracts, lambda: home.snapshot, as_of=home.as_of)
        failed = told.failed.values() if told is not None else ["The look failed; see the log of the day."]
        say(f"{len(told.sent) if told else 0} of {len(wanted)} told something new, {len(failed)} not reached.")
        for reason in failed:
            say(f"  {reason}")
        if failed:
            raise typer.Exit(1)
        return
    found = alerts_now(home.settings, lambda: home.contracts, lambda: home.snapshot, as_of=home.as_of)
    entries = Book(home.settings.data).entries()
    untold = sum(
        any(one.name not in entries[a.key].told for one in wanted) if a.key in entries else True for a in found
    )
    if as_json:
        say(json.dumps([alert.as_dict() for alert in found], indent=2, ensure_ascii=False))
        return
    if not found:
        say("All is well: nothing is open.")
        return
    say(Message(tuple(found), whole=True).text)
    where = f"{untold} of {len(found)} would be told now." if wanted else "Nobody is told: IMPACT_ALERTS is not set."
    say(where)
