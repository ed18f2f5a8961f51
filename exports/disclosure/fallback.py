"""Complementary suppression without a library: never one hidden part in a line, then whatever the attacker still finds.

It hides more than the least possible (``docs/benchmarks.md`` says how much more) and is safe: it ends only when
no target can be recovered exactly, or when everything about people is hidden.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from exports.disclosure import rules

#: Attacker: problems and the true cells in, which targets are exact out.
Attack = Callable[[list[dict[str, Any]], Mapping[str, int]], list[dict[str, Any]]]
_ZERO, _NEAR = 1e-7, 1e-6
_UNBOUNDED = 3
#: How far from the true table another one is looked for.
_AROUND = 40


def partners_in_line(parts: Sequence[tuple[str, int]], hidden: Iterable[str], spared: Iterable[str] = ()) -> set[str]:
    """What else must be hidden in a line whose total is shown.

    At least two parts are hidden, and together they hold no small number of people, so that subtraction gives neither
    a part nor a small number.

    Args:
        parts: Name and number of people of each part.
        hidden: Parts hidden already.
        spared: Parts that are known from elsewhere; hiding them would protect nothing.

    Returns:
        Further parts to hide, the smallest first; all of them where nothing less will do.
    """
    inside = {name for name, _ in parts}
    gone = set(hidden) & inside
    if not gone:
        return set()
    sizes = dict(parts)
    more: set[str] = set()
    # Nobody hides behind nobody: a zero protects nothing, so it is not a candidate.
    candidates = sorted(
        (size, name) for name, size in parts if name not in gone and name not in set(spared) and size > 0
    )
    while candidates and (len(gone | more) < 2 or sum(sizes[name] for name in gone | more) < rules.FEWEST):
        more.add(candidates.pop(0)[1])
    return more


def protect_table(cells: Mapping[tuple[str, ...], int], threshold: int = rules.FEWEST, total: str = "total") -> set:
    """Cells of one table with totals that must not be shown: the small ones, and in each line one beside them.

    Args:
        cells: Count by coordinates; in each dimension ``total`` is the sum of the others.
        threshold: Counts from 1 to below this are small.
        total: Name of the total in every dimension.

    Returns:
        Coordinates of hidden cells. Lines are gone through until each with a hidden cell has two or more.
    """
    hidden = {place for place, count in cells.items() if 1 <= count < threshold}
    lines = _lines(cells)
    changed = True
    while changed:
        changed = False
        for line in lines:
            gone = [place for place in line if place in hidden]
            if len(gone) != 1:
                continue
            # A total costs more than a part: it is in more lines and is what people look for.
            choice = sorted(
                (place.count(total), cells[place], place) for place in line if place not in hidden and cells[place] > 0
            )
            if choice:
                hidden.add(choice[0][2])
                changed = True
    return hidden


def _lines(cells: Mapping[tuple[str, ...], int]) -> list[list[tuple[str, ...]]]:
    dimensions = [sorted({place[axis] for place in cells}) for axis in range(len(next(iter(cells))))]
    lines = []
    for axis, members in enumerate(dimensions):
        others = [names for other, names in enumerate(dimensions) if other != axis]
        for rest in product(*others):
            line = [(*rest[:axis], member, *rest[axis:]) for member in members]
            lines.append([place for place in line if place in cells])
    return lines


def linear_bounds(problem: Mapping[str, Any], target: Mapping[str, float]) -> tuple[float, float, set[int]]:
    """Least and most of a target by linear programming, and which facts prove them.

    Whole numbers can only be closer together: what is exact here is exact, and the integer attacker
    (:func:`exports.disclosure.audit.audit`) decides the rest.

    Returns:
        Lower and upper bound, and the indices of facts with a price in either proof.
    """
    import numpy as np
    from scipy.optimize import linprog

    matrix, upper, owners = _inequalities(problem)
    aim = _vector(problem, target)
    found: list[float] = []
    proof: set[int] = set()
    for sign in (1.0, -1.0):
        result = linprog(sign * aim, A_ub=matrix, b_ub=upper, bounds=(0, problem["ub"]), method="highs")
        if result.status == _UNBOUNDED:
            found.append(-sign * math.inf)
            continue
        if result.status != 0:
            raise ValueError(f"Problem {problem['id']}: the figures contradict each other ({result.message}).")
        found.append(sign * float(result.fun))
        proof |= {owners[int(place)] for place in np.flatnonzero(np.abs(result.ineqlin.marginals) > _ZERO)}
    return found[0], found[1], proof


def _inequalities(problem: Mapping[str, Any]) -> tuple[Any, list[float], list[int]]:
    """The facts as ``matrix @ cells <= upper``, and the index of the fact behind each line."""
    from scipy.sparse import csr_matrix

    cells = {name: place for place, name in enumerate(problem["cells"])}
    places, columns, numbers = [], [], []
    upper: list[float] = []
    owners: list[int] = []
    for number, fact in enumerate(problem["facts"]):
        for sign, bound in ((1.0, fact["hi"]), (-1.0, fact["lo"])):
            if bound is None:
                continue
            for cell, coefficient in fact["coef"].items():
                places.append(len(upper))
                columns.append(cells[cell])
                numbers.append(sign * coefficient)
            upper.append(sign * float(bound))
            owners.append(number)
    return csr_matrix((numbers, (places, columns)), shape=(len(upper), len(cells))), upper, owners


def _vector(problem: Mapping[str, Any], target: Mapping[str, float]) -> Any:
    import numpy as np

    return np.array([float(target.get(cell, 0)) for cell in problem["cells"]])


def is_ambiguous(problem: Mapping[str, Any], target: Mapping[str, int], truth: Mapping[str, int]) -> bool:
    """Whether another table close to the true one fits every fact and gives a target another value.

    The other table is checked in whole numbers, so that this is a proof that the target is safe; not finding one proves
    nothing.
    """
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp

    matrix, upper, _ = _inequalities(problem)
    aim = _vector(problem, target)
    here = np.array([truth[cell] for cell in problem["cells"]])
    box = Bounds(np.maximum(here - _AROUND, 0), here + _AROUND)
    for sign in (1, -1):
        found = milp(
            np.zeros(len(here)),
            integrality=1,
            bounds=box,
            constraints=[
                LinearConstraint(matrix, ub=upper),
                LinearConstraint(sign * aim, lb=sign * _sum(target, truth) + 1),
            ],
            options={"node_limit": 1_000},
        )
        if found.x is not None:
            table = dict(zip(problem["cells"], (round(number) for number in found.x), strict=True))
            if _fits(problem, table) and _sum(target, table) != _sum(target, truth):
                return True
    return False


def _sum(coef: Mapping[str, int], table: Mapping[str, int]) -> int:
    return sum(number * table[cell] for cell, number in coef.items())


def _fits(problem: Mapping[str, Any], table: Mapping[str, int]) -> bool:
    return min(table.values()) >= 0 and all(
        (fact["lo"] is None or fact["lo"] <= _sum(fact["coef"], table))
        and (fact["hi"] is None or _sum(fact["coef"], table) <= fact["hi"])
        for fact in problem["facts"]
    )


def integer_attack(problems: list[dict[str, Any]], truth: Mapping[str, int]) -> list[dict[str, Any]]:
    """The integer attacker, asked only of targets that no other fitting table shows to be safe.

    Args:
        problems: As :func:`exports.disclosure.linear.bare` leaves them.
        truth: Number of people by cell.
    """
    from exports.disclosure.audit import audit

    answers = []
    for problem in problems:
        open_targets = [target for target in problem["targets"] if not is_ambiguous(problem, target["coef"], truth)]
        exact = set()
        if open_targets:
            (answer,) = audit([{**problem, "targets": open_targets}])
            # What could not be decided is not safe.
            exact = {
                asked["name"]
                for asked, given in zip(open_targets, answer["targets"], strict=True)
                if given["status"] != "solved" or given["exact"]
            }
        targets = [{"name": target["name"], "exact": target["name"] in exact} for target in problem["targets"]]
        answers.append({"id": problem["id"], "targets": targets})
    return answers


def linear_attack(problems: list[dict[str, Any]], truth: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
    """The attacker by linear programming alone: quick, and blind to what only whole numbers give away."""
    answers = []
    for problem in problems:
        targets = []
        for target in problem["targets"]:
            least, most, _ = linear_bounds(problem, target["coef"])
            low = None if math.isinf(least) else math.ceil(least - _NEAR)
            high = None if math.isinf(most) else math.floor(most + _NEAR)
            exact = low is not None and high is not None and low >= high
            targets.append({"name": target["name"], "lo": low, "hi": high, "exact": exact})
        answers.append({"id": problem["id"], "targets": targets})
    return answers


def cheapest_that_proves(
    problem: Mapping[str, Any], target: Mapping[str, float], costs: Mapping[str, tuple]
) -> str | None:
    """The figure to hide next: the cheapest of those that prove a target, or else of all that share its cells.

    Args:
        costs: Cost by figure that may still be hidden; a figure of an earlier release is not among them.
    """
    _, _, proof = linear_bounds(problem, target)
    sources = problem["sources"]
    proving = {sources[number] for number in proof} & costs.keys()
    among = proving or {source for source in sources if source in costs}
    return min(among, key=lambda name: (costs[name], name)) if among else None
