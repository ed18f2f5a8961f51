"""Who may come in, and whose things they see.

One guard stands before every page that is not public. The partner comes from the account, never from a form, a file
name or a sheet: an address that names somebody else's partner, program or submission answers 404, exactly as one that
names nothing at all.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.urls import reverse

from portal import house
from portal.errors import not_by_address
from sources import periods

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from django.http import HttpRequest, HttpResponse

    from portal.accounts.models import User

    View = Callable[..., HttpResponse]

SAFE = ("GET", "HEAD")


def guard(view: View, roles: Collection[str]) -> View:
    """A view only people in these roles reach, and only with ids that are theirs."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **ids: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            # What was sent is gone; most addresses that take it can't be opened by their name.
            wanted = request.get_full_path() if request.method in SAFE else reverse("home")
            return redirect_to_login(wanted, reverse("accounts:sign_in"))
        if request.user.role not in roles:
            raise Http404
        check_scope(request.user, ids)
        response = view(request, *args, **ids)
        return not_by_address(request, response["Allow"]) if response.status_code == 405 else response

    guarded.roles = frozenset(roles)  # type: ignore[attr-defined]
    return guarded


def check_scope(user: User, ids: dict[str, Any]) -> None:
    """Raise ``Http404`` unless every id names something this person may see.

    Args:
        ids: What an address names: ``partner``, ``program``, ``period``, ``submission_id``; others are the view’s.
    """
    partner, program = ids.get("partner"), ids.get("program")
    if "period" in ids and not known_period(ids["period"]):
        raise Http404
    if "submission_id" in ids:
        place = place_of(ids["submission_id"])
        if place is None or not sees(user, *place):
            raise Http404
        if partner not in (None, place[0]) or program not in (None, place[1]):
            raise Http404
    if partner is not None and not any(
        sees(user, partner, slug)
        for slug in ([program] if program is not None else [item.program for item in house.reported_by(partner)])
    ):
        raise Http404
    if program is not None and partner is None and not _sees_program(user, program):
        raise Http404


def sees(user: User, partner: str, program: str) -> bool:
    """Whether what a partner reports for a program is this person's to see."""
    if house.find_partner(program, partner) is None:
        return False
    if user.role == "partner":
        return partner in user.partners
    return user.role == "lead" and _sees_program(user, program)


def _sees_program(user: User, program: str) -> bool:
    if program not in house.contracts():
        return False
    if user.role == "lead":
        return program in user.programs
    if user.role == "partner":
        return any(house.find_partner(program, partner) is not None for partner in user.partners)
    return user.role == "leadership"


def place_of(submission_id: str) -> tuple[str, str] | None:
    """Partner and program of a submission or of a declaration of nothing to report; ``None`` where there is none."""
    state = house.state()
    found = state.submissions.get(submission_id) or state.nils.get(submission_id)
    return (found.partner, found.program) if found is not None else None


def known_period(text: str) -> bool:
    """Whether a text names a quarter that is reported."""
    try:
        periods.parse(text)
    except ValueError:
        return False
    return periods.FIRST_PERIOD <= text <= periods.LAST_PERIOD
