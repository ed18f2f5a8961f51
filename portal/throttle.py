"""Limits on what is costly, by person and by address, counted in the portal's database, which all processes share."""

from __future__ import annotations

import time
from functools import wraps
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection, transaction
from limits import parse

from portal.errors import too_often

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    View = Callable[..., HttpResponse]

_DAY = 24 * 60 * 60


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
        if rate and key:
            wait = _counted(_key(what, key), rate)
            if wait is not None:
                return max(1, int(wait))
    return None


def full(what: str, request: HttpRequest) -> int | None:
    """Seconds to wait where an address has no request left; nothing is counted."""
    from portal.accounts.models import Asked

    rate = settings.RATES[what][1]
    if not rate:
        return None
    item, now = parse(rate), time.time()
    since = Asked.objects.filter(key=_key(what, f"address:{address(request)}"), at__gt=now - item.get_expiry())
    last = since.order_by("-at").values_list("at", flat=True)[item.amount - 1 : item.amount].first()
    return None if last is None else max(1, int(last + item.get_expiry() - now))


def _key(what: str, whose: str) -> str:
    return f"{what} {whose}"[:200]


def _counted(key: str, rate: str) -> float | None:
    """Note one more request in the moving window of a key; seconds until there is room where there is none."""
    from portal.accounts.models import Asked

    item, now = parse(rate), time.time()
    window = item.get_expiry()
    with transaction.atomic():
        if connection.vendor == "postgresql":  # SQLite lets one writer in at a time by itself
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        Asked.objects.filter(at__lte=now - _DAY).delete()
        asked = Asked.objects.filter(key=key)
        asked.filter(at__lte=now - window).delete()
        if asked.count() < item.amount:
            Asked.objects.create(key=key, at=now)
            return None
        first = asked.order_by("-at").values_list("at", flat=True)[item.amount - 1]
    return first + window - now


def address(request: HttpRequest) -> str:
    """Where a request comes from; behind a proxy, the last address it names, since earlier ones can be made up.

    Of IPv6 the network of 64 bits: that many addresses are one line's, and each would have tries of its own.
    """
    named = str(request.META.get("HTTP_X_FORWARDED_FOR", "")) if settings.PROXY else ""
    text = named.rpartition(",")[2].strip() or str(request.META.get("REMOTE_ADDR", ""))
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return text
    if found.version == 4:
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, 64), strict=False).network_address)
