"""Delete what is derived or kill a run in the middle, run again, and find it identical."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.e2e.installation import AS_OF, IMPACT, impact, only_originals_and_log, published

#: `impact` that merges the files of every quarter, which it does where there are many, and says what it loaded of Spark.
MERGING = """
import atexit, sys
import sources.load
from orchestration.cli.app import main

sources.load.MANY_OPEN = sources.load.MANY = 1
of_spark = {"pyspark", "py4j"}
atexit.register(lambda: print("Spark:", sorted(of_spark & {name.split(".")[0] for name in sys.modules})))
main()
"""


def test_deleting_everything_but_originals_and_log_gives_identical_tables(demo, tmp_path):
    data, _ = demo
    before = published(data)
    only_originals_and_log(data, tmp_path)
    (tmp_path / "warehouse.duckdb").write_bytes(b"what a broken disk left" * 1000)
    env = {**os.environ, "IMPACT_DATA": str(tmp_path)}
    run = [sys.executable, "-c", MERGING, "run", "--quiet", "--as-of", AS_OF]
    done = subprocess.run(run, env=env, capture_output=True, text=True, check=True)
    assert published(tmp_path) == before
    assert len(before) > 10
    assert not list(data.glob("raw/**/_merged.parquet")), "few returns lie each in a file of its own"
    assert len(list(tmp_path.glob("raw/**/_merged.parquet"))) > 100, "here every quarter was merged"
    assert done.stdout.endswith("Spark: []\n"), "DuckDB builds without what only Spark needs"


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
    only_originals_and_log(data, tmp_path)
    moments = {
        "while loading": lambda: any(tmp_path.glob("raw/*/*/period=*/*.parquet")),
        "while dbt builds": (tmp_path / "warehouse.duckdb").exists,
        "while tables are written": lambda: any(tmp_path.glob("published/.tmp-*/build/restricted/*")),
    }
    for moment, reached in moments.items():
        assert kill_when(tmp_path, reached) == "killed", moment
        assert not (tmp_path / "published" / "current").exists()
    after = {
        "before a build counts": lambda: any(tmp_path.glob("published/*/manifest.json")),
        "while exports are written": lambda: any(tmp_path.glob("exports/.tmp-*/build/*/*")),
    }
    for moment, reached in after.items():
        assert kill_when(tmp_path, reached) == "killed", moment
        assert not (tmp_path / "exports" / "current").exists()
    impact(tmp_path, "run", "--quiet", "--as-of", AS_OF)
    assert published(tmp_path) == before
