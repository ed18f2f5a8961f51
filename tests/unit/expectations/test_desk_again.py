"""The same bytes, or the same name, once more: what is a correction and what is one return."""

from __future__ import annotations

from expectations.desk import Desk
from sources.reader import InputFile
from sources.storage import Store
from tests.unit.expectations.desk_fakes import Calls
from tests.unit.expectations.desk_receiving import PLACE, A, B, counts, kinds, submit


def test_the_bytes_that_count_now_are_not_received_again(desk: Desk) -> None:
    first = submit(desk, A)
    again = submit(desk, A, name="another name.csv", who="bo")
    assert again.duplicate_of == first.submission_id
    assert again.submission_id == first.submission_id
    assert again.verdict.state == "accepted"
    assert kinds(desk) == ["received", "judged"]


def test_a_then_b_then_a_is_a_correction(desk: Desk) -> None:
    first, second, third = submit(desk, A), submit(desk, B), submit(desk, A)
    assert third.duplicate_of is None
    assert len({first.submission_id, second.submission_id, third.submission_id}) == 3
    assert counts(desk) == third.submission_id
    version = next(iter(desk.state().versions().values()))
    assert version.number == 3
    assert len(Store(desk.settings.landing).list()) == 2


def test_the_same_bytes_for_another_quarter_are_another_return(desk: Desk) -> None:
    submit(desk, A)
    assert submit(desk, A, period="2026-Q2").duplicate_of is None


def test_bytes_that_were_returned_are_judged_again(desk: Desk) -> None:
    assert submit(desk, b"bad,1\n").verdict.state == "returned"
    assert submit(desk, b"bad,1\n").duplicate_of is None


def test_a_double_click_while_a_question_is_open_is_one_submission(desk: Desk) -> None:
    first = submit(desk, b"??\ne1,5\n")
    again = submit(desk, b"??\ne1,5\n")
    assert (first.verdict.state, again.duplicate_of) == ("needs_answer", first.submission_id)


def test_the_same_file_under_two_names_is_read_once(desk: Desk) -> None:
    outcome = desk.submit([InputFile("a.csv", A), InputFile("b.csv", A)], **PLACE, who="ana")
    assert [file["name"] for file in outcome.receipt.as_dict()["files"]] == ["a.csv"]
    assert outcome.verdict.problems[-1].sentence == "“b.csv” has the same content as “a.csv”; it was read once."
    assert outcome.verdict.problems[-1].severity == "info"


def test_two_files_with_one_name_stay_apart(desk: Desk) -> None:
    files = [InputFile("a.csv", A), InputFile("a.csv", b"notes\ne1\n")]
    names = [file["name"] for file in desk.submit(files, **PLACE, who="ana").receipt.as_dict()["files"]]
    assert names == ["a.csv", "a (2).csv"]


def test_a_verdict_comes_back_from_the_log_as_it_fell(desk: Desk, calls: Calls) -> None:
    fresh = submit(desk, b"e1,1\nwarn,2\n").verdict
    again = submit(desk, b"e1,1\nwarn,2\n")
    assert again.verdict == fresh
    assert calls.judged == 1
