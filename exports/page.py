"""Pages made of sections, and their tables, in the shell all pages share."""

from __future__ import annotations

from collections.abc import Sequence

from exports.safe import html_text
from exports.site.html import document


def page(
    heading: str,
    about: str,
    sections: Sequence[str],
    build_id: str,
    *,
    synthetic: bool,
    remark: str = "",
    css: str = "",
) -> str:
    """A whole page.

    Args:
        heading: The page's title, as text.
        about: One line under it, as text.
        sections: Contents as HTML, with every piece of data already escaped; empty ones are left out.
        build_id: The build the page was made from.
        synthetic: Whether anything on it rests on synthetic data; then title, banner and footer say so.
        remark: What the banner says besides, as text.
        css: Name of a style sheet of this package, added to the common one.
    """
    return document(
        heading,
        "\n".join(section for section in sections if section),
        synthetic=synthetic,
        about=about,
        remark=remark,
        css=[css] if css else [],
        build_id=build_id,
    )


def small(text: object) -> str:
    """A second, quieter line of a cell; nothing where there is no text."""
    return f'<span class="small">{html_text(text)}</span>' if text else ""


def table(
    label: str,
    heads: Sequence[str],
    groups: Sequence[tuple[str, Sequence[Sequence[str]]]],
    css: str,
    *,
    prose: bool = False,
) -> str:
    """A table that stacks on a phone.

    Args:
        label: Its name for those who hear the page, as text.
        heads: Headings of the columns, as text.
        groups: Per group of rows its heading and the rows, all as HTML already escaped; a blank heading is left out.
            The first cell of a row heads it. The last cell of a row with too few of them reaches to the end.
        css: Classes of the table besides ``stack``.
        prose: Whether the last column holds sentences: stacked, they take the whole width.
    """
    head = "".join(f'<th scope="col" role="columnheader">{html_text(text)}</th>' for text in heads)
    bodies = []
    for heading, rows in groups:
        titled = (
            f'<tr role="row"><th class="group" scope="rowgroup" role="rowheader" colspan="{len(heads)}">{heading}</th>'
            "</tr>\n"
            if heading
            else ""
        )
        lines = "".join(
            f'<tr role="row"><th scope="row" role="rowheader">{row[0]}</th>'
            + "".join(_cell(heads, row, place, prose) for place in range(1, len(row)))
            + "</tr>\n"
            for row in rows
        )
        bodies.append(f'<tbody role="rowgroup">\n{titled}{lines}</tbody>\n')
    return (
        f'<table class="stack {css}" role="table" aria-label="{html_text(label)}">\n'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n{"".join(bodies)}</table>\n'
    )


def _cell(heads: Sequence[str], row: Sequence[str], place: int, prose: bool) -> str:
    rest = len(heads) - place
    if place == len(row) - 1 and rest > 1:
        return f'<td role="cell" class="why" colspan="{rest}"><span>{row[place]}</span></td>'
    css = ' class="why"' if prose and rest == 1 else ""
    return f'<td role="cell" data-label="{html_text(heads[place])}"{css}><span>{row[place]}</span></td>'
