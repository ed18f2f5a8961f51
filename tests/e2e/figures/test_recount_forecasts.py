"""Every forecast again, by the formulas of a statistics package."""

from __future__ import annotations

import math

import pytest

from tests.e2e.recount import number


def test_forecasts_are_the_mean_quarter_carried_on_within_its_prediction_interval(published, values):
    stats = pytest.importorskip("scipy.stats")
    checked = 0
    for row in published["pub_leads__kpi"]:
        if row["kind"] != "flow" or row["span"] != "since_start" or row["value_low"] is None:
            continue
        code, period = row["indicator_code"], row["period"]
        quarters = [v for (c, p, s), v in values.items() if c == code and s == "quarter" and p <= period]
        if len(quarters) < 8:
            assert row["forecast_2030"] is None
            continue
        left, count, to_date = number("2030-Q4") - number(period), len(quarters), values[code, period, "since_start"]
        middles, halves = [], []
        for series in ([float(value.low) for value in quarters], [float(value.high) for value in quarters]):
            mean = math.fsum(series) / count
            spread = math.sqrt(math.fsum((one - mean) ** 2 for one in series) / (count - 1))
            halves.append(stats.t.ppf(0.975, count - 1) * spread * math.sqrt(left + left * left / count))
            middles.append(mean * left)
        point = float(to_date.low) + middles[0]
        low, high = max(point - halves[0], float(to_date.low)), float(to_date.high) + middles[1] + halves[1]
        high = max(high, point + halves[0])
        for shown, expected in zip(
            (row["forecast_2030"], row["forecast_2030_low"], row["forecast_2030_high"]), (point, low, high), strict=True
        ):
            assert float(shown) == pytest.approx(expected, rel=1e-11, abs=0.006)
        checked += 1
    assert checked > 50


def test_a_levels_forecast_is_its_line_carried_on(published, values):
    stats = pytest.importorskip("scipy.stats")
    checked = 0
    for row in published["pub_leads__kpi"]:
        if row["kind"] != "stock" or row["span"] != "quarter":
            continue
        code, period = row["indicator_code"], row["period"]
        points = [
            (number(p) - number("2030-Q4"), float(v.low))
            for (c, p, s), v in values.items()
            if c == code and s == "quarter" and p <= period and v.low == v.high
        ]
        if row["value"] is None or len(points) < 8:
            assert row["forecast_2030"] is None
            continue
        line = stats.linregress(*zip(*points, strict=True))
        places = [place for place, _ in points]
        left = sum((level - line.intercept - line.slope * place) ** 2 for place, level in points)
        middle = math.fsum(places) / len(places)
        spread = math.fsum((place - middle) ** 2 for place in places)
        scale = math.sqrt(left / (len(points) - 2) * (1 + 1 / len(points) + middle * middle / spread))
        half = stats.t.ppf(0.975, len(points) - 2) * scale
        expected = (max(line.intercept + side * half, 0) for side in (0, -1, 1))
        for column, wanted in zip(("forecast_2030", "forecast_2030_low", "forecast_2030_high"), expected, strict=True):
            assert float(row[column]) == pytest.approx(wanted, rel=1e-6, abs=0.011)
        checked += 1
    assert checked > 20
