"""Who is told of alerts, and how: by mail, by a web hook, in a file, or by a class of one's own.

``IMPACT_ALERTS`` names the targets, separated by spaces:

=====================================  =================================================================
``mailto:steward@example.org``         through ``IMPACT_MAIL``, as reminders are; several by commas
``https://hooks.example.org/…``        a POST of JSON whose ``text`` chat services show
``file:/path/alerts.jsonl``            a line of JSON per message
``package.module:name``                called without arguments, gives an object with ``notify(message)``
=====================================  =================================================================
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from email.message import EmailMessage
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    import ssl

    from expectations.mail import Sender
    from orchestration.watching.alert import Message
    from sources.settings import Settings

TIMEOUT = 15


class NotTold(RuntimeError):
    """A message that did not get through; the words name no address and no secret."""


class TargetProblem(ValueError):
    """A target of ``IMPACT_ALERTS`` that is none."""


class Notifier(Protocol):
    """Somebody who is told."""

    def notify(self, message: Message) -> None:
        """Tell it all at once. Any exception means that nobody was told; it is tried again with the next look."""


@dataclass(frozen=True)
class Target:
    """A notifier, and the name under which it is noted what it was told: no secret can be read from it."""

    name: str
    notifier: Notifier


@dataclass(frozen=True)
class ByMail:
    """One plain message per address."""

    to: tuple[str, ...]
    send: Sender
    origin: str

    def notify(self, message: Message) -> None:
        """Send the message; it failed only where no address took it."""
        from expectations.mail import MailProblem

        problems = []
        for address in self.to:
            mail = EmailMessage()
            mail["From"], mail["To"], mail["Subject"] = self.origin, address, message.subject
            mail["Auto-Submitted"] = "auto-generated"
            keys = json.dumps([[item.key, item.since.isoformat()] for item in (*message.new, *message.over)])
            mail["X-Impact-Key"] = f"alert-{hashlib.sha256(f'{len(message.over)} {keys}'.encode()).hexdigest()[:16]}"
            mail.set_content(
                f"Good day,\n\n{message.text}\nYou get this message because you watch over the impact warehouse.\n"
            )
            try:
                self.send.send(mail)
            except (MailProblem, OSError, ValueError) as error:
                problems.append(error)
        if len(problems) == len(self.to):
            raise NotTold("The mail server took the message for no address.") from problems[0]


@dataclass(frozen=True)
class ByHook:
    """A POST of JSON over TLS; redirections are not followed."""

    url: str = field(repr=False)
    context: ssl.SSLContext | None = field(default=None, repr=False)

    def notify(self, message: Message) -> None:
        """Post the message; any answer but 2xx is a failure."""
        import ssl
        from http.client import HTTPException, HTTPSConnection

        parts = urlsplit(self.url)
        body = json.dumps(message.as_dict(), ensure_ascii=False).encode()
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        connection = HTTPSConnection(
            parts.hostname or "",
            parts.port or 443,
            timeout=TIMEOUT,
            context=self.context or ssl.create_default_context(),
        )
        try:
            connection.request("POST", path, body, {"Content-Type": "application/json", "User-Agent": "impact"})
            status = connection.getresponse().status
        except (OSError, HTTPException) as error:
            raise NotTold(f"The web hook could not be reached ({type(error).__name__}).") from error
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise NotTold(f"The web hook answered {status}.")


@dataclass(frozen=True)
class ByFile:
    """A line of JSON per message, for tests and for tools that follow a file."""

    path: Path

    def notify(self, message: Message) -> None:
        """Append the message."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as stream:
            stream.write(f"{json.dumps(message.as_dict(), ensure_ascii=False)}\n")


def targets(settings: Settings) -> list[Target]:
    """Everybody whom an installation tells.

    Raises:
        TargetProblem: for a target that is none.
        MailProblem: for a mail server that is none.
    """
    found = []
    for text in (settings.alerts or "").split():
        # Secrets are part of an address; a mark of it is enough to know what it was told.
        mark = hashlib.sha256(text.encode()).hexdigest()[:12]
        kind, notifier = _target(text, settings)
        found.append(Target(f"{kind} {mark}", notifier))
    return found


def _target(text: str, settings: Settings) -> tuple[str, Notifier]:
    if text.startswith("mailto:"):
        from expectations.mail import sender

        to = tuple(unquote(one) for one in text.removeprefix("mailto:").split(",") if "@" in one)
        if to:
            return "mail", ByMail(to, sender(settings), settings.mail_from)
    elif text.startswith("https://"):
        if urlsplit(text).hostname:
            return "hook", ByHook(text)
    elif text.startswith("file:"):
        return "file", ByFile(Path(text.removeprefix("file:").removeprefix("//")).expanduser())
    elif "://" not in text and ":" in text:
        return "own", _own(text)
    raise TargetProblem(
        "IMPACT_ALERTS must name addresses such as mailto:steward@example.org, https://…, file:/path or "
        "package.module:name, separated by spaces."
    )


def _own(text: str) -> Notifier:
    module, _, name = text.partition(":")
    try:
        made: Any = getattr(import_module(module), name)()
    except (ImportError, AttributeError) as error:
        raise TargetProblem(f"IMPACT_ALERTS names {text}, which cannot be loaded: {error}.") from error
    if not callable(getattr(made, "notify", None)):
        raise TargetProblem(f"IMPACT_ALERTS names {text}, which gives nothing with a method “notify”.")
    return made  # type: ignore[no-any-return]
