"""The KPI table as a frame and as JSON-ready records: what ``impact kpi`` and the workbooks show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from exports import safe
from exports.published import Published
from sources import periods

KPI = "pub_leads__kpi"
SPANS = ("headline", "quarter", "year_to_date", "since_start", "all")

#: Columns of ``pub_leads__kpi``; one row per indicator, period and span.
KPI_COLUMNS = (
    "program_code",
    "program_name",
    "indicator_code",
    "indicator_name",
    "definition",
    "unit",
    "kind",
    "level",
    "pillar_code",
    "key_action_code",
    "period",
    "period_end_date",
    "span",
    "is_headline",
    "value",
    "value_low",
    "value_high",
    "coverage_met",
    "coverage_due",
    "coverage_share_pct",
    "data_status",
    "baseline_value",
    "target_value",
    "target_year",
    "target_basis",
    "planned_value",
    "attainment_pct",
    "required_per_year",
    "observed_per_year",
    "forecast_2030",
    "forecast_2030_low",
    "forecast_2030_high",
    "progress_status",
    "partner_count",
    "origin_submissions",
    "footnote",
    "counts_people",
    "is_synthetic",
)


def kpi_frame(
    published: Published, program: str | None = None, period: str | None = None, span: str = "headline"
) -> pd.DataFrame:
    """KPI rows of one period, ordered by program, indicator and span.

    Args:
        published: The build to read.
        program: A program code; all programs by default.
        period: A quarter such as ``2026-Q3``, or ``all``; by default the latest with returns due.
        span: ``headline`` (each indicator's own span), a span, or ``all``.

    Raises:
        ValueError: The program, period or span is not in the build; the sentence says what is.
    """
    if span not in SPANS:
        raise ValueError(f"There is no span “{span}”. Choose one of: {', '.join(SPANS)}.")
    frame = with_columns(published.frame(KPI), KPI_COLUMNS)
    if program is not None:
        known = sorted(set(frame["program_code"].dropna()))
        if program not in known:
            raise ValueError(f"There is no program “{program}”. Choose one of: {', '.join(known)}.")
        frame = frame[frame["program_code"] == program]
    if period is None:
        period = latest_period(frame)
    if period != "all":
        known = sorted(set(frame["period"].dropna()))
        if period not in known:
            raise ValueError(f"There are no figures for “{period}”. Figures run from {known[0]} to {known[-1]}.")
        frame = frame[frame["period"] == period]
    if span == "headline":
        frame = frame[frame["is_headline"].fillna(False)]
    elif span != "all":
        frame = frame[frame["span"] == span]
    return frame.sort_values(["program_code", "indicator_code", "period", "span"], kind="stable", ignore_index=True)


def latest_period(frame: pd.DataFrame) -> str:
    """The newest quarter for which a return was due or a value is there.

    Raises:
        ValueError: The frame has no rows.
    """
    if frame.empty:
        raise ValueError("There are no KPI rows yet.")
    filled = frame["value"].notna() | frame["value_low"].notna() | frame["value_high"].notna()
    spoken = frame[(frame["coverage_due"].fillna(0) > 0) | (filled & (frame["span"] == "quarter"))]
    return str((frame if spoken.empty else spoken)["period"].max())


def kpi_records(
    published: Published, program: str | None = None, period: str | None = None, span: str = "headline"
) -> list[dict[str, Any]]:
    """The rows of :func:`kpi_frame` as JSON-safe objects: numbers as numbers, missing as ``None``."""
    return [_record(row) for row in rows(kpi_frame(published, program, period, span))]


def _record(row: dict[str, Any]) -> dict[str, Any]:
    record = {
        "program": row["program_code"],
        "program_name": row["program_name"],
        "indicator": row["indicator_code"],
        "name": row["indicator_name"],
        "definition": row["definition"],
        "kind": row["kind"],
        "period": row["period"],
        "period_end": row["period_end_date"],
        "span": row["span"],
        "value": row["value"],
        "value_low": row["value_low"],
        "value_high": row["value_high"],
        "unit": row["unit"],
        "coverage": {
            "met": row["coverage_met"],
            "due": row["coverage_due"],
            "share_of_last_value_pct": row["coverage_share_pct"],
        },
        "data_status": row["data_status"],
        "baseline": row["baseline_value"],
        "target": row["target_value"],
        "target_year": row["target_year"],
        "target_basis": row["target_basis"],
        "planned": row["planned_value"],
        "attainment": row["attainment_pct"],
        "required_per_year": row["required_per_year"],
        "observed_per_year": row["observed_per_year"],
        "forecast_2030": row["forecast_2030"],
        "forecast_2030_low": row["forecast_2030_low"],
        "forecast_2030_high": row["forecast_2030_high"],
        "progress_status": row["progress_status"],
        "partners": row["partner_count"],
        "origins": [part for part in (row["origin_submissions"] or "").split("; ") if part],
        "footnote": row["footnote"],
        "is_synthetic": row["is_synthetic"],
    }
    return {key: json_safe(value) for key, value in record.items()}


def json_safe(value: Any) -> Any:
    """A value JSON can hold: dates as ISO text, whole floats as integers, missing as ``None``."""
    if isinstance(value, dict):
        return {key: json_safe(part) for key, part in value.items()}
    if isinstance(value, list):
        return [json_safe(part) for part in value]
    value = safe.plain(value)
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as dictionaries of plain Python values."""
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, record, strict=True)) for record in safe.records(frame)]


def with_columns(frame: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """The frame with each of the named columns; one it lacks is there and empty."""
    missing = [name for name in names if name not in frame.columns]
    return frame.assign(**{name: pd.array([pd.NA] * len(frame), dtype=object) for name in missing})


def trend(published: Published, quarters: int = 8) -> tuple[list[str], dict[str, list[float | None]]]:
    """The quarterly values of each indicator up to the latest period.

    Returns:
        The quarters, oldest first, and per indicator its values; the lower bound where only bounds
        are known, ``None`` where nothing is.
    """
    frame = with_columns(published.frame(KPI), KPI_COLUMNS)
    if frame.empty:
        return [], {}
    last = latest_period(frame)
    window = periods.between(periods.shift(last, 1 - quarters), last)
    frame = frame[(frame["span"] == "quarter") & frame["period"].isin(window)]
    series: dict[str, list[float | None]] = {}
    for row in rows(frame[["indicator_code", "period", "value", "value_low"]]):
        points = series.setdefault(row["indicator_code"], [None] * len(window))
        points[window.index(row["period"])] = row["value_low"] if row["value"] is None else row["value"]
    return window, series
