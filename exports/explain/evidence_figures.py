"""Every figure of a year's extract, as the rows of ``figures.csv``: exact, as shown, and by what arithmetic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from exports import table
from exports.explain.evidence_heard import heard_figures
from exports.explain.evidence_trust import poll_figures

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from exports.published import Published

FIGURE_COLUMNS = (
    "figure_id", "measure", "source", "exact", "shown", "is_hidden", "is_rounded", "kept", "arithmetic",
)  # fmt: skip
PROGRESS = "pub_leadership__progress"
_VALUES = ("value", "value_low", "value_high")
_STATED = ("coverage_met", "coverage_due", "baseline_value", "target_value", "planned_value")
_DERIVED = (
    "attainment_pct", "required_per_year", "observed_per_year", "forecast_2030", "forecast_2030_low",
    "forecast_2030_high", "progress_status",
)  # fmt: skip
_GOAL = (
    "budget_eur", "committed_eur", "paid_eur", "planned_eur", "share_paid_pct", "share_committed_pct", "elapsed_pct",
    "required_eur_per_year", "observed_eur_per_year", "forecast_2030_eur", "forecast_2030_low_eur",
    "forecast_2030_high_eur", "progress_status", "coverage_met", "coverage_due",
)  # fmt: skip
_PART = ("budget_eur", "committed_eur", "paid_eur", "difference_eur", "paid_share_pct")


_MONEY = "Sum of entries in euro"


def figures(published: Published, year: int | None = None) -> list[tuple[Any, ...]]:
    """Rows of ``figures.csv`` with the extract's year in front; empty where there is no extract.

    Args:
        year: The extract's year; by default the newest. Money, reach by now and barriers belong to the newest only.
    """
    progress = published.arrow(PROGRESS).to_pylist()
    years = sorted({row["year"] for row in progress if row["year"] is not None})
    if not years:
        return []
    chosen = years[-1] if year is None else year
    rows = [*_progress(published, [row for row in progress if row["year"] == chosen])]
    last = max((row["period"] for row in progress if row["year"] == chosen), default="")
    if chosen == years[-1]:
        rows += _money(published, last)
        rows += poll_figures(published)
        rows += heard_figures(published, anchors(published))
    rows += _people(published, last)
    return [(chosen, *row) for row in rows]


def _progress(published: Published, shown: list[dict[str, Any]]) -> Iterable[tuple[Any, ...]]:
    exact = {
        (row["indicator_code"], row["period"], row["span"]): row
        for row in published.arrow(table.KPI).to_pylist()
        if row["is_headline"]
    }
    kinds = {row["indicator_code"]: row["arithmetic"] for row in published.arrow("pub_meta__definitions").to_pylist()}
    kept = anchors(published)
    for row in sorted(shown, key=lambda item: (item["indicator_code"], item["period"])):
        key = (row["indicator_code"], row["period"], row["span"])
        figure, true, words = "/".join(key), exact[key], kinds.get(key[0])
        hidden = bool(row["is_suppressed"])
        told = f"{words}; rounded, and what derives from it" if row.get("is_rounded") else words
        for measure in (*_VALUES, *_STATED, *_DERIVED):
            yield (figure, measure, "progress", true[measure], true[measure], False, False, None, words)
        for measure in (*_VALUES, *_STATED, *_DERIVED):
            hides = hidden and measure not in _STATED
            # Of a hidden figure the status says nothing either.
            shows = None if hides and measure == "progress_status" else row[measure]
            # A value that is kept is rounded as it stood then, so that the line names what it stood at.
            anchor = kept.get(figure, {}).get(measure) if measure in _VALUES[1:] else None
            yield (figure, measure, "released", "?", shows, hides, False, anchor, told)


def anchors(published: Published) -> dict[str, dict[str, Any]]:
    """Figures that stand as an earlier release showed them, and the bounds they stood at then."""
    if not published.has("pub_leads__disclosure"):
        return {}
    return {
        row["figure_id"]: {
            f"{name}_{bound}": row[f"anchor_{bound}"]
            for name in ("value", "reach", "people", "patients_count")
            for bound in ("low", "high")
        }
        for row in published.arrow("pub_leads__disclosure").to_pylist()
        if row["kept_from"] is not None
    }


def _money(published: Published, last: str) -> Iterable[tuple[Any, ...]]:
    for row in published.arrow("pub_leadership__goal").to_pylist():
        for measure in _GOAL:
            yield (f"goal/{last}", measure, "goal", row[measure], row[measure], False, False, None, _MONEY)
    for row in published.arrow("pub_leadership__investment_by").to_pylist():
        figure = f"investment/{row['dimension']}/{row['member_code']}"
        for measure in _PART:
            yield (figure, measure, "investment", row[measure], row[measure], False, False, None, _MONEY)


def _people(published: Published, last: str) -> Iterable[tuple[Any, ...]]:
    names = ("reach_low", "reach_high", "coverage_met", "coverage_due")
    words = "Bounds over programs: overlaps that are declared, counted or keyed are taken off"
    for audience, name in (("leads", "pub_leads__reach"), ("release", "pub_leadership__reach")):
        for row in published.arrow(name).to_pylist():
            if row["period"] != last or row.get("program_code", "total") != "total":
                continue
            kept = anchors(published).get(f"reach/{last}", {}) if audience == "release" else {}
            yield from _bounds(row, f"reach/{last}/{audience}", names, "reach", words, kept)
    names = ("people_low", "people_high", "indicator_count", "coverage_met", "coverage_due")
    words = "At least the largest report, at most the sum of all"
    for audience, name in (("leads", "pub_leads__contributions"), ("release", "pub_leadership__contributions")):
        for row in published.arrow(name).to_pylist():
            if row["period"] != last or row.get("program_code", "total") != "total":
                continue
            figure = f"contribution/{row['contribution_code']}/{last}/{audience}"
            kept = anchors(published).get(f"contribution/{row['contribution_code']}/{last}", {})
            yield from _bounds(row, figure, names, "contribution", words, kept if audience == "release" else {})


def _bounds(
    row: Mapping[str, Any], figure: str, names: tuple[str, ...], source: str, words: str, kept: Mapping[str, Any]
) -> Iterable[tuple[Any, ...]]:
    for measure in names:
        bound = measure.endswith(("_low", "_high"))
        hidden = bool(row.get("is_suppressed")) and bound
        rounded = bool(row.get("is_rounded")) and bound
        # The released figure before it was hidden or rounded is published nowhere: “?” leaves it to the recomputation.
        exact = "?" if hidden or rounded else row[measure]
        yield (figure, measure, source, exact, row[measure], hidden, rounded, kept.get(measure), words)
