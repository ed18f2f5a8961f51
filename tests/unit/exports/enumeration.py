"""Every table there is: the slow, certain way to the bounds an outsider can work out."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import ceil, floor, lcm

import numpy as np


def number(value):
    """A number of a problem as its decimal text says."""
    return Fraction(value) if isinstance(value, int | str | Fraction) else Fraction(Decimal(str(value)))


def bounds(problem):
    """Least and greatest value of each target over all cells from 0 to ``ub``; ``None`` where nothing fits."""
    cells = problem["cells"]
    ub = problem["ub"]
    tops = [ub[cell] if isinstance(ub, dict) else ub for cell in cells]
    grid = np.array(list(product(*(range(top + 1) for top in tops))), dtype=np.int64).reshape(-1, len(cells))
    for fact in problem["facts"]:
        coefs, scale = _scaled(fact["coef"], cells)
        sums = grid @ coefs
        # Sums are integers: a bound cuts between two of them.
        if fact.get("lo") is not None:
            grid, sums = grid[sums >= ceil(number(fact["lo"]) * scale)], sums[sums >= ceil(number(fact["lo"]) * scale)]
        if fact.get("hi") is not None:
            grid = grid[sums <= floor(number(fact["hi"]) * scale)]
    if not len(grid):
        return None
    found = []
    for target in problem["targets"]:
        coefs, scale = _scaled(target["coef"], cells)
        sums = grid @ coefs
        found.append((Fraction(int(sums.min()), scale), Fraction(int(sums.max()), scale)))
    return found


def _scaled(coef, cells):
    numbers = [number(coef.get(cell, 0)) for cell in cells]
    scale = lcm(*(value.denominator for value in numbers))
    return np.array([int(value * scale) for value in numbers], dtype=np.int64), scale


#: Shapes of linked tables and the largest count in each: all can be enumerated.
SHAPES = (((2, 2), 4), ((2, 3), 4), ((3, 2), 3), ((2, 2, 2), 2), ((3, 3), 1), ((4,), 4), ((5,), 4), ((2, 4), 2))


def linked_table(rng, name):
    """A random table with facts about it that are true, as a publication would give them, and what to attack."""
    shape, top = SHAPES[int(rng.integers(len(SHAPES)))]
    truth = rng.integers(0, top + 1, size=shape)
    where = list(np.ndindex(*shape))
    cells = {at: "c" + "".join(map(str, at)) for at in where}
    sums = {frozenset([at]) for at in where} | {frozenset(where)}
    for axis, size in enumerate(shape):
        sums |= {frozenset(at for at in where if at[axis] == member) for member in range(size)}
    facts = []
    ordered = sorted(sums, key=sorted)
    for members in ordered:
        facts += _shown(rng, cells, truth, sorted(members), where)
    targets = [
        {"name": f"t{index}", "coef": {cells[at]: 1 for at in sorted(members)}} for index, members in enumerate(ordered)
    ]
    one, other = (ordered[int(place)] for place in rng.integers(len(ordered), size=2))
    gap = {cells[at]: (at in one) - (at in other) for at in where}
    targets.append({"name": "gap", "coef": {cell: value for cell, value in gap.items() if value}})
    true = {cells[at]: int(truth[at]) for at in where}
    problem = {"id": name, "cells": list(cells.values()), "facts": facts, "targets": targets, "ub": top}
    return problem, true


def _shown(rng, cells, truth, members, where):
    count = int(sum(truth[at] for at in members))
    total = int(truth.sum())
    coef = {cells[at]: 1 for at in members}
    how = rng.choice(["exact", "rounded", "percent", "gap", "hidden", "hidden", "hidden", "complement", "below"])
    if how == "exact":
        return [{"coef": coef, "lo": count, "hi": count}]
    if how == "rounded":
        near = 5 * ((count + 2) // 5)
        return [{"coef": coef, "lo": near - 2, "hi": near + 2}]
    if how == "percent" and total:
        percent = (100 * count + total // 2) // total
        if 2 * (100 * count - percent * total) == total:
            percent += 1
        facts = []
        for half, side in (("0.5", "hi"), ("-0.5", "lo")):
            share = (Decimal(percent) + Decimal(half)) / 100
            weights = {cells[at]: (Decimal(1) if at in members else Decimal(0)) - share for at in where}
            facts.append({"coef": {cell: float(weight) for cell, weight in weights.items()}, side: 0})
        return facts
    if how == "gap":
        other = [at for at in where if at not in members]
        gap = 2 * count - total
        slack = int(rng.integers(0, 2))
        coef |= {cells[at]: -1 for at in other}
        return [{"coef": coef, "lo": gap - slack, "hi": gap + slack}]
    if how == "complement":
        other = [cells[at] for at in where if at not in members]
        return [{"coef": dict.fromkeys(other, 1), "lo": total - count, "hi": total - count}]
    if how == "below" and count:
        return [{"coef": coef, "lo": 1, "hi": max(10, count)}]
    return []
