"""Each usual mistake of survey estimation, made on purpose: the figures of R must catch it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from dbt_project.steps import models, quantiles, replicates, survey_file
from tests.oracle import comparing
from tests.oracle.designs import surveys

SURVEYS = {survey.name: survey for survey in surveys()}
CONTRASTS, DOMAINS, MOMENTS = "int_survey__contrasts", "int_survey__domains", "int_survey__moments"
BLOCKS, ESTIMATES, STRATA = "int_survey__blocks", "int_survey__estimates", "int_survey__strata"


@dataclass(frozen=True)
class Mistake:
    """What is replaced in which model or module, and a figure of a design that must then differ."""

    name: str
    changes: tuple[tuple[str | ModuleType, str, str], ...]
    survey: str
    figure: str


MISTAKES = (
    Mistake(
        "clusters ignored",
        (
            (BLOCKS, "    psu_key,\n    pattern_key", "    cast(null as varchar) as psu_key,\n    pattern_key"),
            (STRATA, "count(distinct psu_key) + count(case when psu_key is null then 1 end)", "count(*)"),
        ),
        "nested",
        "se",
    ),
    Mistake("strata ignored", ((survey_file, 'text("strata", "\'all\'")', "\"'all'\""),), "stratified", "se"),
    Mistake(
        "subset first: units counted among the group's members",
        (
            (
                CONTRASTS,
                "    inner join design on strata.stratum_number = design.stratum_number\n",
                "    inner join (select design.* exclude (psu_count), members.query_number, members.unit_count as psu_count"
                " from design inner join strata as members on design.stratum_number = members.stratum_number) as design"
                " on strata.stratum_number = design.stratum_number and strata.query_number = design.query_number\n",
            ),
        ),
        "few_strata",
        "se",
    ),
    Mistake(
        "covariance of two groups ignored",
        (
            (
                MOMENTS,
                "    contrasts.se,\n    contrasts.df,\n    contrasts.lonely_count",
                "    case when group_b.se is null then contrasts.se"
                " else sqrt(group_a.se * group_a.se + group_b.se * group_b.se) end as se,\n"
                "    contrasts.df,\n    contrasts.lonely_count",
            ),
        ),
        "panel",
        "se",
    ),
    Mistake(
        "z for t",
        ((quantiles, "special.stdtrit(np.where(df > 0, df, np.nan), level)", "special.ndtri(level) + 0 * df"),),
        "nested",
        "wald_lo",
    ),
    Mistake(
        "z for t in the test",
        ((quantiles, "special.stdtr(df, -np.abs(estimate / se))", "special.ndtr(-np.abs(estimate / se))"),),
        "nested",
        "p_value",
    ),
    Mistake(
        "weights ignored",
        ((DOMAINS, "weight_success_sum / weight_sum", "weighted_success_count / weighted_count"),),
        "stratified",
        "estimate",
    ),
    Mistake(
        "missing as zero",
        (
            (BLOCKS, "    answer,\n    count(*)", "    coalesce(answer, 0) as answer,\n    count(*)"),
            (BLOCKS, "where answer is not null\n", ""),
        ),
        "missing_outcomes",
        "estimate",
    ),
    Mistake("finite population ignored", ((STRATA, "when fpc is null", "when true"),), "fpc_counts", "se"),
    Mistake(
        "a fraction taken for a count",
        ((STRATA, "when max(fpc) over () <= 1 then fpc", "when fpc < 0 then fpc"),),
        "fpc_fractions",
        "se",
    ),
    Mistake(
        "lonely units ignored under adjust",
        ((CONTRASTS, "var('lonely_psu') == 'adjust'", "var('lonely_psu') == 'never'"),),
        "lonely_adjust",
        "se",
    ),
    Mistake(
        "lonely units ignored under average",
        ((CONTRASTS, "var('lonely_psu') == 'average'", "var('lonely_psu') == 'never'"),),
        "lonely_average",
        "se",
    ),
    Mistake(
        # Weights are normalised first, as is usual: a sum of thirds may miss one.
        "nobody and everybody decided on the weighted share",
        (
            (DOMAINS, "when weighted_success_count = 0 then 0", ""),
            (DOMAINS, "when weighted_success_count = weighted_count then 1", ""),
            (
                DOMAINS,
                "cast(sum(case when answers.answer = 1 then answers.weight_sum else 0 end) as double)",
                "sum(cast(answers.weight_sum as double) / 3 * answers.answer) * 3 * (1 - 1e-16)",
            ),
        ),
        "all_or_none",
        "logit_lo",
    ),
    Mistake(
        "units of zero weight counted in the degrees of freedom",
        ((CONTRASTS, "count(case when weighted_count > 0 then 1 end) as unit_count", "count(*) as unit_count"),),
        "zero_weights",
        "df",
    ),
    Mistake(
        "units of zero weight not counted in the variance",
        ((STRATA, "    where outcome_code =", "    where weight > 0 and outcome_code ="),),
        "zero_weights",
        "se",
    ),
    Mistake(
        "sums of squares subtracted, so that rounding passes for variance",
        ((CONTRASTS, "<= 1e-13 * strata.square", "< 0"),),
        "alike",
        "n_eff",
    ),
    Mistake(
        "effective size capped before the adjustment for degrees of freedom",
        (
            (
                quantiles,
                "adjusted = share * (1 - share) / se_side**2 * (_t(n - 1) / _t(df_side)) ** 2",
                "adjusted = np.minimum(n, share * (1 - share) / se_side**2) * (_t(n - 1) / _t(df_side)) ** 2",
            ),
        ),
        "nested",
        "beta_lo",
    ),
    Mistake(
        "correlation left out of MOVER",
        ((ESTIMATES, "(2 * moments.se_a * moments.se_b)", "(2e9 * moments.se_a * moments.se_b)"),),
        "panel",
        "mover_lo",
    ),
    Mistake(
        "a base of less than thirty presented", ((ESTIMATES, "n_a < 30 or n_eff < 30", "false"),), "all_or_none", "nchs"
    ),
    Mistake(
        "replicates centred on the estimate, whatever is asked",
        ((replicates, 'replicates.centre == "estimate"', "True"),),
        "jkn_mean",
        "se",
    ),
    Mistake(
        "degrees of freedom of all replicates",
        ((replicates, "weights[np.isin(patterns, list(wanted))]", "weights"),),
        "jkn_mean",
        "df",
    ),
)


def _replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"“{old}” is there {text.count(old)} times: the mistake must really be made, once"
    return text.replace(old, new)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_the_figures_of_r_catch(mistake: Mistake, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = dict(models.templates())
    sources: dict[ModuleType, str] = {}
    for place, old, new in mistake.changes:
        if isinstance(place, str):
            texts[place] = _replaced(texts[place], old, new)
        else:
            sources[place] = _replaced(sources.get(place) or Path(str(place.__file__)).read_text("utf-8"), old, new)
    monkeypatch.setattr(models, "templates", lambda: texts)
    for module, source in sources.items():
        mistaken = ModuleType(module.__name__)
        monkeypatch.setitem(sys.modules, module.__name__, mistaken)
        exec(compile(source, str(module.__file__), "exec"), mistaken.__dict__)  # noqa: S102
        for user in (survey_file, comparing):
            for name in ("estimate", "survey_quantiles", "replicate_variance"):
                if hasattr(user, name) and hasattr(mistaken, name):
                    monkeypatch.setattr(user, name, getattr(mistaken, name))
    found = comparing.differences(SURVEYS[mistake.survey])
    assert any(f": {mistake.figure} is " in line for line in found), found[:5]
