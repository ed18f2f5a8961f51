"""How the test file of each rule of the catalogue tells its cases: what somebody does, and every sentence it earns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest

from expectations.catalogue import kind_of, rules
from sources.contract.model import Code, CodeList, Column
from sources.problems import Problem
from tests.unit.expectations import returns
from tests.unit.sources.reader import builders


class Case(NamedTuple):
    """Something somebody does, and the sentences the rule says of it, word for word."""

    problems: Callable[[], Sequence[Problem]]
    sentences: tuple[str, ...]


def says(rule_id: str, *cases: Case) -> Callable[..., None]:
    """The test of a rule: its cases' sentences, and that the catalogue tells of it what the code does."""
    [rule] = [item for item in rules() if item.id == rule_id]
    told = {sentence for case in cases for sentence in case.sentences}
    missing = {example for _, example in rule.sentences} - told
    assert not missing, f"examples of the catalogue that no case of {rule_id} says: {missing}"

    @pytest.mark.parametrize("case", cases, ids=lambda case: case.sentences[0][:60] if case.sentences else "nothing")
    def test(case: Case) -> None:
        problems = [problem for problem in case.problems() if kind_of(problem.rule) == rule_id]
        assert tuple(problem.sentence for problem in problems) == case.sentences
        for problem in problems:
            assert rule.allows(problem.severity), problem.severity
            assert problem.origin in rule.mends, problem.origin

    return test


# What somebody does.


def file(data: bytes | builders.InputFile, name: str = "return.xlsx", **how: Any) -> Sequence[Problem]:
    """One file handed in."""
    return builders.read(data, name=name, **how).problems


def rows(*lines: Sequence[Any], sheet: str = "KPI", **how: Any) -> Sequence[Problem]:
    """A workbook of one sheet."""
    more = how.pop("more", None)
    return file(builders.xlsx((sheet, lines), more=more), **how)


def cells(label: str, *values: Any, **how: Any) -> Sequence[Problem]:
    """A workbook whose column ``label`` holds these values."""
    return file(builders.one(label, *values), **how)


def text(content: str, encoding: str = "utf-8", **how: Any) -> Sequence[Problem]:
    """A csv file."""
    return file(content.encode(encoding), name="return.csv", **how)


def put(column: int, *cells_put: tuple[str, Any]) -> Sequence[Problem]:
    """A workbook of two good rows with formulas and what they show, from row 2 of a column on."""

    def more(book: Any, sheet: Any) -> None:
        for at, (formula, shows) in enumerate(cells_put, start=1):
            sheet.write_formula(at, column, formula, None, shows)

    return file(builders.xlsx(("KPI", [builders.HEADERS, *builders.ROWS]), more=more))


def typed(column: Column, *values: Any) -> Sequence[Problem]:
    """Typed values of one column beside an id, judged."""
    shape = returns.table(returns.ID, column)
    given = [{"event_id": f"EV-{n}", column.name: value} for n, value in enumerate(values)]
    return returns.judged(returns.contract(shape), returns.read(shape, given)).problems


HEADERS, ROWS = builders.HEADERS, builders.ROWS
GOOD = builders.xlsx(("KPI", [HEADERS, *ROWS]))
STAGES = CodeList("x", tuple(Code(name.lower(), name) for name in ("Planned", "Running", "Completed", "Stopped")))
