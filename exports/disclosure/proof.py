"""Proofs in integers: that a point satisfies the facts, and that weights of facts bound a sum.

Any weights y of the rows bound a cost from below: cost·x = y·(Ax) + (cost − yA)·x, and each of the two is at least
what the bounds of the rows and of the cells say (A. Neumaier and O. Shcherbina, "Safe bounds in linear and
mixed-integer linear programming", Mathematical Programming 99 (2004), 283-296). The solver's weights, rounded to
fractions of one denominator, so give a bound that no rounding error can spoil.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from exports.disclosure.highs import Relaxation
    from exports.disclosure.problem import Row

#: Denominators that the weights of ordinary tables have.
_DENOMINATORS = (1, 2, 3, 4, 5, 6, 8, 12, 24, 60, 100, 200, 1000)
#: The denominator where none of these fits.
_FINE = 1 << 44
#: Bases up to this size are solved exactly where rounded weights bound nothing useful.
_LARGEST_BASIS = 400
#: Where an equation keeps what it comes to.
_COST = -1
_NOISE = 1e-10
#: Sums below this are safe in 64-bit integers.
_SAFE = float(1 << 61)


class Proof:
    """The rows of a part, ready for integer arithmetic."""

    def __init__(self, rows: Sequence[Row], low: Sequence[int], high: Sequence[int | None]) -> None:
        self._rows, self.whole = rows, Box.of(low, high)
        self._row = np.repeat(np.arange(len(rows)), [len(row.cols) for row in rows])
        self._col = np.array([col for row in rows for col in row.cols], dtype=np.int64)
        self._coef = _integers([coef for row in rows for coef in row.coefs])
        self._largest = float(max((abs(coef) for row in rows for coef in row.coefs), default=0))
        self._row_low, self._no_low = _bounds([row.low for row in rows])
        self._row_high, self._no_high = _bounds([row.high for row in rows])
        self._widest = max((abs(float(bound)) for row in rows for bound in (row.low, row.high) if bound), default=0.0)

    def holds(self, point: NDArray[Any]) -> bool:
        """Whether an integer point satisfies every row and every bound."""
        box = self.whole
        if (point < box.low).any() or ((point > box.high) & ~box.endless).any():
            return False
        if self._coef.dtype.kind == "O" or float(np.abs(point).max(initial=0)) * self._largest * box.size >= _SAFE:
            point = point.astype(object)
        sums = np.zeros(len(self._rows), dtype=point.dtype)
        np.add.at(sums, self._row, self._coef * point[self._col])
        below, above = (sums < self._row_low) & ~self._no_low, (sums > self._row_high) & ~self._no_high
        return not (below.any() or above.any())

    def box(self, cost: NDArray[np.object_]) -> int | None:
        """The least cost that the cells' own bounds allow; ``None`` where they do not bound it."""
        total = 0
        for col in np.flatnonzero(cost != 0).tolist():
            if cost[col] < 0 and self.whole.endless[col]:
                return None
            total += cost[col] * int(self.whole.low[col] if cost[col] > 0 else self.whole.high[col])
        return total

    def is_ray(self, cost: NDArray[np.object_], direction: NDArray[np.float64]) -> bool:
        """Whether a direction leads on forever through the relaxation, and lowers the cost."""
        return any(self._is_ray(cost, direction, largest) for largest in (10_000, 10**8, 10**12))

    def _is_ray(self, cost: NDArray[np.object_], direction: NDArray[np.float64], largest: int) -> bool:
        steps = [Fraction(value).limit_denominator(largest) for value in direction.tolist()]
        if sum(cost[col] * step for col, step in enumerate(steps) if step) >= 0:
            return False
        if any(step < 0 or (step and not free) for step, free in zip(steps, self.whole.endless.tolist(), strict=True)):
            return False
        for row in self._rows:
            total = sum(coef * steps[col] for coef, col in zip(row.coefs, row.cols, strict=True))
            if (row.low is not None and total < 0) or (row.high is not None and total > 0):
                return False
        return True

    def bound(self, cost: NDArray[np.object_], lp: Relaxation, box: Box) -> int | None:
        """The best proven lower bound of an integer cost, from the relaxation solved last."""
        hoped = np.ceil(lp.objective() - 1e-6)
        best: int | None = None
        for weights, denominator in self.weights(lp.duals()):
            found = self._safe(cost, weights, denominator, box)
            if found is not None:
                best = found if best is None else max(best, found)
            if best is not None and best >= hoped:
                return best
        exact = self.exact_weights(cost, lp)
        if exact is not None:
            found = self._safe(cost, *exact, box)
            if found is not None:
                best = found if best is None else max(best, found)
        return best

    def refutes(self, lp: Relaxation, box: Box) -> bool:
        """Whether the solver's certificate of a contradiction holds in integers."""
        ray = lp.ray()
        if ray is None or not np.abs(ray).max():
            return False
        smallest = np.abs(ray[np.abs(ray) > _NOISE]).min(initial=np.inf)
        units = (1.0, float(np.abs(ray).max()), float(smallest))
        return any(self.contradicts(self.weights(sign * ray / unit), box) for unit in units for sign in (1, -1))

    def contradicts(self, weighings: Iterable[tuple[NDArray[Any], int]], box: Box) -> bool:
        """Whether one of several weighings of the rows adds up to something no point of a box satisfies."""
        nothing = np.zeros(box.size, dtype=object)
        for weights, denominator in weighings:
            found = self._safe(nothing, weights, denominator, box)
            if found is not None and found > 0:
                return True
        return False

    def weights(self, floats: NDArray[np.float64]) -> list[tuple[NDArray[Any], int]]:
        """Weights as integers over a denominator: the simple one that fits, else a fine one."""
        floats = np.where(np.abs(floats) < _NOISE, 0.0, floats)
        for denominator in _DENOMINATORS:
            scaled = floats * denominator
            rounded = np.round(scaled)
            if np.abs(scaled - rounded).max(initial=0) < 1e-7 and np.abs(rounded).max(initial=0) < _SAFE:
                return [(rounded.astype(np.int64), denominator)]
        used = np.flatnonzero(floats)
        found = []
        simple = [Fraction(value).limit_denominator(100_000) for value in floats[used].tolist()]
        common = lcm(*(value.denominator for value in simple))
        if common < 1 << 80:
            weights = np.zeros(len(floats), dtype=object)
            weights[used] = [int(value * common) for value in simple]
            found.append((weights, common))
        fine = np.zeros(len(floats), dtype=object)
        fine[used] = [round(Fraction(value) * _FINE) for value in floats[used].tolist()]
        return [*found, (fine, _FINE)]

    def _safe(self, cost: NDArray[np.object_], weights: NDArray[Any], denominator: int, box: Box) -> int | None:
        """The integer bound that weights prove, rounded up; ``None`` where they prove none."""
        weights = np.where((weights > 0) & self._no_low, 0, weights)
        weights = np.where((weights < 0) & self._no_high, 0, weights)
        heaviest = float(np.abs(weights).max(initial=0))
        dearest = max(1.0, float(np.abs(cost).max(initial=0)))
        reach = (heaviest * self._largest * (len(self._coef) + 1) + denominator * dearest) * (box.size + 1)
        plain = "O" not in {self._coef.dtype.kind, self._row_low.dtype.kind, self._row_high.dtype.kind}
        largest = max(reach * (box.widest() + 1), heaviest * self._widest * (len(self._rows) + 1))
        quick = plain and largest < _SAFE
        kind: Any = np.int64 if quick else object
        weights = weights.astype(kind)
        left = denominator * cost.astype(kind)
        np.subtract.at(left, self._col, weights[self._row] * self._coef.astype(kind))
        if ((left < 0) & box.endless).any():
            return None
        total = (np.where(weights > 0, self._row_low.astype(kind), self._row_high.astype(kind)) * weights).sum()
        total += (np.where(left > 0, box.low.astype(kind), box.high.astype(kind)) * left).sum()
        return -(-int(total) // denominator)

    def exact_weights(self, cost: NDArray[np.object_], lp: Relaxation) -> tuple[NDArray[Any], int] | None:
        """The weights of the solver's basis, solved in fractions: basic cells have no reduced cost at all."""
        cells, rows = lp.basis()
        if not cells or len(cells) != len(rows) or len(cells) > _LARGEST_BASIS:
            return None
        at = {cell: index for index, cell in enumerate(cells)}
        # One equation for each basic cell: what its rows weigh comes to its cost.
        lines: list[dict[int, Fraction]] = [{_COST: Fraction(int(cost[cell]))} for cell in cells]
        for row in rows:
            for col, coef in zip(self._rows[row].cols, self._rows[row].coefs, strict=True):
                if col in at:
                    lines[at[col]][row] = Fraction(coef)
        found = _solved(lines)
        if found is None:
            return None
        solved = [found.get(row, Fraction(0)) for row in rows]
        common = lcm(*(value.denominator for value in solved))
        weights = np.zeros(len(self._rows), dtype=object)
        weights[rows] = [int(value * common) for value in solved]
        return weights, common


@dataclass(frozen=True)
class Box:
    """Bounds of cells as arrays of integers; ``high`` is 0 where ``endless``."""

    low: NDArray[Any]
    high: NDArray[Any]
    endless: NDArray[np.bool_]

    @classmethod
    def of(cls, low: Sequence[int], high: Sequence[int | None]) -> Box:
        """Bounds given as lists, ``None`` where open."""
        return cls(_integers(low), *_bounds(high))

    @property
    def size(self) -> int:
        """How many cells there are."""
        return len(self.low)

    def widest(self) -> float:
        """The largest bound."""
        return max(float(np.abs(self.low).max(initial=0)), float(np.abs(self.high).max(initial=0)))

    def lists(self) -> tuple[list[int], list[int | None]]:
        """The bounds as lists, ``None`` where open."""
        high = [None if free else top for top, free in zip(self.high.tolist(), self.endless.tolist(), strict=True)]
        return self.low.tolist(), high

    def cut(self, col: int, low: int, high: int | None) -> Box:
        """The box with other bounds of one cell."""
        found = Box(self.low.copy(), self.high.copy(), self.endless.copy())
        found.low[col], found.high[col], found.endless[col] = low, high or 0, high is None
        return found

    def padded(self, more: int) -> Box:
        """The box with more cells, all open."""
        zeros = np.zeros(more, dtype=self.low.dtype)
        return Box(
            np.concatenate([self.low, zeros]),
            np.concatenate([self.high, zeros.astype(self.high.dtype)]),
            np.concatenate([self.endless, np.ones(more, dtype=bool)]),
        )

    def is_point(self) -> bool:
        """Whether every cell has one value only."""
        return not self.endless.any() and bool((self.low == self.high).all())


def _integers(values: Sequence[int]) -> NDArray[Any]:
    small = all(-(1 << 53) < value < 1 << 53 for value in values)
    found: NDArray[Any] = np.empty(len(values), dtype=np.int64 if small else object)
    found[:] = values
    return found


def _bounds(values: Sequence[int | None]) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Bounds, 0 where open, and where they are open."""
    open_ = np.array([value is None for value in values], dtype=bool)
    return _integers([value or 0 for value in values]), open_


def _solved(lines: list[dict[int, Fraction]]) -> dict[int, Fraction] | None:
    """The solution of sparse equations ``Σ line[unknown] · value = line[_COST]``; ``None`` where there is none."""
    order: list[tuple[int, dict[int, Fraction]]] = []
    due = [{key: value for key, value in line.items() if value or key == _COST} for line in lines]
    while due:
        # The shortest equation first: it spreads the least over the others.
        line = due.pop(min(range(len(due)), key=lambda index: len(due[index])))
        unknowns = [key for key in line if key != _COST]
        if not unknowns:
            if line[_COST]:
                return None
            continue
        pivot = unknowns[0]
        head = line[pivot]
        line = {key: value / head for key, value in line.items()}
        for other in due:
            factor = other.pop(pivot, None)
            if factor is None:
                continue
            for key, value in line.items():
                if key != pivot:
                    left = other.get(key, Fraction(0)) - factor * value
                    if left or key == _COST:
                        other[key] = left
                    else:
                        other.pop(key, None)
        order.append((pivot, line))
    solved: dict[int, Fraction] = {}
    for pivot, line in reversed(order):
        rest = sum((value * solved.get(key, Fraction(0)) for key, value in line.items() if key >= 0 and key != pivot))
        solved[pivot] = line[_COST] - rest
    return solved
