"""The KPI table for a terminal of 110 columns, grouped by program."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from exports import table, verdict, wording
from exports.published import Published
from exports.table import kpi_records

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table
    from rich.text import Text

__all__ = ["kpi_records", "kpi_text", "sparkline"]

WIDTH = 110
_STYLE = {
    "target_met": "bold green",
    "on_track": "green",
    "behind": "bold red",
    "improving": "yellow",
    "no_detectable_change": "yellow",
    "worsening": "bold red",
}
_BLOCKS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True)
class Look:
    """What the tables of one view share: a column of quarters, the one target year, footnotes in order."""

    with_period: bool
    year: int | None
    notes: list[str]
    value_width: int
    target_width: int
    progress_width: int
    header: bool = True

    @property
    def target_heading(self) -> str:
        """The target year is said once where all share it."""
        return f"Target {self.year}" if self.year else "Target"


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
    footnotes = list(dict.fromkeys(row["footnote"] for row in rows if row["footnote"]))
    years = {int(row["target_year"]) for row in rows if row["target_year"] is not None}
    year = years.pop() if len(years) == 1 else None
    values, targets = ([len(text(row)) for row in rows] for text in (wording.value_text, partial(_target, year=year)))
    progress = [
        max(len(wording.progress(row["progress_status"], sign=True)), len(verdict.short_reason(row))) for row in rows
    ]
    look = Look(one is None, year, footnotes, max(5, *values), max(11, *targets), max(9, *progress))
    for code, group in groupby(rows, key=lambda row: row["program_code"]):
        members = list(group)
        parts.append(Text(f"\n{members[0]['program_name'] or code}", style="bold cyan"))
        parts.append(_table(members, series, look))
        look = replace(look, header=False)
    return Group(*parts, Text(), *_notes(rows, footnotes))


def _table(rows: list[dict[str, Any]], series: dict[str, list[float | None]], look: Look) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        show_header=look.header,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        width=WIDTH,
        header_style="bold",
    )
    grid.add_column("Indicator", ratio=1)
    grid.add_column("Value", justify="right", width=look.value_width, no_wrap=True)
    grid.add_column("Quarter" if look.with_period else "Trend", width=8, no_wrap=True)
    grid.add_column(look.target_heading, justify="right", width=look.target_width, no_wrap=True)
    grid.add_column("Attained", justify="right", width=8, no_wrap=True)
    grid.add_column("Returns", justify="right", width=8, no_wrap=True)
    grid.add_column("Progress", width=look.progress_width, no_wrap=True)
    for row in rows:
        value, status = wording.value_text(row), row["progress_status"]
        points = sparkline(series.get(row["indicator_code"], []))
        grid.add_row(
            _name(row, look.notes),
            Text(value, style="dim" if value == wording.NO_DATA else "bold"),
            row["period"] if look.with_period else Text(points, style="cyan"),
            Text(_target(row, look.year)),
            Text(verdict.attained(row)),
            Text(_coverage(row)),
            Text.assemble(
                (wording.progress(status, sign=True), _STYLE.get(status, "dim")),
                (f"\n{verdict.short_reason(row)}".rstrip(), "dim"),
            ),
        )
    return grid


def _name(row: dict[str, Any], notes: list[str]) -> Text:
    from rich.text import Text

    span = wording.span_text(row["span"], row["kind"], row["period"])
    span = span.replace("at the end of the quarter", "at quarter end")
    if row["unit"] not in ("EUR", "percent") and not _says(row):
        span = f"{wording.unit_text(row['unit'])}, {span}"
    if row["data_status"] != "no_data":
        span = f"{span}, {wording.data_status(row['data_status'])}"
    mark = f" {_number(notes.index(row['footnote']))}" if row["footnote"] else ""
    return Text.assemble(f"{row['indicator_name']}{mark}\n", (span, "dim"))


def _says(row: dict[str, Any]) -> bool:
    return str(row["unit"]).split(" ")[0].lower() in str(row["indicator_name"]).lower()


def _target(row: dict[str, Any], year: int | None) -> str:
    if row["target_value"] is None:
        return "–"
    mark = "*" if row["target_basis"] == "assumed" else ""
    text = f"{wording.quantity(row['target_value'], row['unit'])}{mark}"
    return text if year or row["target_year"] is None else f"{text} {int(row['target_year'])}"


def _coverage(row: dict[str, Any]) -> str:
    return wording.coverage(row["coverage_met"], row["coverage_due"], row["coverage_share_pct"]).replace(" (", "\n(")


def _number(index: int) -> str:
    return "".join("⁰¹²³⁴⁵⁶⁷⁸⁹"[int(digit)] for digit in str(index + 1))


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


def _notes(rows: list[dict[str, Any]], footnotes: list[str]) -> list[RenderableType]:
    from rich.text import Text

    notes = [
        "Trend: the last eight quarters, each by itself. Returns: received of those due; in brackets, where some are "
        "missing, the share of the last comparable value that those received cover.",
        "provisional: not every return behind the figure is approved yet. Progress: against what is planned by now.",
    ]
    if any(verdict.is_range(row) for row in rows):
        notes.append("low–high: the true value lies between; for people reached, one person may be counted twice.")
    if any(verdict.is_range(row) and row["attainment_pct"] is not None for row in rows):
        notes.append("≥: at least, by the worse bound of a range; progress is judged only where both bounds agree.")
    if any(row["attainment_pct"] is None for row in rows):
        notes.append("Attained –: no target, no baseline to measure the way from, or no data.")
    if any(row["target_basis"] == "assumed" for row in rows):
        notes.append("* assumed target: a planning assumption, not a published promise.")
    notes += verdict.explained(rows)
    notes += [f"{_number(index)} {footnote}." for index, footnote in enumerate(footnotes)]
    return [Text(note, style="dim") for note in notes]
