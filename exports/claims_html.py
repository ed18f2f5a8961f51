"""What the initiative has said of itself, held against the data: ``release/claims.html`` and ``release/claims.csv``.

The verdicts are the warehouse's; this page only shows them. On a synthetic sample every verdict says so beside itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from exports import page, safe, table, wording
from exports.published import Published
from exports.safe import html_text

CLAIMS = "pub_leadership__claims"
ON_SAMPLE = "On the synthetic sample; says nothing about the initiative."
VERDICT = {"supported": "✓ supported", "contradicted": "✕ contradicted", "cannot_tell": "– cannot tell"}
_COLOUR = {"supported": "on_track", "contradicted": "behind", "cannot_tell": "none"}
_HEADS = ("Claim", "Claimed", "The data has", "Verdict")


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
    rows = sorted(published.arrow(CLAIMS).to_pylist(), key=lambda row: row["claim_number"])
    names = list(rows[0]) if rows else ["claim_code"]
    return safe.csv_bytes(
        [*names, "notice"], ([*row.values(), ON_SAMPLE if row["is_synthetic"] else None] for row in rows)
    )


def claims_html(published: Published) -> str:
    """The page as text; every piece of data in it is escaped."""
    rows = _in_order(published)
    synthetic = any(row["is_synthetic"] for row in rows)
    about = (
        "Every figure and every promise that can be checked on the initiative’s public pages. "
        f"As of {wording.day_text(published.as_of)}."
    )
    return page.page(
        "What was said, and what the data says",
        about,
        [_first(rows, synthetic), *_pages(rows)],
        published.build_id,
        synthetic=synthetic,
        remark=ON_SAMPLE,
        css="claims.css",
    )


def _in_order(published: Published) -> list[dict[str, Any]]:
    """The claims in the order of reading."""
    return sorted(table.rows(published.frame(CLAIMS)), key=lambda row: row["claim_number"])


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
    if row.get("is_suppressed"):
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


def when_text(row: dict[str, Any]) -> str:
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
        "returns are missing, a sum that is large enough supports, and nothing contradicts. A figure of a poll is "
        "supported where the estimate, rounded as the page rounds, is the same: its 95% range stands beside it. What "
        "is not measured cannot be told."
    )
    return (
        '<section aria-labelledby="first">\n<h2 id="first">At a glance</h2>\n'
        f'<dl class="figures">\n{figures}</dl>\n<p>{html_text(about)}</p>\n</section>'
    )


def _pages(rows: Sequence[dict[str, Any]]) -> list[str]:
    sections = []
    for number, (title, members) in enumerate(groupby(rows, key=lambda row: row["page_title"]), 1):
        claims = list(members)
        year, _, month = str(claims[0]["page_date"] or "").partition("-")
        said = f"Dated {wording.month_name(int(month))} {year}." if month else "The page gives no date."
        groups: dict[str, list[list[str]]] = {}
        for row in claims:
            groups.setdefault(f"“{html_text(row['source_sentence'])}”", []).append(_line(row))
        sections.append(
            f'<section aria-labelledby="page{number}">\n<h2 id="page{number}">{html_text(title)}</h2>\n'
            f'<p class="about">{html_text(said)}</p>\n'
            f"{page.table(str(title), _HEADS, list(groups.items()), 'claims', prose=True)}</section>"
        )
    return sections


def _line(row: dict[str, Any]) -> list[str]:
    verdict = str(row["verdict"])
    needed = f"Needed to tell: {row['needed']}." if row["needed"] else ""
    if day := row["speaks_for_date"]:
        needed = needed.replace(str(day), wording.day_text(day))
    return [
        f"{html_text(row['about'])}{page.small(row['caveat'])}",
        html_text(claimed_text(row)),
        f"{_none(found_text(row))}{page.small(row['indicator_name'])}{page.small(when_text(row))}",
        f'<span class="{_COLOUR[verdict]}">{VERDICT[verdict]}</span>{page.small(row["why"])}{page.small(needed)}',
    ]


def _none(text: str) -> str:
    return f'<span class="none">{text}</span>' if text == wording.NO_DATA else html_text(text)
