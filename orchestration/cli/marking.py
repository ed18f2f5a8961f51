"""The command that gives a return back with its mistakes marked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.app import Partner, Period, Program, app, desk, say
from orchestration.cli.returns import Files, input_files, write_marked

Out = Annotated[Path | None, typer.Option("--out", "-o", help="Where to write it. Default: beside the first file.")]


@app.command()
def mark(files: Files, program: Program = "", partner: Partner = "", period: Period = "", out: Out = None) -> None:
    """Check a return and write it back with the failing cells coloured and a Fix list in front; nothing is kept."""
    from expectations.messages import render_text

    given = input_files(files)
    found = desk().check(given, program=program or None, partner=partner or None, period=period or None)
    say(render_text(found.verdict, [item.name for item in given], only_checked=True))
    say(write_marked(given, found.verdict, out, files[0].parent))
    raise typer.Exit(found.verdict.exit_code)
