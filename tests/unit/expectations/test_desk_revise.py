"""What a correction would change, and every version of a quarter: with fakes, then with a real program's SQL."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dbt_project.steps.effect import indicator_figures
from expectations.desk import Desk, DeskError
from expectations.revision import CellChange, KpiChange, Revision, TotalChange, render_revision
from sources.contract.load import load_contract
from sources.counted import Figure
from sources.load import load_quarters, original_key
from sources.reader import InputFile
from sources.settings import Settings
from sources.storage import Store
from tests.unit.expectations.desk_fakes import Calls, contract, judge
from tests.unit.expectations.test_desk_real import ROW, _workbook

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
PLACE = {"partner": "sample_a", "program": "demo", "period": "2026-Q3"}


@pytest.fixture
def desk(tmp_path: Path, calls: Calls) -> Desk:
    return Desk(
        Settings.at(tmp_path), {"demo": contract(quarantine=True)}, lambda: NOW, reader=calls.reader, judge=judge
    )


def _file(data: bytes) -> list[InputFile]:
    return [InputFile("return.csv", data)]


def _submit(desk: Desk, data: bytes, **more: Any) -> str:
    return desk.submit(_file(data), **PLACE, who="ana", **more).submission_id


def _revision(desk: Desk, data: bytes) -> Revision:
    found = desk.revision(_file(data), **PLACE)
    assert found is not None
    return found


def test_nothing_is_replaced_where_nothing_counts_or_nothing_is_new(desk: Desk) -> None:
    assert desk.revision(_file(b"e1,1"), **PLACE) is None
    _submit(desk, b"e1,1")
    assert desk.revision(_file(b"e1,1"), **PLACE) is None
    assert desk.revision(_file(b"x"), **PLACE) is None
    assert desk.revision(_file(b"notes\ne1"), **PLACE) is None
    assert _revision(desk, b"e1,1\n").tables == ()


def test_rows_are_told_apart_by_the_key(desk: Desk) -> None:
    first = _submit(desk, b"e1,10,5.00\ne2,20,1.50\ne3,30")
    found = _revision(desk, b"e1,10,5.00\ne4,7,2\ne3,<5,1")
    (change,) = found.tables
    assert (found.replaces, found.approved) == ((first,), False)
    assert (change.added, change.removed, change.changed, change.by_key) == (1, 1, 1, True)
    assert change.examples == (
        CellChange("changed", "e3", "People", "30", "0 to 4", "line 3, column ?"),
        CellChange("changed", "e3", "Amount", "empty", "1.00", "line 3, column ?"),
        CellChange("added", "e4", "", None, None, "line 2, column ?"),
        CellChange("removed", "e2", "", None, None, None),
    )
    assert change.totals == (TotalChange("amount", "Amount", "6.50", "8.00"),)


def test_an_approved_quarter_says_so(desk: Desk) -> None:
    desk.approve(_submit(desk, b"e1,1"), "lead")
    found = _revision(desk, b"e1,2")
    assert found.approved
    assert "which is approved" in render_revision(found, "2026-Q3")


def test_rows_with_a_key_twice_are_compared_as_a_bag(desk: Desk) -> None:
    _submit(desk, b"e1,1\ne1,1\ne2,5")
    (change,) = _revision(desk, b"e2,5\ne1,1\ne1,2").tables
    assert (change.added, change.removed, change.changed, change.by_key) == (1, 1, 0, False)
    assert [item.key for item in change.examples] == ["row 3", "row 2"]


def test_rows_left_out_do_not_come_in(desk: Desk) -> None:
    _submit(desk, b"e1,1\ne2,2")
    (change,) = _revision(desk, b"e1,1\ne2,2\nbad,3\ne5,5").tables
    assert (change.added, change.removed, change.changed) == (1, 0, 0)
    assert change.examples[0].cell == "line 4, column ?"


def test_a_return_with_fewer_rows_because_of_errors_waits(desk: Desk) -> None:
    full = _submit(desk, b"e1,1\ne2,2\ne3,3")
    found = _revision(desk, b"e1,1\nbad,2\ne3,4")
    assert found.held_back
    text = render_revision(found, "2026-Q3")
    assert "Rows with errors would be left out, so it replaces nothing until somebody confirms that.\n" in text
    _submit(desk, b"e1,1\nbad,2\ne3,4")
    assert desk.state().counting()[("sample_a", "demo", "2026-Q3", "events")] == full
    assert not _revision(desk, b"e1,1\nbad,2\ne3,4\ne5,5").held_back


def test_a_return_comes_in_also_where_its_changes_cannot_be_shown(desk: Desk) -> None:
    _submit(desk, b"e1,1")
    (file,) = desk.state().submissions["S000001-" + hashlib.sha256(b"e1,1").hexdigest()[:4]].files
    Store(desk.settings.landing).delete(original_key(file.sha256))
    desk._judging.forget()
    found = _revision(desk, b"e1,2")
    assert found.tables == ()
    assert "What would change can't be shown. The original of S000001-" in render_revision(found, "2026-Q3")


def test_figures_that_cannot_be_made_do_not_stop_a_correction(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object) -> dict[str, Figure]:
        raise ArithmeticError("no figures")

    desk._effect = broken
    _submit(desk, b"e1,1")
    found = _revision(desk, b"e1,2")
    assert (found.tables[0].changed, found.kpis) == (1, ())
    assert "could not be shown" in caplog.text


def test_many_changes_are_counted_and_the_first_are_shown(desk: Desk) -> None:
    _submit(desk, "\n".join(f"e{number},1" for number in range(50)).encode())
    found = _revision(desk, "\n".join(f"e{number},2" for number in range(50)).encode())
    assert (found.tables[0].changed, len(found.tables[0].examples)) == (50, 20)
    text = render_revision(found, "2026-Q3")
    assert "Events: 50 rows changed\n  e0, People: 1 → 2 (line 1, column ?)\n" in text
    assert "  … and 30 more rows\n" in text


def test_a_file_that_was_checked_is_not_read_again(desk: Desk, calls: Calls) -> None:
    _submit(desk, b"e1,1")
    read = calls.read
    desk.check(_file(b"e1,2"), **PLACE)
    _revision(desk, b"e1,2")
    assert calls.read == read + 1


def test_personal_values_are_not_shown(tmp_path: Path) -> None:
    from dataclasses import replace

    made = contract()
    hidden = tuple(
        replace(column, personal="pseudonymous") if column.name in ("event_id", "people") else column
        for column in made.tables[0].columns
    )
    made = replace(made, tables=(replace(made.tables[0], columns=hidden), *made.tables[1:]))
    desk = Desk(Settings.at(tmp_path), {"demo": made}, lambda: NOW, reader=Calls().reader, judge=judge)
    _submit(desk, b"e1,1")
    assert _revision(desk, b"e1,2").tables[0].examples == (
        CellChange("changed", "row 1", "People", "not shown", "not shown", "line 1, column ?"),
    )


def test_every_version_stays_readable(desk: Desk) -> None:
    first = _submit(desk, b"e1,1")
    _submit(desk, b"x")
    third = _submit(desk, b"e1,3", reason="Counted again.", reason_code="correction_of_error")
    desk.withdraw(third, "ana", "Sent by mistake.", reason_code="wrong_file")
    one, two, three = desk.versions(**PLACE)
    assert (one.number, one.counts, one.rows) == (1, True, {"events": 1})
    assert (two.number, two.state, two.counts) == (None, "refused", False)
    assert (three.number, three.state, three.counts, three.ended, three.ended_code) == (
        2, "withdrawn", False, "Sent by mistake.", "wrong_file",
    )  # fmt: skip
    assert (three.reason, three.reason_code) == ("Counted again.", "correction_of_error")
    ((name, sha256, size),) = three.files
    assert (name, size, desk.original(third, sha256)) == ("return.csv", 4, b"e1,3")
    assert desk.rows(third)["events"]["people"].tolist() == [3.0]
    assert desk.rows(first)["events"]["people"].tolist() == [1.0]
    with pytest.raises(DeskError, match="has no file with this hash"):
        desk.original(first, sha256)
    with pytest.raises(DeskError, match="No rows of"):
        desk.rows(two.submission_id)


def test_the_effect_on_each_figure_is_what_the_warehouse_would_say(tmp_path: Path) -> None:
    heal = load_contract("heal")
    desk = Desk(Settings.at(tmp_path), {"heal": heal}, lambda: NOW, effect=indicator_figures)
    place = {"partner": "sample_heal", "program": "heal", "period": "2026-Q3"}
    flint = {**ROW, "intervention_id": "HEAL-002", "city": "Flint", "people_reached": 50, "grant_currency": "EUR"}
    desk.submit([InputFile("q3.xlsx", _workbook(heal, ROW, flint))], **place, who="ana")
    load_quarters(desk.settings, heal, "interventions", ["2026-Q3"], desk.state())
    again = _workbook(heal, ROW, {**flint, "people_reached": 80, "grant_amount": 26000.1})
    found = desk.revision([InputFile("q3 again.xlsx", again)], **place)
    assert found is not None
    assert [(item.column, item.before, item.after, item.cell) for item in found.tables[0].examples] == [
        ("Grant paid this quarter", "25,000.10", "26,000.10", "H5"),
        ("People reached", "50", "80", "J5"),
    ]
    changed = {item.indicator: item for item in found.kpis}
    assert changed["heal_people_reached"] == KpiChange(
        "heal_people_reached", "People reached by interventions", "people", "170", "200"
    )
    grants = changed.pop("heal_grants_passed_on", None) or next(item for item in changed.values() if item.unit == "EUR")
    before, after = (float(str(text).replace(",", "")) for text in (grants.before, grants.after))
    assert round(after - before, 2) == 1000.00
