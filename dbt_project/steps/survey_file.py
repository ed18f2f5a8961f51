"""Shares, gaps and changes of any survey file, by the warehouse's own survey models."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dbt_project.steps import models
from dbt_project.steps.quantiles import survey_quantiles
from dbt_project.steps.replicates import replicate_variance
from dbt_project.steps.survey_design import Design, SurveyProblem

if TYPE_CHECKING:
    import duckdb

POSITIONS = ("a", "b", "c", "d")
#: Groups each quantity needs, and the coefficient of each.
QUANTITIES = {"prop": (1.0,), "diff": (1.0, -1.0), "did": (1.0, -1.0, -1.0, 1.0)}
OUTPUT = (
    "n_a", "success_a", "sumw_a", "n_b", "estimate", "se", "df", "wald_lo", "wald_hi", "logit_lo", "logit_hi",
    "beta_lo", "beta_hi", "wilson_lo", "wilson_hi", "kg_nchs_lo", "kg_nchs_hi", "mover_lo", "mover_hi", "n_eff",
    "n_eff_df", "deff_wr", "deff_kish", "nchs", "p_value",
)  # fmt: skip
_YES, _NO, _MISSING = ("1", "yes", "true"), ("0", "no", "false"), ("", "na", "nan", "null")
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

    queries = _queries(queries_path)
    with duckdb.connect() as connection:
        try:
            columns = _read(connection, input_path)
            notes, scale = _units(connection, design, columns, _domains(queries, columns, queries_path.name))
            _terms(connection, queries)
            variables = {"lonely_psu": design.lonely_psu}
            steps = {QUANTILES: lambda: _quantiles(connection)}
            models.build(connection, "int_survey__moments", variables)
            _refuse_lonely(connection, design)
            if design.replicates:
                replicate_variance(connection, design.replicates)
            models.build(connection, "int_survey__estimates", variables, steps)
        except duckdb.Error as error:
            raise SurveyProblem(f"{input_path.name} cannot be estimated: {str(error).splitlines()[0]}") from error
        return Estimated(_answer(connection, queries, scale), notes)


def _read(connection: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """The file as text, whatever it holds: Yes and No must not become numbers on the way."""
    import duckdb

    if not path.is_file():
        raise SurveyProblem(f"There is no file {path}.")
    try:
        connection.execute(
            "create table respondents as select row_number() over () as _line, * "
            "from read_csv(?, all_varchar = true, header = true, null_padding = false, parallel = false)",
            [str(path)],
        )
    except duckdb.Error as error:
        raise SurveyProblem(f"{path.name} cannot be read as CSV: {str(error).splitlines()[0]}") from error
    found = [row[0] for row in connection.execute("describe respondents").fetchall()][1:]
    if connection.execute("select count(*) from respondents").fetchone() == (0,):
        raise SurveyProblem(f"{path.name} has no rows.")
    return found


def _queries(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = [{key: (item or "").strip() for key, item in row.items() if key} for row in csv.DictReader(handle)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SurveyProblem(f"{path.name} cannot be read as CSV: {error}") from error
    if not rows:
        raise SurveyProblem(f"{path.name} has no queries.")
    for number, row in enumerate(rows, start=2):
        quantity = row.get("quantity", "")
        if quantity not in QUANTITIES:
            raise SurveyProblem(f"{path.name}, line {number}: the quantity is prop, diff or did, not “{quantity}”.")
        for position in POSITIONS[: len(QUANTITIES[quantity])]:
            if not row.get(f"dom_{position}"):
                raise SurveyProblem(f"{path.name}, line {number}: {quantity} needs dom_{position}; * is everybody.")
    return rows


def _asked(row: dict[str, str]) -> list[tuple[str, str, float]]:
    coefficients = QUANTITIES[row["quantity"]]
    return [(position, row[f"dom_{position}"], c) for position, c in zip(POSITIONS, coefficients, strict=False)]


def _domains(queries: list[dict[str, str]], columns: list[str], name: str) -> dict[str, list[tuple[str, str]]]:
    """Conditions of each domain asked for; none for everybody."""
    found: dict[str, list[tuple[str, str]]] = {}
    for number, row in enumerate(queries, start=2):
        for _, text, _ in _asked(row):
            conditions = []
            for part in text.split(";") if text != "*" else []:
                column, sign, value = part.partition("=")
                if not sign or column.strip() not in columns:
                    raise SurveyProblem(
                        f"{name}, line {number}: “{part}” is not column=value with a column of the file "
                        f"({', '.join(columns)})."
                    )
                conditions.append((column.strip(), value.strip()))
            found[text] = conditions
    return found


def _units(
    connection: duckdb.DuckDBPyConnection,
    design: Design,
    columns: list[str],
    domains: dict[str, list[tuple[str, str]]],
) -> tuple[list[str], float]:
    """Make the tables of respondents and of groups; returns notes and the power of two weights were divided by."""
    replicates = design.replicates.columns if design.replicates else ()
    for key in ("weight", "strata", "psu", "fpc", "outcome"):
        if getattr(design, key) is not None and getattr(design, key) not in columns:
            raise SurveyProblem(
                f"The file has no column “{getattr(design, key)}” for {key}; it has {', '.join(columns)}."
            )
    for column in replicates:
        if column not in columns:
            raise SurveyProblem(f"The file has no column “{column}” for replicate weights.")
    if design.outcome is None:
        raise SurveyProblem("The design names no outcome column.")
    stratum, psu = _text(design.strata, "'all'"), _text(design.psu, "null")
    patterns = " || ".join(_condition(conditions) for conditions in domains.values())
    connection.execute(
        f"""
        create table cast_rows as
        select
            _line,
            {_number(design.weight, "1.0")} as weight,
            {_text(design.weight, "'1'")} as weight_text,
            {_number(design.fpc, "null")} as fpc,
            {stratum} as stratum,
            {psu} as psu,
            case
                when lower({_text(design.outcome)}) in {_YES} or try_cast({_text(design.outcome)} as double) = 1 then 1
                when lower({_text(design.outcome)}) in {_NO} or try_cast({_text(design.outcome)} as double) = 0 then 0
            end as answer,
            {_text(design.outcome)} as answer_text,
            {patterns} as pattern
            {"".join(f", {_number(column, 'null')} as rep_{index}" for index, column in enumerate(replicates))}
        from respondents
        """
    )
    notes = _checked(connection, design)
    (largest,) = connection.execute("select max(weight) from cast_rows").fetchone() or (0,)
    if not largest > 0:
        raise SurveyProblem(f"No weight in “{design.weight}” is above zero.")
    # A power of two changes no digit; weights near 500 keep all of theirs in decimal sums.
    scale = 2.0 ** _exponent(largest)
    connection.execute(
        f"""
        create table {_UNITS} as
        select
            'outcome' as outcome_code,
            stratum as stratum_key,
            stratum || '|' || psu as psu_key,
            weight / {scale!r} as weight,
            fpc,
            pattern as pattern_key,
            answer
            {"".join(f", rep_{index} / {scale!r} as rep_{index}" for index, _ in enumerate(replicates))}
        from cast_rows
        """
    )
    names = list(domains)
    connection.execute("create table numbered (domain_code varchar, position integer)")
    connection.executemany("insert into numbered values (?, ?)", [[name, at + 1] for at, name in enumerate(names)])
    connection.execute(
        f"""
        create table int_survey__memberships as
        select patterns.pattern_key, numbered.domain_code
        from (select distinct pattern_key from {_UNITS}) as patterns
        inner join numbered on substr(patterns.pattern_key, numbered.position, 1) = '1'
        """
    )
    return notes, scale


def _exponent(largest: float) -> int:
    import math

    return math.frexp(largest)[1] - 9


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _text(column: str | None, otherwise: str = "") -> str:
    return otherwise if column is None else f"nullif(trim({_quoted(column)}), '')"


def _number(column: str | None, otherwise: str) -> str:
    return otherwise if column is None else f"try_cast(trim({_quoted(column)}) as double)"


def _condition(conditions: list[tuple[str, str]]) -> str:
    """SQL for '1' where a respondent is in the group, else '0'; 1 and 1.0 are the same value."""
    parts = []
    for column, value in conditions:
        literal = "'" + value.replace("'", "''") + "'"
        text = f"coalesce(trim({_quoted(column)}), '')"
        parts.append(
            f"({text} = {literal} or coalesce(try_cast({text} as double) = try_cast({literal} as double), false))"
        )
    return f"case when {' and '.join(parts) or 'true'} then '1' else '0' end"


def _checked(connection: duckdb.DuckDBPyConnection, design: Design) -> list[str]:
    """Refuse what cannot be estimated and drop respondents without a weight, saying so."""
    notes = []

    def first(condition: str) -> tuple[int, str] | None:
        # Lines as an editor counts them: the header is line 1.
        return connection.execute(
            f"select _line + 1, coalesce(weight_text, '') from cast_rows where {condition} order by _line limit 1"
        ).fetchone()

    missing = ", ".join(f"'{word}'" for word in _MISSING)
    if found := first(f"weight is null and lower(coalesce(weight_text, '')) not in ({missing})"):
        raise SurveyProblem(f"Line {found[0]}: the weight “{found[1]}” in “{design.weight}” is not a number.")
    if found := first("weight < 0 or isinf(weight) or isnan(weight) and lower(weight_text) <> 'nan'"):
        raise SurveyProblem(f"Line {found[0]}: a weight must be zero or more, not “{found[1]}”.")
    dropped = connection.execute("select count(*) from cast_rows where weight is null or isnan(weight)").fetchone()
    count = dropped[0] if dropped else 0
    connection.execute("delete from cast_rows where weight is null or isnan(weight)")
    if connection.execute("select count(*) from cast_rows").fetchone() == (0,):
        raise SurveyProblem(f"No respondent has a weight in “{design.weight}”: nothing weighted can be said.")
    if count:
        notes.append(f"{count:,} respondents have no weight in “{design.weight}” and are left out of the design.")
    if found := connection.execute(
        f"select _line + 1, answer_text from cast_rows where answer is null and lower(coalesce(answer_text, '')) "
        f"not in ({missing}) order by _line limit 1"
    ).fetchone():
        raise SurveyProblem(
            f"Line {found[0]}: the outcome “{found[1]}” in “{design.outcome}” is neither yes (1) nor no (0), nor blank."
        )
    for column, name in ((design.strata, "stratum"), (design.psu, "psu"), (design.fpc, "fpc")):
        if column is not None and (found := first(f"{name} is null")):
            raise SurveyProblem(f"Line {found[0]}: “{column}” is blank; every respondent needs one.")
    if design.nest is False and (
        found := connection.execute(
            "select psu from cast_rows where psu is not null group by psu having count(distinct stratum) > 1 "
            "order by psu limit 1"
        ).fetchone()
    ):
        raise SurveyProblem(
            f"Sampling unit “{found[0]}” lies in several strata. If numbers start anew in each stratum, say nest: true."
        )
    return notes


def _terms(connection: duckdb.DuckDBPyConnection, queries: list[dict[str, str]]) -> None:
    import pyarrow as pa

    rows = [(str(at), position, text, c) for at, row in enumerate(queries) for position, text, c in _asked(row)]
    names = ("query_code", "position", "domain_code", "coefficient")
    asked = pa.table({name: [row[index] for row in rows] for index, name in enumerate(names)})
    connection.register("asked", asked)
    connection.execute("create table int_survey__terms as select *, 'outcome' as outcome_code from asked")


def _quantiles(connection: duckdb.DuckDBPyConnection) -> None:
    connection.register("step", survey_quantiles(connection.execute("select * from int_survey__moments").df()))
    connection.execute(f"create table {QUANTILES} as select * from step")


def _refuse_lonely(connection: duckdb.DuckDBPyConnection, design: Design) -> None:
    if design.lonely_psu != "fail":
        return
    found = connection.execute(
        "select stratum_key from int_survey__strata where is_lonely and "
        "(select coalesce(sum(lonely_count), 0) from int_survey__moments) > 0 order by stratum_key"
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
    import math

    return None if isinstance(value, float) and not math.isfinite(value) else value


def write_answer(answer: Estimated, path: Path) -> None:
    """Write the rows as CSV; what is undefined is blank, and numbers keep all their digits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, ("row", *OUTPUT), lineterminator="\n")
        writer.writeheader()
        writer.writerows(answer.rows)
