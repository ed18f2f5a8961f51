"""Pages of a program lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import house

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this lead."""
    programs = [house.contracts()[slug] for slug in request.user.programs if slug in house.contracts()]
    return render(request, "leads/home.html", {"programs": programs, "published": house.published()})
