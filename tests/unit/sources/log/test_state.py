"""What counts follows from the events alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sources.log.event import GENESIS, Event
from sources.log.releases import release_payload
from sources.log.state import LedgerState, fold


class Story:
    """Events one after another, without a database."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, kind: str, who: str = "ana", **fields: Any) -> Event:
        previous = self.events[-1].hash if self.events else GENESIS
        seq = len(self.events) + 1
        place = {"program": "demo", "partner": "p", "period": "2026-Q3", "submission_id": None, "why": None}
        event = Event(
            seq,
            f"2026-10-01T00:00:{seq:02d}.000000Z",
            kind,
            who,
            previous=previous,
            hash=f"{seq:064x}",
            **{**place, **fields},
        )
        self.events.append(event)
        return event

    def receive(self, name: str, content: str = "", **fields: Any) -> None:
        payload = {"files": [{"name": f"{name}.csv", "sha256": name, "size": 1}], "content": content or name}
        self.add("received", submission_id=name, payload=payload, **fields)

    def judge(self, name: str, state: str = "accepted", rows: dict[str, int] | None = None, left: int = 0) -> None:
        counts = rows if rows is not None else {"events": 10}
        out = {table: [["f", None, n] for n in range(left)] for table in counts if left}
        payload = {"state": state, "ruleset": "r", "contract_version": "1", "answers": {}, "row_counts": counts}
        payload |= {"problems": [], "questions": [], "left_out": out}
        self.add("judged", submission_id=name, payload=payload)

    def submit(self, name: str, state: str = "accepted", rows: dict[str, int] | None = None, **fields: Any) -> None:
        left = fields.pop("left", 0)
        self.receive(name, **fields)
        self.judge(name, state, rows, left)

    def fold(self) -> LedgerState:
        return fold(self.events)

    def current(self, table: str = "events") -> tuple[str, int] | None:
        for key, version in self.fold().versions().items():
            if key.table == table:
                return version.submission.id, version.number
        return None


@pytest.fixture
def story() -> Story:
    return Story()


def test_the_newest_accepted_counts(story: Story) -> None:
    story.submit("a")
    story.submit("b", "accepted_with_warnings")
    assert story.current() == ("b", 2)
    assert story.fold().counting() == {("p", "demo", "2026-Q3", "events"): "b"}


@pytest.mark.parametrize("state", ["returned", "refused", "needs_answer"])
def test_what_is_not_accepted_never_counts(story: Story, state: str) -> None:
    story.submit("a")
    story.submit("b", state)
    assert story.current() == ("a", 1)


def test_what_is_not_judged_yet_does_not_count(story: Story) -> None:
    story.submit("a")
    story.receive("b")
    assert story.current() == ("a", 1)
    assert [submission.id for submission in story.fold().pending()] == ["b"]


def test_versions_are_told_by_receipt_not_by_verdict(story: Story) -> None:
    story.receive("a")
    story.receive("b")
    story.judge("b")
    story.judge("a")
    assert story.current() == ("b", 2)


def test_tables_count_one_by_one(story: Story) -> None:
    story.submit("a", rows={"events": 3, "notes": 2})
    story.submit("b", rows={"notes": 1})
    assert story.current("events") == ("a", 1)
    assert story.current("notes") == ("b", 2)


def test_a_withdrawal_brings_the_version_before_back(story: Story) -> None:
    story.submit("a")
    story.submit("b")
    story.add("withdrawn", submission_id="b")
    assert story.current() == ("a", 1)
    story.submit("c")
    assert story.current() == ("c", 3)
    story.add("returned", submission_id="c", why="wrong site")
    assert story.current() == ("a", 1)
    states = {submission.id: submission.state for submission in story.fold().submissions.values()}
    assert states == {"a": "accepted", "b": "withdrawn", "c": "returned"}


def test_a_partial_return_replaces_nothing_fuller_unless_confirmed(story: Story) -> None:
    story.submit("a", rows={"events": 10})
    story.submit("b", "partially_accepted", rows={"events": 9}, left=1)
    assert story.current() == ("a", 1)
    story.add("confirmed", submission_id="b")
    assert story.current() == ("b", 2)


def test_a_partial_return_that_loads_as_much_replaces(story: Story) -> None:
    story.submit("a", rows={"events": 10})
    story.submit("b", "partially_accepted", rows={"events": 10}, left=2)
    assert story.current() == ("b", 2)


def test_a_first_partial_return_counts(story: Story) -> None:
    story.submit("a", "partially_accepted", rows={"events": 9}, left=1)
    assert story.current() == ("a", 1)


def test_a_nil_return_holds_until_a_return_counts(story: Story) -> None:
    place = ("p", "demo", "2026-Q3")
    story.add("nil", submission_id="N1", payload={"declared_on": "2026-10-02"})
    assert story.fold().nil[place].declared_on == date(2026, 10, 2)
    story.submit("a", "returned")
    assert place in story.fold().nil
    story.submit("b")
    assert story.fold().nil == {}
    story.add("withdrawn", submission_id="b")
    assert place in story.fold().nil
    story.add("withdrawn", submission_id="N1")
    assert story.fold().nil == {}


def test_a_newer_waiver_replaces_the_older(story: Story) -> None:
    story.add("waived", why="flood", payload={"expires_on": None, "indicator_code": None})
    story.add("waived", why="flood again", payload={"expires_on": "2027-03-31", "indicator_code": None})
    story.add("waived", why="no data", payload={"expires_on": None, "indicator_code": "x"})
    assert [(w.reason, w.expires_on, w.indicator) for w in story.fold().waivers] == [
        ("flood again", date(2027, 3, 31), None),
        ("no data", None, "x"),
    ]


def test_answers_are_remembered_per_partner_and_program(story: Story) -> None:
    story.submit("a", "needs_answer")
    story.add("answered", submission_id="a", payload={"answers": {"number_format": ","}})
    state = story.fold()
    assert state.remembered == {("p", "demo"): {"number_format": ","}}
    assert state.submissions["a"].answers == {"number_format": ","}
    assert [submission.id for submission in state.pending()] == ["a"]
    story.add("mapping", payload={"answers": {"date_order": "day"}}, period=None)
    story.add("answered", submission_id="a", payload={"answers": {"encoding": "cp1251"}, "remember": False})
    assert story.fold().remembered == {("p", "demo"): {"number_format": ",", "date_order": "day"}}


def test_an_approval_falls_with_another_verdict_and_stands_with_the_same(story: Story) -> None:
    story.submit("a", "accepted_with_warnings")
    story.add("confirmed", submission_id="a")
    story.add("approved", submission_id="a", who="lead")
    story.judge("a", "accepted_with_warnings")
    assert story.fold().submissions["a"].approved_by == "lead"
    story.judge("a", "accepted_with_warnings", rows={"events": 9})
    submission = story.fold().submissions["a"]
    assert (submission.approved, submission.confirmed) == (False, False)


def test_an_erased_submission_no_longer_counts(story: Story) -> None:
    story.submit("a")
    story.add("erased", submission_id="a", why="request of a person")
    assert story.current() is None


def test_events_without_a_meaning_here_pass_through(story: Story) -> None:
    for kind in ("commented", "backtested", "target_changed"):
        story.add(kind)
    assert story.fold().seq == 3


def test_a_release_is_remembered_with_the_log_it_stands_on(story: Story) -> None:
    story.submit("a")
    names = ("name", "period", "build_id", "log_head", "code_hash", "rates_hash")
    manifest = {"log_seq": 2} | {name: f"the {name}" for name in names}
    story.add("released", payload=release_payload(manifest))
    (mark,) = story.fold().releases
    assert (mark.name, mark.build_id, mark.log_seq, mark.seq) == ("the name", "the build_id", 2, 3)
    assert story.fold().copy().releases == (mark,)


def test_folding_on_from_a_copy_leaves_the_earlier_state_alone(story: Story) -> None:
    story.submit("a")
    before = story.fold()
    after = before.copy()
    story.submit("b")
    for event in story.events[2:]:
        after.apply(event)
    assert after == story.fold()
    assert list(before.submissions) == ["a"]
    assert before.counting() == {("p", "demo", "2026-Q3", "events"): "a"}
