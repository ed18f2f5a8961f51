"""The person who signs in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from collections.abc import Iterable


class UserManager(BaseUserManager["User"]):
    """Makes people; an e-mail address is one person, however it is written."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A new person; without a password they can't sign in until they set one."""
        user = self.model(email=_plain(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """An administrator (``manage createsuperuser``)."""
        return self.create_user(email, password, **{**fields, "role": User.Role.ADMIN})

    def get_by_natural_key(self, username: str | None) -> User:
        """The person with an e-mail address, in any case."""
        return self.get(email=_plain(username or ""))


class User(AbstractBaseUser):
    """Somebody with an account.

    Attributes:
        role: What they come for; each role has pages of its own and sees no others.
        partners: Codes of the partners they hand in for (role ``partner``).
        programs: Programs they lead (role ``lead``).
        epoch: Raised to end every session of theirs.
    """

    class Role(models.TextChoices):
        """The four kinds of people."""

        PARTNER = "partner", "Partner"
        LEAD = "lead", "Program lead"
        LEADERSHIP = "leadership", "Leadership"
        ADMIN = "admin", "Administrator"

    email = models.EmailField("E-mail address", unique=True, max_length=254)
    name = models.CharField("Name", max_length=120)
    role = models.CharField("Role", max_length=16, choices=Role.choices)
    partners = models.JSONField("Partners", default=list, blank=True)
    programs = models.JSONField("Programs", default=list, blank=True)
    is_active = models.BooleanField("May sign in", default=True)
    reminders = models.BooleanField("E-mail reminders", default=True)
    epoch = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        """Order of people in lists."""

        ordering: ClassVar[list[str]] = ["name", "email"]

    def __str__(self) -> str:
        return self.name or self.email

    def clean(self) -> None:
        """One spelling of the address; lists only where the role has a use for them."""
        self.email = _plain(self.email)
        self.partners = sorted(set(self.partners)) if self.role == self.Role.PARTNER else []
        self.programs = sorted(set(self.programs)) if self.role == self.Role.LEAD else []

    def get_session_auth_hash(self) -> str:
        """What a session is bound to: the password, and the count of “sign out everywhere”."""
        return self._bound_to(None)

    def get_session_auth_fallback_hash(self) -> Iterable[str]:
        """The same under earlier secret keys."""
        from django.conf import settings

        return (self._bound_to(secret) for secret in settings.SECRET_KEY_FALLBACKS)

    def end_sessions(self) -> None:
        """Sign this person out wherever they are signed in."""
        self.epoch += 1
        self.save(update_fields=["epoch"])

    def _bound_to(self, secret: str | None) -> str:
        return salted_hmac(
            "portal.accounts.session", f"{self.password}:{self.epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()


class SeenBuild(models.Model):
    """The published build a person looked at last, for “changed since you last looked”."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="seen_build")
    build_id = models.CharField(max_length=80)
    at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.user}: {self.build_id}"


def _plain(email: str) -> str:
    return email.strip().casefold()


class Asked(models.Model):
    """One costly request by a person or an address, for as long as it counts (``portal.throttle``).

    Attributes:
        key: What was asked, and by whom.
        at: Seconds since 1970.
    """

    key = models.CharField(max_length=200)
    at = models.FloatField(db_index=True)

    class Meta:
        """Counted by who asked, newest first."""

        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["key", "at"])]
