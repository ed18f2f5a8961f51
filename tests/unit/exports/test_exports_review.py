"""The leads' queue: what waits, for whom, and what to look at first."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from expectations.desk import Desk
from exports.review import QueueItem, double_count_sentence, review_queue
from sources import periods
from sources.reader import InputFile
from sources.settings import Settings
from tests.unit.expectations.desk_fakes import contract, judge, read_files

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


class Build:
    """A build whose rows a test gives: the people of partner A quarter by quarter, and who is counted twice."""

    def __init__(self, people: dict[str, tuple[str, int]], doubles: list[dict[str, Any]] | None = None) -> None:
        rows = [
            {"indicator_code": "demo_people", "overlap": "unknown", "program_code": "demo", "partner_code": "sample_a",
             "period": period, "submission_id": submission, "source_table": "events", "source_sheet": None,
             "source_row": 2, "row_count": 1, "country_code": "US", "population_group_code": None, "place": None,
             "place_key": None, "numerator": Decimal(value), "denominator": None, "value_low": Decimal(value),
             "value_high": Decimal(value)}
            for period, (submission, value) in people.items()
        ]  # fmt: skip
        kpi = [{"indicator_code": "demo_people", "indicator_name": "People", "unit": "people", "kind": "flow"}]
        self._tables = {"pub_leads__kpi": kpi, "pub_leads__indicator_rows": rows}
        self._tables["pub_leads__double_counts"] = doubles or []

    def has(self, table: str) -> bool:
        return bool(self._tables.get(table))

    def arrow(self, table: str) -> pa.Table:
        return pa.Table.from_pylist(self._tables[table])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    contracts = {"demo": contract(quarantine=True)}
    return Desk(Settings.at(tmp_path), contracts, lambda: NOW, reader=read_files, judge=judge)


def _submit(desk: Desk, data: bytes, period: str = "2026-Q3", partner: str = "sample_a") -> str:
    file = InputFile("return.csv", data)
    return desk.submit([file], partner=partner, program="demo", period=period, who="ana").submission_id


def _queue(desk: Desk, build: Build | None = None, **options: Any) -> list[QueueItem]:
    return review_queue(desk.settings, desk.state(), desk.contracts, published=build, **options)  # type: ignore[arg-type]


def test_a_clean_return_waits_for_the_lead_until_approved(desk: Desk) -> None:
    sid = _submit(desk, b"e1,1")
    (item,) = _queue(desk)
    assert (item.kind, item.reference, item.waits_for) == ("return", sid, "lead")
    assert (item.sentence, item.next_step) == ("No warnings.", "Approve, or return with a reason.")
    assert (item.partner_name, item.title, item.by) == ("Sample partner (A)", "Demo program", "ana")
    desk.approve(sid, "lead")
    assert _queue(desk) == []


def test_warnings_are_the_partners_to_confirm_and_the_leads_to_read(desk: Desk) -> None:
    sid = _submit(desk, b"warn,1")
    (item,) = _queue(desk)
    assert (item.waits_for, item.sentence, item.warnings) == ("partner", "1 warning.", ("warn rows",))
    desk.confirm(sid, "ana")
    (item,) = _queue(desk)
    assert (item.waits_for, item.warnings) == ("lead", ("warn rows",))


def test_rows_left_out_and_what_is_held_back_are_said(desk: Desk) -> None:
    _submit(desk, b"e1,1\nbad,2", "2026-Q2")
    (item,) = _queue(desk)
    assert item.sentence == "Rows are left out of the figures. 1 warning."
    full = _submit(desk, b"e1,1\ne2,2\ne3,3")
    part = _submit(desk, b"e1,1\nbad,2")
    by_reference = {item.reference: item for item in _queue(desk)}
    assert full in by_reference, "the fuller return still counts and waits"
    assert by_reference[part].sentence.startswith("Rows are left out, so it does not replace the fuller return yet.")


def test_only_what_counts_or_came_last_waits(desk: Desk) -> None:
    _submit(desk, b"e1,1")
    newer = _submit(desk, b"e1,2")
    assert [item.reference for item in _queue(desk)] == [newer]


def test_an_open_question_waits_for_the_partner(desk: Desk) -> None:
    sid = _submit(desk, b"??\ne1,1")
    (item,) = _queue(desk)
    assert (item.kind, item.reference, item.waits_for) == ("question", sid, "partner")
    assert item.sentence == "Is 1,234 a thousand?"
    desk.answer(sid, {"number_format": "point"}, "ana")
    assert [item.kind for item in _queue(desk)] == ["return"]


def test_a_virus_comes_first_until_a_return_counts(desk: Desk) -> None:
    _submit(desk, b"e1,1", "2026-Q2")
    eicar = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
    sid = _submit(desk, eicar)
    first, second = _queue(desk)
    assert (first.kind, first.reference, first.waits_for) == ("alert", sid, "lead")
    assert "virus" in first.sentence
    assert second.kind == "return"
    _submit(desk, b"e1,1")
    assert [item.kind for item in _queue(desk)] == ["return", "return"]


def test_a_figure_far_from_its_history_is_told_and_comes_first(desk: Desk) -> None:
    calm = _submit(desk, b"e1,1", "2026-Q2", "sample_b")
    sid = _submit(desk, b"e1,140")
    history = dict.fromkeys(periods.between("2025-Q2", "2026-Q2"), ("old", 50))
    first, second = _queue(desk, Build({**history, "2026-Q3": (sid, 140)}))
    assert (first.reference, second.reference) == (sid, calm)
    assert first.sentence == "No warnings. 1 figure far from earlier quarters."
    assert [entry.sentence for entry in first.jumps] == [
        "People: 140; median of 5 earlier quarters 50: 2.8 times as much."
    ]
    (figure,) = first.figures
    assert (figure.low, figure.high, figure.before_low, figure.before_high) == (140, 140, 50, 50)
    assert second.jumps == ()


def test_what_the_build_does_not_know_yet_has_no_figures(desk: Desk) -> None:
    _submit(desk, b"e1,140")
    (item,) = _queue(desk, Build({"2026-Q3": ("another version", 5)}))
    assert (item.figures, item.jumps) == ((), ())


def test_a_change_of_target_waits_for_a_second_person(desk: Desk) -> None:
    change = desk.propose_target("demo", "demo_people", 2030, 1200, "ana", "More partners.")
    (item,) = _queue(desk)
    assert (item.kind, item.reference) == ("target_change", change.id)
    assert item.sentence == "Target 2030 of demo_people: from 900 to 1,200. More partners."
    assert item.next_step == "Another person than ana approves or declines it."
    desk.decide_target(change.id, "bo", True)
    assert _queue(desk) == []


def test_what_two_partners_report_is_a_matter_for_leads(desk: Desk) -> None:
    double = {"program_code": "demo", "period": "2026-Q3", "item_kind": "person", "partner_code": "sample_a",
              "partner_name": "A", "other_partner_code": "sample_b", "other_partner_name": "B", "item_name": None,
              "place_name": None, "match_count": 3}  # fmt: skip
    (item,) = _queue(desk, Build({}, [double, double | {"period": "2026-Q2"}]))
    assert (item.kind, item.waits_for) == ("double_count", "lead")
    assert item.sentence == "A and B both report 3 of the same people for 2026-Q3: they may count twice."
    one = double_count_sentence(double | {"match_count": 1})
    assert one == "A and B both report one and the same person for 2026-Q3: they may count twice."
    site = double | {"item_kind": "intervention", "item_name": "School plans", "place_name": "Detroit, MI"}
    assert double_count_sentence(site) == (
        "A and B both report the intervention “School plans” in Detroit, MI: it may count twice."
    )


def test_a_lead_of_another_program_sees_nothing_of_it(desk: Desk) -> None:
    _submit(desk, b"e1,1")
    assert _queue(desk, programs=["other"]) == []
    assert len(_queue(desk, programs=["demo"])) == 1


def test_nothing_published_is_no_error(desk: Desk) -> None:
    _submit(desk, b"e1,1")
    assert len(review_queue(desk.settings, desk.state(), desk.contracts)) == 1
