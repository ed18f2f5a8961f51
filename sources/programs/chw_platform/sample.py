"""Sample returns of the sample partner of Health Starts at Home: one workbook with two sheets.

States are written out until 2024 and as two letters from then on; the sheet of states ends in a totals row. In one
quarter a national training week brings four times as many trainings. All figures are invented.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sources.samples.model import PERIODS, SampleReturn, Value, about, dice, few, read_table, received
from sources.samples.writers import Row, Sheet, titles, write_xlsx

PROGRAM, PARTNER, NAME = "chw_platform", "sample_chw_platform", "Sample partner (Health Starts at Home)"
TRAINING_WEEK = "2024-Q3"
_LABELS = {
    "state_code": "State",
    "registered_count": "Registered CHWs",
    "active_count": "Active CHWs",
    "trainings_completed_count": "Trainings completed",
    "jobs_posted_count": "Jobs posted",
    "employers_count": "Employers",
}
#: Headers as they were called in 2023; every one is a declared synonym.
_OLD = {
    "state_code": "State or territory",
    "registered_count": "CHWs registered",
    "active_count": "CHWs active",
    "trainings_completed_count": "Course completions",
    "jobs_posted_count": "New job postings",
    "employers_count": "Registered employers",
}
_VOLUNTEER_LABELS = {
    "business_unit": "Business unit",
    "volunteers_count": "Volunteers",
    "first_time_count": "First-time volunteers",
    "volunteer_hours": "Volunteer hours",
}
#: Business units with their size and the quarter (by position) their employees first volunteered in.
_UNITS = (
    ("Specialty care", 9.0, 0),
    ("General medicines", 8.0, 0),
    ("Research and development", 7.0, 0),
    ("Digital and data", 6.0, 1),
    ("Vaccines", 5.0, 2),
    ("Corporate functions", 4.0, 2),
    ("Manufacturing and supply", 4.0, 4),
)


@cache
def _states() -> tuple[tuple[str, str, float, int], ...]:
    """Code, name, size and first quarter (by position) of each state, from the invented table beside this file."""
    return tuple(
        (row["code"], row["name"], float(row["size"]), int(row["first"]))
        for row in read_table(Path(__file__).with_name("sample_states.csv"))
    )


def _workforce(period: str, seed: int) -> list[dict[str, Value]]:
    """Figures of each state, exact."""
    now, rows = PERIODS.index(period), list[dict[str, Value]]()
    for code, name, size, first in _states():
        if now < first:
            continue
        age, draw, known = now - first, dice(seed, PARTNER, code, period), dice(seed, PARTNER, code)
        registered = round(size * known.uniform(0.85, 1.15) * (0.3 + 0.17 * age))
        active = min(registered, about(draw, registered * (0.34 + 0.008 * now), 0.12))
        week = 4.6 if period == TRAINING_WEEK else 1
        rows.append(
            {
                "state_code": name if period < "2024-Q1" else code,
                "registered_count": registered,
                "active_count": active,
                "trainings_completed_count": about(draw, active * 0.42 * week, 0.2),
                "jobs_posted_count": about(draw, size * 0.05 + size * 0.012 * age, 0.4),
                "employers_count": round(size * 0.03 * (1 + 0.3 * age)),
            }
        )
    return rows


def _volunteers(period: str, seed: int) -> list[Row | None]:
    now, rows = PERIODS.index(period), list[Row | None]()
    for unit, size, first in _UNITS:
        if now < first:
            continue
        draw, age = dice(seed, PARTNER, unit, period), now - first
        newcomers = max(1, about(draw, size * (1.1 if age == 0 else 0.75 * 0.93**age), 0.25))
        volunteers = newcomers + (about(draw, size * min(0.3 * age, 0.9), 0.3) if age else 0)
        rows.append(
            {
                "business_unit": unit,
                "volunteers_count": volunteers,
                "first_time_count": newcomers,
                "volunteer_hours": round(volunteers * draw.uniform(4, 9) * 2) / 2,
            }
        )
    return rows


def _masked(rows: list[dict[str, Value]]) -> list[Row | None]:
    small = ("registered_count", "active_count", "trainings_completed_count")
    return [{**row, **{name: few(value) for name in small if isinstance(value := row[name], int)}} for row in rows]


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    found = []
    for period in PERIODS:
        rows = _workforce(period, seed)
        sums = {name: sum(int(str(row[name])) for row in rows) for name in _LABELS if name != "state_code"}
        total: Row = {"state_code": "Total", **sums}
        labels = _OLD if period < "2024-Q1" else _LABELS
        sheets = [
            Sheet("CHWs by state", titles("CHW platform – workforce", NAME, period), labels, _masked(rows), total),
            Sheet(
                "Volunteers",
                titles("CHW platform – company volunteers", NAME, period),
                _VOLUNTEER_LABELS,
                _volunteers(period, seed),
            ),
        ]
        path = write_xlsx(out_dir / PARTNER / period / f"CHW platform {period}.xlsx", sheets)
        day = received(period, seed, PARTNER)
        if period == TRAINING_WEEK:
            note = "more than four times as many trainings: a national training week"
            found.append(
                SampleReturn(PROGRAM, PARTNER, period, [path], day, note=note, expect="accepted_with_warnings")
            )
        else:
            note = "states and volunteers in one workbook, with a totals row"
            found.append(SampleReturn(PROGRAM, PARTNER, period, [path], day, note=note))
    return found
