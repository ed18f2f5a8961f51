"""The KPI table for a terminal of 110 columns, grouped by program."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from exports import table, wording
from exports.published import Published
from exports.table import kpi_records

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

__all__ = ["kpi_records", "kpi_text", "sparkline"]

WIDTH = 110
_STYLE = {"target_met": "bold green", "on_track": "green", "behind": "bold red"}
_BLOCKS = "▁▂▃▄▅▆▇█"


def kpi_text(
    published: Published, program: str | None = None, period: str | None = None, span: str = "headline"
) -> RenderableType:
    """The KPI table as a rich renderable; arguments as in :func:`exports.table.kpi_frame`."""
    from rich.console import Group
    from rich.text import Text

    rows = table.rows(table.kpi_frame(published, program, period, span))
    if not rows:
        return Text("There are no figures for this choice.")
    shown = sorted({row["period"] for row in rows})
    one = shown[0] if len(shown) == 1 else None
    title = f"{one} · {wording.quarter_text(one)}" if one else f"{shown[0]} to {shown[-1]}"
    parts: list[RenderableType] = [
        Text.assemble((f"Indicators {title}", "bold"), (f"   as of {wording.day_text(published.as_of)}", "dim"))
    ]
    if any(row["is_synthetic"] for row in rows):
        parts.append(Text(f" {wording.SYNTHETIC} ", style="black on yellow"))
    _, series = table.trend(published)
    for code, group in groupby(rows, key=lambda row: row["program_code"]):
        members = list(group)
        parts.append(Text(f"\n{members[0]['program_name'] or code}", style="bold cyan"))
        parts.append(_table(members, series, one is None, header=len(parts) <= 3))
    return Group(*parts, Text(), *_notes(rows))


def _table(rows: list[dict[str, Any]], series: dict[str, list[float | None]], with_period: bool, header: bool) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        show_header=header,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        width=WIDTH,
        header_style="bold",
    )
    grid.add_column("Indicator", ratio=1)
    grid.add_column("Value", justify="right", width=13)
    if with_period:
        grid.add_column("Quarter", width=7)
    else:
        grid.add_column("Trend", width=8, no_wrap=True)
    grid.add_column("Target", justify="right", width=14)
    grid.add_column("Attained", justify="right", width=8)
    grid.add_column("Returns", justify="right", width=7)
    grid.add_column("Data", width=11)
    grid.add_column("Progress", width=14)
    for row in rows:
        value, status = wording.value_text(row), row["progress_status"]
        points = sparkline(series.get(row["indicator_code"], []))
        grid.add_row(
            _name(row),
            Text(value, style="dim" if value == wording.NO_DATA else "bold"),
            row["period"] if with_period else Text(points, style="cyan"),
            Text(_target(row)),
            Text(attained(row["attainment_pct"])),
            Text(wording.coverage(row["coverage_met"], row["coverage_due"])),
            Text(wording.data_status(row["data_status"])),
            Text(wording.progress(status, sign=status in _STYLE), style=_STYLE.get(status, "dim")),
        )
    return grid


def _name(row: dict[str, Any]) -> Text:
    from rich.text import Text

    span = wording.span_text(row["span"], row["kind"], row["period"])
    span = span.replace("at the end of the quarter", "at quarter end")
    detail = span if row["unit"] in ("EUR", "percent") or _says(row) else f"{wording.unit_text(row['unit'])}, {span}"
    return Text.assemble(f"{row['indicator_name']}{'¹' if row['footnote'] else ''}\n", (detail, "dim"))


def _says(row: dict[str, Any]) -> bool:
    return str(row["unit"]).split(" ")[0].lower() in str(row["indicator_name"]).lower()


def _target(row: dict[str, Any]) -> str:
    if row["target_value"] is None:
        return "–"
    mark = "*" if row["target_basis"] == "assumed" else ""
    year = f" ({int(row['target_year'])})" if row["target_year"] is not None else ""
    return f"{wording.quantity(row['target_value'], row['unit'])}{year}{mark}"


def attained(value: float | None) -> str:
    """Attainment without decimals; a dash where there is none."""
    return "–" if value is None else f"{value:,.0f}%"


def sparkline(points: list[float | None]) -> str:
    """Values as block characters from zero to the largest; a blank where there is none.

    Example:
        >>> sparkline([0, None, 2, 4])
        '▁ ▄█'
    """
    known = [point for point in points if point is not None]
    top = max((abs(point) for point in known), default=0)
    return "".join(
        " " if point is None else _BLOCKS[0] if top == 0 else _BLOCKS[max(0, round(point / top * 8) - 1)]
        for point in points
    )


def _notes(rows: list[dict[str, Any]]) -> list[RenderableType]:
    from rich.text import Text

    notes = ["Trend: the last eight quarters, each by itself. Returns: received of those due."]
    if any(row["value"] is None and row["value_low"] != row["value_high"] for row in rows):
        notes.append("low–high: the true value lies between; for people reached, one person may be counted twice.")
    if any(row["target_basis"] == "assumed" for row in rows):
        notes.append("* assumed target: a planning assumption, not a published promise.")
    footnotes = sorted({f"¹ {row['indicator_name']}: {row['footnote']}" for row in rows if row["footnote"]})
    return [Text(note, style="dim") for note in [*notes, *footnotes]]
