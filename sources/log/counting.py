"""What counts now, of the submissions in the log.

Belongs here: which submission counts for a table of a partner's quarter, and which waits for a verdict. Does not
belong here: how an event changes a submission (:mod:`sources.log.state`).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sources.log.records import LOADED_STATES, Key, Submission, VerdictRecord, Version
from sources.log.submissions import Place, Submissions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sources.log.event import Event


@dataclass
class CountingState:
    """The part of the folded log that tells what counts."""

    submissions: Submissions = field(default_factory=Submissions, kw_only=True)
    _waiting: dict[str, None] = field(default_factory=dict, repr=False, compare=False, kw_only=True)
    _versions: dict[Place, dict[Key, Version]] = field(default_factory=dict, repr=False, compare=False, kw_only=True)
    _all: dict[Key, Version] | None = field(default=None, repr=False, compare=False, kw_only=True)

    def versions(self) -> dict[Key, Version]:
        """What counts now: the newest accepted submission per partner × program × period × table.

        A partially accepted one replaces nothing fuller unless confirmed: while any of its tables with
        rows left out loads fewer rows than the version it would replace, it waits.
        """
        if self._all is None:
            self.submissions.values()  # the past is read at once, not place by place
            found = {key: version for place in self.submissions.places() for key, version in self._at(place).items()}
            self._all = dict(sorted(found.items()))
        return self._all

    def versions_of(self, program: str, *, partner: str | None = None, period: str | None = None) -> dict[Key, Version]:
        """Those of :meth:`versions` of a program's partner, quarter, or both."""
        if period is None:
            mine = self.submissions.of_partner(partner, program) if partner is not None else self._of_program(program)
        elif partner is None:
            mine = self.submissions.of_quarter(program, period)
        else:
            mine = self.submissions.of_place(partner, program, period)
        places = dict.fromkeys(submission.place for submission in mine)
        return dict(sorted((key, version) for place in places for key, version in self._at(place).items()))

    def versions_before(self, place: Place, seq: int) -> dict[Key, Version]:
        """What would count at a place without the submissions received from an event on, as they are now."""
        return self._counted(item for item in self.submissions.of_place(*place) if item.seq < seq)

    def handed_in(self, program: str, period: str) -> list[Submission]:
        """Every submission of a program's quarter, whatever became of it, in order of receipt."""
        return self.submissions.of_quarter(program, period)

    def counting(self) -> dict[tuple[str, str, str, str], str]:
        """Submission id by (partner, program, period, table), for those that count now."""
        return {(*key,): version.submission.id for key, version in self.versions().items()}

    def counts(self, submission_id: str) -> bool:
        """Whether a submission counts now for at least one of its tables."""
        place = self.submissions.place_of(submission_id)
        return place is not None and any(one.submission.id == submission_id for one in self._at(place).values())

    def current(self, partner: str, program: str, period: str) -> list[Submission]:
        """Submissions that count now for a partner's quarter, newest last."""
        found = {one.submission.id: one.submission for one in self._at((partner, program, period)).values()}
        return sorted(found.values(), key=lambda item: item.seq)

    def locked(self, partner: str, program: str, period: str) -> bool:
        """Whether something that counts for the quarter is approved: a correction then needs a reason."""
        return any(submission.approved_by is not None for submission in self.current(partner, program, period))

    def newest(self, partner: str, program: str, period: str) -> Submission | None:
        """The submission received last for a partner's quarter, whatever became of it."""
        found = self.submissions.of_place(partner, program, period)
        return found[-1] if found else None

    def same_content(self, partner: str, program: str, period: str, content: str) -> Submission | None:
        """The submission with these bytes that counts now for all it holds, or came last and still waits.

        Anything else is a new version: sending A, then B, then A again is a correction.
        """
        newest = self.newest(partner, program, period)
        if newest is not None and newest.content == content and (newest.pending or newest.state == "needs_answer"):
            return newest
        versions = self._at((partner, program, period))
        for submission in self.current(partner, program, period):
            tables = submission.verdict.tables if submission.verdict is not None else {}
            keys = [Key(partner, program, period, table) for table in tables]
            if submission.content == content and all(versions[key].submission.id == submission.id for key in keys):
                return submission
        return None

    def pending(self) -> list[Submission]:
        """Submissions that wait for a verdict, oldest first."""
        return sorted((self.submissions[one] for one in self._waiting), key=lambda item: item.seq)

    def _of_program(self, program: str) -> list[Submission]:
        quarters = [period for slug, period in self.submissions.quarters() if slug == program]
        return [item for period in quarters for item in self.submissions.of_quarter(program, period)]

    def _at(self, place: Place) -> dict[Key, Version]:
        """What counts at a place: nothing of another place has a say in it."""
        known = self._versions.get(place)
        if known is not None:
            return known
        self._versions[place] = current = self._counted(self.submissions.of_place(*place))
        return current

    @classmethod
    def _counted(cls, submissions: Iterable[Submission]) -> dict[Key, Version]:
        """What counts of the submissions of one place, given in order of receipt."""
        numbers: dict[Key, int] = {}
        current: dict[Key, Version] = {}
        for submission in submissions:
            verdict = submission.verdict
            if verdict is None or verdict.state not in LOADED_STATES:
                continue
            keys = [Key(*submission.place, table) for table in verdict.tables]
            for key in keys:
                numbers[key] = numbers.get(key, 0) + 1
            if submission.loaded and not cls._held_back(submission, verdict, current):
                for key in keys:
                    current[key] = Version(submission, numbers[key])
        return current

    @staticmethod
    def _held_back(submission: Submission, verdict: VerdictRecord, current: dict[Key, Version]) -> bool:
        if verdict.state != "partially_accepted" or submission.confirmed_by is not None:
            return False
        for name, table in verdict.tables.items():
            before = current.get(Key(*submission.place, name))
            earlier = before.submission.verdict if before is not None else None
            if table.quarantined and earlier is not None and earlier.tables[name].rows > table.rows:
                return True
        return False

    def _change(self, event: Event, **changes: Any) -> None:
        submission = self.submissions.get(event.submission_id or "")
        if submission is not None:
            self._put(replace(submission, **changes))

    def _put(self, submission: Submission) -> None:
        self.submissions.put(submission)
        self._all = None
        self._versions.pop(submission.place, None)
        if submission.pending and submission.withdrawn_by is None:
            self._waiting[submission.id] = None
        else:
            self._waiting.pop(submission.id, None)
