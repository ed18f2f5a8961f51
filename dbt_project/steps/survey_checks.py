"""What is wrong with a survey file, in sentences that say where."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dbt_project.steps.survey_design import Design, SurveyProblem

if TYPE_CHECKING:
    import duckdb

MISSING = ("", "na", "nan", "null")
#: The largest weight may be this many times the smallest; beyond, decimal sums would lose digits.
WEIGHT_RANGE = 1e10


def check(connection: duckdb.DuckDBPyConnection, design: Design) -> list[str]:
    """Refuse what cannot be estimated and leave out respondents without a weight.

    Args:
        connection: Holds ``cast_rows``: the texts of a file and what they mean, null where they mean nothing.

    Returns:
        What was left out, in a sentence.

    Raises:
        SurveyProblem: the first thing wrong, with its line where it has one.
    """

    def refuse(sentence: str, text: str, condition: str) -> None:
        found = connection.execute(
            f"select line, coalesce({text}, '') from cast_rows where {condition} order by line limit 1"
        ).fetchone()
        if found:
            raise SurveyProblem(f"Line {found[0]}: {sentence.replace('{}', found[1][:60])}")

    refuse(
        f"the weight “{{}}” in “{design.weight}” is not a number (decimals are written with a point).",
        "weight_text",
        f"weight is null and lower(coalesce(weight_text, '')) not in {MISSING}",
    )
    refuse("a weight is zero or more, not “{}”.", "weight_text", "weight < 0 or isinf(weight)")
    (before,) = connection.execute("select count(*) from cast_rows").fetchone() or (0,)
    connection.execute("delete from cast_rows where weight is null or isnan(weight)")
    (rows, least, most) = connection.execute(
        "select count(*), min(case when weight > 0 then weight end), max(weight) from cast_rows"
    ).fetchone() or (0, None, None)
    if not rows:
        raise SurveyProblem(f"No respondent has a weight in “{design.weight}”: nothing weighted can be said.")
    if least is None:
        raise SurveyProblem(f"No weight in “{design.weight}” is above zero.")
    if most / least > WEIGHT_RANGE or not 1e-100 < most < 1e100:
        raise SurveyProblem(
            f"The weights in “{design.weight}” run from {least:g} to {most:g}; one of them must be a slip."
        )
    refuse(
        f"the outcome “{{}}” in “{design.outcome}” is neither yes (1) nor no (0), nor blank.",
        "answer_text",
        f"answer is null and lower(coalesce(answer_text, '')) not in {MISSING}",
    )
    for column, name in ((design.strata, "stratum"), (design.psu, "psu"), (design.fpc, "fpc_text")):
        if column is not None:
            blank = f"{name} is null or lower({name}) in {MISSING}"
            refuse(f"“{column}” is blank; every respondent needs one.", name, blank)
    _check_fpc(connection, design, refuse)
    for index, column in enumerate(design.replicates.columns if design.replicates else ()):
        name = f"rep_{index}"
        bad = f"{name} is null or isnan({name}) or abs({name}) > 1e100"
        refuse(f"the replicate weight “{{}}” in “{column}” is not a number.", f"{name}_text", bad)
    if design.nest is False and (
        found := connection.execute(
            "select psu from cast_rows where psu is not null group by psu having count(distinct stratum) > 1 "
            "order by psu limit 1"
        ).fetchone()
    ):
        raise SurveyProblem(
            f"Sampling unit “{found[0]}” lies in several strata. If numbers start anew in each stratum, say nest: true."
        )
    if before == rows:
        return []
    return [f"Left out for want of a weight in “{design.weight}”: {before - rows:,} of {before:,} respondents."]


def _check_fpc(connection: duckdb.DuckDBPyConnection, design: Design, refuse: Callable[[str, str, str], None]) -> None:
    if design.fpc is None:
        return
    refuse(
        f"“{design.fpc}” says how many sampling units the stratum has in all, or what fraction is sampled, not “{{}}”.",
        "fpc_text",
        "fpc is null or isnan(fpc) or fpc <= 0",
    )
    found = connection.execute(
        "select stratum, min(fpc) < max(fpc), count(distinct psu) + count(case when psu is null then 1 end) as units, "
        "max(fpc) from cast_rows group by stratum having min(fpc) < max(fpc) "
        "or ((select max(fpc) from cast_rows) > 1 and max(fpc) < units) "
        "order by stratum limit 1"
    ).fetchone()
    if found and found[1]:
        raise SurveyProblem(f"“{design.fpc}” differs within stratum “{found[0]}”; a stratum has one.")
    if found:
        raise SurveyProblem(
            f"Stratum “{found[0]}”: {found[2]:,} sampling units, but “{design.fpc}” says {found[3]:g} is all there is."
        )
