"""Sums over spans: the SQL of the mart itself beside the plain definition, quarter by quarter and partner by partner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.dbt_project.test_reach import compiled

QUARTERS = range(8104, 8111)
SPANS = [
    (f"{number}-{name}", begin, end)
    for number, end in enumerate(QUARTERS)
    for name, begin in (("quarter", end), ("year_to_date", end // 4 * 4), ("since_start", QUARTERS[0]))
]


class Report(NamedTuple):
    partner: str
    quarter: int
    country: str | None
    value: int
    base: int
    is_approved: bool


@pytest.fixture(scope="module")
def spans() -> Iterator[Any]:
    """Rows of the mart by span, dimension and member, for a kind, reports and last quarters of partners."""
    with duckdb.connect() as connection:
        connection.execute("set threads = 1")
        connection.execute("create table dim_partner (program_code text, partner_code text, last_period_index integer)")
        connection.execute(
            "create table int_spans__spined (indicator_code text, program_code text, kind text, overlap text, unit text, "
            "period text, span text, from_index integer, to_index integer)"
        )
        connection.execute(
            "create table fct_indicator_values (indicator_code text, partner_code text, country_code text, "
            "population_group_code text, place text, place_key text, period_index integer, denominator decimal(24, 4), "
            "value_low decimal(24, 4), value_high decimal(24, 4), submission_ids text, is_approved boolean)"
        )
        sql = compiled("fct_indicator_spans")

        def made(kind: str, reports: list[Report], last: dict[str, int | None]) -> dict[tuple[str, str, str], Any]:
            for table in ("dim_partner", "int_spans__spined", "fct_indicator_values"):
                connection.execute(f"delete from {table}")
            connection.executemany(
                "insert into dim_partner values ('heal', $1, $2)", [list(one) for one in last.items()]
            )
            connection.executemany(
                "insert into int_spans__spined values ('i', 'heal', $1, 'unknown', 'items', $2, $2, $3, $4)",
                [[kind, *span] for span in SPANS],
            )
            connection.executemany(
                "insert into fct_indicator_values values ('i', $1, $2, null, null, null, $3, $4, $5, $5, $6, $7)",
                [
                    [one.partner, one.country, one.quarter, one.base, one.value, _return(one), one.is_approved]
                    for one in reports
                ],
            )
            found = connection.execute(
                "select span, dimension, member_code, numerator_low, denominator, partner_count, carried_partner_count, "
                f"is_approved, origin_submissions from ({sql}) where dimension <> 'population_group'"
            ).fetchall()
            return {(span, dimension, member): values for span, dimension, member, *values in found}

        yield made


def _return(report: Report) -> str:
    return f"{report.partner}{report.quarter}"


def expected(kind: str, reports: list[Report], last: dict[str, int | None]) -> dict[tuple[str, str, str], Any]:
    """The definition: which quarters of which partners count in a span, and what their rows come to."""
    found = {}
    for span, begin, end in SPANS:
        counting = []
        for partner in {one.partner for one in reports}:
            quarters = {one.quarter for one in reports if one.partner == partner and begin <= one.quarter <= end}
            if kind == "stock":
                left = last[partner]
                quarters = {max(quarters)} if quarters and (left is None or left >= end) else set()
            counting += [one for one in reports if one.partner == partner and one.quarter in quarters]
        members = {("total", "total"): counting}
        for one in counting:
            members.setdefault(("partner", one.partner), []).append(one)
            members.setdefault(("country", one.country or "not_split"), []).append(one)
        for (dimension, member), rows in members.items():
            if not rows or (kind == "ratio" and not sum(one.base for one in rows)):
                continue
            values = [one.value for one in rows]
            carried = {one.partner for one in rows if kind == "stock" and one.quarter < end}
            found[span, dimension, member] = [
                max(values) if kind == "reach" else sum(values),
                sum(one.base for one in rows),
                len({one.partner for one in rows}),
                len(carried),
                all(one.is_approved for one in rows),
                "; ".join(sorted({_return(one) for one in rows})) if dimension == "total" else None,
            ]
    return found


REPORTS = st.lists(
    st.builds(
        Report,
        partner=st.sampled_from("abc"),
        quarter=st.sampled_from(QUARTERS),
        country=st.sampled_from(["US", "KE", None]),
        value=st.integers(0, 9),
        base=st.integers(0, 3),
        is_approved=st.booleans(),
    ),
    min_size=1,
    max_size=14,
    unique_by=lambda one: (one.partner, one.quarter, one.country),
)
LAST = st.fixed_dictionaries({partner: st.none() | st.sampled_from(QUARTERS) for partner in "abc"})


@pytest.mark.parametrize("kind", ["flow", "stock", "ratio", "reach"])
@settings(deadline=None, max_examples=40)
@given(reports=REPORTS, last=LAST)
def test_a_span_counts_what_its_definition_counts(spans, kind, reports, last):
    assert spans(kind, reports, last) == expected(kind, reports, last)
