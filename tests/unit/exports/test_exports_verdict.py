"""Why a status reads as it does: each reason, word for word."""

from __future__ import annotations

from typing import Any

import pytest

from exports import verdict, wording

ROW: dict[str, Any] = {
    "progress_status": "not_assessable",
    "value": 10,
    "value_low": 10,
    "value_high": 10,
    "baseline_value": 0,
    "target_value": 100,
    "planned_value": 40,
    "attainment_pct": 10,
    "coverage_met": 2,
    "coverage_due": 2,
    "footnote": None,
}
RANGE = {"value": None, "value_low": 10, "value_high": 60, "progress_status": "behind"}
WIDE = {"progress_status": "not_assessable", "footnote": "Bounds too wide to judge progress; Rows set aside: 3"}


@pytest.mark.parametrize(
    ("changes", "shown", "short"),
    [
        ({"progress_status": "behind"}, None, ""),
        ({"target_value": None}, "no target", "no target"),
        ({"coverage_met": 1}, "1 of 2 returns missing", "1 return missing"),
        ({"coverage_met": None, "value": None, "value_low": None}, "2 of 2 returns missing", "2 returns missing"),
        ({"value": None, "value_low": None, "value_high": None}, "no data", "no data"),
        ({"baseline_value": None}, "no baseline", "no baseline"),
        ({"is_suppressed": True, "value": None}, "hidden figure", "hidden figure"),
        (RANGE, None, ""),
        (RANGE | WIDE, "bounds too wide", "bounds too wide"),
        (RANGE | WIDE | {"coverage_met": 1}, "1 of 2 returns missing", "1 return missing"),
    ],
)
def test_reason(changes: dict[str, Any], shown: str | None, short: str) -> None:
    row = ROW | changes
    assert verdict.reason(row) == shown
    assert verdict.short_reason(row) == short


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"attainment_pct": None}, "–"),
        ({"attainment_pct": 24.4}, "24%"),
        ({"attainment_pct": 3.26}, "3.3%"),
        ({"attainment_pct": 99.7}, "99%"),
        ({"attainment_pct": 100.0}, "100%"),
        (RANGE | {"attainment_pct": 0.67}, "≥0.6%"),
        (RANGE | {"attainment_pct": 37.9}, "≥37%"),
    ],
)
def test_attained_never_rounds_a_bound_up(changes: dict[str, Any], shown: str) -> None:
    assert verdict.attained(ROW | changes) == shown


def test_only_what_occurs_is_explained() -> None:
    assert verdict.explained([ROW | {"progress_status": "on_track"}]) == []
    assert verdict.explained([ROW | {"baseline_value": None, "footnote": "Rows set aside: 3"}]) == [
        "no baseline: no starting value is recorded, so no part of the way can be called done.",
        "Rows set aside: rows of a return that failed a check are not in the figure until they are corrected.",
    ]


def test_note_joins_reason_and_footnote() -> None:
    assert verdict.note(ROW | {"coverage_met": 1, "footnote": "Rows set aside: 3"}) == (
        "1 of 2 returns missing; Rows set aside: 3"
    )
    assert verdict.note(ROW | {"progress_status": "on_track"}) is None
    assert verdict.note(ROW | RANGE | WIDE) == WIDE["footnote"], "said once"


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [(1.19, "percent", "1.2 points"), (1, "percent", "1 point"), (622.6, "people", "623"), (0.24, "people", "0.2")],
)
def test_shares_change_by_points(value: float, unit: str, shown: str) -> None:
    assert wording.per_year(value, unit) == shown
