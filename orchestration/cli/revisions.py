"""Commands over versions: what a correction would change, and every earlier version with its originals."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from orchestration.cli.app import Json, UsageProblem, Who, agreed, app, desk, out, say, who_am_i
from orchestration.cli.returns import Files, Submission, input_files

Program = Annotated[str, typer.Option("--program", "-p", help="Program, such as heal.")]
Partner = Annotated[str, typer.Option("--partner", help="Partner code, such as sample_heal.")]
Period = Annotated[str, typer.Option("--period", help="Quarter, such as 2026-Q3.")]


@app.command()
def revision(files: Files, partner: Partner, program: Program, period: Period, as_json: Json = False) -> None:
    """What a return would change against what counts now; nothing is kept."""
    from expectations.revision import render_revision

    changes = desk().revision(input_files(files), partner=partner, program=program, period=period)
    if as_json:
        say(json.dumps(changes.as_dict() if changes is not None else None, indent=2, ensure_ascii=False))
    elif changes is None:
        say("Nothing would be replaced.")
    else:
        say(render_revision(changes, period))


@app.command()
def versions(partner: Partner, program: Program, period: Period, as_json: Json = False) -> None:
    """Every return of a partner's quarter, oldest first, and what became of it."""
    found = desk().versions(partner, program, period)
    if as_json:
        say(json.dumps([item.as_dict() for item in found], indent=2, ensure_ascii=False))
        return
    if not found:
        say(f"{partner} has sent nothing for {program} {period}.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("Return", "Version", "Received", "State", "Rows", "Why"):
        table.add_column(name, no_wrap=name != "Why", overflow="fold")
    for item in found:
        state = item.state.replace("_", " ") + (", approved" if item.approved else "")
        told = item.ended or item.reason or ""
        table.add_row(
            item.submission_id,
            str(item.number or "–"),
            f"{item.received_on}",
            f"{state}, counts" if item.counts else state,
            f"{sum(item.rows.values()):,}",
            f"{told} (original erased)".strip() if item.erased else told,
        )
    out().print(table)


@app.command()
def original(
    submission: Submission,
    to: Annotated[Path, typer.Option("--output", "-o", help="File or folder to write to.")],
) -> None:
    """The files of a return, byte for byte as received; also of a version that no longer counts."""
    counter = desk()
    sent = counter.receipt(submission).submission.files
    if len(sent) > 1 and not to.is_dir():
        raise UsageProblem(f"{submission} has {len(sent)} files. Name a folder that exists.")
    for file in sent:
        path = to / file.name if to.is_dir() else to
        path.write_bytes(counter.original(submission, file.sha256))
        say(f"Wrote {path}")


@app.command()
def erase(
    why: Annotated[str, typer.Option("--why", help="The reason, without naming the person; it is kept.")],
    submission: Annotated[str, typer.Argument(help="A return to erase as a whole, such as S000012-7f3a.")] = "",
    person_key: Annotated[
        str,
        typer.Option("--person-key", help="What the person is known by; “-” reads it from standard input."),
    ] = "",
    program: Annotated[str, typer.Option("--program", "-p", help="Only this program.")] = "",
    table: Annotated[str, typer.Option("--table", help="Only this table.")] = "",
    column: Annotated[str, typer.Option("--column", help="Only this column.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be erased.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Erase without asking.")] = False,
    who: Who = "",
    as_json: Json = False,
) -> None:
    """Erase a return, or every row about one person in every version, on the person's request.

    The bytes go, hashes and events stay. What was made from them goes with the next run. It can't be undone. A run
    under way ends first.
    """
    from orchestration.progress import awaited
    from orchestration.resources import writer_lock

    if bool(submission) == bool(person_key):
        raise UsageProblem("Name a return, or give --person-key, one of the two.")
    counter, me = desk(), who_am_i(who)
    value = sys.stdin.readline().strip() if person_key == "-" else person_key
    limits = {"program": program or None, "table": table or None, "column": column or None}
    if submission:
        found = None if dry_run else [counter.receipt(submission).submission.id]
    else:
        found = [item.submission_id for item in counter.erase_person(value, who=me, why=why, **limits, dry_run=True)]
        named = counter.events_holding(value)
        if named:
            which = f"event {named[0]}" if len(named) == 1 else f"{len(named)} events, the first is {named[0]}"
            say(f"The log itself holds this value ({which}); the log is never changed.")
        if not found:
            say("No return holds this value.")
            raise typer.Exit(0)
    if dry_run:
        say(f"Would be erased from: {', '.join(found or [submission])}.")
        raise typer.Exit(0)
    if not yes and not agreed(f"Erase from {', '.join(found or ())} for good?"):
        raise UsageProblem("Nothing was erased. It can't be undone, so say --yes.")
    # A run under way would write once more what goes here.
    with awaited("Erase", counter.settings.data, silent=as_json), writer_lock(counter.settings):
        if submission:
            erased = counter.erase(submission, me, why)
        else:
            erased = counter.erase_person(value, who=me, why=why, **limits)
    if as_json:
        say(json.dumps([item.as_dict() for item in erased], indent=2, ensure_ascii=False))
        return
    for item in erased:
        rows = sum(item.rows.values())
        what = "the whole return" if item.whole else f"{rows} {'row' if rows == 1 else 'rows'}"
        say(f"{item.submission_id} ({item.partner}, {item.program}, {item.period}): {what} erased")
    say("Originals are gone, their hashes and the log stay. Run “impact run”, so that nothing made from them is left.")
