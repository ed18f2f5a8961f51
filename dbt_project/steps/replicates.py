"""Standard errors from replicate weights, a second method beside linearisation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING

from dbt_project.steps.survey_design import Replicates

if TYPE_CHECKING:
    import duckdb


def replicate_variance(connection: duckdb.DuckDBPyConnection, replicates: Replicates) -> None:
    """Replace the linearised standard errors and degrees of freedom of the moments by those of the replicates.

    A group without weight in some replicate has no estimate there, so that its standard error is unknown (R's survey
    package leaves such replicates out, which understates it).
    """
    import numpy as np
    import pyarrow as pa

    names = [f"rep_{index}" for index, _ in enumerate(replicates.columns)]
    sums = ", ".join(
        f"sum(case when answer = 1 then {name} else 0 end) / nullif(sum({name}), 0) as {name}" for name in names
    )
    shares = connection.execute(
        f"""
        select memberships.domain_code, {sums}
        from int_survey__units as units
        inner join int_survey__memberships as memberships on units.pattern_key = memberships.pattern_key
        where units.answer is not null
        group by memberships.domain_code
        """
    ).df()
    by_domain = dict(zip(shares["domain_code"], shares[names].to_numpy(dtype="float64"), strict=True))
    full = dict(
        connection.execute("select domain_code, share from int_survey__domains where share is not null").fetchall()
    )
    empty = np.full(len(names), np.nan)
    factor = np.asarray(replicates.factor)

    def error(terms: Iterable[tuple[str, float]]) -> float:
        values = sum(c * by_domain.get(domain, empty) for domain, c in terms)
        whole = sum(c * full.get(domain, np.nan) for domain, c in terms)
        centre = whole if replicates.centre == "estimate" else np.mean(values[factor > 0])
        found = float(np.sqrt(np.sum(factor * (values - centre) ** 2)))
        # As in int_survey__moments: a rounding error is no standard error.
        return 0.0 if found < 1e-12 else found

    degrees = _degrees(connection, names)
    terms: dict[str, list[tuple[str, float]]] = {}
    for query, domain, coefficient in connection.execute(
        "select query_code, domain_code, coefficient from int_survey__terms order by query_code, position"
    ).fetchall():
        terms.setdefault(query, []).append((domain, coefficient))
    rows = []
    for query, parts in terms.items():
        groups = [((domain, 1.0),) for domain, _ in (*parts, parts[0])[:2]]
        known = all(domain in full for domain, _ in parts)
        df = degrees(frozenset(domain for domain, _ in parts)) if known else None
        by_group = (value for group in groups for value in (error(group), degrees(frozenset({group[0][0]}))))
        rows.append((query, error(parts), df, *by_group))
    keys = ("query_code", "rep_se", "rep_df", "rep_se_a", "rep_df_a", "rep_se_b", "rep_df_b")
    table = pa.table({key: pa.array([row[at] for row in rows], from_pandas=True) for at, key in enumerate(keys)})
    connection.register("replicated", table)
    connection.execute(
        """
        update int_survey__moments set
            se = rep_se, df = rep_df, se_a = rep_se_a, df_a = rep_df_a,
            se_b = case when n_b is not null then rep_se_b end,
            df_b = case when n_b is not null then rep_df_b end
        from replicated where replicated.query_code = int_survey__moments.query_code
        """
    )


def _degrees(connection: duckdb.DuckDBPyConnection, names: list[str]) -> Callable[[frozenset[str]], int]:
    """Degrees of freedom of the union of groups: the rank of its replicate weights less one, as R's degf of a subset.

    A row's size does not matter to the rank, so that respondents alike but for their weight are taken once.
    """
    import numpy as np

    largest = f"greatest({', '.join(names)})"
    rows = connection.execute(
        f"""
        select distinct pattern_key, {", ".join(f"round({name} / {largest}, 9) as {name}" for name in names)}
        from int_survey__units where answer is not null and {largest} > 0
        """
    ).df()
    patterns, weights = rows["pattern_key"].to_numpy(), rows[names].to_numpy(dtype="float64")
    members: dict[str, set[str]] = {}
    for pattern, domain in connection.execute(
        "select pattern_key, domain_code from int_survey__memberships"
    ).fetchall():
        members.setdefault(domain, set()).add(pattern)

    @cache
    def rank(domains: frozenset[str]) -> int:
        wanted = set().union(*(members.get(domain, set()) for domain in domains))
        chosen = np.unique(weights[np.isin(patterns, list(wanted))], axis=0)
        return int(np.linalg.matrix_rank(chosen, tol=1e-5)) - 1 if len(chosen) else 0

    return rank
