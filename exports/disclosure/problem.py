"""What an outsider knows, as integer rows: reading published facts, propagating bounds, splitting what is unlinked.

A problem is a set of non-negative integer cells, facts that bound sums of them, and targets: sums whose bounds
are asked for. Everything here is exact; nothing is solved.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING, Any

from exports.disclosure.exact import NotANumber, ceil, exact, floor, limit, scale_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Rounds of propagation after which the rest is left to the solver.
_ROUNDS = 30


class AuditProblem(Exception):
    """A list of problems that cannot be read as one; the sentence says where and what to write instead."""


class Infeasible(Exception):
    """No integer cells satisfy the facts."""


@dataclass(frozen=True)
class Row:
    """``low <= Σ coefs[k] · cell[cols[k]] <= high``; an open side is ``None``."""

    cols: tuple[int, ...]
    coefs: tuple[int, ...]
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Target:
    """A sum whose bounds are asked for: ``Σ coefs[j] · cell[j] / scale`` with integer coefficients."""

    name: str
    coefs: dict[int, int]
    scale: Fraction


@dataclass
class Problem:
    """One set of cells with its facts and targets.

    Attributes:
        id: Its name.
        low: Lower bound of each cell.
        high: Upper bound of each cell; ``None`` where open.
        rows: The facts as integer rows.
        targets: What is asked for.
        contradiction: Whether reading alone shows that no integers satisfy the facts.
    """

    id: Any
    low: list[int]
    high: list[int | None]
    rows: list[Row] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    contradiction: bool = False


def loads(text: str | bytes) -> Any:
    """JSON with every number kept as its text says.

    Raises:
        AuditProblem: It is not JSON, or names one thing twice.
    """

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(name for name in found if sum(name == other for other, _ in pairs) > 1)
            raise AuditProblem(f"“{twice}” stands twice in one object. Write each name once.")
        return found

    try:
        return json.loads(text, parse_float=Decimal, parse_constant=str, object_pairs_hook=once)
    except UnicodeDecodeError:
        raise AuditProblem("This is not a JSON file: it is not text in UTF-8.") from None
    except json.JSONDecodeError as error:
        raise AuditProblem(f"This is not a JSON file: line {error.lineno}, column {error.colno}.") from None
    except (RecursionError, ValueError):
        raise AuditProblem(
            "This is not a JSON list of problems: it is nested too deep or a number is too long."
        ) from None


def read(given: Any) -> list[Problem]:
    """Problems as integer rows.

    Raises:
        AuditProblem: Something is not as it should be; the sentence names the problem and the place.
    """
    if not isinstance(given, list | tuple):
        raise AuditProblem("A list of problems is expected: [{“id”, “cells”, “facts”, “targets”, “ub”}, …].")
    return [_problem(each, place) for place, each in enumerate(given, start=1)]


def _problem(given: Any, place: int) -> Problem:
    if not _is_mapping(given):
        raise AuditProblem(f"Problem {place} is not an object with “id”, “cells”, “facts” and “targets”.")
    name = given.get("id", place)
    where = f"Problem “{name}”"
    cells = given.get("cells")
    if not isinstance(cells, list | tuple) or not all(isinstance(cell, str) for cell in cells):
        raise AuditProblem(f"{where}: “cells” is a list of names.")
    at = {cell: index for index, cell in enumerate(cells)}
    if len(at) < len(cells):
        twice = next(cell for index, cell in enumerate(cells) if at[cell] != index)
        raise AuditProblem(f"{where}: the cell “{twice}” is listed twice.")
    problem = Problem(name, [0] * len(cells), _upper(given.get("ub"), at, where))
    merged: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int | None, int | None]] = {}
    for number, fact in enumerate(_listed(given, "facts", where), start=1):
        _add_fact(problem, merged, fact, at, f"{where}, fact {number}")
    problem.rows = [Row(*key, *bounds) for key, bounds in merged.items()]
    for number, target in enumerate(_listed(given, "targets", where), start=1):
        problem.targets.append(_target(target, at, f"{where}, target {number}"))
    return problem


def _is_mapping(given: Any) -> bool:
    return hasattr(given, "keys") and hasattr(given, "get")


def _listed(given: Mapping[str, Any], key: str, where: str) -> Sequence[Any]:
    found = given.get(key)
    if found is None:
        return ()
    if not isinstance(found, list | tuple) or not all(_is_mapping(each) for each in found):
        raise AuditProblem(f"{where}: “{key}” is a list of objects.")
    return found


def _upper(given: Any, at: Mapping[str, int], where: str) -> list[int | None]:
    if given is None:
        return [None] * len(at)
    try:
        if not _is_mapping(given):
            bound = limit(given, below=False)
            return [None if bound is None else floor(bound)] * len(at)
        found: list[int | None] = [None] * len(at)
        for cell, value in given.items():
            bound = limit(value, below=False)
            found[_index(cell, at, f"{where}, “ub”")] = None if bound is None else floor(bound)
    except NotANumber as error:
        raise AuditProblem(f"{where}: “ub” is a number or one number for each cell, not {error}.") from None
    return found


def _index(cell: Any, at: Mapping[str, int], where: str) -> int:
    if cell not in at:
        raise AuditProblem(f"{where}: “{cell}” is not one of the cells.")
    return at[cell]


def _coefs(given: Mapping[str, Any], at: Mapping[str, int], where: str) -> dict[int, Fraction]:
    coefs = given.get("coef")
    if not _is_mapping(coefs):
        raise AuditProblem(f"{where}: “coef” is an object with a number for each cell that takes part.")
    found: dict[int, Fraction] = {}
    for cell, value in coefs.items():
        index = _index(cell, at, where)
        try:
            number = exact(value)
        except NotANumber as error:
            raise AuditProblem(f"{where}: the coefficient of “{cell}” is not a number: {error}.") from None
        if number:
            found[index] = number
    return found


def _add_fact(
    problem: Problem,
    merged: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int | None, int | None]],
    fact: Mapping[str, Any],
    at: Mapping[str, int],
    where: str,
) -> None:
    coefs = _coefs(fact, at, where)
    try:
        low, high = limit(fact.get("lo"), below=True), limit(fact.get("hi"), below=False)
    except NotANumber as error:
        raise AuditProblem(f"{where}: “lo” and “hi” are numbers or null, not {error}.") from None
    if not coefs:
        problem.contradiction |= (low is not None and low > 0) or (high is not None and high < 0)
        return
    scale = scale_of(coefs.values())
    cols = tuple(sorted(coefs))
    if coefs[cols[0]] < 0:
        low, high, scale = high, low, -scale
    # A sum of integers is an integer: the bounds are rounded inwards, exactly.
    key = (cols, tuple(int(coefs[col] * scale) for col in cols))
    inner = (None if low is None else ceil(low * scale), None if high is None else floor(high * scale))
    merged[key] = _within(merged.get(key, (None, None)), inner)
    found_low, found_high = merged[key]
    problem.contradiction |= found_low is not None and found_high is not None and found_low > found_high


def _within(one: tuple[int | None, int | None], other: tuple[int | None, int | None]) -> tuple[int | None, int | None]:
    lows = [low for low in (one[0], other[0]) if low is not None]
    highs = [high for high in (one[1], other[1]) if high is not None]
    return max(lows, default=None), min(highs, default=None)


def _target(given: Mapping[str, Any], at: Mapping[str, int], where: str) -> Target:
    name = given.get("name")
    if name is None:
        raise AuditProblem(f"{where} has no “name”.")
    coefs = _coefs(given, at, where)
    scale = scale_of(coefs.values())
    return Target(name, {col: int(value * scale) for col, value in coefs.items()}, scale)


def propagate(rows: Sequence[Row], low: list[int], high: list[int | None]) -> None:
    """Tighten the bounds of cells by the rows, in place, exactly.

    Raises:
        Infeasible: A row or a cell is left without any value.
    """
    if any(top is not None and top < bottom for bottom, top in zip(low, high, strict=True)):
        raise Infeasible
    touching: list[list[int]] = [[] for _ in low]
    for index, row in enumerate(rows):
        for col in row.cols:
            touching[col].append(index)
    due = list(range(len(rows)))
    for _ in range(_ROUNDS):
        changed: set[int] = set()
        for index in due:
            changed |= _tighten(rows[index], low, high)
        due = sorted({index for col in changed for index in touching[col]})
        if not due:
            return


def _tighten(row: Row, low: list[int], high: list[int | None]) -> set[int]:
    """Bounds of a row's cells from the row and the other cells' bounds; the cells that changed."""
    changed: set[int] = set()
    for sign, limit_ in ((1, row.high), (-1, None if row.low is None else -row.low)):
        if limit_ is None:
            continue
        # sign · Σ a·x <= limit: each term is at most what the least of all others leaves.
        least: list[int | None] = []
        for coef, col in zip(row.coefs, row.cols, strict=True):
            term = sign * coef
            bound = low[col] if term > 0 else high[col]
            least.append(None if bound is None else term * bound)
        endless = sum(term is None for term in least)
        if endless > 1:
            continue
        known = sum(term for term in least if term is not None)
        if not endless and known > limit_:
            raise Infeasible
        for term_least, coef, col in zip(least, row.coefs, row.cols, strict=True):
            if endless and term_least is not None:
                continue
            room = limit_ - (known - (term_least or 0))
            term = sign * coef
            value = room // term if term > 0 else -(room // -term)
            top = high[col]
            if term > 0 and (top is None or value < top):
                high[col] = value
            elif term < 0 and value > low[col]:
                low[col] = value
            else:
                continue
            changed.add(col)
            now = high[col]
            if now is not None and now < low[col]:
                raise Infeasible
    return changed


def reduced(rows: Sequence[Row], low: Sequence[int], high: Sequence[int | None]) -> list[Row]:
    """The rows without cells that have one value only, and without rows that say nothing more.

    Raises:
        Infeasible: A row of settled cells is not satisfied.
    """
    found: dict[tuple[tuple[int, ...], tuple[int, ...]], tuple[int | None, int | None]] = {}
    for row in rows:
        pairs = list(zip(row.cols, row.coefs, strict=True))
        settled = sum(coef * low[col] for col, coef in pairs if high[col] == low[col])
        free = [(col, coef) for col, coef in pairs if high[col] != low[col]]
        bottom = None if row.low is None else row.low - settled
        top = None if row.high is None else row.high - settled
        least = most = 0
        open_least = open_most = False
        for col, coef in free:
            one, other = (low[col], high[col]) if coef > 0 else (high[col], low[col])
            open_least, open_most = open_least or one is None, open_most or other is None
            least += coef * (one or 0)
            most += coef * (other or 0)
        if (bottom is not None and not open_most and most < bottom) or (
            top is not None and not open_least and least > top
        ):
            raise Infeasible
        if bottom is not None and not open_least and least >= bottom:
            bottom = None
        if top is not None and not open_most and most <= top:
            top = None
        if free and (bottom is not None or top is not None):
            common = gcd(*(coef for _, coef in free))
            bottom = None if bottom is None else -(-bottom // common)
            top = None if top is None else top // common
            if bottom is not None and top is not None and bottom > top:
                raise Infeasible
            key = (tuple(col for col, _ in free), tuple(coef // common for _, coef in free))
            found[key] = _within(found.get(key, (None, None)), (bottom, top))
    return [Row(*key, *bounds) for key, bounds in found.items()]


def parts(rows: Sequence[Row], cells: int) -> list[tuple[list[int], list[Row]]]:
    """Cells linked by rows, and those rows, group by group; cells in no row are in none."""
    root = list(range(cells))

    def find(col: int) -> int:
        while root[col] != col:
            root[col] = root[root[col]]
            col = root[col]
        return col

    for row in rows:
        for col in row.cols[1:]:
            root[find(col)] = find(row.cols[0])
    grouped: dict[int, tuple[list[int], list[Row]]] = {}
    for row in rows:
        grouped.setdefault(find(row.cols[0]), ([], []))[1].append(row)
    for col in range(cells):
        if find(col) in grouped:
            grouped[find(col)][0].append(col)
    return list(grouped.values())
