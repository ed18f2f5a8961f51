"""What the release tables say of the trust gap; figures that are withheld are gone before anything is worded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exports import table, wording
from exports.published import Published

GAPS = "pub_leadership__trust_gaps"
CHANGES = "pub_leadership__trust_changes"
ACTIONS = "pub_leadership__restoring_actions"
#: The question the goal is about.
DAMAGED = "trust_damaged"
#: Groups leadership sees first; the rest is in the details.
HEADLINE = ("women", "minority_ethnic", "disabled", "lgbtq", "two_or_more")
ALL = "all"
POOL = "comparable_"

GAP_FIGURES = (
    "share_pct",
    "share_low_pct",
    "share_high_pct",
    "others_share_pct",
    "others_share_low_pct",
    "others_share_high_pct",
    "gap_points",
    "gap_low_points",
    "gap_high_points",
)
CHANGE_FIGURES = (
    "base_gap_points",
    "gap_points",
    "change_points",
    "change_low_points",
    "change_high_points",
    "p_value",
    "detectable_change_points",
    "target_gap_points",
    "required_gap_points",
    "required_per_year_points",
    "attained_pct",
    "attained_low_pct",
    "attained_high_pct",
    "projected_low_points",
    "projected_high_points",
)
ACTION_FIGURES = ("action_rank", "share_pct", "share_low_pct", "share_high_pct")


@dataclass(frozen=True)
class TrustFacts:
    """Rows of the three tables, in the order they are published in.

    Attributes:
        gaps: A group's share beside all others', by question, wave and area.
        changes: How gaps changed between two waves, or why that cannot be said.
        actions: What people say would restore their trust.
    """

    as_of: str
    build_id: str
    gaps: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    actions: list[dict[str, Any]]

    @property
    def synthetic(self) -> bool:
        """Whether anything rests on synthetic data."""
        return any(row["is_synthetic"] for row in (*self.gaps, *self.changes, *self.actions))

    @property
    def waves(self) -> list[str]:
        """Waves with estimates, newest first."""
        return sorted({str(row["wave_code"]) for row in self.gaps}, reverse=True)

    @property
    def headline(self) -> list[dict[str, Any]]:
        """Changes of the headline groups over the countries that compare, between the first wave and the newest."""
        pooled = [
            row
            for row in self.changes
            if row["outcome_code"] == DAMAGED and row["area_code"].startswith(POOL) and row["group_code"] in HEADLINE
        ]
        if not pooled:
            return []
        latest = max(row["wave_code"] for row in pooled)
        pooled = [row for row in pooled if row["wave_code"] == latest]
        first = min(row["base_wave_code"] for row in pooled)
        return [row for row in pooled if row["base_wave_code"] == first]

    @property
    def countries(self) -> str:
        """The countries behind the headline, in words."""
        return wording.listed(str(self.headline[0]["area_name"]).split(": ", 1)[-1].split("; "))

    def gap(self, change: dict[str, Any], wave: str) -> dict[str, Any]:
        """The estimate a change rests on, in one of its waves; empty where there is none."""
        keys = ("outcome_code", "area_code", "group_code")
        found = (row for row in self.gaps if row["wave_code"] == wave and all(row[key] == change[key] for key in keys))
        return next(found, {})

    def is_modelled(self, change: dict[str, Any]) -> bool:
        """Whether one of the two samples of a change was not drawn at random."""
        waves = (change["base_wave_code"], change["wave_code"])
        return any(
            row["interval_basis"] != "design_based"
            for row in self.gaps
            if row["area_code"] == change["area_code"] and row["wave_code"] in waves
        )


def gather_trust(published: Published) -> TrustFacts:
    """The facts of a build, from its release tables only; without polls they are empty."""
    released = published.release()
    found = {name: table.rows(released.frame(name)) if released.has(name) else [] for name in (GAPS, CHANGES, ACTIONS)}
    for name, place in ((GAPS, "group_order"), (CHANGES, "group_order"), (ACTIONS, "action_rank")):
        found[name].sort(key=lambda row: (row[place] is None, row[place] or 0))
    gaps = [_withheld(row, GAP_FIGURES) for row in found[GAPS]]
    hidden = {_place(row, row["wave_code"]) for row in gaps if not row["is_shown"]}
    changes = [
        row | dict.fromkeys(CHANGE_FIGURES) | {"progress_status": "not_assessable"}
        if hidden & {_place(row, row["base_wave_code"]), _place(row, row["wave_code"])}
        else row
        for row in found[CHANGES]
    ]
    actions = [_withheld(row, ACTION_FIGURES) for row in found[ACTIONS]]
    return TrustFacts(released.as_of, released.build_id, gaps, changes, actions)


def _withheld(row: dict[str, Any], figures: tuple[str, ...]) -> dict[str, Any]:
    """The published table withholds already; this holds even where it should fail to."""
    return row if row["is_shown"] else row | dict.fromkeys(figures)


def _place(row: dict[str, Any], wave: str) -> tuple[str, str, str, str]:
    return row["outcome_code"], row["area_code"], row["group_code"], wave
