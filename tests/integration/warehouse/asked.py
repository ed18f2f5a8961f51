"""Rows of the built warehouse, asked for by what they are about."""

from __future__ import annotations

from typing import Any

import duckdb


def one(warehouse: duckdb.DuckDBPyConnection, table: str, **where: Any) -> dict[str, Any]:
    """The only row of a published table with these values."""
    clause = " and ".join(f'"{name}" = ?' for name in where)
    cursor = warehouse.execute(f"select * from published.{table} where {clause}", list(where.values()))
    names = [column[0] for column in cursor.description]
    rows = cursor.fetchall()
    assert len(rows) == 1, f"{len(rows)} rows of {table} for {where}"
    return dict(zip(names, rows[0], strict=True))


def kpi(
    warehouse: duckdb.DuckDBPyConnection, code: str, period: str = "2025-Q1", span: str | None = None
) -> dict[str, Any]:
    """A KPI row; the headline span unless one is named."""
    chosen: dict[str, Any] = {"is_headline": True} if span is None else {"span": span}
    return one(warehouse, "pub_leads__kpi", indicator_code=code, period=period, **chosen)
