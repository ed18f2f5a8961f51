"""Figures before anything is loaded: the statements are those dbt compiles, the figures those the warehouse gives."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from dbt_project.steps.effect import Sums, figure, indicator_figures, path_to
from sources.contract.load import load_contract, programs
from sources.counted import CountedRows
from tests.unit.dbt_project.compiled import compiled
from tests.unit.dbt_project.raw_root import RawRoot


@pytest.mark.parametrize("program", programs())
def test_statements_are_the_ones_dbt_compiles(program: str) -> None:
    nodes = compiled("2026-11-01")
    relations = sorted(((node.relation, node.name) for node in nodes.values()), key=lambda pair: -len(pair[0]))
    models = path_to(f"int_{program}__indicators")
    assert models
    for model in models:
        sql = nodes[model.name].sql or ""
        for relation, name in relations:
            sql = sql.replace(relation, f'"{name}"')
        assert model.sql.split() == sql.split(), model.name


def _sums(low: str, high: str, denominator: str | None = None, largest: str = "0", places: str = "0") -> Sums:
    base = Decimal(denominator) if denominator is not None else None
    return Sums(3, base, Decimal(low), Decimal(largest), Decimal(places), Decimal(high))


@pytest.mark.parametrize(
    ("kind", "unit", "overlap", "sums", "text"),
    [
        ("flow", "sessions", "", _sums("1200", "1200"), "1,200"),
        ("flow", "EUR", "", _sums("1200.005", "1200.005"), "1,200.01"),
        ("stock", "people", "", _sums("116", "120"), "116 to 120"),
        ("ratio", "percent", "", _sums("47", "47", "100"), "47.0"),
        ("ratio", "percent", "", _sums("1", "2", "3"), "33.3 to 66.7"),
        ("ratio", "percent", "", _sums("0", "0", "0"), "none"),
        ("reach", "people", "disjoint", _sums("90", "90", None, "50", "80"), "90"),
        ("reach", "people", "disjoint_places", _sums("90", "90", None, "50", "80"), "80 to 90"),
        ("reach", "people", "", _sums("90", "90", None, "50", "80"), "50 to 90"),
        ("survey", "points", "", _sums("90", "90"), "3"),
    ],
)
def test_each_kind_has_its_arithmetic(kind: str, unit: str, overlap: str, sums: Sums, text: str) -> None:
    assert figure({"name": "Name", "kind": kind, "unit": unit, "overlap": overlap}, sums).text == text


def test_what_is_listed_again_counts_in_the_first_quarter_only(tmp_path: Path) -> None:
    awards = load_contract("awards_summit")
    raw = RawRoot(tmp_path)
    table = awards.table("awardees")
    required = {"awardee_id": "A-1", "award_year": "2025"}
    for period in ("2025-Q3", "2025-Q4"):
        raw.submit("awards_summit", "sample_awards_summit", period, {"awardees": [required], "summits": []})
    rows = raw.tables("awards_summit")["awards_summit__awardees"]
    counted = []
    for period in ("2025-Q3", "2025-Q4"):
        submission = f"sample_awards_summit-{period}-v1"
        mine = rows.filter([value == period for value in rows["_period"].to_pylist()])
        counted.append(CountedRows(table.name, period, submission, mine))
    figures = {
        period: indicator_figures(awards, "sample_awards_summit", period, counted)["awards_summit_awardees"].text
        for period in ("2025-Q3", "2025-Q4")
    }
    assert figures == {"2025-Q3": "1", "2025-Q4": "0"}
