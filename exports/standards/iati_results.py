"""Results of an IATI activity: indicators with baseline, targets and what was reached, nothing hidden in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

from exports.safe import number_text
from exports.standards.elements import add, told
from exports.standards.iati_facts import Activity, IatiFacts
from sources import periods

#: Level of an indicator → result type (1 output, 2 outcome, 3 impact, 9 other) and its title.
RESULTS = {
    "input": ("9", "Inputs"),
    "output": ("1", "Outputs"),
    "outcome": ("2", "Outcomes"),
    "impact": ("3", "Impact"),
}
UNIT, PERCENTAGE = "1", "2"
#: Kinds whose values may be added over activities; shares, bounds of people and estimates may not.
ADDITIVE = frozenset({"flow", "stock"})


def add_results(element: ET.Element, activity: Activity, facts: IatiFacts) -> None:
    """One ``result`` per level of the activity's indicators."""
    for level, (kind, title) in RESULTS.items():
        rows = [row for row in activity.definitions if row.get("level") == level]
        if not rows:
            continue
        additive = all(row["kind"] in ADDITIVE for row in rows)
        result = add(element, "result", {"type": kind, "aggregation-status": str(int(additive))})
        told(result, "title", title)
        for row in rows:
            _add_indicator(result, row, facts.progress.get(str(row["indicator_code"]), []))


def _add_indicator(result: ET.Element, row: Mapping[str, Any], progress: list[dict[str, Any]]) -> None:
    indicator = add(
        result,
        "indicator",
        {
            "measure": PERCENTAGE if row["unit"] == "percent" else UNIT,
            "ascending": "0" if row.get("direction") == "decrease" else "1",
            "aggregation-status": str(int(row["kind"] in ADDITIVE)),
        },
    )
    told(indicator, "title", row["indicator_name"])
    told(indicator, "description", _described(row))
    if row.get("baseline_value") is not None and row.get("baseline_period"):
        day = periods.last_day(str(row["baseline_period"]))
        add(
            indicator,
            "baseline",
            {"year": day.year, "iso-date": day.isoformat(), "value": number_text(row["baseline_value"])},
        )
    last = row.get("target_year") if row.get("target_value") is not None else None
    for entry in progress:
        if entry["year"] != last:
            _add_period(indicator, row, entry)
    if last is not None:
        reached = next((entry for entry in progress if entry["year"] == last), None)
        _add_period(indicator, row, reached, int(last))


def _described(row: Mapping[str, Any]) -> str:
    unit = str(row["unit"]).replace("_", " ")
    said = [str(row["definition"]), f"Unit: {'percentage points' if unit == 'points' else unit}"]
    said += [str(row[name]) for name in ("arithmetic", "limits") if row.get(name)]
    return ". ".join(part.rstrip(".") for part in said) + "."


def _add_period(
    indicator: ET.Element, row: Mapping[str, Any], entry: Mapping[str, Any] | None, target_year: int | None = None
) -> None:
    """One period: the year's headline, or the year the target is due."""
    until = str(entry["period"]) if entry is not None else f"{target_year}-Q4"
    span = str(entry["span"] if entry is not None else row.get("headline_span") or "since_start")
    planned = row["target_value"] if target_year is not None else entry["planned_value"] if entry is not None else None
    seen = None if entry is None else _seen(entry)
    if planned is None and seen is None:
        return
    period = add(indicator, "period")
    add(period, "period-start", {"iso-date": _start(row, until, span).isoformat()})
    add(period, "period-end", {"iso-date": periods.last_day(until).isoformat()})
    if planned is not None:
        target = add(period, "target", {"value": number_text(planned)})
        told(target, "comment", _target_comment(row, target_year))
    if seen is not None and entry is not None:
        value, remarks = seen
        actual = add(period, "actual", {"value": value})
        remarks = [*remarks, *_standing(entry)]
        if remarks:
            told(actual, "comment", " ".join(remarks))


def _start(row: Mapping[str, Any], until: str, span: str) -> date:
    if span == "quarter":
        return periods.first_day(until)
    if span == "year_to_date":
        return date(int(until[:4]), 1, 1)
    return periods.first_day(min(str(row.get("effective_from") or periods.FIRST_PERIOD), until))


def _target_comment(row: Mapping[str, Any], target_year: int | None) -> str:
    if target_year is None:
        return "Planned by then, on the straight line from the baseline through the dated targets: an assumption."
    basis = str(row.get("target_basis") or "assumed")
    source = str(row.get("target_source") or "").rstrip(".")
    return f"{basis.capitalize()} target. {source}." if source else f"{basis.capitalize()} target."


def _seen(entry: Mapping[str, Any]) -> tuple[str, list[str]] | None:
    """The value to publish and what must be said of it; ``None`` where there is none or it is hidden.

    Of a range the lower end is the value, so that nothing is overstated.
    """
    if entry["is_suppressed"]:
        return None
    value, low, high = (entry[name] for name in ("value", "value_low", "value_high"))
    if value is None and low is None:
        return None
    said = []
    if low is not None and high is not None and low != high:
        said.append(f"At least {number_text(low)} and at most {number_text(high)}.")
    elif value is None and high is None:
        said.append("At least this many.")
    if entry.get("is_rounded"):
        said.append("Rounded to a whole percent." if entry["kind"] == "ratio" else "Rounded to the nearest 5.")
    return number_text(low if value is None else value), said


def _standing(entry: Mapping[str, Any]) -> Iterable[str]:
    if entry["data_status"] == "provisional":
        yield "Provisional: not every return behind it is approved."
    if entry["coverage_due"] and entry["coverage_met"] < entry["coverage_due"]:
        yield f"From {entry['coverage_met']} of {entry['coverage_due']} returns owed."
    if entry.get("footnote"):
        yield f"{str(entry['footnote']).rstrip('.')}."
