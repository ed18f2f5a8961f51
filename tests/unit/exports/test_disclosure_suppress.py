"""What is decided together: no hidden number of people can be worked out, by anyone who tries every table there is."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.disclosure import fallback, linear
from exports.disclosure.audit import audit
from exports.disclosure.rules import rounded
from exports.disclosure.suppress import decide
from tests.unit.exports.figures_of_people import decided, figure, frame, split


def decisions(*figures, earlier=()):
    """What is decided, by figure."""
    given_ = frame(*figures)
    return decided(given_, decide(given_, earlier)).set_index("figure_id").to_dict("index")


def hidden(found):
    """Reason by hidden figure."""
    return {name: row["suppression_reason"] for name, row in found.items() if not row["is_shown"]}


def test_a_single_small_part_takes_another_with_it():
    found = decisions(*split("a", "2026-Q3", {"country:BR": 7, "country:FR": 40, "country:GB": 90}))
    assert hidden(found) == {
        "a/2026-Q3/since_start/country:BR": "primary",
        "a/2026-Q3/since_start/country:FR": "complementary",
    }
    assert found["a/2026-Q3/since_start"]["shown_high"] == 135, "137, rounded to 5"


def test_small_parts_that_are_few_together_take_another_with_them():
    found = decisions(*split("a", "2026-Q3", {"country:BR": 2, "country:FR": 3, "country:GB": 90, "country:US": 95}))
    assert hidden(found)["a/2026-Q3/since_start/country:GB"] == "complementary", "five people are a small number too"


def test_nobody_hides_nobody():
    found = decisions(*split("a", "2026-Q3", {"country:BR": 7, "country:FR": 0, "country:GB": 90}))
    assert sorted(hidden(found)) == ["a/2026-Q3/since_start/country:BR", "a/2026-Q3/since_start/country:GB"]
    assert found["a/2026-Q3/since_start/country:FR"]["shown_high"] == 0


def test_a_part_is_not_told_small_where_only_one_bound_is():
    found = decisions(figure("a", "2026-Q3", 4, high=80), figure("b", "2026-Q3", 4, high=9))
    assert [found[f"{code}/2026-Q3/since_start"]["is_told_small"] for code in "ab"] == [False, True]


def test_the_same_figures_are_decided_the_same_in_any_order():
    figures = [
        *split("a", "2025-Q4", {"country:BR": 7, "country:FR": 40, "population_group:women": 20, "population_group:x": 27}),
        *split("a", "2026-Q3", {"country:BR": 9, "country:FR": 41, "population_group:women": 22, "population_group:x": 28}),
    ]  # fmt: skip
    once = decide(frame(*figures))
    again = decide(frame(*reversed(figures)))
    assert once.equals(again)


def remainders(found, whole, *parts):
    """How many could be left of a whole, by what is shown of it and its parts, trying every number."""
    ranges = []
    for name in (whole, *parts):
        row = found[f"{name}/since_start"]
        ranges.append(
            [count for count in range(60) if rounded(count) == row["shown_high"] and not 1 <= count <= 10]
            if row["is_shown"]
            else list(range(1, 11) if row["is_told_small"] else range(60))
        )
    return {total - sum(some) for total, *some in product(*ranges) if total >= sum(some)}


def test_what_is_left_of_a_whole_is_not_told():
    """Awarded, less active, less graduated, leaves how many stopped: 3 of 53."""
    found = decisions(
        figure("awarded", "2026-Q3", 53),
        figure("active", "2026-Q3", 30, parts_of="awarded"),
        figure("graduated", "2026-Q3", 20, parts_of="awarded"),
    )
    left = remainders(found, "awarded/2026-Q3", "active/2026-Q3", "graduated/2026-Q3")
    assert 3 in left
    assert len(left) > 3


def test_everybody_of_a_small_whole_is_hidden():
    found = decisions(
        figure("awarded", "2026-Q3", 18),
        figure("active", "2026-Q3", 18, parts_of="awarded"),
        figure("graduated", "2026-Q3", 0, parts_of="awarded"),
    )
    assert hidden(found) == {"active/2026-Q3/since_start": "primary", "graduated/2026-Q3/since_start": "primary"}


def test_running_totals_of_two_years_do_not_tell_who_came_between():
    found = decisions(figure("a", "2025-Q4", 196), figure("a", "2026-Q3", 199))
    shown = [found[f"a/{period}/since_start"]["shown_high"] for period in ("2025-Q4", "2026-Q3")]
    assert shown == [195, 200]
    rows = linear.rows(decided(frame(figure("a", "2025-Q4", 196), figure("a", "2026-Q3", 199)),
                               decide(frame(figure("a", "2025-Q4", 196), figure("a", "2026-Q3", 199)))))  # fmt: skip
    (answer,) = audit([linear.bare(problem) for problem in linear.problems(rows)])
    (step,) = answer["targets"]
    assert step["lo"] <= 3 <= step["hi"]
    assert not step["exact"]


class TestEarlierReleases:
    """What was shown before is known for good."""

    def release(self, name, *figures, earlier=()):
        given_ = frame(*figures)
        return name, decided(given_, decide(given_, earlier))

    @pytest.mark.parametrize(
        ("now", "shown", "kept"),
        [(54, 55, None), (58, 55, "r1"), (64, 55, "r1"), (65, 65, None), (44, 55, "r1"), (43, 45, None)],
    )
    def test_a_change_of_one_to_ten_people_leaves_the_figure_as_it_was(self, now, shown, kept):
        first = self.release("r1", figure("a", "2026-Q3", 54))
        row = decisions(figure("a", "2026-Q3", now), earlier=[first])["a/2026-Q3/since_start"]
        assert (row["shown_high"], row["kept_from"]) == (shown, kept)

    def test_small_changes_add_up_until_they_may_be_told(self):
        first = self.release("r1", figure("a", "2026-Q3", 54))
        second = self.release("r2", figure("a", "2026-Q3", 60), earlier=[first])
        row = decisions(figure("a", "2026-Q3", 64), earlier=[first, second])["a/2026-Q3/since_start"]
        assert (row["shown_high"], row["kept_from"]) == (55, "r1")
        row = decisions(figure("a", "2026-Q3", 66), earlier=[first, second])["a/2026-Q3/since_start"]
        assert (row["shown_high"], row["kept_from"]) == (65, None)

    def test_a_part_shown_before_protects_nothing(self):
        before = self.release("r1", *split("a", "2026-Q3", {"country:BR": 20, "country:FR": 30, "country:GB": 90}))
        found = decisions(
            *split("a", "2026-Q3", {"country:BR": 8, "country:FR": 30, "country:GB": 90, "country:US": 95}),
            earlier=[before],
        )
        assert hidden(found) == {
            "a/2026-Q3/since_start/country:BR": "primary",
            "a/2026-Q3/since_start/country:US": "complementary",
        }


members = st.integers(0, 24)


@settings(max_examples=60, deadline=None)
@given(st.tuples(members, members, members), st.integers(0, 72))
def test_no_small_part_of_a_line_is_the_only_one_that_fits(parts, women):
    """Against every table of three countries and two groups that fits what is shown."""
    total = sum(parts)
    groups = (min(women, total), total - min(women, total))
    names = [f"country:{code}" for code in ("BR", "FR", "GB")], ["population_group:women", "population_group:x"]
    counts = dict(zip([*names[0], *names[1]], [*parts, *groups], strict=True))
    found = decisions(*split("a", "2026-Q3", counts))
    first = found["a/2026-Q3/since_start"]

    def fitting(some):
        axes = np.array(list(product(range(75), repeat=len(some))), dtype=np.int16)
        for axis, name in enumerate(some):
            axes = axes[fits(axes[:, axis], found[f"a/2026-Q3/since_start/{name}"])]
        return axes[fits(axes.sum(axis=1), first)]

    lines = {tuple(some): fitting(some) for some in names}
    shared = set.intersection(*({int(number) for number in table.sum(axis=1)} for table in lines.values()))
    for some, table in lines.items():
        possible = table[np.isin(table.sum(axis=1), sorted(shared))]
        assert len(possible)
        for axis, name in enumerate(some):
            row = found[f"a/2026-Q3/since_start/{name}"]
            if not row["is_shown"] and 1 <= counts[name] <= 10:
                assert len(np.unique(possible[:, axis])) > 1, (counts, name)


def fits(counts, row):
    """Which counts a figure as published allows."""
    if row["is_shown"]:
        allowed = [count for count in range(250) if not 1 <= count <= 10 and rounded(count) == row["shown_high"]]
        return np.isin(counts, allowed)
    return (counts >= 1) & (counts <= 10) if row["is_told_small"] else counts >= 0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=2, max_size=3), st.data())
def test_every_exact_value_satisfies_what_is_said_of_it(years, data):
    """The rows the attacker gets are true, or it would look in the wrong place."""
    figures, sums = [], [0, 0, 0]
    for year, came in enumerate(years):
        sums = [old + new for old, new in zip(sums, came, strict=True)]
        figures += split(
            "whole", f"202{year}-Q4", dict(zip(("country:BR", "country:FR", "country:GB"), sums, strict=True))
        )
        figures.append(figure("part", f"202{year}-Q4", data.draw(st.integers(0, sum(sums))), parts_of="whole"))
        figures.append(figure("rate", f"202{year}-Q4", min(sums[0], 35), base=sums[0] + 35, span="quarter"))
    given_ = frame(*figures)
    rows = linear.rows(decided(given_, decide(given_)))
    assert rows
    for row in rows:
        assert row.lo <= row.value
        assert row.hi is None or row.value <= row.hi
    for answer in audit([linear.bare(problem) for problem in linear.problems(rows)]):
        assert answer["status"] == "solved"
        assert not any(target["exact"] for target in answer["targets"])


def test_a_leak_that_only_the_attacker_finds_is_repaired_with_the_cheapest_figure():
    """An attacker that calls everything exact leaves nothing about people shown, and still ends."""

    def paranoid(problems, _):
        return [
            {"id": one["id"], "targets": [{"name": target["name"], "exact": True} for target in one["targets"]]}
            for one in problems
        ]

    given_ = frame(*split("a", "2026-Q3", {"country:BR": 7, "country:FR": 40, "country:GB": 90}))
    found = decided(given_, decide(given_, attack=paranoid))
    assert not found["is_shown"].any()
    assert set(found["suppression_reason"]) == {"primary", "complementary"}


def test_the_dual_of_a_proof_names_the_figures_that_give_a_target_away():
    problem = {
        "id": "p",
        "cells": ["a", "b", "c"],
        "facts": [
            {"coef": {"a": 1, "b": 1}, "lo": 20, "hi": 20},
            {"coef": {"b": 1}, "lo": 15, "hi": 15},
            {"coef": {"a": 1, "c": 1}, "lo": 0, "hi": None},
        ],
        "targets": [{"name": "a", "coef": {"a": 1}}],
        "ub": None,
        "sources": ["total", "part", "other"],
    }
    costs = {"total": (5, 20), "part": (1, 15), "other": (0, 1)}
    assert fallback.linear_attack([problem])[0]["targets"][0]["exact"]
    assert fallback.cheapest_that_proves(problem, {"a": 1}, costs) == "part"
    assert fallback.cheapest_that_proves(problem, {"a": 1}, {"total": (5, 20)}) == "total"
    assert fallback.cheapest_that_proves(problem, {"a": 1}, {}) is None


edits = st.lists(st.tuples(*[st.integers(-3, 14)] * 3), min_size=3, max_size=3)


@settings(max_examples=25, deadline=None)
@given(st.tuples(*[st.integers(0, 30)] * 3), edits)
def test_three_releases_side_by_side_give_no_hidden_number_away(first, history):
    """Returns come late and are corrected; whoever keeps all three releases has them side by side."""
    codes = ("country:BR", "country:FR", "country:GB")
    counts, earlier = list(first), []
    for number, changes in enumerate(history):
        counts = [max(0, count + change) for count, change in zip(counts, changes, strict=True)]
        figures = split("a", "2025-Q4", dict(zip(codes, counts, strict=True)))
        figures += split("a", "2026-Q3", dict(zip(codes, [count + 20 * number for count in counts], strict=True)))
        given_ = frame(*figures)
        earlier.append((f"r{number}", decided(given_, decide(given_, earlier))))
    frames = [one for _, one in earlier]
    rows, truth = linear.rows(frames[-1], frames[:-1]), linear.cells(frames[-1], frames[:-1])
    for row in rows:
        value = sum(number * truth[cell] for cell, number in row.coef.items())
        assert value == row.value
        assert row.lo <= value
        assert row.hi is None or value <= row.hi
    problems = [linear.bare(problem) for problem in linear.problems(rows)]
    known, then = linear.problems(linear.rows(frames[1], frames[:1])), linear.cells(frames[1], frames[:1])
    before = {
        target["name"]
        for problem in fallback.integer_attack([linear.bare(one) for one in known], then)
        for target in problem["targets"]
        if target["exact"]
    }
    for answer in fallback.integer_attack(problems, truth):
        assert {target["name"] for target in answer["targets"] if target["exact"]} <= before


def test_another_table_that_fits_is_a_proof_and_none_is_no_proof():
    facts = [{"coef": {"a": 1, "b": 1}, "lo": 20, "hi": 20}]
    problem = {"id": "p", "cells": ["a", "b"], "facts": facts, "targets": [{"name": "a", "coef": {"a": 1}}], "ub": None}
    truth = {"a": 5, "b": 15}
    assert fallback.is_ambiguous(problem, {"a": 1}, truth)
    assert not fallback.is_ambiguous(problem, {"a": 1, "b": 1}, truth), "the total is shown"
    told = problem | {"facts": [*facts, {"coef": {"b": 1}, "lo": 15, "hi": 15}]}
    for asked, exact in ((problem, False), (told, True)):
        (answer,) = fallback.integer_attack([asked], truth)
        assert [target["exact"] for target in answer["targets"]] == [exact]
