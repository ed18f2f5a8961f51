"""dbt within the process: what it tells, what a failure says, and that others may open the warehouse afterwards."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date

import duckdb
import pytest

from orchestration import building
from orchestration.resources import House
from sources.settings import Settings

MODELS = {"one": "select 1 as number", "two": "select number + 1 as number from {{ ref('one') }}"}
TESTS = {"held": "select * from {{ ref('two') }} where number <> 2"}


@pytest.fixture
def house(tmp_path, monkeypatch) -> House:
    """A project of two models and a test, in a house of its own."""
    project = tmp_path / "project"
    for folder, files in (("models", MODELS), ("tests", TESTS)):
        (project / folder).mkdir(parents=True)
        for name, text in files.items():
            (project / folder / f"{name}.sql").write_text(text, encoding="utf-8")
    (project / "dbt_project.yml").write_text(
        "name: p\nprofile: impact\nversion: 1.0.0\nconfig-version: 2\n", encoding="utf-8"
    )
    shutil.copy(building.DBT_DIR / "profiles.yml", project)
    monkeypatch.setattr(building, "DBT_DIR", project)
    settings = Settings.at(tmp_path / "data")
    return House(replace(settings), date(2026, 11, 15))


def results(events) -> list[tuple[str, str]]:
    return [
        (event["data"]["node_info"]["node_name"], event["data"]["node_info"]["node_status"])
        for event in events
        if event["info"]["name"] in ("LogModelResult", "LogTestResult")
    ]


def test_one_manifest_serves_several_builds_and_the_warehouse_is_let_go(house):
    manifest = building.parse(house)
    told = results(building.build(house, manifest, ["--select", "one"]))
    told += results(building.build(house, manifest, ["--select", "two+"]))
    assert told == [("one", "success"), ("two", "success"), ("held", "pass")]
    with duckdb.connect(str(house.settings.warehouse), read_only=True) as connection:
        assert connection.execute("select number from two").fetchall() == [(2,)]


def test_a_failure_names_what_failed_after_everything_was_told(house):
    (building.DBT_DIR / "models" / "two.sql").write_text("select nothing_like_it from {{ ref('one') }}", "utf-8")
    events = building.build(house, building.parse(house), ["--select", "fqn:*"])
    told = []
    with pytest.raises(building.BuildFailed, match="nothing_like_it"):
        told.extend(results([event]) for event in events)
    assert [one for one in told if one and one[0][0] != "held"] == [[("one", "success")], [("two", "error")]]
    duckdb.connect(str(house.settings.warehouse), read_only=True).close()


def test_who_stops_listening_stops_dbt(house):
    slow = "select count(*) as number from range(4000000) a, range(100000) b where a.range + b.range = -1"
    (building.DBT_DIR / "models" / "one.sql").write_text(slow, encoding="utf-8")
    events = building.build(house, building.parse(house), ["--select", "one"])
    assert next(events)["data"]["node_info"]["node_name"] == "one"
    events.close()
    duckdb.connect(str(house.settings.warehouse), read_only=True).close()


def test_the_manifest_is_the_same_for_every_day_and_folder(tmp_path):
    """Builds use a manifest parsed for no day: nothing in it may depend on the variables."""
    house = House(Settings.at(tmp_path), date(2026, 11, 15))
    made = []
    for variables in ({}, {"as_of": "2019-02-03", "raw_root": "/somewhere/else"}):
        manifest = building.run_dbt(house, ["parse", "--quiet", "--no-partial-parse"], variables).to_dict()
        for name in ("metadata", "state_check", "files"):
            manifest.pop(name)
        made.append(_without_times(manifest))
    assert made[0] == made[1]


def _without_times(value):
    if isinstance(value, dict):
        return {key: _without_times(item) for key, item in value.items() if key != "created_at"}
    return [_without_times(item) for item in value] if isinstance(value, list) else value
