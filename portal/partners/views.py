"""The partner's first page, the page of a quarter, the template, and “nothing to report”."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from expectations.desk_results import DeskError
from expectations.obligations import Standing, obligations
from portal import house
from portal.downloads import XLSX, attachment
from portal.partners.quarter import Quarter
from portal.throttle import limited
from sources import periods

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

#: Quarters shown at once on the first page; the older ones are one click away.
RECENT = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What is due, what was sent, what became of it."""
    desk = house.desk()
    state, today = desk.state(), desk.today()
    desks = []
    for partner in request.user.partners:
        for contract in house.reported_by(partner):
            rows = obligations(contract, contract.partner(partner), state, today, ahead=1)
            desks.append(_program(contract, partner, rows))
    todo = [(item, row) for item in desks for row in item["todo"]]
    return render(request, "partners/home.html", {"desks": desks, "todo": todo, "today": today})


def _program(contract: Any, partner: str, rows: list[Standing]) -> dict[str, Any]:
    ended = [row for row in rows if row.state != "not_due"]
    running = [row for row in rows if row.state == "not_due"]
    return {
        "contract": contract,
        "partner": contract.partner(partner),
        "todo": [row for row in reversed(ended) if row.next_step.startswith("partner")],
        "recent": ended[:RECENT],
        "older": ended[RECENT:],
        "next": [(row, periods.last_day(row.period)) for row in running],
    }


@require_safe
def quarter(request: HttpRequest, partner: str, program: str, period: str) -> HttpResponse:
    """One quarter: hand in, the answer, the history."""
    found = owed(partner, program, period)
    named = found.state.submissions.get(request.GET.get("answer", ""))
    if named is not None and named.place == found.place:
        return render(request, "partners/quarter.html", found.context(shown=named, fresh=named.id))
    return render(request, "partners/quarter.html", found.context())


@require_safe
@limited("download", methods=("GET",))
def template(request: HttpRequest, partner: str, program: str, period: str) -> HttpResponse:
    """The template made for this partner and quarter, with what was reported before."""
    from expectations.desk_template import template_for

    owed(partner, program, period)
    data = template_for(house.desk(), program, partner, period)
    return attachment(data, f"{program}-{period}-{partner}-template.xlsx", XLSX)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("decide")
def nil(request: HttpRequest, partner: str, program: str, period: str) -> HttpResponse:
    """Say that there is nothing to report."""
    found = owed(partner, program, period)
    if request.method == "POST":
        why = request.POST.get("why", "").strip()[:1000] or None
        try:
            house.desk().nil(partner=partner, program=program, period=period, who=request.user.email, why=why)
            messages.success(request, f"Noted: nothing to report for {period}.")
        except DeskError as error:
            messages.error(request, error.sentence)
        return redirect("partners:quarter", **found.ids)
    return render(request, "partners/nil.html", {"quarter": found})


def owed(partner: str, program: str, period: str) -> Quarter:
    """The quarter; 404 where the partner owes none."""
    found = Quarter(partner, program, period)
    if not found.owed:
        raise Http404
    return found
