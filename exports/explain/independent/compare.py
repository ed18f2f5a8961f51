"""Every figure of the bundle against what was recomputed: how many agree, and which do not."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import partial
from pathlib import Path

from counts import Indicators, Line, Terms
from heard import Heard
from money import Entry, by_part, entries, goal
from originals import Originals
from people import People
from progress import coverage_row, value_row
from reading import Cells, Unknown, Wrong
from released import FEWEST, released_row, to_five
from survey import Survey
from trust import Trust

CENT = Decimal("0.01")
TABLES = (
    "figures", "indicators", "targets", "returns", "partners", "terms", "cells", "rates", "overlaps", "goals", "polls",
    "words", "outcomes",
)  # fmt: skip
#: Decimals of what is published with more than two.
PLACES = {"p_value": 6, "gap_p_value": 6, "design_effect": 4, "weights_effect": 4}
Row = dict[str, object]


@dataclass
class Outcome:
    """What came of it.

    Attributes:
        agreed: Number of figures by source that were recomputed and are what was published.
        wrong: Figure and measure → why it is not.
        unknown: Figure and measure → why it cannot be recomputed.
        files: Originals whose SHA-256 is not the one that was received.
    """

    agreed: Counter[str] = field(default_factory=Counter)
    wrong: dict[tuple[str, str], str] = field(default_factory=dict)
    unknown: dict[tuple[str, str], str] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    @property
    def figures(self) -> list[str]:
        """The figures that do not agree."""
        return sorted({figure for figure, _ in self.wrong})


def load(folder: Path) -> dict[str, list[Line]]:
    """The tables of a bundle."""
    bundle = {}
    for name in TABLES:
        with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
            bundle[name] = list(csv.DictReader(stream))
    return bundle


def compare(folder: Path, originals: Path) -> Outcome:
    """Recompute every figure of a bundle from the originals."""
    bundle = load(folder)
    store = Originals(originals)
    cells = Cells(bundle["cells"], store)
    rates = {(line["currency_code"], line["rate_day"]): Decimal(line["rate"]) for line in bundle["rates"]}
    indicators = Indicators(bundle, Terms(bundle["terms"], cells, rates))
    sources = Sources(bundle, indicators, store)
    outcome = Outcome()
    grouped: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in bundle["figures"]:
        grouped[line["figure_id"], line["source"]].append(line)
    for (figure, source), lines in grouped.items():
        for line in lines:
            try:
                problem = judged(line, partial(sources.find, source, figure, line))
            except Unknown as reason:
                outcome.unknown[figure, line["measure"]] = str(reason)
                continue
            if problem is None:
                outcome.agreed[source] += 1
            else:
                outcome.wrong[figure, line["measure"]] = problem
    names = {line["sha256"]: line["file"] for line in bundle["cells"]}
    outcome.files = sorted(f"{names.get(sha256, '?')} ({sha256[:12]}…)" for sha256 in store.altered)
    return outcome


def judged(line: Line, recompute: Callable[[], object]) -> str | None:
    """Why a published figure is not the recomputed one; ``None`` where it is."""
    if line["is_hidden"] == "true" and line["exact"] == "?":
        return f"hidden, yet shown as {line['shown']}" if line["shown"] else None
    try:
        found = recompute()
    except Unknown:
        raise
    except Wrong as problem:
        return str(problem)
    places = PLACES.get(line["measure"], 2)
    if line["exact"] != "?" and not alike(found, line["exact"], places):
        return f"published {line['exact'] or 'nothing'}, recomputed {text(found) or 'nothing'}"
    if line["is_hidden"] == "true":
        return f"hidden, yet shown as {line['shown']}" if line["shown"] else None
    if line["is_rounded"] == "true" and isinstance(found, Decimal):
        if line["kept"]:
            if abs(found - Decimal(line["kept"])) >= FEWEST:
                return f"kept as it was at {line['kept']}, but it is {text(found)} now"
            found = Decimal(line["kept"])
        found = to_five(found)
    if not alike(found, line["shown"], places):
        return f"shown {line['shown'] or 'nothing'}, but the rule gives {text(found) or 'nothing'}"
    return None


def alike(found: object, published: str, places: int = 2) -> bool:
    """Whether a recomputed figure is the published one, to its last digit."""
    if found is None or published == "":
        return found is None and published == ""
    if isinstance(found, float):
        # Floating point: what is published is this, rounded; its last bits may differ.
        half = Decimal(1).scaleb(-places) / 2
        return abs(Decimal(repr(found)) - Decimal(published)) <= half + Decimal(repr(abs(found) * 1e-13 + 1e-10))
    if not isinstance(found, Decimal):
        return str(found) == published
    try:
        listed = Decimal(published)
    except InvalidOperation:
        return False
    return found.quantize(CENT, ROUND_HALF_UP) == listed.quantize(CENT, ROUND_HALF_UP)


def text(value: object) -> str:
    """A figure for a message."""
    if isinstance(value, Decimal):
        return str(value.quantize(CENT, ROUND_HALF_UP))
    return "" if value is None else f"{value:.4f}" if isinstance(value, float) else str(value)


class Sources:
    """Where each kind of figure is recomputed; what serves many figures is worked out once."""

    def __init__(self, bundle: dict[str, list[Line]], indicators: Indicators, originals: Originals) -> None:
        self.bundle, self.indicators, self.originals = bundle, indicators, originals
        self.known: dict[tuple[str, ...], Row | Wrong] = {}
        self.kept: dict[str, dict[str, str]] = defaultdict(dict)
        for line in bundle["figures"]:
            if line["kept"] and line["source"] == "released":
                self.kept[line["figure_id"]][line["measure"]] = line["kept"]
        self.as_of = bundle["goals"][0]["as_of"] if bundle["goals"] else ""

    def find(self, source: str, figure: str, line: Line) -> object:
        """A recomputed measure.

        Raises:
            Wrong: A cell it rests on is not what the bundle lists.
        """
        row = getattr(self, f"_{source}")(figure, line)
        return row.get(line["measure"])

    def _once(self, key: tuple[str, ...], make: Callable[[], Row]) -> Row:
        if key not in self.known:
            try:
                self.known[key] = make()
            except Wrong as problem:
                self.known[key] = problem
        found = self.known[key]
        if isinstance(found, Wrong):
            raise found
        return found

    def _progress(self, figure: str, line: Line) -> Row:
        code, period, span = figure.split("/")[:3]
        stated = self._once(("stated", figure), lambda: coverage_row(self.indicators, code, period, span))
        if line["measure"] in stated:
            return stated
        return self._once(("value", figure), lambda: value_row(self.indicators, code, period, span))

    def _released(self, figure: str, line: Line) -> Row:
        code, period, span = figure.split("/")[:3]
        stated = self._once(("stated", figure), lambda: coverage_row(self.indicators, code, period, span))
        if line["measure"] in stated:
            return stated
        kept = self.kept.get(figure, {})
        return self._once(("released", figure), lambda: released_row(self.indicators, code, period, span, kept))

    def _entries(self) -> list[Entry]:
        return self._once(("entries",), lambda: {"entries": entries(self.indicators.terms, self.as_of)})["entries"]  # type: ignore[return-value]

    def _goal(self, figure: str, line: Line) -> Row:
        facts = next(line for line in self.bundle["goals"] if line["start_year"] and line["goal_code"] != "trust_gap")
        period = figure.split("/")[1]
        return self._once(("goal", period), lambda: goal(self._entries(), facts, self.indicators, period))

    def _investment(self, figure: str, line: Line) -> Row:
        _, dimension, member = figure.split("/")
        parts = self._once(("parts",), lambda: {"parts": by_part(self._entries())})["parts"]
        return dict(parts.get((dimension, member), {}))  # type: ignore[attr-defined]

    def _people(self) -> People:
        found = self._once(("people",), lambda: {"people": People(self.indicators, self.bundle["overlaps"])})
        return found["people"]  # type: ignore[return-value]

    def _reach(self, figure: str, line: Line) -> Row:
        period = figure.split("/")[1]
        released = figure.endswith("/release")

        def make() -> Row:
            met, due = self._people().reach_coverage(period)
            row = self._people().reach(period, released)
            return row | {"coverage_met": Decimal(met), "coverage_due": Decimal(due)}

        return self._once(("reach", figure), make)

    def _contribution(self, figure: str, line: Line) -> Row:
        _, code, period, audience = figure.split("/")
        return self._once(
            ("contribution", figure), lambda: self._people().contribution(code, period, audience == "release")
        )

    def _trust(self) -> Trust:
        found = self._once(("trust",), lambda: {"trust": Trust(Survey(self.bundle, self.originals))})
        return found["trust"]  # type: ignore[return-value]

    def _heard(self, figure: str, line: Line) -> Row:
        barrier, program = [*figure.split("/")[1:], None][:2]
        found = self._once(("heard",), lambda: {"heard": Heard(self.indicators.terms, self._trust().survey)})["heard"]
        return self._once(("heard", figure), lambda: found.row(barrier or "", program))  # type: ignore[attr-defined]

    def _poll(self, figure: str, line: Line) -> Row:
        _, outcome, wave, area, group, *audience = figure.split("/")
        asked = self._trust().estimates if audience else self._trust().released
        return self._once(("poll", figure), lambda: asked(outcome, wave, area, group))

    def _change(self, figure: str, line: Line) -> Row:
        _, outcome, base, wave, area, group = figure.split("/")
        return self._once(("change", figure), lambda: self._trust().change(outcome, area, group, base, wave))

    def _restoring(self, figure: str, line: Line) -> Row:
        _, action, wave, area = figure.split("/")

        def make() -> Row:
            outcome = f"restoring|{action}"
            row = self._trust().released(outcome, wave, area, "everybody")
            rank = self._trust().ranks(wave, area).get(outcome)
            return row | {"action_rank": None if rank is None else Decimal(rank)}

        return self._once(("restoring", figure), make)
