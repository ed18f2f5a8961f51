"""The annual extract's progress rows: every column of every indicator, from its terms, targets and returns."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from counts import ZERO, Indicators, index, number
from reading import rounded

SIX = Decimal("1e-6")


def coverage_row(indicators: Indicators, code: str, period: str, span: str) -> dict[str, object]:
    """What rests on returns, targets and baselines alone: no cell can change it."""
    facts = indicators.facts[code]
    met, due, _ = indicators.coverage(code, period, span)
    headline = span == facts["headline_span"]
    return {
        "coverage_met": Decimal(met),
        "coverage_due": Decimal(due),
        "baseline_value": rounded(number(facts["baseline_value"])) if headline else None,
        "target_value": rounded(_target(indicators, code)) if headline else None,
        "planned_value": rounded(indicators.planned(code, period)) if headline else None,
    }


def value_row(indicators: Indicators, code: str, period: str, span: str) -> dict[str, object]:
    """The value within bounds, and what is worked out from it."""
    found = indicators.bounds(code, period, span)
    low, high = (found[0], found[1]) if found is not None else (None, None)
    row = paced(indicators, code, period, span, low, high)
    forecast = forecasts(indicators, code, period, span)
    names = ("forecast_2030", "forecast_2030_low", "forecast_2030_high")
    row.update(zip(names, forecast, strict=True) if forecast is not None else ())
    return row


def paced(
    indicators: Indicators, code: str, period: str, span: str, low: Decimal | None, high: Decimal | None
) -> dict[str, object]:
    """A value within bounds, its attainment, pace and status; the forecast apart."""
    facts = indicators.facts[code]
    row: dict[str, object] = {
        "value": rounded(low) if low == high else None,
        "value_low": rounded(low),
        "value_high": rounded(high),
    }
    if span != facts["headline_span"]:
        return row
    decreases = facts["direction"] == "decrease"
    judged, better = (high, low) if decreases else (low, high)
    baseline, target, place = number(facts["baseline_value"]), _target(indicators, code), index(period)
    if judged is not None and baseline is not None and target is not None and target != baseline:
        row["attainment_pct"] = rounded(100 * (judged - baseline) / (target - baseline))
    sign = -1 if decreases else 1
    if judged is not None and target is not None:
        left = max(year for year, _ in indicators.aims[code]) * 4 + 3 - place
        if left > 0:
            at_target = sign * (judged - target) >= 0
            row["required_per_year"] = ZERO if at_target else _six((target - judged) * 4 / left)
    if judged is not None and baseline is not None and facts["baseline_period"]:
        past = place - index(facts["baseline_period"])
        if past > 0:
            row["observed_per_year"] = _six((judged - baseline) * 4 / past)
    row["progress_status"] = _status(indicators, code, period, span, judged, better)
    return row


def forecasts(indicators: Indicators, code: str, period: str, span: str) -> tuple[float, float, float] | None:
    """The forecast with its limits, where there is one."""
    facts = indicators.facts[code]
    if facts["kind"] == "flow" and span == "since_start" and facts["period_kind"] == "quarter":
        return indicators.flow_forecast(code, period)
    return indicators.stock_forecast(code, period) if facts["kind"] == "stock" and span == "quarter" else None


def _status(
    indicators: Indicators, code: str, period: str, span: str, judged: Decimal | None, better: Decimal | None
) -> str:
    facts = indicators.facts[code]
    target, baseline = _target(indicators, code), number(facts["baseline_value"])
    if target is None or judged is None or better is None:
        return "not_assessable"
    sign = -1 if facts["direction"] == "decrease" else 1
    met, due, blank = indicators.coverage(code, period, span)
    complete = met == due and due > 0 and (facts["kind"] != "stock" or blank == 0)
    if sign * (judged - target) >= 0 and (complete or (facts["kind"] != "ratio" and sign == 1)):
        return "target_met"
    planned = indicators.planned(code, period)
    if not complete or baseline is None or planned is None or sign * (target - baseline) <= 0:
        return "not_assessable"
    running = facts["kind"] in ("flow", "reach") and span == "since_start"
    verdicts = [_verdict(sign, value, target, baseline, planned, running) for value in (judged, better)]
    return verdicts[0] if verdicts[0] in ("on_track", verdicts[1]) else "not_assessable"


def _verdict(sign: int, value: Decimal, target: Decimal, baseline: Decimal, planned: Decimal, running: bool) -> str:
    way, whole = sign * (value - baseline), sign * (target - baseline)
    if sign * (value - target) >= 0:
        return "target_met"
    if _six(way) >= _six(Decimal("0.95") * _six(sign * (planned - baseline))):
        return "on_track"
    if running:
        return "behind"
    if way >= whole / 10:
        return "improving"
    return "no_detectable_change" if way >= 0 or -way < abs(baseline) / 10 else "worsening"


def _target(indicators: Indicators, code: str) -> Decimal | None:
    aims = indicators.aims[code]
    return max(aims)[1] if aims else None


def _six(value: Decimal) -> Decimal:
    return value.quantize(SIX, ROUND_HALF_UP)
