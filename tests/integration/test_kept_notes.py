"""What dbt builds again and what it leaves, in a project of a few models: every number is worked out by hand."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration import building
from orchestration.resources import House
from sources.settings import Settings

FILES = {
    "seeds/numbers.csv": "program_code,number\nheal,1\ncheer,2\n",
    "models/noted.sql": "select program_code, number from {{ ref('numbers') }} as numbers",
    "models/intermediate/heal/int_heal.sql": "select 'heal' as program_code, 10 as number",
    "models/intermediate/cheer/int_cheer.sql": "select 'cheer' as program_code, 20 as number",
    "models/doubled.sql": (
        "select program_code, number * 2 as number from {{ ref('noted') }} as noted\n"
        "union all select program_code, number from {{ ref('int_heal') }} as heal\n"
        "union all select program_code, number from {{ ref('int_cheer') }} as cheer"
    ),
    "models/seen.sql": "select * from {{ ref('doubled') }} as doubled",
    "models/summed.sql": "select sum(number) as number from {{ ref('seen') }} as seen",
    "models/models.yml": """
models:
  - name: noted
    config: {materialized: table, meta: {by_program: noted}}
  - name: doubled
    config: {materialized: table, meta: {by_program: made}}
    data_tests:
      - unique_combination: {name: doubled_grain, arguments: {columns: [program_code, number]}}
  - name: seen
    config: {materialized: view, meta: {by_program: made}}
  - name: summed
    config: {materialized: table}
""",
    "tests/small.sql": "select * from {{ ref('summed') }} as summed where number > 1000",
    "dbt_project.yml": (
        "name: impact\nprofile: impact\nversion: 1.0.0\nconfig-version: 2\non-run-start: ['{{ kept_begin() }}']\n"
        "flags: {send_anonymous_usage_stats: false}\n"
    ),
}


class Project:
    def __init__(self, folder: Path, data: Path) -> None:
        self.folder = folder
        self.house = House(Settings.at(data), date(2026, 11, 15))
        self.seals: dict[str, Any] | None = {"programs": ["cheer", "heal"], "made_by": "code", "sources": {}}

    def write(self, name: str, text: str) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(text, encoding="utf-8")

    def build(self) -> set[str]:
        """Names of what was built."""
        anew = set()
        for event in building.build(self.house, building.parse(self.house), ["--select", "fqn:*"]):
            data, told = event["data"], event["info"]["name"] in ("LogModelResult", "LogSeedResult")
            if told and "KEPT" not in (data.get("result_message"), data.get("status")):
                anew.add(data["node_info"]["node_name"])
        return anew

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.house.settings.warehouse)) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = Project(tmp_path / "project", tmp_path / "data")
    for name, text in FILES.items():
        made.write(name, text)
    own = ["engine/kept/kept", "engine/kept/kept_materializations", "engine/values"]
    for name in [*(f"macros/{one}.sql" for one in own), "tests/generic/unique_combination.sql"]:
        made.write(name, (building.DBT_DIR / name).read_text("utf-8"))
    shutil.copy(building.DBT_DIR / "profiles.yml", made.folder)
    monkeypatch.setattr(building, "DBT_DIR", made.folder)
    monkeypatch.setattr(building, "seals", lambda _: made.seals)
    return made


def test_only_what_rests_on_something_new_is_built(project: Project) -> None:
    everything = {"numbers", "noted", "int_heal", "int_cheer", "doubled", "seen", "summed"}
    assert project.build() == everything
    assert project.rows("select number from summed") == [(36,)]
    assert project.build() == set()

    # The same rows in another order: what rests on them is the same.
    project.write("seeds/numbers.csv", "program_code,number\ncheer,2\nheal,1\n")
    assert project.build() == {"numbers"}

    # One program's rows: the other's are not made again, whatever they hold by now.
    project.rows("update doubled set number = 500 where program_code = 'heal' and number = 2")
    project.write("seeds/numbers.csv", "program_code,number\nheal,1\ncheer,3\n")
    assert project.build() == {"numbers", "noted", "doubled", "seen", "summed"}
    assert sorted(project.rows("from doubled")) == [("cheer", 6), ("cheer", 20), ("heal", 10), ("heal", 500)]
    assert project.rows("select number from summed") == [(536,)]

    # A model of one program's folder, then other SQL: then all of it is made again.
    project.write("models/intermediate/cheer/int_cheer.sql", "select 'cheer' as program_code, 21 as number")
    assert project.build() == {"int_cheer", "doubled", "seen", "summed"}
    assert ("heal", 500) in project.rows("from doubled")
    project.write("models/doubled.sql", FILES["models/doubled.sql"] + "\nunion all select 'heal', 7")
    assert project.build() == {"doubled", "seen", "summed"}
    assert project.rows("select number from summed") == [(2 + 10 + 7 + 6 + 21,)]

    # A row of no program cannot be made apart.
    project.write("models/doubled.sql", FILES["models/doubled.sql"] + "\nunion all select null, 8")
    project.build()
    project.write("seeds/numbers.csv", "program_code,number\nheal,1\ncheer,4\n")
    project.build()
    assert project.rows("select number from summed") == [(2 + 10 + 8 + 8 + 21,)]

    project.seals = {**project.seals, "made_by": "other code"}
    assert project.build() == everything
    project.seals = None
    assert project.build() == everything
    assert project.build() == everything


def test_a_table_without_its_note_is_made_again(project: Project) -> None:
    project.build()
    project.rows("create or replace table doubled as select 'heal' as program_code, 0 as number")
    assert "doubled" in project.build()
    assert project.rows("select number from summed") == [(36,)]
    project.rows("drop view seen")
    assert project.build() == {"seen"}


def test_a_test_is_remembered_while_it_passes_and_what_it_looks_at_is_the_same(project: Project) -> None:
    project.build()
    assert project.rows("select count(*) from kept.passed") == [(2,)]
    project.rows("insert into doubled from doubled where program_code = 'heal'")
    project.build()  # nothing is new: the test is not asked again
    # Only rows of the program that changed are looked at; the same rows twice are still unseen in the other one.
    project.write("seeds/numbers.csv", "program_code,number\nheal,1\ncheer,3\n")
    project.build()
    project.write("seeds/numbers.csv", "program_code,number\nheal,1\ncheer,3\ncheer,3\n")
    for _ in range(2):
        with pytest.raises(building.BuildFailed, match="doubled_grain"):
            project.build()
    project.write("seeds/numbers.csv", "program_code,number\nheal,1\ncheer,3\n")
    project.build()
    project.write("tests/small.sql", "select * from {{ ref('summed') }} as summed where number > 1")
    with pytest.raises(building.BuildFailed, match="small"):
        project.build()
