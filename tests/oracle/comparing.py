"""The survey engine against R's figures of the same designs."""

from __future__ import annotations

import csv
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from dbt_project.steps.survey_design import Design, read_design
from dbt_project.steps.survey_file import OUTPUT, estimate
from tests.oracle.designs import Survey

EXPECTED = Path(__file__).with_name("expected.csv")
EXACT = frozenset({"n_a", "success_a", "n_b", "df", "nchs"})
TOLERANCE = 1e-9


@cache
def expected() -> dict[str, dict[str, dict[str, str]]]:
    """R's figures as text, by design and row."""
    lines = EXPECTED.read_text(encoding="utf-8").splitlines()
    found: dict[str, dict[str, dict[str, str]]] = {}
    for row in csv.DictReader(lines[1:]):
        found.setdefault(row["survey"], {})[row["row"]] = row
    return found


def differences(survey: Survey) -> list[str]:
    """Every figure of a design on which the engine and R differ by more than 1e-9, absolutely and relatively."""
    with tempfile.TemporaryDirectory() as folder:
        respondents, _, queries = survey.write(Path(folder))
        answer = estimate(respondents, as_design(survey.design), queries)
    theirs = expected()[survey.name]
    assert [row["row"] for row in answer.rows] == list(theirs)
    return [
        f"{survey.name} {' '.join(query)}: {name} is {row[name]}, R says {theirs[row['row']][name] or 'nothing'}"
        for query, row in zip(survey.queries, answer.rows, strict=True)
        for name in OUTPUT
        if not same(name, row[name], theirs[row["row"]][name])
    ]


def as_design(given: dict[str, Any]) -> Design:
    """The design as ``read_design`` reads it from JSON."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "design.json"
        path.write_text(json.dumps(given), encoding="utf-8")
        return read_design(path)


def same(name: str, ours: Any, theirs: str) -> bool:
    """Whether two figures agree; blank agrees with blank only."""
    if ours is None or theirs == "":
        return ours is None and theirs == ""
    if name in EXACT:
        return str(ours) == theirs
    return abs(ours - float(theirs)) <= TOLERANCE * max(1.0, abs(float(theirs)))
