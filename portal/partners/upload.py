"""Handing in: files come, are looked at, and wait for a yes where they would replace something."""

from __future__ import annotations

import time
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Count, Sum
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from expectations.desk_results import DeskError
from expectations.reasons import offered
from portal import house
from portal.partners import staging
from portal.partners.answer import answer
from portal.partners.models import HandIn
from portal.partners.views import owed
from portal.throttle import limited
from sources.reader import InputFile

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from expectations.desk_results import Outcome
    from portal.accounts.models import User
    from portal.partners.quarter import Quarter

#: Seconds the second press of a button waits for the first one's answer.
_PATIENCE = 60.0
REASON_NEEDED = "Choose why the quarter changes."
WORDS_NEEDED = "Say in a sentence why the quarter changes, for example: “Two sites reported late.”"


@require_POST
@limited("upload")
def hand_in(request: HttpRequest, partner: str, program: str, period: str) -> HttpResponse:
    """Take files; the answer is on the page of the quarter."""
    quarter = owed(partner, program, period)
    once = _mark(request.POST.get("once", ""))
    uploads = request.FILES.getlist("files")
    refusal = _refusal(uploads)
    if refusal is None:
        pressed, is_first = _press(request.user, once)
        if not is_first:
            return _same_press(request, pressed, quarter)
        try:
            refusal = _over_quota(request.user, pressed, sum(item.size for item in uploads))
            if refusal is None:
                files = [InputFile(item.name or "", item.read()) for item in uploads]
                return _take(request, pressed, quarter, files)
        except DeskError as error:
            refusal = error.sentence
        except BaseException:
            _let_go(pressed)
            raise
        _let_go(pressed)
    return render(request, "partners/quarter.html", quarter.context(upload_error=refusal), status=422)


def _take(request: HttpRequest, pressed: HandIn, quarter: Quarter, files: list[InputFile]) -> HttpResponse:
    desk, place = house.desk(), quarter.ids
    replaces = desk.revision(files, **place) is not None
    if replaces or (quarter.locked and not _same(quarter, files) and not _infected(quarter, files)):
        pressed.staged = staging.stage(request.user, quarter.place, files)
        pressed.save(update_fields=["staged"])
        return redirect("partners:changes", **place, staged_id=pressed.staged_id)
    outcome = desk.submit(files, **place, who=request.user.email)
    pressed.submission_id = outcome.submission_id
    pressed.save(update_fields=["submission_id"])
    return _answered(request, quarter, outcome)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("decide")
def changes(request: HttpRequest, partner: str, program: str, period: str, staged_id: uuid.UUID) -> HttpResponse:
    """What the files would change; nothing happens before the yes."""
    quarter = owed(partner, program, period)
    desk, place = house.desk(), quarter.ids
    try:
        staged, files = staging.find(request.user, quarter.place, staged_id)
    except staging.Gone:
        messages.info(request, "The file is no longer waiting. If it was not handed in, choose it again.")
        return redirect("partners:quarter", **place)
    given = {name: request.POST.get(name, "").strip()[:2000] for name in ("reason_code", "reason")}
    errors: dict[str, str] = {}
    if request.method == "POST" and request.POST.get("what") == "stop":
        staging.drop(staged)
        messages.info(request, "Nothing was handed in. What counted before still counts.")
        return redirect("partners:quarter", **place)
    if request.method == "POST":
        if quarter.locked and not given["reason_code"]:
            errors["reason_code"] = REASON_NEEDED
        if quarter.locked and not given["reason"]:
            errors["reason"] = WORDS_NEEDED
        if not errors:
            try:
                outcome = desk.submit(
                    files,
                    **place,
                    who=request.user.email,
                    reason=given["reason"] or None,
                    reason_code=given["reason_code"] or None,
                )
                HandIn.objects.filter(staged=staged).update(submission_id=outcome.submission_id)
                staging.drop(staged)
                return _answered(request, quarter, outcome)
            except DeskError as error:
                errors["reason_code" if error.code == "unknown_reason" else ""] = error.sentence
    checked = desk.check(files, program, partner, period).verdict
    context = {
        "quarter": quarter,
        "staged": staged,
        "revision": desk.revision(files, **place) if checked.loads else None,
        "answer": answer(checked, None, {table.name: table.label for table in quarter.contract.tables}),
        "reasons": offered("correct"),
        "once": uuid.uuid4(),
        "submission": quarter.shown,
        "given": given,
        "errors": errors,
    }
    return render(request, "partners/changes.html", context, status=422 if errors else 200)


def _answered(request: HttpRequest, quarter: Quarter, outcome: Outcome) -> HttpResponse:
    if outcome.duplicate_of is not None:
        waits = outcome.verdict.state == "needs_answer"
        what = "which waits for your answer" if waits else "which counts now"
        messages.info(request, f"This is the same file as {outcome.duplicate_of}, {what}. Nothing was changed.")
    else:
        _tell_same_as_before(request, quarter, outcome.submission_id)
    return _to_answer(quarter, outcome.submission_id)


def _tell_same_as_before(request: HttpRequest, quarter: Quarter, submission_id: str) -> None:
    before = quarter.shown
    now = house.state().submissions.get(submission_id)
    if before is not None and now is not None and before.content == now.content and before.id != now.id:
        when = f"{before.received_at:%-d %B %Y, %H:%M} UTC"
        messages.info(request, f"This is the same file as {before.id}, handed in on {when}; it was checked again.")


def _to_answer(quarter: Quarter, submission_id: str) -> HttpResponse:
    address = reverse("partners:quarter", kwargs=quarter.ids)
    return redirect(f"{address}?answer={submission_id}#answer")


def _refusal(uploads: list[Any]) -> str | None:
    """The sentence that says why files are not even looked at, or ``None``."""
    if not uploads:
        return "Select the file you want to hand in."
    if len(uploads) > settings.UPLOAD_FILES:
        return f"Select at most {settings.UPLOAD_FILES} files."
    for item in uploads:
        if item.size > settings.UPLOAD_FILE_BYTES:
            return f"The selected file must be smaller than {settings.UPLOAD_FILE_BYTES // (1024 * 1024)} MB."
    return None


def _over_quota(user: User, pressed: HandIn, size: int) -> str | None:
    # Noted first: of several at once none may think that it is alone.
    pressed.byte_count = size
    pressed.save(update_fields=["byte_count"])
    day = HandIn.objects.filter(user=user, at__gte=timezone.now() - timedelta(days=1))
    sums = day.aggregate(size=Sum("byte_count"), count=Count("id"))
    if sums["size"] > settings.UPLOAD_DAY_BYTES or sums["count"] > settings.UPLOAD_DAY_COUNT:
        pressed.byte_count = 0
        return "You have handed in very much today. Wait until tomorrow, or ask the program office for help."
    return None


def _let_go(pressed: HandIn) -> None:
    """Let the button be pressed again; bytes that came count to the day, since they may lie on the disk."""
    if pressed.byte_count:
        pressed.once = uuid.uuid4()
        pressed.save(update_fields=["once"])
    else:
        pressed.delete()


def _press(user: User, once: uuid.UUID) -> tuple[HandIn, bool]:
    """The press of a button, and whether it is the first with this mark."""
    try:
        with transaction.atomic():
            return HandIn.objects.create(user=user, once=once), True
    except IntegrityError:
        return HandIn.objects.get(user=user, once=once), False


def _same_press(request: HttpRequest, pressed: HandIn, quarter: Quarter) -> HttpResponse:
    """The answer of the first press, once it is there."""
    until = time.monotonic() + _PATIENCE
    while not pressed.done and time.monotonic() < until:
        time.sleep(0.2)
        found = HandIn.objects.filter(pk=pressed.pk).first()
        if found is None:
            break
        pressed = found
    if pressed.submission_id:
        return _to_answer(quarter, pressed.submission_id)
    if pressed.staged_id is not None:
        return redirect("partners:changes", **quarter.ids, staged_id=pressed.staged_id)
    return redirect("partners:quarter", **quarter.ids)


def _mark(text: str) -> uuid.UUID:
    """The page's mark; a page without one counts as pressed once."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def _infected(quarter: Quarter, files: list[InputFile]) -> bool:
    """Whether files hold a virus: they never wait in the portal's folder, but go where the desk sets them aside."""
    verdict = house.desk().check(files, quarter.contract.program, quarter.partner.code, quarter.period).verdict
    return any(item.rule == "file.virus" for item in verdict.problems)


def _same(quarter: Quarter, files: list[InputFile]) -> bool:
    from expectations.desk_files import bundle

    return quarter.state.same_content(*quarter.place, bundle(files).content) is not None
