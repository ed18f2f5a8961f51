"""Changes of targets: proposed by one person, approved by another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal import house
from portal.leads.decisions import attempt
from portal.leads.forms import SignForm, TargetForm, indicator_choices
from portal.throttle import limited

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sources.log.lead import TargetChange


@limited("decide")
@require_http_methods(["GET", "HEAD", "POST"])
def targets(request: HttpRequest, program: str) -> HttpResponse:
    """Changes of a program's targets, and a new proposal."""
    contract = house.contracts()[program]
    form = TargetForm(contract, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = attempt(
            form,
            lambda: house.desk().propose_target(
                program, given["indicator"], given["year"], given["value"], request.user.email, given["why"]
            ),
        )
        if done:
            messages.success(request, "Proposed. It counts once another person approves it.")
            return redirect("leads:targets", program=program)
    changes = [item for item in house.state().target_changes.values() if item.program == program]
    context = {
        "contract": contract,
        "form": form,
        "changes": sorted(changes, key=lambda item: (not item.open, -item.seq)),
        "names": dict(indicator_choices(contract)),
    }
    return render(request, "leads/targets.html", context)


@limited("decide")
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, program: str, change_id: str) -> HttpResponse:
    """Approve or decline a proposed target."""
    change = _change(program, change_id)
    contract = house.contracts()[program]
    form = SignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        approve, why = request.POST.get("decision") == "approve", form.cleaned_data["why"]
        if attempt(form, lambda: house.desk().decide_target(change_id, request.user.email, approve, why)):
            messages.success(request, "Approved. The next build counts with it." if approve else "Declined.")
            return redirect("leads:targets", program=program)
    context = {
        "contract": contract,
        "change": change,
        "form": form,
        "name": dict(indicator_choices(contract)).get(change.indicator, change.indicator),
        "own": change.proposed_by.casefold() == request.user.email.casefold(),
    }
    return render(request, "leads/decide_target.html", context)


def _change(program: str, change_id: str) -> TargetChange:
    change = house.state().target_changes.get(change_id)
    if change is None or change.program != program:
        raise Http404
    return change
