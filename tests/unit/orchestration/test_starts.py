"""What starts a run without a person, and the lock that makes writers wait for each other."""

import multiprocessing
import time
from dataclasses import replace
from datetime import UTC, date, datetime

import dagster as dg
import pytest
from filelock import Timeout

from expectations.desk import Desk
from orchestration.definitions import build_definitions
from orchestration.reminding import send_due
from orchestration.resources import House, writer_lock
from orchestration.schedules import inbox_of_the_log
from sources import periods
from sources.contract.load import load_all
from sources.load import load_counting, seal_of
from sources.reader import InputFile
from sources.settings import Settings
from tests.benchmarks.files import heal_workbook


def a_waiver(settings: Settings, period: str) -> None:
    desk = Desk(settings, load_all())
    desk.waive(partner="sample_heal", program="heal", period=period, who="lead", why="Flood at the partner's office.")


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    return Settings.at(tmp_path_factory.mktemp("house"))


def test_the_log_sensor_asks_for_the_quarters_that_new_events_touched(settings):
    a_waiver(settings, "2025-Q1")
    a_waiver(settings, "2024-Q3")
    sensor = build_definitions(settings).get_sensor_def("log_sensor")
    first = sensor(dg.build_sensor_context(instance=dg.DagsterInstance.ephemeral(), cursor=None))
    (request,) = first.run_requests
    assert request.tags["dagster/asset_partition_range_start"] == "2024-Q3"
    assert request.tags["dagster/asset_partition_range_end"] == "2025-Q1"
    assert isinstance(
        sensor(dg.build_sensor_context(instance=dg.DagsterInstance.ephemeral(), cursor=first.cursor)), dg.SkipReason
    )


def test_a_message_that_went_out_starts_no_run(tmp_path):
    settings = Settings.at(tmp_path)
    a_waiver(settings, "2025-Q1")
    sensor = build_definitions(settings).get_sensor_def("log_sensor")
    cursor = sensor(dg.build_sensor_context(instance=dg.DagsterInstance.ephemeral(), cursor=None)).cursor
    assert Desk(settings, load_all()).reminded("due_3:heal:sample_heal:2025-Q1", "reminders", ("heal", None, None), 1)
    quiet = sensor(dg.build_sensor_context(instance=dg.DagsterInstance.ephemeral(), cursor=cursor))
    assert (quiet.run_requests or [], quiet.cursor) == ([], "2")


def test_every_morning_people_are_reminded_once(tmp_path):
    people = tmp_path / "people.csv"
    people.write_text("email,role,partners,programs\nofficer@example.org,partner,sample_heal,heal\n")
    settings = replace(Settings.at(tmp_path), people=str(people))
    definitions = build_definitions(settings)
    assert definitions.get_schedule_def("morning_reminders").cron_schedule == "0 6 * * *"
    quarter = periods.shift(periods.of_date(datetime.now(UTC).date()), -1)
    day = periods.deadline(quarter, 30)
    sent = send_due(settings, Desk(settings, load_all()), day)
    assert f"due_0:heal:sample_heal:{quarter}" in [item.reminder.key for item in sent if item.addresses]
    assert len(list((tmp_path / "outbox").iterdir())) == sum(item.addresses for item in sent) > 0
    again = send_due(settings, Desk(settings, load_all()), day)
    assert not any(item.addresses for item in again)


def test_every_night_the_tables_are_made_for_the_new_day(settings):
    schedule = build_definitions(settings).get_schedule_def("nightly")
    moment = datetime(2026, 10, 1, 2, 15, tzinfo=UTC)
    request = schedule(dg.build_schedule_context(scheduled_execution_time=moment))
    assert request.run_key == "2026-10-01"
    assert request.tags["dagster/asset_partition_range_start"] == "2026-Q3"


def _hold(folder, seconds) -> None:
    with writer_lock(Settings.at(folder)):
        time.sleep(seconds)


def test_a_second_writer_waits_and_gives_up_in_plain_words_only_after_its_patience(tmp_path):
    process = multiprocessing.get_context("spawn").Process(target=_hold, args=(tmp_path, 3))
    process.start()
    deadline = time.monotonic() + 30
    while not (tmp_path / "warehouse.lock").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.2)
    with pytest.raises(Timeout), writer_lock(Settings.at(tmp_path), timeout=0.1):
        pytest.fail("two writers at once")
    with writer_lock(Settings.at(tmp_path), timeout=30):
        process.join(10)
    assert process.exitcode == 0


def test_the_lock_is_reentrant_within_a_process(tmp_path):
    settings = Settings.at(tmp_path)
    with writer_lock(settings), writer_lock(settings, timeout=0.1):
        assert (tmp_path / "warehouse.lock").exists()


def test_one_run_sees_the_log_as_it_first_saw_it(tmp_path):
    settings = Settings.at(tmp_path)
    a_waiver(settings, "2025-Q1")
    house = House(settings)
    seen = house.snapshot
    a_waiver(settings, "2025-Q2")
    assert house.snapshot is seen
    assert [waiver.period for waiver in House(settings).snapshot.waivers] == ["2025-Q1", "2025-Q2"]


def test_what_counts_lies_in_raw_before_the_ledger_names_it(tmp_path):
    settings = Settings.at(tmp_path)
    contracts = load_all()
    files = [InputFile("heal.xlsx", heal_workbook(5))]
    outcome = Desk(settings, contracts).submit(
        files, partner="sample_heal", program="heal", period="2026-Q2", who="partner"
    )
    path = tmp_path / "raw/heal/interventions/period=2026-Q2" / f"{outcome.submission_id}.parquet"
    load_counting(settings, contracts, House(settings).snapshot)
    first = path.read_bytes()
    path.unlink()
    load_counting(settings, contracts, House(settings).snapshot)
    assert path.read_bytes() == first


def test_a_changed_contract_writes_raw_files_anew(tmp_path):
    settings, contracts = Settings.at(tmp_path), load_all()
    files = [InputFile("heal.xlsx", heal_workbook(5))]
    Desk(settings, contracts).submit(files, partner="sample_heal", program="heal", period="2026-Q2", who="partner")
    (submission,) = House(settings).snapshot.submissions.values()
    changed = replace(contracts["heal"], sha256="another")
    seals = {seal_of(contract, submission.partner, submission.verdict) for contract in (contracts["heal"], changed)}
    assert len(seals) == 2


def test_a_quarter_mistyped_in_a_refused_return_does_not_break_the_sensor(tmp_path):
    settings = Settings.at(tmp_path)
    files = [InputFile("heal.xlsx", heal_workbook(5))]
    Desk(settings, load_all()).submit(files, partner="sample_heal", program="heal", period="2026-Q9", who="partner")
    sensor = inbox_of_the_log(House(settings), dg.define_asset_job("refresh"))
    (request,) = sensor(dg.build_sensor_context(instance=dg.DagsterInstance.ephemeral(), cursor=None)).run_requests
    assert request.tags["dagster/asset_partition_range_start"] == "2023-Q1"


def test_a_house_speaks_for_today_unless_told_otherwise(tmp_path):
    assert House(Settings.at(tmp_path)).as_of == datetime.now(UTC).date()
    assert House(Settings.at(tmp_path), date(2026, 11, 15)).as_of == date(2026, 11, 15)
