"""The Dagster graph: lineage joined end to end by name, partitions, checks, retries, one run per backfill."""

import dagster as dg
import pytest

from orchestration.definitions import JOB, build_definitions
from orchestration.raw_assets import CHECK, raw_key
from sources.contract.load import load_all
from sources.settings import Settings

CONTRACTS = load_all()


@pytest.fixture(scope="module")
def definitions(tmp_path_factory):
    return build_definitions(Settings.at(tmp_path_factory.mktemp("graph")))


@pytest.fixture(scope="module")
def graph(definitions):
    return definitions.resolve_asset_graph()


def upstream(graph, key: dg.AssetKey) -> set[dg.AssetKey]:
    seen, todo = set(), [key]
    while todo:
        for parent in graph.get(todo.pop()).parent_keys:
            if parent not in seen:
                seen.add(parent)
                todo.append(parent)
    return seen


def test_the_exports_rest_on_every_raw_table_and_the_log(graph):
    everything = upstream(graph, dg.AssetKey("exports"))
    for program, contract in CONTRACTS.items():
        for table in contract.tables:
            assert raw_key(program, table.name) in everything, f"{program}.{table.name} leads nowhere"
    assert dg.AssetKey(["raw", "ledger__current_versions"]) in everything
    assert dg.AssetKey(["raw", "ledger__fx_rates"]) in everything


@pytest.mark.parametrize("program", CONTRACTS)
def test_raw_tables_are_partitioned_by_quarter_and_checked(graph, program):
    for table in CONTRACTS[program].tables:
        node = graph.get(raw_key(program, table.name))
        keys = node.partitions_def.get_partition_keys()
        assert keys[-1] == "2030-Q4"
        assert node.backfill_policy == dg.BackfillPolicy.single_run()
        assert dg.AssetCheckKey(raw_key(program, table.name), CHECK) in node.check_keys


def test_nothing_is_an_orphan(graph):
    for key in graph.materializable_asset_keys:
        node = graph.get(key)
        seed = key.path[0] == "reference"
        assert node.parent_keys or node.child_keys or seed, f"{key.to_user_string()} is joined to nothing"


def test_one_job_covers_the_whole_graph(graph, definitions):
    job = definitions.resolve_job_def(JOB)
    assert job.asset_layer.executable_asset_keys == set(graph.materializable_asset_keys)


def test_the_log_and_the_inboxes_are_watched(definitions):
    assert {sensor.name for sensor in definitions.sensors} == {
        "log_sensor",
        "inbox_sensor",
        "lineage_of_success",
        "lineage_of_failure",
        "alert_of_failure",
        "alert_of_success",
        "watch",
    }


def test_what_is_handed_out_is_shown_as_stale_once_a_night_was_missed(graph):
    for name in ("published", "exports"):
        policy = graph.get(dg.AssetKey(name)).freshness_policy
        assert (policy.deadline_cron, policy.timezone) == ("0 6 * * *", "UTC")


def test_definitions_leave_the_environment_as_it_was(tmp_path):
    """A second house in the same process has its own warehouse."""
    import os

    before = dict(os.environ)
    build_definitions(Settings.at(tmp_path))
    assert dict(os.environ) == before
