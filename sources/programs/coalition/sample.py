"""Sample returns of the sample secretariat of the coalition: an OpenDocument spreadsheet with French headers.

Kinds of organisation are set apart by blank rows. All organisations are invented.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from sources import periods
from sources.samples.model import PERIODS, SampleReturn, day_in, dice, received
from sources.samples.writers import Row, Sheet, titles, write_ods

PROGRAM, PARTNER, NAME = "coalition", "sample_coalition", "Sample partner (Coalition)"
SINCE = "2024-Q4"
_JOINING = (20, 6, 5, 6, 5, 4, 6, 5)
_KINDS = ("Non-profit",) * 6 + ("Activist",) * 3 + ("Business",) * 3 + ("Government",)
_WORDS = {
    "Non-profit": ("Alliance", "Fondation", "Trust", "Réseau", "Foundation"),
    "Activist": ("Voices", "Collectif", "Campaign", "Movimento"),
    "Business": ("Santé SA", "Health Ltd", "Care Inc."),
    "Government": ("City Health Office", "Agence régionale", "Public Health Board"),
}
_THEMES = ("Patients", "Équité", "Women", "Quartiers", "Access", "Rare", "Rural", "Jeunes")
_ROLES = ("Shares best practice", "Carries out research", "Coordinates activities", "Shares best practice", None)
_COUNTRIES = ("France", "France", "United States", "United States", "United Kingdom", "Brazil", "Japan", "Canada")
_LATER = ("Germany", "Spain", "Mexico", "South Africa", "India")
_LABELS = {
    "organisation_id": "N° d'organisation",
    "organisation_name": "Nom de l'organisation",
    "kind": "Type d'organisation",
    "country_code": "Pays",
    "role": "Rôle",
    "joined_on": "Adhésion le",
    "left_on": "Départ le",
}


@cache
def _organisations(seed: int) -> tuple[Row, ...]:
    """Every organisation that ever joins, with the day it leaves where it does."""
    found: list[Row] = []
    quarters = [period for period in PERIODS if period >= SINCE]
    for index, (joined_in, many) in enumerate(zip(quarters, _JOINING, strict=True)):
        for _ in range(many):
            number = len(found) + 1
            draw = dice(seed, PARTNER, number)
            kind = draw.choice(_KINDS)
            joined = day_in(joined_in, draw)
            country = draw.choice(_LATER[: index + 1]) if index and draw.random() < 0.4 else draw.choice(_COUNTRIES)
            found.append(
                {
                    "organisation_id": f"ORG-{number:03d}",
                    "organisation_name": f"Sample {draw.choice(_THEMES)} {draw.choice(_WORDS[kind])} {number}",
                    "kind": kind,
                    "country_code": country,
                    "role": draw.choice(_ROLES),
                    "joined_on": joined,
                    "left_on": joined + timedelta(days=draw.randint(150, 500)) if draw.random() < 0.1 else None,
                }
            )
    return tuple(found)


def _rows(period: str, seed: int) -> list[Row | None]:
    """Members by kind, a blank row between kinds."""
    end, rows = periods.last_day(period), list[Row | None]()
    for kind in _WORDS:
        if rows:
            rows.append(None)
        for row in _organisations(seed):
            joined, left = row["joined_on"], row["left_on"]
            if row["kind"] == kind and isinstance(joined, date) and joined <= end:
                rows.append({**row, "left_on": left if isinstance(left, date) and left <= end else None})
    return rows


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    found = []
    for period in (period for period in PERIODS if period >= SINCE):
        head = titles("Coalition – organisations membres", NAME, period)
        path = write_ods(
            out_dir / PARTNER / period / f"coalition_{period}.ods",
            [Sheet("Organisations membres", head, _LABELS, _rows(period, seed))],
        )
        day = received(period, seed, PARTNER)
        found.append(SampleReturn(PROGRAM, PARTNER, period, [path], day, note="French headers, kinds set apart"))
    return found
