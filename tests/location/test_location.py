"""The location score is 100, 100, 100, and would not be if any coordinate were one off."""

from __future__ import annotations

import pytest

from expectations import messages
from sources.contract.load import load_all
from sources.reader import grid, reader
from sources.reader.files import FileRead
from tests.location.base import bases
from tests.location.explicit import _MAKERS
from tests.location.layouts import LAYOUTS, letters
from tests.location.score import cases, in_turn, one_of_each, score, unplanted

#: Small returns that together use every kind of column.
PROGRAMS = ("heal", "cheer", "career_academy", "nextgen_scholarships", "community_of_practice", "finance")


def test_every_kind_of_defect_is_told_alone_and_at_its_cell(record_property):
    found = score(one_of_each(in_turn(cases(PROGRAMS), layouts=2)))
    record_property("figures", f"location score: {found.total.said}")
    assert found.total.planted > 150
    assert set(found.by_layout) == {layout.name for layout in LAYOUTS}
    assert not found.misses, "\n".join(found.misses)
    assert found.total.perfect


def test_a_return_without_a_defect_is_told_nothing_but_its_hidden_rows():
    for layout in LAYOUTS:
        told = unplanted(bases("heal")[0], layout)
        assert {problem.rule for problem in told} == ({"file.hidden_rows"} if layout.name == "hidden rows" else set())


def test_every_kind_of_declared_rule_is_planted_somewhere():
    declared = {rule.kind for contract in load_all().values() for table in contract.tables for rule in table.rules}
    assert declared <= _MAKERS.keys()


CELLS = ("not a number", "empty", "error in a cell", "rule at_most")


def few(layout: str):
    """A handful of plants: cells the reader finds at fault, and cells the judge does."""
    chosen = [item for item in LAYOUTS if item.name == layout]
    every = [case for case in cases(["heal"], chosen) if case[2].kind in CELLS]
    return list(one_of_each(every))


@pytest.mark.parametrize(
    ("layout", "owner", "name"),
    [
        ("header offset", grid.Grid, "row_number"),
        ("header offset", grid.Grid, "row_numbers"),
        ("header offset", grid.Grid, "letter"),
        ("header offset", grid, "column_letter"),
        ("header offset", messages.Sheet, "rows"),
        ("csv", grid.Grid, "row_numbers"),
        ("csv", grid.Grid, "row_number"),
        ("csv", reader, "_read_one"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_coordinates_one_off_are_noticed(layout, owner, name, monkeypatch):
    right = getattr(owner, name)
    monkeypatch.setattr(owner, name, lambda *args, **how: one_off(right(*args, **how)))
    found = score(few(layout))
    assert found.total.planted == len(CELLS)
    assert found.total.exact_rate < 100


def test_the_handful_is_told_at_its_cells_otherwise():
    assert score([*few("header offset"), *few("csv")]).total.perfect


def one_off(value):
    """The same a row or a column further."""
    if isinstance(value, str):
        return value[:-1] + chr(ord(value[-1]) + 1)
    if isinstance(value, FileRead):  # lines as they come from the fork that counts them
        for found in value.grids:
            found.lines = [line + 1 for line in found.lines]
        return value
    return [item + 1 for item in value] if isinstance(value, list) else value + 1


def test_cells_are_counted_apart_from_the_code_under_test():
    assert [letters(n) for n in (0, 25, 26, 51, 701, 702)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA"]
