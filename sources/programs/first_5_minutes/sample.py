"""Sample returns of the sample partner of The First 5 Minutes: a workbook of sessions and a csv of resources.

Session dates are written as text, month first. Who was trained for the first time is counted from 2024-Q3 on. One
return comes with mistakes and is sent again. All figures are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

from sources.samples.model import PERIODS, Planted, SampleReturn, Value, about, day_in, dice, few, received
from sources.samples.writers import Row, Sheet, titles, write_csv, write_xlsx

PROGRAM, PARTNER, NAME = "first_5_minutes", "sample_first_5_minutes", "Sample partner (The First 5 Minutes)"
SINCE, FIRST_TIME_COUNTED, PLANTED_PERIOD = "2024-Q1", "2024-Q3", "2025-Q3"
SHEET = "Sessions"
_STATES = ("IL", "MA", "TX", "CA", "NY", "GA", "WA", "OH", "FL")
_LABELS = {
    "session_id": "Activity ID",
    "session_date": "Activity date",
    "session_format": "Delivery",
    "state_code": "Location (state)",
    "clinicians_count": "Learners completing",
    "first_time_count": "New learners",
    "before_answered_count": "Pre-test responses",
    "before_confident_count": "Pre-test confident",
    "after_answered_count": "Post-test responses",
    "after_confident_count": "Post-test confident",
}
_RESOURCE_LABELS = {
    "resource_id": "Content ID",
    "resource_name": "Content",
    "resource_type": "Content type",
    "uses_count": "Views and downloads",
}
#: Resources with their size and the quarter (by position in the reported quarters) they first stand in.
_RESOURCES = (
    ("Why the first five minutes count", "Video", 420, 3),
    ("Listening before asking: a short course", "Online course", 150, 3),
    ("Pocket card for the first visit", "Card or guide", 260, 3),
    ("Patients tell: what made me stay", "Podcast", 180, 5),
    ("Checklist for teaching clinics", "Card or guide", 120, 6),
    ("Working with interpreters", "Video", 240, 8),
    ("Facilitator guide", "Card or guide", 60, 10),
)
#: Every deliberate mistake in the 2025-Q3 workbook.
PLANTED: list[Planted] = [
    Planted(SHEET, "B6", "first_5_minutes.sessions.session_date.held_in_quarter", "06/27/2025"),
    Planted(SHEET, "H7", "first_5_minutes.sessions.before_confident_count.confident_within_answered_before", 410),
    Planted(SHEET, "I8", "first_5_minutes.sessions.after_confident_count.confident_after_needs_answers", None),
    Planted(SHEET, "C9", "first_5_minutes.sessions.session_format.in_list", "By phone"),
]
#: What makes one of the mistakes wrong: how many were confident is there, and how many answered is not.
_AROUND: Mapping[tuple[str, str], Value] = {(SHEET, "J8"): 30}


def _sessions(period: str, seed: int) -> list[Row | None]:
    now, rows = PERIODS.index(period), list[Row | None]()
    age = now - PERIODS.index(SINCE)
    for number in range(1, 4 + age // 2 + dice(seed, PARTNER, period).randint(0, 2)):
        draw = dice(seed, PARTNER, period, number)
        online = draw.random() < 0.35
        trained = about(draw, (48 if online else 27) + 1.2 * age, 0.4)
        before = min(trained, about(draw, trained * 0.92, 0.06))
        after = min(trained, about(draw, trained * 0.84, 0.1))
        share = draw.uniform(0.36, 0.5)
        gain = draw.uniform(0.24, 0.34) + 0.006 * age
        held: date = day_in(period, draw)
        values: dict[str, Value] = {
            "session_id": f"F5M-{period}-{number:02d}",
            "session_date": f"{held:%m/%d/%Y}",
            "session_format": "Online live" if online else "Hybrid" if draw.random() < 0.2 else "In person",
            "state_code": None if online else draw.choice(_STATES),
            "clinicians_count": trained,
            "first_time_count": few(min(trained, about(draw, trained * max(0.55, 0.95 - 0.03 * age), 0.1))),
            "before_answered_count": before,
            "before_confident_count": few(round(before * share)),
            "after_answered_count": after,
            "after_confident_count": few(min(after, round(after * (share + gain)))),
        }
        rows.append(values)
    return rows


def _resources(period: str, seed: int) -> list[Row | None]:
    now, rows = PERIODS.index(period), list[Row | None]()
    for number, (name, kind, size, first) in enumerate(_RESOURCES, 1):
        if now >= first:
            draw = dice(seed, PARTNER, "resource", number, period)
            uses = about(draw, size * (1 + 0.12 * (now - first)), 0.2)
            rows.append(
                {"resource_id": f"RES-{number:02d}", "resource_name": name, "resource_type": kind, "uses_count": uses}
            )
    return rows


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    found = []
    for period in (period for period in PERIODS if period >= SINCE):
        folder, day = out_dir / PARTNER / period, received(period, seed, PARTNER)
        labels: Mapping[str, str] = {
            name: label for name, label in _LABELS.items() if name != "first_time_count" or period >= FIRST_TIME_COUNTED
        }
        sessions = Sheet(SHEET, titles("First 5 Minutes – sessions", NAME, period), labels, _sessions(period, seed))
        resources = write_csv(
            folder / f"first5_resources_{period}.csv",
            Sheet(
                "Resources", titles("First 5 Minutes – resources", NAME, period), _RESOURCE_LABELS,
                _resources(period, seed),
            ),
        )  # fmt: skip
        if period == PLANTED_PERIOD:
            overlay = {**_AROUND, **{(item.sheet, item.cell): item.value for item in PLANTED}}
            bad = write_xlsx(folder / f"first5_sessions_{period}_first.xlsx", [sessions], overlay=overlay)
            note = f"{len(PLANTED)} planted mistakes"
            found.append(SampleReturn(PROGRAM, PARTNER, period, [bad, resources], day, note=note, expect="returned"))
            day += timedelta(days=2)
        path = write_xlsx(folder / f"first5_sessions_{period}.xlsx", [sessions])
        note = "sessions as a workbook with dates as text, resources as csv"
        found.append(SampleReturn(PROGRAM, PARTNER, period, [path, resources], day, note=note))
    return found
