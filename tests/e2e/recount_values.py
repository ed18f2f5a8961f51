"""The recount's sums: indicators over quarters and partners, the ledger's lines, and what is published beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from tests.e2e.recount import Figure, Recount, Row, last_day, name, number

SPANS = ("quarter", "year_to_date", "since_start")
NOTHING = Decimal("0.00")
MONEY = ("budget_eur", "committed_eur", "paid_eur")


class Value(NamedTuple):
    """A figure over a span: the bounds of its parts, their base where it is a share, and whether all is approved."""

    low: Fraction
    high: Fraction
    base: Fraction | None
    approved: bool

    def as_shown(self) -> tuple[Fraction, Fraction]:
        """Both bounds as they are read: a share in points."""
        return (self.low, self.high) if self.base is None else (100 * self.low / self.base, 100 * self.high / self.base)


class Published:
    """Published tables by name, as plain rows."""

    def __init__(self, data: Path) -> None:
        root = data / "published" / (data / "published" / "current").read_text(encoding="utf-8").strip()
        self.paths = {path.stem: path for path in root.rglob("*.parquet")}
        self.release = sorted(path.stem for path in root.glob("release/*.parquet"))

    def __getitem__(self, table: str) -> list[Row]:
        return pq.read_table(self.paths[table], partitioning=None).to_pylist()

    def columns(self, table: str) -> set[str]:
        """Names of a table's columns, of an empty table too."""
        return set(pq.read_schema(self.paths[table]).names)


def recounted(recount: Recount) -> dict[tuple[str, str, str], Value]:
    """Every indicator by code, quarter and span, where anything was reported."""
    figures: dict[str, list[Figure]] = defaultdict(list)
    for figure in recount.figures():
        figures[figure.indicator].append(figure)
    found = {}
    for row in recount.sheet("indicators.csv"):
        code = row["indicator_code"]
        for quarter in range(recount.start(code, recount.last, "since_start"), recount.last + 1):
            for span in SPANS:
                start = recount.start(code, quarter, span)
                inside = [figure for figure in figures[code] if start <= figure.quarter <= quarter]
                if inside and (value := added(row["kind"], row["overlap"], inside)) is not None:
                    found[code, name(quarter), span] = value
    return found


def added(kind: str, overlap: str, figures: list[Figure]) -> Value | None:
    """The arithmetic of a kind over quarters and partners; none for a share of nothing."""
    if kind == "stock":
        newest = {f.partner: max(g.quarter for g in figures if g.partner == f.partner) for f in figures}
        figures = [figure for figure in figures if figure.quarter == newest[figure.partner]]
    low, high = (sum((Fraction(f[place]) for f in figures), Fraction(0)) for place in (3, 4))
    base = sum((Fraction(f.base) for f in figures if f.base is not None), Fraction(0)) if kind == "ratio" else None
    if base == 0:
        return None
    if kind == "reach" and overlap == "unknown":
        low = Fraction(max(figure.low for figure in figures))
    elif kind == "reach" and overlap == "disjoint_places":
        largest: dict[str, Fraction] = defaultdict(Fraction)
        for figure in figures:
            city = "".join(letter for letter in (figure.place or "").lower() if letter.isalnum())
            largest[city] = max(largest[city], Fraction(figure.low))
        nowhere = largest.pop("", Fraction(0))
        low = max(sum(largest.values(), Fraction(0)), nowhere)
    return Value(low, high, base, all(figure.approved for figure in figures))


def planned(recount: Recount, sheet: Row, quarter: int) -> Fraction:
    """What is planned by the end of a quarter: the line through the baseline and every dated target."""
    dated = [(number(sheet["baseline_period"]), Fraction(sheet["baseline_value"]))]
    dated += sorted(
        (int(row["year"]) * 4 + 3, Fraction(row["target_value"]))
        for row in recount.sheet("targets.csv")
        if row["indicator_code"] == sheet["indicator_code"]
    )
    for (start, low), (end, high) in pairwise(dated):
        if start <= quarter <= end:
            return low + (high - low) * Fraction(quarter - start, end - start)
    return dated[-1][1]


def progress(sheet: Row, value: Fraction, target: Fraction, plan: Fraction) -> str:
    """The status of a number that is complete and known exactly."""
    base = Fraction(sheet["baseline_value"])
    sign = -1 if sheet["direction"] == "decrease" else 1
    way, whole, asked = (sign * (to - base) for to in (value, target, plan))
    if way >= whole:
        return "target_met"
    if way >= Fraction(95, 100) * asked:
        return "on_track"
    if sheet["kind"] in ("flow", "reach") and sheet["headline_span"] == "since_start":
        return "behind"
    if way >= whole / 10:
        return "improving"
    return "no_detectable_change" if way >= 0 or -way < abs(base) / 10 else "worsening"


def together(recount: Recount, values: dict[tuple[str, str, str], Value], quarter: str) -> tuple[Fraction, Fraction]:
    """Bounds of people reached by all programs, where nothing is known of their overlaps."""
    reach = [row for row in recount.sheet("indicators.csv") if row["kind"] == "reach"]
    found = [values[key] for row in reach if (key := (row["indicator_code"], quarter, "since_start")) in values]
    return max(value.low for value in found), sum((value.high for value in found), Fraction(0))


def ledger(recount: Recount) -> list[Row]:
    """Entries and the budget lines that stand, in euro, with what they count to."""
    lines = []
    for _, quarter, _, rows in recount.returns("finance", "entries"):
        for row in rows:
            sheet = (row["_submission_id"], row["_sheet"], row["_row"], row["entry_type"])
            lines.append({**row, "place": sheet, "quarter": quarter, "eur": recount.entry_eur(row),
                          "year": row["entry_date"].year})  # fmt: skip
    budget: dict[tuple[Any, ...], list[Row]] = {}
    for partner, quarter, _, rows in sorted(recount.returns("finance", "budget"), key=lambda item: item[1]):
        sent: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in rows:
            amount = recount.rates.euro(row["budget_amount"], row["budget_currency"], last_day(quarter))
            sent[partner, row["budget_year"], row["program_code"], row["pillar_code"]].append({
                **row, "entry_type": "budget", "country_code": row["country_code"] or "not_split",
                "entry_kind": "not_split", "counts_to_goal": True, "quarter": quarter, "eur": amount,
                "year": row["budget_year"], "place": (row["_submission_id"], row["_sheet"], row["_row"], "budget"),
            })  # fmt: skip
        budget |= sent
    lines += [line for part in budget.values() for line in part]
    for line in lines:
        for kind, column in (("budget", "budget_eur"), ("commitment", "committed_eur"), ("payment", "paid_eur")):
            line[column] = line["eur"] if line["entry_type"] == kind else NOTHING
    return lines


def sums(rows: Iterable[Row], keys: tuple[str, ...], columns: tuple[str, ...]) -> dict[tuple[Any, ...], list[Decimal]]:
    """Sums of columns by key."""
    found: dict[tuple[Any, ...], list[Decimal]] = defaultdict(lambda: [NOTHING] * len(columns))
    for row in rows:
        key = tuple(row[part] for part in keys)
        found[key] = [total + row[column] for total, column in zip(found[key], columns, strict=True)]
    return dict(found)


def differences(found: dict[Any, Any], expected: dict[Any, Any]) -> dict[Any, Any]:
    """What is published and what was recounted, where the two are not the same."""
    keys = found.keys() | expected.keys()
    return {key: (found.get(key), expected.get(key)) for key in keys if found.get(key) != expected.get(key)}
