"""Commands of a program lead: targets that change, and their own words on a quarter."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.cli.app import Json, Period, Program, Who, Why, app, day, desk, out, say, who_am_i

if TYPE_CHECKING:
    from sources.log.lead import TargetChange

target = typer.Typer(help="Change a target: one person proposes, another approves.", no_args_is_help=True)
comment = typer.Typer(
    help="A lead's signed sentences on a quarter, and stories told with consent.", no_args_is_help=True
)
app.add_typer(target, name="target")
app.add_typer(comment, name="comment")

Change = Annotated[str, typer.Argument(help="Number of the change, such as T000512.")]
Indicator = Annotated[str, typer.Argument(help="Indicator, such as heal_people_reached.")]


@target.command()
def propose(
    program: Program,
    indicator: Indicator,
    year: Annotated[int, typer.Argument(help="The year whose end the target is for.")],
    value: Annotated[str, typer.Argument(help="The new target, such as 30000.")],
    why: Why,
    who: Who = "",
) -> None:
    """Propose another target; it counts once a second person approves it."""
    change = desk().propose_target(program, indicator, year, value, who_am_i(who), why)
    say(f"{change.id}: {_words(change)}. Another person approves it with: impact target approve {change.id}")


@target.command()
def approve(change: Change, why: Why = "", who: Who = "") -> None:
    """Approve a proposed target; the next run computes with it."""
    decided = desk().decide_target(change, who_am_i(who), True, why)
    say(f"{change} is approved: {_words(decided)}. It counts from the next run on.")


@target.command()
def decline(change: Change, why: Why, who: Who = "") -> None:
    """Decline a proposed target, or take your own proposal back."""
    decided = desk().decide_target(change, who_am_i(who), False, why)
    say(f"{change} is declined: {_words(decided)}. The target stands.")


@target.command(name="list")
def list_changes(program: Program = "", as_json: Json = False) -> None:
    """Every change of a target ever proposed, and what became of it."""
    changes = [c for c in desk().state().target_changes.values() if program in ("", c.program)]
    if as_json:
        say(json.dumps([vars(change) for change in changes], indent=2, ensure_ascii=False, default=str))
        return
    if not changes:
        say("No change of a target was proposed.")
        return
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("Change", "Indicator", "Year", "From", "To", "State", "Proposed", "Decided", "Reason"):
        table.add_column(name, overflow="fold")
    for change in changes:
        table.add_row(*_cells(change))
    out().print(table)


@comment.command()
def add(
    text: Annotated[str, typer.Argument(help="The sentences, as they are to be shown.")],
    program: Program,
    period: Period,
    story: Annotated[bool, typer.Option("--story", help="A story somebody agreed to have told.")] = False,
    scope: Annotated[
        str,
        typer.Option("--scope", help="Who it may be shown to: leads, coalition, public; public goes into the extract."),
    ] = "",
    expires: Annotated[str, typer.Option("--expires", help="Last day a story's consent holds.")] = "",
    indicator: Annotated[str, typer.Option("--indicator", help="The indicator it is about.")] = "",
    who: Who = "",
) -> None:
    """Sign a few sentences on a program's quarter; they are shown as yours, apart from computed text."""
    written = desk().comment(
        program,
        period,
        who_am_i(who),
        text,
        kind="story" if story else "commentary",
        consent_scope=scope or None,
        consent_expires=day(expires),
        indicator=indicator or None,
    )
    say(f"{written.id}: noted for {program} {period}, signed {written.written_by}.")


@comment.command()
def retract(
    number: Annotated[str, typer.Argument(help="Number of the comment, such as C000513.")], why: Why, who: Who = ""
) -> None:
    """Take sentences back; the log keeps that they were there."""
    desk().retract_comment(number, who_am_i(who), why)
    say(f"{number} is no longer shown.")


@comment.command(name="list")
def list_comments(program: Program = "", period: Period = "", as_json: Json = False) -> None:
    """What leads wrote, and whether it is shown today."""
    office = desk()
    today = office.today()
    found = [
        item
        for item in office.state().comments.values()
        if program in ("", item.program) and period in ("", item.period)
    ]
    if as_json:
        rows: list[dict[str, Any]] = [{**vars(item), "shown": item.shown(today)} for item in found]
        say(json.dumps(rows, indent=2, ensure_ascii=False, default=str))
        return
    for item in found:
        fate = "" if item.shown(today) else " (no longer shown)"
        say(f"{item.id}  {item.program} {item.period}  {item.kind} by {item.written_by}{fate}")
        say(f"    {item.text}")
    if not found:
        say("Nobody has written anything yet.")


def _words(change: TargetChange) -> str:
    before = "none" if change.before is None else f"{change.before:,f}"
    return f"{change.indicator}, {change.year}: from {before} to {change.value:,f}"


def _cells(change: TargetChange) -> tuple[str, ...]:
    decided = f"{change.decided_on} by {change.decided_by}" if change.decided_by else "–"
    return (
        change.id,
        change.indicator,
        str(change.year),
        "none" if change.before is None else f"{change.before:,f}",
        f"{change.value:,f}",
        change.state,
        f"{change.proposed_on} by {change.proposed_by}",
        decided,
        change.why,
    )
