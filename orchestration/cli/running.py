"""Commands that make numbers and show them: run, kpi, export, demo, docs."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from orchestration.cli.app import AsOf, Json, Period, Program, UsageProblem, app, house, out, say

SPANS = "headline, quarter, year_to_date or since_start"


@app.command()
def run(as_of: AsOf = "", quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False) -> None:
    """Run the whole job in this process: load, build, publish, export."""
    from orchestration.job import run_in_process
    from orchestration.progress import watched

    home = house(as_of)
    with watched("Run", silent=quiet) as progress:
        summary = run_in_process(home.settings, home.as_of, progress)
    say(f"Published build {summary.build_id}; {summary.checks} checks, {len(summary.failed_checks)} did not hold.")
    for name in summary.failed_checks:
        say(f"  {name}")


@app.command()
def kpi(
    program: Program = "",
    period: Period = "",
    span: Annotated[str, typer.Option("--span", help=f"{SPANS}.")] = "headline",
    as_json: Json = False,
) -> None:
    """The KPI table of a quarter (default: the last one published)."""
    from exports.published import Published
    from exports.terminal import kpi_records, kpi_text

    published = Published.open(house().settings.published)
    choice = {"program": program or None, "period": period or None, "span": span}
    try:
        if as_json:
            say(json.dumps(kpi_records(published, **choice), indent=2, ensure_ascii=False))
        else:
            out().print(kpi_text(published, **choice))
    except ValueError as error:
        raise UsageProblem(str(error)) from None


@app.command()
def export(
    year: Annotated[
        int, typer.Option("--year", show_default=False, help="Name only the files of this year's annual extract.")
    ] = 0,
) -> None:
    """Write the exports of the last published build anew and say where they are."""
    from exports import wording
    from exports.build import PARTS, write_exports
    from exports.explain.bundle import Inside
    from exports.published import Published
    from exports.releases import all_releases
    from exports.restatement import since_last_release
    from orchestration.progress import in_parts, watched

    home = house()
    settings = home.settings
    # What is published and erased stands still meanwhile, so that nothing is left of a build that is removed.
    with watched("Exports") as progress, in_parts(progress, PARTS) as told, home.writing():
        progress.expect(sum(PARTS.values()))
        published = Published.open(settings.published)
        released = {release.build_id for release in all_releases(settings)}
        since = since_last_release(settings, home.contracts, published)
        inside = Inside(settings, home.snapshot, home.contracts)
        paths = write_exports(published, settings.exports, released, since, inside, told)
    extract = [path for path in paths if path.parent.name == "annual" or path.parent.parent.name == "annual"]
    if year:
        paths = [path for path in extract if path.name.startswith(f"{year}.") or path.parent.name == str(year)]
        if not paths:
            known = sorted({path.stem for path in extract if path.suffix == ".html"})
            raise UsageProblem(f"There is no extract of {year}. There are those of {wording.listed(known)}.")
    for path in paths:
        say(str(path))
    pdf = next((path for path in reversed(extract) if path.suffix == ".pdf"), None)
    if pdf is not None and not year:
        say(f"The annual extract: {pdf}")


@app.command()
def docs(as_of: AsOf = "") -> None:
    """The documentation as one static site, and Great Expectations' Data Docs of the verdicts."""
    from orchestration.documents import write_documents
    from orchestration.progress import awaited

    home = house(as_of)
    with awaited("Documentation", home.settings.data):
        paths = write_documents(home)
    for path in paths:
        say(str(path))


@app.command()
def demo(
    as_of: Annotated[str, typer.Option("--as-of", help="The day the demo speaks for.")] = "2026-11-15",
) -> None:
    """Generate synthetic sample returns, hand them in, run the job and release two quarters, show the KPI table."""
    from exports.published import Published
    from exports.releases import all_releases
    from exports.terminal import kpi_text
    from orchestration.demo import tell
    from orchestration.documents import write_data_docs

    home = house(as_of)
    told = tell(home)
    quality = write_data_docs(home)
    published = Published.open(home.settings.published)
    console = out()
    console.print()
    console.print(kpi_text(published))
    say()
    say("Synthetic sample: every figure above is invented; only the €50m goal is published.")
    states = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in sorted(told.tally.items()))
    say(f"Returns: {states}")
    if told.summary is None:
        say("The demo is there already; nothing was made anew.")
    else:
        failed = len(told.summary.failed_checks)
        say(f"Checks over accepted rows: {told.summary.checks}, of which {failed} did not hold.")
    root = home.settings.exports
    names = ", ".join(release.name for release in all_releases(home.settings))
    say(f"Released            {names} (impact release --list; made again by: impact replay 2026-Q3.r1)")
    say(f"For program leads   {root}/{published.build_id}/restricted/kpi")
    say(f"For leadership      {root}/{published.build_id}/release (annual/2026.pdf, pages/index.html)")
    say(f"Published tables    {home.settings.published}/{published.build_id}")
    say(f"What was checked    {quality}")
    say("Next: impact status · impact kpi --program heal · make dev (the Dagster graph)")
