"""What every run cost and gave, one line of JSON per run in ``<IMPACT_DATA>/watch/runs.jsonl``.

Nothing of it enters a published table: a clock is in it.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import dagster as dg

    from orchestration.lineage import Step
    from orchestration.watching.memory import Memory
    from sources.settings import Settings

FOLDER = "watch"
FILE = "runs.jsonl"
#: The dbt models named in a record: the slowest ones.
MODELS = 10
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class StepCost:
    """A step of a run.

    Attributes:
        peak_bytes: Memory of the whole process tree while it lasted; ``None`` where nobody looked.
        rows: Rows it loaded, where it counts them.
    """

    name: str
    seconds: float
    peak_bytes: int | None = None
    rows: int | None = None


@dataclass(frozen=True)
class RunRecord:
    """One run, as it is kept.

    Attributes:
        result: ``finished`` or ``failed``.
        step, error: What failed, and the kind of error; its words stay in Dagster's own record.
        returns: Returns whose rows were loaded in the quarters it looked at.
        not_held: Checks that did not hold, as ``asset: check``.
        sizes: Bytes of what lies on local disk, by name.
        models: The slowest dbt models, in seconds.
    """

    run_id: str
    job: str
    started: str
    ended: str
    seconds: float
    result: str
    step: str | None = None
    error: str | None = None
    build_id: str | None = None
    log_head: str | None = None
    code_version: str | None = None
    rows: int = 0
    returns: int = 0
    checks: int = 0
    not_held: tuple[str, ...] = ()
    peak_bytes: int | None = None
    steps: tuple[StepCost, ...] = ()
    models: dict[str, float] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def finished(self) -> bool:
        """Whether it came to its end."""
        return self.result == "finished"

    @property
    def ended_at(self) -> datetime:
        """When it ended."""
        return datetime.fromisoformat(self.ended)

    @classmethod
    def from_dict(cls, value: dict[str, Any]) -> RunRecord:
        """A record as read; fields of later versions are passed over."""
        known = {name: value[name] for name in cls.__dataclass_fields__ if name in value}
        steps = tuple(
            StepCost(**{k: item[k] for k in StepCost.__dataclass_fields__ if k in item}) for item in value["steps"]
        )
        return cls(**{**known, "steps": steps, "not_held": tuple(value.get("not_held", ()))})


def record_run(
    settings: Settings, instance: dg.DagsterInstance, run_id: str, memory: Memory | None = None
) -> RunRecord | None:
    """Keep what a run cost; one that is kept already stays as it is. What goes wrong stops no run.

    Args:
        instance: Where Dagster recorded the run.
        memory: What was seen of the memory meanwhile.
    """
    try:
        known = next((item for item in runs(settings) if item.run_id == run_id), None)
        if known is not None:
            return known
        found = _gather(settings, instance, run_id, memory)
        keep(settings, found)
    except Exception as error:
        _LOG.warning("what a run cost was not kept", extra={"run_id": run_id, "failure": error})
        return None
    ids = {"run_id": run_id, "build_id": found.build_id}
    for step in found.steps:
        _LOG.info("step", extra={**ids, "step": step.name, "seconds": step.seconds, "rows": step.rows})
    told = {"result": found.result, "step": found.step, "rows": found.rows, "checks": found.checks}
    _LOG.info(
        "run ended",
        extra={**ids, **told, "problems": len(found.not_held), "seconds": found.seconds, "bytes": found.peak_bytes},
    )
    return found


def runs(settings: Settings, job: str | None = None) -> list[RunRecord]:
    """Every run that was kept, oldest first; a line that a crash cut short is passed over.

    Args:
        job: Only runs of this job.
    """
    path, found = settings.data / FOLDER / FILE, []
    if not path.is_file():
        return []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found.append(RunRecord.from_dict(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            continue
    return sorted((item for item in found if job in (None, item.job)), key=lambda item: item.ended)


def keep(settings: Settings, record: RunRecord) -> None:
    """Append one record."""
    path = settings.data / FOLDER / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    line = f"{json.dumps(asdict(record), ensure_ascii=False)}\n"
    with path.open("a+b", buffering=0) as stream:
        if stream.tell() and (stream.seek(-1, os.SEEK_END), stream.read(1))[1] != b"\n":
            line = f"\n{line}"  # a crash cut the last one short
        stream.write(line.encode())
        os.fsync(stream.fileno())


def _gather(settings: Settings, instance: dg.DagsterInstance, run_id: str, memory: Memory | None) -> RunRecord:
    from importlib.metadata import version

    from orchestration.lineage import WANTED, gather_steps

    entries = list(instance.all_logs(run_id, of_type=WANTED))
    kept = instance.get_run_record_by_id(run_id)
    if kept is None:
        raise ValueError("Dagster does not know the run")
    steps = gather_steps(entries)
    own = [step for step in steps if step.within is None]
    began = kept.start_time or kept.create_timestamp.timestamp()
    ended = kept.end_time or max((entry.timestamp for entry in entries), default=began)
    checks = [(name, one) for step in own for name, found in sorted(step.checks.items()) for one in found]
    failure = next((entry for entry in entries if entry.dagster_event.is_step_failure), None)
    metadata = _metadata(entries)
    models = sorted((step for step in steps if step.within), key=_seconds, reverse=True)[:MODELS]
    made = _values(metadata, "published", "build")
    peaks = [memory.peak(began, ended)] if memory is not None else _values(metadata, "published", "peak_memory_bytes")
    return RunRecord(
        run_id=run_id,
        job=kept.dagster_run.job_name,
        started=_moment(began),
        ended=_moment(ended),
        seconds=round(ended - began, 2),
        result="finished" if kept.dagster_run.is_success else "failed",
        step=str(failure.step_key) if failure is not None else None,
        error=_kind(failure) if failure is not None else None,
        build_id=made[-1] if made else None,
        log_head=next((str(item[1]["log_head"].value) for item in metadata if "log_head" in item[1]), None),
        code_version=version("coalition-impact-warehouse"),
        rows=sum(sum(rows or 0 for rows in step.outputs.values()) for step in own),
        returns=_returns(metadata),
        checks=len(checks),
        not_held=tuple(f"{name}: {one['assertion']}" for name, one in checks if not one["success"]),
        peak_bytes=peaks[-1] if peaks else None,
        steps=tuple(_cost(step, memory) for step in own),
        models={step.name.rpartition(".")[2]: round(_seconds(step), 2) for step in models},
        sizes=_sizes(settings, made[-1] if made else None),
    )


def _returns(metadata: list[tuple[str, dict[str, Any]]]) -> int:
    """Returns that gave rows; a return has rows in several tables of its program."""
    most: dict[str, int] = {}
    for asset, values in metadata:
        if "returns" in values:
            program = asset.removeprefix("raw.").partition("__")[0]
            most[program] = max(most.get(program, 0), values["returns"].value)
    return sum(most.values())


def _metadata(entries: Iterable[Any]) -> list[tuple[str, dict[str, Any]]]:
    """Assets as ``folder.name``, and what was noted with each materialization."""
    found = []
    for entry in entries:
        if entry.dagster_event.event_type_value == "ASSET_MATERIALIZATION":
            made = entry.dagster_event.event_specific_data.materialization
            found.append((".".join(made.asset_key.path), dict(made.metadata)))
    return found


def _values(metadata: list[tuple[str, dict[str, Any]]], asset: str, name: str) -> list[Any]:
    return [values[name].value for key, values in metadata if key == asset and name in values]


def _cost(step: Step, memory: Memory | None) -> StepCost:
    counted = [rows for rows in step.outputs.values() if rows is not None]
    peak = memory.peak(step.started, step.ended) if memory is not None else None
    return StepCost(step.name, round(_seconds(step), 2), peak, sum(counted) if counted else None)


def _seconds(step: Step) -> float:
    return (step.ended or step.started) - step.started


def _kind(failure: Any) -> str:
    error = failure.dagster_event.event_specific_data.error
    return str((error.cause or error).cls_name or "Error")


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _sizes(settings: Settings, build: str | None) -> dict[str, int]:
    places = {"warehouse": settings.warehouse, "log": settings.data / "log.db", "raw": Path(settings.raw)}
    if build is not None:
        places |= {"published": Path(settings.published) / build, "exports": Path(settings.exports) / build}
    return {name: size for name, path in places.items() if (size := _bytes(path)) is not None}


def _bytes(path: Path) -> int | None:
    """Bytes below a local path; ``None`` for what is not there, or not on this disk."""
    if path.is_file():
        return path.stat().st_size
    if not path.is_dir():
        return None
    return sum(item.stat().st_size for item in path.rglob("*") if item.is_file())
