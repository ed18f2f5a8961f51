"""Limits on what is costly, by person and by address."""

from __future__ import annotations

import time
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

from django.conf import settings
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from portal.errors import too_often

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = Callable[..., HttpResponse]


def limited(what: str, *, methods: tuple[str, ...] = ("POST",)) -> Callable[[View], View]:
    """A view that answers 429 once a person or an address asked too often.

    Args:
        what: Key of ``settings.RATES``; views with the same key share one count.
        methods: Requests that count.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **ids: Any) -> HttpResponse:
            # HEAD is as much work as GET.
            if ("GET" if request.method == "HEAD" else request.method) in methods:
                wait = over(what, request)
                if wait is not None:
                    return too_often(request, wait)
            return view(request, *args, **ids)

        return counted

    return decorate


def over(what: str, request: HttpRequest) -> int | None:
    """Count one request; seconds to wait where it is one too many, else ``None``."""
    by_user, by_address = settings.RATES[what]
    person = str(request.user.pk) if request.user.is_authenticated else ""
    for rate, key in ((by_user, f"user:{person}" if person else ""), (by_address, f"address:{address(request)}")):
        if rate and key and not limiter().hit(parse(rate), what, key):
            until = limiter().get_window_stats(parse(rate), what, key).reset_time
            return max(1, int(until - time.time()))
    return None


@cache
def limiter() -> MovingWindowRateLimiter:
    """The counts of this installation."""
    return MovingWindowRateLimiter(storage_from_string(settings.LIMITS_URL))


def address(request: HttpRequest) -> str:
    """Where a request comes from; behind a proxy, the last address it names, since earlier ones can be made up."""
    named = str(request.META.get("HTTP_X_FORWARDED_FOR", "")) if settings.PROXY else ""
    return named.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
