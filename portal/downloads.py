"""Files on their way out: always as attachments, under a name that harms nobody."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from expectations.desk_files import display_name

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BYTES = "application/octet-stream"


def attachment(data: bytes | str, name: str, media_type: str = BYTES) -> HttpResponse:
    """A download. The browser saves it and never opens it as a page of this site.

    Args:
        name: What the person's file is called; folders, control and direction characters are taken out.
    """
    response = HttpResponse(data, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, display_name(name))
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
