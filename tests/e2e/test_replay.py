"""A small installation from return to release; then made again by the same code, by other code, and by the code of then.

The code that runs is a copy of the project in a git repository of its own, so that it can be changed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from sources.contract.load import ROOT
from sources.programs.chw_platform import sample as workers
from sources.programs.heal import sample as heal

QUARTER, AS_OF = "2026-Q2", "2026-08-15"
RELEASE = f"{QUARTER}.r1"
ROOMS = ("sources", "expectations", "dbt_project", "exports", "orchestration", "portal")
MAIN = "from orchestration.cli.app import main; main()"
CHANGED = "cast(kpi.observed_per_year as decimal(24, 2))"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@dataclass(frozen=True)
class Place:
    """An installation's data and the code that runs on it."""

    data: Path
    code: Path

    def impact(self, *arguments: str, code: int = 0, cwd: Path | None = None, **env: str) -> str:
        whole = {**os.environ, "IMPACT_DATA": str(self.data), "PYTHONPATH": str(self.code), "COLUMNS": "140", **env}
        done = subprocess.run(
            [sys.executable, "-P", "-c", MAIN, *arguments], cwd=cwd or self.code, env=whole,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code, f"{arguments}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done.stdout

    def git(self, *arguments: str) -> str:
        who = ["-c", "user.name=test", "-c", "user.email=test@localhost", "-c", "commit.gpgsign=false"]
        command = ["git", "-C", str(self.code), *who, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Two returns handed in, the job run, the quarter released."""
    root = tmp_path_factory.mktemp("release")
    place = Place(root / "data", root / "code")
    left_out = shutil.ignore_patterns("__pycache__", "target", "logs", "node_modules")
    for room in ROOMS:
        shutil.copytree(ROOT / room, place.code / room, ignore=left_out)
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, place.code / name)
    place.git("init", "--quiet")
    place.git("add", "--all", "--force")
    place.git("commit", "--quiet", "--message", "The code of the release")
    for module in (heal, workers):
        for item in module.returns(root / "samples", 2030):
            if (
                item.period == QUARTER
                and item.reason is None
                and item.partner in ("sample_heal", "sample_chw_platform")
            ):
                where = ("--partner", item.partner, "--program", item.program, "--period", item.period)
                place.impact("submit", *map(str, item.files), *where)
    place.impact("run", "--quiet", "--as-of", AS_OF)
    said = place.impact("release", QUARTER, "--as", "ines.director", "--why", "Signed by the board.")
    assert "by ines.director" in said
    assert place.git("rev-parse", "HEAD") in said
    return place


def differences(found: dict) -> set[tuple[str, str]]:
    return {(item["what"], item["column"]) for item in found["differences"] if item["figure"] is not None}


def _state(data: Path) -> dict[str, str]:
    """Hash of every file but the event log's own and what is written down of each day (`logs/`)."""
    files = [path for path in sorted(data.rglob("*")) if path.is_file() and "log.db" not in path.name]
    names = {path.relative_to(data).as_posix(): path for path in files}
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in names.items()
        if not name.startswith("logs/")
    }


@pytest.mark.slow
def test_a_release_is_made_again_byte_for_byte_in_another_place_and_time_zone(place: Place, tmp_path: Path) -> None:
    before = _state(place.data)
    said = place.impact("replay", RELEASE, "--json", cwd=tmp_path, TZ="Pacific/Auckland", LC_ALL="C")
    found = json.loads(said)
    manifest = json.loads((place.data / "releases" / f"{RELEASE}.json").read_text())
    assert found["identical"] is True
    assert (found["tables"], found["files"]) == (len(manifest["tables"]), len(manifest["exports"]))
    assert found["tables"] > 30
    assert (found["same_code"], found["same_libraries"]) == (True, True)
    after = _state(place.data)
    assert after == before


@pytest.mark.slow
def test_other_code_changes_definitions_and_the_code_of_then_does_not(place: Place) -> None:
    model = place.code / "dbt_project" / "models" / "published" / "pub_leads__kpi.sql"
    was = model.read_text(encoding="utf-8")
    assert CHANGED in was
    model.write_text(was.replace(CHANGED, CHANGED.replace("kpi.", "2 * kpi.")), encoding="utf-8")
    try:
        found = json.loads(place.impact("replay", RELEASE, "--json", code=1))
        assert (found["same_code"], found["identical"]) == (False, False)
        assert differences(found) == {("pub_leads__kpi", "observed_per_year")}
        one = next(item for item in found["differences"] if item["figure"] is not None)
        assert one["figure"].count("/") == 2, "indicator, quarter and span"
        assert float(one["after"]) == pytest.approx(2 * float(one["before"]), abs=0.011)
        assert [item["what"] for item in found["differences"] if item["what"].startswith("pub_")].count(
            "pub_leads__kpi"
        ) > 1

        told = place.impact("replay", RELEASE, "--recorded-code", "--quiet")
        assert told.startswith(f"{RELEASE} is identical: {found['tables']} tables, {found['files']} file")
        assert len(place.git("worktree", "list").splitlines()) == 1, "the temporary work tree is gone"
    finally:
        model.write_text(was, encoding="utf-8")


def test_a_commit_this_clone_lacks_is_told(place: Place, tmp_path: Path) -> None:
    elsewhere = Place(place.data, tmp_path / "code")
    shutil.copytree(place.code, elsewhere.code, ignore=shutil.ignore_patterns(".git", "__pycache__"))
    (elsewhere.code / "exports" / "newer.py").write_text('"""Newer."""\n', encoding="utf-8")
    env = {**os.environ, "IMPACT_DATA": str(place.data), "PYTHONPATH": str(elsewhere.code)}
    command = [sys.executable, "-P", "-c", MAIN, "replay", RELEASE, "--recorded-code", "--quiet"]
    done = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "This is no git clone, so commit" in done.stderr


def test_an_unknown_release_is_a_usage_error(place: Place) -> None:
    place.impact("replay", "2020-Q1.r1", code=2)
