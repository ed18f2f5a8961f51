"""The terminal's view of what changed between two releases, and why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.app import Json, Program, UsageProblem, app, house, out, say

if TYPE_CHECKING:
    from exports.restatement import Restatement


@app.command()
def restatement(
    earlier: Annotated[
        str, typer.Argument(help="A release such as 2026-Q2.r1, or a build. Default: the release before the later one.")
    ] = "",
    later: Annotated[
        str, typer.Argument(help="The same. Default: the last release; “current” is what counts now.")
    ] = "",
    program: Program = "",
    indicator: Annotated[str, typer.Option("--indicator", help="Indicator, such as heal_people_trained.")] = "",
    every: Annotated[bool, typer.Option("--all", help="Every changed figure, not the headline ones alone.")] = False,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="All changed figures as CSV, exact.")] = False,
) -> None:
    """What changed between two releases, by how much and why: parts by cause that add up to the change."""
    from exports.restatement import between
    from exports.restatement.files import rows_csv
    from exports.restatement.terminal import text
    from orchestration.progress import awaited

    home = house()
    if program and program not in home.contracts:
        raise UsageProblem(f"There is no program “{program}”. Programs: {', '.join(sorted(home.contracts))}.")
    with awaited("Restatement", home.settings.data, silent=as_json or as_csv):
        found = between(home.settings, home.contracts, earlier, later)
    if indicator and indicator not in found.after_build.frame("pub_meta__definitions")["indicator_code"].tolist():
        raise UsageProblem(f"There is no indicator “{indicator}”. See: impact kpi.")
    if as_json:
        say(json.dumps(found.as_dict(indicator or None), indent=2, ensure_ascii=False, default=str))
    elif as_csv:
        typer.echo(rows_csv(found, indicator or None).decode("utf-8-sig"), nl=False)
    else:
        out().print(text(found, program=program or None, indicator=indicator or None, every=every))
    _stop_where_unexplained(found)


def _stop_where_unexplained(found: Restatement) -> None:
    if found.unexplained:
        typer.echo(
            f"{len(found.unexplained)} changes are not explained by the rows behind them: the first is "
            f"{found.unexplained[0].figure_id}. The build may be damaged; run “impact run” again.",
            err=True,
        )
        raise typer.Exit(1)
