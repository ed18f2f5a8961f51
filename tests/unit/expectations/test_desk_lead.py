"""What leads decide besides returns: targets, commentary, stories."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from expectations.desk import Desk, DeskError
from sources.log.state import fold
from sources.settings import Settings
from tests.unit.expectations.desk_fakes import contract, judge, read_files

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Settings.at(tmp_path), {"demo": contract()}, lambda: NOW, reader=read_files, judge=judge)


def _refused(code: str, sentence: str, act: Callable[[], object]) -> None:
    with pytest.raises(DeskError) as error:
        act()
    assert (error.value.code, error.value.sentence) == (code, sentence)


def test_a_target_changes_when_a_second_person_approves(desk: Desk) -> None:
    change = desk.propose_target("demo", "demo_people", 2030, "1200.50", "ana", "Two more partners joined.")
    assert (change.before, change.value, change.state) == (Decimal(900), Decimal("1200.5"), "proposed")
    assert desk.target_now(desk.state(), "demo", "demo_people", 2030) == 900
    decided = desk.decide_target(change.id, "bo", True)
    assert (decided.state, decided.decided_by, decided.decided_on) == ("approved", "bo", date(2026, 11, 22))
    assert desk.target_now(desk.state(), "demo", "demo_people", 2030) == Decimal("1200.5")
    later = desk.propose_target("demo", "demo_people", 2030, 1000, "bo", "One left again.")
    assert later.before == Decimal("1200.5")


def test_the_proposer_cannot_approve_but_can_take_it_back(desk: Desk) -> None:
    change = desk.propose_target("demo", "demo_people", 2030, 1200, "ana", "More partners.")
    sentence = f" ANA proposed {change.id} and cannot approve it. Ask another person."
    _refused("own_proposal", sentence, lambda: desk.decide_target(change.id, " ANA", True))
    assert desk.decide_target(change.id, "ana", False, "A slip.").state == "declined"
    assert desk.target_now(desk.state(), "demo", "demo_people", 2030) == 900
    _refused(
        "already_decided",
        f"{change.id} was already declined by ana.",
        lambda: desk.decide_target(change.id, "bo", True),
    )


def test_only_one_change_of_a_target_is_open(desk: Desk) -> None:
    change = desk.propose_target("demo", "demo_people", 2030, 1200, "ana", "More partners.")
    _refused(
        "already_proposed",
        f"ana proposed 1200 for 2030 already ({change.id}). Approve or decline that first.",
        lambda: desk.propose_target("demo", "demo_people", 2030, 1300, "bo", "Even more."),
    )
    assert desk.propose_target("demo", "demo_people", 2028, 1300, "bo", "A step between.").before is None


@pytest.mark.parametrize(
    ("year", "value", "code"),
    [
        (2025, "1", "year_over"),
        (2031, "1", "year_over"),
        (2030, "many", "not_a_target"),
        (2030, "-1", "not_a_target"),
        (2030, "NaN", "not_a_target"),
        (2030, "0.00001", "not_a_target"),
        (2030, "1e18", "not_a_target"),
        (2030, "1e30", "not_a_target"),
        (2030, "9" * 40, "not_a_target"),
        (2030, "900.0", "same_target"),
    ],
)
def test_what_is_no_target_is_refused(desk: Desk, year: int, value: str, code: str) -> None:
    with pytest.raises(DeskError) as error:
        desk.propose_target("demo", "demo_people", year, value, "ana", "why")
    assert error.value.code == code
    assert desk.state().target_changes == {}


def test_a_year_that_is_over_keeps_its_target(desk: Desk) -> None:
    _refused(
        "year_over",
        "A target can be changed for 2026 to 2030; what 2025 aimed at stands.",
        lambda: desk.propose_target("demo", "demo_people", 2025, 1, "ana", "why"),
    )


def test_reasons_and_names_are_needed(desk: Desk) -> None:
    with pytest.raises(DeskError, match="footnotes every number"):
        desk.propose_target("demo", "demo_people", 2030, 1, "ana", " ")
    with pytest.raises(DeskError, match="no indicator of Demo program"):
        desk.propose_target("demo", "nothing", 2030, 1, "ana", "why")
    with pytest.raises(DeskError, match="no program “else”"):
        desk.propose_target("else", "demo_people", 2030, 1, "ana", "why")
    with pytest.raises(DeskError, match="no change of target T000009"):
        desk.decide_target("T000009", "bo", True)


def test_a_comment_is_signed_and_can_be_taken_back(desk: Desk) -> None:
    written = desk.comment("demo", "2026-Q3", "lead", "  Two partners started late.\nBoth have caught up. ")
    assert written.text == "Two partners started late.\nBoth have caught up."
    assert (written.written_by, written.written_at) == ("lead", NOW)
    assert desk.state().shown_comments("demo", "2026-Q3", date(2026, 11, 22)) == [written]
    assert desk.state().shown_comments("demo", "2026-Q2", date(2026, 11, 22)) == []
    taken = desk.retract_comment(written.id, "lead", "Wrong quarter.")
    assert (taken.retracted_by, taken.text) == ("lead", written.text)
    assert desk.state().shown_comments("demo", "2026-Q3", date(2026, 11, 22)) == []
    _refused(
        "already_retracted",
        f"{written.id} was already taken back by lead.",
        lambda: desk.retract_comment(written.id, "bo", "again"),
    )


def test_a_story_is_shown_while_its_consent_holds(desk: Desk) -> None:
    story = desk.comment("demo", "2026-Q3", "lead", "S. got an appointment.", "story", "public", date(2027, 3, 31))
    assert story.shown(date(2027, 3, 31))
    assert not story.shown(date(2027, 4, 1))


def test_a_story_needs_its_consent(desk: Desk) -> None:
    tell = "S. got an appointment."
    _refused(
        "consent_needed",
        "Say who the person agreed the story may be shown to: leads, coalition, public.",
        lambda: desk.comment("demo", "2026-Q3", "lead", tell, "story", None, date(2027, 3, 31)),
    )
    _refused(
        "consent_needed",
        "Give the last day the person's consent holds, like 2028-12-31.",
        lambda: desk.comment("demo", "2026-Q3", "lead", tell, "story", "public"),
    )
    _refused(
        "consent_expired",
        "The consent ended on 2026-11-21; the story cannot be shown.",
        lambda: desk.comment("demo", "2026-Q3", "lead", tell, "story", "public", date(2026, 11, 21)),
    )
    with pytest.raises(DeskError, match="Only a story's consent expires"):
        desk.comment("demo", "2026-Q3", "lead", tell, "commentary", "public", date(2028, 12, 31))
    with pytest.raises(DeskError, match="Say who it may be shown to: leads, coalition, public"):
        desk.comment("demo", "2026-Q3", "lead", tell, "commentary", "press")
    assert desk.comment("demo", "2026-Q3", "lead", tell, "commentary", "public").consent_scope == "public"


def test_a_message_is_claimed_once_until_the_claim_is_given_back(desk: Desk) -> None:
    place = ("demo", "sample_a", "2026-Q3")
    assert desk.reminded("due:1", "reminders", place, 2)
    assert not desk.reminded("due:1", "reminders", place, 2)
    assert len(desk.log.events()) == 1
    desk.not_reminded("due:1", "reminders", place, "The mail server is down.")
    assert desk.reminded("due:1", "reminders", place, 2)


def test_the_state_follows_from_the_events_alone(desk: Desk) -> None:
    first = desk.state()
    change = desk.propose_target("demo", "demo_people", 2030, 1200, "ana", "More partners.")
    desk.decide_target(change.id, "bo", True)
    desk.comment("demo", "2026-Q3", "lead", "Fine.")
    desk.reminded("key", "reminders", ("demo", None, None), 1)
    folded = fold(desk.log.events())
    assert folded == desk.state()
    assert (first.target_changes, first.comments, first.reminded) == ({}, {}, set())
