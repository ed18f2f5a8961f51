"""The folded log as Parquet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from expectations.desk import Desk
from orchestration.resources import House
from sources.currency import Rates
from sources.log.ledger import write_ledger
from sources.log.ledger_schema import LEDGER_TABLES
from sources.log.state import LedgerState
from sources.reader import InputFile
from sources.settings import Settings
from tests.unit.expectations.desk_fakes import contract, judge, read_files

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(Settings.at(tmp_path), {"demo": contract(quarantine=True)}, lambda: NOW, reader=read_files, judge=judge)


@pytest.fixture(scope="module")
def rates() -> Rates:
    return Rates()


def _write(desk: Desk, rates: Rates) -> dict[str, list[dict[str, object]]]:
    write_ledger(desk.settings, desk.state(), desk.contracts, rates)
    folder = desk.settings.data / "raw" / "_ledger"
    names = [name for name in LEDGER_TABLES if name != "fx_rates"]
    return {name: pq.ParquetFile(folder / f"{name}.parquet").read().to_pylist() for name in names}


def test_every_table_is_written_also_when_empty(desk: Desk, rates: Rates, tmp_path: Path) -> None:
    write_ledger(desk.settings, LedgerState(), {}, rates)
    folder = tmp_path / "raw" / "_ledger"
    assert sorted(path.name for path in folder.glob("*.parquet")) == sorted(f"{name}.parquet" for name in LEDGER_TABLES)
    for name, (_, schema) in LEDGER_TABLES.items():
        table = pq.ParquetFile(folder / f"{name}.parquet").read()
        assert table.schema == schema
        assert (table.num_rows > 0) is (name == "fx_rates")


def test_the_tables_say_what_the_log_says(desk: Desk, rates: Rates) -> None:
    def submit(data: bytes, period: str = "2026-Q3", partner: str = "sample_a") -> str:
        file = InputFile("r.csv", data)
        given = {"received_on": date(2026, 10, 20), "who": "ana", "program": "demo"}
        return desk.submit([file], partner=partner, period=period, **given).submission_id  # type: ignore[arg-type]

    first, second = submit(b"e1,1"), submit(b"e1,2\nwarn,3")
    desk.confirm(second, "ana")
    desk.approve(second, "lead")
    part = submit(b"e1,1\nbad,2", period="2026-Q2")
    submit(b"e1,1", partner="nobody")
    desk.nil(partner="sample_b", program="demo", period="2026-Q1", who="bo", declared_on=date(2026, 4, 2))
    desk.waive(partner="sample_b", program="demo", period="2026-Q2", who="lead", why="flood")
    tables = _write(desk, rates)

    assert [row["submission_id"] for row in tables["submissions"]] == [first, second, part]
    assert tables["submissions"][1] == {
        "submission_id": second,
        "program_code": "demo",
        "partner_code": "sample_a",
        "period": "2026-Q3",
        "state": "accepted_with_warnings",
        "received_at": datetime(2026, 11, 22, 12, 30),
        "received_on": date(2026, 10, 20),
        "received_by": "ana",
        "is_confirmed": True,
        "is_approved": True,
        "approved_by": "lead",
        "error_count": 0,
        "warning_count": 1,
        "quarantined_row_count": 0,
        "file_names": "r.csv",
        "ruleset": "rules-1",
        "receipt": desk.receipt(second).as_dict()["log_head"],
        "reason_code": None,
        "ended_reason_code": None,
        "erased_row_count": 0,
    }
    assert tables["submissions"][2]["quarantined_row_count"] == 1
    place = {"program_code": "demo", "table_name": "events", "partner_code": "sample_a"}
    assert tables["current_versions"] == [
        {
            **place,
            "period": "2026-Q2",
            "submission_id": part,
            "version_number": 1,
            "is_approved": False,
            "state": "partially_accepted",
        },
        {
            **place,
            "period": "2026-Q3",
            "submission_id": second,
            "version_number": 2,
            "is_approved": True,
            "state": "accepted_with_warnings",
        },
    ]
    assert tables["nil_returns"] == [
        {
            "program_code": "demo",
            "partner_code": "sample_b",
            "period": "2026-Q1",
            "declared_on": date(2026, 4, 2),
            "declared_by": "bo",
        }
    ]
    assert [(row["period"], row["reason"], row["indicator_code"]) for row in tables["waivers"]] == [
        ("2026-Q2", "flood", None)
    ]


def test_the_same_log_gives_the_same_bytes(desk: Desk, rates: Rates, tmp_path: Path) -> None:
    desk.nil(partner="sample_a", program="demo", period="2026-Q3", who="ana")
    folder = tmp_path / "raw" / "_ledger"
    _write(desk, rates)
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    _write(desk, Rates())
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


def test_targets_that_changed_and_words_that_stand(desk: Desk, rates: Rates) -> None:
    first = desk.propose_target("demo", "demo_people", 2030, 1200, "ana", "More partners; and\nmore sites")
    desk.propose_target("demo", "demo_people", 2028, 700, "ana", "A step between")
    assert _write(desk, rates)["target_changes"] == [], "what is only proposed does not count"
    desk.decide_target(first.id, "bo", True)
    second = desk.propose_target("demo", "demo_people", 2030, "1300.5", "bo", "Even more")
    desk.decide_target(second.id, "ana", True)
    kept = desk.comment("demo", "2026-Q3", "lead", "Late, but in.")
    desk.retract_comment(desk.comment("demo", "2026-Q3", "lead", "Wrong").id, "lead", "A slip")
    tables = _write(desk, rates)
    (change,) = tables["target_changes"]
    day = desk.today()
    assert (change["change_id"], change["target_value"], change["year"]) == (second.id, Decimal("1300.5000"), 2030)
    assert change["note_released"] == f"Target 2030 changed from 1,200 to 1,300.5 on {day}"
    assert change["note"] == f"Target 2030 changed from 1,200 to 1,300.5 on {day} by bo and ana: Even more"
    assert [(row["comment_id"], row["text"]) for row in tables["comments"]] == [(kept.id, "Late, but in.")]


def test_a_reason_stays_one_part_of_a_footnote(desk: Desk, rates: Rates) -> None:
    change = desk.propose_target("demo", "demo_events", 2030, 50, "ana", "More partners; and\nmore sites")
    desk.decide_target(change.id, "bo", True)
    (row,) = _write(desk, rates)["target_changes"]
    assert row["note"].startswith("Target 2030 of 50 added on ")
    assert row["note"].endswith(" by ana and bo: More partners, and more sites")


def test_rows_kept_from_the_last_ledger_give_the_same_bytes_as_all_made_anew(desk: Desk, rates: Rates) -> None:
    def submit(data: bytes, partner: str = "sample_a", period: str = "2026-Q3") -> str:
        given = {"received_on": date(2026, 10, 20), "who": "ana", "program": "demo"}
        return desk.submit([InputFile("r.csv", data)], partner=partner, period=period, **given).submission_id  # type: ignore[arg-type]

    def written() -> dict[str, bytes]:
        write_ledger(desk.settings, desk.state(), desk.contracts, rates)
        return {path.name: path.read_bytes() for path in folder.glob("*.parquet")}

    folder = desk.settings.data / "raw" / "_ledger"
    first = submit(b"e1,1", period="2026-Q2")
    other = submit(b"e1,2", "sample_b")
    steps: list[Callable[[], object]] = [
        lambda: submit(b"e1,1"),
        lambda: desk.approve(first, "lead"),
        lambda: submit(b"e1,3", "sample_b"),
        lambda: desk.withdraw(other, "bo"),
        lambda: desk.nil(partner="sample_b", program="demo", period="2026-Q1", who="bo"),
        lambda: (folder / "submissions.parquet").write_bytes(b"cut"),
        lambda: (folder / "_made_from.json").write_text("{}"),
    ]
    for step in steps:
        written()
        step()
        kept = written()
        for path in folder.iterdir():
            path.unlink()
        assert written() == kept


def test_a_quarter_nothing_happened_in_is_not_gone_through_again(desk: Desk, rates: Rates) -> None:
    for period in ("2026-Q2", "2026-Q3"):
        given = {"received_on": date(2026, 10, 20), "who": "ana", "program": "demo", "partner": "sample_a"}
        desk.submit([InputFile("r.csv", b"e1,1")], period=period, **given)  # type: ignore[arg-type]
    write_ledger(desk.settings, desk.state(), desk.contracts, rates)
    desk.submit([InputFile("r.csv", b"e1,2")], period="2026-Q3", **given)  # type: ignore[arg-type]
    state = House(desk.settings).snapshot
    asked: list[str] = []
    handed_in = state.handed_in
    state.handed_in = lambda program, period: asked.append(period) or handed_in(program, period)  # type: ignore[method-assign,func-returns-value]
    write_ledger(desk.settings, state, desk.contracts, rates)
    assert asked == ["2026-Q3"]
