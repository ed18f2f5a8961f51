"""A log opened without folding all of it is the fold of all its events, and goes on as that would."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.log.event import Event
from sources.log.events import EventLog
from sources.log.opened import opened
from sources.log.state import LedgerState, fold

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
PLACES = [("heal", "a", "2026-Q2"), ("heal", "a", "2026-Q3"), ("heal", "b", "2026-Q3"), ("cheer", "a", "2026-Q3")]


def append(log: EventLog, kind: str, number: int, **payload: Any) -> Event:
    """One event about the submission with a number, or about its place."""
    program, partner, period = PLACES[number % len(PLACES)]
    about = f"N{number}" if kind == "nil" else f"S{number}"
    return log.append(
        kind, "ana", why="so", submission_id=about, program=program, partner=partner, period=period, payload=payload
    )


def received(log: EventLog, number: int, origin: bool = False) -> Event:
    files = [{"name": "r.csv", "sha256": f"{number:064x}", "size": 3}]
    pulled = {"origin": {"inbox": "i", "url": "u", "path": f"p{number % 2}", "stamp": str(number)}} if origin else {}
    return append(log, "received", number, files=files, content=f"c{number % 3}", **pulled)


def judged(log: EventLog, number: int, state: str, rows: int = 5, rules: bool = False) -> Event:
    value: dict[str, Any] = {
        "state": state,
        "ruleset": "r",
        "contract_version": "1",
        "answers": {},
        "row_counts": {"events": rows, "people": 1},
        "problems": [{"rule": "heal.events.x", "severity": "error", "origin": "suite"}],
        "questions": [],
        "left_out": {"events": [["r.csv", None, 3]]} if state == "partially_accepted" else {},
    }
    return append(log, "judged", number, **value, **({"rules": [f"r{number}"]} if rules else {}))


STEPS = st.one_of(
    st.tuples(st.just("received"), st.booleans()),
    st.tuples(
        st.just("judged"),
        st.sampled_from(["accepted", "accepted_with_warnings", "partially_accepted", "returned", "needs_answer"]),
        st.integers(1, 9),
        st.booleans(),
    ),
    st.tuples(st.sampled_from(["confirmed", "approved", "reopened", "returned", "withdrawn"])),
    st.tuples(st.just("answered"), st.booleans()),
    st.tuples(st.sampled_from(["nil", "waived", "mapping", "erased", "erased_rows"])),
)


def write(log: EventLog, step: tuple[Any, ...], number: int) -> None:
    kind, *rest = step
    if kind == "received":
        received(log, number, *rest)
    elif kind == "judged":
        judged(log, number, *rest)
    elif kind in ("answered", "mapping"):
        append(log, kind, number, answers={"order": str(number)}, remember=not rest or rest[0])
    elif kind == "erased_rows":
        table = {"sha256": f"{number}" * 8, "rows": 1, "totals": {}, "erased": [2]}
        append(log, "erased", number, files=[f"{number:064x}"], tables={"events": table, "people": table})
    else:
        append(log, kind, number, files=[f"{number:064x}"])


def looked_at(state: LedgerState) -> dict[str, Any]:
    """What people ask a state for."""
    places = sorted({(partner, program, period) for program, partner, period in PLACES})
    return {
        "versions": list(state.versions().items()),
        "pending": state.pending(),
        "nil": state.nil,
        "current": [state.current(*place) for place in places],
        "newest": [state.newest(*place) for place in places],
        "same": [state.same_content(*place, f"c{one}") for place in places for one in range(3)],
        "counts": [one for one in state.submissions if state.counts(one)],
        "handed_in": [state.handed_in(program, period) for program, _, period in PLACES],
        "of_partner": [state.versions_of("heal", partner=partner) for partner in "ab"],
        "of_program": state.versions_of("heal"),
        "alerts": state.alerts(),
    }


@settings(max_examples=40, deadline=None)
@given(steps=st.lists(st.tuples(STEPS, st.integers(1, 6)), max_size=30), cut=st.integers(0, 30))
def test_it_is_the_fold_of_all_events(tmp_path_factory: pytest.TempPathFactory, steps: list[Any], cut: int) -> None:
    log = EventLog(f"sqlite:///{tmp_path_factory.mktemp('log')}/log.db", lambda: NOW)
    known: set[int] = set()

    def play(some: list[Any]) -> None:
        for step, number in some:
            if step[0] == "received" and number in known:
                continue
            known.update({number} if step[0] == "received" else ())
            write(log, step, number)

    play(steps[:cut])
    before = opened(log)
    play(steps[cut:])
    now = before.copy()
    for event in log.events(after=before.seq):
        now.apply(event)
    for state, events in ((before, log.events()[: before.seq]), (now, log.events()), (opened(log), log.events())):
        whole = fold(events)
        assert looked_at(state) == looked_at(whole)
        assert state == whole


def test_both_databases_find_what_changes_more_than_one_submission(url: str) -> None:
    log = EventLog(url, lambda: NOW)
    received(log, 1, origin=True)
    judged(log, 1, "accepted", rules=True)
    received(log, 2)
    received(log, 5)
    judged(log, 5, "returned")
    append(log, "withdrawn", 5)
    append(log, "answered", 1, answers={"order": "day first"})
    append(log, "nil", 3)
    log.append("reopened", "lea", submission_id="S5")
    assert opened(log).marks[PLACES[1][0], PLACES[1][2]] == log.head().hash
    state = opened(log)
    assert [item.id for item in state.pending()] == ["S1", "S2"]
    assert all([state.rules_in_force, state.pulls, state.remembered, state.nils])
    assert state == fold(log.events())


def test_looking_at_one_quarter_reads_no_other(tmp_path: Path) -> None:
    log = EventLog(f"sqlite:///{tmp_path}/log.db", lambda: NOW)
    for number in range(1, 9):
        received(log, number)
        judged(log, number, "accepted")
    read: list[str] = []
    selected = log.selected
    log.selected = lambda query: [read.append(event.submission_id or "") or event for event in selected(query)]  # type: ignore[method-assign,func-returns-value]
    state = opened(log)
    assert read == []
    program, partner, period = PLACES[1]
    assert [key.table for key in state.versions_of(program, partner=partner, period=period)] == ["events", "people"]
    assert set(read) == {"S1", "S5"}
    assert len(state.versions()) == 8
    assert set(read) == {f"S{number}" for number in range(1, 9)}
