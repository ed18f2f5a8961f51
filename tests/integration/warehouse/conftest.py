"""The warehouse, built once from a tiny raw folder for all tests of this folder."""

from __future__ import annotations

import json
from collections.abc import Iterator

import duckdb
import pytest

from exports.disclosure.suppress import decide
from orchestration.disclosing import DECISIONS_FILE, decisions_file
from sources.contract.load import ROOT
from tests.integration.warehouse.returns import cheer, dialogues, finance, heal, leads, others, outputs
from tests.unit.dbt_project.raw_root import RawRoot

PROJECT = ROOT / "dbt_project"
AS_OF = "2025-05-15"


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The built warehouse, read-only; the build itself must pass with all its tests."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    home = tmp_path_factory.mktemp("dbt")
    raw = RawRoot(home / "raw")
    for report in (heal, cheer, others, finance, dialogues, outputs, leads):
        report(raw)
    raw.write()
    variables = json.dumps({"as_of": AS_OF, "raw_root": str(home / "raw")})
    folders = ["--project-dir", PROJECT, "--profiles-dir", PROJECT, "--target-path", home / "target"]
    folders += ["--log-path", home / "logs", "--vars", variables]
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("IMPACT_WAREHOUSE", str(home / "warehouse.duckdb"))
        # Nothing is decided of people at first, so that everything about them is hidden; then what a run decides.
        for selected in ([], ["--select", "source:impact.steps.disclosure+", "--exclude-resource-type", "unit_test"]):
            result = dbtRunner().invoke(["build", "--quiet", *selected, *map(str, folders)])
            DuckDBConnectionManager._ENV.close()  # dbt would keep the file to itself as long as the process lives
            failed = [] if not result.result else [r.node.name for r in result.result if r.status in ("error", "fail")]
            assert result.success, result.exception or failed
            with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
                nothing = (
                    "select count(*) from published.pub_leadership__progress where counts_people and value_low >= 0"
                )
                assert selected or connection.execute(nothing).fetchone() == (0,)
                decided = decide(connection.execute("select * from marts.fct_release_figures").df())
            (home / "raw" / DECISIONS_FILE).write_bytes(decisions_file(decided))
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        yield connection
