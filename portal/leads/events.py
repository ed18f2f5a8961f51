"""The event log, readable: what happened, who did it and why, newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from expectations.desk_receipt import VERDICT_WORDS
from portal import house
from sources.log.event import KINDS
from sources.log.records import moment

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sources.log.event import Event

PER_PAGE = 50
WORDS = {
    "received": "Return received",
    "judged": "Return checked",
    "answered": "Question answered",
    "confirmed": "Warnings confirmed",
    "approved": "Return approved",
    "reopened": "Approval taken back",
    "returned": "Return sent back",
    "withdrawn": "Taken back by the partner",
    "nil": "Nothing to report",
    "waived": "Partner excused",
    "mapping": "Layout remembered",
    "target_changed": "Target",
    "commented": "Commentary",
    "released": "Released",
    "erased": "Personal data erased",
    "reminded": "Reminder sent",
    "backtested": "Rules tried on what is stored",
}


@require_safe
def events(request: HttpRequest) -> HttpResponse:
    """What a lead may see of the log: their programs; an administrator sees all of it."""
    mine = None if request.user.role == "admin" else set(request.user.programs)
    found = [event for event in house.desk().log.events() if mine is None or event.program in mine]
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:80]
    if kind in KINDS:
        found = [event for event in found if event.kind == kind]
    if words:
        found = [event for event in found if words.casefold() in _haystack(event)]
    page = Paginator(list(reversed(found)), PER_PAGE).get_page(request.GET.get("page"))
    head = house.desk().log.head()
    context = {
        "page": page,
        "rows": [_row(event) for event in page.object_list],
        "kinds": sorted(((kind, _word(kind)) for kind in KINDS), key=lambda pair: pair[1]),
        "kind": kind,
        "words": words,
        "head": head,
    }
    return render(request, "leads/events.html", context)


def _word(kind: str) -> str:
    return WORDS.get(kind, kind.replace("_", " ").capitalize())


def _row(event: Event) -> dict[str, Any]:
    return {"event": event, "at": moment(event.at), "what": _what(event)}


def _what(event: Event) -> str:
    """The event in a few words."""
    payload, word = event.payload, _word(event.kind)
    if event.kind == "judged":
        return f"{word}: {VERDICT_WORDS.get(payload.get('state', ''), payload.get('state', ''))}"
    if event.kind == "received":
        names = ", ".join(str(file["name"]) for file in payload.get("files", [])[:3])
        return f"{word}: {names}" if names else word
    if event.kind == "target_changed":
        return f"{word} {payload.get('step', 'changed')}: {payload.get('change_id', '')}"
    if event.kind == "commented":
        return f"{word} {payload.get('step', '')}: {payload.get('comment_id', '')}"
    return word


def _haystack(event: Event) -> str:
    parts = (event.who, event.why, event.submission_id, event.program, event.partner, event.period, _what(event))
    return " ".join(part for part in parts if part).casefold()
