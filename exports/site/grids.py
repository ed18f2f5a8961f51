"""Tables of a page: a query's rows, and a matrix of two of its columns.

great_tables was tried for these: its HTML brings an id drawn at random, colours of its own that stay light in the
dark, style attributes that a strict content policy refuses, and neither captions nor headed rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from exports import wording
from exports.safe import html_text, is_blank
from exports.site.html import is_near
from exports.site.source import Component
from exports.site.sparkline import sparkline
from exports.site.tables import Frame
from exports.site.words import NUMBERS, Wording

if TYPE_CHECKING:
    from exports.site.render import Rendering

_COLUMN = "id title fmt align note noteFmt low high absent contentType strong"
#: Shown for a state where words would make the table too wide; those who hear the page get the words.
_SIGNS = {"reported": "✓", "confirmed_zero": "0", "missing": "✗", "excused": "–", "due": "○", "not_due": "·"}
#: Rows of a table that a page lists: beyond, a browser has more to lay out than anybody reads.
LISTED = 2_000
_STATES = frozenset({"progress", "obligation"})


@dataclass(frozen=True)
class _Column:
    """One column as it is shown."""

    id: str
    title: str
    fmt: str
    words: Wording
    right: bool
    note: str
    note_words: Wording
    low: str
    high: str
    absent: str
    sparkline: bool
    strong: bool


def files(made: Rendering, names: Sequence[str], title: str) -> str:
    """Links to the files of queries, which lie beside the page."""
    parts = []
    for name in names:
        made.shown[name] = made.tables.frame(name, 1)
        stem = f"{made.data_folder}/{name}"
        of = f'<span class="unseen"> of “{html_text(title)}”{", " + html_text(name) if len(names) > 1 else ""}</span>'
        said = f"{html_text(wording.humanised(name))} " if len(names) > 1 else ""
        parts.append(f'{said}<a href="{stem}.csv">CSV{of}</a><a href="{stem}.parquet">Parquet{of}</a>')
    return f'<p class="data-files">Data: {" · ".join(parts)}</p>\n'


def data_table(made: Rendering, node: Component, scope: Mapping[str, Any]) -> str:
    """``<DataTable data={query} title="…"> <Column id=… /> … </DataTable>``."""
    frame = made.frame(node)
    title = made.text(node, "title", scope, needed=True)
    columns = [_column(made, child, frame) for child in _columns_of(made, node)]
    columns = columns or [_plain(frame, name) for name in frame.columns]
    group = made.column(node, frame, "groupBy", needed=False)
    link = made.column(node, frame, "link", needed=False)
    if not frame.rows:
        return _nothing(title) + files(made, [frame.name], title)
    head = "".join(
        f'<th scope="col" role="columnheader"{_css("n" if one.right else "")}>{html_text(one.title)}</th>'
        for one in columns
    )
    bodies = []
    group_words = made.wording(node, "groupFmt")[1]
    listed = frame.rows[:LISTED]
    for key, members in groupby(listed, key=lambda row: row[group] if group else None):
        rows = list(members)
        titled = (
            f'<tr role="row"><th class="group" scope="rowgroup" role="rowheader" colspan="{len(columns)}">'
            f"{html_text(group_words(key, rows[0]))}</th></tr>\n"
            if group
            else ""
        )
        lines = "".join(_line(made, node, columns, row, link) for row in rows)
        marks = sorted({mark for row in rows for mark in made.marks(row).split()})
        bodies.append(f'<tbody role="rowgroup"{_css(" ".join(marks))}>\n{titled}{lines}</tbody>\n')
    wide = " wide-table" if "wide" in node.attributes else ""
    whole = len(frame.rows)
    note = f"<p>The first {LISTED:,} of {whole:,} rows; the data below holds them all.</p>\n" if whole > LISTED else ""
    return (
        f'<table class="stack{wide}" role="table">\n<caption>{html_text(title)}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n{"".join(bodies)}</table>\n'
        f"{note}{files(made, [frame.name], title)}"
    )


def small_table(title: str, heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Words in rows and columns; the figures of a chart."""
    head = "".join(
        f'<th scope="col" role="columnheader"{_css("n" if place else "")}>{html_text(text)}</th>'
        for place, text in enumerate(heads)
    )
    body = "".join(
        f'<tr role="row"><th scope="row" role="rowheader">{html_text(line[0])}</th>'
        + "".join(
            f'<td role="cell" class="n" data-label="{html_text(name)}"><span>{html_text(text)}</span></td>'
            for name, text in zip(heads[1:], line[1:], strict=True)
        )
        + "</tr>\n"
        for line in lines
    )
    return (
        f'<table class="stack" role="table">\n<caption>{html_text(title)}</caption>\n<thead role="rowgroup">'
        f'<tr role="row">{head}</tr></thead>\n<tbody role="rowgroup">\n{body}</tbody>\n</table>\n'
    )


def matrix(made: Rendering, node: Component, scope: Mapping[str, Any]) -> str:
    """``<Matrix data={query} row=… column=… value=… />``: a state in words per row and column."""
    frame = made.frame(node)
    title = made.text(node, "title", scope, needed=True)
    row_name, column_name, value = (made.column(node, frame, name) for name in ("row", "column", "value"))
    late, note = (made.column(node, frame, name, needed=False) for name in ("late", "note"))
    group = made.column(node, frame, "groupBy", needed=False)
    fmt, words = made.wording(node)
    _, column_words = made.wording(node, "columnFmt")
    if not frame.rows:
        return _nothing(title)
    heads = sorted({str(row[column_name]) for row in frame.rows})
    head = f'<th scope="col">{html_text(made.text(node, "rowTitle", scope) or wording.humanised(row_name))}</th>'
    head += "".join(f'<th scope="col">{html_text(column_words(one, {}))}</th>' for one in heads)
    notes: list[str] = []
    used: dict[str, str] = {}
    bodies = []
    listed = frame.rows[:LISTED]
    for key, members in groupby(listed, key=lambda row: row[group] if group else None):
        rows = list(members)
        lines = ""
        for name, cells in groupby(rows, key=lambda row: row[row_name]):
            found = {str(row[column_name]): row for row in cells}
            lines += f'<tr class="{made.marks(rows[0])}"><th scope="row">{html_text(name)}</th>'
            for one in heads:
                row = found.get(one)
                if row is None:
                    lines += '<td class="state"><span class="unseen">no return</span></td>'
                    continue
                state = str(row[value])
                said = words(row[value], row)
                used[state] = said
                extra = " <small>late</small>" if late and row[late] else ""
                if note and not is_blank(row[note]):
                    notes.append(f"{name}, {column_words(one, {})}: {row[note]}")
                    extra += f" <sup>{len(notes)}</sup>"
                sign = _SIGNS.get(state, "")
                shown = f'<span aria-hidden="true">{sign}</span><span class="unseen">{html_text(said)}</span>'
                lines += f'<td class="state {_state(fmt, state)}">{shown if sign else html_text(said)}{extra}</td>'
            lines += "</tr>\n"
        titled = (
            f'<tr><th class="group" scope="rowgroup" colspan="{len(heads) + 1}">{html_text(key)}</th></tr>\n'
            if group
            else ""
        )
        bodies.append(f'<tbody class="{made.marks(rows[0])}">\n{titled}{lines}</tbody>\n')
    listed = "".join(f"<li>{html_text(text)}</li>\n" for text in notes)
    label = html_text(title)
    keys = "".join(
        f'<li><span class="state {_state(fmt, state)}">{_SIGNS[state]}</span> {html_text(used[state])}</li>'
        for state in _SIGNS
        if state in used
    )
    return (
        f'<div class="scroll" role="region" aria-label="{label}" tabindex="0">\n<table class="matrix">\n'
        f"<caption>{label}</caption>\n<thead><tr>{head}</tr></thead>\n{''.join(bodies)}</table>\n</div>\n"
        + (f'<ul class="signs" aria-hidden="true">{keys}</ul>\n' if keys else "")
        + (f'<ol class="notes">\n{listed}</ol>\n' if notes else "")
        + files(made, [frame.name], title)
    )


def _nothing(title: str) -> str:
    return f'<p class="none"><strong>{html_text(title)}</strong>: nothing here.</p>\n'


def _columns_of(made: Rendering, node: Component) -> list[Component]:
    from exports.site.components import check_attributes

    found = [child for child in node.children if isinstance(child, Component)]
    for child in found:
        if child.name != "Column":
            raise made.problem(child.line, f"<DataTable> holds <Column> only, not <{child.name}>.")
        check_attributes(made, child, _COLUMN)
    return found


def _column(made: Rendering, node: Component, frame: Frame) -> _Column:
    name = made.column(node, frame, "id")
    fmt, words = made.wording(node)
    note, low, high, absent = (made.column(node, frame, one, needed=False) for one in ("note", "low", "high", "absent"))
    align = node.attributes["align"].text if "align" in node.attributes else ""
    title = node.attributes["title"].text if "title" in node.attributes else _titled(name)
    content = node.attributes["contentType"].text if "contentType" in node.attributes else ""
    return _Column(
        name,
        title,
        fmt,
        words,
        align == "right" or (not align and fmt in NUMBERS),
        note,
        made.wording(node, "noteFmt")[1],
        low,
        high,
        absent,
        content == "sparkline",
        "strong" in node.attributes,
    )


def _plain(frame: Frame, name: str) -> _Column:
    from exports.site.words import FORMATS

    number = any(isinstance(row[name], (int, float)) and not isinstance(row[name], bool) for row in frame.rows)
    text = FORMATS["text"]
    return _Column(name, _titled(name), "text", text, number, "", text, "", "", "", False, False)


def _titled(name: str) -> str:
    text = wording.humanised(name)
    return text[:1].upper() + text[1:]


def _line(made: Rendering, node: Component, columns: Sequence[_Column], row: Mapping[str, Any], link: str) -> str:
    cells = ["".join(_cell(one, row)) for one in columns[1:]]
    first, *rest = _cell(columns[0], row)
    if link and not is_blank(row[link]):
        if not is_near(str(row[link])):
            raise made.problem(node.line, f"“{row[link]}” is no address of a page of ours; the column “{link}” has it.")
        first = f'<a href="{html_text(row[link])}">{first}</a>'
    first += "".join(rest)
    return (
        f'<tr role="row"{_css(made.marks(row))}><th scope="row" role="rowheader">{first}</th>'
        + "".join(
            f'<td role="cell"{_css("n" if one.right else "")} data-label="{html_text(one.title)}">'
            f"<span>{cell}</span></td>"
            for one, cell in zip(columns[1:], cells, strict=True)
        )
        + "</tr>\n"
    )


def _cell(one: _Column, row: Mapping[str, Any]) -> list[str]:
    """What is shown, then the smaller lines below it."""
    value = row[one.id]
    if one.absent and not is_blank(row[one.absent]):
        return [f'<span class="none">{html_text(row[one.absent])}</span>']
    if one.sparkline:
        return [sparkline(value or [], row.get("unit"))]
    said = one.words(value, row)
    quiet = said in ("–", wording.NO_DATA, "no target")
    css = "none" if quiet else html_text(value) if one.fmt in _STATES else "main" if one.strong else ""
    parts = [f'<span class="{css}">{html_text(said)}</span>' if css else html_text(said)]
    if one.low and one.high and not is_blank(row[one.low]) and not is_blank(row[one.high]):
        low, high = one.words(row[one.low], row), one.words(row[one.high], row)
        parts.append(f'<span class="small range">{html_text(_between(low, high))}</span>')
    if one.note:
        remark = "" if is_blank(row[one.note]) else one.note_words(row[one.note], row)
        if remark and remark != "–":
            parts.append(f'<span class="small">{html_text(remark)}</span>')
    return parts


def _between(low: str, high: str) -> str:
    if low.endswith("%") and high.endswith("%"):
        low = low[:-1]
    return f"{low} to {high}" if low.startswith(wording.MINUS) or high.startswith(wording.MINUS) else f"{low}–{high}"


def _state(fmt: str, state: str) -> str:
    known = (wording.OBLIGATION if fmt == "obligation" else wording.PROGRESS).keys()
    return state if state in known else ""


def _css(names: str) -> str:
    return f' class="{names}"' if names else ""
