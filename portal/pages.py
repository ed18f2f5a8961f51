"""Pages that belong to nobody in particular: the way home, help, a sign of life."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

if TYPE_CHECKING:
    from django.http import HttpRequest

HOMES = {
    "partner": "partners:home",
    "lead": "leads:home",
    "leadership": "leadership:home",
    "admin": "accounts:people",
}


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everybody's own first page."""
    return redirect(HOMES[request.user.role])


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The process answers; says nothing about anybody's data."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """How to hand in a quarter, in plain words."""
    return render(request, "help.html")
