"""What happens to every request before a page sees it."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout

from portal.errors import too_large

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Next = Callable[[HttpRequest], HttpResponse]

SIGNED_IN_AT = "signed_in_at"
LAST_SEEN = "last_seen"
_LOG = logging.getLogger(__name__)
#: What asks all the time whether the site is there.
_UNTOLD = frozenset({"health"})
#: Seconds between two notes of a session's use; not every request writes to the database.
_NOTE_EVERY = 30
#: Bytes of a refused body that are read away, so that the browser gets to see the answer.
_DRAIN = 256 * 1024 * 1024


def written_down(following: Next) -> Next:
    """One line per request: which page, for whom by role, how long. Never the address, which may hold a secret link."""

    def middleware(request: HttpRequest) -> HttpResponse:
        began = time.monotonic()
        response = following(request)
        match = request.resolver_match
        if match is None or match.view_name in _UNTOLD:
            return response
        told = {"route": match.view_name, "method": request.method, "status": response.status_code}
        if response.status_code < 400:
            # What passed the guard names something that exists; what did not may be whatever somebody typed.
            ids = {name: match.kwargs.get(name) for name in ("program", "partner", "period")}
            told |= {**ids, "receipt": match.kwargs.get("submission_id")}
        # Reading the user of a page that never asked for one would cost a query.
        user = getattr(request, "_cached_user", None)
        if user is not None and user.is_authenticated:
            told |= {"role": user.role, "who": user.email}
        _LOG.info("request", extra={**told, "seconds": time.monotonic() - began})
        return response

    return middleware


def headers(following: Next) -> Next:
    """Nobody else's cache keeps a page; the browser offers the site no powers it does not need."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = following(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def upload_size(following: Next) -> Next:
    """Refuse what is too large by its announced length, before anything of it is kept.

    A body without a length is never read: Django takes it for empty.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        # Files come in at one kind of address; elsewhere nobody may fill the disk with them.
        is_upload = request.path_info.endswith("/hand-in/") and str(request.META.get("CONTENT_TYPE", "")).startswith(
            "multipart/form-data"
        )
        limit = settings.UPLOAD_TOTAL_BYTES if is_upload else settings.FORM_BYTES
        if length > limit:
            _read_away(request, length)
            size = f"{limit // (1024 * 1024)} MB" if is_upload else f"{limit // 1024} kB"
            return too_large(request, f"The selected files must together be smaller than {size}. Nothing was kept.")
        return following(request)

    return middleware


def begin(request: HttpRequest) -> None:
    """Note when the session began, for its ends."""
    request.session[SIGNED_IN_AT] = request.session[LAST_SEEN] = int(time.time())


def session_ends(following: Next) -> Next:
    """End a session that was not used for a while, or that has lasted a working day."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.get(SIGNED_IN_AT, 0)
            seen = request.session.get(LAST_SEEN, began)
            if now - began > settings.SESSION_ABSOLUTE_SECONDS or now - seen > settings.SESSION_INACTIVITY_SECONDS:
                logout(request)
                messages.info(request, "You were signed out because the page was not used for a while. Sign in again.")
            elif now - seen > _NOTE_EVERY:
                request.session[LAST_SEEN] = now
        return following(request)

    return middleware


def _read_away(request: HttpRequest, length: int) -> None:
    stream, left = request.META.get("wsgi.input"), min(length, _DRAIN)
    while stream is not None and left > 0:
        piece = stream.read(min(left, 1024 * 1024))
        if not piece:
            break
        left -= len(piece)
