"""Least and greatest value of a sum over linked integer cells, each bound proven.

HiGHS proposes, integers decide. A linear relaxation gives a point and multipliers; the point counts only after it
satisfies every row in integers, and the multipliers count only through the bound they give in integers (a weighted
sum of the facts is a fact, whatever the weights). Where both meet, nothing is left to prove; elsewhere cells are
branched on. So no tolerance of the solver can make a wrong bound, only a slow one.
"""

from __future__ import annotations

import heapq
import time
from itertools import count
from typing import TYPE_CHECKING, Any

import numpy as np

from exports.disclosure.highs import Mixed, Relaxation
from exports.disclosure.problem import Infeasible, Row, propagate
from exports.disclosure.proof import Box, Proof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

#: Nodes after which HiGHS's own branch and bound is asked for a point and a bound.
_NODES = 300
#: Nodes after which a bound stays unproven, time or not.
_LAST_NODE = 20_000
#: A value this near an integer is taken for one, and then checked.
_NEAR = 1e-6
_HALF = 0.5
#: Cells this large are no counts of anything; a search that gets there proves nothing any more.
_ENDLESS = 1 << 50
#: Points remembered, newest last: each may settle a later target.
_POINTS = 600


class OutOfTime(Exception):
    """The time is over before a bound was proven."""


class Part:
    """Linked cells with their rows; one model, asked again and again with another objective.

    Args:
        rows: Their rows.
        low: Lower bounds.
        high: Upper bounds, ``None`` where open.
        deadline: ``time.monotonic()`` after which :class:`OutOfTime` is raised.
    """

    def __init__(
        self, rows: Sequence[Row], low: list[int], high: list[int | None], deadline: float | None = None
    ) -> None:
        self.rows, self.low, self.high, self.deadline = list(rows), low, high, deadline
        self.size = len(low)
        self.proof = Proof(self.rows, low, high)
        self.lp = Relaxation(self.rows, low, high)
        self._points: list[NDArray[Any]] = []
        self._floats = np.zeros((_POINTS, self.size))
        self._newest = 0
        self._elastic: tuple[Relaxation, Proof] | None = None

    def feasible(self) -> None:
        """Find one point.

        Raises:
            Infeasible: There is none.
            OutOfTime: Not found, nor refuted, in time.
        """
        if not self._points and self._minimum(np.zeros(self.size, dtype=object)) is None:
            raise Infeasible

    def minimum(self, cost: NDArray[np.object_]) -> int | None:
        """The least ``cost · cells`` over the part's integer points; ``None`` where there is none.

        Args:
            cost: Integer coefficients, as Python integers.

        Raises:
            Infeasible: There is no point at all.
            OutOfTime: Not proven in time.
        """
        self.feasible()
        if self._falls_forever(cost):
            return None
        return self._minimum(cost)

    def _falls_forever(self, cost: NDArray[np.object_]) -> bool:
        """Whether a direction of the relaxation lowers the cost without end (then so do integer points)."""
        if self.proof.box(cost) is not None:
            return False
        self.lp.price(cost)
        if self.lp.solve(self._left()) == "optimal":
            return False
        ray = Relaxation(*_cone(self.rows, self.low, self.high))
        ray.price(cost)
        ray.solve(self._left())
        return self.proof.is_ray(cost, ray.values())

    def _left(self) -> float | None:
        if self.deadline is None:
            return None
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise OutOfTime
        return left

    def _known(self, cost: NDArray[np.object_]) -> int | None:
        """The least cost of the points found so far."""
        if not self._points:
            return None
        used = np.flatnonzero(cost != 0)
        sums = self._floats[: len(self._points), used] @ cost[used].astype(float)
        point = self._points[int(sums.argmin())]
        return sum((int(cost[col]) * int(point[col]) for col in used.tolist()), start=0)

    def _keep(self, values: NDArray[np.float64]) -> bool:
        """Round a point of the solver and remember it if it satisfies every row in integers."""
        rounded = np.round(values)
        if np.abs(rounded).max(initial=0) < 1 << 53:
            point = rounded.astype(np.int64)
        else:
            point = np.array([int(value) for value in rounded.tolist()], dtype=object)
        if not self.proof.holds(point):
            return False
        place = self._newest % _POINTS
        self._points[place : place + 1] = [point]
        self._floats[place] = rounded
        self._newest += 1
        return True

    def _minimum(self, cost: NDArray[np.object_]) -> int | None:
        best = self._known(cost)
        least = self.proof.box(cost)
        if best is not None and least is not None and best <= least:
            return best
        self.lp.price(cost)
        order = count()
        # Best bound first; of equal ones the deepest, which is soonest a point.
        heap: list[tuple[float | int, int, int, Box]] = [
            (-float("inf") if least is None else least, 0, next(order), self.proof.whole)
        ]
        visited = 0
        while heap:
            bound, depth, _, box = heapq.heappop(heap)
            if best is not None and bound >= best:
                break
            visited += 1
            if visited == _NODES:
                best, settled = self._asked(cost, best)
                if settled:
                    return best
            if visited > _LAST_NODE:
                raise OutOfTime
            if box.is_point():
                best = self._known(cost) if self._keep(box.low.astype(float)) else best
                continue
            self.lp.box(box)
            state = self.lp.solve(self._left())
            if state == "infeasible" and self._empty(box):
                continue
            here, children = bound, None
            if state == "optimal":
                proven = self.proof.bound(cost, self.lp, box)
                here = bound if proven is None else max(bound, proven)
                values = self.lp.values()
                if self._keep(values):
                    best = self._known(cost)
                if best is not None and here >= best:
                    continue
                children = _split(values, box)
            for child in children or _halves(box):
                heapq.heappush(heap, (here, depth - 1, next(order), child))
        return best

    def _empty(self, box: Box) -> bool:
        """Whether a box holds no point: by the solver's certificate, or by propagation; both in integers."""
        if self.proof.refutes(self.lp, box) or self._torn(box):
            return True
        try:
            propagate(self.rows, *box.lists())
        except Infeasible:
            return True
        return False

    def _torn(self, box: Box) -> bool:
        """Whether the least violation of all rows together proves that a box holds no point."""
        size, rows = self.size, len(self.rows)
        if self._elastic is None:
            loose = [
                Row((*row.cols, size + 2 * place, size + 2 * place + 1), (*row.coefs, 1, -1), row.low, row.high)
                for place, row in enumerate(self.rows)
            ]
            low, high = [*self.low, *[0] * (2 * rows)], [*self.high, *[None] * (2 * rows)]
            self._elastic = Relaxation(loose, low, high), Proof(loose, low, high)
        lp, proof = self._elastic
        cost = whole([0] * size + [1] * (2 * rows))
        lp.price(cost)
        lp.box(box.padded(2 * rows))
        if lp.solve(self._left()) != "optimal":
            return False
        weighings = self.proof.weights(lp.duals())
        exact = proof.exact_weights(cost, lp)
        return self.proof.contradicts([*weighings, *([exact] if exact else [])], box)

    def _asked(self, cost: NDArray[np.object_], best: int | None) -> tuple[int | None, bool]:
        """The best value after HiGHS's branch and bound was asked, and whether that settles the matter.

        Here alone the solver is believed, and only when two searches agree: one for the least cost, and one that
        finds no point below it.
        """
        found = Mixed(self.rows, self.low, self.high).best(cost, self._left())
        if isinstance(found, str):
            return best, found == "infeasible" and best is None
        best = self._known(cost) if self._keep(found) else best
        if best is None:
            return None, False
        return best, Mixed(self.rows, self.low, self.high).none_below(cost, best - 1, self._left())


def _split(values: NDArray[np.float64], box: Box) -> list[Box] | None:
    """Two boxes that leave out a point with a broken value, the nearer first; ``None`` where all are whole."""
    off = np.abs(values - np.round(values))
    col = int(off.argmax()) if len(off) else 0
    if not len(off) or off[col] <= _NEAR:
        return None
    below, bottom = int(np.floor(values[col])), int(box.low[col])
    top = None if box.endless[col] else int(box.high[col])
    found = [box.cut(col, below + 1, top), box.cut(col, bottom, below)]
    return found if values[col] - below >= _HALF else found[::-1]


def _halves(box: Box) -> list[Box]:
    """Two boxes where the solver gives no hint: the cell with the fewest values is halved."""
    low, high = box.lists()
    widths = [(top - bottom, col) for col, (bottom, top) in enumerate(zip(low, high, strict=True)) if top is not None]
    open_ = [width for width in widths if width[0] > 0]
    if open_:
        col = min(open_)[1]
        middle = (low[col] + (high[col] or 0)) // 2
        return [box.cut(col, low[col], middle), box.cut(col, middle + 1, high[col])]
    col = high.index(None)
    middle = 2 * low[col] + 8
    if middle > _ENDLESS:
        raise OutOfTime
    return [box.cut(col, low[col], middle), box.cut(col, middle + 1, None)]


def _cone(
    rows: Sequence[Row], low: Sequence[int], high: Sequence[int | None]
) -> tuple[list[Row], list[int], list[int | None]]:
    """The directions in which points may go without end, at most one step in each cell."""
    flat = [Row(row.cols, row.coefs, None if row.low is None else 0, None if row.high is None else 0) for row in rows]
    steps: list[int | None] = [0 if top is not None else 1 for top in high]
    return flat, [0] * len(low), steps


def whole(cost: Sequence[int]) -> NDArray[np.object_]:
    """Coefficients as an array of Python integers."""
    found = np.empty(len(cost), dtype=object)
    found[:] = cost
    return found
