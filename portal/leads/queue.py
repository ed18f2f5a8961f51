"""What waits for a lead: returns to sign, alerts, proposals of others, and what changed since the last look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import house

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from django.http import HttpRequest, HttpResponse

    from exports.jumps import Jump
    from exports.review import QueueItem
    from sources.log.records import Submission


@dataclass(frozen=True)
class Item:
    """One return that waits.

    Attributes:
        step: ``approve`` (the lead's turn), ``confirm`` or ``answer`` (the partner's turn).
        notes: Why it deserves a look, one sentence each, the weightiest first.
        jumps: Figures far from the partner's own history.
    """

    submission_id: str
    program: str
    program_title: str
    partner_name: str
    period: str
    received_at: datetime
    state: str
    step: str
    warnings: int
    notes: tuple[str, ...]
    synthetic: bool
    jumps: tuple[Jump, ...] = ()


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The lead's first page."""
    programs = [slug for slug in request.user.programs if slug in house.contracts()]
    found = items(programs)
    state = house.state()
    alerts = [alert for alert in reversed(state.alerts()) if alert.program in programs]
    context = {
        "mine": [item for item in found if item.step == "approve"],
        "theirs": [item for item in found if item.step != "approve"],
        "alerts": alerts[:20],
        "proposals": [change for change in state.target_changes.values() if change.open and change.program in programs],
        "programs": [house.contracts()[slug] for slug in programs],
        "published": house.published(),
        "doubles": [item for item in _reviewed(programs) if item.kind == "double_count"],
    }
    return render(request, "leads/home.html", context)


def items(programs: Iterable[str]) -> list[Item]:
    """Returns of some programs that wait for somebody, the oldest first."""
    state = house.state()
    wanted = set(programs)
    counting = set(state.counting().values())
    jumps = {item.reference: item.jumps for item in _reviewed(wanted) if item.kind == "return"}
    found = []
    for submission in sorted(state.submissions.values(), key=lambda item: item.seq):
        step = _step(submission, submission.id in counting) if submission.program in wanted else ""
        if step:
            found.append(_item(submission, step, jumps.get(submission.id, ())))
    return found


def _step(submission: Submission, counts: bool) -> str:
    if submission.state == "needs_answer":
        return "answer"
    if not submission.loaded or submission.approved:
        return ""
    if submission.state != "accepted" and submission.confirmed_by is None:
        return "confirm"
    return "approve" if counts else ""


def _reviewed(programs: Iterable[str]) -> list[QueueItem]:
    """The same queue with what needs figures: jumps against history, what two partners both report."""
    published = house.published()
    build = published.build_id if published is not None else None
    return _queue_of(house.desk().settings.data, build, house.state().seq, frozenset(programs))


@lru_cache(maxsize=16)
def _queue_of(_data: Path, _build: str | None, _seq: int, programs: frozenset[str]) -> list[QueueItem]:
    """Kept while neither the build nor the log moves on: one page asks several times."""
    from exports.review import review_queue

    return review_queue(
        house.desk().settings, house.state(), house.contracts(), programs=programs, published=house.published()
    )


def _item(submission: Submission, step: str, jumps: tuple[Jump, ...]) -> Item:
    contract = house.contracts()[submission.program]
    verdict = submission.verdict
    partner = house.find_partner(submission.program, submission.partner)
    warned = [item["sentence"] for item in verdict.problems if item["severity"] == "warning"] if verdict else []
    return Item(
        submission_id=submission.id,
        program=submission.program,
        program_title=contract.title,
        partner_name=house.partner_name(submission.program, submission.partner),
        period=submission.period,
        received_at=submission.received_at,
        state=submission.state,
        step=step,
        warnings=len(warned),
        notes=tuple(dict.fromkeys([*(jump.sentence for jump in jumps), *warned])),
        synthetic=partner is not None and partner.synthetic,
        jumps=jumps,
    )
