"""What changed between two builds, before and after, and what happened in between."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from exports.changes import Between, builds, changed_since, reasons
from exports.published import Published
from sources.log.event import GENESIS, Event
from tests.unit.exports import fixtures


class Build:
    """A published build with only what is compared."""

    def __init__(self, kpi: list[dict[str, Any]], owed: list[dict[str, Any]], head: str, **meta: str) -> None:
        self._tables = {"pub_leads__kpi": kpi, "pub_leads__obligations": owed}
        self.manifest = {"log_head": head, "code_version": meta.get("code", "1")}
        self.as_of, self.build_id = meta.get("as_of", "2026-11-15"), head

    def has(self, table: str) -> bool:
        return bool(self._tables[table])

    def arrow(self, table: str) -> pa.Table:
        return pa.Table.from_pylist(self._tables[table])


def figure(value: int | None = 10, target: int = 100, met: int = 1, period: str = "2026-Q3", **changes: Any) -> Any:
    number = Decimal(value) if value is not None else None
    return {
        "program_code": "heal", "program_name": "HEAL", "indicator_code": "heal_people_trained",
        "indicator_name": "People trained", "unit": "people", "period": period, "span": "since_start",
        "value": number, "value_low": number, "value_high": number, "target_value": Decimal(target),
        "target_year": 2030, "progress_status": "behind", "data_status": "provisional", "coverage_met": met,
        "coverage_due": 2,
    } | changes  # fmt: skip


def owed(state: str, period: str = "2026-Q3") -> dict[str, Any]:
    return {"program_code": "heal", "program_name": "HEAL", "partner_code": "a", "partner_name": "Partner A",
            "period": period, "obligation_state": state, "data_status": "provisional"}  # fmt: skip


class Log:
    """Events one after another."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def add(self, kind: str, who: str = "ana", why: str | None = None, **fields: Any) -> str:
        place = {"program": "heal", "partner": "a", "period": "2026-Q3", "submission_id": None, "payload": {}} | fields
        seq = len(self.events) + 1
        event = Event(seq, "2026-11-01T00:00:00.000000Z", kind, who, why, previous=GENESIS, hash=f"h{seq}", **place)
        self.events.append(event)
        return event.hash


def compared(before: Build, now: Build, log: Log | None = None, **options: Any) -> pd.DataFrame:
    return changed_since(before, now, log.events if log else (), **options)  # type: ignore[arg-type]


def _rows(frame: pd.DataFrame) -> list[tuple[str, ...]]:
    return list(frame[["topic", "what", "before", "after", "reason"]].itertuples(index=False, name=None))


def test_a_late_return_changes_its_figure_and_the_obligation() -> None:
    log = Log()
    start = log.add("received", period="2026-Q2")
    log.add("received")
    end = log.add("judged")
    before, now = Build([figure()], [owed("missing")], start), Build([figure(1250, met=2)], [owed("reported")], end)
    why = "Return of 2026-Q3 of a came in"
    assert _rows(compared(before, now, log)) == [
        ("kpi", "returns", "1 of 2", "2 of 2", why),
        ("kpi", "value", "10", "1,250", why),
        ("obligation", "return", "missing", "reported", why),
    ]


def test_a_correction_is_told_with_its_reason() -> None:
    log = Log()
    start = log.add("received")
    end = log.add("received", why="Boston twice.", payload={"reason_code": "double_counting_removed"})
    frame = compared(Build([figure()], [], start), Build([figure(9)], [], end), log)
    assert _rows(frame) == [
        ("kpi", "value", "10", "9", "Correction of 2026-Q3 of a (double counting removed): Boston twice.")
    ]


def test_only_what_can_enter_a_figure_is_its_reason() -> None:
    log = Log()
    start = log.add("received")
    log.add("received", period="2026-Q4")
    log.add("received", program="cheer")
    log.add("withdrawn", why="Wrong file", period="2026-Q1")
    end = log.add("judged")
    running = compared(Build([figure()], [], start), Build([figure(9)], [], end), log)
    assert _rows(running)[0][-1] == "2026-Q1 of a withdrawn: Wrong file"
    one = {"span": "quarter"}
    quarter = compared(Build([figure(**one)], [], start), Build([figure(9, **one)], [], end), log)
    assert _rows(quarter)[0][-1] == ""


def test_a_change_of_target_is_told_by_both_who_made_it_also_when_proposed_before() -> None:
    log = Log()
    proposal = {"step": "proposed", "change_id": "T1", "indicator_code": "heal_people_trained", "year": 2030,
                "before": "100", "value": "1200"}  # fmt: skip
    start = log.add("target_changed", why="More cities", partner=None, period=None, payload=proposal)
    end = log.add(
        "target_changed", who="bo", partner=None, period=None, payload={"step": "approved", "change_id": "T1"}
    )
    frame = compared(Build([figure()], [], start), Build([figure(target=1200)], [], end), log)
    reason = "Target 2030 changed from 100 to 1,200 by ana and bo: More cities"
    assert _rows(frame) == [("kpi", "target", "100", "1,200", reason)]
    other = {"indicator_code": "heal_people_reached"}
    frame = compared(Build([figure(**other)], [], start), Build([figure(11, **other)], [], end), log)
    assert _rows(frame)[0][-1] == ""


def test_without_an_event_the_code_or_the_day_is_the_reason() -> None:
    row = {"topic": "kpi", "program_code": "heal"}
    assert reasons(row, Between((), True), False).startswith("Definition or calculation changed")
    assert reasons(row, Between((), False), True).startswith("Another day")
    assert reasons(row, Between((), False), False) == ""


def test_what_appears_and_what_goes_is_a_change_too() -> None:
    frame = compared(Build([figure(None)], [], "h0"), Build([figure(5)], [], "h0"))
    assert _rows(frame) == [("kpi", "value", "", "5", "")]
    appeared = compared(Build([], [], "h0"), Build([figure(5)], [], "h0"))
    assert ("kpi", "value", "", "5", "") in _rows(appeared)
    assert set(appeared["before"]) == {""}


def test_bounds_are_compared_where_a_figure_is_not_one_number() -> None:
    wide = figure(None, value_low=Decimal(3), value_high=Decimal(8))
    frame = compared(Build([wide], [], "h0"), Build([wide | {"value_high": Decimal(9)}], [], "h0"))
    assert _rows(frame) == [("kpi", "value at most", "8", "9", "")]


def test_one_program_can_be_asked_for() -> None:
    before, now = (
        Build([figure()], [], "h0"),
        Build([figure(9), figure(1, program_code="cheer", indicator_code="c")], [], "h0"),
    )
    assert set(compared(before, now, program="heal")["program_code"]) == {"heal"}


def test_the_same_build_differs_in_nothing(published: Published) -> None:
    assert changed_since(published, published).empty


@pytest.mark.parametrize("broken", [False, True])
def test_every_build_that_lies_there_is_found(tmp_path: Path, broken: bool) -> None:
    first = fixtures.publish(tmp_path)
    if broken:
        (tmp_path / "2026-01-01-nothing").mkdir()
    assert [build.build_id for build in builds(str(tmp_path))] == [first.build_id]
    assert builds(str(tmp_path / "none")) == []
