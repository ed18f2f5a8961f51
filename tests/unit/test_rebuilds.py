"""A rebuild too large for the machine is a result, told as such; a fault is none."""

from __future__ import annotations

import sys

import duckdb
import pytest

from tests.benchmarks import rebuilds

SPENT = {"seconds": [90.0], "processor_s": [150.0], "memory_mb": [9000.0], "spilled_mb": [2000.0]}
FAST = {**SPENT, "seconds": [50.0]}


def kept(rows: int, stopped: dict[str, str]) -> dict[str, object]:
    return {
        "rows": rows,
        "partners": 1000,
        "nodes": 9,
        "measured": "2026-11-28",
        "stopped": stopped,
        "dbt": SPENT,
        "bare": FAST,
    }


def test_a_size_that_was_not_reached_has_no_ratio_and_says_why():
    why = "not reached: stopped at 25 minutes after 1500 s, 3 of 9 tables made, next marts.fct_kpi"
    result = rebuilds.told([kept(100_000_000, {"dbt": why}), kept(10_000_000, {})])
    tens, hundreds = result.figures
    assert (hundreds.value, hundreds.beside, hundreds.met) == (why, "", False)
    assert "stopped after 90.0" in "\n".join(result.text)
    assert f"100,000,000 rows, dbt: {why}." in result.text
    assert (tens.beside, tens.met) == ("1.80 times bare DuckDB's 50 s", False)
    assert any(line.startswith("At 10,000,000 rows the aim of 1.5 times is missed") for line in result.text)
    assert (
        "At 10,000,000 and 100,000,000 rows dbt was measured as its own command, which looks for garbage more often."
        in result.text
    )
    assert any(line == "Not measured on this machine: 100,000 and 1,000,000 rows." for line in result.text)


def test_a_process_that_takes_too_long_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(rebuilds, "MOST_SECONDS", 0)
    with pytest.raises(rebuilds.NotReached, match="stopped at 0 minutes") as ended:
        rebuilds._run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path)
    assert ended.value.spent.seconds < 60


@pytest.mark.parametrize(("limit", "why"), [("MOST_MB", "of memory"), ("LEAST_DISK_MB", "of disk left")])
def test_a_process_that_takes_too_much_is_stopped(tmp_path, monkeypatch, limit, why):
    monkeypatch.setattr(rebuilds, limit, 0 if limit == "MOST_MB" else 1 << 40)
    with pytest.raises(rebuilds.NotReached, match=why):
        rebuilds._run([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path)


def test_only_a_machine_too_small_is_a_result(tmp_path):
    fails = "import sys; print('{}'); sys.exit(1)"
    with pytest.raises(rebuilds.NotReached, match="DuckDB says “Out of Memory Error”"):
        rebuilds._run([sys.executable, "-c", fails.format("Out of Memory Error: could not allocate")], tmp_path)
    with pytest.raises(RuntimeError, match="Binder Error"):
        rebuilds._run([sys.executable, "-c", fails.format("Binder Error: no such column")], tmp_path)


def test_how_far_it_came_is_read_from_what_it_left(tmp_path, monkeypatch):
    def node(name: str, materialized: str = "table") -> dict[str, object]:
        return {"resource_type": "model", "schema": "marts", "name": name, "config": {"materialized": materialized}}

    nodes = [node("first"), node("looked_at", "view"), node("second"), node("third")]
    monkeypatch.setattr(rebuilds, "queries", lambda compiled: nodes)
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.first as select 1")
    assert rebuilds._how_far(tmp_path / "w.duckdb", tmp_path) == "1 of 3 tables made, next marts.second"
    (tmp_path / "w.duckdb").write_bytes(b"broken")
    assert rebuilds._how_far(tmp_path / "w.duckdb", tmp_path) == "the warehouse cannot be read"
