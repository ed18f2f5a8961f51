"""The desk with the real contract, reader and judge, on a workbook as a partner sends it (synthetic sample)."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from expectations.desk import Desk, Outcome
from sources.contract.load import load_contract
from sources.contract.model import Contract
from sources.load import load_quarters
from sources.log.state import LOADED_STATES
from sources.reader import InputFile
from sources.settings import Settings
from tests.loading import files_that_count

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
ROW: dict[str, Any] = {
    "intervention_id": "HEAL-001",
    "intervention_name": "School asthma action plans",
    "city": "Detroit",
    "state_code": "MI",
    "population_groups": "Black or African American",
    "barrier_code": "Cost of care or medicines",
    "stage": "Running",
    "grant_amount": 25000.1,
    "grant_currency": "USD",
    "people_reached": 120,
    "people_trained": "<5",
}
FEEDBACK: dict[str, Any] = {
    "population_group": "Black or African American",
    "barrier_code": "Cost of care or medicines",
    "responses_count": 85,
    "mentions_count": 31,
}


@pytest.fixture(scope="module")
def heal() -> Contract:
    return load_contract("heal")


@pytest.fixture
def desk(tmp_path: Path, heal: Contract) -> Desk:
    return Desk(Settings.at(tmp_path), {"heal": heal}, lambda: NOW)


def _workbook(contract: Contract, *rows: dict[str, Any]) -> bytes:
    import xlsxwriter

    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        for name, data in (("interventions", list(rows)), ("survey_feedback", [FEEDBACK])):
            table = contract.table(name)
            sheet = book.add_worksheet(table.label[:31])
            sheet.write(0, 0, "Synthetic sample")
            sheet.write_row(2, 0, [column.label for column in table.columns])
            for number, row in enumerate(data, start=3):
                sheet.write_row(number, 0, [row.get(column.name) for column in table.columns])
    return sink.getvalue()


def _submit(desk: Desk, data: bytes, period: str = "2026-Q3", **more: Any) -> Outcome:
    file = InputFile("HEAL synthetic sample.xlsx", data)
    return desk.submit([file], partner="sample_heal", program="heal", period=period, who="ana", **more)


def _loaded(desk: Desk, contract: Contract) -> Path:
    """The one file of interventions that counts."""
    loaded = load_quarters(desk.settings, contract, "interventions", ["2026-Q3"], desk.state())
    (path,) = files_that_count(desk.settings, loaded)
    return path


def test_a_workbook_goes_all_the_way_to_parquet(desk: Desk, heal: Contract) -> None:
    outcome = _submit(desk, _workbook(heal, ROW), received_on=date(2026, 10, 20))
    assert outcome.verdict.state == "accepted", outcome.verdict.problems
    path = _loaded(desk, heal)
    (row,) = pq.ParquetFile(path).read().to_pylist()
    assert row["grant_amount"] == Decimal("25000.10")
    assert (row["people_trained"], row["people_trained_low"], row["people_trained_high"]) == (None, 0, 4)
    assert (row["stage"], row["state_code"], row["people_reached"]) == ("running", "MI", 120)
    assert (row["_submission_id"], row["_sheet"], row["_row"]) == (outcome.submission_id, "Interventions", 4)
    text = outcome.receipt.as_text()
    assert "Table        Interventions: 1 row loaded\n" in text
    assert "  Total      Grant paid this quarter: 25000.10\n" in text
    assert "synthetic sample" in text


def test_a_jump_against_the_last_quarter_waits_for_confirmation(desk: Desk, heal: Contract) -> None:
    _submit(desk, _workbook(heal, ROW), period="2026-Q2")
    second = _submit(desk, _workbook(heal, {**ROW, "people_reached": 2400}))
    assert second.verdict.state == "accepted_with_warnings"
    assert [problem.rule for problem in second.verdict.problems if problem.severity == "warning"] == [
        "heal.interventions.people_reached.people_reached_jump"
    ]
    load_quarters(desk.settings, heal, "interventions", ["2026-Q2"], desk.state())
    loaded = Desk(desk.settings, {"heal": heal}, lambda: NOW)
    file = InputFile("again.xlsx", _workbook(heal, {**ROW, "people_reached": 2400}))
    checked = loaded.check([file], "heal", "sample_heal", "2026-Q3")
    assert checked.verdict.problems[0].sentence == second.verdict.problems[0].sentence


def test_a_mistake_is_returned_and_the_verdict_comes_back_from_the_log(desk: Desk, heal: Contract) -> None:
    data = _workbook(heal, {**ROW, "stage": "Somewhere", "people_reached": -3})
    outcome = _submit(desk, data)
    assert outcome.verdict.state == "returned"
    assert {cell for problem in outcome.verdict.problems for cell in problem.cells} == {"G4", "J4"}
    recorded = desk.state().submissions[outcome.submission_id].verdict
    assert recorded is not None
    fresh = {key: value for key, value in outcome.verdict.as_dict().items() if key != "problems"}
    assert {key: recorded.value[key] for key in fresh} == fresh
    assert len(recorded.problems) == len(outcome.verdict.problems)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 x", b"PK\x03\x04 cut short"])
def test_what_is_no_return_is_refused_and_kept(desk: Desk, data: bytes) -> None:
    outcome = _submit(desk, data)
    assert (outcome.verdict.state, len(outcome.verdict.problems)) == ("refused", 1)
    assert len(list((desk.settings.data / "landing" / "originals").iterdir())) == 1


def test_revalidating_with_the_same_rules_changes_nothing(desk: Desk, heal: Contract) -> None:
    _submit(desk, _workbook(heal, ROW), period="2026-Q2")
    _submit(desk, _workbook(heal, {**ROW, "people_reached": 2400}))
    _submit(desk, b"%PDF-1.7")
    assert [item.changed for item in desk.revalidate(who="lead", dry_run=True)] == [False, False, False]


def _written(heal: Contract, **ways: Any) -> Contract:
    """The contract with another way of writing in its partner list."""
    return replace(heal, partners=tuple(replace(partner, **ways) for partner in heal.partners))


def test_a_changed_decimal_sign_in_the_partner_list_reaches_rows_that_are_loaded(desk: Desk, heal: Contract) -> None:
    comma, point = _written(heal, decimal=","), _written(heal, decimal=".")
    counter = Desk(desk.settings, {"heal": comma}, lambda: NOW)
    outcome = _submit(counter, _workbook(heal, {**ROW, "grant_amount": "25.000"}))
    assert outcome.verdict.state in LOADED_STATES, outcome.verdict.problems

    def amount(contract: Contract) -> Decimal | None:
        path = _loaded(counter, contract)
        return pq.ParquetFile(path).read()["grant_amount"].to_pylist()[0]

    assert amount(comma) == Decimal("25000.00")
    changed = amount(point)
    shutil.rmtree(desk.settings.raw)
    assert changed == amount(point), "a rebuild from originals and log gives the same"
    assert changed != Decimal("25000.00")


def test_a_changed_code_list_reaches_rows_that_are_loaded(desk: Desk, heal: Contract) -> None:
    outcome = _submit(desk, _workbook(heal, {**ROW, "barrier_code": "Cost of care or medicines"}))
    assert outcome.verdict.state == "accepted"
    table = heal.table("interventions")
    column = next(item for item in table.columns if item.name == "barrier_code")
    assert column.codes is not None
    (mine,) = [code for code in column.codes.codes if code.label == "Cost of care or medicines"]
    (other, *_) = [code for code in column.codes.codes if code is not mine]
    swapped = {mine: replace(mine, label=other.label), other: replace(other, label=mine.label)}
    codes = replace(column.codes, codes=tuple(swapped.get(code, code) for code in column.codes.codes))
    columns = tuple(replace(item, codes=codes) if item is column else item for item in table.columns)
    tables = tuple(replace(item, columns=columns) if item is table else item for item in heal.tables)

    def code(contract: Contract) -> str:
        path = _loaded(desk, contract)
        return pq.ParquetFile(path).read()["barrier_code"].to_pylist()[0]

    assert code(heal) == mine.code
    assert code(replace(heal, tables=tables)) == other.code, "the file of the contract is the same"


def test_another_partners_way_of_writing_reads_nothing_anew(desk: Desk, heal: Contract) -> None:
    outcome = _submit(desk, _workbook(heal, ROW))
    (first, *others) = heal.partners
    assert others
    assert first.code == outcome.receipt.submission.partner
    path = _loaded(desk, heal)
    before = path.stat().st_mtime_ns
    shutil.rmtree(desk.settings.landing)
    partners = (first, *(replace(item, decimal=",") for item in others), replace(first, code="new", decimal=","))
    load_quarters(desk.settings, replace(heal, partners=partners), "interventions", ["2026-Q3"], desk.state())
    assert path.stat().st_mtime_ns == before
