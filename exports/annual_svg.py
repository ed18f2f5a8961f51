"""The annual extract's one picture: paid and committed by year against the goal, as inline SVG."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from exports import wording
from exports.annual_facts import Facts
from exports.safe import html_text

WIDTH, HEIGHT = 760, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 6, 6, 34, 34


def money_chart(facts: Facts) -> str:
    """The chart with a title and a description in words; empty where there is nothing to draw.

    Bars are sums since the start: solid what was paid, outlined what was committed. The dashed line is
    the goal, the dotted one an even pace towards it.
    """
    goal = facts.goal
    if not goal or not facts.years:
        return ""
    aim, last = float(goal["goal_eur"]), max(int(goal["by_year"]), facts.years[-1].year)
    first = facts.years[0].year
    forecast, high = goal.get("forecast_2030_eur"), goal.get("forecast_2030_high_eur")
    sums = [amount for year in facts.years for amount in (year.paid_so_far, year.committed_so_far)]
    top = 1.06 * max(float(amount) for amount in (aim, forecast, high, *sums) if amount is not None)
    slot = (WIDTH - _LEFT - _RIGHT) / (last - first + 1)

    def x(year: float) -> float:
        return _LEFT + (year - first) * slot

    def y(amount: float) -> float:
        return HEIGHT - _BOTTOM - max(0.0, amount) / top * (HEIGHT - _TOP - _BOTTOM)

    base = y(0)
    parts = [_rule("axis", x(first), base, x(last + 1), base)]
    parts.append(_rule("pace", x(int(goal["start_year"])), base, x(int(goal["by_year"]) + 1), y(aim)))
    parts += [_label("year", x(year + 0.5), HEIGHT - 10, str(year)) for year in range(first, last + 1)]
    for year in facts.years:
        for name, amount, inset in (("committed", year.committed_so_far, 0.12), ("paid", year.paid_so_far, 0.22)):
            if amount is not None:
                parts.append(_bar(name, x(year.year + inset), y(amount), (1 - 2 * inset) * slot, base))
    parts.append(_rule("goal", x(first), y(aim), x(last + 1), y(aim)))
    parts.append(_label("goal-text", x(first), y(aim) - 8, f"{wording.money(aim)} goal", "start"))
    newest = facts.years[-1]
    highest = y(max(newest.paid_so_far or 0.0, newest.committed_so_far or 0.0))
    middle = x(newest.year + 0.5)
    parts.append(_label("strong", middle, highest - 32, f"{wording.money(newest.paid_so_far)} paid,"))
    parts.append(_label("note", middle, highest - 9, f"{wording.money(newest.committed_so_far)} committed"))
    if forecast is not None and facts.is_latest:
        parts += _forecast(x(last + 0.5), y, goal)
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="chart-title chart-text">'
        f'<title id="chart-title">Paid and committed since the start, by year</title>'
        f'<desc id="chart-text">{html_text(in_words(facts))}</desc>{"".join(parts)}</svg>'
    )


def in_words(facts: Facts) -> str:
    """What the chart shows, as one text."""
    sums = [
        f"{year.year}: {wording.money(year.paid_so_far)} paid, {wording.money(year.committed_so_far)} committed"
        for year in facts.years
    ]
    aim = wording.money(facts.goal["goal_eur"])
    until = "" if facts.last_period.endswith("Q4") else f", the newest year up to the end of {facts.last_month}"
    text = f"Since the start, up to the end of each year{until}. {'; '.join(sums)}. Goal: {aim}."
    if facts.is_latest and facts.goal.get("forecast_2030_eur") is not None:
        text += f" Forecast for 2030: {wording.money(facts.goal['forecast_2030_eur'])}."
    return text


def _forecast(x: float, y: Callable[[float], float], goal: dict[str, Any]) -> list[str]:
    middle = y(float(goal["forecast_2030_eur"]))
    low, high = goal["forecast_2030_low_eur"], goal["forecast_2030_high_eur"]
    parts = []
    if low is not None and high is not None:
        parts.append(_rule("range", x, y(float(low)), x, y(float(high))))
        parts += [_rule("range", x - 7, y(float(end)), x + 7, y(float(end))) for end in (low, high)]
    parts.append(f'<circle class="forecast" cx="{x:.1f}" cy="{middle:.1f}" r="5.5"/>')
    lowest = y(float(low)) if low is not None else middle
    parts.append(_label("strong", x, lowest + 26, wording.money(goal["forecast_2030_eur"])))
    parts.append(_label("note", x, lowest + 50, "forecast"))
    return parts


def _bar(name: str, left: float, top: float, width: float, base: float) -> str:
    return f'<rect class="{name}" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{base - top:.1f}"/>'


def _rule(name: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{name}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _label(name: str, x: float, y: float, text: str, anchor: str = "middle") -> str:
    return f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html_text(text)}</text>'
