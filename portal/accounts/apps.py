"""The app's name."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Name of the app."""

    name = "portal.accounts"
    label = "accounts"
