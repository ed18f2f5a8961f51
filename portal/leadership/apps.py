"""The app's name."""

from django.apps import AppConfig


class LeadershipConfig(AppConfig):
    """Name of the app."""

    name = "portal.leadership"
    label = "leadership"
