"""Drawing for charts: Altair's specification to SVG with the page's own colours, and the axes they share."""

from __future__ import annotations

import html
import json
import re
import textwrap
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from exports.safe import html_text
from sources.lean_imports import ADDRESSES, imported_without

if TYPE_CHECKING:
    import altair as alt

WIDE, NARROW = 880, 350
#: The page's colours, by name: they change with light, dark and paper.
INK, SOFT, RULE, MAIN, PALE, PAGE, SECOND = (
    f"var(--{name})" for name in ("ink", "soft", "rule", "main", "pale", "page", "second")
)
COLOURS = (MAIN, SECOND, INK, SOFT)
FILLS = (MAIN, PALE, PAGE, SOFT)
SHAPES = ("circle", "square", "diamond", "triangle-up")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3])
_NOISE = re.compile(r' (?:class|role|aria-[a-z]+|pointer-events|xmlns:xlink|version|opacity)="(?:[^"]*)"(?=[ />])')
_EMPTY = re.compile(r'<path(?: (?:d=""|d="M0,0h0v0h0Z"|display="none"))+ ?/>')


def altair() -> Any:
    """Altair, which checks its charts with jsonschema."""
    with imported_without(*ADDRESSES):
        import altair as alt

        return alt


def clean(value: object) -> str:
    """A value as text for a picture: no control or direction characters."""
    return html.unescape(html_text(value))


def picture(chart: alt.TopLevelMixin, name: str, size: str, said: str) -> str:
    """A chart as SVG with its name and its figures in words, at one of its two sizes."""
    drawn = _drawn(json.dumps(chart.to_dict(), sort_keys=True, ensure_ascii=False))
    label = f'class="drawn {size}" role="img" aria-labelledby="{name} {name}-{size}"'
    described = f'<desc id="{name}-{size}">{html_text(said)}</desc>'
    return drawn.replace("<svg ", f"<svg {label} ", 1).replace(">", f">{described}", 1) + "\n"


@lru_cache(maxsize=512)
def _drawn(spec: str) -> str:
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(json.loads(spec))
    head, body = drawn.split(">", 1)
    wide, high = (re.search(rf' {name}="([\d.]+)"', head)[1] for name in ("width", "height"))  # type: ignore[index]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" height="{high}">'
        + _EMPTY.sub(
            "",
            _NOISE.sub(
                lambda found: found[0] if found[0].startswith(" opacity") and found[0] != ' opacity="1"' else "", body
            ),
        )
    )


def finished(chart: Any, width: int, height: float) -> Any:
    """A chart at its size, in the page's lettering and colours."""
    return (
        chart.properties(
            width=width,
            height=height,
            autosize={"type": "fit-x", "contains": "padding"},
            padding={"left": 14, "right": 6, "top": 4, "bottom": 4},
        )
        .configure(aria=False, background="transparent", font="sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=SOFT,
            titleColor=SOFT,
            gridColor=RULE,
            domainColor=SOFT,
            tickColor=SOFT,
            labelFontSize=13,
            titleFontSize=13,
            titleFontWeight="normal",
        )
        .configure_legend(
            orient="top",
            labelColor=INK,
            labelFontSize=13,
            symbolStrokeColor=MAIN,
            symbolSize=110,
            offset=6,
            labelLimit=width - 60,
        )
        .configure_text(fontSize=13)
    )


def across(alt: Any, names: Sequence[str], width: int, *, band: bool = False) -> Any:
    """The axis of quarters or years: of quarters only the year is written, at its first."""
    order = list(dict.fromkeys(names))
    quarters = all(re.fullmatch(r"\d{4}-Q[1-4]", name) for name in order)
    label = "substring(datum.label, 5) == 'Q1' ? substring(datum.label, 0, 4) : ''" if quarters else "datum.label"
    if quarters and width >= 500 and len(order) <= 8:
        label = "substring(datum.label, 5) + ' ' + substring(datum.label, 0, 4)"
    axis = alt.Axis(labelAngle=0, labelExpr=label, grid=False, labelOverlap=False, ticks=quarters)
    scale = alt.Scale(domain=order, paddingInner=0.25) if band else alt.Scale(domain=order)
    return alt.X("x:O", sort=order, title=None, axis=axis, scale=scale)


def names_axis(alt: Any) -> Any:
    """The axis of a bar's or dot's name, which may go over several lines."""
    return alt.Axis(
        labelExpr="split(datum.label, '\\n')",
        labelLimit=0,
        labelPadding=10,
        labelColor=INK,
        domain=False,
        ticks=False,
    )


def amount_axis(alt: Any, fmt: str, *, narrow: bool = False) -> Any:
    """The axis of amounts, in their unit."""
    label = {
        "eur": "datum.value == 0 ? '€0' : abs(datum.value) >= 1e6 ? '€' + format(datum.value / 1e6, '~') + 'm' "
        ": '€' + format(datum.value / 1e3, '~') + 'k'",
        "pct": "datum.label + '%'",
        "pct1": "datum.label + '%'",
        "attained": "datum.label + '%'",
    }.get(fmt, "datum.label")
    return alt.Axis(grid=True, domain=False, ticks=False, labelExpr=label, tickCount=4 if narrow else 5)


def rules(alt: Any, lines: Sequence[tuple[float, str]], way: str) -> list[Any]:
    """Dashed lines at given amounts, with a word each."""
    layers = []
    for value, label in lines:
        base = alt.Chart(alt.Data(values=[{"v": value, "label": label}]))
        place = {way: alt.Y("v:Q") if way == "y" else alt.X("v:Q")}
        layers.append(base.mark_rule(color=INK, strokeWidth=1.8, strokeDash=[7, 5]).encode(**place))
        if label and way == "y":
            layers.append(
                base.mark_text(align="left", dy=13, fill=INK, fontWeight="bold").encode(
                    x=alt.value(4), text="label:N", **place
                )
            )
    return layers


def folded(names: Sequence[str], width: int) -> dict[str, str]:
    """Long names over several lines, as narrow as the picture asks for."""
    return {name: "\n".join(textwrap.wrap(name, 34 if width >= 500 else 15)) or name for name in names}
