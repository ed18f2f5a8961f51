"""Reminders go to people with accounts, through Django's mail back end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import EmailMessage as Mail
from django.core.mail import get_connection

from expectations.mail import MailProblem, send_reminders
from portal import house
from portal.accounts.models import User

if TYPE_CHECKING:
    from datetime import date
    from email.message import EmailMessage

    from expectations.mail import Sent

#: Headers of a message that go on to the mail back end.
_HEADERS = ("X-Impact-Key", "Auto-Submitted")


class BackEnd:
    """Hands messages to the mail back end the settings name: files, a server, or one of somebody else's."""

    def send(self, message: EmailMessage) -> None:
        """Send one message.

        Raises:
            MailProblem: The back end did not take it.
        """
        mail = Mail(
            subject=str(message["Subject"]),
            body=message.get_content(),
            from_email=str(message["From"]),
            to=[str(message["To"])],
            headers={name: str(message[name]) for name in _HEADERS if message[name]},
            connection=get_connection(),
        )
        try:
            mail.send()
        except Exception as error:  # back ends raise what they like
            raise MailProblem(f"The message was not taken: {error}") from error


def addresses(role: str, partner: str | None, program: str) -> list[str]:
    """Who gets a reminder: active people who want them, of a partner or of a program's leads."""
    wanted = User.objects.filter(role=role, is_active=True, reminders=True)
    if role == User.Role.PARTNER:
        return sorted(one.email for one in wanted if partner in one.partners)
    return sorted(one.email for one in wanted if program in one.programs)


def remind(as_of: date | None = None) -> list[Sent]:
    """Send what is due and was not sent yet."""
    desk = house.desk()
    return send_reminders(
        desk,
        addresses,
        BackEnd(),
        as_of or desk.today(),
        origin=settings.DEFAULT_FROM_EMAIL,
        portal=settings.PORTAL_URL,
    )
