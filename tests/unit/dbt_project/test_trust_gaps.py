"""The polls' shares, gaps and changes, worked out again from the respondents in plain numpy."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.benchmarks.polls import COUNTRIES, write_polls
from tests.benchmarks.survey import AS_OF, staged
from tests.unit.dbt_project.compiled import compiled

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


#: Which countries each pool is the mean of; the wave's own pool has all of them.
POOLS = {
    "none but the wave": {},
    "one more": {POOL: ("BR", "GB", "US", "FR")},
    "two and three": {POOL: ("BR", "GB", "US")},
}


def determined(withheld: set[str], shown: list[set[str]]) -> set[str]:
    """Withheld countries that some combination of shown figures gives away: those in the span of what is shown."""
    names = sorted(withheld.union(*shown))
    rows = np.array([[name in one for name in names] for one in shown], dtype=float).reshape(-1, len(names))
    rank = np.linalg.matrix_rank(rows) if len(rows) else 0
    return {
        name
        for name in withheld
        if np.linalg.matrix_rank(np.vstack([rows, np.array([name == other for other in names], dtype=float)])) == rank
    }


@pytest.mark.parametrize("pools", POOLS.values(), ids=POOLS)
@pytest.mark.parametrize("number", range(1, 32))
def test_no_pool_gives_away_a_country_that_is_withheld(pools, number):
    """Every way to withhold some of five countries, with pools that share them in different ways."""
    everyone = ("BR", "FR", "GB", "JP", "US")
    withheld = {code for place, code in enumerate(everyone) if number >> place & 1}
    nodes = compiled(AS_OF)
    connection = duckdb.connect()
    for schema in ("intermediate", "marts", "reference"):
        connection.execute(f"create schema {schema}")
    areas = [*everyone, "all", *pools]
    frames = {
        "int_survey__questions": [
            {"outcome_code": "q", "query_code": f"{area}/{side}", "measure": "share", "area_code": area,
             "wave_code": "2025", "group_code": "women", "side_code": side}
            for area in areas for side in ("in", "out")
        ],
        "int_survey__estimates": [
            {"outcome_code": "q", "query_code": f"{area}/{side}", "n_a": 100 + place, "success_a": 40, "estimate": 0.5,
             "nchs": "suppress" if area in withheld and side == "in" else "present", "n_eff": 50.0, "se": 0.1, "df": 50,
             **dict.fromkeys(("deff_wr", "deff_kish", "mover_lo", "mover_hi", "p_value", "logit_lo", "logit_hi",
                              "kg_nchs_lo", "kg_nchs_hi", "kg_a_lo", "kg_a_hi"), 0.5)}
            for place, area in enumerate(areas) for side in ("in", "out")
        ],
        "int_survey__polls": [
            {"country_code": code, "wave_code": "2025", "respondent_count": 200, "sample_type_code": "online_panel",
             "is_weighted": True}
            for code in everyone
        ],
        "int_survey__comparisons": [
            {"country_code": code, "base_wave_code": "2022", "wave_code": "2025",
             "refusal_code": None if code in pools.get(POOL, ()) else "polled_once"}
            for code in everyone
        ],
        "survey_outcomes": [{"outcome_code": "q", "outcome_name": "Q", "is_by_group": True}],
        "survey_groups": [{"group_code": "women", "group_name": "Women", "group_order": 1}],
        "dim_survey_area": [
            {"area_code": area, "area_name": area,
             "area_kind": "wave" if area == "all" else "comparable" if area in pools else "country"}
            for area in areas
        ],
        "dim_program": [{"program_code": "trust_survey", "is_synthetic": True}],
    }  # fmt: skip
    for name, rows in frames.items():
        given = pd.DataFrame(rows)
        connection.register("given", given)
        connection.execute(f"create table {nodes[name].relation} as select * from given")
        connection.unregister("given")
    found = connection.execute(
        f"select area_code, is_shown, decision_code from ({nodes['fct_trust_gaps'].sql})"
    ).fetchall()
    shown = {area for area, is_shown, _ in found if is_shown}
    assert not shown & withheld
    members = (
        {code: {code} for code in everyone} | {"all": set(everyone)} | {pool: set(of) for pool, of in pools.items()}
    )
    assert determined(withheld, [members[area] for area in sorted(shown)]) == set()
    bare = [members[area] for area in areas if area not in withheld]
    if determined(withheld, bare):
        assert "complementary" in {code for _, _, code in found}
    else:
        assert {code for _, _, code in found} <= {"present", "suppress", "complementary"}
