"""The recount of barriers: who named them how often, and at which stage what answers them stands."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from tests.e2e.recount import Recount, Row, bounds, name

STEPS = ("agreed", "under_way", "done", "drafted", "recommended", "taken_up", "adopted", "implemented", "traced")
#: Program, table, item, barriers, stage, the meeting it came of, and the step each stage is; no step, no answer yet.
_ANSWERS: tuple[tuple[str, str, str, str, str, str | None, dict[str, str]], ...] = (
    ("heal", "interventions", "intervention_id", "barrier_code", "stage", None,
     {"planned": "agreed", "running": "under_way", "completed": "done", "stopped": "dropped"}),
    ("cheer", "solutions", "solution_id", "barriers_addressed", "stage", "roundtable_id",
     {"designed": "agreed", "running": "under_way", "completed": "done", "stopped": "dropped"}),
    ("dialogue_events", "actions", "action_id", "barriers_addressed", "stage", "dialogue_id",
     {"agreed": "agreed", "under_way": "under_way", "done": "done", "dropped": "dropped"}),
    ("hemophilia_b", "findings", "finding_id", "barrier_code", "change_stage", None,
     {"proposed": "recommended", "under_discussion": "taken_up", "adopted": "adopted", "in_force": "implemented",
      "rejected": "dropped"}),
    ("research_policy", "outputs", "output_id", "barriers_addressed", "stage", None,
     {"drafted": "drafted", "published": "recommended", "presented": "recommended", "taken_up": "taken_up",
      "adopted": "adopted", "implemented": "implemented"}),
)  # fmt: skip
_MEETINGS = {"cheer": ("roundtables", "roundtable_id"), "dialogue_events": ("dialogues", "dialogue_id")}
PROGRAMS = tuple(answer[0] for answer in _ANSWERS)


def heard(recount: Recount) -> dict[tuple[str, str], list[Any]]:
    """By program and barrier: heard at least and at most so often, and the first and last quarter of it."""
    said: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for program, (table, _) in _MEETINGS.items():
        for _, quarter, _, rows in recount.returns(program, table):
            for row in rows:
                for barrier in row["barriers_named"].split(";"):
                    said[program, barrier].append((quarter, 1, 1))
    for _, quarter, _, rows in recount.returns("heal", "survey_feedback"):
        for row in rows:
            low, high = bounds(row, "mentions_count")
            said["heal", row["barrier_code"]].append((quarter, low or 0, high or 0))
    known = set()
    for partner, quarter, _, rows in recount.returns("hemophilia_b", "findings"):
        for row in rows:
            if (partner, row["finding_id"]) not in known:
                known.add((partner, row["finding_id"]))
                said["hemophilia_b", row["barrier_code"]].append((quarter, 1, 1))
    found = {}
    for key, mentions in said.items():
        quarters = [quarter for quarter, _, high in mentions if high]
        span = [name(min(quarters)), name(max(quarters))] if quarters else [None, None]
        found[key] = [sum(low for _, low, _ in mentions), sum(high for *_, high in mentions), *span]
    return found


def answered(recount: Recount) -> dict[tuple[str, str], Counter[str]]:
    """By program and barrier: how many items stand at each step by the newest return that names them."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for program, table, item, barriers, stage, meeting, steps in _ANSWERS:
        named = _named(recount, program) if meeting else {}
        newest: dict[tuple[str, str], Row] = {}
        for partner, _, _, rows in recount.returns(program, table):
            for row in rows:
                if row[stage] in steps and row.get("kind", "recommendation") == "recommendation":
                    newest[partner, row[item]] = row
        for (partner, _), row in newest.items():
            for barrier in (row[barriers] or "").split(";"):
                step = steps[row[stage]]
                if barrier and step != "dropped":
                    traced = meeting and barrier in named.get((partner, row[meeting]), ())
                    counts[program, barrier].update([step, *(["traced"] if traced else [])])
    return counts


def _named(recount: Recount, program: str) -> dict[tuple[str, str], set[str]]:
    table, key = _MEETINGS[program]
    named: dict[tuple[str, str], set[str]] = defaultdict(set)
    for partner, _, _, rows in recount.returns(program, table):
        for row in rows:
            named[partner, row[key]] |= set(row["barriers_named"].split(";"))
    return named
