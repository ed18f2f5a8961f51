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
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from exports.disclosure.highs import Relaxation
    from exports.disclosure.problem import Row

#: Denominators that the weights of ordinary tables have.
_DENOMINATORS = (1, 2, 3, 4, 5, 6, 8, 12, 24, 60, 100, 200, 1000)
#: The denominator where none of these fits.
_FINE = 1 << 44
#: Bases up to this size are solved exactly where rounded weights bound nothing useful.
_LARGEST_BASIS = 80
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
        for weights, denominator in self._weights(lp.duals()):
            found = self._safe(cost, weights, denominator, box)
            if found is not None:
                best = found if best is None else max(best, found)
            if best is not None and best >= hoped:
                return best
        exact = self._exact_weights(cost, lp)
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
        nothing = np.zeros(box.size, dtype=object)
        smallest = np.abs(ray[np.abs(ray) > _NOISE]).min(initial=np.inf)
        for unit in (1.0, float(np.abs(ray).max()), float(smallest)):
            for sign in (1, -1):
                for weights, denominator in self._weights(sign * ray / unit):
                    found = self._safe(nothing, weights, denominator, box)
                    if found is not None and found > 0:
                        return True
        return False

    def _weights(self, floats: NDArray[np.float64]) -> list[tuple[NDArray[Any], int]]:
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

    def _exact_weights(self, cost: NDArray[np.object_], lp: Relaxation) -> tuple[NDArray[Any], int] | None:
        """The weights of the solver's basis, solved in fractions: basic cells have no reduced cost at all."""
        cells, rows = lp.basis()
        if not cells or len(cells) != len(rows) or len(cells) > _LARGEST_BASIS:
            return None
        place = {row: index for index, row in enumerate(rows)}
        at = {cell: index for index, cell in enumerate(cells)}
        matrix = [[Fraction(0)] * (len(rows) + 1) for _ in cells]
        for row in rows:
            for col, coef in zip(self._rows[row].cols, self._rows[row].coefs, strict=True):
                if col in at:
                    matrix[at[col]][place[row]] = Fraction(coef)
        for cell, index in at.items():
            matrix[index][-1] = Fraction(int(cost[cell]))
        solved = _solved(matrix)
        if solved is None:
            return None
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


def _solved(matrix: list[list[Fraction]]) -> list[Fraction] | None:
    """The solution of a square system by elimination; ``None`` where there is not exactly one."""
    size = len(matrix)
    for step in range(size):
        pivot = next((line for line in range(step, size) if matrix[line][step]), None)
        if pivot is None:
            return None
        matrix[step], matrix[pivot] = matrix[pivot], matrix[step]
        head = matrix[step][step]
        matrix[step] = [value / head for value in matrix[step]]
        for line in range(size):
            factor = matrix[line][step]
            if line != step and factor:
                matrix[line] = [value - factor * other for value, other in zip(matrix[line], matrix[step], strict=True)]
    return [line[-1] for line in matrix]
