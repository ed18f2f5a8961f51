"""Runs as Dagster records them: what each cost is kept, and its sensors tell of a failure and of its end."""

from __future__ import annotations

import json
import multiprocessing
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import dagster as dg
import pytest
from filelock import Timeout
from rich.console import Console

from orchestration import job
from orchestration.cli.app import app
from orchestration.resources import House
from orchestration.watching import memory as memories
from orchestration.watching.compared import facts, run_table, runs_table, slow_steps
from orchestration.watching.keeping import alerts_now
from orchestration.watching.memory import Memory, tree_bytes
from orchestration.watching.notes import begun, killed, note_release
from orchestration.watching.runs import RunRecord, StepCost, keep, record_run, runs
from orchestration.watching.sensors import watching_sensors
from sources.settings import Settings

BROKEN = {"published": False}


@dg.asset(key=["raw", "heal__reach"], check_specs=[dg.AssetCheckSpec("accepted_rows", asset=["raw", "heal__reach"])])
def reach() -> dg.MaterializeResult:
    check = dg.AssetCheckResult(passed=False, check_name="accepted_rows", severity=dg.AssetCheckSeverity.WARN)
    return dg.MaterializeResult(metadata={"rows": 12, "returns": 3}, check_results=[check])


@dg.multi_asset(specs=[dg.AssetSpec(["marts", "fct_one"], deps=[["raw", "heal__reach"]])])
def dbt() -> Iterator[dg.MaterializeResult]:
    held = bytearray(64 << 20)
    held[::4096] = b"x" * len(held[::4096])
    yield dg.MaterializeResult(
        asset_key=["marts", "fct_one"], metadata={"unique_id": "model.impact.fct_one", "Execution Duration": 0.25}
    )


@dg.asset(deps=[["marts", "fct_one"]])
def published() -> dg.MaterializeResult:
    if BROKEN["published"]:
        raise ValueError("“Anna Musterfrau” is no number")
    return dg.MaterializeResult(metadata={"build": "2026-11-15-abc", "peak_memory_bytes": 123})


DEFINITIONS = dg.Definitions(
    [reach, dbt, published], jobs=[dg.define_asset_job("refresh")], executor=dg.in_process_executor
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return replace(Settings.at(tmp_path), alerts=f"file:{tmp_path}/told.jsonl")


def execute(instance: dg.DagsterInstance, *, broken: bool = False) -> dg.ExecuteInProcessResult:
    BROKEN["published"] = broken
    return DEFINITIONS.resolve_job_def("refresh").execute_in_process(instance=instance, raise_on_error=False)


def told(settings: Settings) -> list[dict]:
    path = settings.data / "told.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def test_what_a_run_cost_and_gave_is_kept_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memories, "EVERY", 0.005)
    with dg.DagsterInstance.ephemeral() as instance:
        with Memory() as memory:
            result = execute(instance)
        record = record_run(settings, instance, result.run_id, memory)
        assert record_run(settings, instance, result.run_id, memory) == record
    assert record is not None
    assert runs(settings) == [record]
    assert (record.result, record.build_id, record.rows, record.returns) == ("finished", "2026-11-15-abc", 12, 3)
    assert (record.checks, record.not_held) == (1, ("raw.heal__reach: accepted_rows",))
    assert {step.name for step in record.steps} == {"raw__heal__reach", "dbt", "published"}
    assert record.models == {"fct_one": pytest.approx(0.25, abs=0.01)}
    # A run lasts longer than its steps: the process may grow before the first and after the last.
    peaks = [step.peak_bytes for step in record.steps if step.peak_bytes]
    assert peaks
    assert max(peaks) <= (record.peak_bytes or 0) <= (memory.peak() or 0)
    assert record.seconds >= max(step.seconds for step in record.steps)


def test_a_failure_is_kept_by_step_and_kind_without_its_words(settings: Settings) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        record = record_run(settings, instance, execute(instance, broken=True).run_id)
    assert record is not None
    assert (record.result, record.step, record.error, record.build_id) == ("failed", "published", "ValueError", None)
    assert "Anna" not in (settings.data / "watch" / "runs.jsonl").read_text()


def test_a_line_a_crash_cut_short_costs_no_other(settings: Settings) -> None:
    for number in range(3):
        keep(settings, a_run(number))
        with (settings.data / "watch" / "runs.jsonl").open("a") as stream:
            stream.write('{"run_id": "torn')
    assert [item.run_id for item in runs(settings)] == ["run-0", "run-1", "run-2"]


def test_dagsters_sensors_tell_of_a_failure_once_and_of_its_end(settings: Settings) -> None:
    failure, success, clock = watching_sensors(House(settings))
    with dg.DagsterInstance.ephemeral() as instance:
        for broken in (True, True, False):
            result = execute(instance, broken=broken)
            event = next(e for e in result.all_events if e.event_type_value in ("PIPELINE_FAILURE", "PIPELINE_SUCCESS"))
            context = dg.build_run_status_sensor_context(
                "alert", event, instance, instance.get_run_by_id(result.run_id)
            )
            if broken:
                failure(context.for_run_failure())
                clock(dg.build_sensor_context(instance=instance))
            else:
                success(context)
    first, last = told(settings)[0], told(settings)[-1]
    assert len([message for message in told(settings) if "run_failed:refresh" in json.dumps(message)]) == 2
    (failed,) = (item for item in first["alerts"] if item["kind"] == "run_failed")
    assert failed["what"] == "The run stopped while publishing (ValueError)."
    assert failed["run_id"] == runs(settings)[0].run_id
    assert [item["kind"] for item in last["recovered"]] == ["run_failed"]
    assert "Anna" not in json.dumps(told(settings), ensure_ascii=False)


def test_a_run_from_cron_tells_without_dagsters_daemon(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(house: House, _progress: object) -> None:
        with job.dagster_instance(house.settings.data) as instance:
            record_run(house.settings, instance, execute(instance, broken=True).run_id)
        raise job.RunFailed("published: “Anna Musterfrau” is no number")

    monkeypatch.setattr(job, "execute", stopped)
    for _ in range(2):
        with pytest.raises(job.RunFailed):
            job.run_in_process(settings)
    failures = [a for message in told(settings) for a in message["alerts"] if a["kind"] == "run_failed"]
    assert [item["what"] for item in failures] == ["The run stopped while publishing (ValueError)."]


def test_a_run_that_never_began_tells_too(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*_: object) -> None:
        raise Timeout("warehouse.lock")

    monkeypatch.setattr(job, "writer_lock", held)
    with pytest.raises(Timeout):
        job.run_in_process(settings)
    (failed,) = (item for item in told(settings)[0]["alerts"] if item["kind"] == "run_failed")
    assert failed["what"] == "The run stopped before its first step (Timeout)."


def test_a_notifier_that_is_down_does_not_fail_a_run(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    done = job.RunSummary("run", "build", 0, ())
    monkeypatch.setattr(job, "execute", lambda *_: done)
    settings = replace(settings, mail="smtp://127.0.0.1:9?tls=no", alerts="mailto:steward@example.org")
    assert job.run_in_process(settings) == done


def test_memory_is_that_of_the_children_too() -> None:
    import subprocess
    import sys

    alone = tree_bytes(os.getpid())
    if not alone:
        pytest.skip("this system has no /proc")
    code = "held = bytearray(b'x' * (80 << 20)); print(flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert tree_bytes(os.getpid()) > alone + (70 << 20)
        child.communicate(b"\n")


def a_run(number: int, seconds: float = 40.0, dbt_seconds: float = 10.0, **fields: object) -> RunRecord:
    start = datetime(2026, 11, 1, 2, 15, tzinfo=UTC) + timedelta(days=number)
    end = start + timedelta(seconds=seconds)
    steps = (StepCost("dbt", dbt_seconds, 600 << 20), StepCost("exports", 5.0, 400 << 20))
    values = {"result": "finished", "steps": steps, "rows": 1234, "returns": 56, "checks": 204, "peak_bytes": 600 << 20}
    moments = {"started": start.isoformat(), "ended": end.isoformat()}
    return RunRecord(f"run-{number}", "refresh", **moments, seconds=seconds, **{**values, **fields})  # type: ignore[arg-type]


def shown(table: object) -> str:
    sink = StringIO()
    Console(file=sink, width=140).print(table)
    return sink.getvalue()


def test_the_table_says_what_was_slow_against_what_is_usual() -> None:
    records = [a_run(0), a_run(1), a_run(2, seconds=44.0), a_run(3, seconds=80.0, dbt_seconds=50.0)]
    lines = shown(runs_table(records, 10)).splitlines()
    words = "2026-11-04 02:15 run-3 80.0 40.0 (+100%) 600 MiB 1,234 56 204 dbt 50.0 s finished"
    assert " ".join(lines[1].split()) == words
    assert "(+10%)" in lines[2]
    assert "%" not in lines[4], "nothing is usual before the first run"
    assert slow_steps(records, records[-1]) == [("dbt", 50.0, 10.0)]
    assert "10.0 (+400%)" in shown(run_table(records, records[-1]))


def test_a_failed_run_is_not_what_is_usual() -> None:
    records = [a_run(0), a_run(1, seconds=3.0, result="failed", step="dbt", error="OSError"), a_run(2)]
    table = shown(runs_table(records, 10))
    assert "failed: dbt" in table
    assert "40.0 (+0%)" in table
    assert table.count("%") == 1, "a run that stopped early was not fast"
    slow = a_run(3, dbt_seconds=50.0)
    assert slow_steps(records, slow)
    assert slow_steps(records, replace(slow, result="failed")) == []
    assert "What went wrong in dbt: OSError." in facts(Settings.at("/nowhere"), records[1])


def test_the_commands_show_runs_and_alerts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    from typer.testing import CliRunner

    import orchestration.cli.watching  # noqa: F401

    monkeypatch.setenv("IMPACT_DATA", str(settings.data))
    call = CliRunner().invoke
    assert "No run was kept yet." in call(app, ["runs"]).output
    keep(settings, a_run(0, not_held=("raw.heal__reach: accepted_rows",)))
    assert "204, 1 failed" in call(app, ["runs"]).output
    assert "Did not hold: raw.heal__reach: accepted_rows." in call(app, ["runs", "--run", "run-0"]).output
    assert json.loads(call(app, ["runs", "--json"]).output)[0]["run_id"] == "run-0"
    assert "Nobody is told: IMPACT_ALERTS is not set." in call(app, ["alerts"]).output
    monkeypatch.setenv("IMPACT_ALERTS", f"file:{settings.data}/told.jsonl")
    assert "1 of 1 told something new, 0 not reached." in call(app, ["alerts", "--send"]).output
    assert "0 of 1 told something new" in call(app, ["alerts", "--send"]).output
    assert len(told(settings)) == 1
    kinds = {item["kind"] for item in json.loads(call(app, ["alerts", "--json"]).output)}
    assert "check" in kinds
    monkeypatch.setenv("IMPACT_ALERTS", f"file:{settings.data}/logs.db/no-folder")
    (settings.data / "logs.db").write_text("")
    assert call(app, ["alerts", "--send"]).exit_code == 1


def _cut_off(data: str, ready: str) -> None:
    with begun(Settings.at(data)):
        Path(ready).touch()
        time.sleep(60)


def test_a_run_that_is_killed_is_said_until_one_comes_to_its_end(settings: Settings, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    child = multiprocessing.get_context("fork").Process(target=_cut_off, args=(str(settings.data), str(ready)))
    child.start()
    while not ready.exists():
        time.sleep(0.01)
    assert killed(settings) is None, "it is under way"
    child.kill()
    child.join()
    assert killed(settings) is not None
    with begun(settings):
        pass
    assert killed(settings) is None


def test_a_refused_release_is_said_until_it_comes_out(settings: Settings) -> None:
    house = House(settings)

    def kinds(later: timedelta = timedelta()) -> set[str]:
        found = alerts_now(settings, lambda: house.contracts, lambda: house.snapshot, now=datetime.now(UTC) + later)
        return {item.kind for item in found}

    assert "refused" not in kinds()
    note_release(settings, "2026-Q3", 2)
    assert "refused" in kinds()
    assert "refused" not in kinds(timedelta(days=8))
    note_release(settings, "2026-Q3")
    assert "refused" not in kinds()
