"""Commands over releases: sign a build, list what was signed, show one, make one again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.app import Json, UsageProblem, Who, Why, app, house, say, who_am_i

#: How long a release waits for a run under way.
LOCK_SECONDS = 10


@app.command()
def release(
    what: Annotated[str, typer.Argument(help="The quarter to release, such as 2026-Q3, or a release to show.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="Only list the releases.")] = False,
    show: Annotated[bool, typer.Option("--show", help="Only show a release, such as 2026-Q3.r1.")] = False,
    anyway: Annotated[bool, typer.Option("--anyway", help="Release it though something came in since.")] = False,
    who: Who = "",
    why: Why = "",
    as_json: Json = False,
) -> None:
    """Release the current build as a quarter: pin it for good, with all it was made from."""
    from datetime import UTC, datetime

    from exports.releases import all_releases, find_release
    from exports.releases.kept import write_files
    from exports.releases.making import make_release
    from exports.releases.model import ReleaseRefused
    from exports.releases.pruning import erasure_note
    from exports.releases.telling import list_text, release_text
    from orchestration.progress import awaited
    from orchestration.resources import writer_lock
    from orchestration.watching.notes import note_release

    settings = house().settings
    if show and not what:
        raise UsageProblem("Say which release to show, such as: impact release 2026-Q3.r1 --show")
    if listed or show:
        notes = dict.fromkeys(write_files(settings), "Its file in the data folder was altered.")
        if show:
            found = find_release(settings, what)
            note = notes.get(found.name) or erasure_note(settings, found)
            say(_json(found.as_dict()) if as_json else release_text(found, note))
        else:
            known = all_releases(settings)
            notes |= {item.name: note for item in known if (note := erasure_note(settings, item))}
            say(_json([item.as_dict() for item in known]) if as_json else list_text(known, notes))
        return
    if not what:
        raise UsageProblem("Say which quarter to release, such as: impact release 2026-Q3")
    try:
        # No run may replace the build while somebody signs it.
        with writer_lock(settings, timeout=LOCK_SECONDS), awaited("Release", settings.data, silent=as_json):
            made = make_release(
                settings, what, who_am_i(who), why.strip() or None, today=datetime.now(UTC).date(), anyway=anyway
            )
    except ValueError as error:
        raise UsageProblem(str(error)) from None
    except ReleaseRefused as refused:
        note_release(settings, what, len(refused.reasons))
        raise
    note_release(settings, what)
    say(_json(made.as_dict()) if as_json else release_text(made))


@app.command()
def replay(
    name: Annotated[str, typer.Argument(metavar="RELEASE", help="A release, such as 2026-Q3.r1.")],
    recorded_code: Annotated[
        bool, typer.Option("--recorded-code", help="Use the commit the release names, in a temporary work tree.")
    ] = False,
    keep: Annotated[Path | None, typer.Option("--keep", help="Make it in this new folder and leave it there.")] = None,
    restore: Annotated[
        bool, typer.Option("--restore", help="Put its tables and exports back where they are gone.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False,
    as_json: Json = False,
) -> None:
    """Make a release again from originals and log, and compare it with what was released.

    Ends with 0 where every table and file is identical, with 1 where something differs.
    """
    from orchestration.progress import watched
    from orchestration.recorded_code import replay_with_recorded_code
    from orchestration.replay_words import replay_text
    from orchestration.replaying import replay as again

    settings = house().settings
    if restore and recorded_code:
        raise UsageProblem("--restore needs the code that made the release; check its commit out and run it there.")
    with watched(f"Replay {name}", silent=quiet or as_json) as progress:
        if recorded_code:
            found = replay_with_recorded_code(settings, name, progress, keep=keep)
        else:
            found = again(settings, name, progress, keep=keep, restore=restore)
    say(_json(found.as_dict()) if as_json else replay_text(found))
    if not found.identical:
        raise typer.Exit(1)


def _json(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
