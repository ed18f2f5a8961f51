"""The site as a WSGI application; the first upload need not wait for slow imports."""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
application = get_wsgi_application()

from portal import house  # noqa: E402

house.warm()
