"""Standard errors from replicate weights, a second method beside linearisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dbt_project.steps.survey_design import Replicates

if TYPE_CHECKING:
    import duckdb


def replicate_variance(connection: duckdb.DuckDBPyConnection, replicates: Replicates) -> None:
    """Replace the linearised standard errors of the moments by those of the replicates."""
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
    full = dict(connection.execute("select domain_code, share from int_survey__domains").fetchall())
    empty = np.full(len(names), np.nan)
    factor = np.asarray(replicates.factor)

    def error(terms: list[tuple[str, float]]) -> float:
        values = sum(c * by_domain.get(domain, empty) for domain, c in terms)
        whole = sum(c * (full.get(domain) if full.get(domain) is not None else np.nan) for domain, c in terms)
        centre = whole if replicates.centre == "estimate" else np.mean(values)
        return float(np.sqrt(np.sum(factor * (values - centre) ** 2)))

    terms: dict[str, list[tuple[str, float]]] = {}
    for query, domain, coefficient in connection.execute(
        "select query_code, domain_code, coefficient from int_survey__terms"
    ).fetchall():
        terms.setdefault(query, []).append((domain, coefficient))
    # Degrees of freedom: rank of the replicate weights less one, as R's degf of a replicate design.
    weights = (
        connection.execute(f"select distinct {', '.join(names)} from int_survey__units").df().to_numpy(dtype="float64")
    )
    df = int(np.linalg.matrix_rank(weights, tol=1e-5 * np.abs(weights).max())) - 1
    rows = [
        (query, error(parts), *(error([(domain, 1.0)]) for domain, _ in (*parts, parts[0])[:2]))
        for query, parts in terms.items()
    ]
    table = pa.table(
        {key: [row[at] for row in rows] for at, key in enumerate(("query_code", "rep_se", "rep_a", "rep_b"))}
    )
    connection.register("replicated", table)
    connection.execute(
        f"""
        update int_survey__moments set
            se = rep_se, df = {df}, se_a = rep_a, df_a = {df},
            se_b = case when se_b is not null then rep_b end,
            df_b = case when df_b is not null then {df} end
        from replicated where replicated.query_code = int_survey__moments.query_code
        """
    )
