"""Sample returns of the three sample partners of the country actions, each in its own language and layout.

Brazil sends semicolon csv with Portuguese headers, decimal commas and days first; Japan a workbook with Japanese
headers, in which one space closes; the United States an ods of one row, with a jump when the tool goes national. All
figures are invented.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sources import periods
from sources.samples.model import PERIODS, SampleReturn, Value, about, day_in, dice, few, received
from sources.samples.writers import Row, Sheet, titles, write_csv, write_ods, write_xlsx

PROGRAM = "country_actions"
BRAZIL, JAPAN, US = (f"sample_country_actions_{country}" for country in ("brazil", "japan", "us"))
BRAZIL_SINCE, JAPAN_SINCE, US_SINCE, NATIONAL = "2024-Q3", "2025-Q1", "2025-Q2", "2026-Q1"
#: Quarter whose return from Brazil comes in after it was released.
LATE = "2026-Q2"
_BRAZIL_LABELS = {
    "action_id": "Código da ação",
    "action_name": "Nome da ação",
    "action_kind": "Tipo de ação",
    "city": "Município",
    "held_on": "Data do treinamento",
    "training_hours": "Carga horária",
    "people_trained": "Profissionais treinados",
}
_BRAZIL_CITIES = ("São Paulo", "Recife", "Salvador", "Belém", "Manaus", "Porto Alegre")
_BRAZIL_TRAININGS = (
    ("Sensibilidade cultural no atendimento", 7.5),
    ("Pesquisa inclusiva: quem fica de fora", 4.0),
    ("Escuta de populações indígenas", 6.0),
    ("Acolhimento de pessoas LGBTQIA+", 3.5),
)
_JAPAN_LABELS = {
    "action_id": "活動ID",
    "action_name": "活動名",
    "action_kind": "種類",
    "city": "都市",
    "opened_on": "開設日",
    "closed_on": "終了日",
}
_JAPAN_SPACES = (
    ("職場の相談スペース", "Tokyo", date(2025, 1, 15), None),
    ("クリニック待合室の表示", "Tokyo", date(2025, 2, 20), None),
    ("薬局のアライ窓口", "Osaka", date(2025, 3, 3), date(2026, 2, 27)),
    ("大学病院の相談日", "Kyoto", date(2025, 6, 12), None),
    ("オンライン交流会", None, date(2025, 9, 2), None),
    ("地域センターの広場", "Fukuoka", date(2025, 11, 17), None),
    ("薬局のアライ窓口", "Nagoya", date(2026, 2, 9), None),
    ("支社の相談スペース", "Sapporo", date(2026, 5, 25), None),
    ("クリニック待合室の表示", "Osaka", date(2026, 8, 3), None),
)
_US_LABELS = {
    "action_id": "Action ID",
    "action_name": "Action",
    "action_kind": "Kind of action",
    "opened_on": "Went live on",
    "active_users": "CHWs using it",
}
_US_USERS = (38, 64, 85, 620, 790, 960)


def _brazil(out_dir: Path, period: str, seed: int) -> SampleReturn:
    age, rows = PERIODS.index(period) - PERIODS.index(BRAZIL_SINCE), list[Row | None]()
    for number in range(1, 4 + age // 3 + dice(seed, BRAZIL, period).randint(0, 2)):
        draw = dice(seed, BRAZIL, period, number)
        name, hours = _BRAZIL_TRAININGS[(age + number) % len(_BRAZIL_TRAININGS)]
        values: dict[str, Value] = {
            "action_id": f"BR-{period}-{number:02d}",
            "action_name": name,
            "action_kind": "Treinamento",
            "city": _BRAZIL_CITIES[(age * 2 + number) % min(len(_BRAZIL_CITIES), 3 + age // 2)],
            "held_on": day_in(period, draw),
            "training_hours": hours,
            "people_trained": few(about(draw, 19 + 1.5 * age, 0.5)),
        }
        rows.append(values)
    sheet = Sheet(
        "Ações", titles("Ações no Brasil", "Sample partner (Country actions, Brazil)", period), _BRAZIL_LABELS, rows
    )
    path = out_dir / BRAZIL / period / f"acoes_{period}.csv"
    write_csv(path, sheet, delimiter=";", decimal=",", date_format="%d/%m/%Y", encoding="cp1252")
    note = "semicolon csv in Portuguese, decimal commas, day first"
    day = date(2026, 9, 3) if period == LATE else received(period, seed, BRAZIL)
    return SampleReturn(PROGRAM, BRAZIL, period, [path], day, note=f"{note}, a month late" if period == LATE else note)


def _japan(out_dir: Path, period: str, seed: int) -> SampleReturn:
    end, rows = periods.last_day(period), list[Row | None]()
    for number, (name, city, opened, closed) in enumerate(_JAPAN_SPACES, 1):
        if opened <= end:
            values: dict[str, Value] = {
                "action_id": f"JP-{number:02d}",
                "action_name": name,
                "action_kind": "セーファースペース",
                "city": city,
                "opened_on": opened,
                "closed_on": closed if closed and closed <= end else None,
            }
            rows.append(values)
    head = titles("Pharma for Pride", "Sample partner (Country actions, Japan)", period)
    path = write_xlsx(
        out_dir / JAPAN / period / f"pharma_for_pride_{period}.xlsx", [Sheet("活動一覧", head, _JAPAN_LABELS, rows)]
    )
    return SampleReturn(
        PROGRAM, JAPAN, period, [path], received(period, seed, JAPAN), note="a workbook with Japanese headers"
    )


def _us(out_dir: Path, period: str, seed: int) -> SampleReturn:
    users = _US_USERS[PERIODS.index(period) - PERIODS.index(US_SINCE)]
    row: Row = {
        "action_id": "US-01",
        "action_name": "Conversation guide for community health workers",
        "action_kind": "Digital tool",
        "opened_on": date(2025, 4, 14),
        "active_users": about(dice(seed, US, period), users, 0.05),
    }
    head = titles("Digital tool for CHWs", "Sample partner (Country actions, United States)", period)
    path = write_ods(out_dir / US / period / f"chw tool {period}.ods", [Sheet("Tool", head, _US_LABELS, [row])])
    day = received(period, seed, US)
    if period == NATIONAL:
        note = "seven times as many users: the tool went national"
        return SampleReturn(PROGRAM, US, period, [path], day, note=note, expect="accepted_with_warnings")
    return SampleReturn(PROGRAM, US, period, [path], day, note="one row in an ods")


def returns(out_dir: Path, seed: int) -> list[SampleReturn]:
    """Write the sample returns of the program below ``out_dir``."""
    written = ((_brazil, BRAZIL_SINCE), (_japan, JAPAN_SINCE), (_us, US_SINCE))
    return [write(out_dir, period, seed) for write, since in written for period in PERIODS if period >= since]
