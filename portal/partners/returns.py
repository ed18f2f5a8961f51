"""One return after it was handed in: its answer, questions, confirmation, withdrawal, receipt and files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from expectations.desk_receipt import VERDICT_WORDS
from expectations.desk_results import DeskError
from expectations.reasons import offered
from expectations.verdict import Verdict
from portal import house
from portal.downloads import attachment
from portal.errors import problem
from portal.partners.quarter import Quarter, answer_of
from portal.throttle import limited

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from sources.log.records import Submission


@require_safe
def submission(request: HttpRequest, submission_id: str) -> HttpResponse:
    """One return of the history, with the answer it got."""
    found, quarter = _found(submission_id)
    context = {
        "quarter": quarter,
        "submission": found,
        "answer": answer_of(found, quarter.contract),
        "receipt": house.desk().receipt(submission_id).as_dict(),
        "version": next(
            (item for item in house.desk().versions(*quarter.place) if item.submission_id == submission_id), None
        ),
    }
    return render(request, "partners/submission.html", context)


@require_POST
@limited("decide")
def answer(request: HttpRequest, submission_id: str) -> HttpResponse:
    """Take answers to the questions that stand before reading."""
    found, quarter = _found(submission_id)
    asked = Verdict.from_dict(found.verdict.value).questions if found.verdict is not None else []
    given = {item.key: request.POST.get(f"answer:{item.key}", "").strip()[:200] for item in asked}
    missing = [item.key for item in asked if not given[item.key]]
    if missing:
        context = quarter.context(shown=found, unanswered=missing, given=given, fresh=submission_id)
        return render(request, "partners/quarter.html", context, status=422)
    _try(request, lambda: house.desk().answer(submission_id, given, request.user.email))
    return _to_answer(quarter, submission_id)


@require_POST
@limited("decide")
def confirm(request: HttpRequest, submission_id: str) -> HttpResponse:
    """Say that what is unusual is right."""
    _, quarter = _found(submission_id)
    why = request.POST.get("why", "").strip()[:2000] or None
    if _try(request, lambda: house.desk().confirm(submission_id, request.user.email, why)):
        messages.success(request, "Confirmed. The program lead looks at it next.")
    return redirect("partners:quarter", **quarter.ids)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("decide")
def withdraw(request: HttpRequest, submission_id: str) -> HttpResponse:
    """Take a return, or a declaration of nothing to report, back."""
    state = house.state()
    nil = state.nils.get(submission_id)
    if nil is not None:
        quarter, found = Quarter(nil.partner, nil.program, nil.period), None
    else:
        found, quarter = _found(submission_id)
    given = {name: request.POST.get(name, "").strip()[:2000] for name in ("reason_code", "reason")}
    errors: dict[str, str] = {}
    if request.method == "POST":
        if nil is None and not given["reason_code"]:
            errors["reason_code"] = "Choose why you take the return back."
        if not errors:
            try:
                house.desk().withdraw(
                    submission_id,
                    request.user.email,
                    given["reason"] or None,
                    reason_code=given["reason_code"] or None,
                )
                messages.success(request, f"{submission_id} is withdrawn. It no longer counts; the original is kept.")
                return redirect("partners:quarter", **quarter.ids)
            except DeskError as error:
                errors[""] = error.sentence
    context = {
        "quarter": quarter,
        "submission": found,
        "number": submission_id,
        "reasons": offered("withdraw"),
        "given": given,
        "errors": errors,
    }
    return render(request, "partners/withdraw.html", context, status=422 if errors else 200)


@require_safe
def receipt(request: HttpRequest, submission_id: str) -> HttpResponse:
    """The receipt, to read or print."""
    found, quarter = _found(submission_id)
    value = house.desk().receipt(submission_id).as_dict()
    labels = {(table.name, column.name): column.label for table in quarter.contract.tables for column in table.columns}
    tables = [
        {
            **table,
            "totals": [
                (labels.get((table["name"], column), column), total) for column, total in table["totals"].items()
            ],
        }
        for table in value["tables"]
    ]
    context = {
        "quarter": quarter,
        "submission": found,
        "receipt": {**value, "tables": tables},
        "verdict": VERDICT_WORDS.get(value["verdict"], value["verdict"]),
    }
    return render(request, "partners/receipt.html", context)


@require_safe
@limited("download", methods=("GET",))
def receipt_file(request: HttpRequest, submission_id: str, form: str) -> HttpResponse:
    """The receipt as JSON for ``impact verify``, or as text."""
    _found(submission_id)
    value = house.desk().receipt(submission_id)
    if form == "json":
        text = json.dumps(value.as_dict(), indent=2, ensure_ascii=False) + "\n"
        return attachment(text, f"receipt-{submission_id}.json", "application/json")
    if form == "txt":
        return attachment(value.as_text(), f"receipt-{submission_id}.txt", "text/plain; charset=utf-8")
    raise Http404


@require_safe
@limited("download", methods=("GET",))
def original(request: HttpRequest, submission_id: str, sha256: str) -> HttpResponse:
    """A file as it was handed in."""
    found, _ = _found(submission_id)
    name = next((file.name for file in found.files if file.sha256 == sha256), None)
    if name is None:
        raise Http404
    try:
        return attachment(house.desk().original(submission_id, sha256), name)
    except DeskError as error:
        return problem(request, 410, "This file is not there any more", error.sentence)


@require_safe
@limited("download", methods=("GET",))
def marked(request: HttpRequest, submission_id: str) -> HttpResponse:
    """The workbook as it came, with every mistake marked; made anew each time, never kept."""
    from expectations.marking import mark
    from sources.reader import InputFile

    found, _ = _found(submission_id)
    if found.verdict is None or not found.verdict.problems:
        raise Http404
    try:
        files = [InputFile(file.name, house.desk().original(submission_id, file.sha256)) for file in found.files]
    except DeskError as error:
        return problem(request, 410, "This file is not there any more", error.sentence)
    result = mark(files, Verdict.from_dict(found.verdict.value).problems)
    return attachment(result.data, result.name, result.media_type)


def _found(submission_id: str) -> tuple[Submission, Quarter]:
    found = house.state().submissions.get(submission_id)
    if found is None:
        raise Http404
    return found, Quarter(*found.place)


def _try(request: HttpRequest, act: object) -> bool:
    """Do something at the desk; where it may not happen, say why."""
    try:
        act()  # type: ignore[operator]
    except DeskError as error:
        messages.error(request, error.sentence)
        return False
    return True


def _to_answer(quarter: Quarter, submission_id: str) -> HttpResponse:
    return redirect(f"{reverse('partners:quarter', kwargs=quarter.ids)}?answer={submission_id}#answer")
