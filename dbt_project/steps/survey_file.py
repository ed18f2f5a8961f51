"""Shares, gaps and changes of any survey file, by the warehouse's own survey models."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dbt_project.steps import models
from dbt_project.steps.quantiles import survey_quantiles
from dbt_project.steps.replicates import replicate_variance
from dbt_project.steps.survey_checks import check
from dbt_project.steps.survey_design import Design, SurveyProblem
from dbt_project.steps.survey_reading import listed, position, read_header, read_queries, read_respondents

if TYPE_CHECKING:
    import duckdb

#: Groups each quantity needs, and the coefficient of each.
QUANTITIES = {"prop": (1.0,), "diff": (1.0, -1.0), "did": (1.0, -1.0, -1.0, 1.0)}
OUTPUT = (
    "n_a", "success_a", "sumw_a", "n_b", "estimate", "se", "df", "wald_lo", "wald_hi", "logit_lo", "logit_hi",
    "beta_lo", "beta_hi", "wilson_lo", "wilson_hi", "kg_nchs_lo", "kg_nchs_hi", "mover_lo", "mover_hi", "n_eff",
    "n_eff_df", "deff_wr", "deff_kish", "nchs", "p_value",
)  # fmt: skip
_YES, _NO = ("1", "yes", "true"), ("0", "no", "false")
_UNITS = "int_survey__units"
QUANTILES = "stg_steps__survey_quantiles"


@dataclass(frozen=True)
class Estimated:
    """Rows of the answer with :data:`OUTPUT`, each with its ``row``, and what a reader should know besides."""

    rows: list[dict[str, Any]]
    notes: list[str]


def estimate(input_path: Path, design: Design, queries_path: Path) -> Estimated:
    """Estimate the queries of a file over the respondents of another.

    Args:
        input_path: CSV, a respondent per row.
        queries_path: CSV with ``row quantity dom_a dom_b dom_c dom_d``; a domain is ``column=value;column=value``,
            or ``*`` for everybody.

    Returns:
        One row per query, in their order.

    Raises:
        SurveyProblem: the file, the design or a query cannot be used; the message says which and why.
    """
    import duckdb

    names, separator = read_header(input_path)
    queries = read_queries(queries_path, {quantity: len(terms) for quantity, terms in QUANTITIES.items()})
    domains = _domains(queries, names, queries_path.name)
    columns = _columns(design, names)
    wanted = [*columns.values(), *(at for conditions in domains.values() for at, _ in conditions)]
    with duckdb.connect() as connection:
        try:
            connection.register("respondents", read_respondents(input_path, names, separator, wanted))
            _cast(connection, design, columns, domains)
            notes = check(connection, design)
            scale = _units(connection, design, list(domains))
            _terms(connection, queries)
            variables = {"lonely_psu": design.lonely_psu}
            steps = {QUANTILES: lambda: _quantiles(connection)}
            models.build(connection, "int_survey__moments", variables)
            if design.replicates:
                replicate_variance(connection, design.replicates)
            elif design.lonely_psu == "fail":
                _refuse_lonely(connection)
            models.build(connection, "int_survey__estimates", variables, steps)
        except duckdb.Error as error:
            raise SurveyProblem(f"{input_path.name} cannot be estimated: {str(error).splitlines()[0]}") from error
        return Estimated(_answer(connection, queries, scale), notes)


def _asked(row: dict[str, str]) -> list[tuple[str, str, float]]:
    coefficients = QUANTITIES[row["quantity"]]
    return [(letter, row[f"dom_{letter}"], c) for letter, c in zip("abcd", coefficients, strict=False)]


def _domains(queries: list[dict[str, str]], names: list[str], file: str) -> dict[str, list[tuple[int, str]]]:
    """Conditions of each domain asked for, a column's position and a value; none for everybody."""
    found: dict[str, list[tuple[int, str]]] = {}
    for row in queries:
        for _, text, _ in _asked(row):
            conditions = []
            for part in text.split(";") if text != "*" else []:
                column, sign, value = part.partition("=")
                if not sign or column.strip() not in names:
                    raise SurveyProblem(
                        f"{file}, line {row['line']}: “{part}” is not column=value with a column of the file "
                        f"({listed(names)})."
                    )
                conditions.append((position(column.strip(), names, "a group"), value.strip()))
            found[text] = conditions
    return found


def _columns(design: Design, names: list[str]) -> dict[str, int]:
    """Where each column the design names stands: by its purpose, and ``rep_<n>`` for replicate weights."""
    if design.outcome is None:
        raise SurveyProblem("The design names no outcome column.")
    given = {key: getattr(design, key) for key in ("weight", "strata", "psu", "fpc", "outcome")}
    found = {key: position(column.strip(), names, key) for key, column in given.items() if column is not None}
    for index, column in enumerate(design.replicates.columns if design.replicates else ()):
        found[f"rep_{index}"] = position(column.strip(), names, "replicate weights")
    return found


def _cast(
    connection: duckdb.DuckDBPyConnection,
    design: Design,
    columns: dict[str, int],
    domains: dict[str, list[tuple[int, str]]],
) -> None:
    """Make ``cast_rows``: texts and what they mean; what cannot be cast is null, for :func:`check` to find."""

    def text(key: str, otherwise: str = "null") -> str:
        return f"nullif(trim(c{columns[key]}), '')" if key in columns else otherwise

    def number(key: str) -> str:
        return f"try_cast({text(key)} as double)"

    replicates = "".join(f", {number(key)} as {key}, {text(key)} as {key}_text" for key in columns if key[:4] == "rep_")
    connection.execute(
        f"""
        create table cast_rows as
        select
            line,
            {number("weight") if design.weight is not None else "1.0"} as weight,
            {text("weight", "'1'")} as weight_text,
            {number("fpc") if design.fpc is not None else "cast(null as double)"} as fpc,
            {text("fpc")} as fpc_text,
            {text("strata", "'all'")} as stratum,
            {text("psu", "cast(null as varchar)")} as psu,
            case
                when lower({text("outcome")}) in {_YES} or {number("outcome")} = 1 then 1
                when lower({text("outcome")}) in {_NO} or {number("outcome")} = 0 then 0
            end as answer,
            {text("outcome")} as answer_text,
            concat({", ".join(map(_condition, domains.values()))}) as pattern
            {replicates}
        from respondents
        """
    )


def _condition(conditions: list[tuple[int, str]]) -> str:
    """SQL for '1' where a respondent is in the group, else '0'; 1 and 1.0 are the same value."""
    parts = []
    for at, value in conditions:
        literal = "'" + value.replace("'", "''") + "'"
        # Above 2^53 doubles cannot tell neighbours apart, so that long numbers are compared as text.
        number, wanted = f"try_cast(trim(c{at}) as double)", f"try_cast({literal} as double)"
        parts.append(
            f"(trim(c{at}) = {literal} or coalesce({number} = {wanted} and abs({wanted}) < 9007199254740992, false))"
        )
    return f"case when {' and '.join(parts) or 'true'} then '1' else '0' end"


def _units(connection: duckdb.DuckDBPyConnection, design: Design, domains: list[str]) -> float:
    """Make the tables of respondents and of groups; returns the power of two weights were divided by."""
    (largest,) = connection.execute("select max(weight) from cast_rows").fetchone() or (1.0,)
    # A power of two changes no digit; weights below 2^20 keep all of theirs in decimal sums.
    scale = 2.0 ** (math.frexp(largest)[1] - 20)
    replicates = range(len(design.replicates.columns) if design.replicates else 0)
    connection.execute(
        f"""
        create table int_survey__units as
        select
            'outcome' as outcome_code,
            stratum as stratum_key,
            stratum || '|' || psu as psu_key,
            weight / {scale!r} as weight,
            fpc,
            pattern as pattern_key,
            answer
            {"".join(f", rep_{index} / {scale!r} as rep_{index}" for index in replicates)}
        from cast_rows
        """
    )
    import pyarrow as pa

    connection.register("numbered", pa.table({"domain_code": domains, "position": range(1, len(domains) + 1)}))
    connection.execute(
        """
        create table int_survey__memberships as
        select patterns.pattern_key, numbered.domain_code
        from (select distinct pattern_key from int_survey__units) as patterns
        inner join numbered on substr(patterns.pattern_key, numbered.position, 1) = '1'
        """
    )
    return scale


def _terms(connection: duckdb.DuckDBPyConnection, queries: list[dict[str, str]]) -> None:
    import pyarrow as pa

    rows = [(str(at), position, text, text, c) for at, row in enumerate(queries) for position, text, c in _asked(row)]
    names = ("query_code", "position", "side_key", "domain_code", "coefficient")
    asked = pa.table({name: [row[index] for row in rows] for index, name in enumerate(names)})
    connection.register("asked", asked)
    connection.execute("create table int_survey__terms as select *, 'outcome' as outcome_code from asked")


def _quantiles(connection: duckdb.DuckDBPyConnection) -> None:
    connection.register("step", survey_quantiles(connection.execute("select * from int_survey__moments").df()))
    connection.execute(f"create table {QUANTILES} as select * from step")


def _refuse_lonely(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.execute(
        """
        select distinct strata.stratum_key
        from int_survey__strata as strata
        inner join int_survey__blocks as blocks on strata.stratum_key = blocks.stratum_key
        inner join int_survey__memberships as memberships on blocks.pattern_key = memberships.pattern_key
        where strata.is_lonely and (select max(lonely_count) from int_survey__moments) > 0
        order by strata.stratum_key
        """
    ).fetchall()
    if found:
        names = ", ".join(f"“{row[0]}”" for row in found[:5]) + (" …" if len(found) > 5 else "")
        raise SurveyProblem(
            f"Strata with a single sampling unit: {names}. Their variance is unknown; "
            "say lonely_psu: adjust, average or certainty, or join them to a neighbour."
        )


def _answer(connection: duckdb.DuckDBPyConnection, queries: list[dict[str, str]], scale: float) -> list[dict[str, Any]]:
    result = connection.execute("select *, weight_sum_a as sumw_a from int_survey__estimates")
    names = [column[0] for column in result.description]
    found = {row[0]: dict(zip(names, row, strict=True)) for row in result.fetchall()}
    rows = []
    for at, query in enumerate(queries):
        values = found[str(at)]
        if values["sumw_a"] is not None:
            values["sumw_a"] *= scale
        rows.append({"row": query.get("row", str(at + 1)), **{name: _finite(values[name]) for name in OUTPUT}})
    return rows


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_answer(answer: Estimated, path: Path) -> None:
    """Write the rows as CSV; what is undefined is blank, and numbers keep all their digits.

    Raises:
        SurveyProblem: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as handle:
            writer = csv.DictWriter(handle, ("row", *OUTPUT), lineterminator="\n")
            writer.writeheader()
            writer.writerows(answer.rows)
    except OSError as error:
        raise SurveyProblem(f"{path} cannot be written: {error.strerror or error}.") from error
