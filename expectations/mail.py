"""Sending mail: to files by default, to a mail server by address; and the run that sends what is due.

A message is claimed in the log before it leaves, so two runs at once never send it twice; where nothing could be sent,
the claim is given back and the next run tries again.
"""

from __future__ import annotations

import csv
import hashlib
import smtplib
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from expectations.reminders import reminders

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from expectations.desk import Desk
    from expectations.reminders import Addresses, Reminder
    from sources.settings import Settings

WHO = "reminders"
TIMEOUT = 30
NOT_TAKEN = "The message was not taken; it is tried again."


class MailProblem(RuntimeError):
    """Mail that cannot be sent, or people that cannot be read; the message says why."""


class Sender(Protocol):
    """Where messages go."""

    def send(self, message: EmailMessage) -> None:
        """Send one message. Raises :class:`MailProblem` where it was not taken."""


@dataclass(frozen=True)
class Outbox:
    """Messages as ``.eml`` files in a folder, one per message and address."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        """Write the message; the same one again is the same file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(f"{message['X-Impact-Key']} {message['To']}".encode()).hexdigest()[:16]
        (self.folder / f"{name}.eml").write_bytes(bytes(message))


@dataclass(frozen=True)
class Smtp:
    """A mail server: ``smtp://user:password@host:587`` (upgraded to TLS), ``smtps://host:465``.

    ``smtp://host:25?tls=no`` sends in the clear, for a server on the same machine.
    """

    url: str = field(repr=False)

    def send(self, message: EmailMessage) -> None:
        """Hand the message to the server."""
        try:
            with self._server() as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise MailProblem(f"The mail server did not take the message: {error}") from error

    @contextmanager
    def _server(self) -> Iterator[smtplib.SMTP]:
        parts = urlsplit(self.url)
        host, secure = parts.hostname or "localhost", parts.scheme == "smtps"
        port = parts.port or (465 if secure else 587)
        context = ssl.create_default_context()
        server = (
            smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
            if secure
            else smtplib.SMTP(host, port, timeout=TIMEOUT)
        )
        with server:
            if not secure and parse_qs(parts.query).get("tls") != ["no"]:
                server.starttls(context=context)
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            yield server


@dataclass(frozen=True)
class Sent:
    """What became of one reminder: how many addresses got it, or why none did."""

    reminder: Reminder
    addresses: int
    problem: str | None = None


def sender(settings: Settings) -> Sender:
    """The sender an installation names: files under ``outbox`` where it names none.

    Raises:
        MailProblem: for an address that is neither ``smtp://`` nor ``smtps://``.
    """
    if settings.mail is None:
        return Outbox(settings.data / "outbox")
    if urlsplit(settings.mail).scheme not in ("smtp", "smtps"):
        raise MailProblem("IMPACT_MAIL must be an address such as smtp://user:password@mail.example.org:587.")
    return Smtp(settings.mail)


def people(path: str | Path) -> Addresses:
    """Addresses from a csv with the columns email, role, partners and programs (several joined by ``;``).

    ``role`` is partner or lead; empty ``programs`` means every program.

    Raises:
        MailProblem: the file is not there, or lacks a column.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
    except OSError as error:
        raise MailProblem(f"The list of people {path} cannot be read: {error.strerror}.") from error
    missing = {"email", "role", "partners", "programs"} - (rows[0].keys() if rows else set())
    if rows and missing:
        raise MailProblem(f"The list of people {path} has no column {', '.join(sorted(missing))}.")

    def addresses(role: str, partner: str | None, program: str) -> list[str]:
        return sorted(
            {
                row["email"].strip()
                for row in rows
                if row["role"].strip() == role
                and (partner is None or partner in _codes(row["partners"]))
                and (not _codes(row["programs"]) or program in _codes(row["programs"]))
            }
        )

    return addresses


def send_reminders(
    desk: Desk, addresses: Addresses, send: Sender, as_of: date, *, origin: str, portal: str | None = None
) -> list[Sent]:
    """Send every reminder due on a day that was not sent before.

    Args:
        origin: The address messages come from.
        portal: Address of the portal, for the link.

    Returns:
        One entry per reminder, those nobody has an address for included.
    """
    results = []
    for reminder in reminders(desk.contracts, desk.state(), as_of, portal=portal):
        to = addresses(reminder.role, reminder.partner, reminder.program)
        if not to:
            results.append(Sent(reminder, 0, "No address is known."))
            continue
        place = (reminder.program, reminder.partner, reminder.period)
        if not desk.reminded(reminder.key, WHO, place, len(to)):
            continue  # another run sends it
        problems = [problem for address in to if (problem := _send(reminder, address, send, origin)) is not None]
        if len(problems) == len(to):
            # A server's own words name the addresses it refused; the log never forgets, so they stay out of it.
            desk.not_reminded(reminder.key, WHO, place, NOT_TAKEN)
        results.append(Sent(reminder, len(to) - len(problems), problems[0] if problems else None))
    return results


def message_of(reminder: Reminder, address: str, origin: str) -> EmailMessage:
    """A reminder as a message to one address: plain text, one person each, so that nobody sees another's address."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = origin, address, reminder.subject
    message["X-Impact-Key"] = reminder.key
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(reminder.text)
    return message


def _send(reminder: Reminder, address: str, send: Sender, origin: str) -> str | None:
    """Why a message did not leave; ``None`` where it did."""
    try:
        send.send(message_of(reminder, address, origin))
    except (MailProblem, OSError, ValueError) as error:
        return str(error)
    return None


def _codes(text: str) -> list[str]:
    return [code.strip() for code in (text or "").split(";") if code.strip()]
