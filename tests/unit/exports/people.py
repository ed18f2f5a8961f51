"""A small invented release of counts of people: restricted tables with the truth, release tables as they are shown."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from exports.disclosure.rules import FEWEST, STEP

QUARTERS = ("2024-Q4", "2025-Q4", "2026-Q3")
PROGRESS = "pub_leadership__progress"
BREAKDOWN = "pub_leadership__breakdown"


def rounded(people):
    """A count as it is released."""
    return 0 if people == 0 else max(3 * STEP, STEP * ((people + STEP // 2) // STEP))


@dataclass
class Build:
    """As much of a published build as disclosure control reads."""

    build_id: str
    frames: dict[str, pd.DataFrame] = field(default_factory=dict)

    def has(self, table):
        return table in self.frames

    def frame(self, table):
        return self.frames[table].copy()

    def release(self):
        return Build(self.build_id, {name: frame for name, frame in self.frames.items() if "leadership" in name})


def running(people):
    """``{member: (one count for each quarter)}`` as totals since the start."""
    return {
        member: tuple(sum(counts[: place + 1]) for place in range(len(counts))) for member, counts in people.items()
    }


def build(name, people, hidden=(), *, exactly=False, groups=None, shown=None):
    """A build that counts people of one indicator by country, since the start.

    Args:
        name: Its id.
        people: New people by country, one number for each quarter.
        hidden: ``(member, quarter)`` hidden; ``total`` is the total. Counts of 1 to 10 always are.
        exactly: Whether counts are released as they are.
        groups: New people by population group, likewise.
        shown: Released values other than those that follow, by ``(member, quarter)``.
    """
    kpi, breakdown, progress, members = [], [], [], []
    totals = running({"total": tuple(map(sum, zip(*people.values(), strict=True)))})["total"]
    for quarter, value in zip(QUARTERS, totals, strict=True):
        kpi.append(_known(quarter, value))
        progress.append(_released(quarter, value, ("total", quarter), hidden, exactly, shown or {}))
    for dimension, split in (("country", people), ("population_group", groups or {})):
        for member, values in running(split).items():
            for quarter, value in zip(QUARTERS, values, strict=True):
                where = {"dimension": dimension, "member_code": member}
                breakdown.append(_known(quarter, value) | where)
                row = _released(quarter, value, (member, quarter), hidden, exactly, shown or {})
                members.append(row | where | {"share_pct": None})
    frames = {
        "pub_leads__kpi": pd.DataFrame(kpi),
        "pub_leads__kpi_breakdown": pd.DataFrame(breakdown),
        PROGRESS: pd.DataFrame(progress),
        BREAKDOWN: pd.DataFrame(members),
    }
    return Build(name, frames)


def _known(quarter, value):
    return {
        "indicator_code": "trained",
        "indicator_name": "People trained",
        "unit": "people",
        "kind": "flow",
        "counts_people": True,
        "period": quarter,
        "span": "since_start",
        "value_low": float(value),
        "value_high": float(value),
    }


def _released(quarter, value, place, hidden, exactly, shown):
    is_small = 1 <= value < FEWEST
    gone = (is_small or place in hidden) and place not in shown
    said = shown.get(place, value if exactly else rounded(value))
    figure = None if gone else float(said)
    return _known(quarter, value) | {
        "value": figure,
        "value_low": figure,
        "value_high": figure,
        "display": "1–10" if gone and is_small else "suppressed" if gone else None,
        "is_suppressed": gone,
        "is_rounded": not exactly and not gone,
        "footnote": None,
        "attainment_pct": None if gone else round(float(said) / 10, 2),
        "required_per_year": None,
        "observed_per_year": None,
        "baseline_value": 0.0,
        "target_value": 1000.0,
        "forecast_2030": None,
        "forecast_2030_low": None,
        "forecast_2030_high": None,
    }


class Altered:
    """A published build with some frames replaced."""

    def __init__(self, published, frames):
        self.published, self.frames, self.build_id = published, frames, published.build_id

    def has(self, table):
        return self.published.has(table)

    def frame(self, table):
        return self.frames[table].copy() if table in self.frames else self.published.frame(table)

    def release(self):
        return Altered(self.published.release(), self.frames)


def shown_again(published, decision):
    """The build with one hidden figure of a breakdown or of progress shown, rounded as all others are."""
    table = BREAKDOWN if decision["source"] == "breakdown" else PROGRESS
    frame = published.frame(table)
    same = frame["indicator_code"].eq(decision["indicator_code"]) & frame["period"].eq(decision["period"])
    if table == BREAKDOWN:
        same &= frame["dimension"].eq(decision["dimension"]) & frame["member_code"].eq(decision["member_code"])
    (row,) = frame.index[same]
    for side in ("low", "high"):
        count = int(decision[f"count_{side}"])
        value = rounded(count) if pd.isna(decision["base"]) else min(99, max(1, round(100 * count / decision["base"])))
        frame.loc[row, f"value_{side}"] = value
    frame.loc[row, ["is_suppressed", "is_rounded"]] = [False, True]
    frame.loc[row, "display"] = None
    return Altered(published, {table: frame})
