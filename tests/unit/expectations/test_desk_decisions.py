"""What partners and leads decide, and what they are refused."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from expectations.desk import Desk, DeskError, Outcome
from sources.log.state import LedgerState
from sources.reader import InputFile
from sources.settings import Settings
from tests.unit.expectations.desk_fakes import Calls, contract, judge, read_files

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
PLACE = {"partner": "sample_a", "program": "demo", "period": "2026-Q3"}
KEY = ("sample_a", "demo", "2026-Q3", "events")


@pytest.fixture
def desk(tmp_path: Path, calls: Calls) -> Desk:
    contracts = {"demo": contract(quarantine=True)}
    return Desk(Settings.at(tmp_path), contracts, lambda: NOW, reader=calls.reader, judge=calls.judge)


def _submit(desk: Desk, data: bytes, who: str = "ana", reason: str | None = None, code: str | None = None) -> Outcome:
    return desk.submit([InputFile("return.csv", data)], **PLACE, who=who, reason=reason, reason_code=code)


def _refused(code: str, sentence: str, act: Callable[[], object]) -> None:
    with pytest.raises(DeskError) as error:
        act()
    assert (error.value.code, error.value.sentence) == (code, sentence)


def test_the_uploader_cannot_approve(desk: Desk) -> None:
    sid = _submit(desk, b"e1,1").submission_id
    for who in ("ana", " ANA "):
        sentence = f"{who} handed {sid} in and cannot approve it. Ask another person."
        _refused("own_upload", sentence, lambda who=who: desk.approve(sid, who))  # type: ignore[misc]
    assert desk.approve(sid, "lead").approved_by == "lead"


def test_warnings_are_confirmed_before_approval(desk: Desk) -> None:
    sid = _submit(desk, b"e1,1\nwarn,2").submission_id
    sentence = f"The warnings of {sid} are not confirmed yet. Confirm them first."
    _refused("not_confirmed", sentence, lambda: desk.approve(sid, "lead"))
    assert desk.confirm(sid, "ana", "checked with the site").confirmed
    _refused("already_confirmed", f"{sid} was already confirmed by ana.", lambda: desk.confirm(sid, "bo"))
    assert desk.approve(sid, "lead").approved


def test_a_clean_return_has_nothing_to_confirm(desk: Desk) -> None:
    sid = _submit(desk, b"e1,1").submission_id
    _refused("nothing_to_confirm", f"{sid} is accepted; there is nothing to confirm.", lambda: desk.confirm(sid, "ana"))


def test_rows_left_out_are_confirmed_before_a_fuller_return_is_replaced(desk: Desk) -> None:
    full = _submit(desk, b"e1,1\ne2,2\ne3,3").submission_id
    part = _submit(desk, b"e1,1\nbad,2\ne3,3").submission_id
    assert desk.state().counting()[KEY] == full
    sentence = f"The rows left out of {part} are not confirmed yet. Confirm them first."
    _refused("not_confirmed", sentence, lambda: desk.approve(part, "lead"))
    desk.confirm(part, "ana")
    assert desk.state().counting()[KEY] == part


def test_only_what_counts_is_approved(desk: Desk) -> None:
    first = _submit(desk, b"e1,1").submission_id
    second = _submit(desk, b"e1,2").submission_id
    _refused("not_counting", f"{first} no longer counts; {second} does now.", lambda: desk.approve(first, "lead"))
    returned = _submit(desk, b"x").submission_id
    _refused("not_accepted", f"{returned} is refused and cannot be approved.", lambda: desk.approve(returned, "lead"))
    sentence = "There is no submission S9. See the receipt."
    _refused("unknown_submission", sentence, lambda: desk.approve("S9", "lead"))


def test_two_reviewers_do_not_overwrite_each_other(desk: Desk) -> None:
    sid = _submit(desk, b"e1,1").submission_id
    desk.approve(sid, "lead one")
    _refused("already_approved", f"{sid} was already approved by lead one.", lambda: desk.approve(sid, "lead two"))
    sentence = f"{sid} was approved by lead one and is locked. Reopen it first."
    _refused("approved", sentence, lambda: desk.return_(sid, "lead two", "a doubt"))
    _refused("approved", sentence, lambda: desk.withdraw(sid, "ana"))


def test_reviewers_at_the_same_moment_leave_one_decision(desk: Desk) -> None:
    sid = _submit(desk, b"e1,1").submission_id
    seen: list[str] = []
    start = threading.Barrier(6)

    def act(number: int) -> None:
        start.wait()
        try:
            if number % 2:
                desk.approve(sid, f"lead {number}")
            else:
                desk.return_(sid, f"lead {number}", "a doubt")
        except DeskError as error:
            seen.append(error.code)

    threads = [threading.Thread(target=act, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 5
    assert [event.kind for event in desk.log.events()][2:] in (["approved"], ["returned"])
    desk.log.verify()


def test_an_approved_quarter_is_corrected_with_a_reason(desk: Desk) -> None:
    first = _submit(desk, b"e1,1").submission_id
    desk.approve(first, "lead")
    silent = _submit(desk, b"e1,2")
    assert silent.verdict.state == "refused"
    assert silent.verdict.problems[0].sentence == (
        "2026-Q3 is approved. A correction of an approved quarter needs a reason."
    )
    assert desk.state().counting()[KEY] == first
    half = _submit(desk, b"e1,2", reason="Two sites reported late.")
    assert half.verdict.problems[0].sentence == (
        "2026-Q3 is approved. A correction of an approved quarter needs the kind of its reason too."
    )
    sentence = "“because” is no kind of reason for this. Choose one of: late_data, correction_of_error, "
    sentence += "double_counting_removed, definition_changed, exchange_rate, estimate_replaced, wrong_file, "
    sentence += "partner_left, person_erased, other."
    _refused("unknown_reason", sentence, lambda: _submit(desk, b"e1,2", reason="So it is.", code="because"))
    assert desk.state().counting()[KEY] == first
    told = _submit(desk, b"e1,2", reason="Two sites reported late.", code="late_data")
    assert told.verdict.state == "accepted"
    assert told.receipt.as_dict()["reason"] == "Two sites reported late."
    assert "Reason       Late data: Two sites reported late.\n" in told.receipt.as_text()
    assert desk.log.events()[-2].payload["reason_code"] == "late_data"
    now = desk.state().submissions[told.submission_id]
    assert (desk.state().counting()[KEY], now.approved) == (told.submission_id, False)
    desk.withdraw(told.submission_id, "ana")
    assert desk.state().submissions[desk.state().counting()[KEY]].approved_by == "lead"


def test_a_reopened_quarter_is_corrected_without_one(desk: Desk) -> None:
    first = _submit(desk, b"e1,1").submission_id
    _refused("not_approved", f"{first} is not approved.", lambda: desk.reopen(first, "lead", "wrong"))
    desk.approve(first, "lead")
    _refused("reason_needed", "Say why the approval is taken back.", lambda: desk.reopen(first, "lead", " "))
    assert not desk.reopen(first, "lead", "a site is missing").approved
    assert _submit(desk, b"e1,2").verdict.state == "accepted"


def test_a_withdrawal_restores_the_version_before(desk: Desk) -> None:
    first, second = _submit(desk, b"e1,1").submission_id, _submit(desk, b"e1,2").submission_id
    desk.withdraw(second, "ana", "wrong file")
    assert desk.state().counting()[KEY] == first
    _refused("already_withdrawn", f"{second} is already withdrawn.", lambda: desk.withdraw(second, "ana"))
    assert _submit(desk, b"e1,2").duplicate_of is None


def test_the_kind_of_reason_of_a_withdrawal_or_reopening_is_kept(desk: Desk) -> None:
    sid = _submit(desk, b"e1,1").submission_id
    desk.approve(sid, "lead")
    again = desk.reopen(sid, "lead", "a site reported late", reason_code="late_data")
    assert (again.reopened_why, again.reopened_code) == ("a site reported late", "late_data")
    with pytest.raises(DeskError, match="“late_data” is no kind of reason for this"):
        desk.withdraw(sid, "ana", "late", reason_code="late_data")
    desk.withdraw(sid, "ana", "another program's file", reason_code="wrong_file")
    now = desk.state().submissions[sid]
    assert (now.withdrawn_why, now.withdrawn_code) == ("another program's file", "wrong_file")


def test_a_return_sent_back_restores_the_version_before(desk: Desk) -> None:
    first, second = _submit(desk, b"e1,1").submission_id, _submit(desk, b"e1,2").submission_id
    sentence = "Say why the return goes back, so that the partner can correct it."
    _refused("reason_needed", sentence, lambda: desk.return_(second, "lead", ""))
    assert desk.return_(second, "lead", "people of 2025").state == "returned"
    assert desk.state().counting()[KEY] == first
    _refused("not_accepted", f"{second} is returned; it cannot be returned.", lambda: desk.return_(second, "lead", "x"))


def test_nothing_to_report_is_declared_once(desk: Desk) -> None:
    nil = desk.nil(**PLACE, who="ana", why="no events", declared_on=date(2026, 10, 5))
    assert nil == desk.nil(**PLACE, who="bo")
    assert (nil.id, nil.declared_on) == ("N000001", date(2026, 10, 5))
    assert len(desk.log.events()) == 1
    sid = _submit(desk, b"e1,1").submission_id
    assert desk.state().nil == {}
    sentence = f"{sid} counts for 2026-Q3. Withdraw it first if there is nothing to report."
    _refused("return_counts", sentence, lambda: desk.nil(**PLACE, who="ana"))
    desk.withdraw(sid, "ana")
    assert desk.state().nil == {("sample_a", "demo", "2026-Q3"): nil}
    desk.withdraw(nil.id, "ana")
    assert desk.state().nil == {}
    sentence = "There is no program “nope”."
    _refused("not_asked", sentence, lambda: desk.nil(partner="sample_a", program="nope", period="2026-Q3", who="a"))


def test_a_waiver_has_scope_reason_approver_and_expiry(desk: Desk) -> None:
    sentence = "Say why the partner is excused; the reason footnotes every number it touches."
    _refused("reason_needed", sentence, lambda: desk.waive(**PLACE, who="lead", why=""))
    waiver = desk.waive(**PLACE, who="lead", why="flood", expires_on=date(2027, 3, 31), indicator="demo_people")
    assert desk.state().waivers == [waiver]
    assert (waiver.reason, waiver.approved_by, waiver.expires_on) == ("flood", "lead", date(2027, 3, 31))
    desk.waive(partner="sample_a", program="demo", period="2027-Q1", who="lead", why="closing down")
    assert len(desk.state().waivers) == 2


def test_a_waiver_of_an_indicator_nobody_knows_is_refused(desk: Desk) -> None:
    sentence = "“demo_peopel” is no indicator of Demo program. Known are: demo_people, demo_events."
    _refused(
        "unknown_indicator", sentence, lambda: desk.waive(**PLACE, who="lead", why="flood", indicator="demo_peopel")
    )
    assert desk.state().waivers == []


def test_answers_can_be_settled_ahead(desk: Desk) -> None:
    desk.remember(partner="sample_a", program="demo", answers={"number_format": "comma"}, who="lead")
    assert _submit(desk, b"??\ne1,5").verdict.state == "accepted"


def test_judging_anew_says_and_records_what_changes(desk: Desk, calls: Calls) -> None:
    good = _submit(desk, b"e1,1").submission_id
    desk.approve(good, "lead")
    desk.submit([InputFile("r.csv", b"warn,2")], **{**PLACE, "period": "2026-Q2"}, who="ana")
    refused = _submit(desk, b"e1,9")
    assert refused.verdict.state == "refused"
    before = len(desk.log.events())
    stricter = Desk(desk.settings, {"demo": contract(version="2.0.0")}, lambda: NOW, reader=calls.reader, judge=_strict)
    changes = stricter.revalidate(who="lead", dry_run=True)
    assert [(item.before, item.after, item.changed) for item in changes] == [
        ("accepted", "accepted", False),
        ("accepted_with_warnings", "returned", True),
    ]
    assert len(desk.log.events()) == before
    stricter.revalidate(who="lead", why="rule book 2")
    judged = desk.log.events(after=before)
    assert [(event.kind, event.who, event.why) for event in judged] == [("judged", "lead", "rule book 2")] * 2
    state = desk.state()
    assert state.submissions[good].approved_by == "lead"
    assert {key[2] for key in state.counting()} == {"2026-Q3"}
    assert state.submissions[refused.submission_id].state == "refused"


def _strict(*args: object, **kwargs: object) -> object:
    from dataclasses import replace

    verdict = judge(*args, **kwargs)  # type: ignore[arg-type]
    return replace(verdict, state="returned") if verdict.state == "accepted_with_warnings" else verdict


def _upload(path: str, who: str, count: int) -> None:
    desk = Desk(Settings.at(path), {"demo": contract()}, lambda: NOW, reader=read_files, judge=judge)
    for number in range(count):
        _submit(desk, f"{who},{number}".encode(), who=who)


def test_two_processes_hand_in_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    people = [context.Process(target=_upload, args=(str(tmp_path), who, 4)) for who in ("ana", "bo")]
    for person in people:
        person.start()
    for person in people:
        person.join(180)
        assert person.exitcode == 0
    desk = Desk(Settings.at(tmp_path), {"demo": contract()}, lambda: NOW)
    assert desk.log.verify() == 16
    state: LedgerState = desk.state()
    assert len(state.submissions) == 8
    assert {submission.state for submission in state.submissions.values()} == {"accepted"}
    assert state.counting()[KEY] == max(state.submissions)
