"""Suppression in one table with totals: built in, and by tau-ARGUS where it is installed."""

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.disclosure import argus, fallback
from tests.benchmarks.disclosure import as_problem, leaks, random_table, small, with_complement
from tests.unit.exports import enumeration

FEW = random_table(7, sizes=(4, 3, 2))


def test_the_built_in_pattern_hides_small_cells_and_never_one_alone_in_a_line():
    for seed in range(20):
        table = random_table(seed, sizes=(4, 3, 2))
        hidden = fallback.protect_table(table)
        assert small(table) <= hidden
        assert leaks(table, hidden) == 0
        assert len(hidden) < len(table)


def test_primary_suppression_alone_and_a_complement_in_one_direction_leak():
    tables = [random_table(seed, sizes=(4, 3, 2)) for seed in range(20)]
    assert sum(leaks(table, small(table)) for table in tables) > 0
    assert sum(leaks(table, with_complement(table)) for table in tables) > 0


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6))
def test_against_every_table_there_is(counts):
    """Two by three cells of 0 to 3, small ones from 1 to 2: what is hidden fits more than one table."""
    inner = {(f"m{row}", f"m{column}"): counts[3 * row + column] for row in range(2) for column in range(3)}
    table = dict(inner)
    for place, count in inner.items():
        for total in ((place[0], "total"), ("total", place[1]), ("total", "total")):
            table[total] = table.get(total, 0) + count
    hidden = fallback.protect_table(table, threshold=3)
    problem = as_problem(table, hidden) | {"ub": 6}
    problem["targets"] = [target for target in problem["targets"] if table[tuple(target["name"].split("/"))] < 3]
    alone = {place for place in hidden if 1 <= table[place] < 3}
    found = dict(zip((target["name"] for target in problem["targets"]), enumeration.bounds(problem), strict=True))
    for place in alone:
        least, most = found["/".join(place)]
        others = [one for one in table if one not in hidden and table[one] > 0]
        assert least < most or not others, (table, hidden, place)


@pytest.mark.skipif(not argus.is_installed(), reason="the extra “disclosure” is not installed")
class TestTauArgus:
    def test_it_hides_what_must_be_hidden_and_no_more_than_the_built_in_pattern(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        best, ours = argus.protect_table(FEW), fallback.protect_table(FEW)
        assert small(FEW) <= best <= set(FEW)
        assert leaks(FEW, best) == 0
        assert len(best) <= len(ours)
        assert list(tmp_path.iterdir()) == [], "its log files stay in its scratch folder"

    def test_an_engine_that_fails_says_so(self, monkeypatch):
        monkeypatch.setattr(sys, "executable", str(Path("/bin/false")))
        with pytest.raises(argus.ArgusMissing, match="tau-ARGUS failed"):
            argus.protect_table(FEW)


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(argus, "is_installed", lambda: False)
    with pytest.raises(argus.ArgusMissing, match="install the extra “disclosure”"):
        argus.protect_table(FEW)
