"""The annual extract's section “From heard to done”: its sentences and its table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exports import heard_sheet, wording
from exports.safe import html_text

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


def section(rows: Sequence[dict[str, Any]]) -> str:
    """The section as HTML, escaped; empty where there is nothing to show."""
    if not rows:
        return ""
    says = "".join(f"<li>{html_text(sentence)}</li>\n" for sentence in sentences(rows))
    heads = ("Barrier", "Heard", "Agreed", "Under way", "Done", "Recommendations")
    head = "".join(f'<th scope="col" role="columnheader"{_number(label)}>{html_text(label)}</th>' for label in heads)
    notes = "".join(f"<p>{html_text(note)}</p>\n" for note in heard_sheet.STAGES)
    return (
        f'<section aria-labelledby="heard">\n<h2 id="heard">{heard_sheet.TITLE}</h2>\n'
        "<p>What people named as standing in their way, and what became of it. Roundtables, dialogues, findings and "
        "answers are different things: they are never added up.</p>\n"
        f'<ul class="says">\n{says}</ul>\n'
        '<table class="stack heard" role="table">\n<caption>Barriers since the start, actions and '
        "recommendations by stage</caption>\n"
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n<tbody role="rowgroup">\n'
        + "".join(_line(row, heads) for row in heard_sheet.worded(list(rows)))
        + f"</tbody>\n</table>\n{notes}</section>"
    )


def _line(row: dict[str, Any], heads: Sequence[str]) -> str:
    flag = f'<span class="small behind">{html_text(row["nothing"])}</span>' if row["nothing"] else ""
    heard = _heard(row)
    if row["first_heard_period"]:
        first, last = row["first_heard_period"], row["last_heard_period"]
        span = first if first == last else f"{first} to {last}"
        heard += f'<span class="small">{html_text(span)}</span>'
    counts = [html_text(wording.count(row[key])) for key in ("agreed_count", "under_way_count", "done_count")]
    cells = [heard, *counts, _recommended(row)]
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{html_text(row["barrier_name"])}{flag}</th>'
        + "".join(
            f'<td role="cell" data-label="{label}"{_number(label)}><span>{cell}</span></td>'
            for label, cell in zip(heads[1:], cells, strict=True)
        )
        + "</tr>\n"
    )


def _heard(row: dict[str, Any]) -> str:
    parts = [wording.counted(int(row[key]), word) for key, word in _UNITS if row[key]]
    for name, words in _PEOPLE:
        if row[name]:
            number = row[name]
            parts.append(f"{words}: {number}" if number == wording.HIDDEN_SHARE else f"{number} {words}")
    return _unbroken(parts) or "not named"


def _recommended(row: dict[str, Any]) -> str:
    return _unbroken([f"{wording.count(row[key])} {word}" for key, word in _STEPS if row[key]]) or "–"


def _unbroken(parts: Sequence[str]) -> str:
    # A number stays on one line with what it counts.
    return ", ".join(f'<span class="part">{html_text(part)}</span>' for part in parts)


def _number(label: str) -> str:
    return ' class="n"' if label in ("Agreed", "Under way", "Done") else ""
