"""The polls' shares, gaps and changes, worked out again from the respondents in plain numpy."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.benchmarks.polls import COUNTRIES, write_polls
from tests.benchmarks.survey import staged

POOL = "comparable_2022_2025"


@pytest.fixture(scope="module")
def polls(tmp_path_factory: pytest.TempPathFactory) -> tuple[duckdb.DuckDBPyConnection, pd.DataFrame]:
    raw = tmp_path_factory.mktemp("polls") / "raw"
    raw.mkdir()
    write_polls(Path(raw), 400)
    connection, estimate = staged(raw)
    estimate()
    people = connection.execute("select * from staging.stg_trust_survey__respondents").df()
    known = people["characteristic_codes"] != "refused"
    people["disabled"] = people["characteristic_codes"].str.contains("disabled").where(known)
    people["damaged"] = (people["trust_damaged_code"] == "yes").astype(float)
    people["weight"] = people["weight"].astype(float)
    return connection, people


def gap(people: pd.DataFrame, wave: str, countries: tuple[str, ...]) -> tuple[float, float]:
    """The mean of the countries' gaps of disabled people, and its standard error, by the textbook."""
    gaps, variances = [], []
    for country in countries:
        one = people[(people["wave_code"] == wave) & (people["country_code"] == country)]
        score = np.zeros(len(one))
        shares = []
        for member, sign in ((True, 1), (False, -1)):
            inside = (one["disabled"] == member).to_numpy(dtype=bool)
            weights = one["weight"].to_numpy() * inside
            share = float((weights * one["damaged"]).sum() / weights.sum())
            shares.append(share)
            score += sign * weights * (one["damaged"].to_numpy() - share) / weights.sum()
        strata = pd.Series(score, index=one["stratum"])
        parts = strata.groupby(level=0).agg(lambda z: len(z) / (len(z) - 1) * ((z - z.mean()) ** 2).sum())
        gaps.append(shares[0] - shares[1])
        variances.append(float(parts.sum()))
    return float(np.mean(gaps)), float(np.sqrt(sum(variances)) / len(countries))


def found(connection: duckdb.DuckDBPyConnection, table: str, columns: str, area: str, waves: str) -> tuple[float, ...]:
    (row,) = connection.execute(
        f"select {columns} from marts.{table} where outcome_code = 'trust_damaged' and group_code = 'disabled' "
        f"and area_code = '{area}' and {waves}"
    ).fetchall()
    return row


@pytest.mark.parametrize(("area", "countries"), [("GB", ("GB",)), ("all", COUNTRIES), (POOL, COUNTRIES)])
def test_a_gap_and_its_standard_error(polls, area, countries):
    connection, people = polls
    shown = found(connection, "fct_trust_gaps", "gap, gap_se", area, "wave_code = '2025'")
    assert shown == pytest.approx(gap(people, "2025", countries), rel=1e-9)


def test_a_change_of_a_pooled_gap(polls):
    connection, people = polls
    shown = found(connection, "fct_trust_changes", "gap_change, gap_change_se", POOL, "wave_code = '2025'")
    then, now = gap(people, "2022", COUNTRIES), gap(people, "2025", COUNTRIES)
    # Waves are independent samples: variances add up.
    assert shown == pytest.approx((now[0] - then[0], float(np.hypot(now[1], then[1]))), rel=1e-9)


def test_a_country_that_was_not_asked_leaves_no_pool(polls):
    """A mean over other countries than before would be a change of countries, not of gaps."""
    connection, _ = polls
    unasked = (
        "update staging.stg_trust_survey__respondents set negative_experience_code = null "
        "where country_code = 'GB' and wave_code = '2025'"
    )
    connection.execute("begin")
    connection.execute(unasked)
    from tests.unit.dbt_project.compiled import compiled

    for name in ("int_survey__respondents", "int_survey__blocks", "int_survey__domains"):
        node = compiled("2026-11-15")[name]
        connection.execute(f"create or replace table {node.relation} as {node.sql}")
    node = compiled("2026-11-15")["int_survey__contrasts"]
    rows = connection.execute(
        f"select query_code, estimate from ({node.sql}) where outcome_code = 'negative_experience' "
        f"and query_code like 'gap_change|2022|2025|%|disabled|in'"
    ).fetchall()
    connection.execute("rollback")
    undefined = {query.split("|")[3] for query, estimate in rows if estimate is None}
    assert undefined == {"GB", POOL}
    assert len(rows) > len(undefined)
