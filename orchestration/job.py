"""The Dagster job run in this process, with the writers' lock held and a person watching."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from orchestration.progress import Progress
from orchestration.resources import House, writer_lock
from sources import periods
from sources.settings import Settings, SettingsProblem


class RunFailed(RuntimeError):
    """The run did not finish; what was published before still stands. The message says what failed."""


@dataclass(frozen=True)
class RunSummary:
    """What a run gave: the build it published and the checks that did not hold."""

    run_id: str
    build_id: str
    checks: int
    failed_checks: tuple[str, ...]


def run_in_process(settings: Settings, as_of: date | None = None, progress: Progress | None = None) -> RunSummary:
    """Run the whole job once and publish.

    Args:
        as_of: The day the run speaks for, default today (UTC).

    Raises:
        RunFailed: a step failed; the published state is the last good one.
    """
    from expectations.desk import Desk
    from orchestration.watching.keeping import keep_watch, note_failure
    from orchestration.watching.notes import begun

    shown, house, started = progress or Progress(), House(settings, as_of), datetime.now(UTC)
    try:
        with writer_lock(settings), begun(settings):
            counter = Desk(settings, house.contracts)
            counter.finish_pending()
            counter.finish_erasures()
            house.snapshot = counter.state()  # folded once: on a long log that takes seconds
            if discard_damaged(settings.warehouse):
                shown.say("the warehouse file was damaged and is made anew")
            discard_spilled(settings.warehouse)
            return execute(house, shown)
    except RunFailed:
        raise
    except Exception as error:
        note_failure(settings, started, error)
        raise
    finally:
        keep_watch(settings, lambda: house.contracts, lambda: house.snapshot, as_of=house.as_of)


def execute(house: House, progress: Progress) -> RunSummary:
    """Run the job on a house whose writers' lock is held: nothing is judged, nothing is written to log or landing zone.

    Raises:
        RunFailed: a step failed; the published state is the last good one.
    """
    from exports.build import PARTS
    from exports.published import Published
    from orchestration.definitions import JOB, definitions_of
    from orchestration.ended import IN_PROCESS, end_dead_runs
    from orchestration.lineage import write_lineage
    from orchestration.schedules import range_tags
    from orchestration.watching.memory import Memory
    from orchestration.watching.runs import record_run

    definitions = definitions_of(house, progress)
    job = definitions.resolve_job_def(JOB)
    progress.expect(len(job.asset_layer.executable_asset_keys) - 1 + 2 * sum(PARTS.values()))
    first, last = _touched(house)
    logging.getLogger("dagster").setLevel(logging.ERROR)
    with dagster_instance(house.settings.data) as instance:
        end_dead_runs(house.settings, instance)
        with Memory() as memory:
            result = job.execute_in_process(
                instance=instance,
                tags={**range_tags(first, last), **IN_PROCESS},
                raise_on_error=False,
                run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            )
        write_lineage(house.settings, instance, result.run_id, job.asset_layer.asset_graph)
        record_run(house.settings, instance, result.run_id, memory)
    if not result.success:
        raise RunFailed(_failures(result))
    checks = result.get_asset_check_evaluations()
    failed = tuple(f"{check.asset_key.to_user_string()}: {check.check_name}" for check in checks if not check.passed)
    build = Published.open(house.settings.published).build_id
    return RunSummary(result.run_id, build, len(checks), failed)


def discard_damaged(warehouse: Path) -> bool:
    """Remove a warehouse file DuckDB cannot open: everything in it is made from originals and log.

    Returns:
        Whether one was removed. A file that another process holds is left alone.
    """
    import duckdb

    if not warehouse.exists():
        return False
    try:
        duckdb.connect(str(warehouse)).close()
    except duckdb.Error as error:
        if "lock" in str(error).lower():
            return False
        for path in (warehouse, warehouse.with_name(warehouse.name + ".wal")):
            path.unlink(missing_ok=True)
        return True
    return False


def discard_spilled(warehouse: Path) -> None:
    """Remove what DuckDB had put aside for lack of memory when a run was killed: it never looks there again."""
    import shutil

    shutil.rmtree(warehouse.with_name(warehouse.name + ".tmp"), ignore_errors=True)


def dagster_instance(data: Path):  # type: ignore[no-untyped-def]
    """Dagster's own records, so that `make dev` shows runs from the command line.

    They lie under the data folder, or in the PostgreSQL database that ``IMPACT_DAGSTER_URL`` names.

    Raises:
        SettingsProblem: the address names no driver; Dagster hands it to SQLAlchemy as it is.
    """
    import dagster as dg

    home = data / "dagster"
    home.mkdir(parents=True, exist_ok=True)
    address = os.environ.get("IMPACT_DAGSTER_URL")
    if address and not address.startswith("postgresql+psycopg2://"):
        raise SettingsProblem("IMPACT_DAGSTER_URL must begin with postgresql+psycopg2://")
    names = ("dagster.yaml", "dagster_postgresql.yaml" if address else "dagster_local.yaml")
    (home / "dagster.yaml").write_bytes(b"".join(Path(__file__).with_name(name).read_bytes() for name in names))
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    before = os.environ.get("DAGSTER_HOME")
    os.environ["DAGSTER_HOME"] = str(home)
    try:
        return dg.DagsterInstance.from_config(str(home))
    finally:
        if before is None:
            del os.environ["DAGSTER_HOME"]
        else:
            os.environ["DAGSTER_HOME"] = before


def _touched(house: House) -> tuple[str, str]:
    """First and last quarter in which rows may have to be loaded; the newest one where there is none."""
    from sources.load import out_of_line, quarters_of

    touched = out_of_line(house.settings, house.contracts, house.snapshot)
    if not touched:
        newest = [quarters_of(contract, house.snapshot)[-1:] for contract in house.contracts.values()]
        touched = sorted(period for periods in newest for period in periods)[-1:] or [periods.FIRST_PERIOD]
    return touched[0], touched[-1]


def _failures(result) -> str:  # type: ignore[no-untyped-def]
    lines = []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.event_specific_data.error
            cause = error.cause or error
            lines.append(f"{event.step_key}: {cause.message.strip()}")
    return "\n".join(lines) or "the run stopped"
