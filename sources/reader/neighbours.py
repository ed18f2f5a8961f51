"""Tables that stand beside one another, on the same lines: where each one ends, and which cells are whose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sources.reader.text import is_blank

if TYPE_CHECKING:
    from sources.reader.headers import Found


def settle_neighbours(places: Sequence[Found]) -> None:
    """Say of each place of a grid where it ends and what stands beside it.

    A header further down ends a table above it, unless it was typed beside a row of that table: then the row goes on
    being a row, and its cells are no headers.

    Args:
        places: Every place of one grid, top to bottom.
    """
    for index, found in enumerate(places):
        below = (later for later in places[index + 1 :] if later.header[0] > found.header[1])
        found.end = min((later.header[0] for later in below if not _is_beside(found, later)), default=found.grid.height)
        found.beside = [other for other in places if other is not found and apart(found, other)]
        for upper in found.beside:
            if upper.header[1] < found.header[0] < upper.end:
                _leave_cells(found, upper)


def apart(one: Found, other: Found) -> bool:
    """Whether two places of a grid have no column in common."""
    return set(one.columns.values()).isdisjoint(other.columns.values())


def _leave_cells(found: Found, upper: Found) -> None:
    """Cells of a table above, on the line of a header beside it, are no headers."""
    for place in (found, *found.rivals.values()):
        own = set(place.columns.values())
        place.names = {index: text for index, text in place.names.items() if index in own or index not in upper.names}
        place.span = (min(place.names), max(place.names))


def _is_beside(upper: Found, lower: Found) -> bool:
    """Whether a header further down leaves a table its rows.

    What stands under the table's own headers on that line is a row of it where the table reaches down to there, or
    where a figure or a date is in its place. Otherwise these are headers of the lower table that the return does not
    know.
    """
    if not apart(upper, lower):
        return False
    columns, line, above = upper.grid.columns, lower.header[1], lower.header[0] - 1
    if all(is_blank(columns[index][line]) for index in upper.columns.values()):
        return True
    if any(not is_blank(columns[index][above]) for index in upper.columns.values()):
        return True
    figures = [name for name in upper.columns if upper.table.column(name).kind not in ("text", "code", "boolean")]
    return any(any(char.isdigit() for char in str(columns[upper.columns[name]][line])) for name in figures)
