"""The tables of the trust gap: estimates with what may be shown of them, changes between waves, restoring actions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from quantiles import t_quantile, t_tail
from survey import Domain, Estimate, Survey, korn_graubard

Row = dict[str, object]
Interval = tuple[float, float] | None


@dataclass(frozen=True)
class Share:
    """A share with its limits and whether it may be shown.

    Attributes:
        verdict: ``no_data``, ``suppress``, ``review`` or ``present``.
        exact: Korn-Graubard limits.
        shown: Limits as shown: logit where the effective size carries it, else the exact ones.
        n_eff: Effective size.
        counted: People, people who said yes, sum of weights and of squared weights.
    """

    estimate: Estimate
    n: int
    successes: int
    weight: float
    square: float
    n_eff: float | None
    exact: Interval
    shown: Interval
    verdict: str


class Trust:
    """What is published of the polls, worked out once per figure."""

    def __init__(self, survey: Survey) -> None:
        self.survey = survey
        self.share = cache(self._share)
        self.gap = cache(self._gap)

    def _share(self, outcome: str, area: str, wave: str, group: str, side: str) -> Share:
        places = self.survey.places(area, wave)
        estimate = self.survey.contrast(outcome, [(places, [(group, side, 1.0)])])
        domains = [self.survey.domain(outcome, place, group, side) for place in places]
        n, successes = sum(item.n for item in domains), sum(item.successes for item in domains)
        p, se, df = estimate.share, estimate.se, estimate.df
        n_eff = p * (1 - p) / se**2 if p is not None and se and 0 < p < 1 else None
        exact = korn_graubard(n, p, se, df)
        logit: Interval = None
        if p is not None and se is not None and df and 0 < p < 1:
            odds, width = math.log(p / (1 - p)), t_quantile(0.975, df) * se / (p * (1 - p))
            logit = 1 / (1 + math.exp(width - odds)), 1 / (1 + math.exp(-width - odds))
        shown = logit if n_eff is not None and n_eff >= 30 else exact
        verdict = _nchs(n, p, n_eff, exact, df)
        weight, square = _weights(domains)
        return Share(estimate, n, successes, weight, square, n_eff, exact, shown, verdict)

    def _gap(self, outcome: str, area: str, wave: str, group: str) -> tuple[Estimate, Interval, float | None]:
        """A gap, its MOVER limits and its p-value."""
        terms = [(group, "in", 1.0), (group, "out", -1.0)]
        found = self.survey.contrast(outcome, [(self.survey.places(area, wave), terms)])
        mine, others = (self.share(outcome, area, wave, group, side) for side in ("in", "out"))
        return found, _mover(found, mine, others), _p_value(found)

    def decision(self, outcome: str, area: str, wave: str, group: str) -> str:
        """What may be shown of a group's share: the least of what may be shown of it and of its others."""
        verdicts = [self.share(outcome, area, wave, group, "in").verdict]
        if group != "everybody":
            verdicts.append(self.share(outcome, area, wave, group, "out").verdict)
        for verdict in verdicts:
            if verdict in ("no_data", "suppress"):
                return verdict
        return "review" if "review" in verdicts else "present"

    def estimates(self, outcome: str, wave: str, area: str, group: str) -> Row:
        """A row of the restricted table: everything, shown or not."""
        if not self.survey.places(area, wave):
            polls = [poll for place, poll in self.survey.polls.items() if place == (wave, area)]
            return (
                {"respondent_count": Decimal(len(polls[0].people)), "decision_code": "weights_absent"} if polls else {}
            )
        mine = self.share(outcome, area, wave, group, "in")
        p, se, n = mine.estimate.share, mine.estimate.se, mine.n
        inside = p is not None and 0 < p < 1
        row: Row = {
            "respondent_count": Decimal(n),
            "success_count": Decimal(mine.successes),
            "df": _whole(mine.estimate.df),
            "share_pct": _points(p),
            "share_se_points": _points(se),
            **_limits("share", mine.shown),
            "effective_count": mine.n_eff,
            "design_effect": se**2 * (n - 1) / (p * (1 - p)) if inside and n > 1 and p and se is not None else None,
            "weights_effect": n * mine.square / mine.weight**2 if mine.weight > 0 else None,
            "decision_code": self.decision(outcome, area, wave, group),
        }
        if group != "everybody":
            others = self.share(outcome, area, wave, group, "out")
            gap, limits, p_value = self.gap(outcome, area, wave, group)
            row |= {
                "others_count": Decimal(others.n),
                "others_share_pct": _points(others.estimate.share),
                "others_share_se_points": _points(others.estimate.se),
                **_limits("others_share", others.shown),
                "gap_points": _points(gap.share),
                "gap_se_points": _points(gap.se),
                "gap_low_points": _points(limits[0] if limits else None),
                "gap_high_points": _points(limits[1] if limits else None),
                "gap_p_value": p_value,
            }
        return row

    def released(self, outcome: str, wave: str, area: str, group: str) -> Row:
        """A row as released: nothing where the standard for proportions hides it."""
        row = self.estimates(outcome, wave, area, group)
        return row if row.get("decision_code") == "present" else {"decision_code": row.get("decision_code")}

    def ranks(self, wave: str, area: str) -> dict[str, int]:
        """Order of the restoring actions that are shown, the most frequent first."""
        shares = {
            outcome: self.share(outcome, area, wave, "everybody", "in").estimate.share or 0.0
            for outcome in self.survey.restoring
            if self.decision(outcome, area, wave, "everybody") == "present"
        }
        return {outcome: 1 + sum(other > share for other in shares.values()) for outcome, share in shares.items()}

    def change(self, outcome: str, area: str, group: str, base: str, wave: str) -> Row:
        """A change of a gap between two waves, as released."""
        if not (self.survey.places(area, base) and self.survey.places(area, wave)) or (
            not area.startswith("comparable_") and self.survey.refusal(area, base, wave) is not None
        ):
            return {"progress_status": "not_assessable"}
        before, after = self.gap(outcome, area, base, group)[0], self.gap(outcome, area, wave, group)[0]
        terms = [(group, "in", 1.0), (group, "out", -1.0)]
        minus = [(group, "in", -1.0), (group, "out", 1.0)]
        places = self.survey.places(area, wave), self.survey.places(area, base)
        found = self.survey.contrast(outcome, [(places[0], terms), (places[1], minus)])
        shown = all(self.decision(outcome, area, when, group) == "present" for when in (base, wave))
        numbers = (before.share, before.se, after.share, after.se, found.share, found.se)
        if not shown or not found.df or any(item is None for item in numbers) or self.survey.goal is None:
            return {"progress_status": "not_assessable"}
        return _change(tuple(float(item or 0.0) for item in numbers), found.df, base, wave, self.survey.goal)


def _change(numbers: tuple[float, ...], df: int, base: str, wave: str, goal: dict[str, str]) -> Row:
    g0, s0, g1, s1, change, se = numbers
    t, one_sided = t_quantile(0.975, df), t_quantile(0.95, df)
    left, by = float(goal["target_value"]), int(goal["by_year"])
    start, now = int(base[:4]), int(wave[:4])
    covariance = (s0 * s0 + s1 * s1 - se * se) / 2
    target = left * g0 if g0 > 0 else None
    attained = (1 - g1 / g0) / (1 - left) if g0 > 0 else None
    elapsed = (now - start) / (by - start) if by != start else None
    ahead = (by - now) / (now - start) if now != start else None
    row: Row = {
        "base_gap_points": _points(g0),
        "gap_points": _points(g1),
        "change_points": _points(change),
        "change_low_points": _points(change - t * se),
        "change_high_points": _points(change + t * se),
        "p_value": 2 * t_tail(change / se, df) if se > 0 else None,
        "detectable_change_points": _points((t + t_quantile(0.80, df)) * se),
        "target_gap_points": _points(target),
    }
    if target is not None and elapsed is not None:
        row["required_gap_points"] = _points(g0 + (target - g0) * elapsed)
    if target is not None and by > now:
        row["required_per_year_points"] = _points((target - g1) / (by - now))
    a, b, c = g0 * g0 - t * t * s0 * s0, g1 * g0 - t * t * covariance, g1 * g1 - t * t * s1 * s1
    if a > 0 and g0 > 0:
        root = math.sqrt(max(b * b - a * c, 0.0))
        row["attained_pct"] = _points(attained)
        row["attained_low_pct"] = _points((1 - (b + root) / a) / (1 - left))
        row["attained_high_pct"] = _points((1 - (b - root) / a) / (1 - left))
    if ahead is not None:
        middle = g1 + ahead * (g1 - g0)
        spread = math.sqrt(
            max((1 + ahead) ** 2 * s1 * s1 + ahead**2 * s0 * s0 - 2 * ahead * (1 + ahead) * covariance, 0.0)
        )
        row["projected_low_points"], row["projected_high_points"] = (
            _points(middle - t * spread),
            _points(middle + t * spread),
        )
    distance_se = math.sqrt(max(s1 * s1 + left * left * s0 * s0 - 2 * left * covariance, 0.0))
    row["progress_status"] = _status(g0, g1, change, se, one_sided, attained, elapsed, target, distance_se)
    return row


def _status(
    g0: float, g1: float, change: float, se: float, one_sided: float, attained: float | None, elapsed: float | None,
    target: float | None, distance_se: float,
) -> str:  # fmt: skip
    if g0 <= 0 and g1 <= 0:
        return "not_assessable"
    if change > 0 and change >= one_sided * se:
        return "worsening"
    if attained is None or not elapsed or target is None:
        return "not_assessable"
    if g1 - target + one_sided * distance_se <= 0:
        return "target_met"
    if change > -one_sided * se:
        return "no_detectable_change"
    return "on_track" if attained / elapsed >= 0.95 else "improving"


def _nchs(n: int, p: float | None, n_eff: float | None, exact: Interval, df: int | None) -> str:
    if n == 0 or p is None:
        return "no_data"
    if n < 30 or (n_eff is not None and n_eff < 30):
        return "suppress"
    width = exact[1] - exact[0] if exact else None
    if width is not None and (width >= 0.3 or (width > 0.05 and p > 0 and width / p > 1.3)):
        return "suppress"
    if p in (0, 1) or (df is not None and df < 8) or width is None:
        return "review"
    return "present"


def _mover(gap: Estimate, mine: Share, others: Share) -> Interval:
    if gap.share is None or mine.exact is None or others.exact is None:
        return None
    p, q = mine.estimate.share or 0.0, others.estimate.share or 0.0
    (l1, u1), (l2, u2) = mine.exact, others.exact
    s1, s2, r = mine.estimate.se or 0.0, others.estimate.se or 0.0, 0.0
    if s1 > 0 and s2 > 0:
        r = max(min((s1 * s1 + s2 * s2 - (gap.se or 0.0) ** 2) / (2 * s1 * s2), 1.0), -1.0)
    below = (p - l1) ** 2 + (u2 - q) ** 2 - 2 * r * (p - l1) * (u2 - q)
    above = (u1 - p) ** 2 + (q - l2) ** 2 - 2 * r * (u1 - p) * (q - l2)
    return gap.share - math.sqrt(max(below, 0.0)), gap.share + math.sqrt(max(above, 0.0))


def _p_value(found: Estimate) -> float | None:
    if found.share is None or not found.se or not found.df:
        return None
    return 2 * t_tail(found.share / found.se, found.df)


def _weights(domains: list[Domain]) -> tuple[float, float]:
    return sum(item.weight for item in domains), sum(item.square for item in domains)


def _points(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _limits(name: str, limits: Interval) -> Row:
    return {
        f"{name}_low_pct": _points(limits[0]) if limits else None,
        f"{name}_high_pct": _points(limits[1]) if limits else None,
    }


def _whole(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)
