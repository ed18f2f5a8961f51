"""The trust gap then and now, as inline SVG: a dot and its interval per group and wave."""

from __future__ import annotations

from typing import Any

from exports import wording
from exports.safe import html_text
from exports.trust_facts import TrustFacts
from exports.trust_sentences import NOT_SHOWN, number, span

WIDTH = 520
_LEFT, _RIGHT, _TOP, _ROW, _FOOT = 8, 118, 8, 82, 30
_STEP = 10


def drawn(facts: TrustFacts) -> tuple[int, str]:
    """The height of the chart and its shapes; none where no change can be told."""
    rows = facts.headline
    if not rows:
        return 0, ""
    lines = [
        [(wave, facts.gap(row, wave)) for wave in (str(row["base_wave_code"]), str(row["wave_code"]))] for row in rows
    ]
    ends = [gap[f"gap_{end}_points"] for pair in lines for _, gap in pair if gap for end in ("low", "high")]
    known = [float(end) for end in ends if end is not None]
    low = min(0, _STEP * (min([*known, 0.0]) // _STEP))
    high = max(_STEP, -_STEP * (-max([*known, 0.0]) // _STEP))
    base = _TOP + _ROW * len(rows)

    def x(value: float) -> float:
        return _LEFT + 6 + (value - low) / (high - low) * (WIDTH - _LEFT - _RIGHT - 12)

    parts = []
    for tick in range(int(low), int(high) + 1, _STEP):
        name = "zero" if tick == 0 else "grid"
        # Not through the names of the groups.
        tops = [_TOP + place * _ROW for place in range(len(rows))]
        parts += [_rule(name, x(tick), top + 28, x(tick), top + _ROW - 2) for top in tops]
        parts.append(_label("tick", x(tick), base + 22, f"{tick}".replace("-", wording.MINUS), "middle"))
    for place, (row, pair) in enumerate(zip(rows, lines, strict=True)):
        top = _TOP + place * _ROW
        parts.append(_label("strong", _LEFT, top + 20, str(row["group_name"])))
        for later, (wave, gap) in enumerate(pair):
            parts += _line(x, top + 40 + 24 * later, wave, gap, "now" if later else "then")
        if row["target_gap_points"] is not None:
            target = x(float(row["target_gap_points"]))
            parts.append(_rule("target", target, top + 30, target, top + 74))
    return base + _FOOT, "".join(parts)


def in_words(facts: TrustFacts) -> str:
    """What the chart shows, as one text."""
    said = []
    for row in facts.headline:
        waves = (str(row["base_wave_code"]), str(row["wave_code"]))
        said.append(f"{row['group_name']}: {', '.join(_wave_words(wave, facts.gap(row, wave)) for wave in waves)}")
    return f"Points between the group and all others, with intervals. {'; '.join(said)}."


def _wave_words(wave: str, gap: dict[str, Any]) -> str:
    if gap.get("gap_points") is None:
        return f"{wave} {NOT_SHOWN}"
    return f"{wave} {number(gap['gap_points'])} ({span(gap['gap_low_points'], gap['gap_high_points'])})"


def _line(x: Any, y: float, wave: str, gap: dict[str, Any], name: str) -> list[str]:
    value = gap.get("gap_points")
    text = NOT_SHOWN if value is None else number(value)
    parts = [_label("value", WIDTH - _RIGHT + 8, y + 5, f"{wave}: {text}")]
    if value is not None:
        if gap["gap_low_points"] is not None and gap["gap_high_points"] is not None:
            parts.append(_rule("range", x(float(gap["gap_low_points"])), y, x(float(gap["gap_high_points"])), y))
        parts.append(f'<circle class="{name}" cx="{x(float(value)):.1f}" cy="{y:.1f}" r="6.5"/>')
    return parts


def _rule(name: str, x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line class="{name}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _label(name: str, x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html_text(text)}</text>'
