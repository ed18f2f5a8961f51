"""Sample returns of a polling institute: three waves of five countries, drawn with numpy.

``sample_polls.csv`` says per wave and country how many are asked, how, and the weighted share of each group whose
trust was damaged. Those of the United Kingdom in 2022 are the published ones, with 2,406 respondents and 17 of gender
Other; “two or more” counts the characteristics beside gender. Every other share, and every respondent, is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from sources.contract.load import load_code_list
from sources.samples.model import SampleReturn, Value, dice, read_table, received
from sources.samples.writers import Sheet, titles, write_csv, write_xlsx

PROGRAM, PARTNER = "trust_survey", "sample_trust_survey"
GENDER_OTHER = 17
CLUSTERED = "MX"
UNITS_PER_STRATUM = 12

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_REGIONS, _AGES = ("North", "East", "South", "West"), ("18-34", "35-54", "55+")
#: Shares of regions and ages among all adults, and among those who answered.
_PEOPLE = (np.array([0.28, 0.22, 0.30, 0.20]), np.array([0.27, 0.34, 0.39]))
_ANSWERED = (np.array([0.24, 0.26, 0.27, 0.23]), np.array([0.34, 0.37, 0.29]))
_DISABLED_BY_AGE, _LGBTQ_BY_AGE = np.array([0.15, 0.19, 0.28]), np.array([0.15, 0.08, 0.04])
_GROUPS = ("women", "gender_other", "disabled", "minority_ethnic", "lgbtq", "two_or_more")
_CHARACTERISTICS = ("Minority ethnic", "Disabled", "LGBTQ+")
_ACTIONS = {
    "Being treated fairly": 0.52,
    "Making healthcare accessible": 0.44,
    "Offering the best quality of care": 0.41,
    "Being listened to": 0.38,
    "Acting on what patients say": 0.24,
    "More time with staff": 0.29,
    "Clear information": 0.22,
    "Seeing the same staff again": 0.18,
    "Staff who share my background": 0.11,
    "Honesty about mistakes": 0.19,
}
_BARRIERS = {
    "not_listened_to": 0.24,
    "discrimination": 0.10,
    "mistrust": 0.12,
    "cost": 0.22,
    "waiting_time": 0.31,
    "distance_transport": 0.09,
    "language": 0.04,
    "health_information": 0.11,
    "physical_access": 0.06,
    "late_diagnosis": 0.13,
    "digital_access": 0.05,
}
_LABELS = {
    "wave_code": "Wave",
    "respondent_id": "Respondent",
    "country_code": "Country",
    "weight": "Weight",
    "stratum": "Stratum",
    "psu": "Sampling unit",
    "sample_type": "Kind of sample",
    "question_version": "Wording",
    "gender": "Gender",
    "characteristics": "Characteristics",
    "trust_damaged": "Trust damaged",
    "negative_experience": "Negative experience",
    "restoring_actions": "Would restore trust",
    "barriers_named": "Barriers named",
}
#: Headers of the third wave, which came from another survey system; every one is a declared synonym.
_RENAMED = {
    "respondent_id": "Serial",
    "country_code": "Market",
    "weight": "Final weight",
    "stratum": "Design cell",
    "psu": "Sampling point",
    "trust_damaged": "Damaged trust",
    "barriers_named": "Barriers",
}


@dataclass(frozen=True)
class Poll:
    """One country of a wave: its size, its kind of sample and the shares it is drawn to show."""

    wave: str
    period: str
    country: str
    respondents: int
    sample: str
    wording: str
    weighted: bool
    minority: float
    overall: float
    shares: Numbers


def _polls(path: Path) -> list[Poll]:
    return [
        Poll(
            wave=row["wave"],
            period=row["period"],
            country=row["country"],
            respondents=int(row["respondents"]),
            sample=row["sample"],
            wording=row["wording"],
            weighted=row["weighted"] == "yes",
            minority=float(row["minority"]),
            overall=float(row["overall"]) / 100,
            shares=np.array([float(row[name]) for name in _GROUPS]) / 100,
        )
        for row in read_table(path)
    ]


def _respondents(poll: Poll, seed: int) -> dict[str, list[Any]]:
    """Columns of one country: design, weights, groups, then answers that fit the groups."""
    rng = np.random.default_rng(dice(seed, PROGRAM, poll.wave, poll.country).getrandbits(64))
    n = poll.respondents
    region, age = (rng.choice(len(shares), n, p=shares) for shares in _ANSWERED)
    weight = _PEOPLE[0][region] * _PEOPLE[1][age] / (_ANSWERED[0][region] * _ANSWERED[1][age])
    weight = np.clip(weight * rng.lognormal(0, 0.3, n), 0.25, 4)
    weight = np.round(weight / weight.mean(), 4)
    unit = rng.integers(UNITS_PER_STRATUM, size=n) + UNITS_PER_STRATUM * (region * len(_AGES) + age)
    woman, other, declined = _genders(rng, n)
    minority = rng.random(n) < poll.minority
    disabled = rng.random(n) < _DISABLED_BY_AGE[age]
    lgbtq = rng.random(n) < np.where(other, 0.6, _LGBTQ_BY_AGE[age] * np.where(disabled, 1.4, 1))
    refused = ~other & (rng.random(n) < 0.02)
    groups = [flags & ~refused for flags in (minority, disabled, lgbtq)]
    two = groups[0].astype(int) + groups[1] + groups[2] >= 2
    flags = np.column_stack([woman, other, groups[1], groups[0], groups[2], two])
    noise = rng.normal(0, 0.45, unit.max() + 1)[unit] if poll.country == CLUSTERED else 0.12 * (age - 1.0)
    damaged = _answers(rng, flags, weight if poll.weighted else np.ones(n), noise + np.zeros(n), poll)
    unsure = ~damaged & (rng.random(n) < 0.06)
    negative, unsure_too = rng.random(n) < np.where(damaged, 0.92, 0.24), rng.random(n) < 0.03
    mentions = (
        rng.random((n, len(_BARRIERS))) < np.array(list(_BARRIERS.values())) * np.where(damaged, 1.3, 0.5)[:, None]
    )
    actions = rng.random((n, len(_ACTIONS))) < np.array(list(_ACTIONS.values())) * np.where(damaged, 1.1, 0.8)[:, None]
    labels = {code.code: code.label for code in load_code_list("barriers").codes}
    return {
        "weight": list(weight.tolist()) if poll.weighted else [None] * n,
        "stratum": [f"{_REGIONS[r]} {_AGES[a]}" for r, a in zip(region, age, strict=True)],
        "psu": [f"P-{number + 1:03d}" for number in unit] if poll.country == CLUSTERED else [None] * n,
        "gender": np.select([other, declined, woman], ["Other", "Prefers not to say", "Woman"], "Man").tolist(),
        "characteristics": _listed(_CHARACTERISTICS, np.column_stack(groups), refused),
        "trust_damaged": np.select([damaged, unsure], ["Yes", "Don't know"], "No").tolist(),
        "negative_experience": np.select([unsure_too, negative], ["Don't know", "Yes"], "No").tolist(),
        "restoring_actions": [_joined(_ACTIONS, row) or "None of these" for row in actions.tolist()],
        "barriers_named": [_joined([labels[code] for code in _BARRIERS], row) for row in mentions.tolist()],
    }


def _genders(rng: np.random.Generator, n: int) -> tuple[Flags, Flags, Flags]:
    """Women, those of gender Other and those who decline; the rest are men."""
    place = np.argsort(rng.random(n))
    other, declined = place < GENDER_OTHER, (place >= GENDER_OTHER) & (place < GENDER_OTHER + 9)
    return ~other & ~declined & (place < GENDER_OTHER + 9 + 0.51 * n), other, declined


def _answers(rng: np.random.Generator, flags: Flags, weight: Numbers, noise: Numbers, poll: Poll) -> Flags:
    """Who says yes, such that the weighted share of each group is near its own.

    The logistic model whose weighted sums equal the wanted ones (Newton's method), then one answer each by systematic
    sampling over respondents ordered by groups and weight, which keeps the shares.
    """
    design = np.column_stack([np.ones(len(flags)), flags])
    wanted = np.array([poll.overall, *poll.shares]) * (weight @ design)
    slope = np.zeros(design.shape[1])
    for _ in range(30):
        share = 1 / (1 + np.exp(-(design @ slope + noise)))
        curve = (design * (weight * share * (1 - share))[:, None]).T @ design
        slope += np.linalg.solve(curve, wanted - (weight * share) @ design)
    share = 1 / (1 + np.exp(-(design @ slope + noise)))
    order = np.lexsort((weight + 0.1 * rng.random(len(flags)), flags @ (1 << np.arange(flags.shape[1]))))
    reached = np.floor(np.cumsum(share[order]) + rng.random())
    answers = np.empty(len(flags), dtype=bool)
    answers[order] = np.diff(reached, prepend=0.0) > 0
    return answers


def _listed(labels: tuple[str, ...], flags: Flags, refused: Flags) -> list[str]:
    texts = [_joined(labels, row) or "None of these" for row in flags.tolist()]
    return ["Prefers not to say" if no else text for text, no in zip(texts, refused.tolist(), strict=True)]


def _joined(labels: Any, chosen: list[bool]) -> str | None:
    return "; ".join(compress(labels, chosen)) or None


def _rows(polls: list[Poll], seed: int) -> list[dict[str, Value]]:
    rows: list[dict[str, Value]] = []
    names = {code.code: code.label for code in load_code_list("countries").codes}
    for poll in polls:
        columns = _respondents(poll, seed)
        fixed: dict[str, Value] = {
            "wave_code": poll.wave,
            "country_code": names[poll.country],
            "sample_type": poll.sample,
            "question_version": poll.wording,
        }
        for values in zip(*columns.values(), strict=True):
            number: dict[str, Value] = {"respondent_id": str(len(rows) + 1)}
            rows.append({**fixed, **number, **dict(zip(columns, values, strict=True))})
    return rows


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    polls = _polls(Path(__file__).with_name("sample_polls.csv"))
    found = []
    for wave, period in sorted({(poll.wave, poll.period) for poll in polls}):
        rows = _rows([poll for poll in polls if poll.wave == wave], seed)
        head = titles(f"Trust survey – wave {wave}, {len(rows):,} respondents", "Sample partner (Trust survey)", period)
        folder = out_dir / PARTNER / period
        if wave == "2022":
            path = write_csv(folder / f"trust_survey_{wave}.csv", Sheet("Data", head, _LABELS, rows))
            note = "one csv with every respondent of five countries"
        elif wave == "2024":
            path = write_xlsx(folder / f"Trust survey {wave}.xlsx", [Sheet("Respondents", head, _LABELS, rows)])
            note = "a workbook; no weights in one country, a clustered sample in another"
        else:
            sheet = Sheet("Data", head, {**_LABELS, **_RENAMED}, [_with_commas(row) for row in rows])
            path = write_csv(folder / f"trust_survey_{wave}.csv", sheet, delimiter=";")
            note = "another survey system: other headers, semicolons between columns"
        found.append(SampleReturn(PROGRAM, PARTNER, period, [path], received(period, seed, PARTNER), note=note))
    return found


def _with_commas(row: dict[str, Value]) -> dict[str, Value]:
    return {name: value.replace("; ", ", ") if isinstance(value, str) else value for name, value in row.items()}
