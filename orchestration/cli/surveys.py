"""Commands over survey files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.app import UsageProblem, app

survey_app = typer.Typer(no_args_is_help=True, help="Surveys: estimates with the warehouse's own models.")
app.add_typer(survey_app, name="survey")


@survey_app.command()
def estimate(
    responses: Annotated[Path, typer.Argument(metavar="INPUT.csv", help="A respondent per row.")],
    design: Annotated[Path, typer.Option("--design", help="How it was sampled, as JSON.")],
    queries: Annotated[Path, typer.Option("--queries", help="What to estimate: row, quantity, dom_a … dom_d.")],
    to: Annotated[Path, typer.Option("-o", "--output", help="The CSV to write.")],
) -> None:
    """Shares, gaps and changes of a survey file, with standard errors, intervals and the NCHS decision."""
    from dbt_project.steps.survey_design import read_design
    from dbt_project.steps.survey_file import estimate as estimate_file
    from dbt_project.steps.survey_file import write_answer
    from orchestration.progress import awaited

    if to.resolve() in {path.resolve() for path in (responses, design, queries)}:
        raise UsageProblem(f"{to} is read from; write the estimates to another file.")
    with awaited("Estimating"):
        answer = estimate_file(responses, read_design(design), queries)
    write_answer(answer, to)
    for note in answer.notes:
        typer.echo(note, err=True)
    typer.echo(f"{len(answer.rows):,} estimates in {to}")
