"""Sample returns of the sample partner of Hemophilia B: one ods workbook with three sheets.

One quarter arrives after its deadline; findings start in 2024-Q3. All figures are invented.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from sources import periods
from sources.samples.model import PERIODS, SampleReturn, Value, about, dice, few, read_table, received
from sources.samples.writers import Row, Sheet, titles, write_ods

PROGRAM, PARTNER, NAME = "hemophilia_b", "sample_hemophilia_b", "Sample partner (Hemophilia B)"
LATE = "2025-Q2"
FIRST_RECRUITING = "2023-Q4"
_GROUPS = {
    "Black or African American": 6,
    "Hispanic or Latino": 7,
    "Indigenous": 2,
    "Asian": 4,
    "Women": 8,
    "People in rural areas": 5,
}


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _milestones(end: date) -> list[Row | None]:
    rows: list[Row | None] = []
    for number, row in enumerate(read_table(Path(__file__).with_name("sample_milestones.csv")), 1):
        begun, done = _day(row["work_started_on"]), _day(row["reached_on"])
        if begun and begun <= end:
            rows.append(
                {
                    "milestone_id": f"M-{number:02d}",
                    "milestone_name": row["milestone_name"],
                    "work_started_on": begun,
                    "planned_on": _day(row["planned_on"]),
                    "reached_on": done if done and done <= end else None,
                }
            )
    return rows


def _recruited(group: str, period: str, seed: int) -> int:
    if period < FIRST_RECRUITING:
        return 0
    ramp = 0.55 + 0.03 * (PERIODS.index(period) - 2)
    return about(dice(seed, PARTNER, group, period), _GROUPS[group] * ramp, 0.35)


def _recruitment(period: str, seed: int) -> list[Row | None]:
    rows: list[Row | None] = []
    for group, base in _GROUPS.items():
        now = _recruited(group, period, seed)
        to_date = sum(_recruited(group, earlier, seed) for earlier in periods.between(PERIODS[0], period))
        small = group == "Indigenous"
        rows.append(
            {
                "population_group": group,
                "planned_count": base if period >= FIRST_RECRUITING else 0,
                "recruited_count": few(now) if small else now,
                "recruited_to_date": few(to_date) if small else to_date,
            }
        )
    return rows


def _findings(end: date) -> list[Row | None]:
    rows: list[Row | None] = []
    for number, item in enumerate(read_table(Path(__file__).with_name("sample_findings.csv")), 1):
        found = date.fromisoformat(item["found_on"])
        if found > end:
            continue
        stages = [stage.rsplit(" ", 1) for stage in item["stages"].split(" > ") if stage]
        reached = [(stage, date.fromisoformat(day)) for stage, day in stages if date.fromisoformat(day) <= end]
        row: dict[str, Value] = {
            "finding_id": f"F-{number:02d}",
            **{name: item[name] for name in ("finding", "barrier_code", "population_groups")},
            "found_on": found,
        }
        if reached:
            row |= {name: item[name] for name in ("change_asked", "change_type")}
            row["change_stage"], row["change_stage_on"] = reached[-1]
        rows.append(row)
    return rows


def _sheets(period: str, seed: int) -> list[Sheet]:
    end = periods.last_day(period)
    old = period < "2024-Q1"
    sheets = [
        Sheet(
            "Milestones",
            titles("Hemophilia B – milestones", NAME, period),
            {
                "milestone_id": "Milestone no." if old else "Milestone ID",
                "milestone_name": "Milestone",
                "work_started_on": "Work started",
                "planned_on": "Planned date" if old else "Planned for",
                "reached_on": "Actual date" if old else "Reached on",
            },
            _milestones(end),
        ),
        Sheet(
            "Recruitment",
            titles("Hemophilia B – recruitment by group", NAME, period),
            {
                "population_group": "Population group",
                "planned_count": "Planned this quarter",
                "recruited_count": "Enrolled this quarter" if old else "Recruited this quarter",
                "recruited_to_date": "Enrolled to date" if old else "Recruited to date",
            },
            _recruitment(period, seed),
        ),
    ]
    if findings := _findings(end):
        columns = {
            "finding_id": "Finding ID",
            "finding": "Finding",
            "barrier_code": "Barrier found",
            "population_groups": "Population groups concerned",
            "found_on": "Reported on",
            "change_asked": "Recommendation" if period < "2026-Q1" else "Change asked for",
            "change_type": "Kind of change",
            "change_stage": "Stage of the change",
            "change_stage_on": "Stage since",
        }
        sheets.append(Sheet("Findings", titles("Hemophilia B – findings", NAME, period), columns, findings))
    return sheets


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    found = []
    for period in PERIODS:
        path = write_ods(out_dir / PARTNER / period / f"hemophilia_b_{period}.ods", _sheets(period, seed))
        late = period == LATE
        day = periods.deadline(period, 30) + timedelta(days=22) if late else received(period, seed, PARTNER)
        note = "three weeks late" if late else "an OpenDocument spreadsheet"
        found.append(SampleReturn(PROGRAM, PARTNER, period, [path], day, note=note))
    return found
