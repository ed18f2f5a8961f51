"""Sample returns of the two sample partners of the NextGen Scholarships.

``sample_nextgen_uk`` sends a workbook with a read-me sheet and its own header words, pays in pounds (amounts as text
in one quarter) and once reports an internship from before the award; ``sample_nextgen_brazil`` sends a semicolon csv
with Portuguese headers and decimal commas, pays in reais, and once has a row quarantined. All scholars and figures
are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from sources import periods
from sources.samples.model import PERIODS, Planted, SampleReturn, Value, dice, received
from sources.samples.people import keyed
from sources.samples.writers import Row, Sheet, titles, write_csv, write_xlsx

PROGRAM, UK, BRAZIL = "nextgen_scholarships", "sample_nextgen_uk", "sample_nextgen_brazil"
UK_NAME, BRAZIL_NAME = "Sample partner (NextGen UK universities)", "Sample partner (NextGen Brazil universities)"
AS_TEXT, EARLY_INTERNSHIP, QUARANTINED = "2024-Q2", "2025-Q3", "2026-Q2"
#: The impossible row of the Brazilian file: a status from before the award, in the sixth data row.
PLANTED: list[Planted] = [Planted("bolsistas", "F10", "nextgen_scholarships.scholars.awarded_on.status_after_award")]
_COURSES: Mapping[str, int] = {
    "Medicine": 5,
    "Nursing and midwifery": 3,
    "Pharmacy": 4,
    "Public health": 1,
    "Life sciences": 3,
    "Psychology and mental health": 3,
    "Allied health": 3,
    "Data and engineering": 1,
}


@dataclass(frozen=True)
class Partner:
    """How the universities of a sample partner award, pay and number; intakes are in one quarter of each year.

    ``person`` is the number of the invented person behind the first scholar; every ninth scholar is an
    advocate of the Community of Practice too.
    """

    code: str
    since: str
    prefix: str
    person: int
    intakes: Mapping[str, int]
    month: int
    finish: tuple[int, int]
    places: tuple[tuple[str, str], ...]
    fee: int
    living: int
    currency: str


_PARTNERS = {
    UK: Partner(
        code=UK,
        since="2023-Q4",
        prefix="UK-",
        person=1000,
        intakes={"2023": 18, "2024": 24, "2025": 30},
        month=10,
        finish=(7, 10),
        places=(
            ("Sample University of the Coast", "United Kingdom"),
            ("Sample Northern Medical School", "United Kingdom"),
            ("Sample College of Nursing", "United Kingdom"),
            ("Sample Island University", "Ireland"),
        ),
        fee=3600,
        living=1450,
        currency="GBP",
    ),
    BRAZIL: Partner(
        code=BRAZIL,
        since="2025-Q1",
        prefix="BR-",
        person=2000,
        intakes={"2025": 22, "2026": 30},
        month=2,
        finish=(12, 12),
        places=(
            ("Universidade Exemplo do Litoral", "Brasil"),
            ("Faculdade Exemplo de Enfermagem", "Brasil"),
            ("Universidade Exemplo do Cerrado", "Brasil"),
        ),
        fee=7200,
        living=5100,
        currency="BRL",
    ),
}


@dataclass(frozen=True)
class Scholar:
    """One invented scholar and what becomes of them."""

    scholar_id: str
    person: int
    place: tuple[str, str]
    course: str
    year: int
    awarded_on: date
    mentor_from: date | None
    internship_on: date | None
    paused: tuple[date, date] | None
    left_on: date | None
    graduated_on: date
    award_share: float

    def status(self, day: date) -> tuple[str, date]:
        """Status at the end of a day, and the day since when."""
        if self.left_on and self.left_on <= day:
            return "Left without a degree", self.left_on
        if self.graduated_on <= day:
            return "Graduated", self.graduated_on
        if self.paused and self.paused[0] <= day:
            return ("Paused", self.paused[0]) if day < self.paused[1] else ("Active", self.paused[1])
        return "Active", self.awarded_on


@cache
def _scholars(code: str, seed: int) -> tuple[Scholar, ...]:
    partner, found = _PARTNERS[code], list[Scholar]()
    for year, many in partner.intakes.items():
        for _ in range(many):
            number = len(found) + 1
            draw = dice(seed, code, number)
            course = draw.choice(list(_COURSES))
            awarded = date(int(year), partner.month, draw.randint(3, 24))
            pause = awarded + timedelta(days=draw.randint(150, 400))
            month, day = partner.finish
            last_year = int(year) + _COURSES[course] - (month > partner.month)
            found.append(
                Scholar(
                    scholar_id=f"{partner.prefix}{number:04d}",
                    person=number * 4 if number % 9 == 0 else partner.person + number,
                    place=draw.choice(partner.places),
                    course=course,
                    year=int(year),
                    awarded_on=awarded,
                    mentor_from=awarded + timedelta(days=draw.randint(0, 240)) if draw.random() < 0.93 else None,
                    internship_on=awarded + timedelta(days=draw.randint(180, 500)) if draw.random() < 0.55 else None,
                    paused=(pause, pause + timedelta(days=180)) if draw.random() < 0.05 else None,
                    left_on=awarded + timedelta(days=draw.randint(120, 600)) if draw.random() < 0.06 else None,
                    graduated_on=date(last_year, month, day),
                    award_share=draw.choice((0.8, 1.0, 1.0, 1.2)),
                )
            )
    return tuple(found)


def _award(partner: Partner, scholar: Scholar, period: str, status: str, since: date) -> Decimal | None:
    """Living costs every quarter, fees in the quarter of the intake; nothing after the studies."""
    end = periods.last_day(period)
    if status in ("Paused", "Graduated", "Left without a degree") and since < periods.first_day(period):
        return None
    fee = partner.fee if partner.month in range(end.month - 2, end.month + 1) else 0
    return Decimal(round((partner.living + fee) * scholar.award_share / 10) * 10)


def _rows(code: str, period: str, seed: int) -> list[Row | None]:
    """Everyone who is or was a scholar by the end of the quarter."""
    partner, end = _PARTNERS[code], periods.last_day(period)
    rows: list[Row | None] = []
    for scholar in _scholars(code, seed):
        if scholar.awarded_on > end:
            continue
        status, since = scholar.status(end)
        university, country = scholar.place
        amount = _award(partner, scholar, period, status, since)
        interned = scholar.internship_on
        over = scholar.left_on or scholar.graduated_on
        mentored: Value = "Yes" if scholar.mentor_from and scholar.mentor_from <= end else "No"
        rows.append(
            {
                "scholar_id": scholar.scholar_id,
                "university_name": university,
                "country_code": country,
                "field_code": scholar.course,
                "cohort": f"{scholar.year}/{scholar.year - 1999}" if code == UK else str(scholar.year),
                "awarded_on": scholar.awarded_on,
                "award_amount": amount,
                "award_currency": partner.currency if amount is not None else None,
                "has_mentor": mentored if status in ("Active", "Paused") else None,
                "internship_started_on": interned if interned and interned <= min(end, over) else None,
                "status": status,
                "status_on": since,
                **keyed(scholar.person),
            }
        )
    return rows


def grants(period: str, seed: int) -> dict[str, Decimal]:
    """Awards each sample partner reports for the quarter, in its currency; what the ledger is compared with."""
    sums = {}
    for code, partner in _PARTNERS.items():
        if period >= partner.since:
            amounts = [row["award_amount"] for row in _rows(code, period, seed) if row]
            sums[code] = sum((item for item in amounts if isinstance(item, Decimal)), Decimal(0))
    return sums


_UK_LABELS = {
    "scholar_id": "Scholar ref.",
    "university_name": "Institution",
    "country_code": "Country",
    "field_code": "Course area",
    "cohort": "Intake",
    "awarded_on": "Award date",
    "award_amount": "Award paid",
    "award_currency": "Currency",
    "has_mentor": "Mentor",
    "internship_started_on": "Placement start",
    "status": "Status",
    "status_on": "Status since",
    "person_key": "Person key",
    "person_key_name": "Key name",
}
_BRAZIL_LABELS = {
    "scholar_id": "Código do bolsista",
    "university_name": "Universidade",
    "country_code": "País",
    "field_code": "Área de estudo",
    "cohort": "Turma",
    "awarded_on": "Data da concessão",
    "status": "Situação",
    "status_on": "Situação desde",
    "award_amount": "Valor pago no trimestre",
    "award_currency": "Moeda",
    "has_mentor": "Tem mentor",
    "internship_started_on": "Início do estágio",
    "person_key": "Chave da pessoa",
    "person_key_name": "Nome da chave",
}


def _changed(rows: list[Row | None], index: int, **values: Value) -> list[Row | None]:
    return [row and {**row, **values} if number == index else row for number, row in enumerate(rows)]


def _uk(out_dir: Path, period: str, seed: int) -> SampleReturn:
    rows, note = _rows(UK, period, seed), "a workbook with a read-me sheet, in pounds"
    total: Row | None = None
    if period == AS_TEXT:
        rows = [
            row
            and {**row, "award_amount": f"£{paid:,.2f}" if isinstance(paid := row["award_amount"], Decimal) else None}
            for row in rows
        ]
        note = "amounts as text with a pound sign"
    if period >= "2026-Q1":
        amounts = [row["award_amount"] for row in rows if row]
        total = {"scholar_id": "Total", "award_amount": sum(item for item in amounts if isinstance(item, Decimal))}
    if period == EARLY_INTERNSHIP:
        rows = _changed(rows, 4, internship_started_on=date(2023, 6, 19))
        note = "an internship from before the award: the scholar was an intern first"
    path = write_xlsx(
        out_dir / UK / period / f"NextGen scholars UK {period}.xlsx",
        [Sheet("Scholars", titles("NextGen Scholarships – scholars", UK_NAME, period), _UK_LABELS, rows, total)],
        notes=(
            "One row per scholar since the first intake.",
            "Refs stay with a scholar; names are kept by registries.",
        ),
    )
    day = received(period, seed, UK)
    if period == EARLY_INTERNSHIP:
        return SampleReturn(PROGRAM, UK, period, [path], day, note=note, expect="accepted_with_warnings")
    return SampleReturn(PROGRAM, UK, period, [path], day, note=note)


def _brazil(out_dir: Path, period: str, seed: int) -> SampleReturn:
    rows = [
        row and {**row, "has_mentor": {"Yes": "Sim", "No": "Não"}.get(str(row["has_mentor"]))}
        for row in _rows(BRAZIL, period, seed)
    ]
    if period == QUARANTINED:
        rows = _changed(rows, 5, status_on=date(2024, 12, 2))
    sheet = Sheet("bolsistas", titles("Bolsas NextGen – bolsistas", BRAZIL_NAME, period), _BRAZIL_LABELS, rows)
    path = write_csv(
        out_dir / BRAZIL / period / f"bolsistas {period}.csv",
        sheet,
        delimiter=";",
        decimal=",",
        date_format="%d/%m/%Y",
        encoding="cp1252",
    )
    day, note = received(period, seed, BRAZIL), "a semicolon csv with Portuguese headers and decimal commas"
    if period == QUARANTINED:
        note = "one impossible row, quarantined"
        return SampleReturn(PROGRAM, BRAZIL, period, [path], day, note=note, expect="partially_accepted")
    return SampleReturn(PROGRAM, BRAZIL, period, [path], day, note=note)


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    found = [_uk(out_dir, period, seed) for period in PERIODS if period >= _PARTNERS[UK].since]
    return found + [_brazil(out_dir, period, seed) for period in PERIODS if period >= _PARTNERS[BRAZIL].since]
