"""The terminal's view of a figure: where it comes from and why it is what it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.app import Json, Partner, UsageProblem, app, house, out, say

if TYPE_CHECKING:
    from exports.explain import Explanation


@app.command()
def explain(
    subject: Annotated[
        str,
        typer.Argument(help="An indicator; goal, reach, a contribution; or what a poll asked, such as trust_damaged."),
    ],
    period: Annotated[
        str, typer.Option("--quarter", "--period", help="Quarter, such as 2026-Q3. Default: the last one.")
    ] = "",
    partner: Partner = "",
    span: Annotated[str, typer.Option("--span", help="quarter, year_to_date or since_start.")] = "",
    area: Annotated[str, typer.Option("--area", help="Of a poll: a country's code. Default: all.")] = "",
    group: Annotated[
        str, typer.Option("--group", help="Of a poll: a group, such as disabled. Default: everybody.")
    ] = "",
    wave: Annotated[str, typer.Option("--wave", help="Of a poll: its wave. Default: the last one.")] = "",
    release: Annotated[str, typer.Option("--release", help="A release, such as 2026-Q3.r1, instead of now.")] = "",
    rows: Annotated[int, typer.Option("--rows", help="At most so many rows.")] = 40,
    as_json: Json = False,
) -> None:
    """Why a figure is what it is: files, cells, raw text, receipts, arithmetic, target, forecast and status."""
    from exports.explain import UnknownSubject
    from exports.explain import explain as explained
    from exports.explain.bundle import Inside
    from exports.explain.others import explain_other, subjects
    from exports.origins import UnknownFigure
    from exports.published import Published
    from exports.releases import find_release, open_release
    from exports.table import KPI, latest_period
    from orchestration.progress import awaited
    from sources.log.state import fold

    home = house()
    settings = home.settings
    if release:
        pinned = find_release(settings, release)
        published, period = open_release(settings, release), period or pinned.period
        state = fold(event for event in home.log.events() if event.seq <= pinned.log_seq)
    else:
        published, state = Published.open(settings.published), home.snapshot
    period = period or latest_period(published.frame(KPI))
    try:
        with awaited("Explaining", silent=as_json):
            if subject in subjects(published):
                inside = Inside(settings, state, home.contracts)
                found = explain_other(published, inside, subject, period, area, group, wave)
            else:
                found = explained(
                    published, settings, state, home.contracts, subject, period, partner or None, span=span or None,
                    release=release or None,
                )  # fmt: skip
    except (UnknownFigure, UnknownSubject) as error:
        raise UsageProblem(str(error)) from None
    if as_json:
        say(json.dumps(found.as_dict(), indent=2, ensure_ascii=False, default=str))
        return
    _say(found, rows)


def _say(found: Explanation, rows: int) -> None:
    from exports import wording

    out().print(f"{found.title}: {found.value} {found.unit}".rstrip(), style="bold", markup=False)
    notice = f" {wording.SYNTHETIC}." if found.synthetic else ""
    source = f"release {found.release}, " if found.release else ""
    quarter = "" if found.places else f"{wording.quarter_text(found.period)}, "
    what = f"{quarter}{found.covers}"
    say(f"{found.figure_id}: {what}; {source}build {found.build_id}.{notice}")
    for section in found.sections:
        say()
        out().print(section.title, style="bold", markup=False)
        for line in (*section.lines, *section.formulas):
            out().print(f"  {line}", markup=False, soft_wrap=False)
    if found.origin is not None:
        _say_rows(found, rows)
        _say_returns(found)
    for place in found.places:
        say()
        out().print(place.file, style="bold", markup=False)
        for what, cells in place.cells:
            say(f"  {wording.humanised(what)}: {cells}")
        say(
            f"  return {place.submission_id}; contract {place.contract}, rules {place.ruleset}; receipt {place.receipt}"
        )
        say(f"  SHA-256 {place.sha256}")
    if found.rests_on:
        say()
        say(f"Rests on: {', '.join(found.rests_on)}. impact explain tells each.")


def _say_rows(found: Explanation, rows: int) -> None:
    from rich.table import Table
    from rich.text import Text

    from exports.explain.rows import converted, counts, where, written

    items = list(enumerate(found.origin.contributions)) if found.origin else []
    shown = items[-rows:] if rows > 0 else []
    say()
    less = f": the last {len(shown)}, --rows {len(items)} shows all" if len(shown) < len(items) else ""
    out().print(f"Rows ({len(items):,}{less})", style="bold", markup=False)
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("Return", "Where", "What stands there", "Counts"):
        table.add_column(
            name, overflow="fold", no_wrap=name == "Return", justify="right" if name == "Counts" else "left"
        )
    for place, item in shown:
        money = converted(found.conversions.get(place))
        stands = "\n".join([*written(item), *([money] if money else [])])
        table.add_row(item.submission_id or item.period, Text(where(item)), Text(stands), counts(item))
    out().print(table)


def _say_returns(found: Explanation) -> None:
    from exports import wording
    from exports.explain.rows import returns

    listed = returns(found)
    if not listed:
        return
    say()
    out().print(f"Returns ({len(listed)})", style="bold", markup=False)
    for item in listed:
        say(
            f"  {item.submission_id}  {item.period}, {item.partner_name}: {item.rows:,} rows; "
            f"{wording.humanised(item.verdict)}; contract {item.contract}, rules {item.ruleset}"
        )
        say(f"    receipt {item.receipt}")
        for name, sha256 in item.files:
            say(f"    {name}: SHA-256 {sha256}")
