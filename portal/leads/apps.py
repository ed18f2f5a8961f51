"""The app's name."""

from django.apps import AppConfig


class LeadsConfig(AppConfig):
    """Name of the app."""

    name = "portal.leads"
    label = "leads"
