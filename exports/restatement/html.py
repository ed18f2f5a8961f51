"""The restatement as a page: exact and with partners for program leads, as shown for everyone."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from exports import page, wording
from exports.page import small
from exports.restatement import released, words
from exports.restatement.causes import CAUSES, LABELS, UNEXPLAINED
from exports.restatement.ledger import Change
from exports.safe import html_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from exports.restatement.ledger import Restatement

_HEADS = ("Figure", "Before", "After", "Change", "Of which")
_CSS = "restatement.css"


def restricted_page(found: Restatement) -> str:
    """The page for program leads; every piece of data in it is escaped."""
    chosen = words.chosen(found)
    sections = [
        _first(words.overview(found)),
        _unexplained(found),
        _figures(chosen, _exact, _more(found), ("restatement", "restatement-parts"), ("csv", "parquet")),
        _events(found),
        _methods(),
    ]
    return _page(found, sections)


def release_page(found: Restatement) -> str:
    """The page for everyone: no partner, no sizes of parts that are people."""
    chosen = released.chosen(found)
    about = (
        "Numbers as both releases showed them. Of people, causes are named and the sizes of the parts are not told: "
        "each would be a count of people of its own. “not shown”: the figure changed after it was shown, and a later "
        "quarter stands in its place now. “shown then”: disclosure control hides or rounds the figure now, so the "
        "number of then is not repeated."
    )
    sections = [
        _first(released.sentences(found)),
        _figures(chosen, _as_shown, about, ("restatement",), ("csv",)),
        _methods(),
    ]
    return _page(found, sections)


def _page(found: Restatement, sections: Sequence[str]) -> str:
    about = (
        f"Every figure that is not what {found.before} said (as of {wording.day_text(found.before_build.as_of)}), and "
        f"why. As of {wording.day_text(found.after_build.as_of)}."
    )
    title = f"What changed since {found.before}"
    return page.page(title, about, sections, found.after_build.build_id, synthetic=found.synthetic, css=_CSS)


def _section(name: str, heading: str, content: str) -> str:
    css = ' class="first"' if name == "first" else ""
    return f'<section{css} aria-labelledby="{name}">\n<h2 id="{name}">{html_text(heading)}</h2>\n{content}</section>'


def _first(sentences: Iterable[str]) -> str:
    says = "".join(f"<li>{html_text(sentence)}</li>\n" for sentence in sentences)
    return _section("first", "At a glance", f'<ul class="says">\n{says}</ul>\n')


def _unexplained(found: Restatement) -> str:
    if not found.unexplained:
        return ""
    says = "".join(
        f"<li>{html_text(change.about.get('name'))} ({html_text(change.figure_id)}): "
        f"{html_text(words.signed(change.amount(UNEXPLAINED.code), change.about.get('unit')))}</li>\n"
        for change in found.unexplained[:50]
    )
    content = f'<p>{html_text(UNEXPLAINED.help)}</p>\n<ul class="says">\n{says}</ul>'
    return _section("unexplained", "Unexplained", content)


def _more(found: Restatement) -> str:
    shown = len({(change.scope, change.figure_id) for change in words.chosen(found)})
    rest = found.figures() - shown
    return (
        "The latest quarter that changed, over the span each indicator is judged by. "
        f"{wording.counted(rest, 'more changed figure')} (other quarters and spans, partners, countries, groups, "
        "places) are in restatement.csv, and restatement-parts.csv has a row for each part of each change."
    )


def _figures(
    changes: Sequence[Change],
    row: Callable[[Change], list[str]],
    about: str,
    files: Sequence[str],
    endings: Sequence[str],
) -> str:
    heading = "Figures that changed"
    links = " ".join(f'<a href="{name}.{ending}">{name}.{ending}</a>' for name in files for ending in endings)
    beside = f'<p class="data-files">All changes: {links}</p>\n'
    if not changes:
        return _section("figures", heading, f"<p>None that is shown here.</p>\n{beside}")
    groups = [
        (html_text(name), [row(change) for change in members])
        for name, members in groupby(sorted(changes, key=_order), key=words.program)
    ]
    table = page.table(heading, _HEADS, groups, "restated", prose=True)
    return _section("figures", heading, f"<p>{html_text(about)}</p>\n{table}{beside}")


def _order(change: Change) -> tuple[int, str, str, str, bool]:
    first = {"Money to the goal": 0, "People reached together": 1}
    name = words.program(change)
    return first.get(name, 2), name, str(change.about.get("name")), change.figure_id, change.measure.endswith("_high")


def _exact(change: Change) -> list[str]:
    unit = change.about.get("unit")
    return [
        html_text(change.about.get("name")) + small(words.covers(change)),
        _number(words.amount(change.before, unit)),
        _number(words.amount(change.after, unit), "b"),
        _number(words.signed(change.change, unit)),
        f'<ul class="parts">{_parts(words.of_which(change))}</ul>',
    ]


def _number(text: str, tag: str = "span") -> str:
    return f'<{tag} class="figure">{html_text(text)}</{tag}>'


def _parts(parts: Iterable[tuple[str, str]]) -> str:
    return "".join(
        f'<li><span class="cause">{html_text(label)}</span> <span class="size">{html_text(size)}</span></li>'
        for label, size in parts
    )


def _names(change: Change) -> str:
    return "".join(f"<li>{html_text(name)}</li>" for name in released.causes(change).split("; "))


def _as_shown(change: Change) -> list[str]:
    told = released.line(change)
    items = _parts(words.of_which(change)) if released.sizes_are_told(change) else _names(change)
    return [
        html_text(told["name"]) + small(told["covers"]),
        _number(told["before"]),
        _number(told["after"], "b"),
        _number(told["change"]),
        f'<ul class="parts">{items}</ul>',
    ]


def _events(found: Restatement) -> str:
    content = ""
    for cause in (*CAUSES, UNEXPLAINED):
        edits = [edit for edit in found.edits if edit.cause == cause.code]
        lines = "".join(f"<li>{html_text(text)}</li>\n" for text in words.happened(edits))
        if lines:
            content += f'<h3>{html_text(LABELS[cause.code])}</h3>\n<ul class="says">\n{lines}</ul>\n'
    return _section("events", "What happened in between", content or "<p>Nothing came in, and nothing went.</p>\n")


def _methods() -> str:
    terms = "".join(
        f"<div><dt>{number}. {html_text(cause.label)}</dt><dd>{html_text(cause.help)}</dd></div>\n"
        for number, cause in enumerate(CAUSES, start=1)
    )
    notes = "".join(f"<p>{html_text(note)}</p>\n" for note in words.NOTES)
    return _section("methods", "How changes are split", f'{notes}<dl class="methods">\n{terms}</dl>\n')
