"""The extract's section “From heard to done”: its sentences, its table, and the key actions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exports import heard_sheet, wording
from exports.extract.document import Cell, Column, Says, Section, Table, Text
from exports.extract.facts import Facts

_UNITS = (
    ("roundtables_count", "roundtable"),
    ("dialogues_count", "dialogue"),
    ("findings_count", "research finding"),
)
_PEOPLE = (("patients", "answers of patients"), ("respondents", "answers in polls"))
_STEPS = (
    ("recommended_count", "made"),
    ("taken_up_count", "taken up"),
    ("adopted_count", "adopted"),
    ("implemented_count", "implemented"),
)
#: Stages of an action, in order.
ACTION_STAGES = {"agreed": "Agreed", "under_way": "Under way", "done": "Done"}
_SHARED = (
    ("recommendations_count", "recommendation"),
    ("reports_count", "report"),
    ("webinars_count", "webinar"),
)


def sentences(rows: Sequence[dict[str, Any]]) -> list[str]:
    """How many barriers were named, for how many something is done, and those about which nothing is agreed."""
    named = [row for row in rows if row["first_heard_period"]]
    done = sum(row["done_count"] > 0 or row["implemented_count"] > 0 for row in named)
    nothing = [row["barrier_name"] for row in named if row["nothing_agreed"]]
    are = "was" if len(named) == 1 else "were"
    found = [
        f"{wording.counted(len(named), 'barrier')} to care {are} named since the start; for {done} of them at least "
        "one action is done or one recommendation implemented."
    ]
    if nothing:
        found.append(f"Named, but nothing is agreed about it: {'; '.join(sorted(nothing))}.")
    return found


def section(facts: Facts) -> Section:
    """The section: barriers named, and what became of them; then what was done about each key action."""
    rows = facts.heard
    parts = _key_actions(facts.key_actions)
    if not rows:
        return Section("heard", heard_sheet.TITLE, (), (parts,))
    about = (
        "What people named as standing in their way, and what became of it. Roundtables, dialogues, findings and "
        "answers are different things: they are never added up."
    )
    columns = (
        Column("Barrier", 1.8),
        Column("Heard", 2.3),
        Column("Agreed", 0.7, True),
        Column("Under way", 0.7, True),
        Column("Done", 0.6, True),
        Column("Recommendations", 1.4),
    )
    table = Table(
        heard_sheet.TITLE,
        columns,
        tuple(_line(row) for row in heard_sheet.worded(rows)),
        "Barriers since the start, actions and recommendations by stage",
    )
    notes = tuple(Text(note, quiet=True) for note in heard_sheet.STAGES)
    blocks = (Text(about, quiet=True), Says(tuple(sentences(rows))), table, *notes)
    return Section("heard", heard_sheet.TITLE, blocks, () if parts.is_empty else (parts,))


def _line(row: dict[str, Any]) -> tuple[Cell, ...]:
    flag = (row["nothing"],) if row["nothing"] else ()
    span: tuple[str, ...] = ()
    if row["first_heard_period"]:
        first, last = row["first_heard_period"], row["last_heard_period"]
        span = (first if first == last else f"{first} to {last}",)
    counts = [Cell(wording.count(row[key])) for key in ("agreed_count", "under_way_count", "done_count")]
    return (Cell(str(row["barrier_name"]), flag), Cell(_heard(row), span), *counts, Cell(_recommended(row)))


def _heard(row: dict[str, Any]) -> str:
    parts = [wording.counted(int(row[key]), word) for key, word in _UNITS if row[key]]
    for name, words in _PEOPLE:
        if row[name]:
            number = row[name]
            parts.append(f"{words}: {number}" if number == wording.HIDDEN_SHARE else f"{number} {words}")
    return ", ".join(_unbroken(part) for part in parts) or "not named"


def _recommended(row: dict[str, Any]) -> str:
    return ", ".join(_unbroken(f"{wording.count(row[key])} {word}") for key, word in _STEPS if row[key]) or "–"


def _unbroken(text: str) -> str:
    """A number stays on one line with what it counts."""
    return text.replace(" ", "\u00a0")


def _key_actions(rows: Sequence[dict[str, Any]]) -> Section:
    """What programs agreed, did and recommended under each of the initiative's key actions."""
    lines = [
        (
            Cell(str(row["key_action_name"]), (str(row["key_action_statement"]),)),
            *(Cell(wording.count(row[f"{stage}_count"]) if row[f"{stage}_count"] else "–") for stage in ACTION_STAGES),
            Cell(_published(row)),
        )
        for row in rows
    ]
    if not lines:
        return Section("actions", "Key actions")
    columns = (
        Column("Key action", 3.2),
        *(Column(heading, 0.7, True) for heading in ACTION_STAGES.values()),
        Column("Knowledge shared", 1.7),
    )
    about = (
        "Each action stands at the stage of the newest return that names it; dropped ones do not count. What was "
        "shared is counted from its publication on."
    )
    table = Table("Key actions", columns, tuple(lines), "Actions under each key action, by stage")
    return Section("actions", "Key actions", (Text(about, quiet=True), table))


def _published(row: dict[str, Any]) -> str:
    parts = [wording.counted(int(row[key]), word) for key, word in _SHARED if row[key]]
    return ", ".join(_unbroken(part) for part in parts) or "–"
