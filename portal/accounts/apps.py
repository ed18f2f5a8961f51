"""The app's name, and what happens whenever somebody signs in."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    """Name of the app."""

    name = "portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        """However somebody signed in, the ends of the session count from then."""
        user_logged_in.connect(_begin, dispatch_uid="portal.accounts.begin")


def _begin(request: Any, **kwargs: Any) -> None:
    from portal.middleware import begin

    begin(request)
