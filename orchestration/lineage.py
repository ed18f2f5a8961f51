"""OpenLineage events of a run, as a file: which step read and wrote what, with columns, checks and code.

Written from Dagster's own record of the run once it has ended, so it costs the steps nothing and can make
none of them fail. The events follow OpenLineage 2.0.2 and are plain JSON lines: the project's client library
would take as long to import as all of this takes, and brings an HTTP client that nothing here may use. The
tests read every event with that library.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

if TYPE_CHECKING:
    from exports.releases.code import Code
    from sources.settings import Settings

FOLDER = "lineage"
#: Files kept; the oldest go when a new one comes.
KEPT = 50
#: A name, not an address: nothing is published there.
PRODUCER = "urn:impact:coalition-impact-warehouse"
NAMESPACE = "impact"
_SPEC = "https://openlineage.io/spec"
_EVENT = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
_FACETS = {
    "schema": "1-2-0/SchemaDatasetFacet",
    "parent": "1-2-0/ParentRunFacet",
    "errorMessage": "1-0-1/ErrorMessageRunFacet",
    "dataQualityAssertions": "1-1-0/DataQualityAssertionsDatasetFacet",
    "sourceCodeLocation": "1-1-0/SourceCodeLocationJobFacet",
    "processing_engine": "1-1-1/ProcessingEngineRunFacet",
    "jobType": "2-0-4/JobTypeJobFacet",
    "outputStatistics": "1-0-2/OutputStatisticsOutputDatasetFacet",
}
#: What the record of a run tells about its steps.
WANTED = {
    dg.DagsterEventType.STEP_START, dg.DagsterEventType.STEP_SUCCESS, dg.DagsterEventType.STEP_FAILURE,
    dg.DagsterEventType.ASSET_MATERIALIZATION, dg.DagsterEventType.ASSET_CHECK_EVALUATION,
}  # fmt: skip
_log = logging.getLogger(__name__)


@dataclass
class Step:
    """One job of a run: a Dagster step, or one dbt model within a step.

    Attributes:
        started, ended: Seconds since 1970; ``ended`` is ``None`` where it never did.
        outputs: Dataset → rows written, where they were counted.
        planned: Datasets a failed step was to write.
        checks: Dataset → assertions about it.
        within: Name of the step it is part of.
    """

    name: str
    started: float
    ended: float | None = None
    error: str | None = None
    outputs: dict[str, int | None] = field(default_factory=dict)
    planned: set[str] = field(default_factory=set)
    checks: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    within: str | None = None


@dataclass(frozen=True)
class Surroundings:
    """What the record of a run does not hold.

    Attributes:
        inputs: Dataset → the datasets it is made from.
        columns: Dataset → its columns and their types.
    """

    inputs: Mapping[str, tuple[str, ...]]
    columns: Mapping[str, tuple[tuple[str, str], ...]]
    code: Code


def write_lineage(settings: Settings, instance: dg.DagsterInstance, run_id: str, graph: Any) -> Path | None:
    """Write ``<IMPACT_DATA>/lineage/<run>.jsonl``; what goes wrong is logged and told to nobody else.

    Args:
        instance: Where the run is recorded.
        graph: The definitions' asset graph.

    Returns:
        The file, or ``None`` where it could not be written.
    """
    try:
        steps = gather_steps(instance.all_logs(run_id, of_type=WANTED))
        if any(step.error is not None for step in steps):
            planned = instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION_PLANNED)
            note_planned(steps, planned)
        events = run_events(run_id, steps, _surroundings(settings, graph))
        folder = Path(settings.data) / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{run_id}.jsonl"
        scratch = target.with_suffix(".tmp")
        scratch.write_text("".join(f"{json.dumps(event, ensure_ascii=False)}\n" for event in events), "utf-8")
        scratch.replace(target)
        for old in sorted(folder.glob("*.jsonl"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
    except Exception:
        _log.warning("The lineage of run %s was not written", run_id, exc_info=True, extra={"run_id": run_id})
        return None
    return target


def lineage_sensors(settings: Settings, job: Any) -> list[dg.SensorDefinition]:
    """What writes the lineage of runs that Dagster's daemon starts, well or badly ended."""

    def told(status: dg.DagsterRunStatus) -> dg.SensorDefinition:
        @dg.run_status_sensor(
            run_status=status,
            name=f"lineage_of_{status.value.lower()}",
            monitored_jobs=[job],
            default_status=dg.DefaultSensorStatus.RUNNING,
        )
        def _ended(context: dg.RunStatusSensorContext) -> None:
            graph = context.repository_def.asset_graph if context.repository_def is not None else None
            write_lineage(settings, context.instance, context.dagster_run.run_id, graph)

        return _ended

    return [told(dg.DagsterRunStatus.SUCCESS), told(dg.DagsterRunStatus.FAILURE)]


def gather_steps(entries: Iterable[Any]) -> list[Step]:
    """Steps and dbt models from Dagster's log entries of one run, in order of their start."""
    steps: dict[str, Step] = {}
    for entry in entries:
        event = entry.dagster_event
        if event is None or event.step_key is None:
            continue
        name, kind = str(event.step_key), event.event_type_value
        step = steps.setdefault(name, Step(name, entry.timestamp))
        if kind == "STEP_SUCCESS":
            step.ended = entry.timestamp
        elif kind == "STEP_FAILURE":
            step.ended, step.error = entry.timestamp, _message(event)
        elif kind == "ASSET_MATERIALIZATION":
            _take_output(steps, step, event.event_specific_data.materialization, entry.timestamp)
        elif kind == "ASSET_CHECK_EVALUATION":
            check = event.event_specific_data
            step.checks.setdefault(_dataset(check.asset_key), []).append(_assertion(check))
    return sorted(steps.values(), key=lambda step: (step.started, step.within is not None, step.name))


def note_planned(steps: Iterable[Step], entries: Iterable[Any]) -> None:
    """Note what failed steps were to write, which tells what they read."""
    failed = {step.name: step for step in steps if step.error is not None}
    for entry in entries:
        step = failed.get(str(entry.dagster_event.step_key))
        if step is not None:
            step.planned.add(_dataset(entry.dagster_event.asset_key))


def _take_output(steps: dict[str, Step], step: Step, made: Any, moment: float) -> None:
    name, metadata = _dataset(made.asset_key), made.metadata
    rows = metadata.get("rows")
    # A table of several quarters is reported once per quarter.
    step.outputs[name] = rows.value if rows is not None else None
    node = metadata.get("unique_id")
    if node is not None:
        seconds = metadata.get("Execution Duration")
        started = moment - (float(seconds.value) if seconds is not None else 0)
        steps[f"{step.name}/{node.value}"] = Step(
            str(node.value), started, moment, outputs={name: None}, within=step.name
        )


def _message(event: Any) -> str:
    error = event.event_specific_data.error
    cause = getattr(error, "cause", None) or error
    return str(getattr(cause, "message", "") or "the step failed").strip()


def _assertion(check: Any) -> dict[str, Any]:
    return {"assertion": check.check_name, "success": bool(check.passed), "severity": check.severity.value.lower()}


def run_events(run_id: str, steps: Iterable[Step], around: Surroundings) -> list[dict[str, Any]]:
    """OpenLineage run events of all steps, oldest first; a step that never ended has a START alone."""
    found = [event for step in steps for event in _events(run_id, step, around)]
    return sorted(found, key=lambda event: (event["eventTime"], event["eventType"] != "START"))


def _events(run_id: str, step: Step, around: Surroundings) -> Iterator[dict[str, Any]]:
    own = step.planned | set(step.outputs)
    inputs = sorted({name for made in own for name in around.inputs.get(made, ())} - own)
    yield _event("START", step.started, run_id, step, around, [_named(name) for name in inputs], [])
    if step.ended is None:
        return
    described = [_described(name, around) for name in inputs]
    # By the standard, what is found out about a dataset stands with those that were read.
    described += [_checked(name, checks, around) for name, checks in sorted(step.checks.items())]
    outputs = [_described(name, around, rows) for name, rows in sorted(step.outputs.items())]
    kind = "FAIL" if step.error is not None else "COMPLETE"
    yield _event(kind, step.ended, run_id, step, around, described, outputs)


def _event(
    kind: str,
    moment: float,
    run_id: str,
    step: Step,
    around: Surroundings,
    inputs: list[dict[str, Any]],
    outputs: list[dict[str, Any]],
) -> dict[str, Any]:
    parent_run, parent_job = (_run_of(run_id, step.within), step.within) if step.within else (run_id, "refresh")
    facets = {
        "parent": _facet("parent", run={"runId": parent_run}, job={"namespace": NAMESPACE, "name": parent_job}),
        "processing_engine": _facet("processing_engine", version=around.code.code_version, name="impact"),
    }
    if step.error is not None and kind == "FAIL":
        facets["errorMessage"] = _facet("errorMessage", message=step.error, programmingLanguage="Python")
    return {
        "eventTime": datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "eventType": kind,
        "producer": PRODUCER,
        "schemaURL": _EVENT,
        "run": {"runId": _run_of(run_id, step.name), "facets": facets},
        "job": {"namespace": NAMESPACE, "name": step.name, "facets": _job_facets(step, around.code)},
        "inputs": inputs,
        "outputs": outputs,
    }


def _run_of(run_id: str, name: str) -> str:
    return str(uuid.uuid5(uuid.UUID(run_id), name))


def _job_facets(step: Step, code: Code) -> dict[str, Any]:
    integration, kind = ("DBT", "MODEL") if step.within else ("DAGSTER", "STEP")
    return {
        "jobType": _facet("jobType", processingType="BATCH", integration=integration, jobType=kind),
        # No address is known of where the code is kept: its content's hash names it, the commit says where in a clone.
        "sourceCodeLocation": _facet(
            "sourceCodeLocation",
            type="git" if code.commit else "hash",
            url=f"urn:impact:code:{code.code_hash}",
            version=code.commit or code.code_hash,
        ),
    }


def _facet(name: str, /, **content: Any) -> dict[str, Any]:
    where = _FACETS[name]
    url = f"{_SPEC}/facets/{where}.json#/$defs/{where.rsplit('/', 1)[-1]}"
    return {"_producer": PRODUCER, "_schemaURL": url, **content}


def _named(name: str) -> dict[str, Any]:
    return {"namespace": NAMESPACE, "name": name}


def _described(name: str, around: Surroundings, rows: int | None = None) -> dict[str, Any]:
    found = _named(name)
    columns = around.columns.get(name)
    if columns:
        fields = [{"name": column, "type": kind} for column, kind in columns]
        found["facets"] = {"schema": _facet("schema", fields=fields)}
    if rows is not None:
        found["outputFacets"] = {"outputStatistics": _facet("outputStatistics", rowCount=rows)}
    return found


def _checked(name: str, checks: list[dict[str, Any]], around: Surroundings) -> dict[str, Any]:
    facet = _facet("dataQualityAssertions", assertions=checks)
    return _described(name, around) | {"inputFacets": {"dataQualityAssertions": facet}}


def _dataset(key: Any) -> str:
    """``schema.table`` of what dbt makes and reads, the asset's name of what is a folder."""
    return ".".join(key.path)


def _surroundings(settings: Settings, graph: Any) -> Surroundings:
    from exports.releases.code import running_code

    inputs = {
        _dataset(key): tuple(_dataset(parent) for parent in sorted(graph.get(key).parent_keys))
        for key in graph.get_all_asset_keys()
    }
    return Surroundings(inputs, _columns(settings), running_code())


def _columns(settings: Settings) -> dict[str, tuple[tuple[str, str], ...]]:
    """Columns of every table and view of the warehouse; nothing where it cannot be opened."""
    from orchestration.engine import reading

    if settings.engine == "duckdb" and not settings.warehouse.is_file():
        return {}
    with reading(settings) as connection:
        rows = connection.execute(
            "select table_schema || '.' || table_name, column_name, data_type from information_schema.columns order by"
            " table_schema, table_name, ordinal_position"
        ).fetchall()
    found: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in rows:
        found.setdefault(table, []).append((column, kind))
    return {table: tuple(columns) for table, columns in found.items()}
