"""Charts by Altair, drawn to SVG by vl-convert: text stays text, colours are the page's, nothing runs.

Each is drawn twice, for a wide page and for a phone, where lettering would shrink with the picture. Shape, fill or
dashes tell series apart before colour does. Below stand the figures as a table, and their files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from exports import wording
from exports.safe import html_text, is_blank
from exports.site import drawing, grids
from exports.site.drawing import INK, MAIN, PAGE, PALE
from exports.site.source import Component
from exports.site.tables import Frame
from exports.site.words import Wording

if TYPE_CHECKING:
    import altair as alt

    from exports.site.render import Rendering

#: Draws at a width in pixels.
Draw = Callable[[int], "alt.TopLevelMixin"]


def line_chart(made: Rendering, node: Component, scope: Mapping[str, Any]) -> str:
    """``<LineChart data={query} x=… y=… series=… title="…" />``, with a band between ``low`` and ``high``."""
    frame = made.frame(node)
    x, y = made.column(node, frame, "x"), made.column(node, frame, "y")
    series, low, high = (made.column(node, frame, name, needed=False) for name in ("series", "low", "high"))
    fmt, words = made.wording(node, "yFmt", "num")
    values = [
        {
            "x": drawing.clean(row[x]),
            "y": row[y],
            "s": drawing.clean(row[series]) if series else "",
            **({"low": row[low], "high": row[high]} if low and high else {}),
        }
        for row in frame.rows
    ]
    lines = _reference_lines(made, node, scope)

    def draw(width: int) -> alt.TopLevelMixin:
        alt = drawing.altair()
        names = list(dict.fromkeys(value["s"] for value in values))
        base = alt.Chart(alt.Data(values=values)).encode(x=drawing.across(alt, [value["x"] for value in values], width))
        up = alt.Y("y:Q", title=None, axis=drawing.amount_axis(alt, fmt), scale=alt.Scale(zero=True))
        layers = []
        if low and high:
            layers.append(base.mark_area(opacity=0.35, color=PALE).encode(y=alt.Y("low:Q"), y2="high:Q"))
        told = len(names) > 1
        look: dict[str, Any] = {}
        if told:
            look = {
                "color": alt.Color("s:N", sort=names, title=None, scale=alt.Scale(domain=names, range=drawing.COLOURS)),
                "strokeDash": alt.StrokeDash(
                    "s:N", sort=names, title=None, scale=alt.Scale(domain=names, range=list(drawing.DASHES))
                ),
                "shape": alt.Shape(
                    "s:N", sort=names, title=None, scale=alt.Scale(domain=names, range=list(drawing.SHAPES))
                ),
            }
        line = {key: look[key] for key in ("color", "strokeDash") if key in look}
        dots = {key: look[key] for key in ("color", "shape") if key in look}
        plain = {} if told else {"color": MAIN}
        layers.append(base.mark_line(strokeWidth=2.5, **plain).encode(y=up, **line))
        layers.append(base.mark_point(filled=True, size=45, opacity=1, **plain).encode(y=up, **dots))
        return drawing.finished(alt.layer(*layers, *drawing.rules(alt, lines, "y")), width, 260)

    heads = [_head(node, frame, "x", x), *([_humanised(series)] if series else []), _humanised(y)]
    table = [
        [
            drawing.clean(row[x]),
            *([drawing.clean(row[series])] if series else []),
            _with_range(words, row, y, low, high),
        ]
        for row in frame.rows
    ]
    return _figure(made, node, scope, frame, draw, (heads, table))


def bar_chart(made: Rendering, node: Component, scope: Mapping[str, Any]) -> str:
    """``<BarChart data={query} x=… y=… title="…" />``; several ``y={[a, b]}`` stand side by side.

    With ``type=stacked`` they stand on one another. With ``swapXY`` bars lie, and names can be long.
    """
    frame = made.frame(node)
    x = made.column(node, frame, "x")
    given = node.attributes.get("y")
    if given is None:
        raise made.problem(node.line, "<BarChart> needs y=column.")
    columns = [made.known(node, frame, part.strip(" \"'")) for part in given.text.strip("[]").split(",")]
    fmt, words = made.wording(node, "yFmt", "num")
    lying = "swapXY" in node.attributes
    stacked = "type" in node.attributes and node.attributes["type"].text == "stacked"
    names = [_humanised(name) for name in columns]
    values = [
        {"x": drawing.clean(row[x]), "y": row[name], "s": said, "o": names.index(said), "text": words(row[name], row)}
        for row in frame.rows
        for name, said in zip(columns, names, strict=True)
        if not is_blank(row[name])
    ]
    lines = _reference_lines(made, node, scope)
    order = list(dict.fromkeys(drawing.clean(row[x]) for row in frame.rows))

    def draw(width: int) -> alt.TopLevelMixin:
        alt = drawing.altair()
        look: dict[str, Any] = {}
        if len(names) > 1:
            scale = alt.Scale(domain=names, range=list(drawing.FILLS))
            look = {"fill": alt.Fill("s:N", sort=names, title=None, scale=scale)}
        folded = drawing.folded(order, width) if lying else {name: name for name in order}
        base = alt.Chart(alt.Data(values=[value | {"x": folded[value["x"]]} for value in values]))
        plain = {} if look else {"fill": MAIN}
        if lying:
            place = alt.Y("x:N", sort=list(folded.values()), title=None, axis=drawing.names_axis(alt))
            amount = alt.X("y:Q", title=None, axis=drawing.amount_axis(alt, fmt, narrow=width < 500))
            offset = {"yOffset": alt.YOffset("s:N", sort=names)} if look else {}
            bars = base.mark_bar(stroke=MAIN, strokeWidth=1.2, **plain).encode(y=place, x=amount, **look, **offset)
            labels = base.mark_text(align="left", dx=5, fill=INK).encode(y=place, x="y:Q", text="text:N", **offset)
            height = 30 * len(order) * (1 if len(names) == 1 else 0.75 * len(names))
            return drawing.finished(alt.layer(bars, labels, *drawing.rules(alt, lines, "x")), width, height)
        offset = {"xOffset": alt.XOffset("s:N", sort=names)} if look and not stacked else {}
        across = drawing.across(alt, order, width, band=True)
        up = alt.Y("y:Q", title=None, axis=drawing.amount_axis(alt, fmt))
        order_of = {"order": alt.Order("o:Q")} if stacked else {}
        bars = base.mark_bar(stroke=MAIN, strokeWidth=1.2, **plain).encode(x=across, y=up, **look, **offset, **order_of)
        parts = [bars]
        if width >= 500 and len(values) <= 16 and not stacked:
            parts.append(base.mark_text(dy=-8, fill=INK).encode(x=across, y="y:Q", text="text:N", **offset))
        return drawing.finished(alt.layer(*parts, *drawing.rules(alt, lines, "y")), width, 260)

    heads = [_head(node, frame, "x", x), *names]
    table = [[drawing.clean(row[x]), *(words(row[name], row) for name in columns)] for row in frame.rows]
    return _figure(made, node, scope, frame, draw, (heads, table))


def interval_chart(made: Rendering, node: Component, scope: Mapping[str, Any]) -> str:
    """``<IntervalChart data={query} y=group x=value low=… high=… series=wave target=… title="…" />``.

    A dot and its interval per group and wave, from which a gap and what is not known of it can be read. Where a
    figure is withheld, the text of the column ``absent`` stands in its place.
    """
    frame = made.frame(node)
    y, x, low, high, series = (made.column(node, frame, name) for name in ("y", "x", "low", "high", "series"))
    target, absent = (made.column(node, frame, name, needed=False) for name in ("target", "absent"))
    _, words = made.wording(node, "fmt", "points")
    unit = made.text(node, "xTitle", scope)
    groups = list(dict.fromkeys(drawing.clean(row[y]) for row in frame.rows))
    waves = list(dict.fromkeys(drawing.clean(row[series]) for row in frame.rows))
    values = [
        {
            "g": drawing.clean(row[y]),
            "s": drawing.clean(row[series]),
            "x": row[x],
            "low": row[low],
            "high": row[high],
            "text": words(row[x], row),
            **({"target": row[target]} if target and not is_blank(row[target]) else {}),
        }
        for row in frame.rows
        if not is_blank(row[x])
    ]

    def draw(width: int) -> alt.TopLevelMixin:
        alt = drawing.altair()
        narrow, names = width < 500, drawing.folded(groups, width)
        base = alt.Chart(alt.Data(values=[value | {"g": names[value["g"]]} for value in values]))
        place = alt.Y(
            "g:N",
            sort=list(names.values()),
            title=None,
            scale=alt.Scale(domain=list(names.values()), paddingInner=0.35),
            axis=drawing.names_axis(alt),
        )
        offset = alt.YOffset("s:N", sort=waves, scale=alt.Scale(domain=waves))
        ends = [0.0, *(float(value[end]) for value in values for end in ("low", "high") if not is_blank(value[end]))]
        across = alt.X(
            "x:Q",
            title=unit or None,
            axis=alt.Axis(grid=True, tickCount=5 if narrow else 9, format="d"),
            scale=alt.Scale(domain=[min(ends) - 1, max(ends) + (6 if narrow else 3)], nice=False),
        )
        wave = alt.Shape("s:N", sort=waves, title=None, scale=alt.Scale(domain=waves, range=list(drawing.SHAPES)))
        # The newest wave is solid, the one before it hollow.
        fills = [PAGE, *[PALE] * (len(waves) - 2), MAIN][-len(waves) :]
        hollow = alt.Fill("s:N", sort=waves, title=None, scale=alt.Scale(domain=waves, range=fills))
        edge = alt.Stroke("s:N", sort=waves, title=None, scale=alt.Scale(domain=waves, range=[MAIN] * len(waves)))
        zero = alt.Chart(alt.Data(values=[{"x": 0}])).mark_rule(color=INK, strokeWidth=1.2).encode(x="x:Q")
        spread = base.mark_rule(color=MAIN, strokeWidth=2.5).encode(y=place, yOffset=offset, x="low:Q", x2="high:Q")
        dots = base.mark_point(strokeWidth=2.2, size=95, opacity=1).encode(
            y=place, yOffset=offset, x=across, shape=wave, fill=hollow, stroke=edge
        )
        said = base.mark_text(align="left", dx=7, fill=INK).encode(y=place, yOffset=offset, x="high:Q", text="text:N")
        layers = [zero, spread, dots, said]
        if target:
            goal = base.transform_filter("isValid(datum.target)").mark_tick(
                color=INK, thickness=2, size=16 * len(waves) + 8, strokeDash=[4, 3]
            )
            layers.insert(1, goal.encode(y=place, x="target:Q"))
        return drawing.finished(alt.layer(*layers), width, len(groups) * (26 * len(waves) + 14))

    heads = [_humanised(y), _humanised(series), unit or _humanised(x), "Interval"]
    table = [
        [
            drawing.clean(row[y]),
            drawing.clean(row[series]),
            str(row[absent]) if absent and not is_blank(row[absent]) else words(row[x], row),
            "" if is_blank(row[low]) else f"{words(row[low], row)} to {words(row[high], row)}",
        ]
        for row in frame.rows
    ]
    return _figure(made, node, scope, frame, draw, (heads, table))


def _figure(
    made: Rendering,
    node: Component,
    scope: Mapping[str, Any],
    frame: Frame,
    draw: Draw,
    table: tuple[Sequence[str], Sequence[Sequence[str]]],
) -> str:
    title = made.text(node, "title", scope, needed=True)
    subtitle = made.text(node, "subtitle", scope)
    heads, lines = table
    if not lines:
        return f'<p class="none"><strong>{html_text(title)}</strong>: nothing to draw yet.</p>\n'
    name = made.new_id(f"chart {title}")
    said = f"{subtitle} " if subtitle else ""
    said += "; ".join(f"{line[0]}: " + ", ".join(part for part in line[1:] if part) for line in lines)
    pictures = "".join(
        drawing.picture(draw(width), name, size, said)
        for size, width in (("broad", drawing.WIDE), ("slim", drawing.NARROW))
    )
    return (
        f'<figure>\n<figcaption id="{name}"><strong>{html_text(title)}</strong>'
        + (f'<span class="small">{html_text(subtitle)}</span>' if subtitle else "")
        + f"</figcaption>\n{pictures}"
        + '<details class="figures-of"><summary>The figures of this chart'
        f'<span class="unseen">: {html_text(title)}</span></summary>\n'
        f"{grids.small_table(title, heads, lines)}</details>\n{grids.files(made, [frame.name], title)}</figure>"
    )


def _reference_lines(made: Rendering, node: Component, scope: Mapping[str, Any]) -> list[tuple[float, str]]:
    """``<ReferenceLine data={query} y=column label="…" />`` inside a chart."""
    from exports.site.components import check_attributes

    found = []
    for child in node.children:
        if not isinstance(child, Component):
            continue
        if child.name != "ReferenceLine":
            raise made.problem(child.line, f"<{node.name}> holds <ReferenceLine> only.")
        check_attributes(made, child, "data y label")
        frame = made.frame(child, shown=False)
        column = made.column(child, frame, "y")
        if frame.rows and not is_blank(frame.rows[0][column]):
            found.append((float(frame.rows[0][column]), drawing.clean(made.text(child, "label", scope))))
    return found


def _head(node: Component, frame: Frame, name: str, column: str) -> str:
    return _humanised(column)


def _humanised(name: str) -> str:
    text = wording.humanised(name)
    return text[:1].upper() + text[1:]


def _with_range(words: Wording, row: Mapping[str, Any], column: str, low: str, high: str) -> str:
    said = words(row[column], row)
    if low and high and not is_blank(row[low]):
        said += f" ({words(row[low], row)} to {words(row[high], row)})"
    return said
