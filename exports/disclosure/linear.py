"""Figures about people as sums over cells: the frame that suppression and the attacker share.

A cell is a number of people nobody publishes: those who came between two dates, those of one country, the remainder
of a whole. Each published figure is a row over cells, with bounds that follow from the value shown. Figures that are
tied by their arithmetic share cells: a running total is the one before it and an increment; a total is the sum of its
countries, and of its groups; a whole is its parts and a remainder; a figure of a later release is that of the earlier
one and a change. So subtraction, in every combination, is linear algebra, and an integer program tells what it gives
away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from exports.disclosure import rules
from exports.safe import is_blank

if TYPE_CHECKING:
    import pandas as pd

#: A coefficient by cell.
Form = dict[str, int]
OPEN = None


@dataclass(frozen=True)
class Row:
    """One linear statement over cells.

    Attributes:
        figure_id: The figure that makes it; of a structural row the line it holds for.
        bound: ``low``, ``high`` or ``share`` of a figure; ``structure`` for what the arithmetic says; ``target`` for
            what must not be recovered.
        release: Index of the release it was published in, the newest last.
        coef: Coefficient by cell.
        lo: At least.
        hi: At most; ``None`` where nothing is known.
        value: The exact value, which only this side knows.
    """

    figure_id: str
    bound: str
    release: int
    coef: Mapping[str, int]
    lo: int
    hi: int | None
    value: int


@dataclass
class _Book:
    """Forms by key and value of each cell; what is equal is one form."""

    rows: list[Row] = field(default_factory=list)
    values: dict[str, int] = field(default_factory=dict)

    def cell(self, name: str, value: int) -> Form:
        self.values[name] = value
        return {name: 1}

    def after(self, before: tuple[Form, int], name: str, value: int) -> Form:
        """The form of a value that follows another: the same, more or less of it."""
        form, old = before
        if value == old:
            return form
        step = self.cell(f"{name}/{'more' if value > old else 'less'}", abs(value - old))
        return added(form, step, 1 if value > old else -1)


def added(form: Mapping[str, int], other: Mapping[str, int], times: int = 1) -> Form:
    """``form + times * other``, without cells that cancel out."""
    total = dict(form)
    for cell, number in other.items():
        total[cell] = total.get(cell, 0) + times * number
    return {cell: number for cell, number in total.items() if number}


def rows(figures: pd.DataFrame, earlier: Sequence[pd.DataFrame] = ()) -> list[Row]:
    """Every figure, structural fact and target as a linear row.

    Args:
        figures: Figures of ``pub_leads__disclosure`` with what is decided of them.
        earlier: The same of releases before, oldest first; what they showed is known for good.

    Returns:
        Rows in a fixed order. Rows of hidden figures say what the public rule says.
    """
    return _written(figures, earlier).rows


def cells(figures: pd.DataFrame, earlier: Sequence[pd.DataFrame] = ()) -> dict[str, int]:
    """How many people each cell of :func:`rows` holds, which only this side knows."""
    return _written(figures, earlier).values


def _written(figures: pd.DataFrame, earlier: Sequence[pd.DataFrame]) -> _Book:
    book = _Book()
    frames = [*earlier, figures]
    records = [
        {**record, "release": number}
        for number, frame in enumerate(frames)
        for record in frame.sort_values(["figure_id"]).to_dict("records")
        if record["tier"] == rules.PARTICIPANTS
    ]
    highs, lows, bases = _forms(book, records)
    for record in records:
        key = (record["figure_id"], record["release"])
        _figure_rows(book, record, highs[key], lows[key], bases.get(key))
    _line_rows(book, records, highs, lows, bases)
    _part_rows(book, records, highs)
    _small_steps(book, records)
    return book


def _forms(book: _Book, records: Sequence[Mapping[str, Any]]) -> tuple[dict, dict, dict]:
    """Forms of the upper bound, the lower bound and the base of each figure, by id and release."""
    highs: dict[tuple[str, int], Form] = {}
    lows: dict[tuple[str, int], Form] = {}
    bases: dict[tuple[str, int], Form] = {}
    chains: dict[tuple, tuple[Form, int]] = {}
    for record in sorted(records, key=lambda one: (str(one["period"]), one["release"], one["figure_id"])):
        key = (record["figure_id"], record["release"])
        running = record["span"] == "since_start"
        chain = (record["source"] in ("progress", "breakdown"), record["indicator_code"], record["dimension"])
        chain = (*chain, record["member_code"], "" if running else record["figure_id"])
        name = f"{record['figure_id']}@{record['release']}"
        high, low = _whole(record["count_high"]), _whole(record["count_low"])

        def follow(measure: str, value: int, chain: tuple = chain, name: str = name) -> Form:
            before = chains.get((*chain, measure))
            form = book.after(before, f"{name}/{measure}", value) if before else book.cell(f"{name}/{measure}", value)
            chains[(*chain, measure)] = (form, value)
            return form

        highs[key] = follow("high", high)
        lows[key] = highs[key] if low == high else added(highs[key], book.cell(f"{name}/slack", high - low), -1)
        if not is_blank(record["base"]):
            bases[key] = follow("base", _whole(record["base"]))
    return highs, lows, bases


def _figure_rows(book: _Book, record: Mapping[str, Any], high: Form, low: Form, base: Form | None) -> None:
    """What a figure says to its reader, or is to keep from them."""
    name, release = record["figure_id"], record["release"]
    top, bottom = _whole(record["count_high"]), _whole(record["count_low"])
    book.rows.append(Row(name, "structure", release, high, 0, OPEN, top))
    if low != high:
        book.rows.append(Row(name, "structure", release, low, 0, OPEN, bottom))
    if base is not None:
        rest = _whole(record["base"]) - top
        # Of bounds, a part can be larger than its base: then nothing is known of the remainder.
        if rest >= 0:
            book.rows.append(Row(name, "structure", release, added(base, high, -1), 0, OPEN, rest))
    sides = [("high", high, top)] if low == high else [("high", high, top), ("low", low, bottom)]
    if not record["is_shown"]:
        _hidden_rows(book, record, sides, base)
    elif base is not None:
        _share_rows(book, record, sides, base)
    else:
        for bound, form, value in sides:
            least, most = rules.unrounded(_whole(record[f"shown_{bound}"]))
            if not is_blank(record.get("kept_from")):
                least, most = max(0, least - rules.FEWEST + 1), most + rules.FEWEST - 1
            book.rows.append(Row(name, bound, release, form, least, most, value))


def _share_rows(book: _Book, record: Mapping[str, Any], sides: Sequence[tuple[str, Form, int]], base: Form) -> None:
    """A share in whole percent, of a base of which only is known that it is no small one."""
    name, release, whole = record["figure_id"], record["release"], _whole(record["base"])
    book.rows.append(Row(name, "share", release, base, rules.SMALLEST_BASE, OPEN, whole))
    for bound, form, part in sides:
        least, most = rules.percent_bounds(_whole(record[f"shown_{bound}"]))
        above = added(added({}, form, 200), base, -least)
        book.rows.append(Row(name, "share", release, above, 0, OPEN, 200 * part - least * whole))
        if part <= whole:
            below = added(added({}, base, most), form, -200)
            book.rows.append(Row(name, "share", release, below, 0, OPEN, most * whole - 200 * part))


def _hidden_rows(
    book: _Book, record: Mapping[str, Any], sides: Sequence[tuple[str, Form, int]], base: Form | None
) -> None:
    """What of a hidden figure must stay unknown, and the words “1–10”, which are a statement too."""
    name, release = record["figure_id"], record["release"]
    parts = list(sides)
    if base is not None:
        _, high, top = sides[0]
        parts.append(("remainder", added(base, high, -1), _whole(record["base"]) - top))
    for bound, form, value in parts:
        if record["suppression_reason"] == rules.PRIMARY and (rules.is_small(value) or record["is_attribute"]):
            book.rows.append(Row(f"{name}/{bound}", "target", release, form, 0, OPEN, value))
    if is_told_small(record):
        for bound, form, value in sides:
            book.rows.append(Row(name, bound, release, form, 1, rules.FEWEST - 1, value))


def is_told_small(record: Mapping[str, Any]) -> bool:
    """Whether a hidden figure is shown as “1–10” rather than as hidden for a reason that is not told."""
    return (
        not record["is_shown"]
        and record["suppression_reason"] == rules.PRIMARY
        and is_blank(record["base"])
        and _whole(record["count_low"]) >= 1
        and _whole(record["count_high"]) < rules.FEWEST
    )


def _line_rows(
    book: _Book, records: Sequence[Mapping[str, Any]], highs: Mapping, lows: Mapping, bases: Mapping
) -> None:
    """A total is the sum of its countries, and of its groups."""
    totals = {
        (one["indicator_code"], one["period"], one["span"], one["release"]): one
        for one in records
        if one["source"] == "progress"
    }
    members: dict[tuple, list[Mapping[str, Any]]] = defaultdict(list)
    for one in records:
        if one["source"] == "breakdown":
            members[(one["indicator_code"], one["period"], one["span"], one["release"], one["dimension"])].append(one)
    for line, parts in sorted(members.items()):
        whole = totals.get(line[:4])
        if whole is None:
            continue
        sides: list[tuple[str, Mapping]] = [("count_high", highs)]
        if whole["low_adds"]:
            sides.append(("count_low", lows))
        if not is_blank(whole["base"]):
            sides.append(("base", bases))
        for column, forms in sides:
            if sum(_whole(one[column]) for one in parts) != _whole(whole[column]):
                continue
            form = dict(forms[(whole["figure_id"], whole["release"])])
            for one in parts:
                form = added(form, forms[(one["figure_id"], one["release"])], -1)
            if form:
                book.rows.append(Row("/".join(map(str, line)), "structure", whole["release"], form, 0, 0, 0))


def _part_rows(book: _Book, records: Sequence[Mapping[str, Any]], highs: Mapping) -> None:
    """A whole is its parts and a remainder, of the total and of each country and group they are split by."""
    by_place: dict[tuple, Mapping[str, Any]] = {
        (one["indicator_code"], one["period"], one["dimension"], one["member_code"], one["release"]): one
        for one in records
        if one["source"] in ("progress", "breakdown")
    }
    parts: dict[tuple, list[Mapping[str, Any]]] = defaultdict(list)
    for one in records:
        if one["source"] in ("progress", "breakdown") and not is_blank(one["parts_of"]):
            parts[(one["parts_of"], one["period"], one["dimension"], one["member_code"], one["release"])].append(one)
    for place, some in sorted(parts.items()):
        whole = by_place.get(place)
        if whole is None:
            continue
        remainder = _whole(whole["count_high"]) - sum(_whole(one["count_high"]) for one in some)
        form = highs[(whole["figure_id"], whole["release"])]
        for one in some:
            form = added(form, highs[(one["figure_id"], one["release"])], -1)
        name = f"{whole['figure_id']}/remainder"
        # Bounds of different certainty need not add up: then nothing is known of the remainder.
        if remainder >= 0:
            book.rows.append(Row(name, "structure", whole["release"], form, 0, OPEN, remainder))
            if rules.is_small(remainder):
                book.rows.append(Row(name, "target", whole["release"], form, 0, OPEN, remainder))


def _small_steps(book: _Book, records: Sequence[Mapping[str, Any]]) -> None:
    """What came between two dates, or changed between two releases, is a number of people like any other."""
    newest = max((one["release"] for one in records), default=0)
    for cell, value in book.values.items():
        if cell.endswith(("/more", "/less")) and rules.is_small(value):
            book.rows.append(Row(cell, "target", newest, {cell: 1}, 0, OPEN, value))


def problems(all_rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The rows as problems of the attacker, one for each set of figures that share cells.

    Problems without a target are left out, and exact values stay behind. ``sources`` and ``releases`` tell which figure
    of which release states a fact; :func:`bare` takes them off.
    """
    whole = list(all_rows)
    parent: dict[str, str] = {}

    def root(cell: str) -> str:
        while parent.setdefault(cell, cell) != cell:
            parent[cell] = parent[parent[cell]]
            cell = parent[cell]
        return cell

    for row in whole:
        cells = sorted(row.coef)
        for cell in cells:
            parent[root(cell)] = root(cells[0])
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in whole:
        if row.coef:
            grouped[root(min(row.coef))].append(row)
    found = []
    for some in grouped.values():
        targets = [row for row in some if row.bound == "target"]
        if targets:
            cells = sorted({cell for row in some for cell in row.coef})
            facts = [row for row in some if row.bound != "target"]
            found.append(
                {
                    "id": min(row.figure_id for row in some),
                    "cells": cells,
                    "facts": [{"coef": dict(row.coef), "lo": row.lo, "hi": row.hi} for row in facts],
                    "targets": [{"name": row.figure_id, "coef": dict(row.coef)} for row in targets],
                    "ub": None,
                    "sources": [row.figure_id if row.bound != "structure" else None for row in facts],
                    "releases": [row.release for row in facts],
                }
            )
    return sorted(found, key=lambda problem: str(problem["id"]))


def bare(problem: Mapping[str, Any]) -> dict[str, Any]:
    """A problem as the attacker takes it, without which figure says what."""
    return {key: problem[key] for key in ("id", "cells", "facts", "targets", "ub")}


def _whole(value: object) -> int:
    return round(float(value))  # type: ignore[arg-type]
