"""The KPI table as frame, as records and in the terminal; the wording of values."""

from __future__ import annotations

import json

import pytest
from rich.console import Console

from exports import wording
from exports.published import Published
from exports.table import KPI_COLUMNS, kpi_frame, kpi_records, trend
from exports.terminal import kpi_text, sparkline


def test_headline_rows_of_the_latest_period(published: Published) -> None:
    frame = kpi_frame(published)
    assert set(KPI_COLUMNS) <= set(frame.columns)
    assert set(frame["period"]) == {"2026-Q3"}
    assert len(frame) == 8
    assert frame["is_headline"].all()


def test_choices(published: Published) -> None:
    assert set(kpi_frame(published, "heal")["program_code"]) == {"heal"}
    assert set(kpi_frame(published, period="2025-Q1")["period"]) == {"2025-Q1"}
    assert set(kpi_frame(published, span="quarter")["span"]) == {"quarter"}
    with pytest.raises(ValueError, match=r"There is no program “moon”\. Choose one of: cheer, finance, heal\."):
        kpi_frame(published, "moon")
    with pytest.raises(ValueError, match=r"There are no figures for “2031-Q1”\. Figures run from 2024-Q1 to 2026-Q3\."):
        kpi_frame(published, period="2031-Q1")
    with pytest.raises(ValueError, match=r"There is no span “month”\. Choose one of: headline, quarter"):
        kpi_frame(published, span="month")


def test_records_are_json_with_numbers_and_nulls(published: Published) -> None:
    records = json.loads(json.dumps(kpi_records(published), allow_nan=False))
    by_code = {record["indicator"]: record for record in records}
    missing = by_code["cheer_youth_leaders"]
    assert missing["value"] is None
    assert missing["coverage"] == {"met": 0, "due": 1, "share_of_last_value_pct": 0}
    assert missing["data_status"] == "no_data"
    reach = by_code["heal_people_reached"]
    assert (reach["value"], reach["value_low"], reach["value_high"]) == (None, 910, 6710)
    trained = by_code["heal_people_trained"]
    assert trained["value"] == 770
    assert trained["attainment"] == 19.2
    assert trained["origins"] == ["sub-001", "sub-002"]
    assert trained["is_synthetic"] is True
    assert {
        "program",
        "name",
        "period",
        "span",
        "unit",
        "target",
        "target_year",
        "target_basis",
        "progress_status",
    } <= set(trained)


def test_trend_leaves_gaps(published: Published) -> None:
    quarters, series = trend(published)
    assert quarters[0] == "2024-Q4"
    assert quarters[-1] == "2026-Q3"
    assert series["cheer_youth_leaders"][-1] is None
    assert series["heal_interventions_active"][-1] == 14


def test_terminal_fits_110_columns_and_says_what_it_is(published: Published) -> None:
    console = Console(width=110, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    console.print(kpi_text(published))
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= 110
    assert wording.SYNTHETIC in text
    assert "910–6,710" in text
    assert "no data" in text
    assert "* assumed target" in text
    assert "1 return missing" in text
    assert "returns missing: whether the target is in reach is said only once every return due is in." in text
    people = next(line for line in text.splitlines() if line.startswith("People reached by interventions"))
    assert " ".join(people.split()) == (
        "People reached by interventions 910–6,710 ▄▅▅▆▆▇▇█ 30,000* ≥3% 1 of 1 ▼ behind"
    )
    assert text.index("CHEER") < text.index("Investment ledger") < text.index("HEAL")


def test_sparkline() -> None:
    assert sparkline([0, None, 2, 4]) == "▁ ▄█"
    assert sparkline([]) == ""
    assert sparkline([0, 0]) == "▁▁"


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (24_600_000, "€24.6m"),
        (50_000_000, "€50m"),
        (999_500, "€1m"),
        (640_000, "€640k"),
        (9_876.4, "€9,876"),
        (0, "€0"),
        (-1_250.25, "−€1,250"),
        (-0.3, "€0"),
        (1_200_000_000, "€1.2bn"),
        (None, "no data"),
    ],
)
def test_money(amount: float | None, shown: str) -> None:
    assert wording.money(amount) == shown


@pytest.mark.parametrize(
    ("met", "due", "share", "shown"),
    [
        (22, 23, 95.65, "22 of 23 (95.7%)"),
        (22, 23, None, "22 of 23"),
        (23, 23, 100, "23 of 23"),
        (0, 2, 0, "0 of 2"),
        (None, 2, None, "0 of 2"),
        (0, 0, None, "none due"),
        (None, None, None, "no data"),
    ],
)
def test_coverage_says_how_much_of_the_last_value_is_in_where_some_is_missing(met, due, share, shown) -> None:
    assert wording.coverage(met, due, share) == shown


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ({"value": 0, "unit": "people"}, "0"),
        ({"value": None, "value_low": None, "value_high": None, "unit": "people"}, "no data"),
        ({"value": None, "value_low": 1200, "value_high": 3400, "unit": "people"}, "1,200–3,400"),
        ({"value": None, "value_low": 1200, "value_high": None, "unit": "people"}, "at least 1,200"),
        ({"value": None, "value_low": 40, "value_high": 47.25, "unit": "percent"}, "40–47.2%"),
        ({"value": None, "value_low": -5, "value_high": 3, "unit": "people"}, "−5 to 3"),
        ({"value": 7, "unit": "people", "is_suppressed": True, "display": "1–10"}, "1–10 (hidden)"),
        ({"unit": "people", "is_suppressed": True, "display": "suppressed"}, "hidden (small numbers)"),
        ({"value": None, "unit": "people", "kind": "reach", "is_suppressed": True}, "hidden (small numbers)"),
        ({"value": 7, "unit": "percent", "kind": "ratio", "is_suppressed": True}, "hidden (small numbers)"),
    ],
)
def test_value_text(row: dict[str, object], shown: str) -> None:
    assert wording.value_text(row) == shown
