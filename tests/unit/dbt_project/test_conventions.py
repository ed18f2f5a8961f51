"""What the dbt project promises in its text: portable SQL, published tables with an audience and an order."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"
SQL = sorted(
    path
    for folder in ("models", "macros", "tests")
    for path in (PROJECT / folder).rglob("*.sql")
    if "engine" not in path.parts
)
#: What only one engine understands; it belongs in macros/engine.
ENGINE_ONLY = re.compile(
    r"group by all|\bqualify\b|::|\bstring_agg\b|\blist\(|\bunnest\(|\bexplode\(|\bread_parquet\b|\bhugeint\b"
    r"|\btry_cast\b|\bdate_diff\b|\bdatediff\(|\bstrftime\b|\bselect \* exclude\b|\bvarchar\b|\barg_max\b|\binterval\b",
    re.IGNORECASE,
)


def models(folder: str) -> list[dict[str, Any]]:
    found = []
    for path in sorted((PROJECT / "models" / folder).rglob("*.yml")):
        found += yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
    return found


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
def test_engine_specific_sql_stays_in_the_engine_macros(path):
    text = re.sub(r"\{#.*?#\}|--[^\n]*", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not ENGINE_ONLY.findall(text)


@pytest.mark.parametrize("model", models("published"), ids=lambda model: model["name"])
def test_published_tables_name_their_audience_and_a_total_order(model):
    meta = model["config"]["meta"]
    audience = "restricted" if model["name"].startswith("pub_leads__") else "release"
    assert meta["audience"] == audience
    assert meta["order_by"] == meta["grain"]
    tests = [test["arguments"] for tests in model["data_tests"] for test in tests.values()]
    grains = [test.get("grain") or test["columns"] for test in tests if not {"grain", "columns"}.isdisjoint(test)]
    assert grains[0] == meta["order_by"]
    assert all(column["description"] and column["data_type"] for column in model["columns"])
    assert "double" not in {column["data_type"] for column in model["columns"]}


def test_published_tables_that_rest_on_data_say_whether_it_is_synthetic():
    for model in models("published"):
        assert "is_synthetic" in {column["name"] for column in model["columns"]}, model["name"]


def test_telemetry_is_off():
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    assert project["flags"]["send_anonymous_usage_stats"] is False


def test_the_quantiles_of_t_are_those_of_scipy():
    stats = pytest.importorskip("scipy.stats")
    with (PROJECT / "seeds" / "t_quantiles.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [int(row["df"]) for row in rows] == list(range(1, 101))
    assert all(row["t_975"] == f"{stats.t.ppf(0.975, int(row['df'])):.12f}" for row in rows)
