"""Small seeded survey designs, one of every kind the survey models must get right."""

from __future__ import annotations

import csv
import json
import math
import random
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, Any]
Query = tuple[str, ...]


@dataclass(frozen=True)
class Survey:
    """Respondents, how they were sampled (as in DESIGN.json) and what is asked of them."""

    name: str
    rows: list[Row]
    design: dict[str, Any]
    queries: list[Query]

    def write(self, folder: Path) -> tuple[Path, Path, Path]:
        """The three files of ``impact survey estimate``: respondents, design, queries."""
        folder.mkdir(parents=True, exist_ok=True)
        paths = folder / f"{self.name}.csv", folder / f"{self.name}.json", folder / f"{self.name}.queries.csv"
        with paths[0].open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, list(self.rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(self.rows)
        paths[1].write_text(json.dumps(self.design), encoding="utf-8")
        with paths[2].open("w", encoding="utf-8", newline="") as handle:
            table = csv.writer(handle, lineterminator="\n")
            table.writerow(("row", "quantity", "dom_a", "dom_b", "dom_c", "dom_d"))
            table.writerows((at, *query, *[""] * (5 - len(query))) for at, query in enumerate(self.queries, start=1))
        return paths


#: Asked of every design: shares, gaps of disjoint and of overlapping groups, and a difference of two gaps.
COMMON: list[Query] = [
    ("prop", "*"),
    ("prop", "sex=f"),
    ("prop", "race=b"),
    ("prop", "race=c"),
    ("prop", "sex=f;race=b"),
    ("prop", "wave=2;disabled=1"),
    ("diff", "sex=f", "sex=m"),
    ("diff", "race=b", "race=a"),
    ("diff", "disabled=1", "*"),
    ("diff", "sex=f", "disabled=1"),
    ("diff", "wave=2", "wave=1"),
    ("did", "sex=f;wave=2", "sex=m;wave=2", "sex=f;wave=1", "sex=m;wave=1"),
    ("did", "disabled=1;wave=2", "wave=2", "disabled=1;wave=1", "wave=1"),
]


def _people(
    seed: int, strata: int, units: int, size: int, *, unequal: bool = False, spread: float = 0.5, base: float = 0.55
) -> list[Row]:
    """Respondents in strata and units; ``unequal`` draws the number of units and of people in them."""
    draw = random.Random(seed)
    rows = []
    for stratum in range(1, strata + 1):
        for unit in range(1, (draw.randint(2, units + 1) if unequal else units) + 1):
            tilt = draw.uniform(-0.2, 0.2)
            for _ in range(draw.randint(1, 2 * size) if unequal else size):
                sex, race = draw.choice("fm"), draw.choice("aaabbc")
                disabled = int(draw.random() < 0.25)
                chance = base + tilt - 0.1 * (sex == "f") - 0.12 * (race == "b") - 0.1 * disabled
                rows.append(
                    {
                        "person": len(rows) + 1,
                        "stratum": f"s{stratum}",
                        "unit": unit,
                        "weight": round(math.exp(draw.uniform(-3 * spread, 3 * spread)), 6),
                        "sex": sex,
                        "race": race,
                        "disabled": disabled,
                        "wave": draw.choice((1, 2)),
                        "trust": int(draw.random() < chance),
                    }
                )
    return rows


def _design(**given: Any) -> dict[str, Any]:
    keys = ("weight", "strata", "psu", "fpc", "nest", "outcome")
    return dict.fromkeys(keys) | {"weight": "weight", "outcome": "trust", "lonely_psu": "fail"} | given


def _named_apart(rows: Iterable[Row]) -> list[Row]:
    """Units with a name of their own, so that no number starts anew in another stratum."""
    return [row | {"unit": f"{row['stratum']}-{row['unit']}"} for row in rows]


def _unit_counts(rows: list[Row]) -> dict[str, int]:
    return {
        stratum: len({row["unit"] for row in rows if row["stratum"] == stratum})
        for stratum in {row["stratum"] for row in rows}
    }


def _panel(seed: int) -> list[Row]:
    """The same people asked twice; most keep their answer."""
    draw = random.Random(seed)
    first = [row | {"wave": 1} for row in _people(seed + 1, 6, 3, 7)]
    second = [
        row | {"wave": 2, "trust": row["trust"] if draw.random() < 0.75 else 1 - row["trust"]}
        for row in first
        if draw.random() < 0.85
    ]
    return first + second


def _lonely(seed: int) -> list[Row]:
    """Two strata of a single unit among six, one of them with waves of its own."""
    rows = [row for row in _people(seed, 6, 3, 6) if row["stratum"] not in ("s2", "s5") or row["unit"] == 1]
    return [row | {"race": "c"} if row["stratum"] == "s5" else row for row in rows]


def _jackknife(rows: list[Row], *, stratified: bool) -> tuple[list[Row], list[str], list[float]]:
    """Replicate weights that leave one unit out: of the whole sample (JK1), or of its stratum (JKn)."""
    units = list(dict.fromkeys((row["stratum"], row["unit"]) for row in rows))
    counts = _unit_counts(rows)
    factors, columns = [], [f"rep{at}" for at in range(1, len(units) + 1)]
    result = [dict(row) for row in rows]
    for column, (stratum, unit) in zip(columns, units, strict=True):
        n = counts[stratum] if stratified else len(units)
        factors.append((n - 1) / n)
        for row in result:
            if (row["stratum"], row["unit"]) == (stratum, unit):
                row[column] = 0
            elif row["stratum"] == stratum or not stratified:
                row[column] = row["weight"] * n / (n - 1)
            else:
                row[column] = row["weight"]
    return result, columns, factors


def _with(rows: list[Row], change: Callable[[random.Random, Row], Row], seed: int = 0) -> list[Row]:
    draw = random.Random(seed)
    return [row | change(draw, row) for row in rows]


def _simple() -> Iterator[Survey]:
    """One way of sampling each."""
    both = {"strata": "stratum", "psu": "unit"}
    yield Survey("stratified", _people(1, 8, 1, 40), _design(strata="stratum"), COMMON)
    clustered = _named_apart(_people(2, 1, 24, 9, unequal=True))
    yield Survey("clustered", clustered, _design(psu="unit"), COMMON)
    yield Survey("nested", _people(3, 8, 4, 12, unequal=True), _design(**both, nest=True), COMMON)
    yield Survey("named_apart", _named_apart(_people(4, 7, 4, 9)), _design(**both, nest=False), COMMON)
    yield Survey("simple_random", _people(5, 1, 1, 150), _design(weight=None), COMMON)
    yield Survey("no_weights", _people(6, 6, 4, 8), _design(weight=None, **both, nest=True), COMMON)
    yield Survey("weights_only", _people(7, 1, 1, 300, spread=0.2), _design(), COMMON)
    large = _people(8, 20, 4, 40, spread=0.2)
    rare = _with(large, lambda draw, row: {"rare": int(draw.random() < (0.02 if row["race"] == "b" else 0.006))})
    yield Survey("large", large, _design(**both, nest=True), COMMON)
    yield Survey("rare_outcome", rare, _design(**both, nest=True, outcome="rare"), COMMON)


def _finite_populations() -> Iterator[Survey]:
    nested = {"strata": "stratum", "psu": "unit", "nest": True, "fpc": "fpc"}
    rows = _people(11, 6, 4, 8, unequal=True)
    counts = _unit_counts(rows)
    sizes = {stratum: count + 3 * at for at, (stratum, count) in enumerate(sorted(counts.items()))}
    yield Survey("fpc_counts", [row | {"fpc": sizes[row["stratum"]]} for row in rows], _design(**nested), COMMON)
    fractions = {f"s{at}": at / 12 for at in range(1, 9)}
    rows = [row | {"fpc": fractions[row["stratum"]]} for row in _people(12, 8, 1, 25)]
    yield Survey("fpc_fractions", rows, _design(strata="stratum", fpc="fpc"), COMMON)
    rows = _people(13, 4, 3, 15)
    yield Survey("census", [row | {"fpc": 3} for row in rows], _design(**nested), COMMON)


def _waves() -> Iterator[Survey]:
    both = {"strata": "stratum", "psu": "unit", "nest": True}
    yield Survey("panel", _panel(21), _design(**both), [*COMMON, ("diff", "wave=2;sex=f", "wave=1;sex=f")])
    shared = _people(22, 7, 3, 16)
    yield Survey("shared_units", shared, _design(**both), COMMON)
    apart = [row | {"stratum": f"{row['stratum']}/{row['wave']}"} for row in _people(23, 5, 3, 16)]
    yield Survey("independent_waves", apart, _design(**both), COMMON)


def _lonely_units() -> Iterator[Survey]:
    both = {"strata": "stratum", "psu": "unit", "nest": True}
    alone: list[Query] = [("prop", "stratum=s2"), ("diff", "stratum=s2", "stratum=s5"), ("diff", "stratum=s2", "*")]
    for rule in ("adjust", "average", "certainty"):
        yield Survey(f"lonely_{rule}", _lonely(31), _design(**both, lonely_psu=rule), COMMON + alone)
        sizes = {"s2": 1, "s5": 4}  # s2 holds all there is: certain by itself, whatever the rule
        rows = [row | {"fpc": sizes.get(row["stratum"], 20)} for row in _lonely(32)]
        yield Survey(f"lonely_{rule}_fpc", rows, _design(**both, fpc="fpc", lonely_psu=rule), COMMON + alone)
    # A lonely stratum outside every question stops nobody.
    rows = [row | {"trust": ""} if row["stratum"] in ("s2", "s5") else row for row in _lonely(33)]
    yield Survey("lonely_elsewhere", rows, _design(**both), COMMON)


def _awkward() -> Iterator[Survey]:
    both = {"strata": "stratum", "psu": "unit", "nest": True}
    yield Survey("tiny", _people(41, 2, 2, 3), _design(**both), COMMON)

    def extreme(_: random.Random, row: Row) -> Row:
        kind = {"s1": "nobody", "s2": "everybody"}.get(row["stratum"], "some")
        return {"kind": kind, "trust": {"nobody": 0, "everybody": 1}.get(kind, row["trust"])}

    rows = _with(_people(42, 5, 4, 10), extreme)
    rows[-1] |= {"kind": "one person", "trust": 1}
    odd: list[Query] = [
        *(("prop", f"kind={kind}") for kind in ("nobody", "everybody", "one person", "unheard of", "some")),
        ("prop", "kind=everybody;sex=f"),
        ("diff", "kind=nobody", "kind=some"),
        ("diff", "kind=everybody", "kind=nobody"),
        ("diff", "kind=one person", "kind=some"),
        ("diff", "kind=some", "kind=one person"),
        ("diff", "kind=unheard of", "kind=some"),
        ("diff", "kind=some", "kind=unheard of"),
        ("did", "kind=some;wave=2", "kind=everybody", "kind=some;wave=1", "kind=nobody"),
        ("did", "kind=some", "*", "kind=unheard of", "*"),
        ("diff", "sex=f", "sex=f"),
    ]
    yield Survey("all_or_none", rows, _design(**both), COMMON + odd)
    # Every unit gives the very same answers: nothing varies, and a rounding must not pass for a variance.
    alike = [
        {"stratum": f"s{stratum}", "unit": unit, "weight": 0.1 * stratum, "sex": "fm"[at % 2], "trust": at // 2 % 2}
        for stratum in range(1, 4)
        for unit in range(1, 8)
        for at in range(4 + stratum)
    ]
    same: list[Query] = [("prop", "*"), ("prop", "sex=f"), ("diff", "sex=f", "sex=m"), ("prop", "stratum=s1")]
    yield Survey("alike", alike, _design(**both), same)

    def idle(draw: random.Random, row: Row) -> Row:
        unused = (row["stratum"], row["unit"]) in (("s1", 1), ("s3", 2)) or row["stratum"] == "s6"
        return {"weight": 0 if unused or draw.random() < 0.15 else row["weight"]}

    unused: list[Query] = [("prop", "stratum=s6"), ("diff", "stratum=s6", "*"), ("prop", "stratum=s1")]
    yield Survey("zero_weights", _with(_people(43, 6, 3, 10), idle), _design(**both), COMMON + unused)
    rows = _with(_people(44, 8, 1, 20), lambda draw, row: {"weight": row["weight"] if draw.random() < 0.8 else 0})
    yield Survey("zero_weights_unclustered", rows, _design(strata="stratum"), COMMON)

    def silent(draw: random.Random, row: Row) -> Row:
        gone = row["stratum"] == "s2" and row["unit"] == 1
        return {"trust": "" if gone or draw.random() < 0.2 else row["trust"]}

    yield Survey("missing_outcomes", _with(_people(45, 6, 3, 10), silent), _design(**both), COMMON)
    rows = _with(_people(46, 6, 3, 10), lambda draw, row: {"weight": row["weight"] if draw.random() < 0.9 else ""})
    yield Survey("missing_weights", rows, _design(**both), COMMON)

    def wild(draw: random.Random, _: Row) -> Row:
        return {"weight": float(f"{10 ** draw.uniform(-3, 6):.6g}")}

    yield Survey("extreme_weights", _with(_people(47, 6, 4, 9), wild), _design(**both), COMMON)
    for name, factor in (("huge_weights", 1e12), ("minute_weights", 1e-9)):
        rows = [row | {"weight": float(f"{row['weight'] * factor:.9g}")} for row in _people(48, 5, 3, 9)]
        yield Survey(name, rows, _design(**both), COMMON[:8])
    places = _with(_people(49, 12, 3, 5), lambda _, row: {"place": f"p{(int(row['stratum'][1:]) + 1) // 2}"})
    few: list[Query] = [
        *(("prop", f"place=p{at}") for at in (1, 3, 5)),
        ("prop", "place=p2;sex=f"),
        ("diff", "place=p1", "place=p2"),
        ("diff", "place=p1", "*"),
        ("did", "place=p1;sex=f", "place=p1;sex=m", "place=p4;sex=f", "place=p4;sex=m"),
    ]
    yield Survey("few_strata", places, _design(**both), COMMON + few)


def _replicated() -> Iterator[Survey]:
    rows, columns, factors = _jackknife(_people(51, 1, 15, 12), stratified=False)
    whole = {"columns": columns, "factor": factors[0]}
    nobody: list[Query] = [("prop", "race=z"), ("diff", "race=z", "*"), ("diff", "race=a", "race=z")]
    yield Survey("jk1", rows, _design(replicates=whole | {"centre": "mean"}), COMMON + nobody)
    rows, columns, factors = _jackknife(_people(52, 6, 3, 12), stratified=True)
    each = {"columns": columns, "factor": factors}
    yield Survey("jkn", rows, _design(replicates=each | {"centre": "estimate"}), COMMON)
    rows = _with(rows, lambda draw, row: {"trust": row["trust"] if draw.random() < 0.9 else ""})
    part: list[Query] = [("prop", "stratum=s2"), ("diff", "stratum=s2", "stratum=s4")]
    yield Survey("jkn_mean", rows, _design(replicates=each | {"centre": "mean"}), COMMON + part)


def surveys() -> Sequence[Survey]:
    """Every design, always the same."""
    kinds = (_simple, _finite_populations, _waves, _lonely_units, _awkward, _replicated)
    return [survey for kind in kinds for survey in kind()]


if __name__ == "__main__":
    for each in surveys():
        each.write(Path(sys.argv[1]))
