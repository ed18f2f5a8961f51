"""Figures of the polls as rows of ``figures.csv``: the released tables, and the restricted one with what is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from exports.published import Published

_GAPS = (
    "share_pct", "share_low_pct", "share_high_pct", "others_share_pct", "others_share_low_pct", "others_share_high_pct",
    "gap_points", "gap_low_points", "gap_high_points", "decision_code",
)  # fmt: skip
_ESTIMATES = (
    "respondent_count", "success_count", "others_count", "df", "share_pct", "share_se_points", "share_low_pct",
    "share_high_pct", "others_share_pct", "others_share_se_points", "gap_points", "gap_se_points", "gap_low_points",
    "gap_high_points", "gap_p_value", "effective_count", "design_effect", "weights_effect", "decision_code",
)  # fmt: skip
_CHANGES = (
    "base_gap_points", "gap_points", "change_points", "change_low_points", "change_high_points", "p_value",
    "detectable_change_points", "target_gap_points", "required_gap_points", "required_per_year_points", "attained_pct",
    "attained_low_pct", "attained_high_pct", "projected_low_points", "projected_high_points", "progress_status",
)  # fmt: skip
_ACTIONS = ("action_rank", "share_pct", "share_low_pct", "share_high_pct")
#: Hidden so that another estimate cannot be worked out: a decision about a set of tables, not about one estimate.
_JOINT = "complementary"


def poll_figures(published: Published) -> Iterator[tuple[Any, ...]]:
    """Every figure of the polls, without the extract's year."""
    words = "Weighted share, Taylor linearisation; hidden by the NCHS standard for proportions"
    joint: set[tuple[str, ...]] = set()
    for row in _rows(published, "pub_leads__trust_estimates"):
        place = (row["outcome_code"], row["wave_code"], row["area_code"], row["group_code"])
        if row["decision_code"] == _JOINT:
            joint.add(place)
        for measure in _ESTIMATES:
            value = "?" if measure == "decision_code" and row[measure] == _JOINT else row[measure]
            hidden = value == "?"
            yield (
                _id("poll", *place, "leads"),
                measure,
                "poll",
                value,
                None if hidden else value,
                hidden,
                False,
                None,
                words,
            )
    for row in _rows(published, "pub_leadership__trust_gaps"):
        place = (row["outcome_code"], row["wave_code"], row["area_code"], row["group_code"])
        for measure in _GAPS:
            yield _line(_id("poll", *place), measure, "poll", row, row["decision_code"] == _JOINT, words)
    words = "Difference of two gaps as one contrast; part closed by Fieller; status one-sided at 5 %"
    for row in _rows(published, "pub_leadership__trust_changes"):
        waves = (row["base_wave_code"], row["wave_code"] or "none")
        hides = any((row["outcome_code"], wave, row["area_code"], row["group_code"]) in joint for wave in waves if wave)
        figure = _id("change", row["outcome_code"], *waves, row["area_code"], row["group_code"])
        for measure in _CHANGES:
            yield _line(figure, measure, "change", row, hides, words)
    words = "Weighted share, ranked among those shown"
    for row in _rows(published, "pub_leadership__restoring_actions"):
        figure = _id("restoring", row["action_code"], row["wave_code"], row["area_code"])
        for measure in _ACTIONS:
            yield _line(figure, measure, "restoring", row, False, words)


def _line(figure: str, measure: str, source: str, row: Mapping[str, Any], hides: bool, words: str) -> tuple[Any, ...]:
    """A released measure; where it is hidden jointly with others, only that nothing is shown is checked."""
    if hides:
        shown = None if measure in ("decision_code", "progress_status") else row[measure]
        return (figure, measure, source, "?", shown, True, False, None, words)
    return (figure, measure, source, row[measure], row[measure], False, False, None, words)


def _rows(published: Published, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = published.arrow(name).to_pylist() if published.has(name) else []
    return rows


def _id(*parts: str) -> str:
    return "/".join(str(part) for part in parts)
