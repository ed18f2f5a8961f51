"""Sample returns of the sample finance office: budget, commitments, payments and co-funding in five currencies.

2023: one workbook with amounts as text; from 2024 a workbook with the entries (and the budget when a year's
is set) and a semicolon csv with the co-funding. Payments to HEAL, the NextGen Scholarships and the awards follow the
grants their sample partners report, except in one quarter of HEAL. All figures are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from sources import periods
from sources.programs.awards_summit import sample as awards
from sources.programs.heal import sample as heal
from sources.programs.nextgen_scholarships import sample as nextgen
from sources.samples.model import PERIODS, SampleReturn, Value, day_in, dice, received
from sources.samples.writers import Row, Sheet, titles, write_csv, write_xlsx

PROGRAM, PARTNER, NAME = "finance", "sample_finance", "Sample partner (Finance)"
#: Quarter in which the ledger pays more to HEAL than HEAL reports as passed on.
UNRECONCILED = "2025-Q3"
#: Quarter that is corrected after it was released: a payment in yen had been converted by hand.
RESTATED = "2026-Q2"
_SCALE = {"2023": 0.65, "2024": 0.95, "2025": 1.15, "2026": 1.3}


@dataclass(frozen=True)
class Line:
    """What is spent again and again: an amount per quarter, in its currency, before growth."""

    program: str
    pillar: str
    country: str
    currency: str
    amount: int
    kind: str = "Cash"
    counts: str = "Yes"


_LINES = (
    Line("career_academy", "next_generation", "United States", "USD", 60_000, "In kind"),
    Line("dialogue_events", "listen", "France", "EUR", 100_000),
    Line("dialogue_events", "listen", "United Kingdom", "GBP", 70_000),
    Line("dialogue_events", "listen", "Brazil", "BRL", 330_000),
    Line("dialogue_events", "listen", "Japan", "JPY", 11_000_000),
    Line("dialogue_events", "listen", "United States", "USD", 90_000),
    Line("dialogue_events", "listen", "France", "EUR", 25_000, "Time"),
    Line("trust_survey", "listen", "France", "EUR", 45_000),
    Line("trust_survey", "listen", "United Kingdom", "GBP", 40_000),
    Line("trust_survey", "listen", "Brazil", "BRL", 200_000),
    Line("trust_survey", "listen", "Japan", "JPY", 6_500_000),
    Line("trust_survey", "listen", "United States", "USD", 55_000),
    Line("cheer", "listen", "United States", "USD", 110_000),
    Line("community_of_practice", "listen", "United States", "USD", 45_000),
    Line("hemophilia_b", "act", "United States", "USD", 70_000),
    Line("first_5_minutes", "act", "United States", "USD", 60_000),
    Line("chw_platform", "act", "United States", "USD", 130_000),
    Line("chw_platform", "act", "United States", "USD", 20_000, "Time", "No"),
    Line("research_policy", "act", "France", "EUR", 150_000),
    Line("research_policy", "act", "United Kingdom", "GBP", 100_000),
    Line("research_policy", "act", "United States", "USD", 90_000),
    Line("country_actions", "act", "Brazil", "BRL", 120_000),
    Line("country_actions", "act", "Japan", "JPY", 3_000_000),
    Line("country_actions", "act", "United States", "USD", 25_000),
    Line("coalition", "act", "France", "EUR", 20_000),
    Line("management", "act", "France", "EUR", 60_000, "Management cost", "No"),
)


@dataclass(frozen=True)
class Granting:
    """What is passed on as grants: a commitment per year from ``since`` on, payments as the partners report them."""

    line: Line
    since: str
    texts: Mapping[str, str]


_HEAL = Granting(
    Line("heal", "act", "United States", "USD", 165_000),
    "2023",
    {
        heal.NORTH: "Grants to community interventions (North)",
        heal.SOUTH: "Grants to community interventions (South)",
    },
)
_GRANTING = (
    _HEAL,
    Granting(
        Line("nextgen_scholarships", "next_generation", "United Kingdom", "GBP", 85_000),
        "2023",
        {nextgen.UK: "Awards to scholars, universities in the United Kingdom"},
    ),
    Granting(
        Line("nextgen_scholarships", "next_generation", "Brazil", "BRL", 200_000),
        "2025",
        {nextgen.BRAZIL: "Awards to scholars, universities in Brazil"},
    ),
    Granting(
        Line("awards_summit", "act", "United States", "USD", 30_000),
        "2025",
        {awards.PARTNER: "Awards to organisations"},
    ),
)
#: Yearly budget in thousand euros before growth, by program and pillar.
_BUDGET = (
    ("nextgen_scholarships", "next_generation", 500),
    ("career_academy", "next_generation", 230),
    ("dialogue_events", "listen", 1750),
    ("trust_survey", "listen", 880),
    ("cheer", "listen", 430),
    ("community_of_practice", "listen", 180),
    ("heal", "act", 560),
    ("hemophilia_b", "act", 280),
    ("first_5_minutes", "act", 240),
    ("chw_platform", "act", 590),
    ("research_policy", "act", 1420),
    ("country_actions", "act", 250),
    ("coalition", "act", 80),
    ("awards_summit", "act", 110),
    ("management", "act", 260),
)
#: From this year on some budgets are split by country.
_SPLIT_SINCE = "2025"
_SPLIT: Mapping[str, Mapping[str | None, int]] = {
    "dialogue_events": {"France": 30, "United Kingdom": 20, "Brazil": 14, "Japan": 16, "United States": 20},
    "trust_survey": {"France": 20, "United Kingdom": 22, "Brazil": 16, "Japan": 18, "United States": 24},
    "country_actions": {"Brazil": 34, "Japan": 28, "United States": 38},
}
_WHOLE: Mapping[str | None, int] = {None: 100}
_FUNDERS = ("Sample Community Foundation", "Sample City Health Fund", "Sample University Hospital", "Sample Trust")
_ENTRIES = {
    "entry_id": "Entry ID",
    "entry_type": "Entry type",
    "entry_date": "Entry date",
    "program_code": "Program",
    "pillar_code": "Pillar",
    "country_code": "Country",
    "entry_amount": "Amount",
    "entry_currency": "Currency",
    "entry_kind": "Kind",
    "counts_to_goal": "Counts to the €50m",
    "commitment_id": "Pays commitment",
    "description": "Description",
}
_ENTRIES_OLD = {
    **_ENTRIES,
    "entry_id": "Booking no.",
    "entry_date": "Booking date",
    "entry_currency": "Curr.",
    "counts_to_goal": "Counts to goal",
    "commitment_id": "Commitment no.",
}
_BUDGET_LABELS = {
    "budget_year": "Budget year",
    "program_code": "Budget program",
    "pillar_code": "Budget pillar",
    "country_code": "Budget country",
    "budget_amount": "Budget amount",
    "budget_currency": "Budget currency",
}
_COFUNDING = {
    "cofunding_id": "Co-funding ID",
    "funder_name": "Funder",
    "cofunding_date": "Contribution date",
    "program_code": "Co-funded program",
    "cofunding_amount": "Contribution amount",
    "cofunding_currency": "Contribution currency",
    "cofunding_kind": "Kind of co-funding",
}


def _opens_year(period: str) -> bool:
    return period.endswith("Q1") or period == PERIODS[0]


def _commitment(year: str, number: int) -> str:
    return f"C-{year}-{number:03d}"


def _entry(entry_id: str, kind: str, day: date, line: Line, amount: Decimal, **more: Value) -> dict[str, Value]:
    return {
        "entry_id": entry_id,
        "entry_type": kind,
        "entry_date": day,
        "program_code": line.program,
        "pillar_code": line.pillar,
        "country_code": line.country,
        "entry_amount": amount,
        "entry_currency": line.currency,
        "entry_kind": line.kind,
        "counts_to_goal": line.counts,
        **more,
    }


def _commitments(period: str, seed: int) -> list[dict[str, Value]]:
    """Commitments of the year's lines when it opens, and multi-year scholarship places at the end of 2025."""
    year = period[:4]
    if period == "2025-Q4":
        many = Line("nextgen_scholarships", "next_generation", "France", "EUR", 0)
        text = "Scholarship places 2027 to 2029"
        return [_entry("C-2025-900", "Commitment", date(2025, 12, 9), many, Decimal(1_600_000), description=text)]
    if not _opens_year(period):
        return []
    quarters = 3 if year == "2023" else 4
    day = max(periods.first_day(period), date(2023, 4, 3))
    rows = []
    granted = [granting.line for granting in _GRANTING if granting.since <= year]
    for number, line in enumerate((*_LINES, *granted), 1):
        # Whole hundreds: what people write into a contract.
        amount = Decimal(round(line.amount * _SCALE[year] * quarters * 1.06 / 100) * 100)
        signed = day.replace(day=dice(seed, PARTNER, year, number).randint(4, 26))
        rows.append(_entry(_commitment(year, number), "Commitment", signed, line, amount, description=f"Year {year}"))
    return rows


def _payments(period: str, seed: int) -> list[dict[str, Value]]:
    year, rows = period[:4], list[dict[str, Value]]()
    opens = periods.first_day(period) if _opens_year(period) else None
    for number, line in enumerate(_LINES, 1):
        draw = dice(seed, PARTNER, period, number)
        amount = Decimal(str(round(line.amount * _SCALE[year] * draw.uniform(0.86, 1.14), 2)))
        day = day_in(period, draw)
        if opens and day.month == opens.month:
            # Nothing is paid before its commitment is signed.
            day = day.replace(month=day.month + 1, day=min(day.day, 28))
        rows.append(
            _entry(
                f"P-{period}-{len(rows) + 1:03d}",
                "Payment",
                day,
                line,
                amount,
                commitment_id=_commitment(year, number),
                description=f"{line.country}, {period}",
            )
        )
    granted = heal.grants(period, seed) | nextgen.grants(period, seed) | awards.grants(period)
    for number, granting in enumerate(_GRANTING, len(_LINES) + 1):
        more = {"commitment_id": _commitment(year, number)}
        for partner in (code for code in granting.texts if code in granted):
            entry, text = f"P-{period}-{len(rows) + 1:03d}", granting.texts[partner]
            day, amount = periods.last_day(period), granted[partner]
            rows.append(_entry(entry, "Payment", day, granting.line, amount, description=text, **more))
    if period == UNRECONCILED:
        text = "Second instalment, not yet passed on"
        entry = f"P-{period}-{len(rows) + 1:03d}"
        day = periods.last_day(period)
        more = {"commitment_id": _commitment(year, len(_LINES) + 1)}
        rows.append(_entry(entry, "Payment", day, _HEAL.line, Decimal("45000.00"), description=text, **more))
    if period == "2024-Q4":
        text = "Reversal: venue booked twice"
        reversal = Line("dialogue_events", "listen", "United Kingdom", "GBP", 0)
        entry = f"P-{period}-{len(rows) + 1:03d}"
        rows.append(_entry(entry, "Payment", date(2024, 11, 19), reversal, Decimal("-3250.40"), description=text))
    return rows


def _budget(period: str) -> list[Row | None]:
    if not _opens_year(period):
        return []
    year = period[:4]
    share = _SCALE[year] * (0.75 if year == "2023" else 1)
    return [
        {
            "budget_year": int(year),
            "program_code": program,
            "pillar_code": pillar,
            "country_code": country,
            "budget_amount": Decimal(round(thousand * share / 10) * 100 * percent),
            "budget_currency": "EUR",
        }
        for program, pillar, thousand in _BUDGET
        for country, percent in (_SPLIT.get(program, _WHOLE) if year >= _SPLIT_SINCE else _WHOLE).items()
    ]


def _cofunding(period: str, seed: int) -> list[Row | None]:
    rows: list[Row | None] = []
    draw = dice(seed, PARTNER, "cofunding", period)
    for number in range(1, draw.randint(2, 4)):
        worth = Decimal(round(draw.uniform(18, 70) * (1 + 0.08 * PERIODS.index(period)))) * 1000 + Decimal("0.50")
        rows.append(
            {
                "cofunding_id": f"CF-{period}-{number:02d}",
                "funder_name": draw.choice(_FUNDERS),
                "cofunding_date": day_in(period, draw),
                "program_code": draw.choice(("heal", "cheer", "hemophilia_b", "chw_platform")),
                "cofunding_amount": worth,
                "cofunding_currency": draw.choice(("USD", "USD", "EUR", "GBP")),
                "cofunding_kind": draw.choice(("Cash", "Cash", "In kind", "Time")),
            }
        )
    return rows


def _as_text(row: Row) -> Row:
    """Amounts as French accountants type them: ``25.000,00``, with the sign where they are euros."""
    amount = row["entry_amount"]
    text = f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    return {**row, "entry_amount": f"{text} €" if row["entry_currency"] == "EUR" else text}


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    found = []
    for period in PERIODS:
        folder, old = out_dir / PARTNER / period, period < "2024-Q1"
        entries: list[Row | None] = [*_commitments(period, seed), *_payments(period, seed)]
        if old:
            entries = [_as_text(row) for row in entries if row is not None]
        head = titles("Ledger of the initiative – entries", NAME, period)
        sheets = [Sheet("Entries", head, _ENTRIES_OLD if old else _ENTRIES, entries)]
        if budget := _budget(period):
            head = titles("Ledger of the initiative – budget", NAME, period)
            sheets.insert(0, Sheet("Budget", head, _BUDGET_LABELS, budget))
        head = titles("Ledger of the initiative – co-funding", NAME, period)
        cofunding = Sheet("Co-funding", head, _COFUNDING, _cofunding(period, seed))
        if old:
            files = [write_xlsx(folder / f"ledger_{period}.xlsx", [*sheets, cofunding])]
            note = "one workbook, amounts as text with a decimal comma"
        else:
            csv_file = folder / f"cofunding_{period}.csv"
            files = [
                write_xlsx(folder / f"ledger_{period}.xlsx", sheets),
                write_csv(csv_file, cofunding, delimiter=";", decimal=",", date_format="%d.%m.%Y", encoding="cp1252"),
            ]
            note = "a workbook and a semicolon csv in a legacy encoding"
        day = received(period, seed, PARTNER, earliest=6, latest=18)
        found.append(SampleReturn(PROGRAM, PARTNER, period, files, day, note=note))
        if period == RESTATED:
            by_hand = [_by_hand(row) for row in entries if row is not None]
            first = write_xlsx(
                folder / f"ledger_{period}_first.xlsx", [Sheet("Entries", sheets[0].titles, _ENTRIES, by_hand)]
            )
            reason = "Payments in yen had been converted by hand at an old rate; now they are in yen."
            found[-1] = replace(found[-1], files=[first, files[1]], note="yen converted by hand")
            found.append(
                SampleReturn(PROGRAM, PARTNER, period, files, date(2026, 9, 17), reason, "exchange_rate",
                             "corrected after the release")
            )  # fmt: skip
    return found


def _by_hand(row: Row) -> Row:
    """A payment in yen as somebody converted it at the rate of an earlier year."""
    amount = row["entry_amount"]
    if row["entry_currency"] != "JPY" or not isinstance(amount, Decimal):
        return row
    return {**row, "entry_currency": "EUR", "entry_amount": round(amount / Decimal("157.80"), 2)}
