"""The integer attacker: what an outsider can work out from published facts about counts nobody published.

For every target the true least and greatest value over all non-negative integer cells that satisfy all facts.
Bounds are proven (:mod:`exports.disclosure.part`); what is not proven in time is unknown, which is never “safe”.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import gcd
from typing import Any

from exports.disclosure.exact import plain
from exports.disclosure.part import OutOfTime, Part, whole
from exports.disclosure.problem import Infeasible, Problem, Row, Target, parts, propagate, read, reduced

#: State of a problem and of a target.
SOLVED, INFEASIBLE, UNKNOWN = "solved", "infeasible", "unknown"
_SENTENCES = {
    INFEASIBLE: "No counts satisfy all these facts: at least one of them is wrong, so nothing follows from them.",
    UNKNOWN: "The time was over before every bound was proven: what is unknown is not safe.",
}
#: Rounds of presolve; each settles cells that let the next one drop rows.
_PRESOLVE = 6

Progress = Callable[[int, int], None]


def audit(
    problems: Sequence[Any], *, seconds: float | None = None, progress: Progress | None = None
) -> list[dict[str, Any]]:
    """The integer bounds of every target of every problem.

    Args:
        problems: ``{"id", "cells": [names], "facts": [{"coef": {cell: number}, "lo", "hi"}], "targets": [{"name",
            "coef"}], "ub"}`` each: ``lo <= Σ coef·cell <= hi``, an open side null or missing; ``ub`` one upper
            bound for all cells, one for each, or null. Numbers are integers, decimals, fractions (also as text:
            ``"1/3"``) or floats, and taken exactly.
        seconds: Time for all problems together; without it there is no limit.
        progress: Called with targets done and targets in all.

    Returns:
        For each problem ``{"id", "status", "targets": [{"name", "lo", "hi", "exact", "status"}]}`` in the order
        given. ``lo`` and ``hi`` are the true minimum and maximum over integer cells, null where there is none;
        ``exact`` says that they are equal. A target with fractional coefficients has rational bounds: where one is
        no integer, the nearest double stands in ``lo`` and ``hi``, and the fraction as text in ``lo_exact`` and
        ``hi_exact``. ``status`` is ``solved``, ``infeasible`` (no cells satisfy the facts; bounds are null) or
        ``unknown`` (out of time; bounds are null); then ``sentence`` says so.

    Raises:
        AuditProblem: The list is not of this shape; the sentence says where.
    """
    wanted = read(problems)
    deadline = None if seconds is None else time.monotonic() + seconds
    total, done, found = sum(len(problem.targets) for problem in wanted), 0, []
    for problem in wanted:
        attack = _Attack(problem, deadline)
        answers = []
        for target in problem.targets:
            answers.append(_answer(attack, target))
            done += 1
            if progress is not None:
                progress(done, total)
        state = attack.state if attack.state != SOLVED or all(each["status"] == SOLVED for each in answers) else UNKNOWN
        sentence = {"sentence": _SENTENCES[state]} if state in _SENTENCES else {}
        found.append({"id": problem.id, "status": state, **sentence, "targets": answers})
    return found


def _answer(attack: _Attack, target: Target) -> dict[str, Any]:
    low = high = None
    state = attack.state
    if state == SOLVED:
        try:
            low, high = attack.least(target.coefs), attack.greatest(target.coefs)
        except OutOfTime:
            state = UNKNOWN
    below, above = (None if bound is None else bound / target.scale for bound in (low, high))
    answer = {
        "name": target.name,
        "lo": plain(below),
        "hi": plain(above),
        "exact": state == SOLVED and below is not None and below == above,
        "status": state,
    }
    for key, bound in (("lo_exact", below), ("hi_exact", above)):
        if bound is not None and bound.denominator > 1:
            answer[key] = str(bound)
    return answer


class _Attack:
    """One problem, presolved and split into what is linked."""

    def __init__(self, problem: Problem, deadline: float | None) -> None:
        self._deadline = deadline
        self._low, self._high = list(problem.low), list(problem.high)
        self._parts: list[Part] = []
        self._place: dict[int, tuple[int, int]] = {}
        self._least: dict[tuple[int, tuple[int, ...]], int | None] = {}
        self.state = SOLVED
        try:
            self._split(self._presolved(problem))
            # A contradiction anywhere makes every bound meaningless, so each part needs one point first.
            for part in self._parts:
                part.feasible()
        except Infeasible:
            self.state = INFEASIBLE
        except OutOfTime:
            self.state = UNKNOWN

    def _presolved(self, problem: Problem) -> list[Row]:
        if problem.contradiction:
            raise Infeasible
        found = problem.rows
        for _ in range(_PRESOLVE):
            propagate(found, self._low, self._high)
            before, found = len(found), reduced(found, self._low, self._high)
            if len(found) == before:
                break
        return found

    def _split(self, rows: Sequence[Row]) -> None:
        for number, (cells, linked) in enumerate(parts(rows, len(self._low))):
            at = {cell: index for index, cell in enumerate(cells)}
            self._place |= {cell: (number, index) for cell, index in at.items()}
            own = [Row(tuple(at[col] for col in row.cols), row.coefs, row.low, row.high) for row in linked]
            low, high = [self._low[cell] for cell in cells], [self._high[cell] for cell in cells]
            self._parts.append(Part(own, low, high, self._deadline))

    def least(self, coefs: Mapping[int, int]) -> Fraction | None:
        """The least value of a sum; ``None`` where it falls without end.

        Raises:
            OutOfTime: Not proven in time.
        """
        if self._deadline is not None and time.monotonic() >= self._deadline:
            raise OutOfTime
        total, linked = 0, dict[int, dict[int, int]]()
        for cell, coef in coefs.items():
            if cell in self._place:
                number, index = self._place[cell]
                linked.setdefault(number, {})[index] = coef
                continue
            # A cell that no fact is about any more takes its own bounds, whatever the others are.
            bound = self._low[cell] if coef > 0 else self._high[cell]
            if bound is None:
                return None
            total += coef * bound
        # Parts share no fact, so each takes its own least value.
        for number, own in linked.items():
            least = self._least_of(number, own)
            if least is None:
                return None
            total += least
        return Fraction(total)

    def greatest(self, coefs: Mapping[int, int]) -> Fraction | None:
        """The greatest value of a sum; ``None`` where it rises without end."""
        least = self.least({cell: -coef for cell, coef in coefs.items()})
        return None if least is None else -least

    def _least_of(self, number: int, coefs: Mapping[int, int]) -> int | None:
        part, common = self._parts[number], gcd(*coefs.values())
        cost = [0] * part.size
        for index, coef in coefs.items():
            cost[index] = coef // common
        key = (number, tuple(cost))
        if key not in self._least:
            self._least[key] = part.minimum(whole(cost))
        least = self._least[key]
        return None if least is None else least * common
