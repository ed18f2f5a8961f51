"""Who owes what: partners by quarters, and excusing one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from expectations.obligations import Standing, standing_of
from portal import house
from portal.leads.decisions import attempt
from portal.leads.forms import WaiverForm
from portal.throttle import limited
from sources import periods

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sources.contract.model import Contract, Partner
    from sources.log.records import Waiver

#: Quarters side by side: as many as fit beside a name.
QUARTERS = 6


@dataclass(frozen=True)
class Line:
    """One partner's row of the matrix; ``None`` where nothing is owed."""

    partner: Partner
    cells: list[tuple[str, Standing | None]]


@require_safe
def matrix(request: HttpRequest, program: str) -> HttpResponse:
    """Partner by quarter: not due, due, reported, nothing to report, missing, excused."""
    contract = house.contracts()[program]
    running = periods.of_date(house.desk().today())
    last = _quarter(request.GET.get("to", ""), running)
    shown = periods.between(max(periods.FIRST_PERIOD, periods.shift(last, 1 - QUARTERS)), last)
    lines = [_line(contract, partner, shown) for partner in contract.partners]
    cells = [standing for line in lines for _, standing in line.cells if standing is not None]
    states = ("reported", "confirmed_zero", "due", "missing", "excused", "not_due")
    context = {
        "contract": contract,
        "shown": shown,
        "lines": [line for line in lines if any(standing for _, standing in line.cells)],
        "tally": [(state, sum(cell.state == state for cell in cells)) for state in states],
        "earlier": periods.shift(shown[0], -1) if shown[0] > periods.FIRST_PERIOD else "",
        "later": periods.shift(last, QUARTERS) if last < running else "",
        "waivers": _waivers(program),
    }
    return render(request, "leads/matrix.html", context)


@limited("decide")
@require_http_methods(["GET", "HEAD", "POST"])
def waive(request: HttpRequest, program: str, partner: str, period: str) -> HttpResponse:
    """Excuse a partner from a quarter or from one indicator of it."""
    contract = house.contracts()[program]
    who = contract.partner(partner)
    if not contract.owes(who, period):
        raise Http404
    form = WaiverForm(contract, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = attempt(
            form,
            lambda: house.desk().waive(
                partner=partner,
                program=program,
                period=period,
                who=request.user.email,
                why=given["why"],
                expires_on=given["expires_on"],
                indicator=given["indicator"] or None,
            ),
        )
        if done:
            messages.success(request, f"{who.name} is excused for {period}.")
            return redirect("leads:matrix", program=program)
    state = house.state()
    context = {
        "contract": contract,
        "partner": who,
        "period": period,
        "form": form,
        "standing": standing_of(contract, who, period, state, house.desk().today()),
    }
    return render(request, "leads/waive.html", context)


def _line(contract: Contract, partner: Partner, shown: list[str]) -> Line:
    state, today = house.state(), house.desk().today()
    cells = [
        (period, standing_of(contract, partner, period, state, today) if contract.owes(partner, period) else None)
        for period in shown
    ]
    return Line(partner, cells)


def _waivers(program: str) -> list[Waiver]:
    return [waiver for waiver in house.state().waivers if waiver.program == program]


def _quarter(text: str, otherwise: str) -> str:
    try:
        periods.parse(text)
    except ValueError:
        return otherwise
    return min(max(text, periods.FIRST_PERIOD), otherwise)
