"""The extract's pictures as SVG: drawn once, coloured by the page's style sheet or the PDF's.

Every picture comes with its title and with what it shows in words; no number stands in a picture alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from exports import trust_svg, verdict, wording
from exports.extract.document import Chart
from exports.extract.facts import Facts
from exports.safe import html_text
from exports.trust_facts import TrustFacts

WIDTH, HEIGHT = 760, 228
_LEFT, _RIGHT, _TOP, _BOTTOM = 6, 6, 16, 34
_ROW, _BAR = 40, 11


def money_chart(facts: Facts) -> Chart | None:
    """Paid and committed since the start, by year, against the goal; none where there is nothing to draw.

    Bars are sums since the start: solid what was paid, outlined what was committed. The dashed line is
    the goal, the dotted one an even pace towards it.
    """
    goal = facts.goal
    if not goal or not facts.years:
        return None
    aim, last = float(goal["goal_eur"]), max(int(goal["by_year"]), facts.years[-1].year)
    first = facts.years[0].year
    forecast, high = goal.get("forecast_2030_eur"), goal.get("forecast_2030_high_eur")
    sums = [amount for year in facts.years for amount in (year.paid_so_far, year.committed_so_far)]
    top = 1.06 * max(float(amount) for amount in (aim, forecast, high, *sums) if amount is not None)
    slot = (WIDTH - _LEFT - _RIGHT) / (last - first + 1)

    def x(year: float) -> float:
        return _LEFT + (year - first) * slot

    def y(amount: Any) -> float:
        return HEIGHT - _BOTTOM - max(0.0, float(amount)) / top * (HEIGHT - _TOP - _BOTTOM)

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
    forecast_key = (
        (("forecast", "forecast for 2030 and its 95% range"),) if forecast is not None and facts.is_latest else ()
    )
    return Chart(
        "money",
        "Paid and committed since the start, by year",
        in_words(facts),
        WIDTH,
        HEIGHT,
        "".join(parts),
        f"Sums up to the end of each year{_until(facts)}. Paid is part of what was committed.",
        (("paid", "paid"), ("committed", "committed"), ("goal", "goal"), ("pace", "even pace"), *forecast_key),
    )


def progress_chart(key: str, rows: Sequence[dict[str, Any]]) -> Chart | None:
    """How far each indicator is on the way to its target, beside where it was planned to be by now."""
    drawn = [row for row in rows if row["attainment_pct"] is not None]
    if not drawn:
        return None
    full = WIDTH - _LEFT - _RIGHT

    def x(share: float) -> float:
        return _LEFT + min(max(share, 0.0), 100.0) / 100 * full

    parts = []
    for place, row in enumerate(drawn):
        top = place * _ROW + 4
        parts.append(_label("name", _LEFT, top + 13, str(row["indicator_name"]), "start"))
        parts.append(_label("value", WIDTH - _RIGHT, top + 13, _standing(row), "end"))
        parts.append(_bar("track", x(0), top + 20, full, top + 20 + _BAR))
        parts.append(_bar("paid", x(0), top + 20, x(float(row["attainment_pct"])) - x(0), top + 20 + _BAR))
        planned = planned_share(row)
        if planned is not None:
            parts.append(_rule("planned", x(planned), top + 16, x(planned), top + 24 + _BAR))
    return Chart(
        f"progress-{key}",
        "How far on the way to the target",
        "Share of the way from the baseline to the target. "
        + "; ".join(f"{row['indicator_name']}: {_standing(row)}" for row in drawn)
        + ".",
        WIDTH,
        len(drawn) * _ROW + 2,
        "".join(parts),
        "The whole line is the way from the baseline to the target.",
        (("paid", "done"), ("planned", "planned by now")),
    )


def planned_share(row: dict[str, Any]) -> float | None:
    """Where on the way to the target a figure was planned to be by now, in percent; for drawing only."""
    start, aim, planned = (row.get(name) for name in ("baseline_value", "target_value", "planned_value"))
    if planned is None or aim is None or start is None or aim == start:
        return None
    return float(100 * (planned - start) / (aim - start))


def _standing(row: dict[str, Any]) -> str:
    return f"{verdict.attained(row)}, {wording.progress(row['progress_status'])}"


def trust_chart(trust: TrustFacts) -> Chart | None:
    """The gap of each headline group, then and now, with intervals; none where no change can be told."""
    height, body = trust_svg.drawn(trust)
    if not body:
        return None
    first, latest = (trust.headline[0][key] for key in ("base_wave_code", "wave_code"))
    return Chart(
        "trust",
        "Trust gap by group, then and now, in points",
        trust_svg.in_words(trust),
        trust_svg.WIDTH,
        height,
        body,
        f"Points between the group and all others, in {trust.countries}.",
        (("then", str(first)), ("now", str(latest)), ("range", "interval"), ("target", "goal for 2030 (assumed)")),
    )


def _until(facts: Facts) -> str:
    """Where the newest year is not over: how far it reaches."""
    return "" if facts.last_period.endswith("Q4") else f" ({facts.year}: of {facts.last_month})"


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
