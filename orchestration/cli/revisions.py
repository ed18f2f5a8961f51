"""Commands over versions: what a correction would change, and every earlier version with its originals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from orchestration.cli.app import Json, UsageProblem, app, desk, out, say
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
            told if item.readable else f"{told} (original erased)".strip(),
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
