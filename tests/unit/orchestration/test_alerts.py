"""Alerts: found from the log and the record of runs, told once, by mail and by hook, over once."""

from __future__ import annotations

import email
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from expectations.desk import Desk
from orchestration.watching import finding
from orchestration.watching.alert import KINDS, Alert, Message
from orchestration.watching.book import Book
from orchestration.watching.finding import Look, find
from orchestration.watching.keeping import alerts_now, keep_watch, metrics_text, note_failure
from orchestration.watching.notify import ByHook, ByMail, Target, TargetProblem, targets
from orchestration.watching.runs import RunRecord, keep, runs
from sources.log.event import LogError
from sources.reader import InputFile
from sources.settings import Settings
from tests.integration.inboxes.servers import certificate
from tests.unit.expectations.desk_fakes import contract, judge, read_files
from tests.unit.expectations.test_mail import Mailbox, mailbox  # noqa: F401

NOW = datetime(2026, 11, 15, 7, 0, tzinfo=UTC)
CONTRACTS = {"demo": contract()}


def alert(number: int, kind: str = "overdue") -> Alert:
    return Alert(f"{kind}:{number}", kind, f"Demo program, 2026-Q3, Sample partner {number:03}.", NOW)


def run(hours_ago: float, *, failed: str | None = None, not_held: tuple[str, ...] = ()) -> RunRecord:
    end = NOW - timedelta(hours=hours_ago)
    result = {"result": "failed", "step": failed, "error": "OSError"} if failed else {"result": "finished"}
    moments = {"started": (end - timedelta(seconds=40)).isoformat(), "ended": end.isoformat()}
    return RunRecord(f"run-{hours_ago}", "refresh", **moments, seconds=40.0, **result, not_held=not_held)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Settings.at(tmp_path), CONTRACTS, lambda: NOW, reader=read_files, judge=judge)


def seen(desk: Desk, now: datetime = NOW) -> list[Alert]:
    return alerts_now(desk.settings, lambda: CONTRACTS, desk.state, as_of=now.date(), now=now)


def watch(desk: Desk, alerts: str, now: datetime = NOW) -> None:
    assert keep_watch(replace(desk.settings, alerts=alerts), lambda: CONTRACTS, desk.state, as_of=now.date(), now=now)


class _Told:
    """A notifier of one's own that keeps what it is told."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.broken = False

    def notify(self, message: Message) -> None:
        if self.broken:
            raise RuntimeError("https://hooks.example.org/secret is down")
        self.messages.append(message)


def test_each_thing_is_told_once_and_its_end_once(tmp_path: Path) -> None:
    told, book = _Told(), Book(tmp_path)
    target = [Target("own", told)]
    for found in ([alert(1)], [alert(1)], [alert(1), alert(2)], [alert(2)], [alert(2)], [], []):
        Book(tmp_path).look(found, target, NOW)
    assert [([a.key for a in m.new], [a.key for a in m.over], m.still) for m in told.messages] == [
        (["overdue:1"], [], 0),
        (["overdue:2"], [], 1),
        ([], ["overdue:1"], 1),
        ([], ["overdue:2"], 0),
    ]
    assert book.entries() == {}


def test_what_a_notifier_missed_comes_with_the_next_look_in_one_message(tmp_path: Path) -> None:
    told, other, book = _Told(), _Told(), Book(tmp_path)
    both = [Target("own", told), Target("other", other)]
    told.broken = True
    first = book.look([alert(1)], both, NOW)
    assert first.failed == {"own": "RuntimeError"}, "its words may hold a secret"
    book.look([alert(1), alert(2)], both, NOW + timedelta(minutes=10))
    told.broken = False
    book.look([alert(2), alert(3)], both, NOW + timedelta(minutes=20))
    (message,) = told.messages
    assert [item.key for item in message.new] == ["overdue:2", "overdue:3"]
    assert message.over == (), "nobody is told of the end of what they never heard of"
    assert [item.key for item in other.messages[-1].over] == ["overdue:1"]


def test_what_comes_back_is_told_again(tmp_path: Path) -> None:
    told, book = _Told(), Book(tmp_path)
    for found in ([alert(1)], [], [alert(1)]):
        book.look(found, [Target("own", told)], NOW)
    assert [bool(message.new) for message in told.messages] == [True, False, True]


def test_a_storm_is_one_message_that_can_be_read(tmp_path: Path) -> None:
    told = _Told()
    Book(tmp_path).look([alert(number) for number in range(100)], [Target("own", told)], NOW)
    (message,) = told.messages
    assert message.subject == "Impact warehouse: 100 returns are overdue"
    assert message.text.count("\n") < 20
    assert "- and 90 more; “impact alerts” lists all" in message.text


def test_a_damaged_book_tells_again_rather_than_never(tmp_path: Path) -> None:
    told, target = _Told(), "own"
    Book(tmp_path).look([alert(1)], [Target(target, told)], NOW)
    (tmp_path / "watch" / "alerts.json").write_text('{"entries": [{"al')
    Book(tmp_path).look([alert(1)], [Target(target, told)], NOW)
    assert len(told.messages) == 2


def test_the_mail_says_what_since_when_and_what_to_do(desk: Desk, mailbox: Mailbox) -> None:  # noqa: F811
    keep(desk.settings, run(30))
    keep(desk.settings, run(5, failed="published"))
    keep(desk.settings, run(4, failed="published"))
    server = f"smtp://127.0.0.1:{mailbox.server_address[1]}?tls=no"
    desk.settings = replace(desk.settings, mail=server, mail_from="impact@example.org")
    for _ in range(2):
        watch(desk, "mailto:steward@example.org")
    ((to, data),) = mailbox.received
    assert [line.upper() for line in to] == ["RCPT TO:<STEWARD@EXAMPLE.ORG>"]
    message = email.message_from_bytes(data, policy=policy.default)
    assert message["Subject"] == "Impact warehouse: a run failed and 3 more"
    text = message.get_content().replace("\r\n", "\n")
    assert text.startswith(
        "Good day,\n\nA RUN FAILED\n- The run stopped while publishing (OSError). Since 15 November 2026, 02:00 UTC."
        " Run run-4.\nWhat to do: What was published before still stands. "
    )
    assert "- They were last made anew on 14 November 2026, 01:00 UTC." in text
    assert "- Demo program: nobody reported 2026-Q3, which was due on 30 October 2026. Since 31 October 2026." in text
    assert "Traceback" not in text

    keep(desk.settings, run(0))
    for _ in range(2):
        watch(desk, "mailto:steward@example.org")
    assert len(mailbox.received) == 2
    over = email.message_from_bytes(mailbox.received[1][1], policy=policy.default)
    assert over["Subject"] == "Impact warehouse: 2 things recovered"
    assert (
        "RECOVERED\n- The run stopped while publishing (OSError). The run works again."
        in over.get_content().replace("\r\n", "\n")
    )


def test_a_refused_address_does_not_keep_the_others_from_theirs(mailbox: Mailbox, tmp_path: Path) -> None:  # noqa: F811
    server = f"smtp://127.0.0.1:{mailbox.server_address[1]}?tls=no"
    settings = replace(Settings.at(tmp_path), mail=server, alerts="mailto:refused@example.org,steward@example.org")
    told = Book(tmp_path).look([alert(1)], targets(settings), NOW)
    assert (len(mailbox.received), told.failed) == (1, {})
    nobody = targets(replace(settings, alerts="mailto:refused@example.org"))
    failed = Book(tmp_path).look([alert(1)], nobody, NOW).failed
    assert list(failed.values()) == ["The mail server took the message for no address."]


class _Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.append((self.path, self.headers["Content-Type"], json.loads(body)))  # type: ignore[attr-defined]
        self.send_response(self.server.answer)  # type: ignore[attr-defined]
        if self.server.answer == 302:  # type: ignore[attr-defined]
            self.send_header("Location", "https://elsewhere.example/")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def hook(tmp_path: Path) -> Iterator[tuple[ThreadingHTTPServer, ByHook]]:
    chain, ca = certificate(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Hook)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.received, server.answer = [], 200  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    trusted = ssl.create_default_context(cafile=str(ca))
    yield server, ByHook(f"https://localhost:{server.server_address[1]}/hook?key=secret", trusted)
    server.shutdown()


def test_a_hook_gets_json_that_chat_services_show(hook, tmp_path: Path) -> None:
    server, notifier = hook
    Book(tmp_path).look([alert(1), alert(2, "disk")], [Target("hook", notifier)], NOW)
    ((path, kind, body),) = server.received
    assert (path, kind) == ("/hook?key=secret", "application/json")
    assert body["text"].startswith("Impact warehouse: the disk is filling and 1 more\n\nTHE DISK IS FILLING\n- ")
    assert [item["key"] for item in body["alerts"]] == ["disk:2", "overdue:1"]


@pytest.mark.parametrize("answer", [302, 404, 500])
def test_a_hook_that_does_not_take_it_is_tried_again(hook, tmp_path: Path, answer: int) -> None:
    server, notifier = hook
    server.answer = answer
    told = Book(tmp_path).look([alert(1)], [Target("hook", notifier)], NOW)
    assert told.failed == {"hook": f"The web hook answered {answer}."}
    server.answer = 200
    assert Book(tmp_path).look([alert(1)], [Target("hook", notifier)], NOW).sent
    assert len(server.received) == 2


def test_a_hook_whose_certificate_nobody_vouches_for_is_told_nothing(hook, tmp_path: Path) -> None:
    server, notifier = hook
    told = Book(tmp_path).look([alert(1)], [Target("hook", replace(notifier, context=None))], NOW)
    assert told.failed == {"hook": "The web hook could not be reached (SSLCertVerificationError)."}
    assert server.received == []


def test_targets_are_named_by_address_and_keep_their_secrets(tmp_path: Path) -> None:
    settings = replace(
        Settings.at(tmp_path),
        alerts=f"mailto:a@example.org,b@example.org https://hooks.example.org/T0/secret file:{tmp_path}/a.jsonl "
        f"{__name__}:_Told",
    )
    found = targets(settings)
    assert [target.name.split()[0] for target in found] == ["mail", "hook", "file", "own"]
    assert isinstance(found[0].notifier, ByMail)
    assert found[0].notifier.to == ("a@example.org", "b@example.org")
    assert "secret" not in f"{settings!r} {found!r}"
    assert targets(Settings.at(tmp_path)) == []


@pytest.mark.parametrize(
    "text", ["steward@example.org", "http://hooks.example.org/", "https://", "mailto:", "json:dumps", "no.such:thing"]
)
def test_a_target_that_is_none_is_said_and_stops_no_run(tmp_path: Path, text: str, desk: Desk) -> None:
    with pytest.raises((TargetProblem, TypeError)):
        targets(replace(Settings.at(tmp_path), alerts=text))
    assert keep_watch(replace(desk.settings, alerts=text), lambda: CONTRACTS, desk.state) is None


def test_returns_are_overdue_the_day_after_and_until_they_come(desk: Desk) -> None:
    def overdue(day: date) -> list[str]:
        return [
            item.key
            for item in seen(desk, datetime(day.year, day.month, day.day, 6, tzinfo=UTC))
            if item.kind == "overdue"
        ]

    keys = [f"overdue:demo:sample_a:{period}" for period in ("2025-Q1", "2025-Q2")]
    assert overdue(date(2025, 7, 30)) == keys[:1]
    assert overdue(date(2025, 7, 31)) == keys
    desk.nil(partner="sample_a", program="demo", period="2025-Q1", who="ana")
    desk.waive(partner="sample_a", program="demo", period="2025-Q2", who="lead", why="Flood at the office.")
    assert overdue(date(2025, 7, 31)) == []


def test_a_program_is_stale_until_one_of_its_partners_reports(desk: Desk) -> None:
    stale = [item for item in seen(desk) if item.kind == "stale"]
    assert [item.key for item in stale] == ["stale:demo:2026-Q3"]
    desk.nil(partner="sample_a", program="demo", period="2026-Q3", who="ana")
    assert not [item for item in seen(desk) if item.kind == "stale"]


def test_figures_are_stale_once_a_night_was_missed(desk: Desk) -> None:
    assert "not_published" not in {item.kind for item in seen(desk)}, "nothing came yet"
    keep(desk.settings, run(25))
    assert "not_published" not in {item.kind for item in seen(desk)}
    assert "not_published" in {item.kind for item in seen(desk, NOW + timedelta(hours=2))}


def test_a_check_that_does_not_hold_stays_open_until_a_run_in_which_it_holds(desk: Desk) -> None:
    keep(desk.settings, run(3, not_held=("raw.demo__events: accepted_rows",)))
    keep(desk.settings, run(2, failed="dbt"))
    (check,) = (item for item in seen(desk) if item.kind == "check")
    assert (check.what, check.run_id) == ("Demo program, table events: accepted rows.", "run-3")
    keep(desk.settings, run(1))
    assert not [item for item in seen(desk) if item.kind in ("check", "run_failed")]


def test_a_return_without_a_verdict_is_said(desk: Desk) -> None:
    desk.log.append("received", "ana", submission_id="R-1", program="demo", partner="sample_a", period="2026-Q2",
                    payload={"files": [], "content": "0" * 64, "received_on": None})  # fmt: skip
    assert "not_checked" not in {item.kind for item in seen(desk)}
    (waiting,) = (item for item in seen(desk, NOW + timedelta(hours=2)) if item.kind == "not_checked")
    assert waiting.what == "R-1 (Demo program, 2026-Q2) is kept, but has no verdict."


def test_a_disk_that_fills_is_said_and_ends_with_room_to_spare(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    told, free = _Told(), 10 << 30
    monkeypatch.setattr(finding.shutil, "disk_usage", lambda _: (100 << 30, 0, free))
    for left in (10 << 30, 4 << 30, 6 << 30, 8 << 30):
        free = left
        Book(desk.settings.data).look([a for a in seen(desk) if a.kind == "disk"], [Target("own", told)], NOW)
    assert [(len(message.new), len(message.over)) for message in told.messages] == [(1, 0), (0, 1)]
    assert told.messages[0].new[0].what == "4.0 of 100 GiB are free where the data folder lies."


def test_a_reminder_no_server_took_is_said_for_three_days(desk: Desk) -> None:
    place = ("demo", "sample_a", "2026-Q3")
    desk.reminded("overdue_7:demo:sample_a:2026-Q3", "reminders", place, 1)
    desk.not_reminded("overdue_7:demo:sample_a:2026-Q3", "reminders", place, "refused")
    (mail,) = (item for item in seen(desk) if item.kind == "mail")
    assert mail.what == "Demo program: sample_a, 2026-Q3."
    assert "mail" not in {item.kind for item in seen(desk, NOW + timedelta(days=4))}
    desk.reminded("overdue_7:demo:sample_a:2026-Q3", "reminders", place, 1)
    assert "mail" not in {item.kind for item in seen(desk)}


def test_a_log_that_cannot_be_read_is_an_alert_and_no_recovery(desk: Desk) -> None:
    before = {item.key: item for item in seen(desk)}

    def broken() -> None:
        raise LogError("the file is damaged")

    found = find(Look(desk.settings, NOW.date(), NOW, before, lambda: CONTRACTS, broken))  # type: ignore[arg-type]
    assert found[0].kind == "log"
    assert before.keys() <= {item.key for item in found}, "what was overdue still is, as far as anybody can see"

    found = find(Look(desk.settings, NOW.date(), NOW, before, lambda: {}["contracts"], desk.state))
    assert {"watching"} < {item.kind for item in found}


def test_a_broken_chain_is_more_than_a_failed_run(desk: Desk) -> None:
    keep(desk.settings, replace(run(1, failed="ledger"), error="ChainBroken"))
    kinds = [item.kind for item in seen(desk)]
    assert kinds[:2] == ["run_failed", "log"]


def test_a_run_that_ended_before_its_first_step_is_a_failure_too(desk: Desk) -> None:
    note_failure(desk.settings, NOW - timedelta(minutes=1), TimeoutError("another run"))
    (record,) = runs(desk.settings)
    (failed,) = (item for item in seen(desk) if item.kind == "run_failed")
    assert (failed.what, failed.run_id) == ("The run stopped before its first step (TimeoutError).", record.run_id)


def test_an_alert_never_quotes_what_a_partner_typed(desk: Desk) -> None:
    file = InputFile("Anna Musterfrau.csv", b"Geheimnis,12,7.5,,2026-01-02,yes\nbad,3,1,,2026-01-02,yes\n")
    desk.submit([file], partner="sample_a", program="demo", period="2026-Q3", who="ana@example.org")
    found = seen(desk)
    assert any("(came, needs a correction)" in item.what for item in found)
    for secret in ("Anna", "Musterfrau", "Geheimnis", "ana@"):
        assert secret not in Message(tuple(found), whole=True).text


def test_a_program_and_quarter_that_somebody_typed_are_not_repeated(desk: Desk) -> None:
    typed = {"program": "<!channel> see http://elsewhere.example", "period": "2026-Q2\nBcc: everybody"}
    desk.log.append("received", "ana", submission_id="R-1", partner="sample_a", **typed,
                    payload={"files": [], "content": "0" * 64, "received_on": None})  # fmt: skip
    (waiting,) = (item for item in seen(desk, NOW + timedelta(hours=2)) if item.kind == "not_checked")
    assert waiting.what == "R-1 (an unknown program, an unknown quarter) is kept, but has no verdict."


def test_metrics_are_the_text_format_of_the_node_exporter(desk: Desk) -> None:
    keep(desk.settings, replace(run(1, not_held=("a: b",)), rows=12, peak_bytes=1 << 30))
    text = metrics_text(desk.settings, [alert(1), alert(2)])
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert values["impact_last_success_timestamp_seconds"] == str(int(NOW.timestamp()) - 3600)
    assert values["impact_last_success_peak_bytes"] == str(1 << 30)
    assert values["impact_last_success_checks_not_held"] == "1"
    assert values['impact_open_alerts{kind="overdue"}'] == "2"
    assert values['impact_open_alerts{kind="disk"}'] == "0"
    for name in values:
        assert f"# TYPE {name.partition('{')[0]} gauge" in text


def test_every_kind_says_what_to_do() -> None:
    for kind, words in KINDS.items():
        text = Message((alert(1, kind), alert(2, kind))).text
        assert words.todo.split()[0] in text
        assert "{" not in text
