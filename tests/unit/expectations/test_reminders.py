"""Who is reminded of what on a day, word for word; each message once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from expectations.desk import Desk
from expectations.reminders import Reminder, reminders
from sources.reader import InputFile
from sources.settings import Settings
from tests.unit.expectations.desk_fakes import contract, judge, read_files

PORTAL = "https://impact.example.org/"


class Clock:
    """A clock tests set."""

    def __init__(self) -> None:
        self.now = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Desk:
    made = Desk(Settings.at(tmp_path), {"demo": contract()}, clock, reader=read_files, judge=judge)
    for period in ("2025-Q4", "2026-Q1", "2026-Q2"):
        made.nil(partner="sample_a", program="demo", period=period, who="ana")
    for period in ("2026-Q1", "2026-Q2"):
        made.nil(partner="sample_b", program="demo", period=period, who="bo")
    return made


def _due(desk: Desk, day: date) -> list[Reminder]:
    return reminders(desk.contracts, desk.state(), day, portal=PORTAL)


def _submit(desk: Desk, data: bytes) -> str:
    file = InputFile("return.csv", data)
    return desk.submit([file], partner="sample_a", program="demo", period="2026-Q3", who="ana").submission_id


@pytest.mark.parametrize(
    ("day", "key"),
    [
        (date(2026, 10, 15), None),
        (date(2026, 10, 16), "due_14"),
        (date(2026, 10, 26), "due_14"),
        (date(2026, 10, 27), "due_3"),
        (date(2026, 10, 29), "due_3"),
        (date(2026, 10, 30), "due_0"),
        (date(2026, 10, 31), "overdue_1"),
        (date(2026, 11, 5), "overdue_1"),
        (date(2026, 11, 6), "overdue_7"),
        (date(2026, 11, 13), "overdue_14"),
        (date(2026, 11, 27), "overdue_28"),
        (date(2026, 12, 29), "overdue_28"),
        (date(2026, 12, 30), None),
    ],
)
def test_steps_before_and_after_the_deadline(desk: Desk, day: date, key: str | None) -> None:
    keys = [item.key for item in _due(desk, day)]
    assert keys == ([f"{key}:demo:sample_a:2026-Q3"] if key else [])


def test_the_deadline_is_said_with_its_zone_word_for_word(desk: Desk) -> None:
    (item,) = _due(desk, date(2026, 10, 16))
    assert item.subject == "Demo program, 2026-Q3: your return is due on 30 October 2026 (UTC)"
    assert item.text == (
        "Good day,\n\n"
        "The return of Sample partner (A) for Demo program, July to September 2026 (2026-Q3), is due in 14 days: by the "
        "end of 30 October 2026, UTC.\n\n"
        "Hand it in here: https://impact.example.org/\n\n"
        "Nothing to report is an answer too: say so there with one click. It is not the same as missing.\n\n"
        "You get this message because you report Demo program.\n"
    )
    (today,) = _due(desk, date(2026, 10, 30))
    assert today.subject == "Demo program, 2026-Q3: your return is due today, 30 October 2026 (UTC)"
    (late,) = _due(desk, date(2026, 10, 31))
    assert late.subject == "Demo program, 2026-Q3: your return is 1 day overdue"
    assert "was due 1 day ago: at the end of 30 October 2026, UTC." in late.text


def test_what_was_sent_declared_or_excused_is_not_asked_for(desk: Desk) -> None:
    day = date(2026, 10, 27)
    desk.waive(partner="sample_a", program="demo", period="2026-Q3", who="lead", why="Flood")
    assert _due(desk, day) == []


def test_nobody_gets_the_same_message_twice_but_the_next_step_comes(desk: Desk) -> None:
    (item,) = _due(desk, date(2026, 10, 16))
    assert desk.reminded(item.key, "reminders", (item.program, item.partner, item.period), 1)
    assert _due(desk, date(2026, 10, 17)) == []
    assert [again.key for again in _due(desk, date(2026, 10, 28))] == ["due_3:demo:sample_a:2026-Q3"]


def test_a_question_is_asked_after_a_day_and_after_a_week(desk: Desk, clock: Clock) -> None:
    clock.now = datetime(2026, 10, 20, 23, 30, tzinfo=UTC)
    sid = _submit(desk, b"??\ne1,1")
    assert [item.key for item in _due(desk, date(2026, 10, 20))] == []
    (item,) = _due(desk, date(2026, 10, 21))
    assert (item.key, item.role, item.partner) == (f"answer_1:{sid}", "partner", "sample_a")
    assert item.subject == "Demo program, 2026-Q3: a question is open about your return"
    assert (
        f"Your return {sid} for Demo program, July to September 2026 (2026-Q3), can be read in more than" in item.text
    )
    assert [late.key for late in _due(desk, date(2026, 10, 27))] == [f"answer_7:{sid}"]
    desk.answer(sid, {"number_format": "point"}, "ana")
    assert [late.key for late in _due(desk, date(2026, 10, 28))] == ["approve:demo:2026-W44"]


def test_warnings_wait_for_the_partner_then_for_the_lead(desk: Desk, clock: Clock) -> None:
    clock.now = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
    sid = _submit(desk, b"warn,1")
    day = date(2026, 10, 22)
    assert [item.key for item in _due(desk, day)] == [f"confirm_1:{sid}"]
    desk.confirm(sid, "ana")
    (digest,) = _due(desk, day)
    assert (digest.role, digest.partner, digest.key) == ("lead", None, "approve:demo:2026-W43")
    assert digest.subject == "Demo program: 1 thing to decide"
    assert digest.text == (
        "Good day,\n\n"
        "This return for Demo program waits for your approval:\n"
        f"- 2026-Q3, Sample partner (A): {sid}\n\n"
        "Review them here: https://impact.example.org/\n\n"
        "You get this message because you lead Demo program.\n"
    )
    desk.approve(sid, "lead")
    assert _due(desk, day) == []


def test_a_return_sent_back_says_what_the_lead_wrote(desk: Desk, clock: Clock) -> None:
    clock.now = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
    sid = _submit(desk, b"e1,1")
    desk.return_(sid, "lead", "Boston is missing.\nSubject: not a header")
    (item,) = _due(desk, date(2026, 10, 22))
    assert item.key == f"correct_1:{sid}"
    assert "What the program lead wrote: Boston is missing. Subject: not a header\n" in item.text


def test_a_newer_return_ends_the_wait_of_an_older_one(desk: Desk, clock: Clock) -> None:
    clock.now = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)
    _submit(desk, b"??\ne1,1")
    newer = _submit(desk, b"warn,2")
    assert [item.key for item in _due(desk, date(2026, 10, 22))] == [f"confirm_1:{newer}"]


def test_a_change_of_target_waits_for_a_second_lead(desk: Desk) -> None:
    change = desk.propose_target("demo", "demo_people", 2030, 1200, "ana", "More partners.")
    (item,) = _due(desk, date(2026, 10, 2))
    assert "This change of a target waits for a second person:\n" in item.text
    assert f"- demo_people, 2030, proposed by ana: {change.id}\n" in item.text
    assert _due(desk, date(2026, 10, 2) + timedelta(days=7))[0].key == "approve:demo:2026-W41"
