"""What changed since a release follows from the log alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from sources.log.event import ChainBroken, Event
from sources.log.releases import ReleaseMark, compared_with, manifest_of, release_payload, release_rows
from sources.log.state import fold
from tests.unit.sources.log.test_state import Story


@pytest.fixture
def story() -> Story:
    return Story()


def released(story: Story, period: str = "2026-Q3", code: str = "c", log_seq: int | None = None) -> None:
    head = log_seq if log_seq is not None else len(story.events)
    names = ("build_id", "log_head")
    manifest = dict.fromkeys(names, "x") | {"log_seq": head, "code_hash": code, "rates_hash": "r"}
    manifest |= {"name": f"{period}.r1", "period": period}
    story.add("released", period=period, payload=release_payload(manifest))


def rows(story: Story, code: str = "c", rates: str = "r") -> dict[str, list[dict[str, Any]]]:
    return release_rows(lambda seq: fold(story.events[:seq]), story.fold(), code, rates)


def changed(story: Story) -> set[tuple[str, str]]:
    return {(row["program_code"], row["period"]) for row in rows(story)["release_changes"]}


def test_without_a_release_there_is_nothing(story: Story) -> None:
    story.submit("a")
    assert rows(story) == {"releases": [], "release_changes": []}


def test_nothing_changed_right_after_a_release(story: Story) -> None:
    story.submit("a")
    released(story)
    story.add("approved", submission_id="a")
    found = rows(story)
    assert found["release_changes"] == []
    (row,) = found["releases"]
    assert (row["release_name"], row["released_on"]) == ("2026-Q3.r1", date(2026, 10, 1))
    assert (row["from_period"], row["to_period"], row["is_same_definition"]) == ("2023-Q1", "2026-Q3", True)


@pytest.mark.parametrize(("code", "rates"), [("other", "r"), ("c", "other")])
def test_other_code_or_rates_are_another_definition(story: Story, code: str, rates: str) -> None:
    released(story)
    assert rows(story, code, rates)["releases"][0]["is_same_definition"] is False


def test_a_late_return_a_correction_and_a_withdrawal_are_changes(story: Story) -> None:
    story.submit("a", period="2026-Q1")
    story.submit("b", period="2026-Q2")
    story.submit("z", period="2025-Q4")
    released(story)
    story.submit("a2", period="2026-Q1")
    story.add("withdrawn", submission_id="b")
    story.submit("late", period="2026-Q3")
    assert changed(story) == {("demo", "2026-Q1"), ("demo", "2026-Q2"), ("demo", "2026-Q3")}


def test_a_correction_taken_back_is_no_change(story: Story) -> None:
    story.submit("a")
    released(story)
    story.submit("b")
    assert changed(story) == {("demo", "2026-Q3")}
    story.add("withdrawn", submission_id="b")
    assert changed(story) == set()


def test_a_verdict_that_lets_other_rows_in_is_a_change_and_one_that_does_not_is_none(story: Story) -> None:
    story.submit("a")
    released(story)
    story.judge("a")
    assert changed(story) == set()
    story.judge("a", rows={"events": 9}, left=1)
    assert changed(story) == {("demo", "2026-Q3")}


def test_what_came_in_before_the_release_but_after_its_build_is_a_change(story: Story) -> None:
    story.submit("a")
    head = len(story.events)
    story.submit("b", period="2026-Q2")
    released(story, log_seq=head)
    assert changed(story) == {("demo", "2026-Q2")}


def mark(period: str, seq: int) -> ReleaseMark:
    return ReleaseMark(f"{period}.r{seq}", period, "b", date(2026, 1, 1), seq, 0, "h", "c", "r")


def test_each_quarter_is_compared_with_the_newest_release_that_covers_it() -> None:
    first, second, again = mark("2026-Q2", 1), mark("2026-Q3", 2), mark("2026-Q2", 3)
    assert compared_with([first]) == [(first, "2023-Q1")]
    assert compared_with([first, second]) == [(second, "2023-Q1")]
    assert compared_with([first, second, again]) == [(again, "2023-Q1"), (second, "2026-Q3")]


def test_a_manifest_that_was_changed_in_its_event_is_noticed(story: Story) -> None:
    released(story)
    event: Event = story.events[-1]
    assert manifest_of(event)["period"] == "2026-Q3"
    event.payload["manifest"]["log_seq"] = 99
    with pytest.raises(ChainBroken, match="another manifest"):
        manifest_of(event)
    assert fold([event]).releases
