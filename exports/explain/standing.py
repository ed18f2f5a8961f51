"""Where a figure stands: baseline, target, plan, attainment, pace, forecast and status, each with its numbers in.

Belongs here: telling what ``dbt_project`` decided. The formulas are those of its models ``fct_targets_path``,
``fct_kpi``, ``int_flows__forecast`` and ``int_stocks__forecast``; what is shown as the result is what was published.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from statistics import stdev
from typing import TYPE_CHECKING, Any

from exports import wording
from exports.explain.model import Section
from exports.origin_words import number
from sources import periods

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sources.contract.model import Contract
    from sources.log.state import LedgerState

Knot = tuple[str, Decimal]
_FEWEST = 8
_LAST = "2030-Q4"


def standing(
    row: Mapping[str, Any],
    definition: Mapping[str, Any],
    quarters: Sequence[Mapping[str, Any]],
    contract: Contract,
    state: LedgerState,
) -> list[Section]:
    """Baseline, target, pace, forecast and status of a figure.

    Args:
        row: The figure's row of ``pub_leads__kpi``.
        definition: Its indicator's row of ``pub_meta__definitions``.
        quarters: The indicator's rows of ``pub_leads__kpi`` with span ``quarter``, oldest first, up to the figure's.
    """
    if not row["is_headline"]:
        span = wording.span_text(definition["headline_span"], row["kind"], row["period"])
        note = f"Targets are set for the figure {span}; this one has none, so its progress is not judged."
        return [Section("Target", (note,))]
    sections = [Section("Baseline and target", tuple(_aims(row, definition, contract, state)))]
    if row["target_value"] is not None:
        sections.append(Section("Progress", tuple(_progress(row, definition))))
    forecast = _forecast(row, quarters)
    if forecast:
        sections.append(Section("Forecast to the end of 2030", tuple(forecast)))
    sections.append(Section("Status", tuple(_status(row, definition))))
    return sections


def _aims(row: Mapping[str, Any], definition: Mapping[str, Any], contract: Contract, state: LedgerState) -> list[str]:
    unit, lines = row["unit"], []
    if definition["baseline_value"] is None or definition["baseline_period"] is None:
        lines.append("No baseline is recorded.")
    else:
        start = wording.day_text(periods.last_day(definition["baseline_period"]))
        lines.append(
            f"Baseline {_text(definition['baseline_value'], unit)} at {start}: stated in the program's indicators.csv, "
            f"version {definition['version']} of the indicator."
        )
    if row["target_value"] is None:
        return [*lines, "No target is set."]
    basis = {"assumed": "a planning assumption", "published": "published"}.get(str(row["target_basis"]), "stated")
    source = f" Source: {definition['target_source']}." if definition["target_source"] else ""
    lines.append(f"Target {_text(row['target_value'], unit)} by the end of {row['target_year']}, {basis}.{source}")
    for change in sorted(state.target_changes.values(), key=lambda item: item.seq):
        if change.indicator == row["indicator_code"] and change.state == "approved":
            before = "none" if change.before is None else number(change.before)
            lines.append(
                f"Target {change.year} changed from {before} to {number(change.value)} ({change.id}), proposed by "
                f"{change.proposed_by}, approved by {change.decided_by}: {change.why}"
            )
    planned = _planned(row, _knots(row, definition, contract, state))
    return [*lines, *([planned] if planned else [])]


def _knots(row: Mapping[str, Any], definition: Mapping[str, Any], contract: Contract, state: LedgerState) -> list[Knot]:
    """Quarters whose planned value is stated: the baseline and the end of each year with a target, oldest first."""
    code = row["indicator_code"]
    aims = {f"{target.year}-Q4": target.value for target in contract.targets if target.indicator == code}
    for change in sorted(state.target_changes.values(), key=lambda item: item.decided_seq or 0):
        if change.indicator == code and change.state == "approved":
            aims[f"{change.year}-Q4"] = change.value
    if definition["baseline_value"] is not None and definition["baseline_period"] is not None:
        aims.setdefault(definition["baseline_period"], definition["baseline_value"])
    return sorted(aims.items())


def _planned(row: Mapping[str, Any], knots: list[Knot]) -> str | None:
    if row["planned_value"] is None:
        return None
    period, planned = str(row["period"]), _text(row["planned_value"], row["unit"])
    before = [knot for knot in knots if knot[0] <= period]
    after = [knot for knot in knots if knot[0] > period]
    if not before or not after or before[-1][0] == period:
        return f"Planned by now: {planned}, as stated for {(before or after)[-1][0]}."
    (first, start), (last, end) = before[-1], after[0]
    done, whole = _index(period) - _index(first), _index(last) - _index(first)
    return (
        f"Planned by now: {planned}, on the straight line from {number(start)} ({first}) to {number(end)} ({last}): "
        f"{number(start)} + ({number(end)} {wording.MINUS} {number(start)}) × {done}/{whole} quarters."
    )


def _progress(row: Mapping[str, Any], definition: Mapping[str, Any]) -> list[str]:
    value = judged(row, definition)
    lines: list[str] = []
    if value is None:
        return ["There is no value to judge."]
    if row["value"] is None:
        which = "upper" if definition["direction"] == "decrease" else "lower"
        lines.append(
            f"Only bounds are known: the {which} one, {number(value)}, is judged, the less favourable of the two."
        )
    baseline, target = row["baseline_value"], row["target_value"]
    if row["attainment_pct"] is not None:
        lines.append(
            "Attained: (value − baseline) / (target − baseline) = "
            f"({number(value)} {wording.MINUS} {number(baseline)}) / "
            f"({number(target)} {wording.MINUS} {number(baseline)}) = {number(row['attainment_pct'])} %."
        )
    left = row["target_year"] * 4 + 3 - _index(str(row["period"]))
    if row["required_per_year"] == 0:
        lines.append("Required a year from now: 0, nothing more is needed.")
    elif row["required_per_year"] is not None:
        lines.append(
            f"Required a year from now: (target − value) × 4 / quarters left = ({number(target)} {wording.MINUS} "
            f"{number(value)}) × 4 / {left} = {number(row['required_per_year'])}."
        )
    if row["observed_per_year"] is not None and definition["baseline_period"] is not None:
        past = _index(str(row["period"])) - _index(definition["baseline_period"])
        lines.append(
            f"Observed a year so far: (value − baseline) × 4 / quarters since the baseline = ({number(value)} "
            f"{wording.MINUS} {number(baseline)}) × 4 / {past} = {number(row['observed_per_year'])}."
        )
    return lines


def judged(row: Mapping[str, Any], definition: Mapping[str, Any]) -> Decimal | None:
    """The value progress is judged by: of bounds the less favourable one."""
    value: Decimal | None = row["value_high"] if definition["direction"] == "decrease" else row["value_low"]
    return value


def _forecast(row: Mapping[str, Any], quarters: Sequence[Mapping[str, Any]]) -> list[str]:
    if row["forecast_2030"] is None:
        return []
    low, high = row["forecast_2030_low"], row["forecast_2030_high"]
    known = low is not None and high is not None
    interval = f", 95 % prediction interval {number(low)} to {number(high)}" if known else ""
    published = f"Forecast {_text(row['forecast_2030'], row['unit'])}{interval}."
    left = _index(_LAST) - _index(str(row["period"]))
    if row["kind"] == "stock":
        levels = [item["value"] for item in quarters if item["value"] is not None]
        return [
            published,
            f"Method: the straight line through the {len(levels)} quarters with a level, carried on by {left} quarters "
            "(ordinary least squares); the interval uses t with n − 2 degrees of freedom. A level is never below zero.",
            f"Inputs: {_series(levels)}.",
        ]
    lows = [item["value_low"] for item in quarters if item["value_low"] is not None]
    lines = [
        published,
        f"Method: to date + mean quarter × quarters left; the interval is t(n − 1) × s × √(R + R²/n) with n = "
        f"{len(lows)} quarters and R = {left} quarters left. It never falls below what has been reported.",
    ]
    if len(lows) >= _FEWEST and row["value_low"] is not None:
        mean, spread = sum(lows, Decimal(0)) / len(lows), stdev(float(item) for item in lows)
        lines.append(
            f"With the numbers in: {number(row['value_low'])} + {mean:,.2f} × {left} = "
            f"{number(_cents(row['value_low'] + mean * left))}; s = {spread:,.2f}."
        )
    return [*lines, f"Inputs, quarter by quarter: {_series(lows)}."]


def _status(row: Mapping[str, Any], definition: Mapping[str, Any]) -> list[str]:
    status, words = str(row["progress_status"]), wording.progress(row["progress_status"])
    return [f"{words[:1].upper()}{words[1:]}. {_rule(status, row, definition)}"]


def _rule(status: str, row: Mapping[str, Any], definition: Mapping[str, Any]) -> str:
    """The rule that decided, with its numbers; the order is that of ``fct_kpi``."""
    value, target, baseline = judged(row, definition), row["target_value"], row["baseline_value"]
    if status == "target_met":
        return f"The value, {number(value or Decimal(0))}, has reached the target of {number(target)}."
    if status == "not_assessable":
        if target is None:
            return "There is no target to judge it by."
        if value is None:
            return "Nothing was reported."
        if row["coverage_met"] < row["coverage_due"]:
            missing = row["coverage_due"] - row["coverage_met"]
            return f"{missing} of {row['coverage_due']} returns are missing; a status is given once all are in."
        if row["coverage_due"] == 0:
            return "No return was due."
        if baseline is None or row["planned_value"] is None:
            return "No baseline is recorded, or the plan starts later: there is no way to measure progress on."
        if "Bounds too wide" in str(row["footnote"]):
            return "One bound of the value gives one status, the other another: the bounds are too wide to judge."
        return "A partner left the figure blank, or the target is no change for the better."
    if value is None or baseline is None or target is None or row["planned_value"] is None:
        return ""
    sign = -1 if definition["direction"] == "decrease" else 1
    way, planned, whole = (
        sign * (value - baseline),
        sign * (row["planned_value"] - baseline),
        sign * (target - baseline),
    )
    share = f"{number(way)}, against {number(planned)} planned by now: 95 % of that are {number(planned * 95 / 100)}"
    tenth = number((whole / 10).normalize())
    texts = {
        "on_track": f"All returns are in, and the way so far is at least 95 % of the way planned ({share}).",
        "behind": f"All returns are in, and the way so far is less than 95 % of the way planned ({share}). A running "
        "total cannot fall, so what is not on track is behind.",
        "improving": f"Less than 95 % of the way planned ({share}), but at least a tenth of the whole way ({tenth}).",
        "no_detectable_change": f"Less than a tenth of the whole way ({tenth}) in either direction: {number(way)}.",
        "worsening": f"Away from the target by {number(-way)}, a tenth of the baseline or more.",
    }
    return texts.get(status, "")


def _cents(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _index(period: str) -> int:
    year, quarter = periods.parse(period)
    return year * 4 + quarter - 1


def _series(values: Sequence[Decimal]) -> str:
    return ", ".join(number(value) for value in values)


def _text(value: Decimal, unit: object) -> str:
    sign = {"EUR": " euros", "percent": " %"}.get(str(unit), f" {wording.unit_text(unit)}")
    return f"{number(value)}{sign}"
