"""The annual extract as one HTML file: no scripts, nothing fetched, readable on a phone and on paper."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exports import annual_heard, annual_methods, annual_sentences, page, verdict, wording
from exports.annual_facts import Facts
from exports.annual_svg import money_chart
from exports.safe import html_text

_PART_NAMES = {"pillar": "pillar", "program": "program", "country": "country", "kind": "kind of contribution"}


def annual_html(facts: Facts) -> str:
    """The page as text; every piece of data in it is escaped."""
    sections = [_first(facts), _investment(facts), _programs(facts), _pace(facts)]
    sections += [annual_heard.section(facts.heard), _methods(facts)]
    heading = f"Annual progress extract {facts.year}"
    return page.page(heading, _about(facts), sections, facts.build_id, synthetic=facts.synthetic)


def _about(facts: Facts) -> str:
    day = wording.day_text(facts.as_of)
    when = f"As of {day}" if facts.is_latest else f"State at the end of {facts.year}, as known on {day}"
    return f"Closing the trust gap in healthcare. {when}."


def _first(facts: Facts) -> str:
    figures = "".join(
        f'<div><dt>{html_text(label)}</dt><dd><span class="big">{html_text(figure)}</span>'
        f'<span class="small">{html_text(remark)}</span></dd></div>\n'
        for label, figure, remark in annual_sentences.headline_figures(facts)
    )
    says = "".join(
        f'<h3>{html_text(heading)}</h3>\n<ul class="says">\n'
        + "".join(f"<li>{html_text(sentence)}{_link(heading)}</li>\n" for sentence in sentences)
        + "</ul>\n"
        for heading, sentences in annual_sentences.first_page_parts(facts)
    )
    chart = money_chart(facts)
    forecast = "Circle and bar: the forecast and its 95% range. " if facts.is_latest else ""
    caption = (
        f"<figcaption>Since the start, up to the end of each year{html_text(_until(facts))}: "
        '<span class="key solid"></span>paid, <span class="key"></span>committed; paid is part of what was committed. '
        f"Dashed: the goal. Dotted: an even pace. {forecast}The figures are in the table below.</figcaption>"
    )
    return (
        '<section class="first" aria-labelledby="first">\n<h2 id="first">At a glance</h2>\n'
        + (f'<dl class="figures">\n{figures}</dl>\n' if figures else "")
        + (f"<figure>\n{chart}\n{caption}\n</figure>\n" if chart else "")
        + says
        + "</section>"
    )


def _link(heading: str) -> str:
    """Where a part of the first page has a page of its own: the way there, from beside this one."""
    return ' <a href="../trust-gap.html">trust-gap.html</a>' if heading == annual_sentences.TRUST else ""


def _until(facts: Facts) -> str:
    """Where the newest year is not over: how far it reaches."""
    return "" if facts.last_period.endswith("Q4") else f" ({facts.year}: of {facts.last_month})"


def _investment(facts: Facts) -> str:
    heads = [
        "Year",
        "Budget of the year",
        "Paid in the year",
        "Paid so far",
        "Committed in the year",
        "Committed so far",
    ]
    rows = [
        [
            annual_sentences.year_text(facts, year.year),
            *map(wording.money, (year.budget, year.paid, year.paid_so_far, year.committed, year.committed_so_far)),
        ]
        for year in facts.years
    ]
    parts = [_part(facts, dimension, members) for dimension, members in facts.parts.items()]
    return (
        '<section aria-labelledby="money">\n<h2 id="money">Investment</h2>\n'
        "<p>Only what counts to the goal. A payment settles a commitment: the two are never added. Budgets are those "
        "of whole years, the running one included.</p>\n"
        + _table("By year", heads, rows, stack=True)
        + (f'<div class="pair">\n{"".join(f"<div>{part}</div>" for part in parts)}</div>\n' if parts else "")
        + "</section>"
    )


def _part(facts: Facts, dimension: str, members: Sequence[dict[str, Any]]) -> str:
    # Budgets are split by pillar and program only; elsewhere they stand in one row that would say €0 of the rest.
    split = [row for row in members if row["member_code"] != "not_split"]
    keys = ["paid_eur", "committed_eur"]
    if any(row["budget_eur"] for row in split):
        keys = ["budget_eur", *keys, "difference_eur"]
    shown = [row for row in members if any(row[key] for key in keys)]
    paid, budget = (facts.goal.get(key) for key in ("paid_eur", "budget_eur"))
    total = facts.goal | {"difference_eur": None if paid is None or budget is None else paid - budget}
    lines = [
        [row["name"], *(wording.money(row[key]) if row[key] else "–" for key in keys), _share(row)] for row in shown
    ]
    lines.append(["Total", *(wording.money(total.get(key)) for key in keys), ""])
    heads = {
        "budget_eur": "Budget",
        "paid_eur": "Paid",
        "committed_eur": "Committed",
        "difference_eur": "Paid less budget",
    }
    name = _PART_NAMES[dimension]
    return _table(
        f"By {name}, since the start",
        [name.capitalize(), *(heads[key] for key in keys), "Share of paid"],
        lines,
        total=True,
    )


def _share(row: dict[str, Any]) -> str:
    return "–" if row.get("paid_share_pct") is None else wording.percent(row["paid_share_pct"])


def _programs(facts: Facts) -> str:
    sections = [f"<h3>{html_text(name)}</h3>\n{_indicators(name, rows)}" for name, rows in facts.programs]
    about = (
        f"<p>State at the end of {html_text(facts.last_month)}. Targets marked “assumed” are planning assumptions. "
        "A range low–high holds the true value; “≥” means: at least, by the worse bound.</p>\n"
    )
    return (
        '<section aria-labelledby="programs">\n<h2 id="programs">Programs</h2>\n'
        + about
        + "".join(sections)
        + "</section>"
    )


def _pace(facts: Facts) -> str:
    rows = [row for row in facts.indicators if row.get("required_per_year") is not None]
    if not rows or not facts.is_latest:
        return ""
    heads = ["Indicator", "Needed per year", "So far per year", "Forecast for 2030", "95% range", "Target"]
    lines = []
    for row in rows:
        unit = row["unit"]
        low, high = row["forecast_2030_low"], row["forecast_2030_high"]
        lines.append(
            [
                str(row["indicator_name"]),
                wording.per_year(row["required_per_year"], unit),
                *(
                    "–" if text == wording.NO_DATA else text
                    for text in (
                        wording.per_year(row["observed_per_year"], unit),
                        wording.rounded(row["forecast_2030"], unit),
                        wording.between(wording.whole(low, unit), wording.whole(high, unit), unit),
                    )
                ),
                wording.quantity(row["target_value"], unit) + ("*" if row["target_basis"] == "assumed" else ""),
            ]
        )
    about = (
        "<p>What is missing to each target, spread over the time left, beside what there has been; and where the "
        "average quarter, or the line through the quarters of a level, would lead. "
        "A dash means: cannot be worked out. * assumed target.</p>\n"
    )
    return (
        '<section aria-labelledby="pace">\n<h2 id="pace">Pace and forecast</h2>\n'
        + about
        + _table("Indicators with a target", heads, lines, stack=True)
        + "</section>"
    )


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
        why = verdict.reason(row)
        why = f'<span class="small">{html_text(why)}</span>' if why else ""
        note = f'<span class="small">{html_text(row["footnote"])}</span>' if row.get("footnote") else ""
        cells = [
            (f'<span class="{"none" if value == wording.NO_DATA else "main"}">{html_text(value)}</span>', "n"),
            (_target(row), "n"),
            (html_text(verdict.attained(row)), "n"),
            (html_text(wording.coverage(row["coverage_met"], row["coverage_due"])), ""),
            (html_text(wording.data_status(row["data_status"])), ""),
            (f'<span class="{html_text(status)}">{html_text(wording.progress(status, sign=True))}</span>{why}', ""),
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
    covers = wording.covers(row)
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
        for term, text in annual_methods.methods(facts)
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


def _table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], stack: bool = False, total: bool = False
) -> str:
    head = "".join(
        f'<th scope="col" role="columnheader"{_class("n" if index else "")}>{html_text(label)}</th>'
        for index, label in enumerate(heads)
    )
    lines = "".join(
        f'<tr{_class("total" if total and row is rows[-1] else "")} role="row">'
        f'<th scope="row" role="rowheader">{html_text(row[0])}</th>'
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
