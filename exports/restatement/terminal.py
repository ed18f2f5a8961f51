"""The restatement in a terminal: changed figures by program, with what changed them underneath."""

from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from exports import wording
from exports.restatement import words

if TYPE_CHECKING:
    from rich.console import RenderableType

    from exports.restatement.ledger import Change, Restatement

WIDTH = 110


def text(
    found: Restatement, *, program: str | None = None, indicator: str | None = None, every: bool = False
) -> RenderableType:
    """The ledger as a rich renderable.

    Args:
        program: Only this program.
        indicator: Only this indicator; then all its quarters, spans and parts.
        every: All figures, not the headline ones of the latest quarter alone.
    """
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [Text(words.heading(found), style="bold")]
    if found.synthetic:
        parts.append(Text(f" {wording.SYNTHETIC} ", style="black on yellow"))
    parts += [Text(line) for line in words.overview(found)]
    chosen = words.chosen(found, every=every or indicator is not None, program=program, indicator=indicator)
    for name, group in groupby(chosen, key=words.program):
        parts.append(Text(f"\n{name}", style="bold cyan"))
        parts.append(_table(list(group)))
    if not chosen:
        parts.append(Text("\nNo figure of this choice changed."))
    events = [edit for edit in found.edits if program in (None, edit.program)]
    if events and indicator is None:
        parts.append(Text("\nWhat happened in between", style="bold"))
        parts += [Text(f"• {line}") for line in words.happened(events)]
    parts += [Text(), *(Text(line, style="dim") for line in words.NOTES)]
    return Group(*parts)


def _table(changes: list[Change]) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0), width=WIDTH)
    grid.add_column("Figure", ratio=1)
    for name in ("Before", "After", "Change"):
        grid.add_column(name, justify="right", no_wrap=True)
    grid.add_column("Of which", width=34)
    for change in changes:
        about = change.about
        covers = words.covers(change)
        name = Text.assemble(str(about.get("name") or change.figure_id), (f"\n{covers}" if covers else "", "dim"))
        style = "red" if change.change < Decimal(0) else "green"
        grid.add_row(
            name,
            words.amount(change.before, about.get("unit")),
            Text(words.amount(change.after, about.get("unit")), style="bold"),
            Text(words.signed(change.change, about.get("unit")), style=style),
            "\n".join(f"{label} {size}" for label, size in words.of_which(change)),
        )
    return grid
