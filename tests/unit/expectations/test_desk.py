"""Receiving and judging: the verdict, the receipt, answers and checks that keep nothing."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest

from expectations.desk import Desk, DeskError
from sources.load import original_key
from sources.reader import InputFile
from sources.storage import Store
from tests.unit.expectations.desk_fakes import Calls
from tests.unit.expectations.desk_receiving import A, B, counts, desk_in, kinds, submit


def test_a_return_is_received_then_judged(desk: Desk) -> None:
    outcome = submit(desk, A)
    assert outcome.verdict.state == "accepted"
    assert outcome.duplicate_of is None
    assert outcome.submission_id == f"S000001-{hashlib.sha256(A).hexdigest()[:4]}"
    assert kinds(desk) == ["received", "judged"]
    assert Store(desk.settings.landing).read(original_key(hashlib.sha256(A).hexdigest())) == A
    assert counts(desk) == outcome.submission_id
    assert desk.log.verify() == 2


def test_the_receipt_says_what_came_and_what_became_of_it(desk: Desk) -> None:
    value = submit(desk, A, received_on=date(2026, 10, 20)).receipt.as_dict()
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
    assert submit(desk, A).receipt.as_text() == (
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
    head = submit(desk, A).receipt.as_dict()["log_head"]
    submit(desk, B)
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
    assert submit(desk, A, name=name).receipt.as_dict()["files"][0]["name"] == shown


def test_an_unreadable_file_is_refused_and_kept(desk: Desk) -> None:
    outcome = submit(desk, b"x")
    assert (outcome.verdict.state, outcome.verdict.exit_code) == ("refused", 3)
    assert Store(desk.settings.landing).list() == [original_key(hashlib.sha256(b"x").hexdigest())]
    assert counts(desk) is None


def test_an_answer_settles_and_is_remembered(desk: Desk) -> None:
    waiting = submit(desk, b"??\ne1,5\n")
    assert waiting.verdict.questions[0].key == "number_format"
    assert counts(desk) is None
    done = desk.answer(waiting.submission_id, {"number_format": "comma"}, "ana")
    assert done.verdict.state == "accepted"
    assert counts(desk) == waiting.submission_id
    assert submit(desk, b"??\ne1,6\n").verdict.state == "accepted"
    recorded = desk.state().submissions[waiting.submission_id].verdict
    assert recorded is not None
    assert recorded.answers == {"number_format": "comma"}


@pytest.mark.parametrize(
    ("answers", "code"),
    [({"other": "x"}, "unknown_question"), ({"number_format": "x"}, "unknown_answer"), ({}, "no_answer")],
)
def test_an_answer_must_be_one(desk: Desk, answers: dict[str, str], code: str) -> None:
    waiting = submit(desk, b"??\ne1,5\n")
    with pytest.raises(DeskError) as error:
        desk.answer(waiting.submission_id, answers, "ana")
    assert error.value.code == code
    assert kinds(desk) == ["received", "judged"]


def test_a_partial_return_says_which_rows_were_left_out(tmp_path: Path, calls: Calls) -> None:
    desk = desk_in(tmp_path, calls, quarantine=True)
    outcome = submit(desk, b"e1,1\nbad,2\ne3,3\n")
    assert outcome.verdict.state == "partially_accepted"
    verdict = desk.state().submissions[outcome.submission_id].verdict
    assert verdict is not None
    assert verdict.tables["events"].rows == 2
    assert verdict.tables["events"].quarantined == (("return.csv", None, 2),)
    assert "2 rows loaded, 1 left out" in outcome.receipt.as_text()
