"""The annual extract as one HTML file: no scripts, nothing fetched, readable on a phone and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from exports import page
from exports.extract.document import (
    Block,
    Cell,
    Chart,
    Column,
    Document,
    Figures,
    Quote,
    Says,
    Section,
    Table,
    Terms,
    Text,
)
from exports.safe import html_text

#: What a file beside the page is called.
_FILES = {"pdf": "PDF", "xlsx": "Excel workbook"}


def extract_html(document: Document, beside: Sequence[str] = ()) -> str:
    """The page as text; every piece of data in it is escaped.

    Args:
        document: What the page says.
        beside: Names of files beside it with the same contents, to be offered.
    """
    sections = [_contents(document, beside), *(_section(section) for section in document.sections)]
    return page.page(
        document.title,
        document.about,
        sections,
        document.build_id,
        synthetic=document.synthetic,
        css="extract/extract.css",
    )


def _contents(document: Document, beside: Sequence[str]) -> str:
    links = "".join(
        f'<li><a href="#{html_text(section.key)}">{html_text(section.title)}</a></li>\n'
        for section in document.sections
    )
    files = "".join(
        f'<li><a href="{href}">{html_text(words)}</a></li>\n'
        for href, words in (
            *((name, _FILES[name.rsplit(".", 1)[-1]]) for name in beside),
            (f"{document.year}/datapackage.json", "Data as CSV and Parquet: what is where"),
        )
    )
    return (
        f'<nav class="contents" aria-label="Contents">\n<ul>\n{links}</ul>\n</nav>\n'
        f'<nav class="files" aria-label="The same as files">\n<ul>\n{files}</ul>\n</nav>'
    )


def _section(section: Section, level: int = 2) -> str:
    key, tag = html_text(section.key), f"h{level}"
    css = ' class="first"' if section.key == "first" else ' class="apart"' if section.apart else ""
    inner = "\n".join(_section(part, level + 1) for part in section.sections if not part.is_empty)
    return (
        f'<section{css} aria-labelledby="{key}">\n<{tag} id="{key}">{html_text(section.title)}</{tag}>\n'
        f"{_blocks(section.blocks, level)}{inner}</section>"
    )


def _blocks(blocks: tuple[Block, ...], level: int) -> str:
    """Narrow tables that follow one another stand side by side."""
    written = []
    for narrow, members in groupby(blocks, key=lambda block: isinstance(block, Table) and block.half):
        parts = [_block(block, level) for block in members]
        if narrow:
            parts = ['<div class="pair">\n', *(f"<div>{part}</div>" for part in parts), "</div>\n"]
        written += parts
    return "".join(written)


def _block(block: Block, level: int) -> str:
    match block:
        case Text():
            return f"<p{_css('quiet' if block.quiet else '')}>{html_text(block.text)}</p>\n"
        case Says():
            tag = f"h{level + 1}"
            heading = f"<{tag}>{html_text(block.heading)}</{tag}>\n" if block.heading else ""
            lines = "".join(f"<li>{html_text(sentence)}</li>\n" for sentence in block.sentences)
            return f'{heading}<ul class="says">\n{lines}</ul>\n'
        case Figures():
            items = "".join(
                f'<div><dt>{html_text(label)}</dt><dd><span class="big">{html_text(figure)}</span>'
                f'<span class="small">{html_text(remark)}</span></dd></div>\n'
                for label, figure, remark in block.items
            )
            return f'<dl class="figures">\n{items}</dl>\n'
        case Terms():
            items = "".join(
                f"<div><dt>{html_text(term)}</dt><dd>{html_text(text)}</dd></div>\n" for term, text in block.items
            )
            return f'<dl class="methods">\n{items}</dl>\n'
        case Quote():
            text = "".join(f"<p>{html_text(line)}</p>\n" for line in block.text.splitlines() if line.strip())
            return f'<blockquote class="signed">\n{text}<footer>{html_text(block.about)}</footer>\n</blockquote>\n'
        case Chart():
            return _chart(block)
        case Table():
            return _table(block)


def _chart(chart: Chart) -> str:
    key, kind = html_text(chart.key), html_text(chart.key.split("-")[0])
    legend = "".join(f'<span class="key {css}"></span>{html_text(words)} ' for css, words in chart.legend)
    return (
        f'<figure>\n<svg class="chart {kind}" viewBox="0 0 {chart.width:g} {chart.height:g}" role="img" '
        f'aria-labelledby="{key}-title {key}-words"><title id="{key}-title">{html_text(chart.title)}</title>'
        f'<desc id="{key}-words">{html_text(chart.in_words)}</desc>{chart.body}</svg>\n'
        f'<figcaption><span class="keys">{legend}</span>{html_text(chart.caption)}</figcaption>\n</figure>\n'
    )


def _table(table: Table) -> str:
    columns = table.columns
    head = "".join(
        f'<th scope="col" role="columnheader"{_css("n" if column.number else "")} '
        f'style="width:{_part(table, column)}%">{html_text(column.label)}</th>'
        for column in columns
    )
    lines = []
    for row in table.rows:
        last = table.total and row is table.rows[-1]
        cells = "".join(
            f'<td role="cell" data-label="{html_text(column.label)}"{_css("n" if column.number else "")}>'
            f"<span>{_cell(cell)}</span></td>"
            for column, cell in zip(columns[1:], row[1:], strict=True)
        )
        lines.append(
            f'<tr{_css("total" if last else "")} role="row"><th scope="row" role="rowheader">{_cell(row[0])}</th>'
            f"{cells}</tr>\n"
        )
    caption = f"<caption>{html_text(table.caption)}</caption>\n" if table.caption else ""
    name = "" if caption else f' aria-label="{html_text(table.label)}"'
    return (
        f'<table class="stack fixed" role="table"{name}>\n{caption}<thead role="rowgroup"><tr role="row">{head}</tr>'
        f'</thead>\n<tbody role="rowgroup">\n{"".join(lines)}</tbody>\n</table>\n'
    )


def _part(table: Table, column: Column) -> str:
    return f"{100 * column.width / sum(one.width for one in table.columns):.1f}"


def _cell(cell: Cell) -> str:
    text = html_text(cell.text)
    text = f'<span class="{html_text(cell.tone)}">{text}</span>' if cell.tone else text
    return text + "".join(page.small(line) for line in cell.small)


def _css(name: str) -> str:
    return f' class="{name}"' if name else ""
