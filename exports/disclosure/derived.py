"""What is worked out from a figure says no more than the figure: shares, attainment and pace, checked from outside.

Each is recomputed from what the same row shows. One that does not follow from it was worked out from something
finer, which gives that away; one beside a hidden figure gives the hidden figure away.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from exports.disclosure.exact import exact
from exports.safe import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from exports.published import Published

PROGRESS = "pub_leadership__progress"
#: Columns of each released table that must be empty beside a hidden figure.
BESIDE: dict[str, tuple[str, ...]] = {
    PROGRESS: (
        *("value", "value_low", "value_high", "attainment_pct", "required_per_year", "observed_per_year"),
        *("forecast_2030", "forecast_2030_low", "forecast_2030_high"),
    ),
    "pub_leadership__breakdown": ("value", "value_low", "value_high", "share_pct"),
    "pub_leadership__reach": ("reach_low", "reach_high", "low_basis"),
    "pub_leadership__contributions": ("people_low", "people_high"),
    "pub_leadership__claims": ("value", "value_low", "value_high"),
}
#: Half a unit of the second decimal.
_HALF = Fraction(1, 200)


def broken(published: Published) -> list[str]:
    """Figures of the release tables that say more than what they are worked out from, one sentence each."""
    release, found = published.release(), []
    for table, columns in BESIDE.items():
        if not release.has(table):
            continue
        for row in release.frame(table).to_dict("records"):
            if not is_blank(row["is_suppressed"]) and row["is_suppressed"]:
                beside = [column for column in columns if column in row and not is_blank(row[column])]
                found += [f"{_row(row)}: {column} stands beside a hidden figure." for column in beside]
    if release.has(PROGRESS):
        for row in release.frame(PROGRESS).to_dict("records"):
            if row.get("is_rounded") and not is_blank(row.get("is_rounded")):
                found += [f"{_row(row)}: {column} does not follow from the figure shown." for column in _unfounded(row)]
    return found


def _row(row: dict[str, Any]) -> str:
    code = row.get("indicator_code") or row.get("contribution_code") or row.get("claim_code") or "reach"
    return f"{code}, {row['period']}"


def _unfounded(row: dict[str, Any]) -> Iterator[str]:
    """Columns that do not follow from the row's bounds; the baseline and the target are public."""
    bounds = [exact(row[column]) for column in ("value_low", "value_high") if not is_blank(row[column])]
    base = Fraction(0) if is_blank(row["baseline_value"]) else exact(row["baseline_value"])
    target = None if is_blank(row["target_value"]) else exact(row["target_value"])
    if not is_blank(row["attainment_pct"]):
        said = exact(row["attainment_pct"])
        if target is None or not any(_is(100 * (bound - base) / (target - base), said) for bound in bounds):
            yield "attainment_pct"
    for column, distances in (
        ("required_per_year", [] if target is None else [target - bound for bound in bounds]),
        ("observed_per_year", [bound - base for bound in bounds]),
    ):
        if is_blank(row[column]):
            continue
        said = exact(row[column])
        # Of a whole number of quarters, which is public too.
        if said and not any(_is(distance * 4 / quarters, said) for distance in distances for quarters in range(1, 60)):
            yield column


def _is(value: Fraction, said: Fraction) -> bool:
    return abs(value - said) <= _HALF
