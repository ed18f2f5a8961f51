"""Sample returns of the two sample partners of CHEER: one workbook with a read-me sheet, and two workbooks.

``sample_cheer`` renames its headers between years, writes a totals row and corrects two quarters, the second one after
it was released; ``sample_cheer_west`` writes dates as text, has nothing to report in its first quarter, sends one
return with mistakes, and takes one back that it should not have sent. All figures are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from sources import periods
from sources.samples.model import PERIODS, Planted, SampleReturn, Value, about, day_in, dice, few, read_table, received
from sources.samples.writers import Row, Sheet, titles, write_xlsx

PROGRAM, EAST, WEST = "cheer", "sample_cheer", "sample_cheer_west"
WEST_SINCE, MISSING, CORRECTED, PLANTED_PERIOD = "2024-Q3", "2025-Q4", "2025-Q1", "2025-Q2"
#: Corrected after it was released.
RESTATED = "2026-Q2"
SHEET, SOLUTION_SHEET = "Roundtables", "Solutions"
_PARTS = {
    "attended_community": 0.5,
    "attended_healthcare": 0.2,
    "attended_social_services": 0.15,
    "attended_policy": 0.08,
    "attended_other": 0.07,
}
_PLACES: Mapping[str, tuple[tuple[str, str], ...]] = {
    EAST: (
        ("Trenton", "NJ"),
        ("Roxbury", "MA"),
        ("Newark", "NJ"),
        ("Bronx", "NY"),
        ("Bridgeport", "CT"),
        ("Camden", "NJ"),
        ("Baltimore", "MD"),
        ("Wilmington", "DE"),
    ),
    WEST: (("Fresno", "CA"), ("Phoenix", "AZ"), ("Tacoma", "WA"), ("Las Cruces", "NM")),
}
_BARRIERS = (
    "Services are not known",
    "Not being listened to",
    "Distance or transport",
    "Cost of care or medicines",
    "Language or interpretation",
    "Lack of trust in the health system",
    "Insurance coverage",
    "Too few staff who share my background",
    "Housing and living conditions",
    "Waiting time",
)


@dataclass(frozen=True)
class Solution:
    """A solution; ``first`` is the position of the quarter it is an idea in, running two quarters later."""

    name: str
    city: str
    state: str
    barriers: str
    served: float
    activities: float
    first: int
    last: int


_LABELS = {
    "roundtable_id": "Roundtable ID",
    "roundtable_date": "Date held",
    "city": "City",
    "state_code": "State",
    "attended_community": "Attended – community members",
    "attended_healthcare": "Attended – healthcare",
    "attended_social_services": "Attended – social services",
    "attended_policy": "Attended – policy and government",
    "attended_other": "Attended – other",
    "attended_total": "Attended – total",
    "barriers_named": "Barriers named",
}
_SOLUTION_LABELS = {
    "solution_id": "Solution ID",
    "solution_name": "Solution",
    "roundtable_id": "From roundtable",
    "city": "City of the solution",
    "state_code": "State of the solution",
    "barriers_addressed": "Barriers addressed",
    "stage": "Stage",
    "started_on": "Started on",
    "ended_on": "Ended on",
    "people_served": "People served",
    "activities_count": "Activities",
}
#: Headers as they were called in 2023; every one is a declared synonym.
_OLD = {
    "roundtable_id": "Meeting ID",
    "roundtable_date": "Meeting date",
    "city": "Place",
    "attended_community": "Residents",
    "attended_healthcare": "Clinicians",
    "attended_social_services": "Social services",
    "attended_policy": "Government",
    "attended_other": "Others",
    "attended_total": "Total attendance",
    "barriers_named": "Barriers identified",
}
_SOLUTION_OLD = {
    "solution_id": "Solution no.",
    "solution_name": "Initiative",
    "roundtable_id": "From meeting",
    "city": "Place",
    "state_code": "State code",
    "barriers_addressed": "Works on",
    "stage": "Status",
    "people_served": "# people served",
    "activities_count": "Activities held",
}
#: Every deliberate mistake in the 2025-Q2 workbooks of ``sample_cheer_west``.
PLANTED: list[Planted] = [
    Planted(SHEET, "B6", "cheer.roundtables.roundtable_date.type", "06/31/2025"),
    Planted(SHEET, "B7", "cheer.roundtables.roundtable_date.held_in_quarter", "03/28/2025"),
    Planted(SHEET, "J7", "cheer.roundtables.attended_total.sectors_add_up", 99),
    Planted(SOLUTION_SHEET, "C7", "cheer.solutions.roundtable_id.known_roundtable", "RT-W-2024-99"),
    Planted(SOLUTION_SHEET, "H6", "cheer.solutions.started_on.starts_before_it_ends", "06/20/2025"),
]
#: What makes one of the mistakes wrong: the end before the start.
_AROUND: Mapping[tuple[str, str], Value] = {(SOLUTION_SHEET, "I6"): "06/02/2025"}


@cache
def _listed(partner: str) -> tuple[Solution, ...]:
    """The partner's solutions, from the table of invented ones beside this file."""
    return tuple(
        Solution(
            name=row["name"],
            city=row["city"],
            state=row["state"],
            barriers=row["barriers"],
            served=float(row["served"]),
            activities=float(row["activities"]),
            first=int(row["first"]),
            last=int(row["last"] or 99),
        )
        for row in read_table(Path(__file__).with_name("sample_solutions.csv"))
        if row["partner"] == partner
    )


def _code(partner: str, period: str, number: int) -> str:
    return f"RT-{'W-' if partner == WEST else ''}{period}-{number:02d}"


def _roundtables(partner: str, period: str, seed: int, extra: int = 0) -> list[dict[str, Value]]:
    """Roundtables of a quarter with exact figures; ``extra`` adds some that were forgotten."""
    now, draw = PERIODS.index(period), dice(seed, partner, period)
    many = 4 + now // 4 + draw.randint(0, 2) if partner == EAST else 2 + draw.randint(0, 1)
    rows: list[dict[str, Value]] = []
    for number in range(1, many + extra + 1):
        one = dice(seed, partner, period, number)
        city, state = _PLACES[partner][(now * 3 + number) % len(_PLACES[partner])]
        size = one.uniform(18, 42) + now * 0.6
        parts: dict[str, int] = {name: about(one, size * share, 0.3) for name, share in _PARTS.items()}
        rows.append(
            {
                "roundtable_id": _code(partner, period, number),
                "roundtable_date": day_in(period, one),
                "city": city,
                "state_code": state,
                **parts,
                "attended_total": sum(parts.values()),
                "barriers_named": "; ".join(one.sample(_BARRIERS, one.randint(2, 4))),
            }
        )
    return rows


def _solutions(partner: str, period: str, seed: int) -> list[dict[str, Value]]:
    now, rows = PERIODS.index(period), list[dict[str, Value]]()
    for number, item in enumerate(_listed(partner), 1):
        begins = PERIODS[item.first]
        if not item.first <= now <= item.last:
            continue
        draw, age = dice(seed, partner, "solution", number, period), now - item.first
        running, over = age >= 2, now == item.last
        growth = 0.5 + 0.12 * min(age - 2, 8)
        start = day_in(PERIODS[item.first + 2], dice(seed, partner, "start", number)) if running else None
        rows.append(
            {
                "solution_id": f"SOL-{'W' if partner == WEST else ''}{number:02d}",
                "solution_name": item.name,
                "roundtable_id": _code(partner, begins if partner == EAST else max(begins, "2024-Q4"), 1),
                "city": item.city,
                "state_code": item.state,
                "barriers_addressed": item.barriers,
                "stage": "Completed" if over else "Running" if running else ("Idea", "Designed")[age],
                "started_on": start,
                "ended_on": periods.last_day(period) - timedelta(days=14) if over else None,
                "people_served": few(about(draw, item.served * growth)) if running else None,
                "activities_count": about(draw, item.activities * growth, 0.25) if running else None,
            }
        )
    return rows


def _masked(rows: list[dict[str, Value]]) -> list[Row | None]:
    small = ("attended_policy", "attended_other")
    return [{**row, **{name: few(value) for name in small if isinstance(value := row[name], int)}} for row in rows]


def _dates_as_text(rows: list[Row | None]) -> list[Row | None]:
    return [
        row and {name: f"{value:%m/%d/%Y}" if isinstance(value, date) else value for name, value in row.items()}
        for row in rows
    ]


def _sheets(partner: str, period: str, seed: int, extra: int = 0) -> list[Sheet]:
    name = "Sample partner (CHEER)" if partner == EAST else "Sample partner (CHEER West)"
    old = partner == EAST and period < "2024-Q1"
    rows = _roundtables(partner, period, seed, extra)
    lines, solutions = _masked(rows), list[Row | None](_solutions(partner, period, seed))
    total: Row | None = None
    if partner == WEST:
        lines, solutions = _dates_as_text(lines), _dates_as_text(solutions)
    elif period >= "2024-Q1":
        sums = {part: sum(int(str(row[part])) for row in rows) for part in (*_PARTS, "attended_total")}
        total = {"roundtable_id": "Total", **sums}
    first = titles("CHEER – roundtables", name, period)
    second = titles("CHEER – solutions", name, period)
    return [
        Sheet(SHEET, first, _LABELS | (_OLD if old else {}), lines, total),
        Sheet(SOLUTION_SHEET, second, _SOLUTION_LABELS | (_SOLUTION_OLD if old else {}), solutions),
    ]


def _east(out_dir: Path, period: str, seed: int) -> list[SampleReturn]:
    folder, notes = out_dir / EAST / period, ("Roundtables and solutions of the quarter, one sheet each.",)
    day = received(period, seed, EAST)
    path = write_xlsx(folder / f"CHEER_{period}.xlsx", _sheets(EAST, period, seed), notes=notes)
    found = [SampleReturn(PROGRAM, EAST, period, [path], day, note="a read-me sheet first")]
    if period == RESTATED:
        first = write_xlsx(folder / f"CHEER_{period}_first.xlsx", _sheets(EAST, period, seed, extra=1), notes=notes)
        found.insert(0, SampleReturn(PROGRAM, EAST, period, [first], day, note="one roundtable too many"))
        reason, code = "One roundtable was planned and did not take place.", "correction_of_error"
        note = "corrected after the release"
        found[1] = SampleReturn(PROGRAM, EAST, period, [path], date(2026, 9, 8), reason, code, note)
    if period == CORRECTED:
        again = write_xlsx(folder / f"CHEER_{period}_v2.xlsx", _sheets(EAST, period, seed, extra=1), notes=notes)
        reason = "One roundtable was held in March and forgotten in the first return."
        later = day + timedelta(days=47)
        found.append(SampleReturn(PROGRAM, EAST, period, [again], later, reason, "late_data", "a correction"))
    return found


def _west(out_dir: Path, period: str, seed: int) -> list[SampleReturn]:
    folder, day = out_dir / WEST / period, received(period, seed, WEST)
    if period == WEST_SINCE:
        return [SampleReturn(PROGRAM, WEST, period, [], day, note="nothing to report yet", expect="nil")]
    found = []
    if period == PLANTED_PERIOD:
        overlay = {**_AROUND, **{(item.sheet, item.cell): item.value for item in PLANTED}}
        files = [
            write_xlsx(folder / f"{sheet.name.lower()} {period} first.xlsx", [sheet], overlay=overlay)
            for sheet in _sheets(WEST, period, seed)
        ]
        note = f"{len(PLANTED)} planted mistakes"
        found.append(SampleReturn(PROGRAM, WEST, period, files, day, note=note, expect="returned"))
        day += timedelta(days=3)
    files = [
        write_xlsx(folder / f"{sheet.name.lower()} {period}.xlsx", [sheet]) for sheet in _sheets(WEST, period, seed)
    ]
    if period == MISSING:
        why = "These were the roundtables of another foundation's program; ours were not held in that quarter."
        sent = SampleReturn(PROGRAM, WEST, period, files, date(2026, 8, 3), note="months late, and taken back")
        return [replace(sent, withdrawn_on=date(2026, 9, 21), withdrawn_why=why, withdrawn_code="wrong_file")]
    return [*found, SampleReturn(PROGRAM, WEST, period, files, day, note="two workbooks, dates as text")]


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    found = [item for period in PERIODS for item in _east(out_dir, period, seed)]
    return found + [item for period in PERIODS if period >= WEST_SINCE for item in _west(out_dir, period, seed)]
