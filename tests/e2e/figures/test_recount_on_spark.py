"""The same tables, built on Spark."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time

import pytest

from dbt_project.steps.quantiles import QUANTILES_FILE
from exports.published import Published as Build
from orchestration.disclosing import DECISIONS_FILE
from sources.contract.load import ROOT
from tests.e2e import on_spark


@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs a Java runtime; there is none here")
def test_spark_publishes_the_same_tables_from_the_same_parquet(recount, tmp_path, record_property):
    """Decimals, texts and dates exactly, floats to a billionth; in a process of its own, which takes its JVM with it."""
    pytest.importorskip("pyspark", reason="the extra “spark” is not installed")
    shutil.copytree(recount.data / "raw", tmp_path / "raw")
    shutil.copy(recount.data / "log.db", tmp_path)
    (tmp_path / "raw" / QUANTILES_FILE).unlink()
    (tmp_path / "raw" / DECISIONS_FILE).unlink()
    began = time.monotonic()
    command = [sys.executable, "-m", "tests.e2e.on_spark", str(tmp_path), recount.as_of.isoformat()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout[-5000:]}\n{done.stderr[-2000:]}"
    record_property("figures", f"built on Spark in {time.monotonic() - began:.0f} s")
    expected, found = Build.open(recount.data / "published"), Build.open(tmp_path / "published")
    assert len(expected.tables) > 30
    assert list(on_spark.differences(expected, found)) == []
    assert found.build_id == expected.build_id, "the same bytes, not only the same values"
    assert not (ROOT / "metastore_db").exists()
    assert not (ROOT / "spark-warehouse").exists()
