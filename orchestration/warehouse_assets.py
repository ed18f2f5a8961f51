"""The dbt project as assets, then what is published and exported from it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import dagster as dg

from orchestration.building import build, manifest_path, parse, target_folder
from orchestration.disclosing import disclosure_asset
from orchestration.engine import reading
from orchestration.kept import PublishedBefore
from orchestration.progress import in_parts
from sources.lean_imports import ADDRESSES, imported_without

if TYPE_CHECKING:
    from pathlib import Path

    from orchestration.progress import Progress
    from orchestration.resources import House

_LOG = logging.getLogger(__name__)
BUILT = "pub_"
#: What rests on figures computed in Python.
STEPS = "source:steps+"


def dbt_assets(house: House, progress: Progress) -> list[dg.AssetsDefinition]:
    """The project in one run: what leads to the steps in Python, those steps, and what rests on them."""
    parsed = cache(lambda: parse(house))
    first = _selected(house, progress, parsed, "dbt", exclude=STEPS)
    then = _selected(house, progress, parsed, "dbt_after_steps", select=STEPS)
    return [first, _quantiles(house, progress), disclosure_asset(house, progress), then]


def _selected(
    house: House,
    progress: Progress,
    parsed: Callable[[], Any],
    name: str,
    select: str = "fqn:*",
    exclude: str | None = None,
) -> dg.AssetsDefinition:
    with imported_without(*ADDRESSES):
        from dagster_dbt import DagsterDbtTranslator
        from dagster_dbt import dbt_assets as make_assets

    class Translator(DagsterDbtTranslator):
        def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
            return str(dbt_resource_props["fqn"][1]) if dbt_resource_props["resource_type"] == "model" else "reference"

    @make_assets(
        manifest=manifest_path(house),
        dagster_dbt_translator=Translator(),
        name=name,
        select=select,
        exclude=exclude or "",
    )
    def _dbt(context) -> Iterator[Any]:
        from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
        from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

        asked = get_updated_cli_invocation_params_for_context(context, {}, Translator())
        selection = list(asked.selection_args)
        if asked.indirect_selection:
            selection += ["--indirect-selection", asked.indirect_selection]
        with house.writing(), progress.out_of_the_way(target_folder(house) / "build.log"):
            expect_steps(house)
            for told in build(house, parsed(), selection):
                message = DbtCoreCliEventMessage(raw_event=told, event_history_metadata={})
                for event in message.to_default_asset_events(asked.manifest, asked.dagster_dbt_translator, context):
                    if isinstance(event, dg.Output):
                        progress.step(f"dbt {event.output_name.split('__', 1)[-1]}")
                    yield event

    return _dbt


def expect_steps(house: House) -> None:
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
        queries = write_quantiles(house)
        progress.step("survey quantiles")
        return dg.MaterializeResult(metadata={"queries": queries})

    return _survey_quantiles


def write_quantiles(house: House) -> int:
    """Quantiles for the survey queries the warehouse asks, as dbt's source; returns how many queries."""
    from dbt_project.steps.quantiles import QUANTILES_FILE, quantiles_file
    from sources.storage import Store

    with house.writing(), reading(house.settings) as connection:
        moments = connection.execute(
            "select * from intermediate.int_survey__moments order by outcome_code, query_code"
        ).df()
        Store(house.settings.raw).replace(QUANTILES_FILE, quantiles_file(moments))
    return len(moments)


def published_assets(house: House, progress: Progress) -> list[dg.AssetsDefinition]:
    """Published tables as Parquet with a manifest, then the exports people download."""
    from orchestration.watching.memory import peak_so_far
    from orchestration.watching.sensors import FRESHNESS

    models = published_models(manifest_path(house))

    @dg.asset(
        name="published",
        group_name="handed_out",
        freshness_policy=FRESHNESS,
        kinds={"parquet"},
        deps=[dg.AssetKey(["published", name]) for name, _, _ in models],
        description="Every pub_* table as Parquet under its audience's tree, with a manifest of hashes.",
    )
    def _published(context) -> dg.MaterializeResult:
        build = publish(house, models)
        progress.step("published tables")
        made = {"build": build, "tables": len(models), "peak_memory_bytes": peak_so_far()}
        _LOG.info("published", extra={"run_id": context.run_id, "build_id": build, "tables": len(models)})
        return dg.MaterializeResult(metadata=made)

    @dg.asset(
        name="exports",
        group_name="handed_out",
        freshness_policy=FRESHNESS,
        kinds={"excel"},
        deps=[_published],
        description="KPI workbooks for program leads and the annual extract for leadership.",
    )
    def _exports(context) -> dg.MaterializeResult:
        from exports.build import PARTS, write_exports
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
            with in_parts(progress, {part: 2 * share for part, share in PARTS.items()}, "exports: ") as told:
                paths = write_exports(published, house.settings.exports, released, since, inside, told)
            forget_after_publishing(house.settings, house.snapshot)
        ids = {"run_id": context.run_id, "build_id": published.build_id}
        _LOG.info("exported", extra={**ids, "files": len(paths)})
        return dg.MaterializeResult(metadata={"files": len(paths)})

    return [_published, _exports]


def published_models(manifest: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    """Name, audience and order of every published model of a manifest."""
    import json

    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    return sorted(
        (node["name"], node["config"]["meta"]["audience"], tuple(node["config"]["meta"]["order_by"]))
        for node in nodes
        if node["resource_type"] == "model" and node["name"].startswith(BUILT)
    )


def publish(house: House, models: list[tuple[str, str, tuple[str, ...]]]) -> str:
    """Write the published tables out of the warehouse, with what they were built from; returns the build's name."""
    from expectations.ruleset import ruleset_version
    from exports.published import Published, write_published
    from exports.releases.built import write_built
    from exports.releases.code import running_code

    code = running_code()
    meta = {"as_of": house.as_of, "code_version": code.code_version, "log_head": house.snapshot.head}
    with house.writing(), reading(house.settings) as connection:
        before = PublishedBefore(house, connection, models)
        build = write_published(connection, models, house.settings.published, meta, known=before.known())
        before.note(Published.open(house.settings.published, build))
        versions = {program: contract.version for program, contract in house.contracts.items()}
        rules = {program: ruleset_version(contract) for program, contract in house.contracts.items()}
        write_built(house.settings, build, house.snapshot, code, versions, rules)
    return build
