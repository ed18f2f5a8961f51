"""The site as a Django app: it owns the shared templates, the style sheet and the commands."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Name of the app that holds what the pages share."""

    name = "portal"
    verbose_name = "Portal"
