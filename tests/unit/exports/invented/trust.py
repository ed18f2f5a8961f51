"""Polls on trust in the invented coalition's countries."""

from __future__ import annotations

from typing import Any

from exports.trust_facts import CHANGE_FIGURES

#: Names of the groups polls tell apart, in their order.
TRUST_GROUPS = {
    "women": "Women",
    "minority_ethnic": "Minority ethnic people",
    "disabled": "Disabled people",
    "lgbtq": "LGBTQ+ people",
    "gender_other": "People of gender Other",
    "two_or_more": "People with two or more characteristics",
    "women_and_disabled": "Women who are also disabled people",
}
TRUST_AREAS = {
    "FR": "France",
    "GB": "United Kingdom",
    "all": "All countries of the wave with weights, each counting alike",
    "comparable_2022_2025": "Countries comparable between 2022 and 2025: France; United Kingdom",
}
TRUST_QUESTION = "Had experiences that damaged their trust in the healthcare system in general"
TOO_FEW = "Not shown: fewer than 30 respondents, too few for a share that could be relied on."
UNWEIGHTED = "Not estimated: the poll came without weights, so it says nothing of the population."
_GAPS_THEN = (8.0, 12.0, 24.0, 6.0, 25.0, 30.0, 21.0)
_GAPS_NOW = (7.2, 8.4, 13.6, 9.0, 25.0, 4.0, 20.0)


def trust_gap_rows() -> list[dict[str, Any]]:
    """``pub_leadership__trust_gaps``: two waves of two countries, one without weights between; too few of one group."""
    found = [_trust_gap("2024", ("CA", "Canada"), ("everybody", "Everybody"), 0, None, UNWEIGHTED)]
    for wave, gaps in (("2022", _GAPS_THEN), ("2025", _GAPS_NOW)):
        for area in TRUST_AREAS.items():
            for order, (group, gap) in enumerate(zip(TRUST_GROUPS.items(), gaps, strict=True), 1):
                few = TOO_FEW if group[0] == "gender_other" and area[0] == "GB" else None
                found.append(_trust_gap(wave, area, group, order, None if few else gap, few))
    return found


def _trust_gap(
    wave: str, area: tuple[str, str], group: tuple[str, str], order: int, gap: float | None, reason: str | None
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "outcome_code": "trust_damaged",
        "outcome_name": TRUST_QUESTION,
        "wave_code": wave,
        "area_code": area[0],
        "area_name": area[1],
        "group_code": group[0],
        "group_name": group[1],
        "group_order": order,
    }
    for name, value in (("share_pct", 50), ("others_share_pct", 50), ("gap_points", 0)):
        middle = None if gap is None else value + (0 if name == "others_share_pct" else gap)
        stem, unit = name.rsplit("_", 1)
        row |= {
            name: middle,
            f"{stem}_low_{unit}": middle and middle - 2.5,
            f"{stem}_high_{unit}": middle and middle + 2.25,
        }
    return row | {
        "is_shown": reason is None,
        "decision_code": "present" if reason is None else "suppress",
        "decision_reason": reason,
        "interval_basis": "design_based" if area[0] == "FR" else "modelled",
        "is_synthetic": True,
    }


def trust_change_rows() -> list[dict[str, Any]]:
    """``pub_leadership__trust_changes``: every status once over the countries that compare; one country refused."""
    statuses = ("no_detectable_change", "improving", "on_track", "worsening", "not_assessable", "target_met")
    found = []
    pool = "comparable_2022_2025"
    groups = list(TRUST_GROUPS.items())[:6]
    for order, ((code, name), status) in enumerate(zip(groups, statuses, strict=True), 1):
        then, now = _GAPS_THEN[order - 1], _GAPS_NOW[order - 1]
        known = status != "not_assessable"
        row: dict[str, Any] = _refused((pool, TRUST_AREAS[pool]), (code, name), order, ("2022", "2025"), None)
        if known:
            row |= {
                "base_gap_points": then,
                "gap_points": now,
                "change_points": now - then,
                "change_low_points": now - then - 3,
                "change_high_points": now - then + 3,
                "p_value": 0.04,
                "detectable_change_points": 4.5,
                "target_gap_points": then * 0.2,
                "target_basis": "assumed",
                "required_gap_points": then * 0.7,
                "required_per_year_points": (then * 0.2 - now) / 5,
                "attained_pct": 40.0,
                "attained_low_pct": -250.0 if code == "women" else 12.5,
                "attained_high_pct": 61.0,
                "projected_low_points": now - 12,
                "projected_high_points": now + 9,
            }
        else:
            row["refusal_reason"] = "One of the four shares is not shown, so neither is what rests on it."
        found.append(row | {"progress_status": status})
    once = "Polled once: a change needs two waves."
    found += [
        _refused(("CA", "Canada"), group, order, ("2024", None), once) | {"progress_status": "not_assessable"}
        for order, group in enumerate(groups, 1)
    ]
    return found


def _refused(
    area: tuple[str, str], group: tuple[str, str], order: int, waves: tuple[str, str | None], reason: str | None
) -> dict[str, Any]:
    return {
        "outcome_code": "trust_damaged",
        "outcome_name": TRUST_QUESTION,
        "area_code": area[0],
        "area_name": area[1],
        "group_code": group[0],
        "group_name": group[1],
        "group_order": order,
        "base_wave_code": waves[0],
        "wave_code": waves[1],
        **dict.fromkeys(CHANGE_FIGURES),
        "target_basis": None,
        "refusal_reason": reason,
        "is_synthetic": True,
    }


def trust_estimate_rows() -> list[dict[str, Any]]:
    """``pub_leads__trust_estimates``: the gaps as leads see them, with the sample and the design behind each."""
    dropped = ("group_order", "others_share_low_pct", "others_share_high_pct", "is_shown")
    return [
        {key: value for key, value in row.items() if key not in dropped}
        | {
            "respondent_count": 21 if row["decision_reason"] == TOO_FEW else 480,
            "success_count": 14,
            "others_count": 520,
            "df": 38,
            "share_se_points": 1.25,
            "others_share_se_points": 1.25,
            "gap_se_points": 1.5,
            "gap_p_value": 0.0123,
            "effective_count": 300.5,
            "design_effect": 1.6,
            "weights_effect": 1.4,
        }
        | ({"decision_code": "weights_absent"} if row["decision_reason"] == UNWEIGHTED else {})
        for row in trust_gap_rows()
    ]


def poll_rows() -> list[dict[str, Any]]:
    """``pub_leads__polls``: a probability sample, and one that came without weights."""
    return [
        {"wave_code": wave, "country_code": code, "country_name": country, "respondent_count": count,
         "sample_type_code": sample, "question_version": "2", "psu_count": units, "is_weighted": weighted,
         "is_synthetic": True}
        for wave, code, country, count, sample, units, weighted in (
            ("2022", "FR", "France", 1000, "probability", 40, True),
            ("2024", "CA", "Canada", 310, "online_panel", None, False),
        )
    ]  # fmt: skip


def restoring_rows() -> list[dict[str, Any]]:
    """``pub_leadership__restoring_actions``: two actions in two waves."""
    return [
        {
            "wave_code": wave,
            "area_code": area,
            "area_name": TRUST_AREAS[area],
            "action_code": code,
            "action_name": name,
            "action_rank": rank,
            "share_pct": share,
            "share_low_pct": share - 1.5,
            "share_high_pct": share + 1.5,
            "is_shown": True,
            "decision_reason": None,
            "interval_basis": "modelled",
            "is_synthetic": True,
        }
        for wave in ("2022", "2025")
        for area in ("FR", "GB", "all")
        for rank, (code, name, share) in enumerate(
            (("treated_fairly", "Being treated fairly", 49.0), ("listened_to", "Being listened to", 36.0)), 1
        )
    ]
