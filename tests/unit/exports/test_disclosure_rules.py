"""Each rule for one figure at its boundaries: 0, 1, 10, 11, 29, 30."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.disclosure.rules import (
    POLL,
    Figure,
    is_hidden,
    percent_bounds,
    rounded,
    unrounded,
    whole_percent,
)


@pytest.mark.parametrize(
    ("people", "hidden"), [(0, False), (1, True), (10, True), (11, False), (29, False), (30, False)]
)
def test_one_to_ten_people_are_hidden_and_nobody_is_not(people, hidden):
    assert is_hidden(Figure(people, people)) is hidden
    assert is_hidden(Figure(0, people)) is hidden, "an upper bound that is small is hidden too"
    assert is_hidden(Figure(people, 500)) is (hidden), "and so is a lower one"


@pytest.mark.parametrize(
    ("part", "base", "hidden"),
    [
        (15, 29, True),
        (15, 30, False),
        (0, 29, True),
        (0, 30, False),
        (30, 30, False),
        (29, 29, True),
        (10, 100, True),
        (11, 100, False),
        (90, 100, True),
        (89, 100, False),
        (99, 100, True),
        (100, 100, False),
        (0, 0, True),
    ],
)
def test_a_share_needs_thirty_people_and_neither_a_small_part_nor_a_small_remainder(part, base, hidden):
    assert is_hidden(Figure(part, part, base)) is hidden


@pytest.mark.parametrize(
    ("part", "whole", "hidden"),
    [(0, 29, True), (29, 29, True), (0, 30, False), (30, 30, False), (15, 29, False), (0, 0, False), (12, 29, False)],
)
def test_nobody_or_everybody_of_fewer_than_thirty_is_hidden(part, whole, hidden):
    assert is_hidden(Figure(part, part, whole=whole)) is hidden


@pytest.mark.parametrize(
    ("count", "base", "hidden"),
    [(0, None, False), (1, None, True), (29, None, True), (30, None, False), (5, 29, True), (5, 30, False)],
)
def test_of_a_poll_a_base_below_thirty_is_hidden(count, base, hidden):
    assert is_hidden(Figure(count, count, base, tier=POLL)) is hidden


@pytest.mark.parametrize(
    ("people", "shown"),
    [(0, 0), (11, 15), (12, 15), (13, 15), (17, 15), (18, 20), (29, 30), (30, 30), (32, 30), (33, 35), (1_002, 1_000)],
)
def test_counts_are_rounded_to_five(people, shown):
    assert rounded(people) == shown


@given(st.integers(11, 10**9) | st.just(0))
def test_no_shown_count_is_one_of_the_small_ones_and_its_bounds_are_what_it_tells(people):
    shown = rounded(people)
    assert shown % 5 == 0
    assert shown == 0 or shown > 10
    least, most = unrounded(shown)
    assert least <= people <= most
    assert least == 0 or least >= 11
    for other in {least, most, max(least - 1, 0), most + 1} - set(range(1, 11)):
        assert (rounded(other) == shown) is (least <= other <= most)


@given(st.integers(30, 5_000), st.data())
def test_a_share_is_shown_in_whole_percent_and_tells_no_more(base, data):
    part = data.draw(st.integers(0, base))
    shown = whole_percent(part, base)
    assert (shown == 0) is (part == 0)
    assert (shown == 100) is (part == base)
    least, most = percent_bounds(shown)
    assert least * base <= 200 * part <= most * base
    assert abs(100 * part / base - shown) <= 1
