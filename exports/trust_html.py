"""The trust gap for leadership: ``release/trust-gap.html`` and ``release/trust-gap/*.csv``.

The estimates, what is withheld and every status are the warehouse's; this page only words them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from exports import page, safe, wording
from exports import trust_sentences as said
from exports.page import small
from exports.published import Published
from exports.safe import html_text
from exports.trust_facts import ACTION_FIGURES, ALL, CHANGE_FIGURES, DAMAGED, GAP_FIGURES, TrustFacts, gather_trust
from exports.trust_methods import METHODS
from exports.trust_svg import gap_chart

_NONE = '<span class="none">–</span>'
_WHERE = ("area_code", "area_name")
_ASKED = ("outcome_code", "outcome_name")
_GROUP = ("group_code", "group_name")
_BASIS = ("interval_basis", "is_synthetic")
_GAPS = (*_ASKED, "wave_code", *_WHERE, *_GROUP, *GAP_FIGURES, "is_shown", "decision_code", "decision_reason", *_BASIS)
_CHANGES = (
    *_ASKED,
    *_WHERE,
    *_GROUP,
    "base_wave_code",
    "wave_code",
    *CHANGE_FIGURES,
    "target_basis",
    "progress_status",
    "refusal_reason",
    "is_synthetic",
)
_ACTIONS = (
    "wave_code", *_WHERE, "action_code", "action_name", *ACTION_FIGURES, "is_shown", "decision_reason", *_BASIS
)  # fmt: skip


def write_trust(published: Published, folder: Path) -> list[Path]:
    """Write the page and its tables.

    Args:
        published: The build to read; only its release tables are.
        folder: Folder the files go to (``…/release``).

    Returns:
        The files written.
    """
    facts = gather_trust(published)
    contents = {"trust-gap.html": trust_html(facts).encode()}
    contents |= {f"trust-gap/{name}.csv": data for name, data in trust_csv(facts).items()}
    (folder / "trust-gap").mkdir(parents=True, exist_ok=True)
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in contents]


def trust_csv(facts: TrustFacts) -> dict[str, bytes]:
    """The page's tables as CSV: ``gaps``, ``changes``, ``restoring_actions``; of named columns only."""
    tables = (("gaps", _GAPS, facts.gaps), ("changes", _CHANGES, facts.changes))
    return {
        name: safe.csv_bytes(
            [*columns, "notice"],
            (
                [*(row[column] for column in columns), wording.SYNTHETIC if row["is_synthetic"] else None]
                for row in rows
            ),
        )
        for name, columns, rows in (*tables, ("restoring_actions", _ACTIONS, facts.actions))
    }


def trust_html(facts: TrustFacts) -> str:
    """The page as text; every piece of data in it is escaped."""
    if facts.gaps:
        sections = [_first(facts), _countries(facts), _intersections(facts), _changes(facts), _actions(facts)]
    else:
        sections = [_section("first", "At a glance", f"<p>{html_text(said.NO_POLLS)}</p>\n")]
    terms = "".join(f"<div><dt>{html_text(term)}</dt><dd>{html_text(text)}</dd></div>\n" for term, text in METHODS)
    sections.append(_section("methods", "Methods", f'<dl class="methods">\n{terms}</dl>\n'))
    about = (
        f"Who says that healthcare damaged their trust, and what has changed. As of {wording.day_text(facts.as_of)}."
    )
    return page.page("The trust gap", about, sections, facts.build_id, synthetic=facts.synthetic, css="trust.css")


def _section(name: str, heading: str, content: str) -> str:
    css = ' class="first"' if name == "first" else ""
    return f'<section{css} aria-labelledby="{name}">\n<h2 id="{name}">{html_text(heading)}</h2>\n{content}</section>'


def _first(facts: TrustFacts) -> str:
    says = "".join(f"<li>{html_text(sentence)}</li>\n" for sentence in said.first_sentences(facts))
    content = f'<p>{html_text(said.ABOUT)}</p>\n<ul class="says">\n{says}</ul>\n'
    rows = facts.headline
    if rows:
        first, latest = str(rows[0]["base_wave_code"]), str(rows[0]["wave_code"])
        caption = (
            f'<figcaption>Gap in points: <span class="dot"></span>{html_text(first)}, <span class="dot now"></span>'
            f"{html_text(latest)}; lines: {html_text(said.interval_word(facts.is_modelled(rows[0])))}s. Solid upright "
            f"line: no gap. Dashed: the gap the {_basis(rows)}goal leaves in 2030.</figcaption>"
        )
        heads = ("Group", f"Gap {first}", f"Gap {latest}", "Change", "Goal for 2030", "What can be said")
        lines = [
            [
                html_text(row["group_name"]),
                _gap_cell(facts.gap(row, first)),
                _gap_cell(facts.gap(row, latest)),
                _change_cell(row),
                _goal(row),
                _status(row) + small(said.status_note(row)),
            ]
            for row in rows
        ]
        content += f"<figure>\n{gap_chart(facts)}\n{caption}\n</figure>\n"
        content += page.table(
            f"Trust gap {first} and {latest}, in points", heads, [("", lines)], "trust glance", prose=True
        )
    return _section("first", "At a glance", content)


def _basis(rows: Iterable[dict[str, Any]]) -> str:
    return "assumed " if any(row["target_basis"] == "assumed" for row in rows) else ""


def _goal(row: dict[str, Any]) -> str:
    if row["target_gap_points"] is None:
        return _NONE
    need = row["required_per_year_points"]
    # Nothing is asked of a gap that is smaller than the goal asks.
    pace = "" if need is None or need >= 0 else f"{said.number(-need)} less each year"
    remarks = [part for part in ("assumed" if row["target_basis"] == "assumed" else "", pace) if part]
    return html_text(said.number(row["target_gap_points"])) + small("; ".join(remarks))


def _gap_cell(gap: dict[str, Any]) -> str:
    """A gap with its interval; a dash where there is nobody else to compare with, the reason where it is withheld."""
    if gap.get("decision_reason"):
        return f'<span class="none">{said.NOT_SHOWN}</span>{small(gap["decision_reason"])}'
    return _figure(gap.get("gap_points"), gap.get("gap_low_points"), gap.get("gap_high_points"))


def _change_cell(row: dict[str, Any]) -> str:
    sign = "+" if (row["change_points"] or 0) >= 0.05 else ""
    return _figure(row["change_points"], row["change_low_points"], row["change_high_points"], sign=sign)


def _figure(value: float | None, low: float | None, high: float | None, *, sign: str = "", unit: str = "") -> str:
    if value is None:
        return _NONE
    return f'<span class="main">{sign}{said.number(value)}{unit}</span>{small(said.span(low, high))}'


def _share(row: dict[str, Any], prefix: str) -> str:
    value, low, high = (row[f"{prefix}share{part}_pct"] for part in ("", "_low", "_high"))
    return _figure(value, low, high, unit="%")


def _status(row: dict[str, Any]) -> str:
    status = str(row["progress_status"])
    return f'<span class="{html_text(status)}">{html_text(wording.progress(status, sign=True))}</span>'


def _countries(facts: TrustFacts) -> str:
    content = (
        "<p>Share who say so in each group and among all others, and the gap between the two in points, with "
        "intervals. What is too uncertain to rely on is not shown, and the reason stands in its place.</p>\n"
    )
    for outcome, name in _outcomes(facts):
        content += f"<h3>{html_text(name)}</h3>\n"
        for wave in facts.waves if outcome == DAMAGED else facts.waves[:1]:
            content += f"<h4>Wave {html_text(wave)}</h4>\n{_shares(facts, outcome, wave, crossed=False)}"
    others = "Earlier waves of the other question" if len(_outcomes(facts)) > 1 and len(facts.waves) > 1 else ""
    if others:
        content += f"<p>{others} are in trust-gap/gaps.csv.</p>\n"
    return _section("countries", "By country", content)


def _intersections(facts: TrustFacts) -> str:
    content = "<p>People who belong to two groups at once, beside everybody else.</p>\n"
    for wave in facts.waves:
        found = _shares(facts, DAMAGED, wave, crossed=True)
        if found:
            content += f"<h3>Wave {html_text(wave)}</h3>\n{found}"
    return _section("intersections", "Two groups at once", content)


def _outcomes(facts: TrustFacts) -> list[tuple[str, str]]:
    names = {str(row["outcome_code"]): str(row["outcome_name"]) for row in facts.gaps}
    return sorted(names.items(), key=lambda item: (item[0] != DAMAGED, item[1]))


def _shares(facts: TrustFacts, outcome: str, wave: str, *, crossed: bool) -> str:
    rows = [
        row
        for row in facts.gaps
        if (row["outcome_code"], row["wave_code"]) == (outcome, wave) and ("_and_" in row["group_code"]) is crossed
    ]
    groups = []
    for area, members in _by_area(rows):
        kind = said.interval_word(members[0]["interval_basis"] != "design_based")
        lines = [
            [html_text(row["group_name"]), _share(row, ""), _share(row, "others_"), _gap_cell(row)]
            if row["is_shown"]
            else [html_text(row["group_name"]), f'<span class="none">{html_text(row["decision_reason"])}</span>']
            for row in members
        ]
        groups.append(
            (html_text(area) + (small(f"With each figure: its {kind}") if _any_shown(members) else ""), lines)
        )
    heads = ("Group", "In the group", "All others", "Gap (points)")
    return page.table(f"Shares and gaps, wave {wave}", heads, groups, "trust shares") if groups else ""


def _any_shown(rows: Iterable[dict[str, Any]]) -> bool:
    return any(row["is_shown"] for row in rows)


def _by_area(rows: Sequence[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Rows by area: countries by name, then what is pooled."""

    def order(row: dict[str, Any]) -> tuple[bool, str, str]:
        return len(row["area_code"]) != 2, str(row["area_name"]), str(row["area_code"])

    return [(key[1], list(members)) for key, members in groupby(sorted(rows, key=order), key=order)]


def _changes(facts: TrustFacts) -> str:
    content = (
        "<p>How the gap changed between two waves: below zero it narrowed. A change is only told between polls that "
        "asked the same question of the same kind of sample; where it cannot be told, the reason is given.</p>\n"
    )
    heads = ("Group", "Gap, first wave", "Gap, later wave", "Change", "Smallest change to be found", "What can be said")
    for outcome, name in _outcomes(facts):
        groups = []
        for area, members in _by_area([row for row in facts.changes if row["outcome_code"] == outcome]):
            pairs = groupby(members, key=lambda row: (row["base_wave_code"], row["wave_code"]))
            for (first, later), found in pairs:
                groups.append(_changed(facts, area, str(first), later, list(found)))
        if groups:
            table = page.table(f"Changes: {name}", heads, groups, "trust changes", prose=True)
            content += f"<h3>{html_text(name)}</h3>\n{table}"
    return _section("changes", "What changed", content)


def _changed(
    facts: TrustFacts, area: str, first: str, later: str | None, rows: Sequence[dict[str, Any]]
) -> tuple[str, list[list[str]]]:
    reasons = {row["refusal_reason"] for row in rows}
    shown = [row for row in rows if row["change_points"] is not None]
    kind = f"With each figure: its {said.interval_word(facts.is_modelled(rows[0]))}" if shown else ""
    heading = html_text(f"{area}, {first}" + (f" to {later}" if later else "")) + small(kind)
    if not shown and len(reasons) == 1:
        return heading, [["All groups", _status(rows[0]) + small(reasons.pop())]]
    return heading, [
        [
            html_text(row["group_name"]),
            _gap_cell(facts.gap(row, first)),
            _gap_cell(facts.gap(row, str(later))),
            _change_cell(row),
            html_text(said.number(row["detectable_change_points"])),
            _status(row) + small(said.outlook(row)),
        ]
        if row["change_points"] is not None
        else [html_text(row["group_name"]), _status(row) + small(row["refusal_reason"])]
        for row in rows
    ]


def _actions(facts: TrustFacts) -> str:
    if not facts.actions:
        return ""
    wave = max(str(row["wave_code"]) for row in facts.actions)
    rows = [row for row in facts.actions if row["wave_code"] == wave]
    pooled = [row for row in rows if row["area_code"] == ALL]
    places = {str(row["action_code"]): place for place, row in enumerate(pooled)}
    heads = ("Action", "Share", "Rank")
    lines = [
        [html_text(row["action_name"]), _share(row, ""), html_text(row["action_rank"])]
        if row["is_shown"]
        else [html_text(row["action_name"]), f'<span class="none">{html_text(row["decision_reason"])}</span>']
        for row in pooled
    ]
    content = (
        f"<p>Wave {html_text(wave)}: share of everybody who say that it would most likely restore their trust. People "
        "could choose several, so shares add up to more than 100%.</p>\n"
    )
    if pooled:
        heading = html_text(pooled[0]["area_name"]) + small(f"With each figure: its {_kind(pooled)}")
        content += page.table(f"Actions, wave {wave}, all countries", heads, [(heading, lines)], "trust shares")
    countries = _by_area([row for row in rows if row["area_code"] != ALL])
    if countries:
        content += "<h3>By country</h3>\n<p>With each share: its interval, and its rank within the country.</p>\n"
        found = [{str(row["action_code"]): row for row in members} for _, members in countries]
        codes = sorted({code for members in found for code in members}, key=lambda code: (places.get(code, 99), code))
        table = [
            [
                html_text(next(members[code]["action_name"] for members in found if code in members)),
                *(_ranked(members.get(code)) for members in found),
            ]
            for code in codes
        ]
        names = ("Action", *(f"{area} ({_kind(members)})" for area, members in countries))
        content += page.table(f"Actions, wave {wave}, by country", names, [("", table)], "trust ranked")
    return _section("actions", "What would restore trust", content)


def _kind(rows: Sequence[dict[str, Any]]) -> str:
    return said.interval_word(rows[0]["interval_basis"] != "design_based")


def _ranked(row: dict[str, Any] | None) -> str:
    if row is None:
        return _NONE
    if not row["is_shown"]:
        return f'<span class="none">{said.NOT_SHOWN}</span>{small(row["decision_reason"])}'
    interval = said.span(row["share_low_pct"], row["share_high_pct"])
    return f'<span class="main">{said.number(row["share_pct"])}%</span>' + small(
        f"{interval}; rank {row['action_rank']}"
    )
