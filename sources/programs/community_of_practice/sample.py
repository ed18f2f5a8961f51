"""Sample returns of the sample partner of the Community of Practice: a workbook in 2023, then two csv files.

Dates are written day first; person keys come with the csv files. In one quarter one row of the members is
impossible and quarantined. All organisations, persons and figures are invented.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from sources import periods
from sources.samples.model import PERIODS, Planted, SampleReturn, Value, about, day_in, dice, received
from sources.samples.people import keyed
from sources.samples.writers import Row, Sheet, titles, write_csv, write_xlsx

PROGRAM, PARTNER = "community_of_practice", "sample_community_of_practice"
NAME = "Sample partner (Community of Practice)"
QUARANTINED = "2025-Q3"
_FOCUS = ("Asthma", "Diabetes", "Rare Disease", "Women's Health", "Heart", "Lupus", "Sickle Cell", "Mental Health")
_KINDS = ("Alliance", "Network", "Circle", "Foundation", "Council", "Voices", "Together", "Forum")
_TYPES = (
    "Patient advocacy",
    "Patient advocacy",
    "Patient advocacy",
    "Community organisation",
    "Community organisation",
    "Professional association",
    "Healthcare provider",
    "Research or education",
    "Other",
)
_TOPICS = (
    ("Listening before planning", "Person-centred care"),
    ("Working with community health workers", "Education and training of healthcare providers"),
    ("Plain words for hard diagnoses", "Health literacy and accessible communication"),
    ("Patients in research boards", "Representative research and data"),
    ("Talking to policy makers", "Equitable policy decisions"),
    ("First jobs in health care", "Open careers in healthcare"),
    ("Interpreters and trust", "Health literacy and accessible communication"),
    ("Measuring what changes", "Representative research and data"),
)
_JOINING = (64, 26, 18, 16, 15, 14, 13, 14, 12, 12, 11, 10, 12, 11)
_COUNTRIES = ("United States",) * 15 + ("Canada", "Brazil", "United Kingdom")
#: The impossible row of the 2025-Q3 members file (``line``, column letter as in a spreadsheet).
PLANTED: list[Planted] = [Planted("members", "E8", "community_of_practice.members.joined_on.left_after_joining")]
_MEMBERS = {
    "advocate_id": "Advocate ID",
    "organisation_name": "Organisation",
    "organisation_type": "Type of organisation",
    "country_code": "Country",
    "joined_on": "Joined on",
    "left_on": "Left on",
}
_WEBINARS = {
    "webinar_id": "Webinar ID",
    "webinar_date": "Webinar date",
    "topic": "Topic",
    "key_action_code": "Key action",
    "attendees_count": "Attendees",
    "ratings_count": "Ratings received",
    "ratings_good_count": "Ratings of 4 or 5",
    "rating_average": "Average rating",
    "recommended_pct": "Would recommend it",
}
_KEYED = {**_MEMBERS, "person_key": "Person key", "person_key_name": "Name of the key"}
_KEYED_2024 = {**_KEYED, "advocate_id": "Member no.", "organisation_name": "Organization", "joined_on": "Joined"}
#: From here on members are listed with their person keys; advocate 42 is the invented person 42.
KEYED_SINCE = "2024-Q1"


def _organisation(number: int) -> tuple[str, str]:
    name = f"Sample {_FOCUS[number % len(_FOCUS)]} {_KINDS[number // len(_FOCUS) % len(_KINDS)]}"
    suffix = number // (len(_FOCUS) * len(_KINDS))
    return (f"{name} {suffix + 1}" if suffix else name), _TYPES[number % len(_TYPES)]


def _members(period: str, seed: int) -> list[Row | None]:
    """Everyone who is or was a member by the end of the quarter."""
    rows: list[Row | None] = []
    end, number = periods.last_day(period), 0
    for joined_in, many in zip(PERIODS, _JOINING, strict=True):
        if joined_in > period:
            break
        for _ in range(many):
            number += 1
            draw = dice(seed, PARTNER, number)
            reach = 60 + 8 * PERIODS.index(joined_in)
            organisation, kind = _organisation(min(number - 1, draw.randrange(reach)))
            joined = max(day_in(joined_in, draw), date(2023, 4, 18))
            left = joined + timedelta(days=draw.randint(200, 900)) if draw.random() < 0.12 else None
            rows.append(
                {
                    "advocate_id": f"ADV{number:04d}",
                    "organisation_name": organisation,
                    "organisation_type": kind,
                    "country_code": draw.choice(_COUNTRIES),
                    "joined_on": joined,
                    "left_on": left if left and left <= end else None,
                    **keyed(number),
                }
            )
    return rows


def _webinars(period: str, seed: int) -> list[Row | None]:
    now, rows = PERIODS.index(period), list[Row | None]()
    for number in range(1, 3 if now % 4 == 3 else 2):
        draw = dice(seed, PARTNER, period, "webinar", number)
        topic, action = _TOPICS[(now + number - 1) % len(_TOPICS)]
        attendees = about(draw, 52 + 5.5 * now)
        ratings = about(draw, attendees * 0.45, 0.2)
        good = min(ratings, about(draw, ratings * (0.74 + 0.008 * now), 0.06))
        recommended: Value = draw.randint(78, 96)
        rows.append(
            {
                "webinar_id": f"WEB-{period}-{number}",
                "webinar_date": day_in(period, draw),
                "topic": topic,
                "key_action_code": action,
                "attendees_count": attendees,
                "ratings_count": ratings,
                "ratings_good_count": good,
                "rating_average": round(3.6 + 1.2 * good / ratings - 0.3, 1),
                "recommended_pct": f"{recommended} %",
            }
        )
    return rows


def _impossible(rows: list[Row | None]) -> list[Row | None]:
    """The rows with one member who left before joining: the fourth data row, line 8 of the file."""
    return [row and {**row, "left_on": date(2023, 1, 9)} if index == 3 else row for index, row in enumerate(rows)]


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    found = []
    for period in PERIODS:
        folder, day = out_dir / PARTNER / period, received(period, seed, PARTNER)
        rows = _members(period, seed)
        if period == QUARANTINED:
            rows = _impossible(rows)
        columns = _MEMBERS if period < KEYED_SINCE else _KEYED_2024 if period.startswith("2024") else _KEYED
        members = Sheet("Members", titles("Community of Practice: members", NAME, period), columns, rows)
        webinars = Sheet(
            "Webinars", titles("Community of Practice: webinars", NAME, period), _WEBINARS, _webinars(period, seed)
        )
        if period < KEYED_SINCE:
            files = [write_xlsx(folder / f"Community of Practice {period}.xlsx", [members, webinars])]
            note = "two sheets in one workbook"
        else:
            files = [
                write_csv(folder / f"members {period}.csv", members, date_format="%d/%m/%Y"),
                write_csv(folder / f"webinars {period}.csv", webinars, date_format="%d/%m/%Y"),
            ]
            note = "two csv files, dates day first"
        if period == QUARANTINED:
            note = "one impossible row, quarantined"
            found.append(SampleReturn(PROGRAM, PARTNER, period, files, day, note=note, expect="partially_accepted"))
        else:
            found.append(SampleReturn(PROGRAM, PARTNER, period, files, day, note=note))
    return found
