"""The addresses of the site."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from portal import pages, reading
from portal.routes import EVERYBODY, public, route

urlpatterns = [
    route("", "", pages.home, "home", EVERYBODY),
    route("", "read/", reading.index, "reading", EVERYBODY),
    route("", "read/<path:name>", reading.read, "read", EVERYBODY),
    public("", "health/", pages.health, "health"),
    public("", "help/", pages.about, "help"),
    path("", include("portal.accounts.urls")),
    path("returns/", include("portal.partners.urls")),
    path("lead/", include("portal.leads.urls")),
    path("leadership/", include("portal.leadership.urls")),
]
if settings.OIDC:
    urlpatterns.append(path("oidc/", include("mozilla_django_oidc.urls")))

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"
