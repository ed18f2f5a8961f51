"""What the initiative has said of itself, held against the data: ``release/claims.html`` and ``release/claims.csv``.

The verdicts are the warehouse's; this page only shows them. On a synthetic sample every verdict says so beside itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from itertools import groupby
from pathlib import Path
from typing import Any

from exports import safe, table, wording
from exports.published import Published
from exports.safe import html_text

CLAIMS = "pub_leadership__claims"
ON_SAMPLE = "On the synthetic sample; says nothing about the initiative."
VERDICT = {"supported": "✓ supported", "contradicted": "✕ contradicted", "cannot_tell": "– cannot tell"}
_COLOUR = {"supported": "on_track", "contradicted": "behind", "cannot_tell": "none"}
_HEADS = ("Claim", "Claimed", "The data has", "Verdict")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
.claims{table-layout:fixed}
.claims th:nth-child(1){width:27%}
.claims th:nth-child(2){width:16%}
.claims th:nth-child(3){width:21%}
.claims .said{font-weight:400;background:var(--panel);padding:.6rem .8rem;border-left:4px solid var(--main)}
.claims tbody+tbody .said{border-top:1.2rem solid var(--page)}
@media (max-width:42rem){
.stack.claims th:nth-child(n){width:auto}
.stack.claims tbody .said{padding:.6rem .8rem;border-top:0;margin-top:1rem}
.stack.claims td.why{display:block;text-align:left}
.stack.claims td.why::before{display:none}
}
"""


def write_claims(published: Published, folder: Path) -> list[Path]:
    """Write the page and the table of claims.

    Args:
        published: The build to read; only its release tables are.
        folder: Folder the files go to (``…/release``).

    Returns:
        The files written.
    """
    released = published.release()
    contents = {"claims.html": claims_html(released).encode(), "claims.csv": claims_csv(released)}
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in contents]


def claims_csv(published: Published) -> bytes:
    """All claims as CSV, with a notice beside each verdict that rests on a synthetic sample."""
    rows = table.rows(published.frame(CLAIMS))
    names = list(rows[0]) if rows else ["claim_code"]
    return safe.csv_bytes(
        [*names, "notice"], ([*row.values(), ON_SAMPLE if row["is_synthetic"] else None] for row in rows)
    )


def claims_html(published: Published) -> str:
    """The page as text; every piece of data in it is escaped."""
    rows = table.rows(published.frame(CLAIMS))
    synthetic = any(row["is_synthetic"] for row in rows)
    title = "What was said, and what the data says" + (" (synthetic sample)" if synthetic else "")
    style = resources.files("exports").joinpath("annual.css").read_text("utf-8") + _STYLE
    banner = f'\n<p class="banner">{html_text(f"{wording.SYNTHETIC}. {ON_SAMPLE}")}</p>' if synthetic else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{html_text(_POLICY)}">\n'
        f"<title>{html_text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        "<header>\n<h1>What was said, and what the data says</h1>\n"
        '<p class="about">Every figure and every promise that can be checked on the initiative’s public pages. '
        f"As of {html_text(wording.day_text(published.as_of))}.</p>{banner}\n</header>\n<main>\n"
        f"{_first(rows, synthetic)}\n{_pages(rows)}\n</main>\n"
        f"<footer>\n<p>{html_text(f'{wording.SYNTHETIC}. ' if synthetic else '')}"
        f"Build {html_text(published.build_id)}.</p>\n</footer>\n</body>\n</html>\n"
    )


def claimed_text(row: dict[str, Any]) -> str:
    """What a claim says, as ``more than 200 people``, ``58% ± 0.5 points`` or ``no figure``."""
    comparison, value, unit = row["comparison"], row["claimed_value"], row["unit"]
    if comparison == "name_only":
        return "a name, no figure"
    if comparison == "no_figure" or value is None:
        return "no figure"
    words = {"at_least": "at least ", "more_than": "more than ", "at_most": "at most ", "equals": "exactly "}
    spread = f" ± {wording.count(row['tolerance'])}" if comparison == "about" else ""
    if spread and unit == "percent":
        spread += " points"
    return f"{words.get(comparison, '')}{_measured(wording.quantity(value, unit), unit, one=value == 1)}{spread}"


def found_text(row: dict[str, Any]) -> str:
    """What the warehouse has: the value or its bounds, an estimate with its interval, or ``no data``."""
    if row["is_suppressed"]:
        return wording.HIDDEN_SHARE
    value, low, high, unit = row["value"], row["value_low"], row["value_high"], row["unit"]
    if low is None and high is None:
        return wording.NO_DATA
    if row["measure"] in ("survey_estimate", "survey_gap"):
        return f"{wording.quantity(value, unit)} ({wording.between(low, high, unit)})"
    return _measured(wording.between(low, high, unit), unit, one=value == 1)


def _measured(text: str, unit: str, *, one: bool) -> str:
    if unit in ("EUR", "percent"):
        return text
    name = wording.unit_text(unit)
    return f"{text} {'person' if name == 'people' else name.removesuffix('s')}" if one else f"{text} {name}"


def _when(row: dict[str, Any]) -> str:
    """The quarter or wave, and how many of the returns are in."""
    if row["wave_code"]:
        return f"wave {row['wave_code']} of the poll"
    if not row["period"]:
        return ""
    month = wording.month_text(row["period"])
    when = wording.quarter_text(row["period"]) if row["timing"] in ("once", "every_quarter") else f"up to {month}"
    return f"{when}; returns in: {wording.coverage(row['coverage_met'], row['coverage_due'])}"


def _first(rows: Sequence[dict[str, Any]], synthetic: bool) -> str:
    on_sample = f'<span class="small">{html_text(ON_SAMPLE)}</span>' if synthetic else ""
    figures = "".join(
        f"<div><dt>{html_text(word[2:].capitalize())}</dt>"
        f'<dd><span class="big">{sum(row["verdict"] == code for row in rows)}</span>{on_sample}</dd></div>\n'
        for code, word in VERDICT.items()
    )
    sentences = len({(row["page_title"], row["source_sentence"]) for row in rows})
    about = (
        f"{wording.counted(len(rows), 'claim')} in {wording.counted(sentences, 'sentence')}, quoted word for word. "
        "A figure that is known within bounds supports a claim only where every value between them does. While "
        "returns are missing, a sum that is large enough supports, and nothing contradicts. What is not measured "
        "cannot be told."
    )
    return (
        '<section aria-labelledby="first">\n<h2 id="first">At a glance</h2>\n'
        f'<dl class="figures">\n{figures}</dl>\n<p>{html_text(about)}</p>\n</section>'
    )


def _pages(rows: Sequence[dict[str, Any]]) -> str:
    ordered = sorted(rows, key=lambda row: row["claim_number"])
    sections = []
    for number, (title, members) in enumerate(groupby(ordered, key=lambda row: row["page_title"]), 1):
        claims = list(members)
        year, _, month = str(claims[0]["page_date"] or "").partition("-")
        said = f"Dated {wording.month_name(int(month))} {year}." if month else "The page gives no date."
        sections.append(
            f'<section aria-labelledby="page{number}">\n<h2 id="page{number}">{html_text(title)}</h2>\n'
            f'<p class="about">{html_text(said)}</p>\n{_table(str(title), claims)}</section>'
        )
    return "\n".join(sections)


def _table(title: str, claims: Sequence[dict[str, Any]]) -> str:
    head = "".join(f'<th scope="col" role="columnheader">{label}</th>' for label in _HEADS)
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in claims:
        groups.setdefault(row["source_sentence"], []).append(row)
    bodies = "".join(
        '<tbody role="rowgroup">\n<tr role="row"><th class="said" scope="rowgroup" role="rowheader" colspan="4">'
        f"“{html_text(sentence)}”</th></tr>\n{''.join(_line(row) for row in members)}</tbody>\n"
        for sentence, members in groups.items()
    )
    return (
        f'<table class="stack claims" role="table" aria-label="{html_text(title)}">\n'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead>\n{bodies}</table>\n'
    )


def _line(row: dict[str, Any]) -> str:
    verdict = str(row["verdict"])
    needed = f"Needed to tell: {row['needed']}." if row["needed"] else ""
    found = found_text(row)
    cells = (
        ("", f"<span>{html_text(claimed_text(row))}</span>"),
        ("", f"<span>{_none(found)}{_small(row['indicator_name'])}{_small(_when(row))}</span>"),
        (
            ' class="why"',
            f'<span class="{_COLOUR[verdict]}">{VERDICT[verdict]}</span>{_small(row["why"])}{_small(needed)}',
        ),
    )
    return (
        f'<tr role="row"><th scope="row" role="rowheader">{html_text(row["about"])}{_small(row["caveat"])}</th>'
        + "".join(
            f'<td role="cell" data-label="{label}"{css}>{content}</td>'
            for label, (css, content) in zip(_HEADS[1:], cells, strict=True)
        )
        + "</tr>\n"
    )


def _none(text: str) -> str:
    return f'<span class="none">{text}</span>' if text == wording.NO_DATA else html_text(text)


def _small(text: object) -> str:
    return f'<span class="small">{html_text(text)}</span>' if text else ""
