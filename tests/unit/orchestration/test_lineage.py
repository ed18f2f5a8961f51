"""The lineage of a run: read event by event with OpenLineage's own classes, and never in a run's way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from orchestration import lineage
from sources.settings import Settings


@dg.asset(key=["raw", "heal__reach"], check_specs=[dg.AssetCheckSpec("accepted_rows", asset=["raw", "heal__reach"])])
def reach() -> dg.MaterializeResult:
    check = dg.AssetCheckResult(passed=False, check_name="accepted_rows", severity=dg.AssetCheckSeverity.WARN)
    return dg.MaterializeResult(metadata={"rows": 12}, check_results=[check])


@dg.multi_asset(specs=[dg.AssetSpec(["staging", "stg_heal"], deps=[["raw", "heal__reach"]]),
                       dg.AssetSpec(["published", "pub_heal"], deps=[["staging", "stg_heal"]])])  # fmt: skip
def dbt() -> Iterator[dg.MaterializeResult]:
    for key, node in (
        (["staging", "stg_heal"], "model.impact.stg_heal"),
        (["published", "pub_heal"], "model.impact.pub_heal"),
    ):
        yield dg.MaterializeResult(asset_key=key, metadata={"unique_id": node, "Execution Duration": 0.25})


@dg.asset(deps=[["published", "pub_heal"]])
def exports() -> None:
    raise ValueError("disk full – “Söhne”")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import duckdb

    settings = Settings.at(tmp_path_factory.mktemp("lineage"))
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create schema raw; create table raw.heal__reach (n integer, name varchar)")
    instance = dg.DagsterInstance.ephemeral()
    result = dg.materialize([reach, dbt, exports], instance=instance, raise_on_error=False)
    graph = dg.Definitions([reach, dbt, exports]).resolve_asset_graph()
    path = lineage.write_lineage(settings, instance, result.run_id, graph)
    assert path == settings.data / "lineage" / f"{result.run_id}.jsonl"
    return path


@pytest.fixture(scope="module")
def events(written: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.read_text("utf-8").splitlines()]


def one(events: list[dict[str, Any]], kind: str, job: str) -> dict[str, Any]:
    (found,) = (event for event in events if event["eventType"] == kind and event["job"]["name"] == job)
    return found


def test_steps_and_models_start_and_end(events: list[dict[str, Any]]) -> None:
    seen = {(event["job"]["name"], event["eventType"]) for event in events}
    assert seen == {
        ("raw__heal__reach", "START"), ("raw__heal__reach", "COMPLETE"), ("dbt", "START"), ("dbt", "COMPLETE"),
        ("model.impact.stg_heal", "START"), ("model.impact.stg_heal", "COMPLETE"),
        ("model.impact.pub_heal", "START"), ("model.impact.pub_heal", "COMPLETE"),
        ("exports", "START"), ("exports", "FAIL"),
    }  # fmt: skip
    assert [event["eventTime"] for event in events] == sorted(event["eventTime"] for event in events)


def test_every_event_is_one_of_the_standard(events: list[dict[str, Any]]) -> None:
    for event in events:
        read(event)


def test_what_is_read_and_written_joins_up(events: list[dict[str, Any]]) -> None:
    loaded = one(events, "COMPLETE", "raw__heal__reach")
    (output,) = loaded["outputs"]
    assert output["name"] == "raw.heal__reach"
    assert output["outputFacets"]["outputStatistics"]["rowCount"] == 12
    assert output["facets"]["schema"]["fields"] == [
        {"name": "n", "type": "INTEGER"},
        {"name": "name", "type": "VARCHAR"},
    ]
    (checked,) = loaded["inputs"]
    assert checked["inputFacets"]["dataQualityAssertions"]["assertions"] == [
        {"assertion": "accepted_rows", "success": False, "severity": "warn"}
    ]
    model = one(events, "COMPLETE", "model.impact.pub_heal")
    assert [item["name"] for item in model["inputs"]] == ["staging.stg_heal"]
    assert [item["name"] for item in model["outputs"]] == ["published.pub_heal"]
    assert model["run"]["facets"]["parent"]["run"]["runId"] == one(events, "START", "dbt")["run"]["runId"]
    whole = one(events, "COMPLETE", "dbt")
    assert [item["name"] for item in whole["inputs"]] == ["raw.heal__reach"], "not what it made itself"


def test_what_failed_says_why(events: list[dict[str, Any]]) -> None:
    failed = one(events, "FAIL", "exports")
    assert "disk full – “Söhne”" in failed["run"]["facets"]["errorMessage"]["message"]
    assert [item["name"] for item in failed["inputs"]] == ["published.pub_heal"]
    assert failed["outputs"] == []


def test_each_step_names_the_code_it_ran(events: list[dict[str, Any]]) -> None:
    from exports.releases.code import running_code

    for event in events:
        assert event["job"]["facets"]["sourceCodeLocation"]["url"] == f"urn:impact:code:{running_code().code_hash}"


def test_a_failure_to_write_it_fails_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "lineage").write_text("in the way")
    instance = dg.DagsterInstance.ephemeral()
    run = dg.materialize([reach], instance=instance)
    graph = dg.Definitions([reach]).resolve_asset_graph()
    assert lineage.write_lineage(Settings.at(tmp_path), instance, run.run_id, graph) is None
    assert "was not written" in caplog.text


def test_old_files_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lineage, "KEPT", 2)
    instance = dg.DagsterInstance.ephemeral()
    graph = dg.Definitions([reach]).resolve_asset_graph()
    written = []
    for _ in range(3):
        run = dg.materialize([reach], instance=instance)
        written.append(lineage.write_lineage(Settings.at(tmp_path), instance, run.run_id, graph))
    assert sorted((tmp_path / "lineage").iterdir()) == sorted(path for path in written[1:] if path is not None)


def read(event: dict[str, Any]) -> None:
    """Read an event with the standard's classes: unknown keys, bad addresses and ids, or an old schema raise."""
    from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState

    run, job = event["run"], event["job"]
    made = RunEvent(
        eventTime=event["eventTime"],
        eventType=RunState[event["eventType"]],
        producer=event["producer"],
        run=Run(run["runId"], _facets(run["facets"])),
        job=Job(job["namespace"], job["name"], _facets(job["facets"])),
        inputs=[
            InputDataset(
                item["namespace"],
                item["name"],
                facets=_facets(item.get("facets", {})),
                inputFacets=_facets(item.get("inputFacets", {})),
            )
            for item in event["inputs"]
        ],
        outputs=[
            OutputDataset(
                item["namespace"],
                item["name"],
                facets=_facets(item.get("facets", {})),
                outputFacets=_facets(item.get("outputFacets", {})),
            )
            for item in event["outputs"]
        ],
    )
    assert event["schemaURL"] == made.schemaURL


def _facets(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    from openlineage.client import facet_v2 as standard

    classes = {
        "schema": standard.schema_dataset.SchemaDatasetFacet,
        "parent": standard.parent_run.ParentRunFacet,
        "errorMessage": standard.error_message_run.ErrorMessageRunFacet,
        "dataQualityAssertions": standard.data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet,
        "sourceCodeLocation": standard.source_code_location_job.SourceCodeLocationJobFacet,
        "processing_engine": standard.processing_engine_run.ProcessingEngineRunFacet,
        "jobType": standard.job_type_job.JobTypeJobFacet,
        "outputStatistics": standard.output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet,
    }
    nested: dict[str, dict[str, Any]] = {
        "schema": {"fields": standard.schema_dataset.SchemaDatasetFacetFields},
        "parent": {"run": standard.parent_run.Run, "job": standard.parent_run.Job},
        "dataQualityAssertions": {"assertions": standard.data_quality_assertions_dataset.Assertion},
    }
    made = {}
    for name, facet in found.items():
        content = {key: value for key, value in facet.items() if not key.startswith("_")}
        for key, inner in nested.get(name, {}).items():
            given = content[key]
            content[key] = [inner(**item) for item in given] if isinstance(given, list) else inner(**given)
        made[name] = classes[name](**content, producer=facet["_producer"])
        assert facet["_schemaURL"] == made[name]._schemaURL
    return made
