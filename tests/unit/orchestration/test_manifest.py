"""dbt parses its project anew when the project changed, whatever the dates of files say."""

from __future__ import annotations

import os
import shutil
import time

import pytest

from orchestration import building
from orchestration.resources import House
from sources.settings import Settings


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project of one model, and the parses that were asked for."""
    models = tmp_path / "dbt" / "models"
    models.mkdir(parents=True)
    (models / "one.sql").write_text("select 1")
    (tmp_path / "dbt" / "dbt_project.yml").write_text("name: p")
    monkeypatch.setattr(building, "DBT_DIR", tmp_path / "dbt")
    house = House(Settings.at(tmp_path / "data"), None)
    parses = []

    def parse(_house, arguments, _variables):
        parses.append(arguments)
        (tmp_path / "data" / "dbt").mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / "dbt" / "manifest.json").write_text("{}")

    monkeypatch.setattr(building, "run_dbt", parse)
    return models / "one.sql", house, parses


def test_an_unchanged_project_is_parsed_once(project):
    model, house, parses = project
    building.manifest_path(house)
    os.utime(model, (time.time() + 60,) * 2)
    building.manifest_path(house)
    assert len(parses) == 1


def test_a_changed_model_is_parsed_even_where_its_file_looks_older(project):
    model, house, parses = project
    building.manifest_path(house)
    model.write_text("select 2")
    os.utime(model, (1, 1))
    building.manifest_path(house)
    assert len(parses) == 2


def test_a_manifest_that_came_with_a_copied_folder_is_not_believed(project, tmp_path):
    model, house, parses = project
    building.manifest_path(house)
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    model.write_text("select 3")
    building.manifest_path(House(Settings.at(tmp_path / "copy"), None))
    assert len(parses) == 2
