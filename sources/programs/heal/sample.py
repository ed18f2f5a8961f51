"""Sample returns of the two sample partners of HEAL: a workbook with two sheets, and two csv files.

``sample_heal`` sends one xlsx with both tables, renamed headers in 2023 and 2024 and a totals row;
``sample_heal_south`` sends semicolon csv with decimal commas. All figures are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from sources import periods
from sources.samples.model import (
    PERIODS,
    ErrorFormula,
    Planted,
    SampleReturn,
    Value,
    about,
    dice,
    few,
    read_table,
    received,
)
from sources.samples.writers import Row, Sheet, titles, write_csv, write_xlsx

PROGRAM, NORTH, SOUTH = "heal", "sample_heal", "sample_heal_south"
SOUTH_SINCE = "2024-Q1"
JUMP_PERIOD, PLANTED_PERIOD = "2025-Q2", "2026-Q3"
#: Quarter that the south corrects after it was released.
RESTATED = "2026-Q2"
SHEET, SURVEY_SHEET = "Interventions", "Survey feedback"


@dataclass(frozen=True)
class Intervention:
    """A community intervention; ``first`` and ``last`` are positions in the reported quarters."""

    name: str
    city: str
    state: str
    groups: str
    barrier: str
    reach: float
    trained: float
    grant: int
    first: int
    last: int


_GROUPS = {"Black or African American": 90, "Hispanic or Latino": 80, "Indigenous": 34}
_BARRIERS = {
    "Not being listened to": 0.36,
    "Cost of care or medicines": 0.30,
    "Distance or transport": 0.18,
    "Language or interpretation": 0.14,
    "Housing and living conditions": 0.21,
}
_LABELS = {
    "intervention_id": "Intervention ID",
    "intervention_name": "Intervention",
    "city": "City",
    "state_code": "State",
    "population_groups": "Population groups served",
    "barrier_code": "Barrier addressed",
    "stage": "Stage",
    "grant_amount": "Grant paid this quarter",
    "grant_currency": "Currency",
    "people_reached": "People reached",
    "people_trained": "People trained",
}
_SURVEY_LABELS = {
    "population_group": "Population group",
    "barrier_code": "Barrier named",
    "responses_count": "Patients asked",
    "mentions_count": "Patients naming it",
}
#: Headers as they were called in earlier years; every one is a declared synonym.
_RENAMED: Mapping[str, Mapping[str, str]] = {
    "2023": {
        "intervention_id": "Project ID",
        "intervention_name": "Project",
        "city": "Community / city",
        "state_code": "State code",
        "population_groups": "Target population",
        "barrier_code": "Barrier",
        "stage": "Status",
        "grant_amount": "Grant",
        "grant_currency": "Grant currency",
        "people_reached": "# people reached",
        "people_trained": "Trained",
    },
    "2024": {
        "intervention_id": "Intervention no.",
        "people_reached": "Persons reached",
        "grant_amount": "Grant amount",
    },
}
_SURVEY_RENAMED: Mapping[str, Mapping[str, str]] = {
    "2023": {"population_group": "Group", "responses_count": "Responses", "mentions_count": "Mentions"}
}
_LONG = "Trust circle with clinicians and everybody else who has ever had anything to do with asthma care. " * 3
#: Every deliberate mistake in the 2026-Q3 workbook of ``sample_heal``.
PLANTED: list[Planted] = [
    Planted(SHEET, "D6", "heal.interventions.state_code.in_list", "XX"),
    Planted(SHEET, "J7", "heal.interventions.people_reached.type", "about 120"),
    Planted(SHEET, "F8", "heal.interventions.barrier_code.in_list", "Bad weather"),
    Planted(SHEET, "C9", "heal.interventions.city.required", None),
    Planted(SHEET, "A11", "heal.interventions._row.unique_key", "HEAL-006"),
    Planted(SHEET, "K11", "heal.interventions.people_trained.range", -3),
    Planted(SHEET, "J12", "heal.interventions.people_reached.type", ErrorFormula("=H12/0", "#DIV/0!")),
    Planted(SHEET, "J13", "heal.interventions.people_reached.type", ErrorFormula("=VLOOKUP(A13,#REF!,2,0)", "#REF!")),
    Planted(SHEET, "I14", "heal.interventions.grant_amount.grant_needs_currency", None),
    Planted(SHEET, "I15", "heal.interventions.grant_amount.amount_without_rate", "KES"),
    Planted(SHEET, "K16", "heal.interventions.people_trained.type", 3.5),
    Planted(SHEET, "A17", "heal.interventions.intervention_id.pattern", "?HEAL-14"),
    Planted(SHEET, "B18", "heal.interventions.intervention_name.max_length", _LONG.strip()),
    Planted(SHEET, "H18", "heal.interventions.grant_amount.range", -6000),
    Planted(SURVEY_SHEET, "D7", "heal.survey_feedback.mentions_count.mentions_within_responses", 4000),
    Planted(SURVEY_SHEET, "C9", "heal.survey_feedback.responses_count.required", None),
    Planted(SURVEY_SHEET, "A12", "heal.survey_feedback.population_group.in_list", "Everyone"),
]

#: What makes two of the mistakes wrong, and keeps another one alone in its row.
_AROUND: Mapping[tuple[str, str], Value] = {
    (SHEET, "H14"): Decimal(9000),
    (SHEET, "H15"): Decimal(8500),
    (SHEET, "I18"): "USD",
}


@cache
def _listed(partner: str) -> tuple[Intervention, ...]:
    """The partner's interventions, from the table of invented ones beside this file."""
    return tuple(
        Intervention(
            name=row["name"],
            city=row["city"],
            state=row["state"],
            groups=row["groups"],
            barrier=row["barrier"],
            reach=float(row["reach"]),
            trained=float(row["trained"]),
            grant=int(row["grant"]),
            first=int(row["first"]),
            last=int(row["last"] or 99),
        )
        for row in read_table(Path(__file__).with_name("sample_interventions.csv"))
        if row["partner"] == partner
    )


def _interventions(partner: str, period: str, seed: int) -> list[dict[str, Value]]:
    """Interventions of a quarter with exact figures."""
    now, prefix = PERIODS.index(period), "HEAL" if partner == NORTH else "HS"
    rows: list[dict[str, Value]] = []
    for number, item in enumerate(_listed(partner), 1):
        since = SOUTH_SINCE if partner == SOUTH else PERIODS[0]
        begins = max(item.first - 1, PERIODS.index(since))
        if not begins <= now <= item.last:
            continue
        draw, age = dice(seed, partner, number, period), now - item.first
        stage = "Planned" if age < 0 else "Completed" if now == item.last else "Running"
        growth = 0.6 + 0.09 * min(age, 9)
        reached: int | None = about(draw, item.reach * growth) if age >= 0 else None
        if partner == SOUTH and item.city == "Mobile" and period == JUMP_PERIOD:
            reached = 190
        elif partner == SOUTH and item.city == "Mobile" and period > JUMP_PERIOD:
            reached = about(draw, 48)
        trained: int | None = about(draw, item.trained * growth, 0.4) if age >= 0 else None
        paid = stage == "Running" and draw.random() < 0.85
        rows.append(
            {
                "intervention_id": f"{prefix}-{number:03d}",
                "intervention_name": item.name,
                "city": item.city,
                "state_code": item.state,
                "population_groups": item.groups,
                "barrier_code": item.barrier,
                "stage": stage,
                "grant_amount": Decimal(round(item.grant * draw.uniform(0.8, 1.3) / 50) * 50) if paid else None,
                "grant_currency": "USD" if paid else None,
                "people_reached": reached,
                "people_trained": trained,
            }
        )
    return rows


def _survey(partner: str, period: str, seed: int) -> list[dict[str, Value]]:
    rows: list[dict[str, Value]] = []
    size = 1.0 if partner == NORTH else 0.45
    now = PERIODS.index(period)
    for group, base in _GROUPS.items():
        asked = about(dice(seed, partner, period, group), base * size * (1 + 0.03 * now), 0.1)
        for barrier, share in _BARRIERS.items():
            fall = 1 - 0.025 * now if barrier == "Not being listened to" else 1
            named = min(asked, about(dice(seed, partner, period, group, barrier), asked * share * fall, 0.2))
            rows.append(
                {
                    "population_group": group,
                    "barrier_code": barrier,
                    "responses_count": asked,
                    "mentions_count": few(named),
                }
            )
    return rows


def grants(period: str, seed: int) -> dict[str, Decimal]:
    """Grants in US dollars each sample partner reports for the quarter; what the ledger is compared with."""
    sums = {}
    for partner in (NORTH, SOUTH):
        if partner == NORTH or period >= SOUTH_SINCE:
            amounts = [row["grant_amount"] for row in _interventions(partner, period, seed)]
            sums[partner] = sum((item for item in amounts if isinstance(item, Decimal)), Decimal(0))
    return sums


def _sum(rows: list[dict[str, Value]], column: str) -> Value:
    return sum(value for row in rows if isinstance(value := row[column], int | Decimal))


def _masked(rows: list[dict[str, Value]]) -> list[Row | None]:
    return [
        {**row, "people_trained": few(trained) if isinstance(trained := row["people_trained"], int) else None}
        for row in rows
    ]


def _north_sheets(period: str, seed: int, with_total: bool = True) -> list[Sheet]:
    rows, year = _interventions(NORTH, period, seed), period[:4]
    total: Row = {
        "intervention_id": "Total",
        **{name: _sum(rows, name) for name in ("grant_amount", "people_reached", "people_trained")},
    }
    lines = _masked(rows)
    if year == "2025":
        lines.insert(4, None)
    if period == "2024-Q2":
        lines = [
            {**row, "grant_amount": f"${grant:,.0f}" if isinstance(grant := row["grant_amount"], Decimal) else None}
            for row in lines
            if row is not None
        ]
    head = titles("HEAL – quarterly return", "Sample partner (HEAL)", period)
    return [
        Sheet(SHEET, head, {**_LABELS, **_RENAMED.get(year, {})}, lines, total if with_total else None),
        Sheet(
            SURVEY_SHEET,
            titles("HEAL – patient survey", "Sample partner (HEAL)", period),
            {**_SURVEY_LABELS, **_SURVEY_RENAMED.get(year, {})},
            _survey(NORTH, period, seed),
        ),
    ]


def _north(out_dir: Path, period: str, seed: int) -> list[SampleReturn]:
    folder = out_dir / NORTH / period
    day = received(period, seed, NORTH)
    if period != PLANTED_PERIOD:
        path = write_xlsx(folder / f"HEAL return {period}.xlsx", _north_sheets(period, seed))
        return [SampleReturn(PROGRAM, NORTH, period, [path], day, note="two sheets in one workbook, with a totals row")]
    day = periods.last_day(period) + timedelta(days=12)
    bad = write_xlsx(
        folder / f"HEAL return {period}.xlsx",
        _north_sheets(period, seed, with_total=False),
        overlay={**_AROUND, **{(item.sheet, item.cell): item.value for item in PLANTED}},
    )
    good = write_xlsx(folder / f"HEAL return {period} corrected.xlsx", _north_sheets(period, seed))
    return [
        SampleReturn(PROGRAM, NORTH, period, [bad], day, note=f"{len(PLANTED)} planted mistakes", expect="returned"),
        SampleReturn(PROGRAM, NORTH, period, [good], day + timedelta(days=4), note="the mistakes corrected"),
    ]


def _south(out_dir: Path, period: str, seed: int) -> list[SampleReturn]:
    rows = _interventions(SOUTH, period, seed)
    if period != RESTATED:
        return [_south_files(out_dir / SOUTH / period, period, rows, seed)]
    twice = [row | {"people_reached": 2 * int(str(row["people_reached"]))} if at == 0 else row
             for at, row in enumerate(rows)]  # fmt: skip
    first = _south_files(out_dir / SOUTH / period / "first", period, twice, seed)
    reason = "Two clinics of one intervention had counted the same people."
    again = replace(
        _south_files(out_dir / SOUTH / period, period, rows, seed),
        received_on=date(2026, 9, 14),
        reason=reason,
        reason_code="double_counting_removed",
        note="corrected after the release",
    )
    return [replace(first, note="one intervention counts people twice"), again]


def _south_files(folder: Path, period: str, rows: list[dict[str, Value]], seed: int) -> SampleReturn:
    name = "Sample partner (HEAL South)"
    encoding = "utf-8-sig" if period < "2025-Q1" else "utf-8"
    first = Sheet(SHEET, titles("HEAL return", name, period), _LABELS, _masked(rows))
    second = Sheet(SURVEY_SHEET, titles("HEAL survey", name, period), _SURVEY_LABELS, _survey(SOUTH, period, seed))
    files = [
        write_csv(folder / f"interventions_{period}.csv", first, delimiter=";", decimal=",", encoding=encoding),
        write_csv(folder / f"survey_{period}.csv", second, delimiter=";", decimal=",", encoding=encoding),
    ]
    day = received(period, seed, SOUTH)
    if period == JUMP_PERIOD:
        note = "one intervention reaches more than ten times as many people: the county fair came to town"
        return SampleReturn(PROGRAM, SOUTH, period, files, day, note=note, expect="accepted_with_warnings")
    return SampleReturn(PROGRAM, SOUTH, period, files, day, note="two semicolon csv files with decimal commas")


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    found = [item for period in PERIODS for item in _north(out_dir, period, seed)]
    return found + [item for period in PERIODS if period >= SOUTH_SINCE for item in _south(out_dir, period, seed)]
