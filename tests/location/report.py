"""The score as a table for terminals and as a page of the docs."""

from __future__ import annotations

from collections.abc import Mapping

from tests.location.score import Score, Tally

_HEAD = ("planted", "recall", "precision", "exact cell")


def table(found: Score) -> str:
    """Layouts, then kinds of defect, with their figures in columns."""
    lines = [f"{'':32}" + "".join(f"{head:>12}" for head in _HEAD)]
    for group in (found.by_layout, found.by_kind):
        lines += [f"{name:32}" + "".join(f"{value:>12}" for value in _figures(tally)) for name, tally in group.items()]
        lines.append("")
    return "\n".join(lines)


def page(found: Score, which: str) -> str:
    """The page: what is measured, and the figures per layout and per kind of defect."""
    lines = [
        "# Location score",
        "",
        "<!-- generated from tests/location by `make location`; do not edit -->",
        "",
        f"One known defect is planted in a return that has none: {which}. The return is read and judged as any other, and what is told is compared with what was planted. "
        "*Recall* is the share of planted defects told with the right rule, *precision* the share of what was told "
        "that was planted, *exact cell* the share told at exactly the cells Excel (or, in csv, an editor) shows. "
        "All figures are synthetic.",
        "",
        f"**{found.total.said}**",
        "",
    ]
    return "\n".join([*lines, *_rows("Layout", found.by_layout), "", *_rows("Defect", found.by_kind), ""])


def _rows(name: str, group: Mapping[str, Tally]) -> list[str]:
    lines = [f"| {name} | Planted | Recall | Precision | Exact cell |", "|---|---:|---:|---:|---:|"]
    return lines + [f"| {key} | {' | '.join(_figures(tally))} |" for key, tally in group.items()]


def _figures(tally: Tally) -> tuple[str, ...]:
    rates = (tally.recall, tally.precision, tally.exact_rate)
    return f"{tally.planted:,}", *(f"{rate:.1f} %" for rate in rates)
