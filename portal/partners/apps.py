"""The app's name."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """Name of the app."""

    name = "portal.partners"
    label = "partners"
