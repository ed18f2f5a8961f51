"""Returns out of partners' inboxes: what is new and whole is handed in at the desk, and the answer goes back.

One way for the sensor and ``impact pull``. An inbox that is broken or slow is reported and tried again; it never
stops the others. What was taken is known from the log, so a restart takes nothing twice.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from expectations.desk import DeskError, Outcome
from expectations.desk_files import display_name
from orchestration.inbox_answers import answer_files, short_name
from sources.connectors import Connection, Found, Inbox, InboxError, LeftAlone, NotYet, connect
from sources.connectors.names import quarter_of
from sources.log.event import LogError
from sources.log.pulls import FileKey, Origin, repeated, seen
from sources.reader import InputFile

if TYPE_CHECKING:
    from expectations.desk import Desk
    from sources.contract.model import Contract
    from sources.log.records import Submission

#: By inbox and path: how a file looked that was not taken yet, and since when (seconds since 1970).
Waiting = dict[str, dict[str, tuple[str, float]]]
#: Files of an inbox that may fail one after another before the rest waits for the next look.
_FAILURES = 3
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Line:
    """What became of one file, or of an inbox as a whole where ``path`` is empty.

    Attributes:
        kind: ``received``, ``same`` (its bytes were handed in before), ``left``, ``waiting`` or ``problem``.
        state: The verdict's word, of what was received.
    """

    inbox: str
    path: str
    kind: str
    sentence: str
    submission_id: str | None = None
    state: str | None = None

    def as_text(self) -> str:
        """One line for a terminal or a log."""
        name = display_name(self.path) if self.path else ""
        return f"{self.inbox}: {name + ': ' if name else ''}{self.sentence}"


@dataclass
class Pulled:
    """What one look at all inboxes gave."""

    lines: list[Line] = field(default_factory=list)
    waiting: Waiting = field(default_factory=dict)

    def of(self, kind: str) -> list[Line]:
        """The lines of one kind."""
        return [line for line in self.lines if line.kind == kind]


def pull(
    desk: Desk,
    inboxes: Sequence[Inbox],
    env: Mapping[str, str],
    waiting: Waiting | None = None,
    *,
    seconds: float = 3600,
    clock: Callable[[], float] = time.time,
) -> Pulled:
    """Look once at every inbox, all at the same time, and hand in what is new and whole.

    Args:
        env: The environment that holds the credentials.
        waiting: Files of earlier looks that were not taken yet.
        seconds: Time for all of it. What is not done by then waits for the next look.
    """
    looks = [_Look(desk, inbox, env, (waiting or {}).get(inbox.name, {}), clock, seconds) for inbox in inboxes]
    for look in looks:
        look.start()
    until = time.monotonic() + seconds
    result = Pulled()
    for look in looks:
        look.join(max(0.0, until - time.monotonic()))
        if look.is_alive():
            look.stop = True
            look.join(2)
        lines, still = look.result()
        result.lines += lines
        if still:
            result.waiting[look.inbox.name] = still
    return result


def pull_until_settled(desk: Desk, inboxes: Sequence[Inbox], env: Mapping[str, str]) -> Pulled:
    """Look, wait as long as files must settle, and look again: all that is whole now is handed in."""
    first = pull(desk, inboxes, env)
    if not first.waiting:
        return first
    time.sleep(max(inbox.settle_seconds for inbox in inboxes if inbox.name in first.waiting) + 0.1)
    again = [inbox for inbox in inboxes if inbox.name in first.waiting]
    second = pull(desk, again, env, first.waiting)
    lines = [line for line in first.lines if line.kind != "waiting"]
    known = {(line.inbox, line.path) for line in lines if line.kind == "problem"}
    lines += [line for line in second.lines if line.kind != "problem" or (line.inbox, line.path) not in known]
    return Pulled(lines, second.waiting)


class _Look(threading.Thread):
    """One look at one inbox, in a thread of its own that nobody has to wait for."""

    def __init__(
        self,
        desk: Desk,
        inbox: Inbox,
        env: Mapping[str, str],
        before: Mapping[str, tuple[str, float]],
        clock: Callable[[], float],
        seconds: float,
    ) -> None:
        super().__init__(name=inbox.who, daemon=True)
        self.inbox = inbox
        self.stop = False
        self._desk, self._env, self._before, self._clock = desk, env, before, clock
        self._until = time.monotonic() + seconds
        self._seconds = seconds
        self._lines: list[Line] = []
        self._still: dict[str, tuple[str, float]] | None = None

    def result(self) -> tuple[list[Line], dict[str, tuple[str, float]]]:
        """What is known so far; of a look that is still going on, what it did until now."""
        lines = list(self._lines)
        if self.is_alive():
            sentence = f"did not end within {self._seconds:g} seconds; it is tried again."
            lines.append(Line(self.inbox.name, "", "problem", sentence))
        return lines, dict(self._before if self._still is None else self._still)

    def run(self) -> None:
        """Look, and hand in; every failure becomes a line."""
        try:
            with connect(self.inbox, self._env) as connection:
                self._take(connection)
        except (InboxError, LogError, DeskError) as error:
            self._say("", "problem", str(error))
        except Exception as error:
            _LOG.exception(
                "inbox %s", self.inbox.name, extra={"partner": self.inbox.partner, "program": self.inbox.program}
            )
            self._say("", "problem", f"failed in a way nobody thought of ({type(error).__name__}); it is tried again.")

    def _take(self, connection: Connection) -> None:
        state = self._desk.state()
        new = connection.look(lambda found: seen(state, self._key(found), found.stamp, self.inbox.rule) is not None)
        ready = self._settled(new)
        failures = 0
        for number, found in enumerate(ready):
            if self.stop or time.monotonic() > self._until:
                self._say("", "waiting", f"{len(ready) - number} more files are taken at the next look.")
                self._still = {**(self._still or {}), **{f.path: (f.stamp, 0.0) for f in ready[number:]}}
                return
            try:
                self._hand_in(connection, found)
                failures = 0
            except NotYet as error:
                self._still = {**(self._still or {}), found.path: (found.stamp, self._clock())}
                self._say(found.path, "waiting", str(error))
            except LeftAlone as error:
                self._leave(connection, found, str(error))
            except (InboxError, DeskError) as error:
                self._still = {**(self._still or {}), found.path: (found.stamp, 0.0)}
                self._say(found.path, "problem", str(error))
                failures += 1
                if failures == _FAILURES:
                    raise InboxError(f"{_FAILURES} files failed one after another; the rest is tried again.") from error

    def _settled(self, new: Sequence[Found]) -> list[Found]:
        """Files that look as they did at an earlier look; the others wait."""
        ready, now = [], self._clock()
        self._still = {}
        for found in new:
            stamp, since = self._before.get(found.path, ("", now))
            if found.whole or self.inbox.done or (stamp == found.stamp and now - since >= self.inbox.settle_seconds):
                ready.append(found)
                continue
            self._still[found.path] = (found.stamp, since if stamp == found.stamp else now)
            self._say(found.path, "waiting", "is new; it is taken once it has stopped changing.")
        return ready

    def _hand_in(self, connection: Connection, found: Found) -> None:
        inbox, desk = self.inbox, self._desk
        data = connection.fetch(found)
        files = [InputFile(found.name, data)]
        content = hashlib.sha256(data).hexdigest()
        period = self._period(found, files)
        if period is None:
            self._leave(connection, found, _no_quarter(inbox), content)
            return
        origin = self._origin(found)
        again = self._again(origin, files, period, content)
        outcome = desk.submit(
            files,
            partner=inbox.partner,
            program=inbox.program,
            period=period,
            who=inbox.who,
            origin=origin,
            again=again,
        )
        if outcome.duplicate_of is None:
            self._say(found.path, "received", _verdict(outcome), outcome.submission_id, outcome.verdict.state)
        elif not self._repeats(found, outcome, period, content):
            return
        self._answer(connection, found, answer_files(outcome, found.name, data))

    def _repeats(self, found: Found, outcome: Outcome, period: str, content: str) -> bool:
        """Note that a file repeats a submission; false where another look noted or received it just now."""
        state, inbox = self._desk.state(), self.inbox
        if seen(state, self._key(found), found.stamp, inbox.rule) is not None:
            return False
        sentence = _same(state.submissions[outcome.submission_id], state.counts(outcome.submission_id))
        noted = self._desk.leave(
            self._origin(found),
            partner=inbox.partner,
            program=inbox.program,
            who=inbox.who,
            why=sentence,
            period=period,
            content=content,
            submission_id=outcome.submission_id,
        )
        if noted:
            self._say(found.path, "same", sentence, outcome.submission_id, outcome.verdict.state)
        return noted

    def _again(self, origin: Origin, files: list[InputFile], period: str, content: str) -> str | None:
        """An earlier submission of the same bytes that was not accepted then but would be answered otherwise now."""
        place = (self.inbox.partner, self.inbox.program, period)
        state = self._desk.state()
        earlier = repeated(state, origin, place, content)
        if earlier is None or earlier.verdict is None or earlier.virus or state.locked(*place):
            return None
        if earlier.state not in ("refused", "returned") or earlier.returned_by is not None:
            return None
        now = self._desk.check(files, self.inbox.program, self.inbox.partner, period).verdict
        return earlier.id if now.state != earlier.verdict.state else None

    def _leave(self, connection: Connection, found: Found, why: str, content: str | None = None) -> None:
        inbox = self.inbox
        noted = self._desk.leave(
            self._origin(found),
            partner=inbox.partner,
            program=inbox.program,
            who=inbox.who,
            why=why,
            content=content,
            rule=inbox.rule,
        )
        if noted:
            self._say(found.path, "left", why)
            sentence = f"{display_name(found.name)}: {why}\nNothing was handed in.\n"
            self._answer(connection, found, {f"{short_name(found.name)}.verdict.txt": sentence.encode()})

    def _answer(self, connection: Connection, found: Found, files: Mapping[str, bytes]) -> None:
        if not self.inbox.answer:
            return
        try:
            for name, data in files.items():
                connection.answer(found, name, data)
        except InboxError as error:
            self._say(found.path, "problem", f"The answer could not be left beside it: {error}")

    def _period(self, found: Found, files: list[InputFile]) -> str | None:
        contract: Contract = self._desk.contracts[self.inbox.program]
        yearly = contract.period_kind == "year"
        for rule in self.inbox.period:
            if rule == "template":
                named = self._desk.period_named(files, self.inbox.program)
            else:
                text = found.name.rpartition(".")[0] or found.name if rule == "name" else found.folder
                named = quarter_of(text, yearly=yearly)
            if named is not None:
                return named
        return None

    def _key(self, found: Found) -> FileKey:
        return FileKey(self.inbox.partner, self.inbox.program, self.inbox.url, found.path)

    def _origin(self, found: Found) -> Origin:
        return Origin(self.inbox.name, self.inbox.url, found.path, found.stamp)

    def _say(
        self, path: str, kind: str, sentence: str, submission_id: str | None = None, state: str | None = None
    ) -> None:
        self._lines.append(Line(self.inbox.name, path, kind, sentence, submission_id, state))


def _verdict(outcome: Outcome) -> str:
    verdict = outcome.verdict
    rows = sum(verdict.row_counts.values())
    words = verdict.state.replace("_", " ")
    if verdict.loads:
        return f"{outcome.submission_id} {words}, {rows:,} {'row' if rows == 1 else 'rows'}."
    asked = [question.sentence for question in verdict.questions[:1]] if verdict.state == "needs_answer" else []
    said = [problem.sentence for problem in verdict.problems if problem.severity == "error"][:1]
    more = verdict.error_count - 1
    rest = f" (and {more} more)" if more > 0 and not asked else ""
    return f"{outcome.submission_id} {words}: {(asked or said or [''])[0]}{rest}"


def _same(submission: Submission, counts: bool) -> str:
    what = submission.state.replace("_", " ")
    if counts:
        what = "counts now"
    elif submission.loaded:
        what = "was replaced since; hand it in at the desk if it is meant to count again"
    elif submission.state == "needs_answer":
        what = "waits for an answer"
    elif submission.state in ("refused", "returned", "withdrawn"):
        what = f"was {submission.state}"
    return f"holds the same bytes as {submission.id}, which {what}. Not handed in again."


def _no_quarter(inbox: Inbox) -> str:
    ways = {
        "name": "write it into the file’s name, such as “return 2026-Q3.xlsx”",
        "folder": "put the file into a folder such as “2026-Q3”",
        "template": "use the template of the quarter",
    }
    *most, last = (ways[rule] for rule in inbox.period)
    return f"names no quarter: {', '.join(most)}{', or ' if most else ''}{last}."
