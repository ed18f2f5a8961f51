"""What is not asked for: another program, partner or quarter is told in one sentence, and the file is kept."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from expectations.desk import Desk, DeskError
from expectations.verdict import Verdict
from sources.contract.model import PeriodKind
from sources.load import original_key
from sources.reader import InputFile
from sources.settings import Settings
from sources.storage import Store
from tests.unit.expectations.desk_fakes import Calls, contract
from tests.unit.expectations.desk_receiving import NOW, PLACE, A, kinds, submit


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
    outcome = submit(desk, A, **changes)
    assert [problem.sentence for problem in outcome.verdict.problems] == [sentence]
    assert outcome.verdict.state == "refused"
    assert Store(desk.settings.landing).exists(original_key(hashlib.sha256(A).hexdigest()))
    assert kinds(desk) == ["received", "judged"]
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
    verdict = submit(desk, A, period=period).verdict
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
    assert submit(desk, A, received_on=date(2026, 9, 29)).verdict.state == "refused"
    assert submit(desk, A, received_on=date(2026, 9, 30)).verdict.state == "accepted"
    with pytest.raises(DeskError, match="2026-11-23 has not come yet"):
        submit(desk, A, received_on=date(2026, 11, 23))
