"""The command line of disclosure control."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.app import Json, UsageProblem, app, house, say

disclosure_app = typer.Typer(no_args_is_help=True, help="Disclosure control: what an outsider can work out.")
app.add_typer(disclosure_app, name="disclosure")

Facts = Annotated[Path, typer.Argument(help="JSON list of problems: cells, facts, targets.")]
Out = Annotated[Path, typer.Option("-o", "--out", help="Where the bounds go, as JSON.")]
Seconds = Annotated[float | None, typer.Option("--seconds", min=0, help="Time for all of it. Default: no limit.")]


@disclosure_app.command("audit")
def audit_facts(facts: Facts, out: Out, seconds: Seconds = None) -> None:
    """The least and greatest value of each target, given published facts over counts nobody published.

    Exit code 0: every target has its bounds (or its problem's facts contradict each other, which the output says);
    1: the time was over first, so something stays unknown; 2: the input is not a list of problems.
    """
    from exports.disclosure.audit import INFEASIBLE, UNKNOWN, audit
    from exports.disclosure.problem import AuditProblem, loads
    from orchestration.progress import counted

    if facts.is_dir() or out.is_dir():
        raise UsageProblem(f"{facts if facts.is_dir() else out} is a folder; a file is expected.")
    if not out.parent.is_dir():
        raise UsageProblem(f"There is no folder {out.parent}.")
    try:
        with counted("Targets") as progress:
            found = audit(loads(facts.read_bytes()), seconds=seconds, progress=progress)
    except AuditProblem as error:
        raise UsageProblem(f"{facts.name}: {error}") from None
    out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    targets = [target for problem in found for target in problem["targets"]]
    exactly = sum(target["exact"] for target in targets)
    say(f"{len(targets):,} targets of {len(found):,} problems: {exactly:,} have one possible value only.")
    for problem in found:
        if problem["status"] == INFEASIBLE:
            say(f"Problem “{problem['id']}”: {problem['sentence']}")
    unknown = sum(target["status"] == UNKNOWN for target in targets)
    if unknown or any(problem["status"] == UNKNOWN for problem in found):
        say(f"{unknown:,} targets are unknown: the time was over before their bounds were proven. Unknown is not safe.")
        raise typer.Exit(1)


@disclosure_app.command("gate")
def ask_gate(
    release: Annotated[str, typer.Option("--release", help="A release, such as 2026-Q3.r1. Default: this build.")] = "",
    seconds: Seconds = None,
    folder: Annotated[Path | None, typer.Option("-o", "--out", help="Folder the certificates are written to.")] = None,
    as_json: Json = False,
) -> None:
    """Attack the current build, or a release, together with all that was released before it.

    Exit code 0: nothing that must be kept can be worked out. 1: something can, or the time was over first.
    """
    from exports.disclosure.gate import NARROW, SECONDS, gate, write_certificate
    from exports.published import Published
    from exports.releases import all_releases, find_release, open_release
    from orchestration.progress import awaited

    settings = house().settings
    earlier = all_releases(settings)
    if release:
        published = open_release(settings, find_release(settings, release).name)
        earlier = earlier[: next(place for place, known in enumerate(earlier) if known.name == release)]
    else:
        published = Published.open(settings.published)
    before = [open_release(settings, known.name) for known in earlier if known.build_id != published.build_id]
    with awaited("Attacking", settings.data, silent=as_json):
        found = gate(published, before, seconds=SECONDS if seconds is None else seconds)
    if folder is not None:
        write_certificate(found, folder)
    if as_json:
        say(json.dumps({**found.as_restricted(), "seconds": round(found.seconds, 2)}, indent=2, ensure_ascii=False))
    else:
        say(found.sentence)
        for leak in found.leaks:
            say(f"  {leak}")
        if found.known_before:
            say(f"{found.known_before:,} numbers come out of earlier releases alone; nothing takes them back.")
        say(f"{found.narrow:,} numbers have fewer than {NARROW + 1} possible values, though more than one.")
        say(f"{found.solver}; {found.seconds:.1f} s.")
    if not found.passed:
        raise typer.Exit(1)
