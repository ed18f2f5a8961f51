"""The demo from the first command to the number, then: delete what is derived, run, and find it identical."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from sources.contract.load import programs

IMPACT = str(Path(sys.executable).with_name("impact"))
AS_OF = "2026-11-15"


def impact(data: Path, *arguments: str, code: int = 0) -> str:
    env = {**os.environ, "IMPACT_DATA": str(data), "IMPACT_USER": "lead.heal", "COLUMNS": "140"}
    done = subprocess.run([IMPACT, *arguments], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == code, f"{done.args}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> tuple[Path, str]:
    data = tmp_path_factory.mktemp("demo")
    return data, impact(data, "demo")


def published(data: Path) -> dict[str, str]:
    """Hash by table of what is published now."""
    build = (data / "published" / "current").read_text().strip()
    root = data / "published" / build
    return {
        str(p.relative_to(root)): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(root.rglob("*.parquet"))
    }


def table(data: Path, name: str) -> pd.DataFrame:
    build = (data / "published" / "current").read_text().strip()
    (path,) = (data / "published" / build).rglob(f"{name}.parquet")
    return pd.read_parquet(path)


def test_the_demo_ends_with_the_kpi_table_and_says_where_things_are(demo):
    data, text = demo
    assert "Synthetic sample: every figure above is invented" in text
    for word in ("heal", "People reached", "Paid towards the €50m", "For program leads", "For leadership"):
        assert word.lower() in text.lower()
    assert list((data / "exports").rglob("restricted/kpi/heal.xlsx"))
    assert list((data / "exports").rglob("release/annual/2026.xlsx"))
    assert list((data / "exports").rglob("release/annual/2026.html"))


def test_kpi_json_is_a_list_of_rows_a_script_can_use(demo):
    data, _ = demo
    rows = json.loads(impact(data, "kpi", "--json"))
    assert {row["program"] for row in rows} == set(programs())
    for row in rows:
        assert {"indicator", "value", "unit", "coverage", "data_status", "target", "attainment"} <= row.keys()
        assert row["is_synthetic"] is True
    reach = next(row for row in rows if row["indicator"] == "heal_people_reached")
    assert reach["value"] is None
    assert reach["value_low"] < reach["value_high"]


def test_the_goal_is_fifty_million_and_only_what_counts_is_paid_towards_it(demo):
    data, _ = demo
    goal = table(data, "pub_leadership__goal").iloc[0]
    entries = table(data, "pub_leads__investment_entries")
    counted = entries[(entries["entry_type"] == "payment") & entries["counts_to_goal"]]
    assert goal["goal_eur"] == 50_000_000
    assert goal["paid_eur"] == counted["entry_eur"].sum()
    assert len(counted) < len(entries[entries["entry_type"] == "payment"])


def test_deleting_everything_but_originals_and_log_gives_identical_tables(demo, tmp_path):
    data, _ = demo
    before = published(data)
    shutil.copytree(data / "landing", tmp_path / "landing")
    shutil.copy(data / "log.db", tmp_path / "log.db")
    impact(tmp_path, "run", "--quiet", "--as-of", AS_OF)
    assert published(tmp_path) == before
    assert len(before) > 10


def test_a_second_demo_hands_nothing_in_twice(demo):
    data, _ = demo
    before = published(data)
    impact(data, "demo")
    assert published(data) == before


def kill_when(data: Path, reached) -> str:
    """Start a run and kill it with all it started as soon as ``reached``; what it said, where it ended before that."""
    env = {**os.environ, "IMPACT_DATA": str(data)}
    command = [IMPACT, "run", "--quiet", "--as-of", AS_OF]
    with (data / "run.log").open("w+") as said:
        run = subprocess.Popen(command, env=env, stdout=said, stderr=said, start_new_session=True)
        while run.poll() is None and not reached():
            time.sleep(0.02)
        if run.poll() is not None:
            said.seek(0)
            return f"ended with {run.returncode}: {said.read()[-2000:]}"
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
    return "killed"


def test_a_run_killed_in_the_middle_leaves_the_published_state_whole_and_the_next_run_finishes(demo, tmp_path):
    data, _ = demo
    before = published(data)
    shutil.copytree(data / "landing", tmp_path / "landing")
    shutil.copy(data / "log.db", tmp_path / "log.db")
    current = tmp_path / "published" / "current"
    assert kill_when(tmp_path, lambda: any(tmp_path.glob("raw/*/*/period=*/*.parquet"))) == "killed", "while loading"
    assert not current.exists()
    assert kill_when(tmp_path, (tmp_path / "warehouse.duckdb").exists) == "killed", "while dbt builds"
    assert not current.exists()
    impact(tmp_path, "run", "--quiet", "--as-of", AS_OF)
    assert published(tmp_path) == before


def test_status_says_who_is_missing_and_what_comes_next(demo):
    data, _ = demo
    rows = json.loads(impact(data, "status", "--as-of", AS_OF, "--period", "2026-Q3", "--json"))
    assert {row["state"] for row in rows} <= {"reported", "missing", "confirmed_zero", "excused", "due"}
    assert all(row["next_step"] for row in rows if row["state"] == "reported" and not row["approved"])


def test_release_holds_no_restricted_table(demo):
    data, _ = demo
    build = (data / "published" / "current").read_text().strip()
    release = {path.stem for path in (data / "published" / build / "release").glob("*.parquet")}
    assert release
    assert not any(name.startswith("pub_leads") for name in release)


def test_no_row_of_people_between_one_and_ten_is_released(demo):
    data, _ = demo
    progress = table(data, "pub_leadership__progress")
    people = (
        progress[progress["counts_people"]] if "counts_people" in progress else progress[progress["unit"] == "people"]
    )
    for column in ("value", "value_low", "value_high"):
        shown = people[column].dropna().astype(float)
        assert not ((shown >= 1) & (shown <= 10)).any()


def test_a_quarter_that_the_lead_excused_says_why(demo):
    data, _ = demo
    excused = table(data, "pub_leads__obligations").query("obligation_state == 'excused'")
    assert list(excused["footnote"]) == ["Excused: The partner was still being set up. (agreed by demo.lead)"]
