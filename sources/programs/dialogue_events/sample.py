"""Sample returns of three sample partners of the dialogues, each in its own way.

``sample_dialogues_fr`` sends two semicolon csv files in a Windows encoding with French headers and dates;
``sample_dialogues_us`` one xlsx with two sheets and a totals row, once with a row that is set aside;
``sample_dialogues_br`` an ods workbook with Portuguese headers. Codes are the labels of the template's
drop-downs. All figures are invented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from sources import periods
from sources.samples.model import PERIODS, Planted, SampleReturn, Value, about, day_in, dice, few, read_table, received
from sources.samples.writers import Row, Sheet, titles, write_csv, write_ods, write_xlsx

PROGRAM, FRANCE, STATES, BRAZIL = "dialogue_events", "sample_dialogues_fr", "sample_dialogues_us", "sample_dialogues_br"
QUARANTINED = "2025-Q3"
SHEET, ACTION_SHEET = "Dialogues", "Actions"
_PARTS = {
    "participants_community": 0.52,
    "participants_healthcare": 0.18,
    "participants_policy": 0.07,
    "participants_industry": 0.1,
    "participants_non_profit": 0.09,
    "participants_other": 0.04,
}
_SMALL = ("participants_policy", "participants_other")
_BARRIERS = (
    "Not being listened to",
    "Discrimination or bias in care",
    "Lack of trust in the health system",
    "Waiting time",
    "Language or interpretation",
    "Unclear health information",
    "Physical or communication access",
    "Cost of care or medicines",
    "Digital access",
    "Distance or transport",
)
_KINDS = ("Community dialogue", "Community dialogue", "Listening session", "Community dialogue", "Employee session")


@dataclass(frozen=True)
class Style:
    """A sample partner: who they are, where they meet, with whom, how often and how they call the columns."""

    name: str
    country: str
    since: str
    prefix: str
    many: int
    size: float
    places: tuple[str, ...]
    communities: tuple[str, ...]
    headers: Mapping[str, str]
    action_headers: Mapping[str, str]


_STYLES: Mapping[str, Style] = {
    FRANCE: Style(
        name="Sample partner (Dialogues France)",
        country="France",
        since="2024-Q2",
        prefix="DC",
        many=2,
        size=26,
        places=("Lyon", "Marseille", "Saint-Denis", "Lille", "Nîmes"),
        communities=(
            "Women",
            "Migrants and refugees",
            "Disabled people",
            "LGBTQ+ people",
            "Women; Migrants and refugees",
        ),
        headers={
            "dialogue_id": "N° du dialogue",
            "dialogue_date": "Date du dialogue",
            "place": "Lieu",
            "country_code": "Pays",
            "community": "Communauté",
            "kind": "Type de dialogue",
            "participants_community": "Participants – habitants et patients",
            "participants_healthcare": "Participants – professionnels de santé",
            "participants_policy": "Participants – décideurs publics",
            "participants_industry": "Participants – industrie",
            "participants_non_profit": "Participants – associations",
            "participants_other": "Participants – autres",
            "participants_total": "Participants – ensemble",
            "stakeholders": "Parties prenantes",
            "barriers_named": "Obstacles cités",
        },
        action_headers={
            "action_id": "N° de l'action",
            "dialogue_id": "N° du dialogue",
            "action_agreed": "Action convenue",
            "barriers_addressed": "Obstacles visés",
            "key_action": "Action clé",
            "owner_sector": "Responsable",
            "stage": "État",
            "agreed_on": "Convenue le",
            "done_on": "Réalisée le",
        },
    ),
    STATES: Style(
        name="Sample partner (Dialogues United States)",
        country="US",
        since="2024-Q1",
        prefix="LS",
        many=3,
        size=30,
        places=("Chicago", "Atlanta", "Houston", "Oakland", "Cleveland", "Jackson"),
        communities=("Black or African American", "Hispanic or Latino", "Disabled people", "LGBTQ+ people", "Women"),
        headers={
            "dialogue_id": "Dialogue no.",
            "dialogue_date": "Date held",
            "place": "City",
            "country_code": "Country",
            "community": "Population group",
            "kind": "Kind",
            "participants_community": "Community members",
            "participants_healthcare": "Healthcare professionals",
            "participants_policy": "Policy makers",
            "participants_industry": "Industry",
            "participants_non_profit": "Non-profits",
            "participants_other": "Others",
            "participants_total": "Total participants",
            "stakeholders": "Stakeholders",
            "barriers_named": "Barriers",
        },
        action_headers={
            "action_id": "Action no.",
            "dialogue_id": "From dialogue",
            "action_agreed": "What was agreed",
            "barriers_addressed": "Barriers addressed",
            "key_action": "Key action",
            "owner_sector": "Owner",
            "stage": "Status",
            "agreed_on": "Agreed on",
            "done_on": "Done on",
        },
    ),
    BRAZIL: Style(
        name="Sample partner (Dialogues Brazil)",
        country="Brasil",
        since="2025-Q1",
        prefix="RD",
        many=2,
        size=34,
        places=("São Paulo", "Salvador", "Recife", "Belém"),
        communities=("Black or African American", "Women", "Indigenous", "People on low incomes"),
        headers={
            "dialogue_id": "Número do diálogo",
            "dialogue_date": "Data do diálogo",
            "place": "Cidade",
            "country_code": "País",
            "community": "Comunidade",
            "kind": "Tipo de diálogo",
            "participants_community": "Participantes – comunidade",
            "participants_healthcare": "Participantes – profissionais de saúde",
            "participants_policy": "Participantes – gestores públicos",
            "participants_industry": "Participantes – indústria",
            "participants_non_profit": "Participantes – organizações",
            "participants_other": "Participantes – outros",
            "participants_total": "Participantes – todos",
            "stakeholders": "Partes interessadas",
            "barriers_named": "Barreiras citadas",
        },
        action_headers={
            "action_id": "Número da ação",
            "dialogue_id": "Número do diálogo",
            "action_agreed": "Ação acordada",
            "barriers_addressed": "Barreiras abordadas",
            "key_action": "Ação-chave",
            "owner_sector": "Responsável",
            "stage": "Situação",
            "agreed_on": "Acordada em",
            "done_on": "Concluída em",
        },
    ),
}
#: The impossible row of the 2025-Q3 workbook of ``sample_dialogues_us``: done before it was agreed.
PLANTED: list[Planted] = [
    Planted(ACTION_SHEET, "I6", "dialogue_events.actions.agreed_on.agreed_before_done", date(2020, 7, 4))
]


@cache
def _answers() -> dict[str, dict[str, str]]:
    """What can be agreed about a barrier, from the table beside this file; nothing is agreed about the others."""
    return {row["barrier"]: row for row in read_table(Path(__file__).with_name("sample_actions.csv"))}


def _dialogues(partner: str, period: str, seed: int) -> list[dict[str, Value]]:
    """Dialogues of a quarter with exact figures."""
    style = _STYLES[partner]
    age = PERIODS.index(period) - PERIODS.index(style.since)
    rows: list[dict[str, Value]] = []
    for number in range(1, style.many + dice(seed, partner, period).randint(0, 1) + age // 5 + 1):
        one = dice(seed, partner, period, number)
        size = style.size * (1 + 0.03 * age) * one.uniform(0.7, 1.4)
        parts: dict[str, int] = {name: about(one, size * share, 0.3) for name, share in _PARTS.items()}
        present = ["Community members", "Healthcare", "Policy and government", "Industry", "Non-profit organisations"]
        rows.append(
            {
                "dialogue_id": f"{style.prefix}-{period}-{number:02d}",
                "dialogue_date": day_in(period, one),
                "place": style.places[(age * 2 + number) % len(style.places)],
                "country_code": style.country,
                "community": style.communities[(age + number) % len(style.communities)],
                "kind": _KINDS[(age + number) % len(_KINDS)],
                **parts,
                "participants_total": sum(parts.values()),
                "stakeholders": "; ".join(who for who, part in zip(present, _PARTS, strict=False) if parts[part]),
                "barriers_named": "; ".join(one.sample(_BARRIERS, one.randint(2, 4))),
            }
        )
    return rows


def _actions(partner: str, period: str, seed: int) -> list[dict[str, Value]]:
    """Actions agreed in the quarter or earlier, as they stand; done and dropped ones are listed once."""
    style, rows = _STYLES[partner], list[dict[str, Value]]()
    for earlier in periods.between(style.since, period):
        age = PERIODS.index(period) - PERIODS.index(earlier)
        for dialogue in _dialogues(partner, earlier, seed):
            one = dice(seed, "action", dialogue["dialogue_id"])
            answers = [item for name in str(dialogue["barriers_named"]).split("; ") if (item := _answers().get(name))]
            lasts, dropped, moved = one.randint(2, 5), one.random() < 0.1, one.random() < 0.5
            if not answers or not moved or age > lasts:
                continue
            agreed, over = dialogue["dialogue_date"], age == lasts
            answer = answers[0]
            rows.append(
                {
                    "action_id": f"A-{dialogue['dialogue_id']}",
                    "dialogue_id": dialogue["dialogue_id"],
                    "action_agreed": answer["action"],
                    "barriers_addressed": answer["barrier"],
                    "key_action": answer["key_action"] or None,
                    "owner_sector": answer["owner"],
                    "stage": ("Dropped" if dropped else "Done") if over else "Under way" if age else "Agreed",
                    "agreed_on": agreed,
                    "done_on": periods.last_day(period) - timedelta(days=9) if over and not dropped else None,
                }
            )
    return rows


def _masked(rows: list[dict[str, Value]]) -> list[Row | None]:
    return [{**row, **{name: few(value) for name in _SMALL if isinstance(value := row[name], int)}} for row in rows]


def _sheets(partner: str, period: str, seed: int) -> list[Sheet]:
    style, rows = _STYLES[partner], _dialogues(partner, period, seed)
    total: Row | None = None
    if partner == STATES:
        sums = {part: sum(int(str(row[part])) for row in rows) for part in (*_PARTS, "participants_total")}
        total = {"dialogue_id": "Total", **sums}
    first = titles("Dialogues", style.name, period)
    second = titles("Actions agreed", style.name, period)
    return [
        Sheet(SHEET, first, style.headers, _masked(rows), total),
        Sheet(ACTION_SHEET, second, style.action_headers, list[Row | None](_actions(partner, period, seed))),
    ]


def _return(out_dir: Path, partner: str, period: str, seed: int) -> SampleReturn:
    folder, day, sheets = out_dir / partner / period, received(period, seed, partner), _sheets(partner, period, seed)
    if partner == FRANCE:
        files = [
            write_csv(folder / f"{name}_{period}.csv", sheet, delimiter=";", date_format="%d/%m/%Y", encoding="cp1252")
            for name, sheet in zip(("dialogues", "actions"), sheets, strict=True)
        ]
        return SampleReturn(PROGRAM, partner, period, files, day, note="two csv files with French headers")
    if partner == BRAZIL:
        path = write_ods(folder / f"Dialogos {period}.ods", sheets)
        return SampleReturn(PROGRAM, partner, period, [path], day, note="an ods workbook with Portuguese headers")
    path = folder / f"Listening {period}.xlsx"
    if period == QUARANTINED:
        write_xlsx(path, sheets, overlay={(item.sheet, item.cell): item.value for item in PLANTED})
        note = "one action done before it was agreed is set aside"
        return SampleReturn(PROGRAM, partner, period, [path], day, note=note, expect="partially_accepted")
    write_xlsx(path, sheets)
    return SampleReturn(PROGRAM, partner, period, [path], day, note="two sheets in one workbook, with a totals row")


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    return [
        _return(out_dir, partner, period, seed)
        for partner, style in _STYLES.items()
        for period in PERIODS
        if period >= style.since
    ]
