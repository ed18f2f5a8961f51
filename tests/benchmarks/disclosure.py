"""How much the built-in suppression hides beside the optimum, on random tables with totals in three dimensions.

Twelve groups, six countries and yes or no, each with a total: 13 × 7 × 3 = 273 cells, thresholds of 11.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from exports.disclosure import argus, fallback

TABLES = 60
SEED = 20261128
Table = dict[tuple[str, ...], int]


def random_table(seed: int, sizes: tuple[int, ...] = (12, 6, 2)) -> Table:
    """A table of counts with totals; group and country sizes vary, so that some cells are small."""
    dice = random.Random(seed)
    axes = [[f"m{number}" for number in range(size)] for size in sizes]
    weights = [{member: dice.uniform(0.15, 1.6) for member in members} for members in axes]
    table: Table = {}
    for place in product(*axes):
        size = 19.0
        for weight, member in zip(weights, place, strict=True):
            size *= weight[member]
        table[place] = max(0, round(dice.gauss(size, size**0.5)))
    for axis in range(len(sizes)):
        sums: Table = {}
        for place, count in table.items():
            total = (*place[:axis], argus.TOTAL, *place[axis + 1 :])
            sums[total] = sums.get(total, 0) + count
        table |= sums
    return table


def small(table: Mapping[tuple[str, ...], int]) -> set[tuple[str, ...]]:
    """Cells of 1 to 10."""
    return {place for place, count in table.items() if 1 <= count <= 10}


def with_complement(table: Table) -> set[tuple[str, ...]]:
    """Small cells, and of yes and no the other one too."""
    hidden = set(small(table))
    for *rest, last in small(table):
        if last != argus.TOTAL:
            hidden |= {(*rest, other) for other in ("m0", "m1")}
    return hidden


def as_problem(table: Table, hidden: set[tuple[str, ...]]) -> dict[str, Any]:
    """The table as published, for the attacker: what is shown is exact, of a small cell only that it is small."""
    names = {place: "/".join(place) for place in table}
    inner = [place for place in table if argus.TOTAL not in place]

    def row(place: tuple[str, ...]) -> dict[str, int]:
        return {
            names[one]: 1
            for one in inner
            if all(mine in (other, argus.TOTAL) for mine, other in zip(place, one, strict=True))
        }

    facts = [{"coef": row(place), "lo": table[place], "hi": table[place]} for place in table if place not in hidden]
    return {
        "id": "table",
        "cells": [names[place] for place in inner],
        "facts": facts,
        "targets": [{"name": names[place], "coef": row(place)} for place in sorted(small(table))],
        "ub": None,
    }


def leaks(table: Table, hidden: set[tuple[str, ...]]) -> int:
    """Small cells that are recovered exactly: as linear programming finds them, which suffices for sums."""
    (answer,) = fallback.linear_attack([as_problem(table, hidden)])
    return sum(target["exact"] for target in answer["targets"])


PATTERNS: dict[str, Callable[[Table], set[tuple[str, ...]]]] = {
    "primary only": small,
    "and the complement of yes and no": with_complement,
    "built in": fallback.protect_table,
    "tau-ARGUS, optimum": argus.protect_table,
}


def hiding(tables: int) -> list[str]:
    """A table in Markdown: cells hidden, small cells recovered, seconds."""
    lines = [
        "| pattern | cells hidden, mean | times the optimum | small cells recovered | tables leaking | median s |",
        "|---|---|---|---|---|---|",
    ]
    found: dict[str, list[tuple[int, int, int, float]]] = {}
    for number in range(tables):
        table = random_table(SEED + number)
        for name, pattern in PATTERNS.items():
            if pattern is argus.protect_table and not argus.is_installed():
                continue
            start = time.perf_counter()
            hidden = pattern(table)
            seconds = time.perf_counter() - start
            found.setdefault(name, []).append((len(hidden), leaks(table, hidden), len(small(table)), seconds))
    means = {name: statistics.mean(row[0] for row in rows) for name, rows in found.items()}
    best = means.get("tau-ARGUS, optimum")
    for name, rows in found.items():
        share = 100 * sum(row[1] for row in rows) / max(1, sum(row[2] for row in rows))
        leaking = 100 * sum(row[1] > 0 for row in rows) / len(rows)
        ratio = f"{means[name] / best:.3f}" if best else "–"
        seconds = statistics.median(row[3] for row in rows)
        lines.append(f"| {name} | {means[name]:.1f} | {ratio} | {share:.1f}% | {leaking:.0f}% | {seconds:.3f} |")
    return [*lines, ""]
