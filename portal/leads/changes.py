"""Changed since you last looked: the figures of two builds side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from exports.published import Published, PublishedError
from portal import house
from portal.accounts.models import SeenBuild
from portal.reading import restatement_for

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from portal.accounts.models import User


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What differs between the build this person marked as seen and the present one."""
    now = house.published()
    if now is None:
        raise Http404
    before = seen_build(request.user)
    rows = []
    if before is not None and before.build_id != now.build_id:
        from exports.changes import changed_since

        frame = changed_since(before, now, house.desk().log.events())
        rows = frame[frame["program_code"].isin(request.user.programs)].to_dict("records")
    context = {
        "now": now,
        "before": before,
        "rows": rows,
        "first": before is None,
        "restatement": restatement_for(request.user),
    }
    return render(request, "leads/changes.html", context)


@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """From here on, what changes after the present build counts as new."""
    now = house.published()
    if now is None:
        raise Http404
    SeenBuild.objects.update_or_create(user=request.user, defaults={"build_id": now.build_id})
    messages.success(request, "Noted. From now on this page shows what changes after today’s build.")
    return redirect("leads:changes")


def seen_build(user: User) -> Published | None:
    """The build a person looked at last; ``None`` where they never did, or it is gone."""
    mark = SeenBuild.objects.filter(user=user).first()
    if mark is None:
        return None
    try:
        return Published.open(house.desk().settings.published, mark.build_id)
    except PublishedError:
        return None
