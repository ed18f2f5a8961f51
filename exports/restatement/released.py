"""What of a restatement leaves the house: figures as both releases showed them, the causes by name.

Of people, the sizes of the parts are not told: each part would be a count of people of its own, and could be a small
one. What is hidden or rounded now is not repeated as it was shown before. No partner is named, and no reason somebody
typed is repeated. Everything else is in both releases already, or is a number of things that are no people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exports import wording
from exports.restatement import words
from exports.restatement.causes import CODES, LABELS, PHRASES
from exports.restatement.ledger import Change

if TYPE_CHECKING:
    from exports.extract.facts import Revisions
    from exports.restatement.ledger import Restatement

HIDDEN, SHOWN_THEN = "hidden", "shown then"
#: Columns of ``release/restatement.csv``.
COLUMNS = (
    *("figure_id", "program_code", "program_name", "indicator_code", "name", "unit", "period", "span", "measure"),
    *("before", "after", "change", "causes", *CODES, "sizes_of_parts", "is_synthetic"),
)
TOLD, NAMED = "told", "not told: people"


def public(found: Restatement) -> list[Change]:
    """The changes everyone may see: what was shown outside, money to the goal, targets."""
    return [change for change in found.changes if change.scope in ("release", "money", "target")]


def sizes_are_told(change: Change) -> bool:
    """Whether the sizes of the parts may be told: never of people, nor where a part stands for hiding."""
    if change.scope == "target":
        return True
    return change.about.get("counts_people") is False and "suppression" not in change.causes


def is_withheld(change: Change) -> bool:
    """Whether disclosure control hides or rounds now what was shown before: then the old number is not repeated."""
    return change.scope == "release" and "suppression" in change.causes and not change.about.get("superseded")


def record(change: Change) -> dict[str, Any]:
    """A change as a row for everyone; numbers that were hidden stay so."""
    told = sizes_are_told(change)
    both = change.before is not None and change.after is not None and not is_withheld(change)
    return {
        **{name: change.about.get(name) for name in COLUMNS},
        "figure_id": change.figure_id,
        "measure": change.measure,
        "before": None if is_withheld(change) else change.before,
        "after": change.after,
        "change": change.change if both or told else None,
        "causes": "; ".join(LABELS[code] for code in change.causes if not _is_out_of_sight(change, code)),
        **{code: change.amount(code) if told and code in change.causes else None for code in CODES},
        "sizes_of_parts": TOLD if told else NAMED,
    }


def shown_value(change: Change, *, later: bool) -> str:
    """A number as a release showed it; a hidden one in words."""
    value = change.after if later else change.before
    if not later and value is not None and is_withheld(change):
        return SHOWN_THEN
    displays = change.about.get("display")
    if value is None and change.about.get("superseded"):
        return "not shown"
    if value is None and displays is not None:
        display = displays[int(later)]
        return f"{HIDDEN} (1–10)" if display == "1–10" else HIDDEN
    return words.amount(value, change.about.get("unit"))


def causes(change: Change) -> str:
    """The causes in a cell: with their sizes where those are told."""
    if sizes_are_told(change):
        return "; ".join(f"{label} {size}" for label, size in words.of_which(change))
    return "; ".join(LABELS[code] for code in change.causes if not _is_out_of_sight(change, code))


def _is_out_of_sight(change: Change, code: str) -> bool:
    """Whether a part only says that another quarter is shown now: that is no cause of a change."""
    return code == "suppression" and bool(change.about.get("superseded"))


def chosen(found: Restatement) -> list[Change]:
    """What a page for everyone shows: all but parts of money and breakdowns, which are in the table beside it."""
    return [
        change
        for change in public(found)
        if change.scope == "target"
        or (change.scope == "money" and change.figure_id.startswith("goal/"))
        or (change.scope == "release" and change.about["of"] in ("kpi", "reach", "trust"))
    ]


def sentences(found: Restatement, most: int = 6) -> list[str]:
    """A few sentences for everyone: how much changed, the goal's money, people reached, and why."""
    mine = public(found)
    figures = {(change.scope, change.figure_id) for change in mine}
    if not figures:
        return [f"No figure that {found.before} showed has changed since."]
    happened = [
        PHRASES[code]
        for code in CODES
        if any(code in change.causes and not _is_out_of_sight(change, code) for change in mine)
    ]
    lines = [
        f"{wording.counted(len(figures), 'figure')} shown in {found.before} changed since. By "
        f"{wording.listed(happened)}."
    ]
    every = chosen(found)
    together = [change for change in every if change.about.get("of") == "reach"]
    latest = max((str(change.about["period"]) for change in together), default="")
    first = [change for change in every if change.scope == "money"]
    first += [change for change in together if change.about["period"] == latest]
    rest = [change for change in every if change.scope == "release" and change not in together]
    lines += [sentence(change) for change in [*first, *rest][:most]]
    return lines


def sentence(change: Change) -> str:
    """One change as a sentence."""
    covers = words.covers(change)
    name = f"{change.about['name']}{f' ({covers})' if covers else ''}"
    was, now = shown_value(change, later=False), shown_value(change, later=True)
    if is_withheld(change):
        return f"{name}: {was}, now {now}, by {_because(change)}."
    if change.about.get("superseded") and change.after is None:
        return f"{name}: {was} then; it changed since and is not shown now, by {_because(change)}."
    return f"{name}: from {was} to {now}, by {_because(change)}."


def _because(change: Change) -> str:
    """The causes in a sentence: with their sizes where those are told."""
    unit = change.about.get("unit")
    told = sizes_are_told(change) and len(change.causes) > 1
    return wording.listed(
        [
            f"{PHRASES[code]} ({words.signed(change.amount(code), unit)})" if told else PHRASES[code]
            for code in change.causes
            if not _is_out_of_sight(change, code)
        ]
    )


def revisions(found: Restatement) -> Revisions:
    """The annual extract's part of it: sentences, and a table of the figures pages show."""
    from exports.extract.facts import Revisions
    from exports.workbook import Column

    columns = (
        Column("name", "Figure", 34),
        Column("covers", "Covers", 24),
        Column("before", f"In {found.before}", 23),
        Column("after", "Now", 23),
        Column("change", "Change", 22),
        Column("causes", "Because of", 40),
    )
    rows = []
    for change in chosen(found):
        year = str(change.about.get("period") or "")[:4]
        # What is said of an earlier year stands in that year's extract.
        own = {"year": int(year)} if year.isdigit() and year < found.after_build.as_of[:4] else {}
        rows.append({name: text for name, text in line(change).items() if name != "program"} | own)
    return Revisions(found.before, tuple(sentences(found)), columns, tuple(rows))


def line(change: Change) -> dict[str, Any]:
    """A change as texts, for a table."""
    row = record(change)
    return {
        "program": words.program(change),
        "name": change.about.get("name"),
        "covers": words.covers(change),
        "before": shown_value(change, later=False),
        "after": shown_value(change, later=True),
        "change": "–" if row["change"] is None else words.signed(change.change, change.about.get("unit")),
        "causes": causes(change),
    }
