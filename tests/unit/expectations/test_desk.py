"""Receiving, judging and what becomes of a return."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from expectations.desk import Desk, DeskError, Outcome
from expectations.verdict import Verdict
from sources.contract.model import PeriodKind
from sources.load import original_key
from sources.reader import InputFile
from sources.settings import Settings
from sources.storage import Store
from tests.unit.expectations.desk_fakes import Calls, contract

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
PLACE = {"partner": "sample_a", "program": "demo", "period": "2026-Q3"}
A, B = b"e1,10,100.10\ne2,<5,0.20\n", b"e1,11,100.10\n"


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def desk(tmp_path: Path, calls: Calls) -> Desk:
    return _desk(tmp_path, calls)


def _desk(path: Path, calls: Calls, *, quarantine: bool = False) -> Desk:
    contracts = {"demo": contract(quarantine=quarantine)}
    return Desk(Settings.at(path), contracts, lambda: NOW, reader=calls.reader, judge=calls.judge)


def _submit(desk: Desk, data: bytes, name: str = "return.csv", who: str = "ana", **changes: object) -> Outcome:
    return desk.submit([InputFile(name, data)], **{**PLACE, "who": who, **changes})  # type: ignore[arg-type]


def _kinds(desk: Desk) -> list[str]:
    return [event.kind for event in desk.log.events()]


def _counts(desk: Desk) -> str | None:
    return desk.state().counting().get(("sample_a", "demo", "2026-Q3", "events"))


def test_a_return_is_received_then_judged(desk: Desk) -> None:
    outcome = _submit(desk, A)
    assert outcome.verdict.state == "accepted"
    assert outcome.duplicate_of is None
    assert outcome.submission_id == f"S000001-{hashlib.sha256(A).hexdigest()[:4]}"
    assert _kinds(desk) == ["received", "judged"]
    assert Store(desk.settings.landing).read(original_key(hashlib.sha256(A).hexdigest())) == A
    assert _counts(desk) == outcome.submission_id
    assert desk.log.verify() == 2


def test_the_receipt_says_what_came_and_what_became_of_it(desk: Desk) -> None:
    value = _submit(desk, A, received_on=date(2026, 10, 20)).receipt.as_dict()
    assert len(value.pop("seal")) == 64
    digest = hashlib.sha256(A).hexdigest()
    assert value == {
        "number": f"S000001-{digest[:4]}",
        "received_at": "2026-11-22 12:30:00 UTC",
        "received_on": "2026-10-20",
        "received_by": "ana",
        "program": "demo",
        "program_title": "Demo program",
        "partner": "sample_a",
        "partner_name": "Sample partner (A)",
        "is_synthetic": True,
        "period": "2026-Q3",
        "reason": None,
        "reason_code": None,
        "files": [{"name": "return.csv", "sha256": digest, "size": len(A)}],
        "verdict": "accepted",
        "loads": True,
        "error_count": 0,
        "warning_count": 0,
        "tables": [
            {"name": "events", "label": "Events", "rows": 2, "rows_left_out": 0, "totals": {"amount": "100.30"}}
        ],
        "notes": [],
        "erased_rows": 0,
        "contract_version": "1.0.0",
        "ruleset": "rules-1",
        "judged_at": "2026-11-22 12:30:00 UTC",
        "log_head": desk.log.head().hash,
    }


def test_the_receipt_as_text(desk: Desk) -> None:
    digest = hashlib.sha256(A).hexdigest()
    assert _submit(desk, A).receipt.as_text() == (
        f"Receipt S000001-{digest[:4]} (synthetic sample)\n"
        "Received     2026-11-22 12:30:00 UTC from ana\n"
        "Return       Demo program, Sample partner (A), 2026-Q3\n"
        "File         return.csv (24 bytes)\n"
        f"  SHA-256    {digest}\n"
        "Verdict      accepted\n"
        "Problems     0 errors, 0 warnings\n"
        "Table        Events: 2 rows loaded\n"
        "  Total      Amount: 100.30\n"
        "Contract     version 1.0.0, rules rules-1\n"
        f"Log head     {desk.log.head().hash}\n"
    )


def test_a_receipt_can_be_checked_against_the_log_later(desk: Desk) -> None:
    head = _submit(desk, A).receipt.as_dict()["log_head"]
    _submit(desk, B)
    assert desk.log.verify(head=head) == 4


def test_checking_keeps_nothing(desk: Desk, tmp_path: Path) -> None:
    verdict, program, *_ = desk.check([InputFile("return.csv", A)], "demo", "sample_a", "2026-Q3")
    assert (verdict.state, program) == ("accepted", "demo")
    assert list(tmp_path.iterdir()) == []


def test_checking_finds_out_what_it_is_not_told(desk: Desk) -> None:
    checked = desk.check([InputFile("return.csv", A)], partner="sample_a")
    assert (checked.verdict.state, checked.program) == ("accepted", "demo")
    with pytest.raises(DeskError, match="Say which partner"):
        desk.check([InputFile("return.csv", A)])
    with pytest.raises(DeskError, match="Choose a file"):
        desk.check([])


def test_the_bytes_that_count_now_are_not_received_again(desk: Desk) -> None:
    first = _submit(desk, A)
    again = _submit(desk, A, name="another name.csv", who="bo")
    assert again.duplicate_of == first.submission_id
    assert again.submission_id == first.submission_id
    assert again.verdict.state == "accepted"
    assert _kinds(desk) == ["received", "judged"]


def test_a_then_b_then_a_is_a_correction(desk: Desk) -> None:
    first, second, third = _submit(desk, A), _submit(desk, B), _submit(desk, A)
    assert third.duplicate_of is None
    assert len({first.submission_id, second.submission_id, third.submission_id}) == 3
    assert _counts(desk) == third.submission_id
    version = next(iter(desk.state().versions().values()))
    assert version.number == 3
    assert len(Store(desk.settings.landing).list()) == 2


def test_the_same_bytes_for_another_quarter_are_another_return(desk: Desk) -> None:
    _submit(desk, A)
    assert _submit(desk, A, period="2026-Q2").duplicate_of is None


def test_bytes_that_were_returned_are_judged_again(desk: Desk) -> None:
    assert _submit(desk, b"bad,1\n").verdict.state == "returned"
    assert _submit(desk, b"bad,1\n").duplicate_of is None


def test_a_double_click_while_a_question_is_open_is_one_submission(desk: Desk) -> None:
    first = _submit(desk, b"??\ne1,5\n")
    again = _submit(desk, b"??\ne1,5\n")
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


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.xlsx", "passwd.xlsx"),
        ("C:\\temp\\x.csv", "x.csv"),
        ("a\0b\u202ecsv.exe", "abcsv.exe"),
        ("\n", "unnamed"),
        ("x" * 300 + ".xlsx", "x" * 114 + "….xlsx"),
        ("Q3 “final” 😀.xlsx", "Q3 “final” 😀.xlsx"),
        ("\ud800.csv", ".csv"),
    ],
)
def test_a_file_name_is_made_safe_to_show(desk: Desk, name: str, shown: str) -> None:
    assert _submit(desk, A, name=name).receipt.as_dict()["files"][0]["name"] == shown


def test_an_unreadable_file_is_refused_and_kept(desk: Desk) -> None:
    outcome = _submit(desk, b"x")
    assert (outcome.verdict.state, outcome.verdict.exit_code) == ("refused", 3)
    assert Store(desk.settings.landing).list() == [original_key(hashlib.sha256(b"x").hexdigest())]
    assert _counts(desk) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"program": "nope"}, "There is no program “nope”."),
        ({"partner": "nope"}, "“nope” is not a partner who reports Demo program."),
        ({"period": "Q3 2026"}, "“Q3 2026” is not a quarter. Write it like 2026-Q3."),
        ({"period": "2022-Q4"}, "2022-Q4 is outside the quarters that are reported: 2023-Q1 to 2030-Q4."),
        (
            {"period": "2024-Q4"},
            "Sample partner (A) reports Demo program from 2025-Q1 on; nothing is asked for 2024-Q4.",
        ),
        (
            {"partner": "sample_b"},
            "Sample partner (B) reported Demo program up to 2026-Q2; nothing is asked for 2026-Q3.",
        ),
        ({"period": "2026-Q4"}, "2026-Q4 is still running. It can be reported from 31 December 2026 (UTC)."),
        ({"period": "2027-Q1"}, "2027-Q1 has not begun. It can be reported from 31 March 2027 (UTC)."),
    ],
)
def test_what_is_not_asked_for_is_refused_and_kept(desk: Desk, changes: dict[str, str], sentence: str) -> None:
    outcome = _submit(desk, A, **changes)
    assert [problem.sentence for problem in outcome.verdict.problems] == [sentence]
    assert outcome.verdict.state == "refused"
    assert Store(desk.settings.landing).exists(original_key(hashlib.sha256(A).hexdigest()))
    assert _kinds(desk) == ["received", "judged"]
    assert outcome.receipt.as_text().splitlines()[0].startswith("Receipt S000001-")


@pytest.mark.parametrize(
    ("kind", "waves", "period", "sentence"),
    [
        ("year", (), "2025-Q4", None),
        (
            "year",
            (),
            "2026-Q3",
            "Sample partner (A) reports Demo program once a year, for the fourth quarter; nothing is asked for 2026-Q3.",
        ),
        ("wave", ("2025-Q2", "2026-Q3"), "2026-Q3", None),
        (
            "wave",
            ("2025-Q2", "2026-Q3"),
            "2026-Q2",
            "Sample partner (A) reports Demo program by wave, for 2025-Q2 and 2026-Q3; nothing is asked for 2026-Q2.",
        ),
    ],
)
def test_a_quarter_that_owes_nothing_is_told_in_one_sentence(
    tmp_path: Path, calls: Calls, kind: PeriodKind, waves: tuple[str, ...], period: str, sentence: str | None
) -> None:
    plain = contract()
    terms = replace(plain, period_kind=kind, partners=(replace(plain.partners[0], waves=waves),))
    desk = Desk(Settings.at(tmp_path), {"demo": terms}, lambda: NOW, reader=calls.reader, judge=calls.judge)
    verdict = _submit(desk, A, period=period).verdict
    assert [problem.sentence for problem in verdict.problems] == ([sentence] if sentence else [])
    place = {**PLACE, "period": period}
    if sentence is not None:
        for decision in (desk.nil, desk.waive):
            with pytest.raises(DeskError) as refused:
                decision(**place, who="ana", why="no poll")
            assert refused.value.sentence == sentence


def test_a_check_is_for_the_last_quarter_owed(tmp_path: Path, calls: Calls) -> None:
    plain = contract()
    partner = replace(plain.partners[0], waves=("2025-Q2", "2026-Q1", "2026-Q4"))
    for terms, guessed in (
        (plain, "2026-Q3"),
        (replace(plain, period_kind="year"), "2025-Q4"),
        (replace(plain, period_kind="wave", partners=(partner,)), "2026-Q1"),
    ):
        seen: list[str] = []

        def judge(*args: object, period: str, seen: list[str] = seen, **rest: object) -> Verdict:
            seen.append(period)
            return calls.judge(*args, period=period, **rest)

        desk = Desk(Settings.at(tmp_path), {"demo": terms}, lambda: NOW, reader=calls.reader, judge=judge)
        assert desk.check([InputFile("return.csv", A)], partner="sample_a").verdict.state == "accepted"
        assert seen == [guessed]


def test_whether_a_quarter_is_open_hangs_on_the_day_of_receipt(desk: Desk) -> None:
    assert _submit(desk, A, received_on=date(2026, 9, 29)).verdict.state == "refused"
    assert _submit(desk, A, received_on=date(2026, 9, 30)).verdict.state == "accepted"
    with pytest.raises(DeskError, match="2026-11-23 has not come yet"):
        _submit(desk, A, received_on=date(2026, 11, 23))


def test_a_crash_between_receipt_and_verdict_loses_nothing(desk: Desk, tmp_path: Path, calls: Calls) -> None:
    calls.fail = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        _submit(desk, A)
    assert _kinds(desk) == ["received"]
    calls.fail = None
    later = _desk(tmp_path, calls)
    assert next(iter(later.state().submissions.values())).state == "received"
    (outcome,) = later.finish_pending()
    assert outcome.verdict.state == "accepted"
    assert _counts(later) == outcome.submission_id
    assert later.finish_pending() == []
    assert _kinds(later) == ["received", "judged"]


def test_a_crash_after_an_answer_is_finished_too(desk: Desk, tmp_path: Path, calls: Calls) -> None:
    waiting = _submit(desk, b"??\ne1,5\n")
    calls.fail = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        desk.answer(waiting.submission_id, {"number_format": "comma"}, "ana")
    calls.fail = None
    assert [outcome.verdict.state for outcome in _desk(tmp_path, calls).finish_pending()] == ["accepted"]


def test_sending_again_after_a_crash_is_one_submission(desk: Desk, calls: Calls) -> None:
    calls.fail = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        _submit(desk, A)
    calls.fail = None
    again = _submit(desk, A)
    assert again.duplicate_of == again.submission_id
    assert again.verdict.state == "accepted"
    assert _kinds(desk) == ["received", "judged"]


def test_a_failing_judge_leaves_a_kept_return_and_a_sentence(desk: Desk, calls: Calls) -> None:
    calls.fail = RuntimeError("no memory")
    with pytest.raises(DeskError, match=r"^S000001-\w{4} was received and is kept, but could not be checked yet"):
        _submit(desk, A)
    with pytest.raises(DeskError, match="no memory") as error:
        desk.finish_pending()
    assert error.value.code == "not_judged"
    assert _kinds(desk) == ["received"]


def test_a_full_disk_leaves_no_event(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "put_once", full)
    with pytest.raises(DeskError, match=r"^Not saved; nothing was lost\. Try again\."):
        _submit(desk, A)
    assert desk.log.events() == []


def test_a_disk_that_is_nearly_full_takes_no_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "leaves_room", lambda _store, size: size < len(A))
    with pytest.raises(DeskError, match=r"^Not saved; nothing was lost\. There is no room for it just now"):
        _submit(desk, A)
    assert desk.log.events() == []
    assert not (desk.settings.data / "landing").exists()


def test_an_altered_original_is_never_judged(desk: Desk, tmp_path: Path, calls: Calls) -> None:
    calls.fail = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        _submit(desk, A)
    calls.fail = None
    (tmp_path / "landing" / original_key(hashlib.sha256(A).hexdigest())).write_bytes(B)
    with pytest.raises(DeskError, match="not those that were received"):
        desk.finish_pending()


def test_an_answer_settles_and_is_remembered(desk: Desk) -> None:
    waiting = _submit(desk, b"??\ne1,5\n")
    assert waiting.verdict.questions[0].key == "number_format"
    assert _counts(desk) is None
    done = desk.answer(waiting.submission_id, {"number_format": "comma"}, "ana")
    assert done.verdict.state == "accepted"
    assert _counts(desk) == waiting.submission_id
    assert _submit(desk, b"??\ne1,6\n").verdict.state == "accepted"
    recorded = desk.state().submissions[waiting.submission_id].verdict
    assert recorded is not None
    assert recorded.answers == {"number_format": "comma"}


@pytest.mark.parametrize(
    ("answers", "code"),
    [({"other": "x"}, "unknown_question"), ({"number_format": "x"}, "unknown_answer"), ({}, "no_answer")],
)
def test_an_answer_must_be_one(desk: Desk, answers: dict[str, str], code: str) -> None:
    waiting = _submit(desk, b"??\ne1,5\n")
    with pytest.raises(DeskError) as error:
        desk.answer(waiting.submission_id, answers, "ana")
    assert error.value.code == code
    assert _kinds(desk) == ["received", "judged"]


def test_a_verdict_comes_back_from_the_log_as_it_fell(desk: Desk, calls: Calls) -> None:
    fresh = _submit(desk, b"e1,1\nwarn,2\n").verdict
    again = _submit(desk, b"e1,1\nwarn,2\n")
    assert again.verdict == fresh
    assert calls.judged == 1


def test_a_partial_return_says_which_rows_were_left_out(tmp_path: Path, calls: Calls) -> None:
    desk = _desk(tmp_path, calls, quarantine=True)
    outcome = _submit(desk, b"e1,1\nbad,2\ne3,3\n")
    assert outcome.verdict.state == "partially_accepted"
    verdict = desk.state().submissions[outcome.submission_id].verdict
    assert verdict is not None
    assert verdict.tables["events"].rows == 2
    assert verdict.tables["events"].quarantined == (("return.csv", None, 2),)
    assert "2 rows loaded, 1 left out" in outcome.receipt.as_text()
