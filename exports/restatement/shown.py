"""Figures as they were shown outside: what hiding, showing again or rounding adds to the change of the figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from exports.restatement.causes import Edit
from exports.restatement.ledger import Change, Share
from exports.restatement.others import decimal
from exports.restatement.walk import ZERO

if TYPE_CHECKING:
    from exports.restatement.edits import Comparison

_Row = Mapping[str, Any]


class Outside(NamedTuple):
    """A table everyone may see, and the figures of ours that it shows."""

    table: str
    scope: str
    measures: tuple[str, ...]
    figure: Callable[[_Row], str]


_BOUNDS = ("value_low", "value_high")
TABLES = (
    Outside(
        "pub_leadership__progress", "kpi", _BOUNDS,
        lambda row: f"{row['indicator_code']}/{row['period']}/{row['span']}",
    ),
    Outside(
        "pub_leadership__breakdown", "breakdown", _BOUNDS,
        lambda row: f"{row['indicator_code']}/{row['period']}/{row['span']}/{row['dimension']}:{row['member_code']}",
    ),
    Outside("pub_leadership__reach", "reach", ("reach_low", "reach_high"), lambda row: f"reach/{row['period']}/total"),
    Outside(
        "pub_leadership__trust_gaps", "trust", ("share_pct", "others_share_pct", "gap_points"),
        lambda row: "/".join(["trust", *(str(row[f"{name}_code"]) for name in ("outcome", "wave", "area", "group"))]),
    ),
)  # fmt: skip


def shown(two: Comparison, changes: Iterable[Change]) -> Iterator[Change]:
    """Every number shown outside in both builds that differs, with the parts of the figure and those of hiding it."""
    exact = {(change.scope, change.figure_id, change.measure): change for change in changes}
    for outside in TABLES:
        old, new = (
            {outside.figure(row): row for row in side.listed(outside.table)} for side in (two.before, two.after)
        )
        for figure in sorted(old):
            if figure in new:
                yield from _figure(outside, figure, old[figure], new[figure], exact)
            elif outside.scope == "kpi":
                yield from _superseded(figure, old[figure], exact)


def _superseded(figure: str, old: _Row, exact: Mapping[tuple[str, str, str], Change]) -> Iterator[Change]:
    """A figure another quarter stands for now, changed since it was shown.

    Its later number was never shown: of people it stays so, and the part that hides it says that.
    """
    for measure in ("value", *_BOUNDS):
        mine = exact.get(("kpi", figure, measure))
        before = decimal(old["value_high" if measure == "value" else measure])
        if mine is None or before is None:
            continue
        after, parts = mine.after, mine.parts
        if mine.about.get("counts_people") or before != mine.before:
            # What was shown may have been rounded, so the rest is taken from that.
            rest = -before - sum((part.amount for part in parts), ZERO)
            parts = (*parts, Share(Edit("suppression", mine.about["program_code"], text=_NOT_SHOWN), rest))
            after = None
        yield Change(figure, "release", measure, before, after, parts, {**mine.about, "of": "kpi", "superseded": True})


_NOT_SHOWN = "Another quarter stands for the year now; the later number of this one is not shown."


def _figure(
    outside: Outside, figure: str, old: _Row, new: _Row, exact: Mapping[tuple[str, str, str], Change]
) -> Iterator[Change]:
    bounds = outside.measures == _BOUNDS
    one = bounds and all(row["value_low"] == row["value_high"] for row in (old, new))
    for measure in outside.measures[1:] if one else outside.measures:
        before, after = decimal(old[measure]), decimal(new[measure])
        if before == after:
            continue
        mine = exact.get((outside.scope, figure, "value")) or exact.get((outside.scope, figure, measure))
        parts = mine.parts if mine is not None else ()
        rest = (after or ZERO) - (before or ZERO) - sum((part.amount for part in parts), ZERO)
        if rest:
            parts = (*parts, Share(_hiding(before, after, str(new.get("program_code") or "")), rest))
        about = dict(mine.about) if mine is not None else _about(new, outside, measure)
        about |= {"display": (old.get("display"), new.get("display")), "of": outside.scope}
        yield Change(figure, "release", "value" if one else measure, before, after, tuple(parts), about)


def _hiding(before: Decimal | None, after: Decimal | None, program: str) -> Edit:
    text = "Rounded for release."
    if after is None:
        text = "Hidden for release: a small number, or one that would give a small number away."
    elif before is None:
        text = "Shown again: it was hidden before."
    return Edit("suppression", program, text=text)


def _about(row: _Row, outside: Outside, measure: str) -> dict[str, Any]:
    names = ("program_code", "program_name", "indicator_code", "unit", "kind", "period", "span", "counts_people")
    about = {name: row.get(name) for name in (*names, "is_synthetic")}
    name = row.get("indicator_name") or "People reached, All programs"
    if outside.scope == "breakdown":
        name = f"{name}, {row['member_name']}"
    if outside.scope == "trust":
        name = f"{row['outcome_name']}: {row['group_name']}, {row['area_name']}"
        about |= {"unit": "points" if measure == "gap_points" else "percent", "period": row["wave_code"]}
    return about | {
        "name": name,
        "unit": about["unit"] or "people",
        "dimension": row.get("dimension") or "total",
        "member_code": row.get("member_code") or "total",
        "is_headline": outside.scope in ("kpi", "reach"),
        "counts_people": outside.scope != "kpi" or row.get("counts_people"),
    }
