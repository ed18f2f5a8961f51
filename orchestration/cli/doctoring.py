"""Commands that keep an installation alive: examine it, copy it away, bring it back."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from orchestration.cli.app import Json, app, house, say

_MARKS = {"good": "✓", "note": "·", "problem": "✗"}


@app.command()
def doctor(as_json: Json = False) -> None:
    """Examine the installation, its log and its files: exit code 0 if nothing is wrong, 1 if something is.

    Nothing is changed.
    """
    from orchestration.health.doctor import PROBLEM, examine
    from orchestration.progress import watched

    home = house()
    with watched("Examining", silent=as_json) as progress:
        findings = examine(home.settings, home.contracts, progress)
    if as_json:
        say(json.dumps([finding.as_dict() for finding in findings], indent=2, ensure_ascii=False))
    else:
        width = max(len(finding.area) for finding in findings)
        for finding in findings:
            say(f"{_MARKS[finding.level]} {finding.area.ljust(width)}  {finding.sentence}")
            if finding.todo:
                say(f"  {' ' * width}  → {finding.todo}")
    wrong = sum(finding.level == PROBLEM for finding in findings)
    if wrong:
        if not as_json:
            say(f"{wrong} thing{'s' if wrong != 1 else ''} to mend.")
        raise typer.Exit(1)
    if not as_json:
        say("All is well.")


@app.command()
def backup(
    to: Annotated[str, typer.Argument(metavar="FOLDER", help="Folder or address (s3://…) to copy to.")],
) -> None:
    """Copy log, originals, published builds and releases to another place.

    What lies there already is not copied again; the list that makes the copy complete is written last.
    """
    from orchestration.health.backup import write_backup
    from orchestration.progress import watched

    home = house()
    with watched("Backing up") as progress:
        made = write_backup(home.settings, to, progress)
    say(f"Backed up {made.events:,} events and {made.files:,} files ({made.copied:,} of them new) to {to}")
    for sentence in made.left_out:
        say(f"  {sentence}")


@app.command()
def restore(
    source: Annotated[str, typer.Argument(metavar="FOLDER", help="Where impact backup wrote to.")],
    only_missing: Annotated[
        bool, typer.Option("--only-missing", help="Into an installation that is there: only files that are gone.")
    ] = False,
) -> None:
    """Bring a backup back into an empty data folder, every hash checked; then “impact run”."""
    from orchestration.health.backup import restore_backup
    from orchestration.progress import watched

    home = house()
    with watched("Restoring") as progress:
        made = restore_backup(home.settings, source, progress, only_missing=only_missing)
    say(f"Restored {made.events:,} events and {made.files:,} files, all with the hash they had.")
    say("Next: impact doctor, then impact run.")
