"""Sample returns of the sample partner of the Career Academy: one csv per quarter, as a learning platform exports it.

Headers are field names, countries three letters, small numbers ``<5``. In one quarter one row names a group that is in
no list and is quarantined. All figures are invented.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sources.samples.model import PERIODS, Planted, SampleReturn, Value, about, dice, few, received
from sources.samples.writers import Row, Sheet, titles, write_csv

PROGRAM, PARTNER, NAME = "career_academy", "sample_career_academy", "Sample partner (Career Academy)"
QUARANTINED = "2025-Q4"
_LABELS = {
    "country_code": "learner_country",
    "population_group": "learner_group",
    "new_learners_count": "learners_joined",
    "learners_to_date": "learners_total",
    "courses_started_count": "enrollments",
    "courses_completed_count": "completions",
    "courses_left_count": "unenrollments",
}
#: Countries with their size and the quarter (by position) they were opened in.
_COUNTRIES = (
    ("USA", 30.0, 0),
    ("GBR", 17.0, 0),
    ("IND", 34.0, 1),
    ("BRA", 20.0, 2),
    ("MEX", 14.0, 3),
    ("ZAF", 11.0, 4),
    ("FRA", 8.0, 4),
    ("KEN", 9.0, 7),
)
_GROUPS = {
    "Women": 1.5,
    "Low income": 1.2,
    "Ethnic minority": 0.7,
    "Disabled": 0.22,
    "Refugees": 0.3,
    "Not stated": 1.0,
}
#: The row of the 2025-Q4 file that names no group of the list (``line``, column letter as in a spreadsheet).
PLANTED: list[Planted] = [
    Planted("program_learner_activity_2025_q4.csv", "B6", "career_academy.learning.population_group.in_list")
]


@cache
def _joined(country: str, size: float, first: int, group: str, now: int, seed: int) -> int:
    """Learners who join in a quarter."""
    draw = dice(seed, PARTNER, country, group, PERIODS[now])
    return about(draw, size * _GROUPS[group] * (0.5 + 0.1 * (now - first)), 0.25)


def _learning(period: str, seed: int) -> list[Row | None]:
    now, rows = PERIODS.index(period), list[Row | None]()
    for country, size, first in _COUNTRIES:
        for group in _GROUPS if now >= first else ():
            joined = [_joined(country, size, first, group, then, seed) for then in range(first, now + 1)]
            draw = dice(seed, PARTNER, "courses", country, group, period)
            started = about(draw, joined[-1] * 1.6 + sum(joined[-3:-1]) * 0.3, 0.1)
            ended = about(draw, started * (0.5 if now == first else 0.85), 0.12)
            completed = min(ended, about(draw, ended * (0.44 + 0.01 * now), 0.15))
            values: dict[str, Value] = {
                "country_code": country,
                "population_group": group,
                "new_learners_count": few(joined[-1]),
                "learners_to_date": few(sum(joined)),
                "courses_started_count": few(started),
                "courses_completed_count": few(completed),
                "courses_left_count": few(ended - completed),
            }
            rows.append(values)
    return rows


def _planted(rows: list[Row | None]) -> list[Row | None]:
    """The rows with one group that is in no list: the second data row, line 6 of the file."""
    return [row and {**row, "population_group": "Veterans"} if n == 1 else row for n, row in enumerate(rows)]


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    found = []
    for period in PERIODS:
        rows = _learning(period, seed)
        if period == QUARANTINED:
            rows = _planted(rows)
        sheet = Sheet("learning", titles("program_learner_activity", NAME, period), _LABELS, rows)
        name = f"program_learner_activity_{period.lower().replace('-', '_')}.csv"
        path = write_csv(out_dir / PARTNER / period / name, sheet, encoding="utf-8-sig")
        day = received(period, seed, PARTNER, earliest=2, latest=5)
        if period == QUARANTINED:
            note = "one row names a group that is in no list, quarantined"
            found.append(SampleReturn(PROGRAM, PARTNER, period, [path], day, note=note, expect="partially_accepted"))
        else:
            found.append(SampleReturn(PROGRAM, PARTNER, period, [path], day, note="export of a learning platform"))
    return found
