"""The arithmetic of the macros, against Python's own and by brute force."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from pathlib import Path
from typing import Any

import duckdb
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources import periods

MACROS = Path(__file__).resolve().parents[3] / "dbt_project" / "macros"


def macro(file: str, name: str) -> Any:
    """A macro of the project, outside dbt; only those that call no other can be used so."""
    environment = jinja2.Environment(autoescape=False)  # noqa: S701 – SQL, not HTML
    return getattr(environment.from_string((MACROS / file).read_text(encoding="utf-8")).module, name)


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as opened:
        yield opened


TO_EUR = macro("engine/values.sql", "duckdb__to_eur")("cast(? as decimal(18, 2))", "cast(? as decimal(18, 6))")


@settings(deadline=None, max_examples=200)
@given(
    st.decimals(min_value="-9999999999999.99", max_value="9999999999999.99", places=2),
    st.decimals(min_value="0.000100", max_value="100000", places=6),
)
def test_euros_are_exact_to_the_cent(connection, amount, rate):
    values = [amount, amount, rate, rate]
    found = connection.execute(f"select cast({TO_EUR} as decimal(30, 2))", values).fetchone()[0]
    assert found == (amount / rate).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


@pytest.mark.parametrize("low", [0, 1, 3])
def test_the_upper_bound_of_a_share_holds_for_every_truth_and_is_reached(low):
    sql = macro("indicator_rows.sql", "share_high")("{n_high}", "{d_low}", "{d_high}").replace("greatest", "max")
    others_named, others_asked = 20, 50
    for n_high, d_high in product(range(low, 6), range(low, 6)):
        n_possible = range(low, n_high + 1)
        shares = [
            (others_named + named) / (others_asked + asked)
            for named in n_possible
            for asked in range(low, d_high + 1)
            if named <= asked
        ]
        if not shares or n_high > d_high:
            continue
        added = eval(sql.format(n_high=n_high, d_low=low, d_high=d_high))  # noqa: S307 – arithmetic of the macro
        upper = (others_named + added) / (others_asked + d_high)
        lower = (others_named + low) / (others_asked + d_high)
        assert max(shares) <= upper + 1e-12
        assert min(shares) >= lower - 1e-12


@pytest.mark.parametrize(
    ("place", "key"),
    [("St. Louis ", "stlouis"), ("ST LOUIS", "stlouis"), ("São Paulo", "saopaulo"), ("Sa\u0303o  Paulo", "saopaulo"),
     ("東京", "東京"), (" – ", None), ("", None), (None, None)],
)  # fmt: skip
def test_spellings_of_a_place_meet(connection, place, key):
    sql = macro("engine/values.sql", "duckdb__place_key")("cast(? as varchar)")
    assert connection.execute(f"select {sql}", [place]).fetchone()[0] == key


@pytest.mark.parametrize("period", ["2023-Q1", "2024-Q2", "2026-Q3", "2030-Q4"])
def test_quarters_are_those_of_the_calendar(connection, period):
    start = macro("periods.sql", "quarter_start")(f"'{period}'")
    end = macro("periods.sql", "quarter_end")(f"'{period}'")
    index = macro("periods.sql", "quarter_index")(f"'{period}'")
    following = macro("periods.sql", "quarter_index")(f"'{periods.shift(period, 1)}'")
    row = connection.execute(f"select {start}, {end}, {following} - {index}").fetchone()
    assert row == (periods.first_day(period), periods.last_day(period), 1)


@pytest.mark.parametrize(
    ("values", "joined"),
    [
        (["b", "a", "b", None], "a; b"),
        ([None, None], None),
        (["é", "Z", "a"], "Z; a; é"),
        (["a", ""], "; a"),
        ([""], None),
    ],
)
def test_values_of_a_group_are_joined_once_each_and_in_order(connection, values, joined):
    sql = macro("engine/values.sql", "duckdb__joined_values")("v")
    found = connection.execute(f"select {sql} from (select unnest(cast(? as varchar[])) as v)", [values]).fetchone()[0]
    assert found == joined


def test_no_values_are_joined_to_nothing(connection):
    sql = macro("engine/values.sql", "duckdb__joined_values")("v")
    assert connection.execute(f"select {sql} from (select 'a' as v) where v = 'b'").fetchone()[0] is None
