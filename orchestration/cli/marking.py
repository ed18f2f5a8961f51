"""The command that gives a return back with its mistakes marked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.app import Partner, Period, Program, app, desk, say
from orchestration.cli.returns import Files, input_files

if TYPE_CHECKING:
    from expectations.verdict import Verdict
    from sources.reader import InputFile

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


def write_marked(files: list[InputFile], verdict: Verdict, out: Path | None, folder: Path) -> str:
    """Write the marked files and say where.

    Args:
        out: A file, or a folder to put it in under its own name.
        folder: Where it goes without ``out``.
    """
    from expectations.marking import mark as marked_files

    marked = marked_files(files, verdict.problems)
    path = folder / marked.name if out is None else out / marked.name if out.is_dir() else out
    path.write_bytes(marked.data)
    return f"{f'{marked.why} ' if marked.why else ''}Written: {path}"
