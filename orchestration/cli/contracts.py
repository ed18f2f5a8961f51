"""Commands over contracts: check, render, template, a new program."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.app import Partner, Period, UsageProblem, app, desk, say

contract_app = typer.Typer(no_args_is_help=True, help="Contracts: check them, render what comes from them.")
app.add_typer(contract_app, name="contract")


@contract_app.command(name="check")
def contract_check() -> None:
    """Load every contract strictly and compare what is rendered from it."""
    from orchestration.rendering import everything
    from sources.contract.load import load_contract, programs
    from sources.contract.render import drift

    names = programs()
    for name in names:
        load_contract(name, strict=True)
    changed = drift(everything())
    if changed:
        say("These files are not what the contracts render. Run `impact contract render`:")
        for path in changed:
            say(f"  {path}")
        raise typer.Exit(1)
    say(f"{len(names)} contracts hold, and what is rendered from them is as it should be.")
    for program, rules in desk().rules_on_trial().items():
        say(f"{program}: {', '.join(sorted(rules))} only warn. Run `impact backtest -p {program}`.")


@contract_app.command(name="render")
def contract_render() -> None:
    """Write everything that comes from the contracts: dbt sources and seeds, templates, dictionary, rules."""
    from orchestration.progress import awaited
    from orchestration.rendering import everything
    from sources.contract.render import write

    with awaited("Rendering"):
        touched = write(everything())
    for path in touched:
        say(f"  {path}")
    say(f"{len(touched)} files written." if touched else "Everything was already as the contracts say.")


@app.command()
def template(
    program: Annotated[str, typer.Argument(help="Program, such as heal.")],
    partner: Partner = "",
    period: Period = "",
    to: Annotated[Path | None, typer.Option("--to", help="Where to write it.")] = None,
) -> None:
    """The partner's template workbook, from the contract; for a partner and quarter with what was reported before."""
    from expectations.desk_gate import gate
    from expectations.desk_template import template_for
    from sources import periods
    from sources.contract.load import load_contract
    from sources.contract.template import template_bytes

    contract = load_contract(program)
    if partner and partner not in {item.code for item in contract.partners}:
        raise UsageProblem(f"{partner} does not report {program}.")
    if period:
        try:
            periods.parse(period)
        except ValueError as error:
            raise UsageProblem(str(error)) from None
    refusal = gate({program: contract}, program, partner, period, None) if partner and period else None
    if refusal is not None:
        raise UsageProblem(refusal.sentence)
    path = to or Path("-".join(part for part in (program, partner, period, "template") if part) + ".xlsx")
    if partner and period:
        data = template_for(desk(), program, partner, period)
    else:
        data = template_bytes(contract, partner=partner or None, period=period or None)
    path.write_bytes(data)
    say(f"Wrote {path}")


@app.command(name="new-program")
def new_program(
    slug: Annotated[
        str, typer.Argument(help="Permanent name, lower case with underscores, such as neighbourhood_walks.")
    ],
    title: Annotated[str, typer.Option("--title", help="What people call it.")] = "",
    reported_by: Annotated[str, typer.Option("--reported-by", help="Who reports it.")] = "",
    from_file: Annotated[
        Path | None, typer.Option("--from", help="A workbook or csv to draft the contract from.")
    ] = None,
) -> None:
    """Scaffold a program: its folder, its staging model and its mapping, then render the rest."""
    from orchestration.rendering import everything
    from orchestration.scaffold import scaffold
    from sources.contract.render import write

    if from_file is None and not (title and reported_by):
        raise UsageProblem("Say what people call the program (--title) and who reports it (--reported-by).")
    title = title or slug.replace("_", " ").capitalize()
    reported_by = reported_by or "to be confirmed"
    made = None
    if from_file is not None:
        from sources.inspect.draft import draft

        if not from_file.is_file():
            raise UsageProblem(f"There is no file {from_file}.")
        made = draft(slug, title, reported_by, from_file.name, from_file.read_bytes())
    for path in scaffold(slug, title, reported_by, draft=made):
        say(f"  {path}")
    if made is not None:
        say(f"The contract is a draft, drawn from {from_file}. Confirm before partners report by it:")
        for line in made.confirm:
            say(f"  - {line}")
    touched = write(everything())
    say(f"{len(touched)} files rendered. Now say in sources/programs/{slug}/ what the partner reports, then render.")
