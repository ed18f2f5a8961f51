"""The desk: everything people do with a return, one way for command line, portal and connectors.

Belongs here: whether something may happen now, and the event it leaves. Does not belong here: loading rows
(``sources.load``) and what they mean (``dbt_project``).
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from expectations.desk_backtest import Backtesting
from expectations.desk_decide import DeskError, Draft, need_known
from expectations.desk_erase import Erasing, not_erased
from expectations.desk_files import Bundle, bundle, display_name
from expectations.desk_guess import Guess
from expectations.desk_judging import Judged, Judging, has_virus
from expectations.desk_lead import LeadDecisions
from expectations.desk_pull import Pulling
from expectations.desk_results import Checked, Outcome, Receipt, Revalidated
from expectations.desk_revise import Revising
from expectations.stored import StoredResults, results_folder, write_results
from expectations.verdict import Verdict
from sources.load import original_key, quarantine_key
from sources.log.event import Event, submission_number
from sources.log.pulls import repeated
from sources.log.records import moment
from sources.scanning import ScannerSilent, scan, scanners
from sources.storage import StorageError, Store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from expectations.desk_judging import Judge
    from sources.contract.model import Contract
    from sources.counted import Effect
    from sources.currency import Rates
    from sources.load import Reader
    from sources.log.pulls import Origin
    from sources.log.records import Submission
    from sources.log.state import LedgerState
    from sources.reader import InputFile
    from sources.settings import Settings

__all__ = ["Checked", "Desk", "DeskError", "Outcome", "Receipt", "Revalidated"]


class Desk(LeadDecisions, Revising, Erasing, Backtesting, Pulling):
    """Receives, judges and decides; the log holds everything it does.

    Args:
        settings: Where originals and the log lie.
        contracts: Contract by program.
        clock: The present moment with its time zone, for events and for what is open.
        rates: Exchange rates for the rules that need them.
        reader: Another ``read_files``, for tests.
        judge: Another ``judge``, for tests.
        effect: Gives the figures of a partner's quarter from rows (``dbt_project.steps.effect``); without it a
            revision tells nothing about them.
    """

    def __init__(
        self,
        settings: Settings,
        contracts: Mapping[str, Contract],
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        rates: Rates | None = None,
        reader: Reader | None = None,
        judge: Judge | None = None,
        effect: Effect | None = None,
    ) -> None:
        from sources.currency import Rates
        from sources.log.events import EventLog

        self.settings = settings
        self.contracts = contracts
        self.log = EventLog(settings.log_url, clock)
        self._clock = clock
        self._effect = effect
        self._reader = reader
        self._judging = Judging(settings, contracts, rates or Rates(), reader, judge)
        self._state: LedgerState | None = None
        self._lock = threading.Lock()

    def state(self) -> LedgerState:
        """The log folded up to now; the value given out is never changed afterwards."""
        from sources.log.opened import opened

        with self._lock:
            if self._state is None:
                self._state = opened(self.log)
            events = self.log.events(after=self._state.seq)
            if events:
                state = self._state.copy()
                for event in events:
                    state.apply(event)
                self._state = state
            return self._state

    def today(self) -> date:
        """The day it is, UTC."""
        return self._clock().astimezone(UTC).date()

    def check(
        self,
        files: Sequence[InputFile],
        program: str | None = None,
        partner: str | None = None,
        period: str | None = None,
    ) -> Checked:
        """Read and judge files without keeping anything.

        What is not given is found out: the program whose contract the files fit, its only partner, and the
        period a template names or else the last quarter that has ended.

        Raises:
            DeskError: without files, or where the partner must be named.
        """
        _need_files(files)
        virus = self._scan(files)
        if virus is not None:
            return Checked(Verdict("refused", [has_virus(virus)]), program or "", partner or "", period or "")
        state = self.state()
        guess = Guess(self._judging, self.contracts, state, self.today(), files)
        program = program or guess.program(partner, period)
        partner = partner or guess.partner(program)
        period = period or guess.period(program, partner)
        tried = self._judging.of_files(files, program, partner, period, state, self.today())
        return Checked(tried.verdict, program, partner, period)

    def submit(
        self,
        files: Sequence[InputFile],
        *,
        partner: str,
        program: str,
        period: str,
        who: str,
        received_on: date | None = None,
        reason: str | None = None,
        origin: Origin | None = None,
        again: str | None = None,
        reason_code: str | None = None,
    ) -> Outcome:
        """Receive a return, then judge it.

        The originals and the ``received`` event are safe before any file is opened: whatever happens after,
        :meth:`finish_pending` brings it to an end.

        Args:
            received_on: The day it came in, where that was before today.
            reason: Why something already reported is corrected; needed in an approved quarter.
            origin: The inbox file it was pulled from. The same bytes by another way are then no new submission.
            again: A submission whose bytes a pulled file may repeat.
            reason_code: The kind of reason, from :data:`expectations.reasons.REASONS`; needed in an approved quarter.

        Returns:
            The outcome; ``duplicate_of`` names the submission with the same bytes that counts, or waits, now.

        Raises:
            DeskError: where nothing could be kept, or the verdict did not come yet.
        """
        _need_files(files)
        if received_on is not None and received_on > self.today():
            raise DeskError("not_yet", f"{received_on} has not come yet. Give the day the return was received.")
        reason = (reason or "").strip() or None
        need_known(reason_code, "correct")
        received, virus = bundle(files), self._scan(files)
        place = (partner, program, period)
        not_erased(self.state(), received)

        def same_as(state: LedgerState) -> Submission | None:
            counts = state.same_content(*place, received.content)
            if counts is not None or origin is None:
                return counts
            return repeated(state, origin, place, received.content, again)

        same = same_as(self.state())
        if same is not None:
            return self._outcome(same.id, duplicate_of=same.id)
        self._keep(received, quarantine_key if virus is not None else original_key)
        payload: dict[str, Any] = {
            "files": received.files,
            "content": received.content,
            "received_on": received_on.isoformat() if received_on is not None else None,
            "came_twice": [list(names) for names in received.same],
            **({"reason_code": reason_code} if reason_code else {}),
        }
        if virus is not None:
            payload["virus"] = virus

        if origin is not None:
            payload["origin"] = origin.as_dict()

        def decision(state: LedgerState) -> Draft | Submission:
            return same_as(state) or Draft(
                "received",
                who,
                why=reason,
                submission_id=submission_number(state.seq + 1, received.content),
                program=program,
                partner=partner,
                period=period,
                payload=payload,
            )

        event = self._decide(decision)
        if not isinstance(event, Event):
            return self._outcome(event.id, duplicate_of=event.id)
        return self._judge_now(event.submission_id or "", received.same)

    def answer(
        self, submission_id: str, answers: Mapping[str, str], who: str, *, why: str | None = None, remember: bool = True
    ) -> Outcome:
        """Settle questions about a submission and judge it anew.

        Raises:
            DeskError: where nothing was asked, or an answer is not among the options.
        """

        def decision(state: LedgerState) -> Draft:
            submission = self._submission(state, submission_id)
            verdict = submission.verdict
            if submission.state != "needs_answer" or verdict is None:
                raise DeskError("nothing_asked", f"{submission_id} has no open question.")
            options = {item["key"]: [str(value) for value, _ in item["options"]] for item in verdict.questions}
            if not answers:
                raise DeskError("no_answer", f"Answer at least one of: {', '.join(options)}.")
            for key, value in answers.items():
                if key not in options:
                    raise DeskError("unknown_question", f"“{key}” was not asked. Open: {', '.join(options)}.")
                if options[key] and value not in options[key]:
                    raise DeskError(
                        "unknown_answer",
                        f"“{value}” is no answer to “{key}”. Choose one of: {', '.join(options[key])}.",
                    )
            return self._about(
                submission, "answered", who, why=why, payload={"answers": dict(answers), "remember": remember}
            )

        self._decide(decision)
        return self._judge_now(submission_id)

    def finish_pending(self) -> list[Outcome]:
        """Judge what was received or answered but not judged, because something came between.

        Raises:
            DeskError: after all others are done, naming those that could not be judged.
        """
        outcomes, failures = [], []
        for submission in self.state().pending():
            try:
                outcomes.append(self._judge_now(submission.id))
            except DeskError as error:
                failures.append(error.sentence)
        if failures:
            raise DeskError("not_judged", "\n".join(failures))
        return outcomes

    def revalidate(
        self, *, who: str, program: str | None = None, why: str | None = None, dry_run: bool = False
    ) -> list[Revalidated]:
        """Judge everything that was judged before with the present rules and record the new verdicts.

        A confirmation or approval falls where the verdict differs in more than the version of the rules.

        Args:
            dry_run: Only say what would change.

        Returns:
            One entry per submission judged anew.
        """
        from expectations.desk_gate import APPROVED_RULE

        results = []
        for submission in sorted(self.state().submissions.values(), key=lambda item: item.seq):
            verdict = submission.verdict
            if verdict is None or submission.withdrawn_by is not None or program not in (None, submission.program):
                continue
            if any(problem["rule"] == APPROVED_RULE for problem in verdict.problems):
                continue
            late = not any(problem["rule"] in _GATE_RULES for problem in verdict.problems)
            state = self.state()
            judged = self._judge(submission, state, late=late)
            record = {**self._judging.record(judged, submission.program, state), "revalidation": True}
            results.append(Revalidated(submission.id, verdict.state, judged.verdict.state, _changed(verdict, record)))
            if not dry_run:
                written = self._write_verdict(submission, record, who, why, expected=verdict.key)
                if written is not None:
                    self._keep_results(submission.id, written, judged)
        return results

    def receipt(self, submission_id: str) -> Receipt:
        """The receipt of a submission, as it can be printed at any time."""
        submission = self._submission(self.state(), submission_id)
        return Receipt(submission, self.contracts.get(submission.program), self.settings.receipt_key)

    def _judge_now(self, submission_id: str, same: Sequence[tuple[str, str]] = ()) -> Outcome:
        state, began = self.state(), time.monotonic()
        submission = self._submission(state, submission_id)
        judged = self._judge(submission, state, same)
        partner, program, period = submission.place
        place = {"receipt": submission_id, "program": program, "partner": partner, "period": period}
        found = {"result": judged.verdict.state, "problems": len(judged.verdict.problems)}
        logging.getLogger(__name__).info("checked", extra={**place, **found, "seconds": time.monotonic() - began})
        record = self._judging.record(judged, submission.program, state)
        written = self._write_verdict(submission, record, submission.received_by, None, expected=None)
        if written is not None:
            if judged.verdict.loads:
                self._judging.cache.put(written.hash, judged.frames)
            self._keep_results(submission_id, written, judged)
        return self._outcome(submission_id, judged.verdict if written is not None else None)

    def _judge(
        self, submission: Submission, state: LedgerState, same: Sequence[tuple[str, str]] = (), *, late: bool = False
    ) -> Judged:
        try:
            return self._judging.of_submission(submission, state, same, late=late)
        except Exception as error:
            logging.getLogger(__name__).info("not checked", extra={"receipt": submission.id, "failure": error})
            raise DeskError(
                "not_judged",
                f"{submission.id} was received and is kept, but could not be checked yet. Nothing is lost; "
                f"it is checked again with the next run. ({type(error).__name__}: {error})",
            ) from error

    def _write_verdict(
        self, submission: Submission, record: dict[str, Any], who: str, why: str | None, *, expected: str | None
    ) -> Event | None:
        """Record a verdict, unless somebody else did or the submission moved on in the meantime."""

        def decision(state: LedgerState) -> Draft | None:
            now = state.submissions[submission.id]
            key = now.verdict.key if now.verdict is not None else None
            stale = key != expected if expected is not None else not now.pending or now.answers != submission.answers
            stale = stale or now.is_erased != submission.is_erased
            return None if stale else self._about(submission, "judged", who, why=why, payload=record)

        return self._decide(decision)

    def _keep_results(self, submission_id: str, judged_event: Event, judged: Judged) -> None:
        """Keep the results a verdict rests on for the Data Docs; they can be made anew, so they are no state."""
        stored = StoredResults(submission_id, moment(judged_event.at), judged.verdict.results)
        write_results(results_folder(self.settings), stored)

    def _outcome(self, submission_id: str, verdict: Verdict | None = None, duplicate_of: str | None = None) -> Outcome:
        receipt = self.receipt(submission_id)
        recorded = receipt.submission.verdict
        if verdict is None and recorded is not None:
            verdict = Verdict.from_dict(recorded.value)
        if verdict is None:
            return self._judge_now(submission_id)._replace(duplicate_of=duplicate_of)
        return Outcome(submission_id, receipt, verdict, duplicate_of)

    def _scan(self, files: Sequence[InputFile]) -> str | None:
        """Which files hold a virus, in words; ``None`` where a scanner found nothing."""
        try:
            found = scan(files, scanners(self.settings.scanner))
        except ScannerSilent as error:
            sentence = "The virus scanner does not answer. Not saved; nothing was lost. Try again in a few minutes."
            raise DeskError("not_scanned", f"{sentence} ({error})") from error
        if not found:
            return None
        from sources.reader.ranges import listed

        return listed(f"“{display_name(file.name)}” ({file.virus})" for file in found)

    def _keep(self, received: Bundle, key: Callable[[str], str]) -> None:
        landing = Store(self.settings.landing)
        if not landing.leaves_room(sum(map(len, received.originals.values()))):
            sentence = "There is no room for it just now; try again in a few hours."
            raise DeskError("not_saved", f"Not saved; nothing was lost. {sentence}")
        try:
            for digest, data in received.originals.items():
                landing.put_once(key(digest), data)
        except (OSError, StorageError) as error:
            raise DeskError("not_saved", f"Not saved; nothing was lost. Try again. ({error})") from error


_GATE_RULES = frozenset(
    f"file.{name}"
    for name in ("unknown_program", "unknown_partner", "unknown_period", "not_obliged", "period_not_open")
)


def _need_files(files: Sequence[InputFile]) -> None:
    if not files:
        raise DeskError("no_file", "Choose a file to hand in.")


def _changed(before: Any, record: Mapping[str, Any]) -> bool:
    value = before.value
    return any(value.get(key) != record.get(key) for key in ("state", "problems", "row_counts", "totals", "left_out"))
