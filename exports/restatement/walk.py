"""From an earlier figure to a later one, one edit at a time: the differences are the parts, and they add up exactly.

A figure is a function of the rows behind it, the one ``impact explain`` recomputes it with. It is evaluated after each
edit, in the fixed order of causes. First its own definition changes, under the earlier rows; what an overlap that was
declared changes comes with de-duplication.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from exports import origins
from exports.restatement.causes import Edit, place
from sources import periods

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from exports.restatement.edits import Placed

ZERO = Decimal(0)
_ALWAYS = 10**9
#: Between the edits of the causes before de-duplication, and its own.
_OVERLAP = place("de_duplication")


class Arithmetic(NamedTuple):
    """How rows come to a figure."""

    kind: str
    overlap: str
    unit: str


class Figure(NamedTuple):
    """What is evaluated: an indicator's figure, or one member's part of it."""

    indicator: str
    first: str
    period: str
    dimension: str = "total"
    member: str = "total"


class Part(NamedTuple):
    """What one edit changed of a figure, at its lower and at its upper bound."""

    edit: Edit
    low: Decimal
    high: Decimal


Value = tuple[Decimal | None, Decimal | None]


class Term(NamedTuple):
    """Rows of one return and place that come and go together; the shape :func:`exports.origins.total` adds up."""

    low: Decimal
    high: Decimal
    denominator: Decimal
    place_key: str | None


@dataclass(slots=True)
class _Group:
    partner: str
    period: str
    since: int
    until: int
    place_key: str | None
    low: Decimal = ZERO
    largest: Decimal | None = None
    high: Decimal = ZERO
    denominator: Decimal = ZERO

    def add(self, low: Decimal, high: Decimal, denominator: Decimal | None) -> None:
        self.low += low
        self.largest = low if self.largest is None else max(self.largest, low)
        self.high += high
        self.denominator += denominator or ZERO

    def stands(self, at: int) -> bool:
        return self.since <= at < self.until

    def term(self, how: Arithmetic) -> Term:
        largest = how.kind == "reach" and how.overlap != "disjoint" and self.largest is not None
        return Term(self.largest if largest else self.low, self.high, self.denominator, self.place_key)  # type: ignore[arg-type]


class Trail:
    """The rows of two builds, ready to be evaluated after any edit.

    Args:
        placed: Every row with the edits that brought and took it.
        until: Last quarter of partners who left, by (program, partner): their levels no longer count.
    """

    def __init__(self, placed: Iterable[Placed], until: Mapping[tuple[str, str], str]) -> None:
        items = list(placed)
        self._until = until
        known = {edit for item in items for edit in (item.since, item.until) if edit is not None}
        self.edits: list[Edit] = sorted(known, key=lambda edit: edit.order)
        rank = {edit: number for number, edit in enumerate(self.edits, start=1)}
        #: Rank after which overlaps are as declared later: all causes before de-duplication are done.
        self._overlap_rank = sum(place(edit.cause) < _OVERLAP for edit in self.edits)
        self._groups: dict[tuple[str, str, str], list[_Group]] = defaultdict(list)
        self._programs: dict[str, str] = {}
        found: dict[tuple[object, ...], _Group] = {}
        for item in items:
            row = item.row
            self._programs[row.indicator] = row.key.program
            since = rank[item.since] if item.since is not None else 0
            until = rank[item.until] if item.until is not None else _ALWAYS
            for dimension, member in row.members:
                at = (row.indicator, dimension, member)
                spot = (*at, row.key.partner, row.key.period, since, until, row.place_key)
                group = found.get(spot)
                if group is None:
                    group = found[spot] = _Group(row.key.partner, row.key.period, since, until, row.place_key)
                    self._groups[at].append(group)
                group.add(row.low, row.high, row.denominator)

    def before(self, figure: Figure, how: Arithmetic) -> Value:
        """The figure from the earlier rows."""
        return self._value(self._of(figure), figure, how, 0)

    def parts(self, figure: Figure, how: Arithmetic, then: Arithmetic) -> tuple[Value, list[Part], Value]:
        """The steps from the earlier rows to the later ones.

        Args:
            how: The later arithmetic, but for what is declared of overlaps: that is the earlier one.
            then: The later arithmetic.

        Returns:
            The figure from the earlier rows by the later arithmetic, what each edit changed from there, and the
            figure from the later rows. A figure that is not there counts as nothing in the differences.
        """
        groups = self._of(figure)
        moving = [*groups, *self._beside(figure, how.kind)]
        ranks = sorted(
            {group.since for group in moving if group.since}
            | {group.until for group in moving if group.until != _ALWAYS}
        )
        steps: list[tuple[int, Arithmetic, Edit | None]] = [(0, how, None)]
        declared = how == then
        for rank in ranks:
            if not declared and rank > self._overlap_rank:
                steps.append((steps[-1][0], then, DECLARED))
                declared = True
            steps.append((rank, then if declared else how, self.edits[rank - 1]))
        if not declared:
            steps.append((steps[-1][0], then, DECLARED))
        values = [self._value(groups, figure, by, rank) for rank, by, _ in steps]
        parts = [
            Part(edit, *(_less(now, was) for was, now in zip(old, new, strict=True)))
            for (old, new), (_, _, edit) in zip(pairwise(values), steps[1:], strict=True)
            if edit is not None
        ]
        return values[0], parts, values[-1]

    def _of(self, figure: Figure) -> list[_Group]:
        mine = self._groups.get((figure.indicator, figure.dimension, figure.member), [])
        return [group for group in mine if figure.first <= group.period <= figure.period]

    def _beside(self, figure: Figure, kind: str) -> list[_Group]:
        """Groups that are no part of a figure, yet decide what is: a partner's later level, the first place named."""
        whole = self._groups.get((figure.indicator, "total", "total"), [])
        levels = self._of(figure._replace(dimension="total", member="total")) if kind == "stock" else []
        unplaced = (figure.dimension, figure.member) == ("place", "not_split")
        return [*levels, *(group for group in whole if unplaced and group.place_key is not None)]

    def _value(self, groups: list[_Group], figure: Figure, how: Arithmetic, at: int) -> Value:
        there = [group for group in groups if group.stands(at)]
        if how.kind == "stock":
            last = self._last(figure, at)
            there = [group for group in there if last.get(group.partner) == group.period]
        if (figure.dimension, figure.member) == ("place", "not_split"):
            # Places are told apart only where a row of the indicator names one.
            named = any(group.stands(at) for group in self._beside(figure, "") if group.place_key is not None)
            there = there if named else []
        low, high = origins.total(how.kind, how.overlap, how.unit, [group.term(how) for group in there])  # type: ignore[arg-type]
        return low, high

    def _last(self, figure: Figure, at: int) -> dict[str, str]:
        """The last quarter each partner reported a level in, while it still reports the program."""
        program = self._programs.get(figure.indicator, "")
        last: dict[str, str] = {}
        for group in self._of(figure._replace(dimension="total", member="total")):
            gone = self._until.get((program, group.partner), figure.period) < figure.period
            if group.stands(at) and not gone:
                last[group.partner] = max(last.get(group.partner, ""), group.period)
        return last


#: The step at which what is declared of overlaps becomes what it is later.
DECLARED = Edit("de_duplication", text="What is declared about counting the same people twice changed.")


def span_start(period: str, span: str) -> str:
    """The first quarter of a span that ends with a quarter."""
    return {"quarter": period, "year_to_date": f"{period[:4]}-Q1"}.get(span, periods.FIRST_PERIOD)


def _less(now: Decimal | None, was: Decimal | None) -> Decimal:
    return (now or ZERO) - (was or ZERO)
