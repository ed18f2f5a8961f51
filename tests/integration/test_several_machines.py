"""Machines with folders of their own, one log on PostgreSQL and one landing zone on S3: each return once, none lost.

A machine here is a process with an ``IMPACT_DATA`` of its own. Returns are synthetic.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from filelock import Timeout

from expectations.desk import Desk
from expectations.desk_results import DeskError
from orchestration.forgetting import forget_before_building
from orchestration.inboxes import pull
from orchestration.resources import writer_lock
from sources.connectors import Inbox
from sources.load import load_quarters, original_key
from sources.log.database import _RUN_KEY
from sources.log.event import LogError
from sources.log.events import EventLog
from sources.log.state import fold
from sources.reader import InputFile
from sources.settings import Settings
from sources.storage import Store
from tests.unit.expectations import desk_fakes

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
MACHINES = 4
QUARTERS = ("2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")
FORK = multiprocessing.get_context("fork")  # so that a machine is there at once, with everything imported


@pytest.fixture
def machine(tmp_path, monkeypatch, postgresql_server, s3_storage) -> Callable[[str], Settings]:
    """Settings of machines that share log and landing zone."""
    for name, value in s3_storage.env.items():
        monkeypatch.setenv(name, value)
    log_url, landing = postgresql_server.database(), f"{s3_storage.bucket()}/landing"
    return lambda name: replace(Settings.at(tmp_path / name), log_url=log_url, landing=landing)


def desk_of(settings: Settings, judge: Any = desk_fakes.judge) -> Desk:
    contracts = {"demo": desk_fakes.contract()}
    return Desk(settings, contracts, lambda: NOW, reader=desk_fakes.read_files, judge=judge)


def at_once(work: Callable[[int], None]) -> None:
    """Do something on every machine at the same moment."""
    gate = FORK.Barrier(MACHINES)

    def run(number: int) -> None:
        gate.wait()
        work(number)

    machines = [FORK.Process(target=run, args=(number,)) for number in range(MACHINES)]
    for one in machines:
        one.start()
    for one in machines:
        one.join(240)
        assert one.exitcode == 0


def examined(settings: Settings) -> list[Any]:
    """The events, after everything that must hold was looked at: each return received once, judged once, and whole."""
    log, landing = EventLog(settings.log_url), Store(settings.landing)
    log.verify()
    events = log.events()
    state = fold(events)
    received = Counter((event.partner, event.period) for event in events if event.kind == "received")
    assert set(received.values()) == {1}, received
    judged = Counter(event.submission_id for event in events if event.kind == "judged")
    assert judged == dict.fromkeys(state.submissions, 1)
    assert not state.pending()
    for submission in state.submissions.values():
        for file in submission.files:
            landing.read_original(original_key(file.sha256))
    return events


def test_machines_that_watch_one_inbox_and_take_uploads_lose_nothing_and_take_nothing_twice(machine, s3_storage):
    bucket = s3_storage.bucket().removeprefix("s3://")
    for number, quarter in enumerate(QUARTERS):
        s3_storage.client.put_object(Bucket=bucket, Key=f"returns/{quarter}/a.csv", Body=f"a{number},1".encode())
    inbox = Inbox(
        "a-s3",
        "sample_a",
        "demo",
        "s3",
        f"s3://{bucket}/returns",
        period=("folder",),
        credentials={"key": "AWS_ACCESS_KEY_ID", "secret": "AWS_SECRET_ACCESS_KEY"},
        endpoint_url=s3_storage.url,
        timeout_seconds=60,
    )

    def work(number: int) -> None:
        desk = desk_of(machine(f"machine{number}"))
        looked = pull(desk, [inbox], os.environ, seconds=200)
        assert not looked.of("problem"), looked.lines
        for quarter in ("2026-Q1", "2026-Q2"):  # everybody presses the button, each on a machine of their own
            file = InputFile("b.csv", f"{quarter},2".encode())
            desk.submit([file], partner="sample_b", program="demo", period=quarter, who=f"officer{number}")
        desk.finish_pending()

    at_once(work)
    events = examined(machine("looking"))
    assert sum(event.kind == "received" for event in events) == len(QUARTERS) + 2
    assert not (machine("machine0").data / "log.db").exists()


def test_what_a_machine_left_unjudged_is_judged_once_by_the_others(machine):
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("the machine lost power")

    lost = desk_of(machine("lost"), broken)
    for quarter in QUARTERS:
        file = InputFile("a.csv", f"{quarter},1".encode())
        with pytest.raises(DeskError, match="was received and is kept"):
            lost.submit([file], partner="sample_a", program="demo", period=quarter, who="officer")
    assert len(lost.state().pending()) == len(QUARTERS)
    at_once(lambda number: desk_of(machine(f"machine{number}")).finish_pending() and None)
    assert sum(event.kind == "received" for event in examined(machine("looking"))) == len(QUARTERS)


def test_one_run_at_a_time_over_all_machines(machine):
    one, other = machine("one"), machine("other")
    with writer_lock(one), writer_lock(one), pytest.raises(Timeout), writer_lock(other, timeout=0.2):
        pytest.fail("two machines at once")
    with writer_lock(other, timeout=0.2), pytest.raises(Timeout), writer_lock(one, timeout=0.2):
        pytest.fail("two machines at once")


def test_a_run_whose_server_went_away_stops_before_it_writes_more(machine, postgresql_server):
    one, other = machine("one"), machine("other")
    holders = f"SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = {_RUN_KEY} AND granted"
    with writer_lock(one):
        postgresql_server.execute(f"SELECT pg_terminate_backend(pid) FROM ({holders}) AS held", url=one.log_url)
        with writer_lock(other, timeout=30), pytest.raises(LogError, match="other machines"), writer_lock(one):
            pytest.fail("it would write beside the other machine")
    with writer_lock(one, timeout=1):
        pass


def test_an_erasure_reaches_every_machine_with_its_next_run(machine):
    one, other, made = machine("one"), machine("other"), desk_fakes.contract()
    desk = desk_of(one)
    place = {"partner": "sample_a", "program": "demo", "period": "2026-Q1"}
    number = desk.submit([InputFile("a.csv", b"a1,1")], **place, who="officer").submission_id
    for settings in (one, other):
        load_quarters(settings, made, "events", ["2026-Q1"], desk.state(), reader=desk_fakes.Calls().reader)
        assert [key for key in Store(settings.raw).list() if number in key]
    desk.erase(number, "officer", "Request of 20 November.")
    assert Store(one.landing).list() == [], "the original is gone for all"
    for settings in (one, other):
        forget_before_building(settings, desk_of(settings).state(), {"demo": made})
        assert not [key for key in Store(settings.raw).list() if number in key]
