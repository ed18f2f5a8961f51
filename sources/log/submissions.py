"""The submissions of a log: folded already, or folded from their own events once somebody asks for them.

A long log is mostly about quarters that are over, and whoever hands in or loads one return asks for few of them. What
is read of the past is made from the log itself, so there is nothing kept that could be out of step with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, ItemsView, Iterable, Sequence, ValuesView

    from sources.log.records import Submission

    #: Gives the submissions with some ids.
    Fold = Callable[[list[str]], Mapping[str, "Submission"]]

#: Partner, program and period.
Place = tuple[str, str, str]


class Past:
    """Submissions of a log up to one event; shared by every state that goes on from there.

    Args:
        places: Place of every submission by its id, in order of receipt.
        fold: Folds the events of some submissions.
    """

    def __init__(self, places: Mapping[str, Place], fold: Fold) -> None:
        self.places = places
        self._fold = fold
        self._known: dict[str, Submission] = {}

    def read(self, ids: Iterable[str]) -> Mapping[str, Submission]:
        """Submissions by id, at least those that are asked for."""
        missing = [one for one in ids if one not in self._known]
        if missing:
            self._known.update(self._fold(missing))
        return self._known


class Submissions(Mapping[str, "Submission"]):
    """Submission by id, in order of receipt; going through all values reads all of the past at once."""

    def __init__(self, found: Mapping[str, Submission] | None = None, past: Past | None = None) -> None:
        self._past = past
        self._changed: dict[str, Submission] = {}
        self._places: dict[str, Place] = {}
        self._at: dict[Place, tuple[str, ...]] = {}
        self._quarters: dict[tuple[str, str], list[str]] = {}
        for submission_id, place in past.places.items() if past is not None else ():
            self._register(submission_id, place)
        for submission in found.values() if found is not None else ():
            self.put(submission)

    def copy(self) -> Submissions:
        """Another one to go on from without changing this one."""
        other = Submissions()
        other._past = self._past
        other._changed = dict(self._changed)
        other._places = dict(self._places)
        other._at = dict(self._at)
        other._quarters = {quarter: list(ids) for quarter, ids in self._quarters.items()}
        return other

    def put(self, submission: Submission) -> None:
        """Take in a submission as it is now."""
        if submission.id not in self._places:
            self._register(submission.id, submission.place)
        self._changed[submission.id] = submission

    def place_of(self, submission_id: str) -> Place | None:
        """Partner, program and period of a submission."""
        return self._places.get(submission_id)

    def quarters(self) -> list[tuple[str, str]]:
        """Program and period of every submission."""
        return list(self._quarters)

    def places(self) -> list[Place]:
        """Every partner, program and period with a submission."""
        return list(self._at)

    def of_quarter(self, program: str, period: str) -> list[Submission]:
        """Every submission of a program's quarter, in order of receipt."""
        return self._read(self._quarters.get((program, period), ()))

    def of_place(self, partner: str, program: str, period: str) -> list[Submission]:
        """Every submission of a partner's quarter, in order of receipt."""
        return self._read(self._at.get((partner, program, period), ()))

    def of_partner(self, partner: str, program: str) -> list[Submission]:
        """Every submission of a partner for a program, those of a quarter together and in order of receipt."""
        mine = [ids for place, ids in self._at.items() if place[:2] == (partner, program)]
        return self._read([one for ids in mine for one in ids])

    def __getitem__(self, submission_id: str) -> Submission:
        if submission_id in self._changed:
            return self._changed[submission_id]
        return self._read(self._at[self._places[submission_id]], only=submission_id)[0]

    def __contains__(self, submission_id: object) -> bool:
        return submission_id in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def values(self) -> ValuesView[Submission]:
        """All of them; the past is read at once."""
        self._read(list(self._places))
        return super().values()

    def items(self) -> ItemsView[str, Submission]:
        """All of them by id; the past is read at once."""
        self._read(list(self._places))
        return super().items()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mapping) and dict(self.items()) == dict(other.items())

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Submissions({len(self)})"

    def _register(self, submission_id: str, place: Place) -> None:
        self._places[submission_id] = place
        self._at[place] = (*self._at.get(place, ()), submission_id)
        self._quarters.setdefault((place[1], place[2]), []).append(submission_id)

    def _read(self, ids: Sequence[str], only: str | None = None) -> list[Submission]:
        changed, past = self._changed, self._past
        before: Mapping[str, Any] = {}
        if past is not None:
            before = past.read(one for one in ids if one not in changed)
        wanted: Iterable[str] = ids if only is None else [only]
        return [changed[one] if one in changed else before[one] for one in wanted]
