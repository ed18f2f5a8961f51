"""Rows behind what was heard and what became of it: barriers named, and the actions and recommendations about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exports.explain.evidence_cells import cell_row
from exports.explain.recipes import Use

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from exports.explain.spool import Term
    from exports.origins import Contribution
    from exports.published import Published

#: Per program and table, what its columns say: the barriers, the item, how far it is, how many named it.
_ROLES: dict[tuple[str, str], dict[str, str]] = {
    ("cheer", "roundtables"): {"barriers_named": "barriers", "roundtable_id": "item"},
    ("cheer", "solutions"): {"barriers_addressed": "barriers", "solution_id": "item", "stage": "stage"},
    ("dialogue_events", "dialogues"): {"barriers_named": "barriers", "dialogue_id": "item"},
    ("dialogue_events", "actions"): {"barriers_addressed": "barriers", "action_id": "item", "stage": "stage"},
    ("heal", "survey_feedback"): {"barrier_code": "barriers", "mentions_count": "mentions"},
    ("heal", "interventions"): {"barrier_code": "barriers", "intervention_id": "item", "stage": "stage"},
    ("hemophilia_b", "findings"): {"barrier_code": "barriers", "finding_id": "item", "change_stage": "stage"},
    ("research_policy", "outputs"): {
        "barriers_addressed": "barriers", "output_id": "item", "stage": "stage", "kind": "kind",
    },
}  # fmt: skip
STEPS = (
    "agreed_count", "under_way_count", "done_count", "recommended_count", "taken_up_count", "adopted_count",
    "implemented_count",
)  # fmt: skip
_UNITS = ("roundtables_count", "dialogues_count", "findings_count")
_WORDS = "Items counted once, by the newest return that names them; units are never added"


def tells_barriers(program: str, table: str) -> bool:
    """Whether a table tells of barriers named, or of what became of them."""
    return (program, table) in _ROLES


def heard_terms(program: str, table: str, rows: Iterable[Contribution]) -> Iterator[Term]:
    """A term for every row that names a barrier."""
    roles = _ROLES[program, table]
    for item in rows:
        cells = [cell for cell in item.cells if cell.column in roles]
        if any(roles[cell.column] == "barriers" for cell in cells):
            term = ("heard", program, item.partner, item.period, item.submission_id, table, False, None, None, 1)
            yield term, [cell_row(Use(roles[cell.column], cell), item) for cell in cells]


def heard_figures(published: Published, kept: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """What was heard and done per barrier, of all programs as released and of each as leads read it."""
    for row in _rows(published, "pub_leadership__heard_to_done"):
        figure = f"heard/{row['barrier_code']}"
        for measure in (*_UNITS, *STEPS, "first_heard_period", "last_heard_period"):
            yield (figure, measure, "heard", row[measure], row[measure], False, False, None, _WORDS)
        for people in ("patients", "respondents"):
            for bound in ("low", "high"):
                measure = f"{people}_count_{bound}"
                hidden = bool(row.get(f"is_{people}_suppressed"))
                # Patients are on complete lists, so that their numbers are rounded; those who answer a poll are not.
                rounded = people == "patients" and not hidden and row[measure] is not None
                anchor = kept.get(f"{figure}/patients", {}).get(measure) if rounded else None
                exact = "?" if hidden or rounded else row[measure]
                yield (figure, measure, "heard", exact, row[measure], hidden, rounded, anchor, _WORDS)
    for row in _rows(published, "pub_leads__heard_to_done"):
        figure = f"heard/{row['barrier_code']}/{row['program_code']}"
        for measure in ("heard_count_low", "heard_count_high", *STEPS, "first_heard_period", "last_heard_period"):
            yield (figure, measure, "heard", row[measure], row[measure], False, False, None, _WORDS)


def _rows(published: Published, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = published.arrow(name).to_pylist() if published.has(name) else []
    return rows
