"""Where data lies."""

from __future__ import annotations

import dataclasses
import os
from pathlib import Path

import pytest

from sources import settings as settings_module
from sources.settings import MEMORY_SHARE, Settings, SettingsProblem, usual_memory


def test_everything_lies_under_one_folder_by_default(tmp_path: Path) -> None:
    settings = Settings.at(tmp_path)
    assert settings == Settings(
        data=tmp_path,
        log_url=f"sqlite:///{tmp_path}/log.db",
        landing=f"{tmp_path}/landing",
        raw=f"{tmp_path}/raw",
        published=f"{tmp_path}/published",
        exports=f"{tmp_path}/exports",
        warehouse=tmp_path / "warehouse.duckdb",
    )
    assert list(tmp_path.iterdir()) == []


def test_the_default_is_data_beside_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_env({}).data == tmp_path / "data"


def test_parts_can_be_moved_away(tmp_path: Path) -> None:
    env = {"IMPACT_DATA": str(tmp_path), "IMPACT_LANDING": "s3://bucket/landing", "IMPACT_LOG_URL": "postgresql://db/x"}
    settings = Settings.from_env(env)
    assert (settings.landing, settings.log_url) == ("s3://bucket/landing", "postgresql://db/x")
    assert settings.raw == f"{tmp_path}/raw"


def test_what_may_hold_a_password_is_never_shown(tmp_path: Path) -> None:
    names = ("IMPACT_LOG_URL", "IMPACT_MAIL", "IMPACT_ALERTS", "IMPACT_RECEIPT_KEY")
    env = {name: f"x://somebody:s3cret-{name}@host/db" for name in names}
    settings = Settings.from_env({"IMPACT_DATA": str(tmp_path), **env})
    assert settings.log_url == env["IMPACT_LOG_URL"]
    assert "s3cret" not in f"{settings} {settings!r}"


def test_settings_are_frozen(tmp_path: Path) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings.at(tmp_path).raw = "elsewhere"  # type: ignore[misc]


@pytest.mark.parametrize("name", ["IMPACT_RAW", "IMPACT_WAREHOUSE"])
def test_what_duckdb_reads_and_writes_stays_on_this_machine(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsProblem, match=f"{name} must be a local folder or file"):
        Settings.from_env({"IMPACT_DATA": str(tmp_path), name: "s3://bucket/there"})


def test_an_engine_that_is_none_is_refused(tmp_path: Path) -> None:
    assert Settings.from_env({"IMPACT_DATA": str(tmp_path), "IMPACT_ENGINE": "spark"}).engine == "spark"
    with pytest.raises(SettingsProblem, match="IMPACT_ENGINE is duckdb or spark, not “sparc”"):
        Settings.from_env({"IMPACT_DATA": str(tmp_path), "IMPACT_ENGINE": "sparc"})


def test_duckdb_takes_its_share_of_the_machine_unless_told(tmp_path: Path) -> None:
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    usual = int(Settings.at(tmp_path).memory.removesuffix("MiB")) << 20
    assert 0 < usual <= MEMORY_SHARE * whole
    assert Settings.from_env({"IMPACT_DATA": str(tmp_path), "IMPACT_MEMORY": "1.5 GiB"}).memory == "1.5 GiB"


def test_a_container_has_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(settings_module, "_CGROUPS", (tmp_path / "none", limit))
    limit.write_text("1073741824\n")
    assert Settings.at(tmp_path).memory == "614MiB"
    limit.write_text("max\n")
    assert Settings.at(tmp_path).memory == usual_memory() != "614MiB"


@pytest.mark.parametrize("said", ["80%", "much", "8", "8GB'; drop table x --"])
def test_memory_that_is_no_size_is_refused(tmp_path: Path, said: str) -> None:
    with pytest.raises(SettingsProblem, match="IMPACT_MEMORY is a size such as 8GB or 512MB"):
        Settings.from_env({"IMPACT_DATA": str(tmp_path), "IMPACT_MEMORY": said})
