"""What the portal remembers about uploads besides the log: presses of the button, and files that wait for a yes."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class HandIn(models.Model):
    """One press of “Hand in”: pressing twice, or a browser trying again, leaves one.

    Attributes:
        once: The mark the page was made with.
        byte_count: Bytes that came, for the day's quota.
        submission_id: What became of it; empty while it is worked on.
        staged: The files that wait for a yes instead, where they would replace something.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    once = models.UUIDField()
    at = models.DateTimeField(default=timezone.now)
    byte_count = models.BigIntegerField(default=0)
    submission_id = models.CharField(max_length=40, blank=True)
    staged = models.ForeignKey("Staged", null=True, on_delete=models.SET_NULL)

    class Meta:
        """One press per page and person."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "once"], name="hand_in_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.at:%Y-%m-%d %H:%M}"

    @property
    def done(self) -> bool:
        """Whether something became of it."""
        return bool(self.submission_id) or self.staged_id is not None


class Staged(models.Model):
    """Files somebody sent that would replace a return, until they say yes or two hours have passed.

    The bytes lie by their hash under the portal's own folder; nobody but the person who sent them, for the partner
    they sent them for, can use them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    partner = models.CharField(max_length=80)
    program = models.CharField(max_length=80)
    period = models.CharField(max_length=8)
    files = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.partner} {self.program} {self.period}"

    @classmethod
    def expired_before(cls) -> timezone.datetime:
        """Files staged before this moment are gone."""
        return timezone.now() - timedelta(seconds=settings.UPLOAD_STAGED_SECONDS)
