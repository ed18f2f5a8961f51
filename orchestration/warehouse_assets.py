"""The dbt project as assets, then what is published and exported from it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import dagster as dg

from orchestration.disclosing import disclosure_asset
from orchestration.resources import DBT_DIR

if TYPE_CHECKING:
    from orchestration.progress import Progress
    from orchestration.resources import House

BUILT = "pub_"
#: What rests on figures computed in Python.
STEPS = "source:steps+"


def dbt_environment(house: House) -> dict[str, str]:
    """Environment dbt's profile reads, telemetry off."""
    return {
        "IMPACT_WAREHOUSE": str(house.settings.warehouse),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


@contextmanager
def _environment(house: House) -> Iterator[None]:
    """The environment of dbt while it starts; another house in this process has another warehouse."""
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


def manifest_path(house: House) -> Path:
    """The project's manifest, parsed anew when it is not of these project files (dates of files say little)."""
    target = house.settings.data / "dbt"
    manifest, parsed_from = target / "manifest.json", target / "manifest.parsed-from"
    project = _project_hash()
    if not manifest.is_file() or not parsed_from.is_file() or parsed_from.read_text(encoding="utf-8") != project:
        run_dbt(house, ["parse", "--quiet"])
        parsed_from.write_text(project, encoding="utf-8")
    return manifest


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


def run_dbt(house: House, arguments: list[str]) -> Any:
    """Run dbt in this process on the house's warehouse.

    Raises:
        RuntimeError: dbt failed; the message is its own.
    """
    from dbt.cli.main import dbtRunner

    target = house.settings.data / "dbt"
    target.mkdir(parents=True, exist_ok=True)
    with _environment(house):
        result = dbtRunner().invoke(dbt_arguments(house, arguments, target))
    if not result.success:
        raise RuntimeError(f"dbt {arguments[0]} failed: {result.exception or result.result}")
    return result.result


def dbt_arguments(house: House, arguments: list[str], target: Path) -> list[str]:
    """A dbt command line with project, profile, target and variables."""
    import json

    folders = ["--project-dir", str(DBT_DIR), "--profiles-dir", str(DBT_DIR), "--target-path", str(target)]
    return [*arguments, *folders, "--log-path", str(target / "logs"), "--vars", json.dumps(dbt_vars(house))]


def dbt_assets(house: House, progress: Progress) -> list[dg.AssetsDefinition]:
    """The project in one run: what leads to the steps in Python, those steps, and what rests on them."""
    first = _selected(house, progress, "dbt", exclude=STEPS)
    then = _selected(house, progress, "dbt_after_steps", select=STEPS)
    return [first, _quantiles(house, progress), disclosure_asset(house, progress), then]


def _selected(
    house: House, progress: Progress, name: str, select: str = "fqn:*", exclude: str | None = None
) -> dg.AssetsDefinition:
    from dagster_dbt import DagsterDbtTranslator, DbtCliResource
    from dagster_dbt import dbt_assets as make_assets

    class Translator(DagsterDbtTranslator):
        def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
            return str(dbt_resource_props["fqn"][1]) if dbt_resource_props["resource_type"] == "model" else "reference"

    manifest = manifest_path(house)

    @make_assets(
        manifest=manifest, dagster_dbt_translator=Translator(), name=name, select=select, exclude=exclude or ""
    )
    def _dbt(context) -> Iterator[Any]:
        import json

        target = house.settings.data / "dbt"
        cli = DbtCliResource(
            project_dir=str(DBT_DIR),
            profiles_dir=str(DBT_DIR),
            dbt_executable=str(Path(sys.executable).with_name("dbt")),
        )
        with house.writing():
            _expect_steps(house)
            # Unit tests prove the models' arithmetic, not the data: `make test` runs them.
            command = [
                "build",
                "--exclude-resource-type",
                "unit_test",
                "--log-level-file",
                "warn",
                "--log-path",
                str(target / "logs"),
            ]
            command += ["--vars", json.dumps(dbt_vars(house))]
            with _environment(house):
                call = cli.cli(command, context=context, manifest=manifest, target_path=target)
            with progress.out_of_the_way(target / "build.log"):
                for event in call.stream():
                    if isinstance(event, dg.Output):
                        progress.step(f"dbt {event.output_name.split('__', 1)[-1]}")
                    yield event

    return _dbt


def _expect_steps(house: House) -> None:
    """Dbt's views over Parquet need a file to stand on, before the first results of the steps are there."""
    from dbt_project.steps.quantiles import QUANTILES_FILE, quantiles_file
    from orchestration.disclosing import DECISIONS_FILE, decisions_file
    from sources.storage import Store

    store = Store(house.settings.raw)
    for name, empty in ((QUANTILES_FILE, quantiles_file), (DECISIONS_FILE, decisions_file)):
        if not store.exists(name):
            store.replace(name, empty())


def _quantiles(house: House, progress: Progress) -> dg.AssetsDefinition:
    @dg.asset(
        key=dg.AssetKey(["steps", "survey_quantiles"]),
        group_name="survey",
        kinds={"python", "parquet"},
        deps=[dg.AssetKey(["intermediate", "int_survey__moments"])],
        description="Quantiles of t and beta for each survey query, which no SQL engine has.",
    )
    def _survey_quantiles(context) -> dg.MaterializeResult:
        import duckdb

        from dbt_project.steps.quantiles import QUANTILES_FILE, quantiles_file
        from sources.storage import Store

        with house.writing(), duckdb.connect(str(house.settings.warehouse), read_only=True) as connection:
            moments = connection.execute(
                "select * from intermediate.int_survey__moments order by outcome_code, query_code"
            ).df()
            Store(house.settings.raw).replace(QUANTILES_FILE, quantiles_file(moments))
        progress.step("survey quantiles")
        return dg.MaterializeResult(metadata={"queries": len(moments)})

    return _survey_quantiles


def published_assets(house: House, progress: Progress) -> list[dg.AssetsDefinition]:
    """Published tables as Parquet with a manifest, then the exports people download."""
    import json

    nodes = json.loads(manifest_path(house).read_text(encoding="utf-8"))["nodes"].values()
    models = sorted(
        (node["name"], node["config"]["meta"]["audience"], tuple(node["config"]["meta"]["order_by"]))
        for node in nodes
        if node["resource_type"] == "model" and node["name"].startswith(BUILT)
    )

    @dg.asset(
        name="published",
        group_name="handed_out",
        kinds={"parquet"},
        deps=[dg.AssetKey(["published", name]) for name, _, _ in models],
        description="Every pub_* table as Parquet under its audience's tree, with a manifest of hashes.",
    )
    def _published(context) -> dg.MaterializeResult:
        import duckdb

        from expectations.ruleset import ruleset_version
        from exports.published import write_published
        from exports.releases.built import write_built
        from exports.releases.code import running_code

        code = running_code()
        meta = {"as_of": house.as_of, "code_version": code.code_version, "log_head": house.snapshot.head}
        with house.writing(), duckdb.connect(str(house.settings.warehouse), read_only=True) as connection:
            build = write_published(connection, models, house.settings.published, meta)
            versions = {program: contract.version for program, contract in house.contracts.items()}
            rules = {program: ruleset_version(contract) for program, contract in house.contracts.items()}
            write_built(house.settings, build, house.snapshot, code, versions, rules)
        progress.step("published tables")
        return dg.MaterializeResult(metadata={"build": build, "tables": len(models)})

    @dg.asset(
        name="exports",
        group_name="handed_out",
        kinds={"excel"},
        deps=[_published],
        description="KPI workbooks for program leads and the annual extract for leadership.",
    )
    def _exports(context) -> dg.MaterializeResult:
        from exports.build import write_exports
        from exports.explain.bundle import Inside
        from exports.published import Published
        from exports.restatement import since_last_release
        from orchestration.forgetting import forget_after_publishing

        with house.writing():
            released = {mark.build_id for mark in house.snapshot.releases}
            published = Published.open(house.settings.published)
            made_from = (house.definitions[0], house.snapshot.head)
            since = since_last_release(house.settings, house.contracts, published, made_from)
            inside = Inside(house.settings, house.snapshot, house.contracts)
            paths = write_exports(published, house.settings.exports, released, since, inside)
            forget_after_publishing(house.settings, house.snapshot)
        progress.step("exports")
        return dg.MaterializeResult(metadata={"files": len(paths)})

    return [_published, _exports]
