"""Commands for open standards: check the IATI file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.app import UsageProblem, app, house, say


@app.command(name="iati-check")
def iati_check(
    file: Annotated[Path | None, typer.Argument(help="The file. Default: that of the current exports.")] = None,
    standards: Annotated[
        Path | None,
        typer.Option("--standards", envvar="IATI_STANDARDS", help="Folder with the IATI schema and code lists."),
    ] = None,
) -> None:
    """Check an IATI activity file against the schema, the code lists and the standard's rules."""
    from exports import store
    from exports.standards.iati import FILE
    from exports.standards.iati_check import SCHEMA, check_activities

    if file is None:
        fs, root = store.locate(house().settings.exports)
        if not fs.exists(f"{root}/{store.POINTER}"):
            raise UsageProblem("Nothing has been exported yet. Run “impact run” first, or name a file.")
        build = fs.cat_file(f"{root}/{store.POINTER}").decode("utf-8").strip()
        name, content = FILE, fs.cat_file(f"{root}/{build}/release/{FILE}")
    elif file.is_file():
        name, content = file.name, file.read_bytes()
    else:
        raise UsageProblem(f"There is no file {file}.")
    if standards is not None and not (standards / SCHEMA).is_file():
        raise UsageProblem(f"{standards} holds no {SCHEMA}.")
    problems = check_activities(content, standards)
    for problem in problems:
        say(problem)
    if problems:
        raise typer.Exit(1)
    against = "schema, code lists and rules" if standards is not None else "rules (no schema given: --standards)"
    say(f"{name}: valid against {against}.")
