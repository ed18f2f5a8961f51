"""Sample returns of the sample organisers of the awards and the summit: one workbook with up to three sheets.

Ten organisations are awarded each spring; the list goes out again every quarter, the summits only in theirs. From
the second summit on there is a list of attendees under keyed hashes. All organisations, persons and figures are
invented.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from sources.samples.model import PERIODS, SampleReturn, Value, about, dice, few, received
from sources.samples.people import KEY_NAME, person_key
from sources.samples.writers import Row, Sheet, titles, write_xlsx

PROGRAM, PARTNER, NAME = "awards_summit", "sample_awards_summit", "Sample partner (Awards and summit)"
SINCE = "2025-Q1"
_CAUSES = ("Asthma", "Maternal Health", "Rural Health", "Heart", "Language Access", "Disability", "Youth", "Elders")
_FORMS = ("Clinic", "Coalition", "Neighbors", "Collective")
_MONEY = (Decimal(25000), Decimal(10000), Decimal(10000), None)
#: Quarter, date, place and country of each summit, and about how many come of each sector.
_SUMMITS = {
    "2025-Q2": (date(2025, 5, 13), "Cambridge", {"community": 24, "healthcare": 15, "policy": 4, "employees": 62}),
    "2026-Q2": (date(2026, 5, 19), "Bridgewater", {"community": 33, "healthcare": 21, "policy": 7, "employees": 74}),
}
_MORE = {"social_services": 11, "other": 8}
_LISTED_SINCE = "2026-Q2"
_LABELS = {
    "community": "Community members",
    "healthcare": "Healthcare",
    "social_services": "Social services",
    "policy": "Policy and government",
    "employees": "Employees of the host",
    "other": "Other",
}
_AWARDEES = {
    "awardee_id": "Awardee ID",
    "organisation_name": "Organization",
    "award_year": "Award year",
    "country_code": "Country",
    "award_amount": "Award amount",
    "award_currency": "Currency",
}
_SUMMIT = {
    "summit_id": "Summit ID",
    "summit_date": "Summit date",
    "place": "City",
    "host_country_code": "Host country",
    "attended_community": "Community members",
    "attended_healthcare": "Healthcare",
    "attended_social_services": "Attended – social services",
    "attended_policy": "Government",
    "attended_employees": "Employees",
    "attended_other": "Others",
    "attended_total": "Total attendance",
}
_ATTENDEES = {
    "attended_summit_id": "Summit attended",
    "person_key": "Person key",
    "person_key_name": "Name of the key",
    "sector": "Sector",
}


def _awardees(period: str) -> list[Row | None]:
    """Ten organisations a year, listed from the quarter before the summit on."""
    rows: list[Row | None] = []
    for year in range(2025, int(period[:4]) + 1):
        for place in range(10):
            number = (year - 2025) * 10 + place + 1
            amount = _MONEY[place % len(_MONEY)]
            rows.append(
                {
                    "awardee_id": f"AW-{number:03d}",
                    "organisation_name": f"Sample {_CAUSES[number % 8]} {_FORMS[number // 8]}",
                    "award_year": str(year),
                    "country_code": "United States",
                    "award_amount": amount,
                    "award_currency": "USD" if amount is not None else None,
                }
            )
    return rows


def grants(period: str) -> dict[str, Decimal]:
    """Awards in US dollars that the return of the quarter is the first to list; what the ledger is compared with."""
    if period < SINCE or not period.endswith("Q1"):
        return {}
    amounts = [row["award_amount"] for row in _awardees(period) if row and row["award_year"] == period[:4]]
    return {PARTNER: sum((item for item in amounts if isinstance(item, Decimal)), Decimal(0))}


def _attended(period: str, seed: int) -> dict[str, int]:
    sectors = {**_SUMMITS[period][2], **_MORE}
    return {name: about(dice(seed, PARTNER, period, name), many, 0.1) for name, many in sectors.items()}


def _summit(period: str, seed: int) -> Row:
    day, place, _ = _SUMMITS[period]
    attended: dict[str, Value] = {f"attended_{name}": few(many) for name, many in _attended(period, seed).items()}
    return {
        "summit_id": f"TIE-{day.year}",
        "summit_date": day,
        "place": place,
        "host_country_code": "United States",
        **attended,
        "attended_total": sum(_attended(period, seed).values()),
    }


def _attendees(period: str, seed: int) -> list[Row | None]:
    """Those who agreed to a keyed hash: advocates of the Community of Practice, scholars, and others."""
    rows: list[Row | None] = []
    for sector, many in _attended(period, seed).items():
        draw = dice(seed, PARTNER, period, sector, "persons")
        advocates, scholars = draw.sample(range(1, 240), many), draw.sample(range(1001, 1060), min(many, 6))
        others = 9000 + 1000 * list(_LABELS).index(sector)
        for number in range(many):
            if sector in ("community", "healthcare"):
                person = scholars[number] if number < len(scholars) else advocates[number]
            else:
                person = others + number
            if key := person_key(person):
                rows.append(
                    {
                        "attended_summit_id": f"TIE-{_SUMMITS[period][0].year}",
                        "person_key": key,
                        "person_key_name": KEY_NAME,
                        "sector": _LABELS[sector],
                    }
                )
    # One person can be drawn for two sectors; a person is listed once.
    return list({str(row["person_key"]): row for row in rows if row}.values())


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    found = []
    for period in (period for period in PERIODS if period >= SINCE):
        head = "Health Equity Acceleration Awards"
        sheets = [Sheet("Awardees", titles(head, NAME, period), _AWARDEES, _awardees(period))]
        note = "awardees only: no summit in the quarter"
        if period in _SUMMITS:
            sheets.append(Sheet("TIE Summit", titles("TIE Summit", NAME, period), _SUMMIT, [_summit(period, seed)]))
            note = "awardees and a summit"
        if period in _SUMMITS and period >= _LISTED_SINCE:
            rows = _attendees(period, seed)
            sheets.append(Sheet("Attendees", titles("TIE Summit – attendees by key", NAME, period), _ATTENDEES, rows))
            note = "awardees, a summit and its attendees under keyed hashes"
        path = write_xlsx(out_dir / PARTNER / period / f"Awards and TIE Summit {period}.xlsx", sheets)
        found.append(SampleReturn(PROGRAM, PARTNER, period, [path], received(period, seed, PARTNER), note=note))
    return found
