"""Dagster's records with kept connections: what is recorded is what Dagster's own storage records."""

import shutil

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from sqlalchemy.exc import OperationalError

from orchestration import records
from orchestration.job import dagster_instance


@dg.asset
def first() -> None:
    pass


@dg.asset(deps=[first], check_specs=[dg.AssetCheckSpec("held", asset="second")])
def second() -> dg.MaterializeResult:
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True, check_name="held")])


QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def run(instance) -> list[str]:
    made = dg.materialize([first, second], instance=instance, run_config=QUIET)
    return [entry.dagster_event_type.value for entry in instance.all_logs(made.run_id) if entry.is_dagster_event]


def test_a_run_is_recorded_as_by_dagster_itself_and_found_by_another_process(tmp_path):
    with dagster_instance(tmp_path / "ours") as instance:
        assert isinstance(instance.event_log_storage, records.RunRecords)
        ours = run(instance)
    plain = tmp_path / "plain"
    plain.mkdir()
    (plain / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    with dg.DagsterInstance.from_config(str(plain)) as instance:
        theirs = run(instance)
    assert ours == theirs
    assert ours.count("ASSET_MATERIALIZATION") == 2
    again = SqliteEventLogStorage(str(tmp_path / "ours" / "dagster" / "history" / "runs"))
    (run_id,) = again.get_all_run_ids()
    assert len([entry for entry in again.get_logs_for_run(run_id) if entry.is_dagster_event]) == len(ours)
    again.dispose()


def test_few_files_stay_open_and_all_are_readable(tmp_path, monkeypatch):
    monkeypatch.setattr(records, "_OPEN", 2)
    with dagster_instance(tmp_path) as instance:
        runs = [dg.materialize([first], instance=instance, run_config=QUIET).run_id for _ in range(4)]
        assert len(instance.event_log_storage._engines) == 2
        assert all(instance.all_logs(run_id) for run_id in runs)


def test_records_are_found_by_others_after_the_folder_was_removed_while_a_process_lives(tmp_path):
    with dagster_instance(tmp_path) as living:
        run(living)
        shutil.rmtree(tmp_path / "dagster")
        with pytest.raises(OperationalError):  # Dagster's own list of runs is told that its file is gone
            run(living)
        with dagster_instance(tmp_path) as other:  # the next command line makes the files anew
            kinds = run(other)
        assert run(living) == kinds
        with dagster_instance(tmp_path) as other:
            recorded = [
                [entry for entry in other.all_logs(found.run_id) if entry.is_dagster_event]
                for found in other.get_runs()
            ]
            assert [len(entries) for entries in recorded] == [len(kinds)] * 2
            assert len(other.fetch_materializations(dg.AssetKey("first"), limit=9).records) == 2


def test_the_environment_is_as_it_was(tmp_path, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", "/elsewhere")
    with dagster_instance(tmp_path):
        import os

        assert os.environ["DAGSTER_HOME"] == "/elsewhere"
