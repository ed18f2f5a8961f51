"""A line as small as a word: how a figure went, quarter by quarter."""

from __future__ import annotations

from collections.abc import Sequence

from exports import wording
from exports.safe import html_text, is_blank

_WIDTH, _HEIGHT, _EDGE = 96, 24, 3


def sparkline(points: Sequence[float | None], unit: object) -> str:
    """The points as an inline picture that is also told in words; gaps stay gaps."""
    known = [float(point) for point in points if not is_blank(point)]
    if not known:
        return '<span class="none">no data</span>'
    low, high = min([0.0, *known]), max(known)
    reach = (high - low) or 1.0
    step = (_WIDTH - 2 * _EDGE) / max(len(points) - 1, 1)

    def at(place: int, value: float) -> str:
        return f"{_EDGE + place * step:.1f},{_HEIGHT - _EDGE - (value - low) / reach * (_HEIGHT - 2 * _EDGE):.1f}"

    path, pen = "", "M"
    for place, point in enumerate(points):
        if is_blank(point):
            pen = "M"
            continue
        path += f"{pen}{at(place, float(point))}"  # type: ignore[arg-type]
        # A point between two gaps is no line yet: a dot.
        path += "h0.01" if pen == "M" else ""
        pen = "L"
    said = ", ".join(wording.NO_DATA if is_blank(point) else wording.quantity(point, unit) for point in points)
    return (
        f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        f'aria-label="Quarter by quarter: {html_text(said)}"><path d="{path}"/></svg>'
    )
