"""Why a figure's progress reads as it does: short reasons beside a status, and what they mean.

Belongs here: words only. Whether something is on track is decided in ``dbt_project``; nothing is decided anew.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from exports import wording
from exports.safe import is_blank

NO_TARGET = "no target"
NO_BASELINE = "no baseline"
HIDDEN_FIGURE = "hidden figure"
BOUNDS_TOO_WIDE = "bounds too wide"

#: What a footnote's label means, by the words it begins with.
_FOOTNOTES = {
    "Bounds too wide to judge progress": "the true value lies between two bounds that lead to different answers.",
    "Rows set aside": "rows of a return that failed a check are not in the figure until they are corrected.",
    "Excused": "a program lead excused these returns; they are neither due nor in the figure.",
    "Partners by an earlier report": "the last state they reported is used.",
    "Returns without this figure": "they sent a return, but left this figure blank.",
}


def is_range(row: Mapping[str, Any]) -> bool:
    """Whether only bounds of the value are known."""
    low, high = row.get("value_low"), row.get("value_high")
    return is_blank(row.get("value")) and not is_blank(low) and low != high


def missing_returns(row: Mapping[str, Any]) -> int:
    """How many of the returns due behind a figure are not in."""
    met, due = row.get("coverage_met"), row.get("coverage_due")
    return 0 if is_blank(due) else max(0, int(due) - (0 if is_blank(met) else int(met)))  # type: ignore[arg-type]


def reason(row: Mapping[str, Any]) -> str | None:
    """Why a status cannot be assessed; ``None`` where it speaks for itself.

    Example:
        >>> reason({"progress_status": "not_assessable", "target_value": 9, "value": 1,
        ...         "coverage_met": 22, "coverage_due": 23, "baseline_value": 0})
        '1 of 23 returns missing'
    """
    if row.get("progress_status") != "not_assessable":
        return None
    if row.get("is_suppressed") is True:
        return HIDDEN_FIGURE
    if is_blank(row.get("target_value")):
        return NO_TARGET
    if missing := missing_returns(row):
        return f"{missing} of {int(row['coverage_due'])} returns missing"
    if is_blank(row.get("value")) and is_blank(row.get("value_low")):
        return wording.NO_DATA
    if is_blank(row.get("baseline_value")):
        return NO_BASELINE
    return BOUNDS_TOO_WIDE if BOUNDS_TOO_WIDE in str(row.get("footnote")).lower() else None


def short_reason(row: Mapping[str, Any]) -> str:
    """The reason in at most 18 characters."""
    text = reason(row) or ""
    if text.endswith("missing"):
        return f"{wording.counted(missing_returns(row), 'return')} missing"
    return text


def attained(row: Mapping[str, Any]) -> str:
    """Share of the way to the target: ``24%``; ``≥0.6%`` for a range, whose worse bound counts; else a dash.

    Rounding never lifts a bound, nor an unmet target to 100%.
    """
    value = row.get("attainment_pct")
    if is_blank(value):
        return "–"
    share, ranged = float(value), is_range(row)  # type: ignore[arg-type]
    scale = 10 if abs(share) < 10 else 1
    rounded = math.floor(share * scale) if ranged or 99 < share < 100 else round(share * scale)
    return f"{'≥' if ranged else ''}{wording.percent(rounded / scale)}"


def note(row: Mapping[str, Any]) -> str | None:
    """The reason and the footnote of a figure, as one text."""
    why, footnote = reason(row), row.get("footnote")
    same = ("missing" in str(why) and "missing" in str(footnote)) or why == BOUNDS_TOO_WIDE
    if same and not is_blank(footnote):
        why = None  # the footnote says the same, and more
    return "; ".join(part for part in (why, footnote) if part and not is_blank(part)) or None


def explained(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the reasons and footnotes that occur in these rows mean, one sentence each."""
    rows = list(rows)
    reasons = {str(reason(row)) for row in rows}
    sentences = []
    if any(text.endswith("missing") for text in reasons):
        sentences.append("returns missing: whether the target is in reach is said only once every return due is in.")
    if NO_BASELINE in reasons:
        sentences.append(f"{NO_BASELINE}: no starting value is recorded, so no part of the way can be called done.")
    return sentences + [f"{label}: {text}" for label, text in explained_footnotes(rows)]


def explained_footnotes(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """The labels of the footnotes that occur in these rows, and what they mean."""
    notes = [str(row["footnote"]) for row in rows if not is_blank(row.get("footnote"))]
    return [(label, text) for label, text in _FOOTNOTES.items() if any(label in note for note in notes)]
