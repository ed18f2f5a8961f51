"""A page per figure: the explanation as a page in the shell all pages share. Restricted, like all it tells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from exports import wording
from exports.explain.evidence import LISTED
from exports.explain.evidence_figures import PROGRESS
from exports.explain.figure import assembled
from exports.explain.model import address
from exports.explain.rows import converted, counts, read_as, returns, used, where
from exports.origins import origins
from exports.page import small, table
from exports.safe import html_text
from exports.site.html import document

if TYPE_CHECKING:
    from collections.abc import Mapping

    from exports.explain.bundle import Inside
    from exports.explain.evidence import FigureRows
    from exports.explain.model import Explanation, Section
    from exports.origins import Contribution
    from exports.published import Published
    from sources.currency import Rates

_STYLE = """.value{font-size:clamp(1.7rem,6vw,2.6rem);font-weight:700;line-height:1.2;margin:1rem 0 0;max-width:none}
.sums{font-variant-numeric:tabular-nums;overflow-wrap:anywhere;background:var(--panel);
padding:.5rem .8rem;max-width:none}
.sums p{max-width:none;margin:.25rem 0}
h2{font-size:1.15rem;margin:2rem 0 .4rem;padding-top:.7rem;border-top-width:2px}
.rows th:nth-child(1){width:27%}.rows th:nth-child(2){width:50%}
.rows td,.rows th{overflow-wrap:anywhere}
.returns td,.returns th{overflow-wrap:anywhere}
@media print{.value{font-size:20pt}h2{break-after:avoid}}
"""


def figure_file(indicator: str, period: str, span: str) -> str:
    """Where the page of a figure lies below ``restricted/``."""
    return f"figures/{indicator}/{period}-{span}.html"


def headlines(published: Published) -> list[tuple[str, str, str]]:
    """Indicator, quarter and span of every headline figure of the newest extract."""
    progress = published.arrow(PROGRESS).to_pylist()
    newest = max((row["year"] for row in progress), default=None)
    return sorted((row["indicator_code"], row["period"], row["span"]) for row in progress if row["year"] == newest)


def write_figures(
    published: Published,
    folder: Path,
    inside: Inside,
    read: Mapping[tuple[str, str, str], FigureRows],
    rates: Rates,
) -> list[Path]:
    """Write a page for every headline figure of the newest extract.

    Args:
        folder: The folder ``restricted`` of the exports.
        read: What was read of the rows of each.
    """
    written = []
    for (indicator, period, span), known in sorted(read.items()):
        found = origins(
            published, inside.settings, inside.state, inside.contracts, indicator, period, span=span, cells=False
        )
        items = []
        for place, (item, (file, sha256)) in enumerate(zip(found.contributions, known.files, strict=True)):
            listed = known.listed.get(place)
            cells, missing = (listed.cells, listed.missing) if listed is not None else ((), None)
            items.append(item.seen(file, sha256, cells, missing))
        contract = inside.contracts[found.program]
        whole = replace(found, contributions=tuple(items))
        explained = assembled(published, whole, known.notes, inside.state, contract, None, rates)
        path = folder / figure_file(indicator, period, span)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(figure_page(explained), "utf-8")
        written.append(path)
    return written


def figure_page(found: Explanation) -> str:
    """The page of one figure."""
    source = f"Release {found.release}. " if found.release else ""
    unit = f" {found.unit}" if found.unit else ""
    body = [
        f'<p class="value">{html_text(found.value + unit)}</p>',
        *(_section(section) for section in found.sections),
        _rows(found),
        _returns(found),
    ]
    return document(
        found.title,
        "\n".join(part for part in body if part),
        synthetic=found.synthetic,
        about=f"{wording.quarter_text(found.period)}, {found.covers}. For program leads; not for release.",
        style=_STYLE,
        trail=(("All pages of this build", "../../pages/index.html"), *_program(found)),
        build_id=found.build_id,
        foot=f"{source}Figure {found.figure_id}. Log up to {str(found.log_head or 'unknown')[:16]}.",
    )


def _program(found: Explanation) -> list[tuple[str, str]]:
    """The page of the figure's program."""
    if found.origin is None:
        return []
    program = found.origin.program
    return [(str(found.facts["program_name"]), f"../../pages/leads/{program}.html")]


def _section(section: Section) -> str:
    lines = "".join(f"<p>{html_text(line)}</p>\n" for line in section.lines)
    sums = "".join(f"<p>{html_text(line)}</p>\n" for line in section.formulas)
    return f"<h2>{html_text(section.title)}</h2>\n{lines}" + (f'<div class="sums">\n{sums}</div>\n' if sums else "")


def _rows(found: Explanation) -> str:
    items = list(enumerate(found.origin.contributions)) if found.origin is not None else []
    if not items:
        return "<h2>Rows</h2>\n<p>Nothing was reported.</p>"
    shown = items[-LISTED:]
    note = (
        f"<p>The last {len(shown)} of {len(items):,} rows; the evidence of the extract lists them all.</p>\n"
        if len(shown) < len(items)
        else ""
    )
    lines = []
    for place, item in shown:
        place_words = html_text(where(item)) + small(f"{item.partner_name}, {item.period}")
        lines.append((place_words, _stands(found, place, item), html_text(counts(item))))
    heads = ("File and row", "What stands there", "Counts")
    return f"<h2>Rows ({len(items):,})</h2>\n{note}" + table("Rows it rests on", heads, [("", lines)], "rows")


def _stands(found: Explanation, place: int, item: Contribution) -> str:
    if item.missing:
        return html_text(item.missing)
    parts = []
    for cell in used(item):
        text = f"{address(item.sheet, cell.cell)} {cell.label}: {cell.raw}"
        parts.append(html_text(text) + small(read_as(cell)))
    money = converted(found.conversions.get(place))
    return "<br>".join(parts) + small(money)


def _returns(found: Explanation) -> str:
    listed = returns(found)
    if not listed:
        return ""
    lines = []
    for item in listed:
        files = "<br>".join(f"{html_text(name)}{small(f'SHA-256 {sha256}')}" for name, sha256 in item.files)
        name = html_text(item.submission_id) + small(f"{item.partner_name}, {item.period}")
        how = html_text(f"contract {item.contract}, rules {item.ruleset}") + small(f"receipt {item.receipt}")
        lines.append((name, files or "–", how, html_text(f"{item.rows:,}")))
    heads = ("Return", "File", "Read and judged with", "Rows")
    return f"<h2>Returns ({len(listed)})</h2>\n" + table("Returns it rests on", heads, [("", lines)], "returns")
