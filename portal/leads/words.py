"""A lead's own sentences on a quarter, kept apart from what is computed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal import house
from portal.leads.decisions import attempt
from portal.leads.forms import CommentForm, WhyForm
from portal.throttle import limited
from sources.log.lead import CONSENT_SCOPES

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sources.log.lead import Comment


@limited("decide")
@require_http_methods(["GET", "HEAD", "POST"])
def commentary(request: HttpRequest, program: str, period: str) -> HttpResponse:
    """What was said about a quarter, and room for more."""
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = attempt(
            form,
            lambda: house.desk().comment(
                program,
                period,
                request.user.email,
                given["text"],
                kind=given["kind"],
                consent_scope=given["consent_scope"] or None,
                consent_expires=given["consent_expires"],
            ),
        )
        if done:
            messages.success(request, "Signed and kept. The next build carries it.")
            return redirect("leads:commentary", program=program, period=period)
    found = [item for item in house.state().comments.values() if (item.program, item.period) == (program, period)]
    context = {
        "contract": house.contracts()[program],
        "period": period,
        "form": form,
        "scopes": CONSENT_SCOPES,
        "comments": sorted(found, key=lambda item: -item.seq),
        "today": house.desk().today(),
    }
    return render(request, "leads/commentary.html", context)


@limited("decide")
@require_http_methods(["GET", "HEAD", "POST"])
def retract(request: HttpRequest, program: str, comment_id: str) -> HttpResponse:
    """Take sentences back; that they were there stays in the log."""
    comment = _comment(program, comment_id)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        if attempt(form, lambda: house.desk().retract_comment(comment_id, request.user.email, why)):
            messages.success(request, "Taken back.")
            return redirect("leads:commentary", program=program, period=comment.period)
    context = {"contract": house.contracts()[program], "comment": comment, "form": form, "today": house.desk().today()}
    return render(request, "leads/retract.html", context)


def _comment(program: str, comment_id: str) -> Comment:
    comment = house.state().comments.get(comment_id)
    if comment is None or comment.program != program:
        raise Http404
    return comment
