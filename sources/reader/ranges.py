"""Cells and rows as people name them: ``C14:C18, C22``, ``rows 12 and 15``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

#: Ranges named in one sentence; the rest are counted.
RANGES = 8


def listed(items: Iterable[str], word: str = "and") -> str:
    """``a, b and c``."""
    parts = list(items)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {word} {parts[-1]}" if parts else ""


def runs(rows: Sequence[int]) -> list[tuple[int, int]]:
    """Consecutive rows as ``(first, last)``: ``[14, 15, 16, 22]`` → ``[(14, 16), (22, 22)]``."""
    found: list[tuple[int, int]] = []
    for row in sorted(set(rows)):
        if found and row == found[-1][1] + 1:
            found[-1] = (found[-1][0], row)
        else:
            found.append((row, row))
    return found


def cell_ranges(letter: str, rows: Sequence[int]) -> str:
    """``C14:C18, C22``."""
    named = runs(rows)
    parts = [f"{letter}{a}" if a == b else f"{letter}{a}:{letter}{b}" for a, b in named[:RANGES]]
    return _cut(parts, len(named), ", ")


def row_ranges(rows: Sequence[int], word: str = "row") -> str:
    """``row 12``, ``rows 12 and 15``, ``lines 3 to 9 and 14``."""
    named = runs(rows)
    pair = len(named) == 1 and named[0][1] == named[0][0] + 1
    parts = [str(a) if a == b else f"{a} and {b}" if pair else f"{a} to {b}" for a, b in named[:RANGES]]
    one = len(named) == 1 and named[0][0] == named[0][1]
    return f"{word if one else word + 's'} {_cut(parts, len(named), ' and ')}"


def _cut(parts: list[str], count: int, last: str) -> str:
    if count > len(parts):
        return f"{', '.join(parts)} and {count - len(parts)} more places"
    return ", ".join(parts) if last == ", " else listed(parts)
