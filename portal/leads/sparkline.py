"""A line of a few quarters, small enough to stand in a table."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH, HEIGHT, INSET = 96, 28, 3


@dataclass(frozen=True)
class Sparkline:
    """Points of an inline SVG: one or more strokes (a quarter without a value breaks the line) and the last dot."""

    strokes: tuple[str, ...]
    dot: tuple[float, float]

    @classmethod
    def of(cls, points: list[float | None]) -> Sparkline:
        """The line from zero to the largest value; at least one point must be there."""
        known = [point for point in points if point is not None]
        low, high = min(0.0, *known), max(0.0, *known)
        step = (WIDTH - 2 * INSET) / max(1, len(points) - 1)

        def place(index: int, value: float) -> tuple[float, float]:
            share = (value - low) / (high - low) if high > low else 0.5
            return round(INSET + index * step, 1), round(HEIGHT - INSET - share * (HEIGHT - 2 * INSET), 1)

        strokes: list[list[tuple[float, float]]] = [[]]
        for index, value in enumerate(points):
            if value is None:
                strokes.append([])
            else:
                strokes[-1].append(place(index, value))
        drawn = [stroke for stroke in strokes if stroke]
        lines = tuple(" ".join(f"{x},{y}" for x, y in stroke) for stroke in drawn if len(stroke) > 1)
        return cls(lines, drawn[-1][-1])
