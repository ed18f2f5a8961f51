"""A new rule warns until it was tried on the stored returns; the trial lists who would newly fail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from expectations.desk import Desk, DeskError, Outcome
from expectations.in_force import ON_TRIAL, tokens
from sources.contract.load import load_contract
from sources.contract.model import Column, Contract, Rule
from sources.reader import InputFile
from sources.settings import Settings
from tests.unit.expectations.test_desk_real import ROW, _workbook

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
PREFIX = "heal.interventions"


@pytest.fixture(scope="module")
def heal() -> Contract:
    return load_contract("heal")


def _desk(folder: Path, contract: Contract) -> Desk:
    return Desk(Settings.at(folder), {"heal": contract}, lambda: NOW)


def _submit(desk: Desk, period: str, *rows: dict[str, Any]) -> Outcome:
    data = _workbook(load_contract("heal"), *rows)
    place = {"partner": "sample_heal", "program": "heal", "period": period}
    return desk.submit([InputFile("heal.xlsx", data)], **place, who="ana")


def _with_column(contract: Contract, name: str, **changes: Any) -> Contract:
    """The contract with one column asked for otherwise: an implicit rule is new or changed."""

    def changed(column: Column) -> Column:
        return replace(column, **changes) if column.name == name else column

    first, *others = contract.tables
    table = replace(first, columns=tuple(changed(column) for column in first.columns))
    return replace(contract, tables=(table, *others), version="2.1.0", sha256="changed")


def _states(outcome: Outcome) -> tuple[str, list[tuple[str, str]]]:
    return outcome.verdict.state, [(item.rule, item.severity) for item in outcome.verdict.problems]


def test_the_rules_of_the_first_return_are_in_force_from_the_start(tmp_path: Path, heal: Contract) -> None:
    desk = _desk(tmp_path, heal)
    first = _submit(desk, "2026-Q1", {**ROW, "people_reached": -3})
    assert first.verdict.state == "returned"
    assert desk.state().rules_in_force["heal"] == frozenset(tokens(heal).values())
    _submit(desk, "2026-Q2", ROW)
    assert ["rules" in event.payload for event in desk.log.events() if event.kind == "judged"] == [True, False]
    assert desk.rules_on_trial() == {}


def test_a_new_rule_only_warns_and_says_so(tmp_path: Path, heal: Contract) -> None:
    _submit(_desk(tmp_path, heal), "2026-Q1", ROW)
    stricter = _desk(tmp_path, _with_column(heal, "intervention_name", max_length=10))
    rule = f"{PREFIX}.intervention_name.max_length"
    assert stricter.rules_on_trial() == {"heal": frozenset({rule})}
    outcome = _submit(stricter, "2026-Q2", ROW)
    assert _states(outcome) == ("accepted_with_warnings", [(rule, "warning")])
    assert outcome.verdict.problems[0].sentence.endswith(ON_TRIAL)
    assert outcome.verdict.problems[0].cells == ("B4",)


def test_a_column_newly_required_does_not_stop_a_return_without_it(tmp_path: Path, heal: Contract) -> None:
    _submit(_desk(tmp_path, heal), "2026-Q1", ROW)
    added = Column("visits_count", "Visits made", "integer", "", required=True)
    first, *others = heal.tables
    wider = replace(heal, tables=(replace(first, columns=(*first.columns, added)), *others), sha256="wider")
    state, problems = _states(_submit(_desk(tmp_path, wider), "2026-Q2", ROW))
    assert state == "accepted_with_warnings"
    assert {rule for rule, _ in problems} <= {
        f"{PREFIX}.visits_count.{kind}" for kind in ("column_missing", "required")
    }
    assert {severity for _, severity in problems} == {"warning"}


def test_a_back_test_lists_who_would_newly_fail_and_lets_the_rule_block(tmp_path: Path, heal: Contract) -> None:
    old = _desk(tmp_path, heal)
    good = _submit(old, "2026-Q1", {**ROW, "intervention_name": "Short"})
    long = _submit(old, "2026-Q2", ROW)
    _submit(old, "2025-Q4", {**ROW, "stage": "Nowhere"})
    candidate = _with_column(heal, "intervention_name", max_length=10)
    rule = f"{PREFIX}.intervention_name.max_length"
    found = old.backtest("heal", who="lead", candidate=candidate)
    assert (found.replayed, found.new_rules, found.may_block) == (2, (rule,), False)
    (failing,) = found.failing
    assert (failing.submission_id, failing.period, failing.counts) == (long.submission_id, "2026-Q2", True)
    assert (failing.before, failing.after) == ("accepted", "returned")
    assert [(name, cells) for name, _, cells in failing.problems] == [(rule, ("B4",))]
    event = old.log.events()[-1]
    assert (event.kind, event.payload["newly_failing"], event.payload["rules"]) == ("backtested", 1, [])
    assert "School asthma" not in str(event.payload)

    stricter = _desk(tmp_path, candidate)
    assert _submit(stricter, "2026-Q3", ROW).verdict.state == "accepted_with_warnings"
    stricter.backtest("heal", who="lead", may_block=True, why="Names are printed on labels.")
    assert stricter.rules_on_trial() == {}
    assert _submit(stricter, "2026-Q3", {**ROW, "people_reached": 121}).verdict.state == "returned"
    assert stricter.state().submissions[good.submission_id].state == "accepted"
    assert stricter.state().counts(long.submission_id)


def test_a_warning_is_tried_as_an_error(tmp_path: Path, heal: Contract) -> None:
    desk = _desk(tmp_path, heal)
    _submit(desk, "2026-Q2", ROW)
    jump = _submit(desk, "2026-Q3", {**ROW, "people_reached": 2400})
    rule = f"{PREFIX}.people_reached.people_reached_jump"
    found = desk.backtest("heal", who="lead", severities={rule: "error"})
    assert [(item.submission_id, item.problems[0][0]) for item in found.failing] == [(jump.submission_id, rule)]
    assert found.new_rules == (rule,)
    with pytest.raises(DeskError, match="is no rule that"):
        desk.backtest("heal", who="lead", severities={"heal.nothing": "error"})


def test_a_list_that_grows_is_no_new_rule_and_a_changed_range_is(heal: Contract) -> None:
    table = heal.tables[0]
    stage = table.column("stage")
    assert stage.codes is not None
    longer = replace(stage.codes, codes=(*stage.codes.codes, replace(stage.codes.codes[0], code="x", label="X")))
    assert tokens(_with_column(heal, "stage", codes=longer)) == tokens(heal)
    changed = tokens(_with_column(heal, "people_reached", maximum=5))
    assert {rule for rule, token in changed.items() if tokens(heal).get(rule) != token} == {
        f"{PREFIX}.people_reached.range"
    }
    declared = Rule(f"{PREFIX}._row.new", "compare", "info", ("people_reached",), "")
    first, *others = heal.tables
    assert tokens(replace(heal, tables=(replace(first, rules=(*first.rules, declared)), *others))) == tokens(heal)
