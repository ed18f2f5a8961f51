"""Polls: shares, gaps between groups and their changes between waves, with design-based errors and intervals.

Taylor linearisation (Binder 1983, Woodruff 1971). A country's waves and countries are independent samples, so that the
variance of anything asked of several of them is the sum of the variances of their parts. Within one, scores of a group
and of all others are added up before they are squared. Intervals: logit, Korn-Graubard (NCHS, 2021), MOVER (Zou and
Donner 2008), Fieller. What may be shown: Parker et al. 2017, Vital and Health Statistics 2(175).
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from originals import Originals, Unreadable
from quantiles import beta_quantile, t_quantile, t_tail
from reading import Wrong, exact, shown, typed

Line = dict[str, str]
#: Order of the groups' signs; the first is everybody.
GROUPS = (
    "everybody", "women", "minority_ethnic", "disabled", "lgbtq", "gender_other", "two_or_more",
    "women_and_minority_ethnic", "women_and_disabled", "women_and_lgbtq", "minority_ethnic_and_disabled",
    "minority_ethnic_and_lgbtq", "disabled_and_lgbtq",
)  # fmt: skip
NANO = Decimal("1e-9")


@dataclass
class Poll:
    """One wave in one country.

    Attributes:
        people: Weight, stratum, sampling unit, signs of the groups, answers by outcome.
    """

    people: list[tuple[float, str, str, str, dict[str, int | None]]] = field(default_factory=list)
    raw_weights: list[Decimal | None] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    versions: set[str] = field(default_factory=set)

    @cached_property
    def is_weighted(self) -> bool:
        """Whether everybody has a weight; asked once the whole poll is read."""
        return (
            all(weight is not None for weight in self.raw_weights)
            and sum((weight or Decimal(0) for weight in self.raw_weights), Decimal(0)) > 0
        )


@dataclass(frozen=True)
class Domain:
    """A group, or all others, in one poll."""

    n: int
    successes: int
    weight: float
    square: float
    share: float | None


@dataclass(frozen=True)
class Estimate:
    """A share or a contrast of shares; ``share`` is ``None`` where a part of it has nobody."""

    share: float | None
    se: float | None
    df: int | None


class Columns:
    """The columns of a poll's file, each checked as a whole: by the SHA-256 of its texts."""

    def __init__(self, lines: list[Line], words: list[Line], originals: Originals) -> None:
        self.originals = originals
        self.lines = lines
        self.codes = {(line["role"], line["raw"]): line["reads_as"] for line in words}

    def values(self, line: Line) -> list[object]:
        """What stands in a range, row by row; ``None`` where it is blank."""
        where = f"{line['file']} {line['sheet'] + '!' if line['sheet'] else ''}{line['range']}"
        letter = "".join(sign for sign in line["range"].partition(":")[0] if sign.isalpha())
        first, last = int(line["first_row"]), int(line["last_row"])
        left_out = {int(row) for row in line["left_out"].split(";") if row}
        try:
            sheet = self.originals.sheet(line["sha256"], line["sheet"])
        except Unreadable as problem:
            raise Wrong(f"{where}: {problem}") from None
        found = [sheet.get(f"{letter}{row}") for row in range(first, last + 1) if row not in left_out]
        if digest(found) != line["digest"]:
            raise Wrong(f"{where} does not hold what the bundle lists")
        return found

    def coded(self, line: Line) -> list[str | None]:
        """The codes a column's words stand for."""
        found: list[str | None] = []
        for value in self.values(line):
            if value is None or not str(value).strip():
                found.append(None)
                continue
            if line["role"] in _PLAIN:
                found.append(shown(value).strip())
                continue
            key = (line["role"], shown(value))
            if key not in self.codes:
                raise Wrong(f"{line['file']}: “{key[1]}” is no word of {line['role']}")
            found.append(self.codes[key] or None)
        return found


def digest(values: list[object]) -> str:
    """SHA-256 of the texts of a range, one a line."""
    text = "\n".join("" if value is None else shown(value) for value in values)
    return hashlib.sha256(text.encode()).hexdigest()


class Survey:
    """Every poll of a bundle, and what is estimated of it."""

    def __init__(self, bundle: dict[str, list[Line]], originals: Originals) -> None:
        self.columns = Columns(bundle["polls"], bundle["words"], originals)
        self.outcomes = [line["outcome_code"] for line in bundle["outcomes"]]
        self.restoring = {line["outcome_code"]: line["action"] for line in bundle["outcomes"] if line["action"]}
        goals = [line for line in bundle["goals"] if line["goal_code"] == "trust_gap"]
        self.goal = goals[0] if goals else None
        self.polls: dict[tuple[str, str], Poll] = {}
        #: Barriers named by each respondent who named one, and the quarter of the return.
        self.barriers: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.periods: dict[tuple[str, str], str] = {}
        self._read()
        self.blocks: dict[tuple[str, str, str], list[tuple[str, str, str, int, int, int, float, float]]] = {}
        self.design = {place: self._units(poll) for place, poll in self.polls.items()}

    def _read(self) -> None:
        by_file: dict[tuple[str, str], dict[str, Line]] = defaultdict(dict)
        for line in self.columns.lines:
            by_file[line["sha256"], line["sheet"]][line["role"]] = line
        for roles in by_file.values():
            self._read_file(roles)
        for poll in self.polls.values():
            self._weigh(poll)

    def _read_file(self, roles: dict[str, Line]) -> None:
        coded = {role: self.columns.coded(line) for role, line in roles.items() if role in _ROLES}
        weights: list[Decimal | None] = []
        if "weight" in roles:
            given = self.columns.values(roles["weight"])
            weights = [None if value is None else self._weight(value, roles["weight"]) for value in given]
        count = len(next(iter(coded.values())))
        blank: list[str | None] = [None] * count
        column = {role: coded.get(role, blank) for role in _ROLES}
        for row in range(count):
            wave, country = column["wave"][row] or "", column["country"][row] or ""
            poll = self.polls.setdefault((wave, country), Poll())
            self.periods[wave, country] = roles["wave"]["period"]
            named = column["barriers_named"][row]
            if named is not None:
                self.barriers[wave, country].append(named)
            answers: dict[str, int | None] = {}
            for outcome in self.outcomes:
                if outcome in self.restoring:
                    given = column["restoring_actions"][row]
                    answers[outcome] = None if given is None else int(self.restoring[outcome] in given.split(";"))
                else:
                    given = column[outcome][row]
                    answers[outcome] = None if given is None else int(given == "yes")
            signs = flags(column["gender"][row], column["characteristics"][row])
            stratum, unit = column["stratum"][row] or "", column["psu"][row] or ""
            poll.people.append((0.0, stratum, unit, signs, answers))
            poll.raw_weights.append(weights[row] if weights else None)
            poll.kinds |= {kind for kind in (column["sample_type"][row],) if kind}
            poll.versions |= {version for version in (column["question_version"][row],) if version}

    @staticmethod
    def _weight(value: object, line: Line) -> Decimal:
        number = exact(value) if isinstance(value, float) else typed(str(value), line["decimal"])[0]
        return number.quantize(NANO, ROUND_HALF_UP)

    @staticmethod
    def _weigh(poll: Poll) -> None:
        if poll.is_weighted:
            whole = float(sum((weight or Decimal(0) for weight in poll.raw_weights), Decimal(0)))
            poll.people = [
                (float(weight or 0) * 1000 / whole, *person[1:])
                for weight, person in zip(poll.raw_weights, poll.people, strict=True)
            ]

    @staticmethod
    def _units(poll: Poll) -> dict[str, int]:
        """Sampling units of the full design, by stratum."""
        named: dict[str, set[str]] = defaultdict(set)
        single: dict[str, int] = defaultdict(int)
        for _, stratum, unit, _, _ in poll.people:
            if unit:
                named[stratum].add(unit)
            else:
                single[stratum] += 1
        return {stratum: len(named[stratum]) + single[stratum] for stratum in {*named, *single}}

    # --- one poll ------------------------------------------------------------------------------------------------
    def _grouped(self, outcome: str, place: tuple[str, str]) -> list[tuple[str, str, str, int, int, int, float, float]]:
        """People alike in stratum, unit, groups and answer: how many, with a weight, sum of weights and of squares."""
        key = (outcome, *place)
        if key not in self.blocks:
            sums: dict[tuple[str, str, str, int], list[float]] = defaultdict(lambda: [0, 0, 0.0, 0.0])
            for weight, stratum, unit, signs, answers in self.polls[place].people:
                answer = answers[outcome]
                if answer is not None:
                    sums_of = sums[stratum, unit, signs, answer]
                    sums_of[0] += 1
                    sums_of[1] += weight > 0
                    sums_of[2] += weight
                    sums_of[3] += weight * weight
            self.blocks[key] = [
                (stratum, unit, signs, answer, int(n), int(m), total, square)
                for (stratum, unit, signs, answer), (n, m, total, square) in sorted(sums.items())
            ]
        return self.blocks[key]

    def domain(self, outcome: str, place: tuple[str, str], group: str, side: str) -> Domain:
        """A group, or all others, of one poll."""
        n = successes = weighted = weighted_successes = 0
        weight = success_weight = square = 0.0
        for _, _, signs, answer, count, with_weight, total, squares in self._grouped(outcome, place):
            if is_in(signs, group, side):
                n += count
                successes += count * answer
                weighted += with_weight
                weighted_successes += with_weight * answer
                weight += total
                success_weight += total * answer
                square += squares
        share: float | None = None
        if weighted:
            share = (
                0.0 if weighted_successes == 0 else 1.0 if weighted_successes == weighted else success_weight / weight
            )
        return Domain(n, successes, weight, square, share)

    def part(
        self, outcome: str, place: tuple[str, str], terms: list[tuple[str, str, float]]
    ) -> tuple[float | None, float, int, int]:
        """A contrast within one poll: estimate, variance, sampling units and strata with members."""
        domains = [(group, side, factor, self.domain(outcome, place, group, side)) for group, side, factor in terms]
        if any(domain.share is None for *_, domain in domains):
            return None, 0.0, 0, 0
        estimate = sum(factor * (domain.share or 0.0) for _, _, factor, domain in domains)
        total: dict[str, float] = defaultdict(float)
        square: dict[str, float] = defaultdict(float)
        single: dict[str, int] = defaultdict(int)
        units: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
        for stratum, unit, signs, answer, _, with_weight, weight, squares in self._grouped(outcome, place):
            score, member = 0.0, False
            for group, side, factor, domain in domains:
                if is_in(signs, group, side):
                    member = True
                    score += factor * (answer - (domain.share or 0.0)) / domain.weight
            if not member:
                continue
            if unit:
                units[stratum, unit][0] += score * weight
                units[stratum, unit][1] = max(units[stratum, unit][1], with_weight)
            else:
                total[stratum] += score * weight
                square[stratum] += score * score * squares
                single[stratum] += with_weight
        for (stratum, _), (summed, with_weight) in units.items():
            total[stratum] += summed
            square[stratum] += summed * summed
            single[stratum] += with_weight > 0
        variance = 0.0
        for stratum, summed in total.items():
            count = self.design[place][stratum]
            spread = square[stratum] - summed**2 / count
            if count == 1:
                variance += square[stratum]  # a lonely unit: as far as it is from the mean of all
            elif spread > 1e-13 * square[stratum]:
                variance += count / (count - 1) * spread
        return estimate, variance, sum(single.values()), sum(count > 0 for count in single.values())

    # --- areas ---------------------------------------------------------------------------------------------------
    def places(self, area: str, wave: str) -> list[tuple[str, str]]:
        """The polls of an area in a wave: one country, all with weights, or those comparable between two waves."""
        weighted = sorted(place for place, poll in self.polls.items() if poll.is_weighted and place[0] == wave)
        if area == "all":
            return weighted
        if area.startswith("comparable_"):
            base, later = area.removeprefix("comparable_").rsplit("_", 1)
            return [place for place in weighted if self.refusal(place[1], base, later) is None]
        return [place for place in weighted if place[1] == area]

    def comparisons(self) -> list[tuple[str, str, str | None, str | None]]:
        """Country, baseline, later wave (or none), and why the two cannot be compared."""
        found: list[tuple[str, str, str | None, str | None]] = []
        for country in sorted({place[1] for place in self.polls}):
            waves = sorted(place[0] for place in self.polls if place[1] == country)
            base = min(waves, key=lambda wave: (not self.polls[wave, country].is_weighted, wave))
            later = [wave for wave in waves if wave > base]
            if not later:
                why = "polled_once" if self.polls[base, country].is_weighted else "weights_absent"
                found.append((country, base, None, why))
            found += [(country, base, wave, self.refusal(country, base, wave)) for wave in later]
        return found

    def refusal(self, country: str, base: str, later: str) -> str | None:
        """Why two waves of a country cannot be compared."""
        first, second = self.polls.get((base, country)), self.polls.get((later, country))
        waves = sorted(place[0] for place in self.polls if place[1] == country)
        if first is None or second is None:
            return "polled_once"
        if base != min(waves, key=lambda wave: (not self.polls[wave, country].is_weighted, wave)):
            return "not_baseline"
        if not first.is_weighted or not second.is_weighted:
            return "weights_absent"
        if (
            min(first.versions, default="") != min(second.versions, default="")
            or max(len(first.versions), len(second.versions)) > 1
        ):
            return "wording_changed"
        if (
            min(first.kinds, default="") != min(second.kinds, default="")
            or max(len(first.kinds), len(second.kinds)) > 1
        ):
            return "other_sample_type"
        return None

    def contrast(
        self, outcome: str, parts: list[tuple[list[tuple[str, str]], list[tuple[str, str, float]]]]
    ) -> Estimate:
        """A contrast over polls: per list of polls, the groups asked with their factor; polls of a list count alike."""
        estimate, variance, units, strata = 0.0, 0.0, 0, 0
        for places, terms in parts:
            if not places:
                return Estimate(None, None, None)
            for place in places:
                found, spread, unit_count, stratum_count = self.part(outcome, place, terms)
                if found is None:
                    return Estimate(None, None, None)
                estimate += found / len(places)
                variance += spread / len(places) ** 2
                units += unit_count
                strata += stratum_count
        variance = 0.0 if variance < 1e-24 else variance
        return Estimate(estimate, math.sqrt(variance), units - strata)


#: Columns taken as they stand.
_PLAIN = frozenset({"wave", "stratum", "psu", "question_version"})
_ROLES = (
    "wave", "country", "stratum", "psu", "sample_type", "question_version", "gender", "characteristics",
    "trust_damaged", "negative_experience", "restoring_actions", "barriers_named",
)  # fmt: skip


def flags(gender: str | None, characteristics: str | None) -> str:
    """One sign per group after everybody: in it, not in it, or not said."""
    woman = None if gender in (None, "refused") else gender == "woman"
    other = None if gender in (None, "refused") else gender == "other"
    named = characteristics.split(";") if characteristics is not None else []
    said = characteristics is not None and "refused" not in named
    ethnic, disabled, lgbtq = ((name in named) if said else None for name in ("minority_ethnic", "disabled", "lgbtq"))
    several = None if not said else sum(bool(flag) for flag in (ethnic, disabled, lgbtq)) >= 2
    both = [
        None if None in pair else bool(pair[0] and pair[1])
        for pair in (
            (woman, ethnic), (woman, disabled), (woman, lgbtq), (ethnic, disabled), (ethnic, lgbtq), (disabled, lgbtq)
        )
    ]  # fmt: skip
    signs = (woman, ethnic, disabled, lgbtq, other, several, *both)
    return "".join("-" if sign is None else "1" if sign else "0" for sign in signs)


def is_in(signs: str, group: str, side: str) -> bool:
    """Whether somebody is in a group, or among its others."""
    place = GROUPS.index(group)
    if place == 0:
        return side == "in"
    return signs[place - 1] == ("1" if side == "in" else "0")


def korn_graubard(n: int, share: float | None, se: float | None, df: int | None) -> tuple[float, float] | None:
    """Exact limits on the effective sample size, capped at n (NCHS, calculate_KornGraubard_CIs v2.0)."""
    if share is None or se is None or df is None:
        return None
    size = float(n)
    if 0 < share < 1:
        if df <= 0 or n < 2 or se == 0:
            return None
        size = min(n, share * (1 - share) / se**2 * (t_quantile(0.975, n - 1) / t_quantile(0.975, df)) ** 2)
    x = share * size
    low = beta_quantile(0.025, x, size - x + 1) if x > 0 else 0.0
    high = beta_quantile(0.975, x + 1, size - x) if x < size else 1.0
    return low, high


__all__ = ["Survey", "korn_graubard", "t_quantile", "t_tail"]
