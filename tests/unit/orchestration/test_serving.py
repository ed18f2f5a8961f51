"""The runner beside the portal: one run when the log has moved and is quiet, none otherwise."""

from __future__ import annotations

import socket
import sys
import time
from datetime import UTC, datetime

import pytest

from orchestration import serving
from sources.log.events import EventLog
from sources.settings import Settings


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def settings(tmp_path):
    return Settings.at(tmp_path)


def runner(settings, clock, said, code="pass"):
    return serving.Runner(settings, {}, said.append, clock=clock, argv=(sys.executable, "-c", code))


def wait(runner):
    until = time.monotonic() + 20
    while runner._run is not None and runner._run.poll() is None and time.monotonic() < until:
        time.sleep(0.05)


def event(settings):
    EventLog(settings.log_url).append("nil", "somebody", program="heal", partner="sample_heal", period="2026-Q3")


def test_an_empty_log_starts_nothing(settings):
    clock, said = Clock(), []
    one = runner(settings, clock, said)
    one.look()
    clock.now = 100
    one.look()
    assert said == []


def test_a_run_waits_until_the_log_is_quiet(settings):
    clock, said = Clock(), []
    event(settings)
    one = runner(settings, clock, said, "print('Published build x; 1 checks, 0 did not hold.')")
    one.look()
    clock.now = serving.QUIET_FOR - 0.1
    event(settings)
    one.look()
    assert said == []
    clock.now += serving.QUIET_FOR
    one.look()
    assert said == ["New events in the log: making new tables …"]
    wait(one)
    one.look()
    assert said[1] == "Published build x; 1 checks, 0 did not hold."


def test_nothing_runs_where_the_published_build_knows_the_whole_log(settings, monkeypatch):
    clock, said = Clock(), []
    event(settings)
    monkeypatch.setattr(serving, "published_head", lambda _: EventLog(settings.log_url).head().hash)
    one = runner(settings, clock, said)
    one.look()
    clock.now = 100
    one.look()
    assert said == []


def test_a_reminder_that_went_out_starts_no_run(settings, monkeypatch):
    clock, said, log = Clock(), [], EventLog(settings.log_url)
    event(settings)
    known = log.head().hash
    monkeypatch.setattr(serving, "published_head", lambda _: known)
    log.append("reminded", "somebody", payload={"key": "due", "addresses": 1})
    one = runner(settings, clock, said)
    for clock.now in (0, 100, 200):
        one.look()
    assert said == []
    event(settings)
    for clock.now in (300, 400):
        one.look()
    assert said == ["New events in the log: making new tables …"]
    wait(one)


def test_a_run_that_failed_is_told_and_not_tried_again_at_once(settings):
    clock, said = Clock(), []
    event(settings)
    one = runner(settings, clock, said, "import sys; print('no room'); sys.exit(1)")
    one.look()
    clock.now = 10
    one.look()
    wait(one)
    one.look()
    assert said[1] == "The run did not finish; what was published before still stands.\nno room"
    clock.now = 20
    one.look()
    assert len(said) == 2
    clock.now = 20 + serving.AGAIN_AFTER
    one.look()
    assert said[2] == said[0]
    wait(one)


def test_a_run_that_ends_without_a_build_is_no_success(settings):
    clock, said = Clock(), []
    event(settings)
    one = runner(settings, clock, said, "print('Skipping')")
    one.look()
    clock.now = 10
    one.look()
    wait(one)
    one.look()
    assert said[1] == "The run did not finish; what was published before still stands.\nSkipping"
    clock.now = 20
    one.look()
    assert len(said) == 2


def test_demo_accounts_and_migrations_run_in_the_portals_own_process(settings, monkeypatch):
    monkeypatch.delenv("IMPACT_SECRET_KEY", raising=False)
    env = serving.environment(settings, "http://127.0.0.1:8000", https=False)
    serving.prepare(env)
    accounts = serving.demo_accounts(env)
    again = serving.demo_accounts(env)
    assert {item.role for item in accounts} == {"partner", "lead", "leadership", "admin"}
    assert [item.email for item in accounts] == [item.email for item in again]
    assert not {item.password for item in accounts} & {item.password for item in again}
    assert ((settings.data / "portal" / "secret").stat().st_mode & 0o777) == 0o600


def test_the_portal_is_told_by_its_failure(settings):
    with pytest.raises(serving.PortalFailed, match="no_such_command"):
        serving._django(serving.environment(settings, "http://127.0.0.1:8000", https=False), "no_such_command")


def test_reminders_go_out_once_a_day_from_six_on(monkeypatch):
    asked, moment = [], [datetime(2026, 10, 27, 5, 59, tzinfo=UTC)]
    monkeypatch.setattr(
        serving, "_django", lambda _, command: asked.append(command) or ("one message\n" if command == "remind" else "")
    )
    said = []
    morning = serving.Morning({}, said.append, lambda: moment[0])
    for hour, day in ((5, 27), (6, 27), (7, 27), (23, 27), (5, 28), (6, 28)):
        moment[0] = datetime(2026, 10, day, hour, tzinfo=UTC)
        morning.look()
    assert asked == ["clearsessions", "remind"] * 2
    assert said == ["one message", "one message"]


def test_a_port_in_use_is_noticed_before_anything_is_made():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serving.in_use("127.0.0.1", port)
    assert not serving.in_use("127.0.0.1", port)


def test_a_run_that_says_much_still_ends(settings):
    """A pipe holds 64 kB; a run that says more would wait for a reader for ever."""
    clock, said = Clock(), []
    event(settings)
    one = runner(settings, clock, said, "print('x' * 1_000_000); print('Published build y; 1 checks, 0 did not hold.')")
    one.look()
    clock.now = 10
    one.look()
    wait(one)
    one.look()
    assert said[1] == "Published build y; 1 checks, 0 did not hold."


def test_demo_accounts_are_not_made_where_real_partners_have_returns(settings, monkeypatch, capsys):
    """They lead every program, and their site is served without TLS."""
    from orchestration.cli import app as cli

    def received(number, partner):
        EventLog(settings.log_url).append(
            "received",
            "somebody",
            submission_id=number,
            program="heal",
            partner=partner,
            period="2026-Q3",
            payload={"files": [], "content": "c"},
        )

    def started(*_args):
        raise cli.UsageProblem("started")

    monkeypatch.setenv("IMPACT_DATA", str(settings.data))
    monkeypatch.setattr(serving, "prepare", started)
    monkeypatch.setattr(sys, "argv", ["impact", "portal", "--demo", "--port", "0"])
    for partner, said in (("sample_heal", "started"), ("detroit_clinic", "returns of detroit_clinic here")):
        received(f"S-{partner}", partner)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 2
        assert said in capsys.readouterr().err
