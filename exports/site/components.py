"""The components a page may use, by name: what Evidence has, and what our pages need besides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from exports.safe import html_text, is_blank
from exports.site import charts, grids, sentences
from exports.site.source import Component

if TYPE_CHECKING:
    from exports.site.render import Rendering

Scope = Mapping[str, Any]
Maker = Callable[["Rendering", Component, Scope], str]
#: Stand in the middle of a sentence; all others stand by themselves.
INLINE = frozenset({"Value"})
#: Read by the component around them.
_PARTS = {"Column": "DataTable", "ReferenceLine": "LineChart or BarChart", "Tab": "Tabs"}


def component(made: Rendering, node: Component, scope: Scope) -> str:
    """A component as HTML.

    Raises:
        PageProblem: There is no such component, or it lacks something.
    """
    if node.name in _PARTS:
        raise made.problem(node.line, f"<{node.name}> stands inside <{_PARTS[node.name]}> only.")
    if node.name not in MAKERS:
        known = ", ".join(sorted([*MAKERS, *_PARTS]))
        raise made.problem(node.line, f"There is no component <{node.name}>. There are: {known}.")
    maker, allowed = MAKERS[node.name]
    check_attributes(made, node, allowed)
    return maker(made, node, scope)


def check_attributes(made: Rendering, node: Component, allowed: str) -> None:
    """Raise a problem where a component is given something it does not know."""
    unknown = sorted(set(node.attributes) - set(allowed.split()))
    if unknown:
        sentence = f"<{node.name}> knows no {', '.join(unknown)}. It knows: {', '.join(allowed.split())}."
        raise made.problem(node.line, sentence)


def _value(made: Rendering, node: Component, _: Scope) -> str:
    frame = made.frame(node, shown=False)
    column = made.column(node, frame, "column") if "column" in node.attributes else frame.columns[0]
    place = int(node.attributes["row"].text) if "row" in node.attributes else 0
    _, words = made.wording(node)
    if place >= len(frame.rows):
        return "no data"
    return html_text(words(frame.rows[place][column], frame.rows[place]))


def _big_value(made: Rendering, node: Component, scope: Scope) -> str:
    frame = made.frame(node)
    column = made.column(node, frame, "value")
    note = made.column(node, frame, "note", needed=False)
    _, words = made.wording(node)
    _, note_words = made.wording(node, "noteFmt")
    row = frame.rows[0] if frame.rows else dict.fromkeys(frame.columns)
    said = html_text(words(row[column], row)) if frame.rows else "no data"
    remark = (
        "" if not note or (is_blank(row[note]) and "noteFmt" not in node.attributes) else note_words(row[note], row)
    )
    remark = made.text(node, "remark", scope) or remark
    return (
        f'<div class="figure"><dt>{html_text(made.text(node, "title", scope, needed=True))}</dt>'
        f'<dd><span class="big">{said}</span>'
        + (f'<span class="small">{html_text(remark)}</span>' if remark else "")
        + "</dd></div>"
    )


def _figures(made: Rendering, node: Component, scope: Scope) -> str:
    """Big values side by side, with the files behind them below."""
    parts, names = [], []
    for child, inner in made.chosen(node.children, scope):
        if child.name != "BigValue":
            raise made.problem(child.line, "<Grid> holds <BigValue> only.")
        parts.append(component(made, child, inner))
        names.append(made.frame(child).name)
    title = made.text(node, "title", scope, needed=True)
    return f'<dl class="figures">\n{"".join(parts)}</dl>\n{grids.files(made, list(dict.fromkeys(names)), title)}'


def _details(made: Rendering, node: Component, scope: Scope) -> str:
    title = html_text(made.text(node, "title", scope, needed=True))
    opened = " open" if "open" in node.attributes else ""
    return f"<details{opened}>\n<summary>{title}</summary>\n{made.html(node.children, scope)}</details>"


def _alert(made: Rendering, node: Component, scope: Scope) -> str:
    return f'<div class="alert" role="note">\n{made.html(node.children, scope)}</div>'


def _commentary(made: Rendering, node: Component, scope: Scope) -> str:
    """Somebody's signed words, set apart from what is computed."""
    signed = html_text(made.text(node, "by", scope, needed=True))
    return f'<blockquote class="said">\n{made.html(node.children, scope)}<footer>{signed}</footer></blockquote>'


def _tabs(made: Rendering, node: Component, scope: Scope) -> str:
    """One of several views at a time, chosen without a script; where that is not possible all of them show."""
    label = made.text(node, "label", scope, needed=True)
    name = made.new_id(f"{label} tabs")
    choices, panels = [], []
    for child, inner in made.chosen(node.children, scope):
        if child.name != "Tab":
            raise made.problem(child.line, "<Tabs> holds <Tab> only.")
        check_attributes(made, child, "label")
        one, place = f"{name}-{len(choices) + 1}", len(choices)
        words = html_text(made.text(child, "label", inner, needed=True))
        checked = " checked" if place == 0 else ""
        choices.append(f'<label><input type="radio" name="{name}" id="{one}"{checked}> {words}</label>')
        panels.append(f'<div class="panel {one}">\n{made.html(child.children, inner)}</div>\n')
        made.styles.append(
            f"@supports selector(:has(a)){{main:has(#{name}-1) .{one}{{display:none}}"
            f"main:has(#{one}:checked) .{one}.panel{{display:block}}}}\n"
        )
    return (
        f'<fieldset class="choose"><legend>{html_text(label)}</legend>{"".join(choices)}</fieldset>\n{"".join(panels)}'
    )


def _filter(made: Rendering, node: Component, scope: Scope) -> str:
    """Shows the rows of tables with one value of a column, without a script."""
    frame = made.frame(node, shown=False)
    column = made.column(node, frame, "column")
    title = made.text(node, "title", scope, needed=True)
    _, words = made.wording(node)
    name = made.new_id(f"{title} filter")
    values = list(dict.fromkeys(row[column] for row in frame.rows if not is_blank(row[column])))
    made.filters[column] = (name, {value: place for place, value in enumerate(values, 1)})
    choices = [f'<label><input type="radio" name="{name}" id="{name}-0" checked> all</label>']
    for place, value in enumerate(values, 1):
        said = html_text(words(value, {column: value}))
        choices.append(f'<label><input type="radio" name="{name}" id="{name}-{place}"> {said}</label>')
        made.styles.append(
            f"main:has(#{name}-{place}:checked) :is(tr,tbody).{name}:not(.{name}-{place}){{display:none}}\n"
        )
    return f'<fieldset class="choose filter"><legend>{html_text(title)}</legend>{"".join(choices)}</fieldset>'


def _page_break(made: Rendering, node: Component, scope: Scope) -> str:
    return '<div class="page-break"></div>'


#: By name the function that makes it, and the attributes it knows.
MAKERS: dict[str, tuple[Maker, str]] = {
    "Value": (_value, "data column row fmt"),
    "BigValue": (_big_value, "data value title fmt note noteFmt remark"),
    "Grid": (_figures, "title cols"),
    "DataTable": (grids.data_table, "data title groupBy groupFmt link total wide"),
    "Matrix": (grids.matrix, "data title row column value fmt columnFmt rowTitle late note groupBy"),
    "LineChart": (charts.line_chart, "data title subtitle x y series yFmt low high"),
    "BarChart": (charts.bar_chart, "data title subtitle x y yFmt type swapXY"),
    "IntervalChart": (charts.interval_chart, "data title subtitle y x low high series target xTitle absent"),
    "Sentences": (sentences.sentences, "about part"),
    "Terms": (sentences.terms, "about"),
    "Details": (_details, "title open"),
    "Alert": (_alert, "status"),
    "PageBreak": (_page_break, ""),
    "Commentary": (_commentary, "by"),
    "Tabs": (_tabs, "label"),
    "Filter": (_filter, "data column title fmt"),
}
