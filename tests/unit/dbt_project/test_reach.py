"""Bounds of people reached: the SQL of the mart itself, over random sets of people who overlap."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

PROJECT = Path(__file__).resolve().parents[3] / "dbt_project"
PLACES = ("detroit", "flint", "mobile")
Row = tuple[str | None, frozenset[Any], int, int]  # place, people, how far the bounds lie below and above


def compiled(model: str, layer: str = "marts") -> str:
    """A model as DuckDB reads it, outside dbt: every model it refers to is a table of that name."""
    environment = jinja2.Environment(autoescape=False)  # noqa: S701 – SQL, not HTML
    values = environment.from_string((PROJECT / "macros" / "engine" / "values.sql").read_text(encoding="utf-8")).module
    quarters = environment.from_string((PROJECT / "macros" / "periods.sql").read_text(encoding="utf-8")).module
    reach = environment.from_string((PROJECT / "macros" / "reach.sql").read_text(encoding="utf-8")).module
    text = (PROJECT / "models" / layer / f"{model}.sql").read_text(encoding="utf-8")
    macros = {"joined_values": values.duckdb__joined_values, "in_span": quarters.in_span}
    return environment.from_string(text).render(ref=lambda name: name, listed_more=reach.listed_more, **macros)


@pytest.fixture(scope="module")
def spans():
    """Bounds by member of a dimension, of rows in one span."""
    with duckdb.connect() as connection:
        connection.execute(
            "create table int_spans__spined as select 'r' as indicator_code, 'heal' as program_code, 'reach' as kind, "
            "'' as overlap, 'people' as unit, '2026-Q2' as period, 'since_start' as span, 1 as from_index, 9 as to_index"
        )
        connection.execute("create table dim_partner (program_code text, partner_code text, last_period_index integer)")
        connection.execute(
            "create table fct_indicator_values (indicator_code text, partner_code text, country_code text, "
            "population_group_code text, place text, place_key text, period_index integer, denominator decimal(24, 4), "
            "value_low decimal(24, 4), value_high decimal(24, 4), submission_ids text, is_approved boolean)"
        )
        sql = compiled("fct_indicator_spans")

        def bounds(overlap: str, rows: list[Row]) -> dict[tuple[str, str], tuple[int, int]]:
            connection.execute("update int_spans__spined set overlap = ?", [overlap])
            connection.execute("delete from fct_indicator_values")
            connection.executemany(
                "insert into fct_indicator_values values ('r', $1, 'US', null, $2, $2, $3, null, $4, $5, 's', true)",
                [
                    [partner(number), place, number % 3 + 1, max(0, len(people) - below), len(people) + above]
                    for number, (place, people, below, above) in enumerate(rows)
                ],
            )
            found = connection.execute(f"select dimension, member_code, value_low, value_high from ({sql})").fetchall()
            return {(dimension, member): (int(low), int(high)) for dimension, member, low, high in found}

        yield bounds


def partner(number: int) -> str:
    return "ab"[number % 2]


def people_of(overlap: str, place: str | None, number: int) -> list[Any]:
    """Whom a row can be about where the declaration is true."""
    if overlap == "disjoint":
        return [(number, person) for person in range(6)]
    if overlap == "disjoint_places" and place is not None:
        return [(place, person) for person in range(6)]
    return [(place, person) for place in PLACES for person in range(6)]


@st.composite
def reports(draw: st.DrawFn, overlap: str) -> list[Row]:
    places = draw(st.lists(st.sampled_from([*PLACES, None]), min_size=1, max_size=8))
    return [
        (
            place,
            draw(st.frozensets(st.sampled_from(people_of(overlap, place, number)))),
            draw(st.sampled_from([0, 0, 4])),
            draw(st.sampled_from([0, 0, 4])),
        )
        for number, place in enumerate(places)
    ]


@pytest.mark.parametrize("overlap", ["unknown", "disjoint", "disjoint_places"])
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_bounds_hold_whatever_the_overlap_as_long_as_the_declaration_is_true(spans, overlap, data):
    rows = data.draw(reports(overlap))
    for (dimension, member), (low, high) in spans(overlap, rows).items():
        counted = [
            people
            for number, (place, people, _, _) in enumerate(rows)
            if (dimension != "partner" or partner(number) == member)
            and (dimension != "place" or member == (f"US/{place}" if place else "not_split"))
        ]
        assert low <= len(frozenset().union(*counted)) <= high


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.sampled_from([*PLACES, None]), st.integers(0, 20)), min_size=1, max_size=8))
def test_both_bounds_can_be_true(spans, sizes):
    """Nested sets reach the lower bound, disjoint ones the upper: nothing tighter follows from the declaration."""
    by_place = [(place, frozenset((place, person) for person in range(size))) for place, size in sizes]
    everybody = sorted(frozenset().union(*(people for place, people in by_place if place)))
    strangers = [("", person) for person in range(20)]
    nested = [people if place else frozenset([*everybody, *strangers][: len(people)]) for place, people in by_place]
    low, high = spans("disjoint_places", [(place, people, 0, 0) for place, people in by_place])["total", "total"]
    assert low == len(frozenset().union(*nested))
    assert high == sum(size for _, size in sizes)
