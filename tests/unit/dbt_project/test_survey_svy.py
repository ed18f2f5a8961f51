"""The survey engine against `svy`, which linearises on its own, over random designs."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import svy

from dbt_project.steps.survey_design import Design
from dbt_project.steps.survey_file import estimate
from tests.oracle.designs import Query, Row, Survey, people

SHARES = ("*", "sex=f", "race=b", "sex=m;race=a", "disabled=1;wave=2")
GAPS = (("sex", "f", "m"), ("race", "b", "a"), ("disabled", "1", "0"))


def _random_survey(seed: int) -> tuple[list[Row], Design]:
    """Respondents and a design: now with strata, units or a finite population, now without; answers missing or not."""
    draw = random.Random(seed)
    strata, units = draw.randint(1, 9), draw.randint(2, 6)
    rows = people(seed, strata, units, draw.randint(3, 15), unequal=True, spread=draw.uniform(0, 0.9))
    population = {f"s{at}": draw.randint(units + 1, 40) for at in range(1, strata + 1)}
    gone = draw.choice((0.0, 0.0, 0.2))
    for row in rows:
        row["population"] = population[row["stratum"]]
        row["trust"] = "" if draw.random() < gone else row["trust"]
    kind = draw.choice(("both", "both", "units", "strata"))
    return rows, Design(
        weight="weight",
        outcome="trust",
        strata="stratum" if kind != "units" else None,
        psu="unit" if kind != "strata" else None,
        fpc="population" if kind == "both" and draw.random() < 0.5 else None,
    )


def _ours(folder: Path, rows: list[Row], design: Design) -> list[dict[str, Any]]:
    gaps: list[Query] = [("diff", f"{column}={a}", f"{column}={b}") for column, a, b in GAPS]
    survey = Survey("random", rows, {}, [*(("prop", domain) for domain in SHARES), *gaps])
    respondents, _, queries = survey.write(folder)
    return estimate(respondents, design, queries).rows


def _close(ours: float, theirs: float) -> bool:
    return abs(ours - theirs) <= 1e-9 * max(1.0, abs(theirs))


def _where(domain: str) -> Any:
    found = pl.lit(True)
    for part in domain.split(";") if domain != "*" else []:
        column, _, value = part.partition("=")
        found &= pl.col(column) == value
    return found


@pytest.mark.parametrize("seed", range(24))
def test_shares_and_gaps_are_those_of_svy(seed: int, tmp_path: Path) -> None:
    rows, design = _random_survey(seed)
    ours = _ours(tmp_path, rows, design)
    # Groups as text; units are numbered within strata, so without strata they are the same unit everywhere.
    table = pl.DataFrame(rows, schema_overrides={"trust": pl.Utf8}, strict=False).with_columns(
        pl.col("trust").cast(pl.Float64, strict=False),
        *(pl.col(name).cast(pl.Utf8) for name in ("sex", "race", "disabled", "wave")),
    )
    sample = svy.Sample(
        table,
        svy.Design(stratum=design.strata, psu=design.psu, wgt=design.weight, pop_size=design.fpc),
    )
    for domain, row in zip(SHARES, ours, strict=False):
        theirs = sample.estimation.mean("trust", where=_where(domain), drop_nulls=True).to_polars().row(0, named=True)
        if not theirs["n"]:
            assert (row["n_a"], row["estimate"], row["nchs"]) == (0, None, "no_data")
            continue
        assert (row["n_a"], row["df"]) == (theirs["n"], theirs["df"]), domain
        assert _close(row["estimate"], theirs["est"]), domain
        assert _close(row["se"], theirs["se"]), domain
        if row["se"] > 0 and row["df"] > 0:
            assert _close(row["wald_lo"], theirs["lci"]), domain
            # svy's Wilson uses an effective size adjusted for degrees of freedom; R's and ours do not.
            for ci_method, limits in (("logit", "logit"), ("beta", "beta"), ("korn-graubard", "kg_nchs")):
                found = sample.estimation.prop("trust", where=_where(domain), drop_nulls=True, ci_method=ci_method)
                share = found.to_polars().filter(pl.col("trust") == 1).row(0, named=True)
                assert _close(row[f"{limits}_lo"], share["lci"]), (domain, ci_method)
                assert _close(row[f"{limits}_hi"], share["uci"]), (domain, ci_method)
    for (column, a, b), row in zip(GAPS, ours[len(SHARES) :], strict=True):
        if row["estimate"] is None:
            assert 0 in (row["n_a"], row["n_b"])
            continue
        result = sample.estimation.mean("trust", by=column, drop_nulls=True)
        gap = result.contrast(svy.estd(a) - svy.estd(b)).to_polars().row(0, named=True)
        # svy takes the degrees of freedom of the whole design, we those of the two groups together.
        assert _close(row["estimate"], gap["est"]), column
        assert _close(row["se"], gap["se"]), column
