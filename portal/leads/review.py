"""One return before a lead: what it says, what is unusual in it, what it changed; then the signature."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from expectations.desk_results import DeskError
from portal import house
from portal.downloads import attachment
from portal.leads.decisions import attempt
from portal.leads.forms import ReopenForm, SignForm, WhyForm
from portal.leads.queue import items
from portal.partners.quarter import answer_of
from portal.throttle import limited

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from sources.log.records import Submission

#: Rows of a table the page shows; the file has them all.
ROWS_SHOWN = 50


@require_safe
def review(request: HttpRequest, submission_id: str) -> HttpResponse:
    """A return with its warnings, rows, versions, and what can be done with it."""
    return _page(request, _submission(submission_id), SignForm(), WhyForm(prefix="back"), ReopenForm(prefix="reopen"))


@limited("decide")
@require_http_methods(["POST"])
def decide(request: HttpRequest, submission_id: str) -> HttpResponse:
    """Approve, send back or reopen; the second of two reviewers meets the first one's decision."""
    submission, who, desk = _submission(submission_id), request.user.email, house.desk()
    sign, back, reopen = SignForm(), WhyForm(prefix="back"), ReopenForm(prefix="reopen")
    decision = request.POST.get("decision")
    done = ""
    if decision == "approve":
        sign = SignForm(request.POST)
        if sign.is_valid() and attempt(sign, lambda: desk.approve(submission_id, who, sign.cleaned_data["why"])):
            done = f"{submission_id} is approved. The next build counts it as approved."
    elif decision == "return":
        back = WhyForm(request.POST, prefix="back")
        if back.is_valid() and attempt(back, lambda: desk.return_(submission_id, who, back.cleaned_data["why"])):
            done = f"{submission_id} went back to the partner."
    elif decision == "reopen":
        reopen = ReopenForm(request.POST, prefix="reopen")
        if reopen.is_valid() and attempt(reopen, lambda: _reopen(submission_id, who, reopen.cleaned_data)):
            done = f"{submission_id} is open again."
    else:
        raise Http404
    if done:
        messages.success(request, done)
        return redirect("leads:home")
    return _page(request, submission, sign, back, reopen)


@limited("download", methods=("GET",))
@require_safe
def original(request: HttpRequest, submission_id: str, sha256: str) -> HttpResponse:
    """A file of a return as it was received."""
    submission = _submission(submission_id)
    name = next((file.name for file in submission.files if file.sha256 == sha256), None)
    if name is None:
        raise Http404
    try:
        data = house.desk().original(submission_id, sha256)
    except (DeskError, FileNotFoundError):
        raise Http404 from None
    return attachment(data, name)


def _page(request: HttpRequest, submission: Submission, sign: Form, back: Form, reopen: Form) -> HttpResponse:
    state, contract = house.state(), house.contracts()[submission.program]
    submission = state.submissions[submission.id]
    item = next((item for item in items([submission.program]) if item.submission_id == submission.id), None)
    counts = state.counts(submission.id)
    own = submission.received_by.casefold() == request.user.email.casefold()
    unconfirmed = submission.state != "accepted" and submission.confirmed_by is None
    context = {
        "submission": submission,
        "contract": contract,
        "partner_name": house.partner_name(submission.program, submission.partner),
        "answer": answer_of(submission, contract),
        "item": item,
        "versions": list(reversed(house.desk().versions(*submission.place))),
        "tables": _rows(submission) if submission.loaded else [],
        "counts": counts,
        "can_approve": submission.loaded and counts and not submission.approved and not own and not unconfirmed,
        "own": own,
        "unconfirmed": submission.loaded and unconfirmed,
        "can_return": (submission.loaded or submission.state == "needs_answer") and not submission.approved,
        "sign": sign,
        "back": back,
        "reopen": reopen,
        "form": next((form for form in (sign, back, reopen) if form.errors), sign),
    }
    return render(request, "leads/review.html", context)


def _rows(submission: Submission) -> list[dict[str, Any]]:
    """The loaded rows as a person reads them, the first of each table; personal columns are not shown."""
    from expectations import words

    contract = house.contracts()[submission.program]
    try:
        frames = house.desk().rows(submission.id)
    except (DeskError, FileNotFoundError):
        return []
    tables = []
    for name, frame in frames.items():
        table = contract.table(name)
        columns = [column for column in table.columns if column.name in frame and not column.personal]
        head = frame.head(ROWS_SHOWN)
        rows = [
            {
                "at": f"{_sheet(head, at)}{int(head['_row'].iloc[at])}",
                "values": [words.shown(column, head[column.name].iloc[at]) for column in columns],
            }
            for at in range(len(head))
        ]
        tables.append(
            {
                "label": table.label,
                "columns": columns,
                "rows": rows,
                "count": len(frame),
                "cut": len(frame) > ROWS_SHOWN,
            }
        )
    return tables


def _sheet(frame: Any, at: int) -> str:
    sheet = frame["_sheet"].iloc[at]
    return f"{sheet}, row " if isinstance(sheet, str) else "line "


def _reopen(submission_id: str, who: str, given: dict[str, Any]) -> None:
    house.desk().reopen(submission_id, who, given["why"], reason_code=given["reason_code"])


def _submission(submission_id: str) -> Submission:
    found = house.state().submissions.get(submission_id)
    if found is None:
        raise Http404
    return found
