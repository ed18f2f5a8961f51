"""The site as a Django app: it owns the shared templates, the style sheet and the commands."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Name of the app that holds what the pages share."""

    name = "portal"
    verbose_name = "Portal"

    def ready(self) -> None:
        """Lines go where the settings say, from the first request on."""
        from django.conf import settings

        from sources.logs import configure

        configure(settings.IMPACT)
