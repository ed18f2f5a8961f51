"""A crash, a full disk or an altered original on the way from receipt to verdict: nothing is lost or made up."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from expectations.desk import Desk, DeskError
from sources.load import original_key
from sources.storage import Store
from tests.unit.expectations.desk_fakes import Calls
from tests.unit.expectations.desk_receiving import A, B, counts, desk_in, kinds, submit


def test_a_crash_between_receipt_and_verdict_loses_nothing(desk: Desk, tmp_path: Path, calls: Calls) -> None:
    calls.fail = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        submit(desk, A)
    assert kinds(desk) == ["received"]
    calls.fail = None
    later = desk_in(tmp_path, calls)
    assert next(iter(later.state().submissions.values())).state == "received"
    (outcome,) = later.finish_pending()
    assert outcome.verdict.state == "accepted"
    assert counts(later) == outcome.submission_id
    assert later.finish_pending() == []
    assert kinds(later) == ["received", "judged"]


def test_a_crash_after_an_answer_is_finished_too(desk: Desk, tmp_path: Path, calls: Calls) -> None:
    waiting = submit(desk, b"??\ne1,5\n")
    calls.fail = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        desk.answer(waiting.submission_id, {"number_format": "comma"}, "ana")
    calls.fail = None
    assert [outcome.verdict.state for outcome in desk_in(tmp_path, calls).finish_pending()] == ["accepted"]


def test_sending_again_after_a_crash_is_one_submission(desk: Desk, calls: Calls) -> None:
    calls.fail = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        submit(desk, A)
    calls.fail = None
    again = submit(desk, A)
    assert again.duplicate_of == again.submission_id
    assert again.verdict.state == "accepted"
    assert kinds(desk) == ["received", "judged"]


def test_a_failing_judge_leaves_a_kept_return_and_a_sentence(desk: Desk, calls: Calls) -> None:
    calls.fail = RuntimeError("no memory")
    with pytest.raises(DeskError, match=r"^S000001-\w{4} was received and is kept, but could not be checked yet"):
        submit(desk, A)
    with pytest.raises(DeskError, match="no memory") as error:
        desk.finish_pending()
    assert error.value.code == "not_judged"
    assert kinds(desk) == ["received"]


def test_a_full_disk_leaves_no_event(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "put_once", full)
    with pytest.raises(DeskError, match=r"^Not saved; nothing was lost\. Try again\."):
        submit(desk, A)
    assert desk.log.events() == []


def test_a_disk_that_is_nearly_full_takes_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "leaves_room", lambda _store, size: size < len(A))
    with pytest.raises(DeskError, match=r"^Not saved; nothing was lost\. There is no room for it just now"):
        submit(desk, A)
    assert desk.log.events() == []
    assert not (desk.settings.data / "landing").exists()


def test_an_altered_original_is_never_judged(desk: Desk, tmp_path: Path, calls: Calls) -> None:
    calls.fail = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        submit(desk, A)
    calls.fail = None
    (tmp_path / "landing" / original_key(hashlib.sha256(A).hexdigest())).write_bytes(B)
    with pytest.raises(DeskError, match="not those that were received"):
        desk.finish_pending()
