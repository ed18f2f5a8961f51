"""Nothing that counts lies on this machine: log and Dagster on PostgreSQL, originals and builds on S3; then from another one.

Returns are synthetic.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import dagster as dg
import pytest

from exports.published import Published, write_published
from orchestration.health.backup import restore_backup, write_backup
from orchestration.health.doctor import PROBLEM, examine
from orchestration.job import dagster_instance
from orchestration.progress import Progress
from orchestration.raw_assets import ledger_assets, program_assets
from orchestration.resources import House, writer_lock
from orchestration.schedules import range_tags
from sources.contract.load import load_all
from sources.log.events import EventLog
from sources.log.state import fold
from sources.reader import InputFile
from sources.settings import Settings, SettingsProblem
from sources.storage import Store
from tests.benchmarks.files import heal_csv
from tests.unit.exports import fixtures
from tests.unit.exports.invented.coalition import META

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def elsewhere(postgresql_server, s3_storage):
    """Settings that two machines share, in the environment while these tests last."""
    bucket = s3_storage.bucket()
    shared = {
        "IMPACT_LOG_URL": postgresql_server.database(),
        "IMPACT_LANDING": f"{bucket}/landing",
        "IMPACT_PUBLISHED": f"{bucket}/published",
        "IMPACT_EXPORTS": f"{bucket}/exports",
    }
    dagster = postgresql_server.database().replace("postgresql:", "postgresql+psycopg2:")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**s3_storage.env, "IMPACT_DAGSTER_URL": dagster}.items():
            patch.setenv(name, value)
        yield {**shared, "dagster": dagster}


@pytest.fixture(scope="module")
def first(elsewhere, tmp_path_factory):
    """The machine that loaded two returns through Dagster, and the build it published (tables invented)."""
    from expectations.desk import Desk

    settings = Settings.from_env({"IMPACT_DATA": str(tmp_path_factory.mktemp("first")), **elsewhere})
    house = House(settings, date(2026, 11, 22))
    desk = Desk(settings, house.contracts, lambda: NOW)
    for number, period in enumerate(("2026-Q2", "2026-Q3")):
        files = [InputFile(name, data) for name, data in heal_csv(12, seed=number).items()]
        outcome = desk.submit(files, partner="sample_heal", program="heal", period=period, who="officer")
        assert outcome.verdict.loads
    assets = [program_assets(house, house.contracts["heal"], Progress()), ledger_assets(house, Progress())]
    with dagster_instance(settings.data) as instance, writer_lock(settings):
        job = dg.Definitions(
            assets=assets, jobs=[dg.define_asset_job("load")], executor=dg.in_process_executor
        ).resolve_job_def("load")
        assert job.execute_in_process(instance=instance, tags=range_tags("2026-Q2", "2026-Q3")).success
    connection, models = fixtures.warehouse()
    build = write_published(connection, models, settings.published, {**META, "log_head": house.log.head().hash})
    return settings, build


@pytest.fixture
def second(elsewhere, tmp_path):
    """Another machine: the same addresses, an empty folder of its own."""
    return Settings.from_env({"IMPACT_DATA": str(tmp_path), **elsewhere})


def test_what_cannot_be_made_again_lies_elsewhere(first, postgresql_server, elsewhere):
    settings, _ = first
    here = {path.name for path in settings.data.iterdir()}
    assert not here & {"log.db", "landing", "published", "exports"}
    assert "raw" in here
    ((runs,),) = postgresql_server.execute(
        "SELECT count(*) FROM runs", url=elsewhere["dagster"].replace("+psycopg2", "")
    )
    assert runs == 1
    assert not list((settings.data / "dagster").rglob("*.db"))


def test_another_machine_reads_what_was_published(first, second):
    _, build = first
    published = Published.open(second.published)
    assert published.build_id == build
    for table in published.tables:
        published.arrow(table)
    assert published.frame("pub_leads__kpi")["program_code"].eq("heal").any()


def test_another_machine_finds_nothing_wrong(first, second):
    findings = examine(second, load_all(), Progress())
    assert [item for item in findings if item.level == PROBLEM and item.area != "installation"] == []
    said = {item.area: item.sentence for item in findings}
    kept = Store(second.landing).list("originals")
    assert f"{len(kept)} files with the hash that was received" in said["landing zone"]
    assert len(kept) >= 2
    assert "each chained to the one before" in said["event log"]
    assert said["published"].startswith("1 build")


def test_a_backup_is_written_and_brought_back_over_both(first, second, s3_storage, postgresql_server, tmp_path):
    settings, build = first
    to = f"{s3_storage.bucket()}/backup"
    copied = write_backup(settings, to, Progress())
    assert write_backup(second, to, Progress()).copied == 0, "the other machine copies the same"
    bucket = s3_storage.bucket()
    empty = Settings.from_env(
        {
            "IMPACT_DATA": str(tmp_path / "third"),
            "IMPACT_LOG_URL": postgresql_server.database(),
            "IMPACT_LANDING": f"{bucket}/landing",
            "IMPACT_PUBLISHED": f"{bucket}/published",
        }
    )
    assert restore_backup(empty, to, Progress()).events == copied.events
    assert EventLog(empty.log_url).head() == EventLog(settings.log_url).head()
    assert Published.open(empty.published).build_id == build
    assert fold(EventLog(empty.log_url).events()).counting() == House(settings).snapshot.counting()


def test_sensors_keep_their_place_on_the_server(first, second):
    with dagster_instance(first[0].data) as here:
        here.daemon_cursor_storage.set_cursor_values({"log_sensor": "7"})
    with dagster_instance(second.data) as there:
        assert there.daemon_cursor_storage.get_cursor_values({"log_sensor"}) == {"log_sensor": "7"}
        assert len(there.get_runs()) == 1


def test_an_address_dagster_cannot_use_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("IMPACT_DAGSTER_URL", "postgresql://db/dagster")
    with pytest.raises(SettingsProblem, match=r"must begin with postgresql\+psycopg2://"):
        dagster_instance(tmp_path)
