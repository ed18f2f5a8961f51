"""The terminal's view of where a figure comes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.app import Json, Partner, UsageProblem, app, house, out, say

if TYPE_CHECKING:
    from exports.origins import Contribution, Origin


@app.command()
def origin(
    indicator: Annotated[str, typer.Argument(help="Indicator, such as heal_people_trained.")],
    period: Annotated[str, typer.Option("--period", help="Quarter, such as 2026-Q3. Default: the last one.")] = "",
    partner: Partner = "",
    span: Annotated[str, typer.Option("--span", help="quarter, year_to_date or since_start.")] = "",
    rows: Annotated[int, typer.Option("--rows", help="At most so many rows.")] = 40,
    as_json: Json = False,
) -> None:
    """From a figure to the cells it comes from: receipts, files, rows, raw text and the arithmetic."""
    from dataclasses import replace

    from exports.origin_cells import filled
    from exports.origins import UnknownFigure, origins
    from exports.published import Published
    from exports.table import KPI, latest_period

    home = house()
    published = Published.open(home.settings.published)
    state, contracts = home.snapshot, home.contracts
    try:
        found = origins(
            published,
            home.settings,
            state,
            contracts,
            indicator,
            period or latest_period(published.frame(KPI)),
            partner or None,
            span=span or None,
            cells=False,
        )
    except UnknownFigure as error:
        raise UsageProblem(str(error)) from None
    shown = found.contributions if as_json else found.contributions[-rows:]
    read = filled(shown, home.settings, state, contracts, found.program)
    if as_json:
        say(json.dumps(replace(found, contributions=tuple(read)).as_dict(), indent=2, ensure_ascii=False, default=str))
        return
    _say(found, read)


def _say(found: Origin, read: list[Contribution]) -> None:
    from rich.table import Table
    from rich.text import Text

    from exports.origin_words import number

    whose = f" of {found.partner}" if found.partner else ""
    say(f"{found.name}{whose} ({found.indicator}), {found.period}, {found.span.replace('_', ' ')}: {_value(found)}")
    for line in found.arithmetic:
        say(f"  {line}")
    if not found.agrees:
        say("  This is not what was published: the build is older than the originals.")
    say(f"From {len(found.contributions):,} rows of {len(found.submissions)} returns; build {found.build_id}.")
    if len(read) < len(found.contributions):
        say(f"The last {len(read)} rows (--rows {len(found.contributions)} shows all):")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("Quarter", "Return", "Where", "Counts", "What stands there"):
        table.add_column(name, overflow="fold", no_wrap=name in ("Quarter", "Return"))
    for item in read:
        low, high = number(item.low), number(item.high)
        counts = low if low == high else f"{low}–{high}"
        if item.denominator is not None:
            counts = f"{counts} of {number(item.denominator)}"
        table.add_row(item.period, item.submission_id or "–", Text(_where(item)), counts, Text(_raw(item)))
    out().print(table)


def _value(found: Origin) -> str:
    from exports.origin_words import number

    if found.published_low is None or found.published_high is None:
        return "no figure"
    low, high = number(found.published_low), number(found.published_high)
    return f"{low if low == high else f'{low} to {high}'} {found.unit}"


def _where(item: Contribution) -> str:
    place = f"{item.sheet}, row {item.row}" if item.sheet else f"line {item.row}"
    return f"{item.file or item.partner}{f', {place}' if item.row is not None else ''}"


def _raw(item: Contribution) -> str:
    if item.missing:
        return item.missing
    cells = [cell for cell in item.cells if cell.is_value] or [
        *item.cells[:1],
        *(cell for cell in item.cells[1:] if cell.is_number or cell.column.endswith("currency")),
    ]
    return "; ".join(f"{cell.cell} {cell.label}: {cell.raw}" for cell in cells)
