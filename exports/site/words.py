"""How a component words a value: ``fmt=eur``, ``fmt=kpi``. Wordings themselves are the room's own.

A wording may look at the rest of the row: ``kpi`` needs its bounds and unit, ``coverage`` the returns due.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from exports import trust_sentences, verdict, wording
from exports.safe import is_blank

Wording = Callable[[Any, Mapping[str, Any]], str]
DASH = "–"


def _either(words: Callable[[Any], str]) -> Wording:
    """A wording that leaves a dash where there is nothing."""
    return lambda value, _: DASH if is_blank(value) else words(value)


def _plain(value: Any, _: Mapping[str, Any]) -> str:
    if is_blank(value):
        return DASH
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return wording.count(value)
    return str(value)


def _target(value: Any, row: Mapping[str, Any]) -> str:
    return "no target" if is_blank(value) else wording.quantity(value, row.get("unit"))


def _target_note(_: Any, row: Mapping[str, Any]) -> str:
    """What a target is: by when, and whether it was published or assumed."""
    if is_blank(row.get("target_value")):
        return ""
    year = "" if is_blank(row.get("target_year")) else f"by {int(row['target_year'])}"
    return ", ".join(part for part in (year, str(row.get("target_basis") or "")) if part)


def _coverage(_: Any, row: Mapping[str, Any]) -> str:
    return wording.coverage(row.get("coverage_met"), row.get("coverage_due"), row.get("coverage_share_pct"))


def _pace(value: Any, row: Mapping[str, Any]) -> str:
    return DASH if is_blank(value) else wording.per_year(value, row.get("unit"))


def _forecast(value: Any, row: Mapping[str, Any]) -> str:
    return DASH if is_blank(value) else wording.rounded(value, row.get("unit"))


def _range(_: Any, row: Mapping[str, Any]) -> str:
    """The 95% range of a forecast."""
    low, high = row.get("forecast_2030_low"), row.get("forecast_2030_high")
    if is_blank(low) and is_blank(high):
        return ""
    return wording.between(wording.whole(low, row.get("unit")), wording.whole(high, row.get("unit")), row.get("unit"))


def _signed(value: Any, _: Mapping[str, Any]) -> str:
    return DASH if is_blank(value) else f"{'+' if float(value) >= 0.05 else ''}{trust_sentences.number(value)}"


def _people(_: Any, row: Mapping[str, Any]) -> str:
    """Bounds of a number of people; hidden ones say so."""
    return wording.value_text({**row, "kind": "reach", "unit": "people"})


def _name_of(row: Mapping[str, Any]) -> str:
    """A name that starts a cell: first letter large, no underscores."""
    text = wording.humanised(row)
    return text[:1].upper() + text[1:]


_SUBMISSION = {
    "accepted": "accepted",
    "accepted_with_warnings": "accepted with warnings",
    "partially_accepted": "accepted in part",
}
FORMATS: dict[str, Wording] = {
    "text": _plain,
    "num": _either(wording.count),
    "pct": _either(wording.percent),
    "pct1": _either(lambda value: f"{trust_sentences.number(value)}%"),
    "points": _either(trust_sentences.number),
    "points_signed": _signed,
    "eur": lambda value, _: wording.money(value),
    "quantity": lambda value, row: DASH if is_blank(value) else wording.quantity(value, row.get("unit")),
    "kpi": lambda _, row: wording.value_text(row),
    "people": _people,
    "coverage": _coverage,
    "target": _target,
    "target_note": _target_note,
    "attained": lambda _, row: verdict.attained(row),
    "reason": lambda _, row: verdict.reason(row) or "",
    "note": lambda _, row: verdict.note(row) or "",
    "pace": _pace,
    "forecast": _forecast,
    "forecast_range": _range,
    "covers": lambda _, row: wording.covers(row),
    "progress": lambda value, _: wording.progress(value, sign=True),
    "data_status": lambda value, _: wording.data_status(value),
    "trust_note": lambda _, row: trust_sentences.status_note(dict(row)),
    "trust_goal": lambda _, row: trust_sentences.goal_note(dict(row)),
    "trust_outlook": lambda _, row: trust_sentences.outlook(dict(row)),
    "interval": _either(lambda value: trust_sentences.interval_word(value != "design_based")),
    "submission": _either(lambda value: _SUBMISSION.get(value, wording.humanised(value))),
    "obligation": _either(lambda value: wording.OBLIGATION.get(value, wording.humanised(value))),
    "unit": _either(wording.unit_text),
    "unit_after": lambda value, _: "" if value in ("EUR", "percent") or is_blank(value) else wording.unit_text(value),
    "words": _either(_name_of),
    "month": _either(lambda value: wording.month_text(str(value))),
    "quarter": _either(lambda value: wording.quarter_text(str(value))),
    "short_quarter": _either(lambda value: str(value).replace("-", " ")),
    "due": lambda value, row: (
        "" if is_blank(value) else f"due {wording.day_text(value)}{', late' if row.get('is_late') else ''}"
    ),
    "year_of": _either(lambda value: str(int(value))),
    "day": _either(wording.day_text),
}
#: Wordings that read like numbers, and stand to the right.
NUMBERS = frozenset(
    {
        "num",
        "pct",
        "pct1",
        "points",
        "points_signed",
        "eur",
        "quantity",
        "kpi",
        "people",
        "target",
        "attained",
        "pace",
        "forecast",
    }
)
