"""Planting, reading, judging, and comparing what was told with what was planted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from expectations.judge import judge
from expectations.verdict import Verdict
from sources.contract.load import load_all
from sources.problems import Problem
from sources.reader import read_files
from tests.location.base import Base, bases
from tests.location.explicit import Before, Deserved
from tests.location.layouts import LAYOUTS, Layout, Written
from tests.location.plants import Plant, plants


class Rates:
    """A rate for every currency but the naira."""

    def rate_on(self, currency: str, day: date) -> tuple[Decimal, date] | None:
        return None if currency == "NGN" else (Decimal("1.1"), day)


@dataclass
class Tally:
    """Plants counted: told with the right rule, told at exactly its cells, and what was told beside."""

    planted: int = 0
    found: int = 0
    exact: int = 0
    beside: int = 0

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        self.planted += other.planted
        self.found += other.found
        self.exact += other.exact
        self.beside += other.beside

    @property
    def recall(self) -> float:
        """Share of plants told with the right rule."""
        return 100 * self.found / self.planted if self.planted else 100.0

    @property
    def precision(self) -> float:
        """Share of what was told that was planted."""
        told = self.found + self.beside
        return 100 * self.found / told if told else 100.0

    @property
    def exact_rate(self) -> float:
        """Share of plants told at exactly their cells."""
        return 100 * self.exact / self.planted if self.planted else 100.0

    @property
    def said(self) -> str:
        """The figures in one line."""
        return (
            f"{self.planted:,} planted: recall {self.recall:.1f} %, precision {self.precision:.1f} %, "
            f"exact cell {self.exact_rate:.1f} %"
        )

    @property
    def perfect(self) -> bool:
        """Everything found, at its cell, and nothing else told."""
        return self.planted == self.found == self.exact and not self.beside


@dataclass
class Score:
    """Tallies by layout and by kind of defect, and every miss in words."""

    total: Tally = field(default_factory=Tally)
    by_layout: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_kind: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    misses: list[str] = field(default_factory=list)

    def note(self, layout: str, kind: str, tally: Tally, miss: str) -> None:
        """Count one plant."""
        for each in (self.total, self.by_layout[layout], self.by_kind[kind]):
            each.add(tally)
        if miss:
            self.misses.append(miss)

    def join(self, other: Score) -> None:
        """Count another score in."""
        self.total.add(other.total)
        for mine, theirs in ((self.by_layout, other.by_layout), (self.by_kind, other.by_kind)):
            for name, tally in theirs.items():
                mine[name].add(tally)
        self.misses += other.misses


Case = tuple[Base, Layout, Plant]


def cases(programs: Iterable[str] | None = None, layouts: Sequence[Layout] = LAYOUTS) -> Iterator[Case]:
    """Every base, layout and plant that go together."""
    for program in programs if programs is not None else load_all():
        for base in bases(program):
            for plant in plants(base):
                for layout in layouts:  # innermost: one plant's layouts are judged by the same prepared suite
                    if _go_together(layout, plant):
                        yield base, layout, plant


def _go_together(layout: Layout, plant: Plant) -> bool:
    return (layout.workbook or not plant.workbook) and (plant.bands or not layout.bands)


def in_turn(every: Iterable[Case], layouts: int) -> Iterator[Case]:
    """Each plant in so many layouts only, another choice for each plant: all plants, all layouts, fewer pairs."""
    numbers: dict[tuple[int, str, str, str], int] = {}
    for base, layout, plant in every:
        number = numbers.setdefault((id(base), plant.kind, plant.table, plant.column), len(numbers))
        among = [item.name for item in LAYOUTS if _go_together(item, plant)]
        if (among.index(layout.name) - number) % len(among) < layouts:
            yield base, layout, plant


def one_of_each(every: Iterable[Case]) -> Iterator[Case]:
    """The first plant of each kind in each layout."""
    seen: set[tuple[str, str]] = set()
    for base, layout, plant in every:
        if (plant.kind, layout.name) not in seen:
            seen.add((plant.kind, layout.name))
            yield base, layout, plant


def quick(programs: Iterable[str]) -> Iterator[Case]:
    """One plant of each kind per program, each in one layout, another for each."""
    for program in programs:
        seen: set[str] = set()
        for base, layout, plant in in_turn(cases([program]), layouts=1):
            if plant.kind not in seen:
                seen.add(plant.kind)
                yield base, layout, plant


def score(chosen: Iterable[Case]) -> Score:
    """Plant every chosen defect, one at a time, and score what is told of it."""
    found = Score()
    clean: dict[tuple[int, str], set[tuple]] = {}
    for base, layout, plant in chosen:
        key = (id(base), layout.name)
        if key not in clean:
            clean[key] = {_identity(problem) for problem in _told(base, layout)[0].problems}
        _plant(base, layout, plant, clean[key], found)
    return found


def unplanted(base: Base, layout: Layout) -> list[Problem]:
    """What is told of a return without a defect."""
    return list(_told(base, layout)[0].problems)


def _plant(base: Base, layout: Layout, plant: Plant, clean: set[tuple], into: Score) -> None:
    given = base.copy()
    deserved = plant.apply(given)
    verdict, written = _told(given, layout)
    told = [problem for problem in verdict.problems if _identity(problem) not in clean]
    right = [problem for problem in told if problem.rule == deserved.rule and problem.table == deserved.table]
    tally = Tally(1, int(bool(right)), int(_exactly(right, deserved, written)), len(told) - min(1, len(right)))
    miss = ""
    if not tally.perfect or (plant.severity and right[0].severity != plant.severity):
        where = f"{base.contract.program} {base.period}, {layout.name}: {plant.kind} in {plant.table}.{plant.column}"
        asked = [written.cells.get((deserved.table, *cell)) for cell in deserved.cells]
        said = [f"{problem.rule} {list(problem.cells[:4])} {problem.sentence}" for problem in told]
        miss = "\n    ".join([where, f"deserved {deserved.rule} at {asked}; {verdict.state}; told:", *said])
        miss += "".join(f"\n    asked {question.sentence}" for question in verdict.questions)
    into.note(layout.name, plant.kind, tally, miss)


def _told(base: Base, layout: Layout) -> tuple[Verdict, Written]:
    layout.prepare(base := base.copy())
    written = layout.write(base)
    partner = layout.partner(base)
    read = read_files(base.contract, written.files, partner=partner, period=base.period)
    verdict = judge(base.contract, read, partner=partner, period=base.period, history=Before(base), rates=Rates())
    return verdict, written


def _identity(problem: Problem) -> tuple:
    return problem.rule, problem.file, problem.sheet, problem.cells, problem.rows


def _exactly(right: list[Problem], deserved: Deserved, written: Written) -> bool:
    if len(right) != 1:
        return False
    [problem] = right
    if (problem.file, problem.sheet) != written.sheets[deserved.table]:
        return False
    if deserved.column is not None:
        letter = written.cells[deserved.table, -1, deserved.column].rstrip("0123456789")
        return problem.found == letter
    wanted = tuple(written.cells[(deserved.table, *cell)] for cell in deserved.cells)
    return problem.cells == wanted
