"""Mail leaves once: to files, or to a real SMTP server on loopback."""

from __future__ import annotations

import email
import socketserver
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import policy
from pathlib import Path

import pytest

from expectations.desk import Desk
from expectations.mail import MailProblem, Outbox, Smtp, message_of, people, send_reminders, sender
from expectations.reminders import Reminder
from sources.settings import Settings
from tests.unit.expectations.desk_fakes import contract, judge, read_files

DAY = date(2026, 10, 27)
ORIGIN = "impact@example.org"


class _Session(socketserver.StreamRequestHandler):
    """The few lines of RFC 5321 that a client needs; mail to ``refused@`` is refused."""

    server: Mailbox

    def handle(self) -> None:
        self._say("220 loopback")
        to: list[str] = []
        while line := self.rfile.readline().decode().strip():
            verb = line.upper()
            if verb.startswith("RCPT"):
                if "refused@" in line:
                    self._say("550 no such person")
                    continue
                to.append(line)
            if verb.startswith("DATA"):
                self._say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.received.append((to, b"".join(lines)))
                to = []
            if verb.startswith("QUIT"):
                self._say("221 bye")
                return
            self._say("250 ok")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class Mailbox(socketserver.ThreadingTCPServer):
    """A mail server on loopback that keeps what it is given."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.received: list[tuple[list[str], bytes]] = []


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    now = datetime(2026, 10, 27, 6, 0, tzinfo=UTC)
    made = Desk(Settings.at(tmp_path), {"demo": contract()}, lambda: now, reader=read_files, judge=judge)
    for period in ("2025-Q4", "2026-Q1", "2026-Q2"):
        made.nil(partner="sample_a", program="demo", period=period, who="ana")
    for period in ("2026-Q1", "2026-Q2"):
        made.nil(partner="sample_b", program="demo", period=period, who="bo")
    return made


@pytest.fixture
def list_of_people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(
        "email,role,partners,programs\n"
        "ana@example.org,partner,sample_a;sample_c,\n"
        "bo@example.org,partner,sample_b,demo\n"
        "other@example.org,partner,sample_a,heal\n"
        "lead@example.org,lead,,demo\n"
    )
    return path


def _smtp(mailbox: Mailbox) -> Smtp:
    return Smtp(f"smtp://127.0.0.1:{mailbox.server_address[1]}?tls=no")


def test_addresses_are_of_the_partner_and_the_program(list_of_people: Path) -> None:
    addresses = people(list_of_people)
    assert addresses("partner", "sample_a", "demo") == ["ana@example.org"]
    assert addresses("partner", "sample_a", "heal") == ["ana@example.org", "other@example.org"]
    assert addresses("lead", None, "demo") == ["lead@example.org"]
    assert addresses("lead", None, "heal") == []


def test_a_list_of_people_that_is_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(MailProblem, match="cannot be read: No such file"):
        people(tmp_path / "none.csv")
    (tmp_path / "bad.csv").write_text("email,role\na@example.org,lead\n")
    with pytest.raises(MailProblem, match="has no column partners, programs"):
        people(tmp_path / "bad.csv")


def test_mail_goes_to_files_where_no_server_is_named(desk: Desk, list_of_people: Path) -> None:
    (sent,) = send_reminders(desk, people(list_of_people), sender(desk.settings), DAY, origin=ORIGIN)
    assert (sent.reminder.key, sent.addresses, sent.problem) == ("due_3:demo:sample_a:2026-Q3", 1, None)
    (path,) = (desk.settings.data / "outbox").iterdir()
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (message["To"], message["From"]) == ("ana@example.org", ORIGIN)
    assert message["Subject"] == "Demo program, 2026-Q3: your return is due on 30 October 2026 (UTC)"
    assert message.get_content() == sent.reminder.text
    assert send_reminders(desk, people(list_of_people), sender(desk.settings), DAY, origin=ORIGIN) == []


def test_mail_reaches_a_server_once(desk: Desk, list_of_people: Path, mailbox: Mailbox) -> None:
    for _ in range(2):
        send_reminders(desk, people(list_of_people), _smtp(mailbox), DAY, origin=ORIGIN)
    ((to, data),) = mailbox.received
    assert [line.upper() for line in to] == ["RCPT TO:<ANA@EXAMPLE.ORG>"]
    message = email.message_from_bytes(data, policy=policy.default)
    assert "is due in 3 days: by the end of 30 October 2026, UTC." in " ".join(message.get_content().split())
    assert [event.kind for event in desk.log.events()[-1:]] == ["reminded"]
    assert "ana@example.org" not in str(desk.log.events()), "addresses stay out of the log"


def test_what_a_server_refuses_is_tried_again(desk: Desk, mailbox: Mailbox) -> None:
    (sent,) = send_reminders(desk, lambda *_: ["refused@example.org"], _smtp(mailbox), DAY, origin=ORIGIN)
    assert sent.addresses == 0
    assert "no such person" in str(sent.problem)
    assert "refused@example.org" in str(sent.problem), "whoever runs it sees which address"
    assert "refused@example.org" not in str(desk.log.events()), "the log, which never forgets, does not"
    (again,) = send_reminders(desk, lambda *_: ["ana@example.org"], _smtp(mailbox), DAY, origin=ORIGIN)
    assert (again.addresses, len(mailbox.received)) == (1, 1)


def test_one_bad_address_does_not_keep_the_others_from_theirs(desk: Desk, mailbox: Mailbox) -> None:
    to = ["ana@example.org", "refused@example.org"]
    (sent,) = send_reminders(desk, lambda *_: to, _smtp(mailbox), DAY, origin=ORIGIN)
    assert (sent.addresses, len(mailbox.received)) == (1, 1)
    assert "no such person" in str(sent.problem)


def test_a_server_that_is_down_loses_nothing(desk: Desk, tmp_path: Path) -> None:
    nobody = Smtp("smtp://127.0.0.1:9?tls=no")
    (sent,) = send_reminders(desk, lambda *_: ["ana@example.org"], nobody, DAY, origin=ORIGIN)
    assert "did not take the message" in str(sent.problem)
    assert send_reminders(desk, lambda *_: ["ana@example.org"], Outbox(tmp_path / "o"), DAY, origin=ORIGIN)


def test_nobody_known_is_said_and_not_noted(desk: Desk) -> None:
    before = len(desk.log.events())
    (sent,) = send_reminders(desk, lambda *_: [], sender(desk.settings), DAY, origin=ORIGIN)
    assert sent.problem == "No address is known."
    assert len(desk.log.events()) == before


def test_markup_in_a_name_stays_text() -> None:
    reminder = Reminder("k", "partner", "p", "a", None, "A <b>name</b>", "Good day,\n\n<script>{{ 1 }}</script>\n")
    message = message_of(reminder, "ana@example.org", ORIGIN)
    assert message.get_content_type() == "text/plain"
    assert message.get_content() == reminder.text


def test_a_wrong_address_of_a_server_is_said(tmp_path: Path) -> None:
    with pytest.raises(MailProblem, match="IMPACT_MAIL must be an address such as smtp://"):
        sender(Settings.from_env({"IMPACT_DATA": str(tmp_path), "IMPACT_MAIL": "mail.example.org"}))
    found = Settings.from_env({"IMPACT_DATA": str(tmp_path), "IMPACT_MAIL": "smtp://user:secret@mail.example.org"})
    assert isinstance(sender(found), Smtp)
    assert "secret" not in f"{found!r} {sender(found)!r}"
