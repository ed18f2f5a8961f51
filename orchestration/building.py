"""dbt in this process: its project parsed once, its commands run where the warehouse file is already known.

A dbt of its own process per command would import everything again and read the project again, and asks a package
index for its newest version before it starts; together that was a quarter of a run.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.kept import seals
from orchestration.resources import DBT_DIR
from sources.lean_imports import ADDRESSES, imported_without

if TYPE_CHECKING:
    from orchestration.resources import House

#: Seconds an interrupted build gets to let go of the warehouse file.
PATIENCE = 20.0
_OVER = object()


class BuildFailed(RuntimeError):
    """dbt did not finish; the message is its own."""


def dbt_environment(house: House) -> dict[str, str]:
    """Environment dbt's profile reads, telemetry off."""
    return {
        "IMPACT_ENGINE": house.settings.engine,
        "IMPACT_MEMORY": house.settings.memory,
        "IMPACT_SPARK": str(house.settings.spark),
        "IMPACT_WAREHOUSE": str(house.settings.warehouse),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


@contextmanager
def _environment(house: House) -> Iterator[None]:
    """The environment of dbt while it works; another house in this process has another warehouse."""
    before = dict(os.environ)
    os.environ.update(dbt_environment(house))
    try:
        yield
    finally:
        for name in dbt_environment(house):
            os.environ.pop(name, None)
        os.environ.update(before)


def dbt_vars(house: House) -> dict[str, str]:
    """Variables of the dbt project: the day the run speaks for, and where raw Parquet lies."""
    return {"as_of": house.as_of.isoformat(), "raw_root": str(house.settings.raw)}


def target_folder(house: House) -> Path:
    """Where dbt keeps what it parsed and compiled."""
    return house.settings.data / "dbt"


def manifest_path(house: House) -> Path:
    """The project's manifest, parsed anew when it is not of these project files (dates of files say little)."""
    manifest = target_folder(house) / "manifest.json"
    parsed_from = manifest.with_name("manifest.parsed-from")
    project = f"{_project_hash()} {house.settings.engine}"
    if not manifest.is_file() or not parsed_from.is_file() or parsed_from.read_text(encoding="utf-8") != project:
        parse(house)
        parsed_from.write_text(project, encoding="utf-8")
    return manifest


def parse(house: House) -> Any:
    """The project as dbt's own manifest object.

    It is parsed for no day in particular: nothing in it depends on the variables (a test says so), and with other
    variables dbt would read the whole project again each day.
    """
    return run_dbt(house, ["parse", "--quiet"], {})


def _project_hash() -> str:
    """SHA-256 over names and contents of everything dbt parses, and its version."""
    from importlib.metadata import version

    digest = hashlib.sha256(version("dbt-core").encode())
    below = [path for folder in ("models", "macros", "seeds", "tests") for path in (DBT_DIR / folder).rglob("*")]
    for path in sorted([*below, DBT_DIR / "dbt_project.yml", DBT_DIR / "profiles.yml"]):
        if path.is_file():
            digest.update(f"{path.relative_to(DBT_DIR).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def run_dbt(house: House, arguments: list[str], variables: Mapping[str, Any] | None = None) -> Any:
    """Run dbt in this process on the house's warehouse and return its result.

    Args:
        variables: Of the project; default those of the house.

    Raises:
        BuildFailed: dbt failed; the message is its own.
    """
    runner = _runner()
    target_folder(house).mkdir(parents=True, exist_ok=True)
    with _environment(house), _closed_afterwards():
        result = runner().invoke(dbt_arguments(house, arguments, variables))
    if not result.success:
        raise BuildFailed(f"dbt {arguments[0]} failed: {result.exception or result.result}")
    return result.result


def _runner() -> Any:
    with imported_without(*ADDRESSES):
        from dbt.cli.main import dbtRunner
    return dbtRunner


def dbt_arguments(house: House, arguments: list[str], variables: Mapping[str, Any] | None = None) -> list[str]:
    """A dbt command line with project, profile, target and variables."""
    target = target_folder(house)
    given = json.dumps(dbt_vars(house) if variables is None else dict(variables))
    folders = ["--project-dir", str(DBT_DIR), "--profiles-dir", str(DBT_DIR), "--target-path", str(target)]
    return [*arguments, *folders, "--log-path", str(target / "logs"), "--vars", given]


def build(house: House, manifest: Any, selection: list[str]) -> Iterator[dict[str, Any]]:
    """Build what is selected and tell what dbt tells, as it comes.

    Args:
        manifest: The project as :func:`parse` gave it; it may be used for several builds.
        selection: ``--select`` and ``--exclude``.

    Yields:
        dbt's structured events, those about a node only.

    Raises:
        BuildFailed: a model or a test failed; the message names all of them.
    """
    # Unit tests prove the models' arithmetic, not the data: `make test` runs them.
    command = ["build", *selection, "--exclude-resource-type", "unit_test", "--log-level-file", "warn"]
    command.append("--no-use-colors")
    told: queue.SimpleQueue[Any] = queue.SimpleQueue()
    runner = _runner()(manifest=manifest, callbacks=[told.put])
    target_folder(house).mkdir(parents=True, exist_ok=True)
    ended: list[Any] = []

    def work() -> None:
        try:
            ended.append(runner.invoke(dbt_arguments(house, command, {**dbt_vars(house), "seals": seals(house)})))
        finally:
            told.put(_OVER)

    problems = []
    with _environment(house), _closed_afterwards():
        # Beside this thread, so that events are told while dbt works; it never outlives the process.
        worker = threading.Thread(target=work, name="dbt", daemon=True)
        worker.start()
        try:
            while (message := told.get()) is not _OVER:
                if message.info.level == "error":
                    problems.append(message.info.msg.strip())
                event = _about_a_node(message)
                if event is not None:
                    yield event
            worker.join()
        finally:
            if worker.is_alive():
                _cancel()
                worker.join(PATIENCE)
    if not ended or not ended[0].success:
        raise BuildFailed("\n".join(problems) or str(ended[0].exception if ended else "dbt stopped"))


def _about_a_node(message: Any) -> dict[str, Any] | None:
    """A structured event as dbt's JSON log has it; ``None`` for what is about no node."""
    if not message.data.DESCRIPTOR.fields_by_name.get("node_info"):
        return None
    from dbt_common.events.functions import msg_to_dict

    event = msg_to_dict(message)
    return event if "node_info" in event["data"] else None


def _cancel() -> None:
    """Stop what dbt runs in the warehouse."""
    from dbt.adapters.factory import FACTORY

    for adapter in list(FACTORY.adapters.values()):
        adapter.cancel_open_connections()


@contextmanager
def _closed_afterwards() -> Iterator[None]:
    """Let go of the warehouse file, which others open for reading."""
    try:
        yield
    finally:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager as Manager

        if Manager._ENV is not None:
            Manager._ENV.close()
        Manager.close_all_connections()
