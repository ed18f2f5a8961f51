"""Published tables of a small invented coalition, shaped as the warehouse publishes them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from exports.published import Published, write_published
from exports.table import KPI_COLUMNS
from tests.unit.exports.invented.coalition import AS_OF, INDICATORS, META, PERIODS, PROGRAMS, SCRIPT, program_rows
from tests.unit.exports.invented.heard import (
    heard_rows,
    key_action_rows,
    lead_heard_rows,
    named_rows,
    released_action_rows,
)
from tests.unit.exports.invented.money import (
    cost_rows,
    euros,
    goal_rows,
    investment_by_rows,
    investment_rows,
    leverage_rows,
    program_money_rows,
    released_leverage_rows,
)
from tests.unit.exports.invented.reach import contribution_rows, double_count_rows, reach_rows
from tests.unit.exports.invented.said import claim_rows, lead_claim_rows, lead_comment_rows, released_comment_rows
from tests.unit.exports.invented.trust import (
    poll_rows,
    restoring_rows,
    trust_change_rows,
    trust_estimate_rows,
    trust_gap_rows,
)
from tests.unit.exports.invented.values import (
    breakdown_rows,
    indicator_row_rows,
    kpi_rows,
    obligation_rows,
    progress_rows,
    released_breakdown_rows,
)

_MONEY = pa.decimal128(18, 2)
_NUMBER = pa.decimal128(24, 4)
_DECIMALS = {
    "value",
    "value_low",
    "value_high",
    "baseline_value",
    "target_value",
    "attainment_pct",
    "required_per_year",
    "observed_per_year",
    "forecast_2030",
    "forecast_2030_low",
    "forecast_2030_high",
    "share_paid_pct",
    "share_committed_pct",
    "elapsed_pct",
    "heard_count_low",
    "heard_count_high",
    "rate",
    "claimed_value",
    "tolerance",
    "reach_low",
    "reach_high",
    "counted_twice",
    "people_low",
    "people_high",
    "leverage",
    "paid_share_pct",
}


def tables() -> dict[str, tuple[str, tuple[str, ...], list[dict[str, Any]]]]:
    """Every published table: audience, ordering columns, rows."""
    definitions = [
        {
            "program_code": row[1],
            "program_name": PROGRAMS[row[1]],
            "indicator_code": row[0],
            "indicator_name": row[2],
            "definition": f"{row[2]}, counted as the reference sheet says",
            "unit": row[3],
            "kind": row[4],
            "level": "output",
            "headline_span": row[5],
            "counts_people": row[6],
            "direction": "increase",
            "arithmetic": "Summed over quarters and partners",
            "sdg_target": "10.2" if row[1] == "heal" else None,
            "target_value": row[9],
            "target_year": 2030,
            "target_basis": row[10],
            "target_source": "Planning assumption" if row[10] == "assumed" else "“Invest €50m”",
            "numerator": None,
            "denominator": None,
            "means_of_verification": "Quarterly return of the program",
            "limits": SCRIPT if row[1] == "heal" else None,
            "version": 1,
            "effective_from": "2023-Q2",
        }
        for row in INDICATORS
    ]
    build = [{"as_of": AS_OF, "is_synthetic": True, "sentence": "Synthetic sample: every figure is invented."}]
    grants = [
        {
            "program_code": "heal",
            "program_name": PROGRAMS["heal"],
            "period": period,
            "reported_eur": euros(0.25),
            "paid_eur": euros(0.24 if period == PERIODS[-1] else 0.25),
            "difference_eur": euros(0.01 if period == PERIODS[-1] else 0),
            "reconciliation_status": "differs" if period == PERIODS[-1] else "matches",
            "is_synthetic": True,
        }
        for period in PERIODS
    ]
    kpi = [{name: row[name] for name in KPI_COLUMNS} for row in kpi_rows()]
    return {
        "pub_leads__kpi": ("restricted", ("program_code", "indicator_code", "period", "span"), kpi),
        "pub_leads__kpi_breakdown": ("restricted", ("indicator_code", "period", "dimension"), breakdown_rows()),
        "pub_leads__indicator_rows": ("restricted", ("indicator_code", "period"), indicator_row_rows()),
        "pub_leads__double_counts": ("restricted", ("program_code", "period"), double_count_rows()),
        "pub_leads__commentary": ("restricted", ("program_code", "period"), lead_comment_rows()),
        "pub_leads__obligations": ("restricted", ("program_code", "partner_code", "period"), obligation_rows()),
        "pub_leads__investment": ("restricted", ("year", "program_code"), investment_rows()),
        "pub_leads__grants_reconciled": ("restricted", ("program_code", "period"), grants),
        "pub_leadership__goal": ("release", ("goal_code",), goal_rows()),
        "pub_leadership__investment_by": ("release", ("dimension", "member_code"), investment_by_rows()),
        "pub_leadership__program_money": ("release", ("program_code", "dimension"), program_money_rows()),
        "pub_leads__reach": ("restricted", ("period", "program_code"), reach_rows("leads")),
        "pub_leads__contributions": ("restricted", ("contribution_code", "period"), contribution_rows("leads")),
        "pub_leads__cost_per_outcome": ("restricted", ("program_code", "indicator_code"), cost_rows()),
        "pub_leads__leverage": ("restricted", ("program_code",), leverage_rows()),
        "pub_leadership__reach": ("release", ("period",), reach_rows("release")),
        "pub_leadership__contributions": ("release", ("contribution_code", "period"), contribution_rows("release")),
        "pub_leadership__progress": ("release", ("program_code", "indicator_code", "year"), progress_rows()),
        "pub_leadership__breakdown": ("release", ("indicator_code", "dimension"), released_breakdown_rows()),
        "pub_leadership__heard_to_done": ("release", ("barrier_code",), heard_rows()),
        "pub_leads__heard_to_done": ("restricted", ("barrier_code", "program_code"), lead_heard_rows()),
        "pub_leads__key_actions": ("restricted", ("key_action_code", "item_kind", "item_code"), key_action_rows()),
        "pub_leads__named_items": ("restricted", ("program_code", "item_kind", "item_code"), named_rows()),
        "pub_leadership__claims": ("release", ("claim_code",), claim_rows()),
        "pub_leads__claims": ("restricted", ("claim_code",), lead_claim_rows()),
        "pub_leads__trust_estimates": ("restricted", ("wave_code", "area_code", "group_code"), trust_estimate_rows()),
        "pub_leads__polls": ("restricted", ("wave_code", "country_code"), poll_rows()),
        "pub_leadership__trust_gaps": ("release", ("wave_code", "area_code", "group_order"), trust_gap_rows()),
        "pub_leadership__trust_changes": ("release", ("area_code", "group_order"), trust_change_rows()),
        "pub_leadership__restoring_actions": ("release", ("wave_code", "area_code", "action_rank"), restoring_rows()),
        "pub_meta__definitions": ("release", ("program_code", "indicator_code"), definitions),
        "pub_leadership__leverage": ("release", ("program_code",), released_leverage_rows()),
        "pub_leadership__key_actions": ("release", ("key_action_code",), released_action_rows()),
        "pub_leadership__commentary": ("release", ("comment_id",), released_comment_rows()),
        "pub_meta__programs": ("release", ("program_code",), program_rows()),
        "pub_meta__build": ("release", ("as_of",), build),
    }


def _arrow(rows: list[dict[str, Any]]) -> pa.Table:
    columns: dict[str, pa.Array] = {}
    for name in rows[0]:
        values = [row[name] for row in rows]
        kind = _MONEY if name.endswith("_eur") else _NUMBER if name in _DECIMALS else None
        if kind is not None:
            values = [None if value is None else round(Decimal(str(value)), kind.scale) for value in values]
        elif all(value is None for value in values):
            kind = pa.string()
        columns[name] = pa.array(values, kind)
    return pa.table(columns)


def warehouse(changed: dict[str, list[dict[str, Any]]] | None = None) -> tuple[duckdb.DuckDBPyConnection, list[Any]]:
    """A warehouse in memory with the published schema, and the list of its models."""
    connection = duckdb.connect()
    connection.execute("create schema published")
    models = []
    for name, (audience, order_by, rows) in tables().items():
        given = (changed or {}).get(name, rows)
        connection.register("rows_in", _arrow(given or rows).slice(0, len(given)))
        connection.execute(f"create table published.{name} as select * from rows_in")
        connection.unregister("rows_in")
        models.append((name, audience, order_by))
    return connection, models


def publish(root: Path, changed: dict[str, list[dict[str, Any]]] | None = None) -> Published:
    """Publish the fixture under a folder and open it."""
    connection, models = warehouse(changed)
    write_published(connection, models, root, META)
    return Published.open(root)
