"""A run whose process was killed does not count as running for ever."""

from __future__ import annotations

import logging
import multiprocessing
import subprocess
import sys
import time
from pathlib import Path

import dagster as dg
from dagster._daemon.monitoring import run_monitoring

from orchestration.ended import IN_PROCESS, SAID, end_dead_runs
from orchestration.job import dagster_instance
from orchestration.resources import House, writer_lock
from orchestration.schedules import inbox_of_the_log
from sources.settings import Settings
from tests.unit.orchestration.test_starts import _hold

#: A run that is killed in the middle, as by a machine without memory left.
KILLED = """
import os, signal, sys
from pathlib import Path
import dagster as dg
from orchestration.ended import IN_PROCESS
from orchestration.job import dagster_instance

@dg.asset
def half() -> None:
    os.kill(os.getpid(), signal.SIGKILL)

tags = IN_PROCESS if sys.argv[2] == "ours" else {}
with dagster_instance(Path(sys.argv[1])) as instance:
    dg.materialize([half], instance=instance, tags=tags)
"""


def _killed(data: Path, whose: str = "ours") -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(data), whose], capture_output=True, check=False)
    assert done.returncode == -9, done.stderr.decode()


def _statuses(instance: dg.DagsterInstance) -> list[str]:
    return [run.status.value for run in instance.get_runs()]


def test_a_killed_run_of_the_command_line_is_recorded_as_failed_by_the_next(tmp_path):
    settings = Settings.at(tmp_path)
    _killed(tmp_path)
    with dagster_instance(tmp_path) as instance:
        assert _statuses(instance) == ["STARTED"], "Dagster would wait for it"
        assert end_dead_runs(settings, instance) == 1
        (run,) = instance.get_runs()
        assert run.status is dg.DagsterRunStatus.FAILURE
        assert SAID in [entry.dagster_event.message for entry in instance.all_logs(run.run_id) if entry.dagster_event]
        assert end_dead_runs(settings, instance) == 0


def test_a_run_that_lives_is_left_alone(tmp_path):
    settings = Settings.at(tmp_path)
    with dagster_instance(tmp_path) as instance:
        instance.create_run_for_job(dg.job(name="refresh")(lambda: None), tags=IN_PROCESS)  # another process made it
        living = multiprocessing.get_context("spawn").Process(target=_hold, args=(tmp_path, 60))
        living.start()
        try:
            deadline = time.monotonic() + 60
            while not (tmp_path / "warehouse.lock").exists() and time.monotonic() < deadline:
                time.sleep(0.05)
            time.sleep(0.2)
            assert end_dead_runs(settings, instance) == 0
            assert _statuses(instance) == ["NOT_STARTED"]
        finally:
            living.kill()
            living.join(30)
        with writer_lock(settings, timeout=30):
            assert end_dead_runs(settings, instance) == 1, "its process is gone"


def test_the_sensor_that_starts_runs_looks_first(tmp_path):
    _killed(tmp_path)
    sensor = inbox_of_the_log(House(Settings.at(tmp_path)), dg.define_asset_job("refresh"))
    with dagster_instance(tmp_path) as instance:
        sensor(dg.build_sensor_context(instance=instance, cursor=None))
        assert _statuses(instance) == ["FAILURE"]


def test_a_run_that_dagster_started_counts_as_failed_after_its_longest_time(tmp_path, monkeypatch):
    _killed(tmp_path, "dagster's")
    with dagster_instance(tmp_path) as instance:
        assert instance.run_monitoring_enabled
        longest = instance.run_monitoring_max_runtime_seconds
        assert longest == 6 * 3600
        assert end_dead_runs(Settings.at(tmp_path), instance) == 0, "it may live"
        (record,) = instance.get_run_records()
        assert record.start_time is not None
        for after, status in ((longest - 60, "STARTED"), (longest + 60, "FAILURE")):
            monkeypatch.setattr(run_monitoring, "get_current_timestamp", lambda now=record.start_time + after: now)
            run_monitoring.monitor_started_run(instance, None, record, logging.getLogger("test"))
            assert _statuses(instance) == [status]


def test_dagsters_launcher_says_nothing_of_a_process_so_the_longest_time_is_needed(tmp_path):
    with dagster_instance(tmp_path) as instance:
        assert not instance.run_launcher.supports_check_run_worker_health
