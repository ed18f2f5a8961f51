"""The leads' review queue: what waits for a person, and what that person should look at first.

Everything comes from the log, besides what needs figures: jumps against history and possible double counts are those of
the last published build.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from exports.origin_words import number
from exports.published import Published, PublishedError
from exports.review_history import UNSCALED, Figure, History

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from exports.jumps import Jump
    from sources.contract.model import Contract
    from sources.log.records import Submission
    from sources.log.state import LedgerState
    from sources.settings import Settings

DOUBLES = "pub_leads__double_counts"
#: Kinds of items, the most urgent first.
KINDS = ("alert", "question", "return", "target_change", "double_count")


@dataclass(frozen=True)
class QueueItem:
    """Something a lead should look at.

    Attributes:
        kind: One of :data:`KINDS`.
        reference: Number of the submission or change; ``None`` for a double count.
        waits_for: ``lead`` or ``partner``: who can act next.
        next_step: What that person does.
        sentence: What it is, in one sentence.
        warnings: Warnings of the verdict, and rows left out, as the partner saw them.
        jumps: Figures that lie far from the partner's own history, the farthest first.
        figures: What the return brings, indicator by indicator: its effect.
    """

    kind: str
    program: str
    title: str
    partner: str | None
    partner_name: str | None
    period: str | None
    reference: str | None
    state: str
    at: datetime | None
    by: str | None
    waits_for: str
    next_step: str
    sentence: str
    warnings: tuple[str, ...] = ()
    jumps: tuple[Jump, ...] = ()
    figures: tuple[Figure, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The item as plain values."""
        return asdict(self)


def review_queue(
    settings: Settings,
    state: LedgerState,
    contracts: Mapping[str, Contract],
    *,
    programs: Collection[str] | None = None,
    published: Published | None = None,
) -> list[QueueItem]:
    """What waits for a lead, the most urgent first: alerts, questions, returns, target changes, double counts.

    Args:
        programs: Only these programs.
        published: The build whose figures are compared; the current one by default, none where nothing is published.
    """
    if published is None:
        try:
            published = Published.open(settings.published)
        except PublishedError:
            published = None
    wanted = [slug for slug in contracts if programs is None or slug in programs]
    history = History(published)
    items = [
        *_alerts(state, contracts, wanted),
        *_returns(state, contracts, wanted, history),
        *_target_changes(state, contracts, wanted),
        *_double_counts(published, contracts, wanted),
    ]
    return sorted(items, key=_urgency)


def _urgency(item: QueueItem) -> tuple[Any, ...]:
    worst = max((entry.score or UNSCALED for entry in item.jumps), default=Decimal(0))
    at = item.at.isoformat() if item.at is not None else ""
    return (KINDS.index(item.kind), -worst, not item.warnings, at, item.program, item.partner or "", item.sentence)


def _alerts(state: LedgerState, contracts: Mapping[str, Contract], wanted: Collection[str]) -> Iterable[QueueItem]:
    for alert in state.alerts():
        submission = state.submissions[alert.submission_id]
        if alert.program not in wanted or _settled(state, submission, alert.kind):
            continue
        step = {
            "virus": "Ask the partner to clean their computer; the file is set aside and never opened.",
            "wrong_partner": "Ask the partner whose file it is; nothing was loaded.",
            "personal_data": "Ask the partner to send it again without names or contacts, then withdraw this one.",
        }[alert.kind]
        place = (alert.partner, alert.program, alert.period)
        yield _item("alert", contracts, place, submission, "lead", step, alert.sentence)


def _settled(state: LedgerState, submission: Submission, kind: str) -> bool:
    if submission.withdrawn_by is not None:
        return True
    if kind == "personal_data":
        return submission.approved
    return any(later.seq > submission.seq for later in state.current(*submission.place))


def _returns(
    state: LedgerState, contracts: Mapping[str, Contract], wanted: Collection[str], history: History
) -> Iterable[QueueItem]:
    for submission in state.submissions.values():
        if submission.program not in wanted or submission.approved:
            continue
        newest = state.newest(*submission.place)
        if submission.state == "needs_answer" and newest is not None and newest.id == submission.id:
            questions = [str(item["sentence"]) for item in submission.verdict.questions] if submission.verdict else []
            sentence = " ".join(questions) or "The return can be read in more than one way."
            yield _item(
                "question", contracts, submission.place, submission, "partner", "Answer the question.", sentence
            )
        elif submission.loaded and (state.counts(submission.id) or (newest and newest.id == submission.id)):
            yield _return(state, contracts, submission, history)


def _return(
    state: LedgerState, contracts: Mapping[str, Contract], submission: Submission, history: History
) -> QueueItem:
    verdict = submission.verdict
    problems = verdict.problems if verdict is not None else ()
    shown = [str(problem["sentence"]) for problem in problems if problem["severity"] in ("error", "warning")]
    counts = state.counts(submission.id)
    unconfirmed = submission.state != "accepted" and not submission.confirmed
    who, step = ("partner", "Confirm the warnings.") if unconfirmed else ("lead", "Approve, or return with a reason.")
    sentence = f"{len(shown)} warning{'s' if len(shown) != 1 else ''}." if shown else "No warnings."
    if not counts:
        sentence = f"Rows are left out, so it does not replace the fuller return yet. {sentence}"
    elif submission.state == "partially_accepted":
        sentence = f"Rows are left out of the figures. {sentence}"
    if submission.reason:
        sentence = f"Corrects an earlier return: {submission.reason} {sentence}"
    figures, jumps = history.of(submission) if counts else ((), ())
    if jumps:
        sentence = f"{sentence} {len(jumps)} figure{'s' if len(jumps) != 1 else ''} far from earlier quarters."
    return _item(
        "return",
        contracts,
        submission.place,
        submission,
        who,
        step,
        sentence,
        tuple(shown),
        tuple(jumps),
        tuple(figures),
    )


def _target_changes(
    state: LedgerState, contracts: Mapping[str, Contract], wanted: Collection[str]
) -> Iterable[QueueItem]:
    for change in state.target_changes.values():
        if not change.open or change.program not in wanted:
            continue
        before = "none" if change.before is None else number(change.before)
        yield QueueItem(
            "target_change",
            change.program,
            contracts[change.program].title,
            None,
            None,
            None,
            change.id,
            change.state,
            datetime.combine(change.proposed_on, datetime.min.time()),
            change.proposed_by,
            "lead",
            f"Another person than {change.proposed_by} approves or declines it.",
            f"Target {change.year} of {change.indicator}: from {before} to {number(change.value)}. {change.why}",
        )


def _double_counts(
    published: Published | None, contracts: Mapping[str, Contract], wanted: Collection[str]
) -> Iterable[QueueItem]:
    if published is None or not published.has(DOUBLES):
        return
    rows = [row for row in published.arrow(DOUBLES).to_pylist() if row["program_code"] in wanted]
    newest = max((row["period"] for row in rows if row["item_kind"] == "person"), default=None)
    for row in rows:
        if row["item_kind"] == "person" and row["period"] != newest:
            continue
        yield QueueItem(
            "double_count",
            row["program_code"],
            contracts[row["program_code"]].title,
            row["partner_code"],
            row["partner_name"],
            row["period"],
            None,
            "open",
            None,
            None,
            "lead",
            "Ask both whether it is the same; a correction of one of them settles it.",
            double_count_sentence(row),
        )


def double_count_sentence(row: Mapping[str, Any]) -> str:
    """What two partners both report, in one sentence for a lead."""
    both = f"{row['partner_name']} and {row['other_partner_name']} both report"
    if row["item_kind"] == "person":
        count = row["match_count"]
        what = f"{count} of the same people" if count != 1 else "one and the same person"
        return f"{both} {what} for {row['period']}: they may count twice."
    place = f" in {row['place_name']}" if row["place_name"] else ""
    return f"{both} the {str(row['item_kind']).replace('_', ' ')} “{row['item_name']}”{place}: it may count twice."


def _item(
    kind: str,
    contracts: Mapping[str, Contract],
    place: tuple[str, str, str],
    submission: Submission,
    waits_for: str,
    next_step: str,
    sentence: str,
    warnings: tuple[str, ...] = (),
    jumps: tuple[Jump, ...] = (),
    figures: tuple[Figure, ...] = (),
) -> QueueItem:
    partner, program, period = place
    contract = contracts[program]
    name = next((item.name for item in contract.partners if item.code == partner), partner)
    return QueueItem(
        kind,
        program,
        contract.title,
        partner,
        name,
        period,
        submission.id,
        submission.state,
        submission.received_at,
        submission.received_by,
        waits_for,
        next_step,
        sentence,
        warnings,
        jumps,
        figures,
    )
