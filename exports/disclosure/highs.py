"""The solver behind the attacker: linear relaxations kept warm, and branch and bound. It proposes; others check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from exports.disclosure.proof import Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from exports.disclosure.problem import Row

#: Coefficients beyond this are scaled for the solver; the proofs use the integers as they are.
_SCALED_FROM = 1_000
#: Dual simplex where bounds changed, primal simplex where the objective did.
_DUAL, _PRIMAL = 1, 4


class _Model:
    """The rows as a HiGHS model."""

    def __init__(self, rows: Sequence[Row], low: Sequence[int], high: Sequence[int | None]) -> None:
        import highspy

        self._kinds = highspy.HighsModelStatus
        self.size = len(low)
        self.scale = np.array([_scale(row) for row in rows], dtype=float)
        # The class below highspy.Highs: that one greets on standard output before it can be told not to.
        self.highs: Any = highspy.Highs.__base__()  # type: ignore[misc]
        for option, value in {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "primal_feasibility_tolerance": 1e-9,
            "dual_feasibility_tolerance": 1e-9,
        }.items():
            self.highs.setOptionValue(option, value)
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.size, len(rows)
        lp.col_cost_ = np.zeros(self.size)
        lp.col_lower_ = np.array([float(bottom) for bottom in low])
        lp.col_upper_ = np.array([_open(top) for top in high])
        lp.row_lower_ = np.array([-_open(_negated(row.low)) for row in rows]) / self.scale
        lp.row_upper_ = np.array([_open(row.high) for row in rows]) / self.scale
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row.cols) for row in rows)])
        lp.a_matrix_.index_ = np.array([col for row in rows for col in row.cols], dtype=np.int32)
        lp.a_matrix_.value_ = np.array(
            [coef / scale for row, scale in zip(rows, self.scale.tolist(), strict=True) for coef in row.coefs],
            dtype=float,
        )
        self.settle(lp)
        self.highs.passModel(lp)
        self._priced = np.zeros(self.size)

    def settle(self, lp: Any) -> None:
        """Options and model details of the kind of model."""

    def price(self, cost: NDArray[np.object_]) -> None:
        """Set the objective; only what changed is passed on."""
        wanted = cost.astype(float)
        changed = np.flatnonzero(wanted != self._priced).astype(np.int32)
        if len(changed):
            self.highs.changeColsCost(len(changed), changed, wanted[changed])
            self._priced = wanted

    def run(self, seconds: float | None) -> str:
        """Solve within seconds; ``optimal``, ``infeasible`` or ``unknown``."""
        # The limit counts from the model's first run on.
        until = float("inf") if seconds is None else self.highs.getRunTime() + seconds
        self.highs.setOptionValue("time_limit", until)
        self.highs.run()
        state = self.highs.getModelStatus()
        if state == self._kinds.kOptimal:
            return "optimal"
        return "infeasible" if state == self._kinds.kInfeasible else "unknown"

    def values(self) -> NDArray[np.float64]:
        """The point found."""
        return np.asarray(self.highs.getSolution().col_value, dtype=float)


class Relaxation(_Model):
    """The rows without the demand for integers, kept warm between objectives and boxes."""

    def __init__(self, rows: Sequence[Row], low: Sequence[int], high: Sequence[int | None]) -> None:
        super().__init__(rows, low, high)
        self._whole = self._box = Box.of(low, high)
        self._strategy = _DUAL

    def settle(self, lp: Any) -> None:
        """No presolve: it would throw the warm basis away, and the certificate of a contradiction with it."""
        self.highs.setOptionValue("presolve", "off")
        self.highs.setOptionValue("solver", "simplex")

    def price(self, cost: NDArray[np.object_]) -> None:
        """Set the objective and lift every box."""
        self.box(self._whole)
        super().price(cost)
        self._strategy = _PRIMAL

    def box(self, box: Box) -> None:
        """Set the bounds of the cells; only what changed is passed on."""
        now = self._box
        if box is now:
            return
        other = (box.low != now.low) | (box.high != now.high) | (box.endless != now.endless)
        changed = np.flatnonzero(other).astype(np.int32)
        low, high = box.low[changed].astype(float), box.high[changed].astype(float)
        self.highs.changeColsBounds(len(changed), changed, low, np.where(box.endless[changed], np.inf, high))
        self._box, self._strategy = box, _DUAL

    def solve(self, seconds: float | None) -> str:
        """Solve within seconds; ``optimal``, ``infeasible`` or ``unknown``."""
        self.highs.setOptionValue("simplex_strategy", self._strategy)
        return self.run(seconds)

    def duals(self) -> NDArray[np.float64]:
        """What each row weighs in the bound."""
        return np.asarray(self.highs.getSolution().row_dual, dtype=float) / self.scale

    def objective(self) -> float:
        """The value found."""
        return float(self.highs.getInfo().objective_function_value)

    def ray(self) -> NDArray[np.float64] | None:
        """Weights of rows that contradict each other."""
        _, there, values = self.highs.getDualRay()
        return np.array(values, dtype=float) / self.scale if there else None

    def basis(self) -> tuple[list[int], list[int]]:
        """Cells in the basis, and rows whose slack is not."""
        import highspy

        basis = self.highs.getBasis()
        inside = highspy.HighsBasisStatus.kBasic
        cells = [col for col, state in enumerate(basis.col_status) if state == inside]
        rows = [row for row, state in enumerate(basis.row_status) if state != inside]
        return cells, rows


class Mixed(_Model):
    """The rows over integers, by HiGHS's own branch and bound."""

    def settle(self, lp: Any) -> None:
        """Every cell an integer, no gap accepted."""
        import highspy

        lp.integrality_ = [highspy.HighsVarType.kInteger] * self.size
        for option in ("mip_rel_gap", "mip_abs_gap"):
            self.highs.setOptionValue(option, 0.0)
        self.highs.setOptionValue("mip_feasibility_tolerance", 1e-9)

    def best(self, cost: NDArray[np.object_], seconds: float | None) -> NDArray[np.float64] | str:
        """A point of least cost; a word where there is none."""
        self.price(cost)
        state = self.run(seconds)
        return self.values() if state == "optimal" else state

    def none_below(self, cost: NDArray[np.object_], value: int, seconds: float | None) -> bool:
        """Whether no point has a cost of at most a value."""
        used = np.flatnonzero(cost != 0).astype(np.int32)
        self.price(np.zeros(self.size, dtype=object))
        self.highs.addRow(-float("inf"), float(value), len(used), used, cost[used].astype(float))
        return self.run(seconds) == "infeasible"


def _scale(row: Row) -> float:
    largest = max(abs(coef) for coef in row.coefs)
    return float(largest) if largest > _SCALED_FROM else 1.0


def _open(value: int | None) -> float:
    return float("inf") if value is None else float(value)


def _negated(value: int | None) -> int | None:
    return None if value is None else -value
