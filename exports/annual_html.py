"""The annual extract as one HTML file: no scripts, nothing fetched, readable on a phone and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Any

from exports import annual_sentences, wording
from exports.annual_facts import Facts
from exports.annual_svg import money_chart
from exports.safe import html_text

_PART_NAMES = {"pillar": "pillar", "program": "program", "country": "country", "kind": "kind of contribution"}
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def annual_html(facts: Facts) -> str:
    """The page as text; every piece of data in it is escaped."""
    title = f"Annual progress extract {facts.year}"
    if facts.synthetic:
        title += " (synthetic sample)"
    style = resources.files("exports").joinpath("annual.css").read_text("utf-8")
    body = [_header(facts), "<main>", _first(facts), _investment(facts), _programs(facts), _methods(facts), "</main>"]
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html_text(_POLICY)}">\n'
        f"<title>{html_text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        + "\n".join(part for part in [*body, _footer(facts)] if part)
        + "\n</body>\n</html>\n"
    )


def _header(facts: Facts) -> str:
    about = (
        f"As of {wording.day_text(facts.as_of)}" if facts.is_latest else f"State at the end of {facts.year}, as known "
    )
    if not facts.is_latest:
        about += f"on {wording.day_text(facts.as_of)}"
    banner = f'\n<p class="banner">{html_text(wording.SYNTHETIC)}</p>' if facts.synthetic else ""
    return (
        f"<header>\n<h1>Annual progress extract {facts.year}</h1>\n"
        f'<p class="about">Closing the trust gap in healthcare. {html_text(about)}.</p>{banner}\n</header>'
    )


def _first(facts: Facts) -> str:
    figures = "".join(
        f'<div><dt>{html_text(label)}</dt><dd><span class="big">{html_text(figure)}</span>'
        f'<span class="small">{html_text(remark)}</span></dd></div>\n'
        for label, figure, remark in annual_sentences.headline_figures(facts)
    )
    says = "".join(f"<li>{html_text(sentence)}</li>\n" for sentence in annual_sentences.first_page(facts))
    chart = money_chart(facts)
    caption = (
        '<figcaption>Since the start, up to the end of each year: <span class="key solid"></span>paid, '
        '<span class="key"></span>committed. Dashed: the goal. Dotted: an even pace. '
        "The figures are in the table below.</figcaption>"
    )
    return (
        '<section class="first" aria-labelledby="first">\n<h2 id="first">At a glance</h2>\n'
        + (f'<dl class="figures">\n{figures}</dl>\n' if figures else "")
        + f'<ul class="says">\n{says}</ul>\n'
        + (f"<figure>\n{chart}\n{caption}\n</figure>\n" if chart else "")
        + "</section>"
    )


def _investment(facts: Facts) -> str:
    heads = ["Year", "Paid in the year", "Paid so far", "Committed in the year", "Committed so far"]
    rows = [
        [str(year.year), *map(wording.money, (year.paid, year.paid_so_far, year.committed, year.committed_so_far))]
        for year in facts.years
    ]
    parts = [
        _table(
            f"By {_PART_NAMES[dimension]}, since the start",
            [_PART_NAMES[dimension].capitalize(), "Paid", "Committed"],
            [[row["name"], wording.money(row["paid_eur"]), wording.money(row["committed_eur"])] for row in members],
        )
        for dimension, members in facts.parts.items()
    ]
    return (
        '<section aria-labelledby="money">\n<h2 id="money">Investment</h2>\n'
        + _table("By year", heads, rows, stack=True)
        + (f'<div class="pair">\n{"".join(f"<div>{part}</div>" for part in parts)}</div>\n' if parts else "")
        + "</section>"
    )


def _programs(facts: Facts) -> str:
    sections = [f"<h3>{html_text(name)}</h3>\n{_indicators(name, rows)}" for name, rows in facts.programs]
    return '<section aria-labelledby="programs">\n<h2 id="programs">Programs</h2>\n' + "".join(sections) + "</section>"


def _indicators(name: str, rows: Sequence[dict[str, Any]]) -> str:
    heads = (
        ("Indicator", ""),
        ("Value", "n"),
        ("Target", "n"),
        ("Attained", "n"),
        ("Returns", ""),
        ("Data", ""),
        ("Progress", ""),
    )
    head = "".join(f'<th scope="col" role="columnheader"{_class(css)}>{html_text(label)}</th>' for label, css in heads)
    lines = []
    for row in rows:
        value, status = wording.value_text(row), str(row["progress_status"])
        attained = "–" if row["attainment_pct"] is None else f"{row['attainment_pct']:,.0f}%"
        note = f'<span class="small">{html_text(row["footnote"])}</span>' if row.get("footnote") else ""
        cells = [
            (f'<span class="{"none" if value == wording.NO_DATA else "main"}">{html_text(value)}</span>', "n"),
            (_target(row), "n"),
            (attained, "n"),
            (html_text(wording.coverage(row["coverage_met"], row["coverage_due"])), ""),
            (html_text(wording.data_status(row["data_status"])), ""),
            (f'<span class="{html_text(status)}">{html_text(wording.progress(status, sign=True))}</span>', ""),
        ]
        lines.append(
            f'<tr role="row"><th scope="row" role="rowheader">{html_text(row["indicator_name"])}'
            f'<span class="small">{html_text(_detail(row))}</span>{note}</th>'
            + "".join(
                f'<td role="cell" data-label="{label}"{_class(css)}><span>{content}</span></td>'
                for (label, _), (content, css) in zip(heads[1:], cells, strict=True)
            )
            + "</tr>\n"
        )
    return (
        f'<table class="stack wide" role="table" aria-label="{html_text(name)}">\n'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{"".join(lines)}</tbody>\n</table>\n'
    )


def _detail(row: dict[str, Any]) -> str:
    covers = wording.span_text(row["span"], row["kind"], row["period"])
    return covers if row["unit"] in ("EUR", "percent") else f"{wording.unit_text(row['unit'])}, {covers}"


def _target(row: dict[str, Any]) -> str:
    if row["target_value"] is None:
        return '<span class="none">no target</span>'
    remark = ", ".join(
        part
        for part in (f"by {int(row['target_year'])}" if row["target_year"] else "", row["target_basis"] or "")
        if part
    )
    return (
        f'{html_text(wording.quantity(row["target_value"], row["unit"]))}<span class="small">{html_text(remark)}</span>'
    )


def _methods(facts: Facts) -> str:
    terms = "".join(
        f"<div><dt>{html_text(term)}</dt><dd>{html_text(text)}</dd></div>\n"
        for term, text in annual_sentences.methods(facts)
    )
    shown = {row["indicator_code"] for row in facts.indicators}
    lines = "".join(
        f'<tr><th scope="row">{html_text(row.get("indicator_name"))}</th>'
        f"<td>{html_text(row['definition'])}"
        + (f'<span class="small">{html_text(row["limits"])}</span>' if row.get("limits") else "")
        + "</td></tr>\n"
        for row in facts.definitions
        if row["indicator_code"] in shown
    )
    return (
        f'<section aria-labelledby="methods">\n<h2 id="methods">Methods</h2>\n<dl class="methods">\n{terms}</dl>\n'
        '<h3>Definitions</h3>\n<table>\n<thead><tr><th scope="col">Indicator</th>'
        '<th scope="col">What it counts, and its limits</th></tr></thead>\n'
        f"<tbody>\n{lines}</tbody>\n</table>\n</section>"
    )


def _footer(facts: Facts) -> str:
    notice = f"{wording.SYNTHETIC}. " if facts.synthetic else ""
    return f"<footer>\n<p>{html_text(notice)}Build {html_text(facts.build_id)}.</p>\n</footer>"


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], stack: bool = False) -> str:
    head = "".join(
        f'<th scope="col" role="columnheader"{_class("n" if index else "")}>{html_text(label)}</th>'
        for index, label in enumerate(heads)
    )
    lines = "".join(
        f'<tr role="row"><th scope="row" role="rowheader">{html_text(row[0])}</th>'
        + "".join(
            f'<td role="cell" class="n" data-label="{html_text(label)}"><span>{html_text(cell)}</span></td>'
            for label, cell in zip(heads[1:], row[1:], strict=True)
        )
        + "</tr>\n"
        for row in rows
    )
    return (
        f'<table{_class("stack" if stack else "")} role="table">\n<caption>{html_text(caption)}</caption>\n'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">\n{lines}</tbody>\n</table>\n'
    )


def _class(name: str) -> str:
    return f' class="{name}"' if name else ""
