"""Inputs 80 to 90: what the return means, and what happens around it."""

from __future__ import annotations

import errno
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import pyarrow as pa
import pytest

from expectations.desk import Desk, DeskError
from exports.review import review_queue
from sources import periods
from sources.reader import InputFile
from sources.storage import Store
from tests.e2e.ninety.house import (
    CONTRACT,
    HEADERS,
    LOADED,
    NOW,
    PERIOD,
    House,
    about,
    column,
    good,
    is_refused,
    rules,
    xlsx,
)


def template(**values: str) -> bytes:
    """A workbook with the hidden sheet our templates carry."""
    told = {"program": "sample", "version": "3.0.0", "partner": "one", "period": PERIOD, **values}
    return good(sheets=[("_impact", [[key, value] for key, value in told.items()])])


def test_80_wrong_quarter_inside_the_file(house: House) -> None:
    titled = xlsx(["Synthetic sample return, Q2 2026"], HEADERS, ["V-1", "Detroit", 12])
    is_refused(house.submit(titled), "file.period", "This is a Q2 2026 return; Q3 is open.")
    is_refused(house.submit(template(period="2026-Q2")), "file.period", "This is a Q2 2026 return; Q3 is open.")
    assert house.nothing_loaded()


def test_81_wrong_template_version(house: House) -> None:
    is_refused(house.submit(template(version="2.4.0")), "file.version", "The template must be version 3: download it.")
    assert house.submit(template(version="3.7.0")).verdict.state == "accepted"


def test_82_partner_in_the_file_is_not_the_signed_in_one(house: House) -> None:
    outcome = house.submit(template(partner="two"))
    is_refused(outcome, "file.partner", "This is a return of Synthetic partner two; you chose Synthetic partner one.")
    (alert,) = house.desk.state().alerts()
    assert (alert.kind, alert.partner, alert.submission_id) == ("wrong_partner", "one", outcome.submission_id)
    judged = [event for event in house.desk.log.events() if event.kind == "judged"]
    assert judged[-1].payload["problems"][0]["found"] == "two"
    assert house.nothing_loaded()


def test_83_the_same_bytes_twice(house: House) -> None:
    first, again = house.submit(good()), house.submit(good(), name="renamed.xlsx")
    assert (again.submission_id, again.duplicate_of) == (first.submission_id, first.submission_id)
    assert house.rows() == LOADED


def test_83_a_revision_after_approval_needs_a_reason_and_a_new_approval(house: House) -> None:
    first = house.submit(good())
    house.desk.approve(first.submission_id, "lead")
    more = xlsx(HEADERS, ["V-1", "Detroit", 13])
    refused = house.submit(more)
    assert about(refused.verdict, "approved_quarter").sentence == (
        "2026-Q3 is approved. A correction of an approved quarter needs a reason."
    )
    assert house.rows() == LOADED
    second = house.submit(
        xlsx(HEADERS, ["V-1", "Detroit", 14]), reason="One site reported late", reason_code="late_data"
    )
    assert second.verdict.loads
    assert house.rows() == [("V-1", "Detroit", 14)]
    assert not house.desk.state().submissions[second.submission_id].approved


def test_84_early_and_late(house: House) -> None:
    early = house.submit(good(), period="2026-Q4")
    assert about(early.verdict, "file.period_not_open").sentence == (
        "2026-Q4 is still running. It can be reported from 31 December 2026 (UTC)."
    )
    house.now = datetime(2027, 2, 20, tzinfo=UTC)
    assert house.submit(good()).verdict.state == "accepted", "late is taken, and told as late"


def test_84_a_closed_quarter_is_reopened_by_a_lead(house: House) -> None:
    first = house.submit(good())
    house.desk.approve(first.submission_id, "lead")
    assert house.submit(xlsx(HEADERS, ["V-1", "x", 1])).verdict.state == "refused"
    house.desk.reopen(first.submission_id, "lead", "A site was counted twice")
    assert house.submit(xlsx(HEADERS, ["V-1", "x", 2])).verdict.state == "accepted"


def test_85_parts_that_do_not_add_up(house: House) -> None:
    verdict = house.submit(xlsx([*HEADERS, "Women", "Men"], ["V-1", "Detroit", 120, 60, 50])).verdict
    problem = about(verdict, "people.parts")
    assert (verdict.state, problem.severity, problem.cells) == ("returned", "error", ("C2",))
    assert problem.sentence == (
        "Sheet KPI, C2: “Women” 60 and “Men” 50 add up to 110, but “People reached” is 120: 10 too few. "
        "Correct the parts or the total."
    )
    assert house.nothing_loaded()


def test_86_a_running_total_that_falls(house: House) -> None:
    house.submit(column("Members so far", 300), period="2026-Q2")
    problem = about(house.submit(column("Members so far", 250)).verdict, "members.falling")
    assert (problem.severity, problem.cells) == ("error", ("D2",))
    assert "is 250, below 2026-Q2's 300; a running total does not fall" in problem.sentence.replace(
        "Q2 2026", "2026-Q2"
    ) or ("250" in problem.sentence and "300" in problem.sentence)


def test_86_unknown_code_and_unknown_indicator(house: House) -> None:
    unknown = about(house.check(column("Stage", "Retired")), "stage.in_list")
    assert unknown.sentence == "Sheet KPI, D2: “Retired” is not in the list of “Stage”. Choose “Planned” or “Running”."
    with pytest.raises(DeskError, match=r"“old_indicator” is no indicator of SAMPLE"):
        house.desk.waive(
            partner="one", program="sample", period=PERIOD, who="lead", why="Retired", indicator="old_indicator"
        )


class _Doubles:
    """A published build that holds one possible double count."""

    def has(self, name: str) -> bool:
        return name == "pub_leads__double_counts"

    def arrow(self, _: str) -> pa.Table:
        row = {
            "program_code": "sample", "partner_code": "one", "partner_name": "Synthetic partner one",
            "other_partner_name": "Synthetic partner two", "period": PERIOD, "item_kind": "site",
            "item_name": "V-1", "place_name": "Detroit", "match_count": 1,
        }  # fmt: skip
        return pa.Table.from_pylist([row])


def test_87_a_site_of_two_partners_is_told_to_the_lead_only(house: House) -> None:
    both = [house.submit(good(), partner=partner) for partner in ("one", "two")]
    assert [outcome.verdict.state for outcome in both] == ["accepted", "accepted"]
    said = " ".join(outcome.receipt.as_text() + str(outcome.verdict.problems) for outcome in both[:1])
    assert "partner two" not in said
    queue = review_queue(
        house.desk.settings, house.desk.state(), house.desk.contracts, published=cast("Any", _Doubles())
    )
    (item,) = [item for item in queue if item.kind == "double_count"]
    assert (item.waits_for, item.sentence) == (
        "lead",
        "Synthetic partner one and Synthetic partner two both report the site “V-1” in Detroit: it may count twice.",
    )


def test_88_the_uploader_does_not_approve(house: House) -> None:
    outcome = house.submit(good())
    with pytest.raises(DeskError) as refused:
        house.desk.approve(outcome.submission_id, " ANA ")
    assert refused.value.code == "own_upload"
    assert refused.value.sentence.endswith("Ask another person.")
    assert not house.desk.state().submissions[outcome.submission_id].approved


def test_88_two_reviewers_at_once(house: House) -> None:
    outcome = house.submit(good())
    answers: list[str] = []

    def review(who: str) -> None:
        desk = Desk(house.desk.settings, house.desk.contracts, lambda: NOW)
        try:
            desk.approve(outcome.submission_id, who)
            answers.append("approved")
        except DeskError as error:
            answers.append(error.sentence)

    both = [threading.Thread(target=review, args=(who,)) for who in ("lea", "leo")]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    approved_by = house.desk.state().submissions[outcome.submission_id].approved_by
    assert sorted(answers) == sorted(["approved", f"{outcome.submission_id} was already approved by {approved_by}."])


def test_89_disk_full(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> bool:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "put_once", full)
        with pytest.raises(DeskError, match=r"Not saved; nothing was lost\. Try again\.") as refused:
            house.desk.submit([InputFile("a.xlsx", good())], partner="one", program="sample", period=PERIOD, who="ana")
    assert refused.value.code == "not_saved"
    assert house.desk.log.events() == []
    house.submit(good())
    assert house.rows() == LOADED


def test_89_database_locked(tmp_path: Path) -> None:
    house = House(tmp_path / "data")
    house.submit(good(), period="2026-Q2")
    before = len(house.desk.log.events())
    other = sqlite3.connect(tmp_path / "data" / "log.db", timeout=0.1)
    other.execute("BEGIN IMMEDIATE")
    done: list[str] = []

    def hand_in() -> None:
        try:
            house.submit(good())
            done.append("accepted")
        except DeskError as error:
            done.append(error.sentence)

    waiting = threading.Thread(target=hand_in)
    waiting.start()
    waiting.join(2)
    assert len(Desk(house.desk.settings, house.desk.contracts, lambda: NOW).log.events()) == before
    other.rollback()
    other.close()
    waiting.join(60)
    assert len(done) == 1
    if done != ["accepted"]:
        assert "Not saved" in done[0]
        house.submit(good())
    assert house.rows() == LOADED


_KILLED = """
import os, sys
from datetime import datetime, UTC
from pathlib import Path
from expectations.desk_judging import Judging
from tests.e2e.ninety.house import House, good
Judging.of_submission = lambda *_, **__: os._exit(9)
House(Path(sys.argv[1])).submit(good())
"""


def test_89_worker_killed(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path / "data")], check=False, timeout=120)
    assert done.returncode == 9
    house = House(tmp_path / "data")
    assert [event.kind for event in house.desk.log.events()] == ["received"]
    assert house.nothing_loaded()
    (outcome,) = house.desk.finish_pending()
    assert (outcome.verdict.state, house.rows()) == ("accepted", LOADED)


def test_90_the_edge_of_a_quarter_is_in_utc(house: House) -> None:
    house.now = datetime.fromisoformat("2026-12-31T00:30:00+02:00")  # still 30 December in UTC
    assert "(UTC)" in about(house.submit(good(), period="2026-Q4").verdict, "period_not_open").sentence
    house.now = datetime.fromisoformat("2026-12-30T23:30:00-01:00")  # already 31 December in UTC
    outcome = house.submit(good(sheet="Q4"), period="2026-Q4")
    assert outcome.verdict.state == "accepted"
    assert outcome.receipt.as_dict()["received_at"] == "2026-12-31 00:30:00 UTC"
    with pytest.raises(DeskError, match="has not come yet"):
        house.desk.submit(
            [InputFile("a.xlsx", good(sheet="x"))], partner="one", program="sample", period=PERIOD, who="ana",
            received_on=date(2027, 1, 1),
        )  # fmt: skip
    assert rules(outcome.verdict) == []


def test_90_the_deadline_is_shown_with_its_zone() -> None:
    from portal.templatetags.portal_tags import deadline

    assert deadline(periods.deadline(PERIOD, CONTRACT.deadline_days)) == "30 October 2026, 23:59 UTC"
