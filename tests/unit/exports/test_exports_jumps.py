"""A figure far from its own history is said so, and zeros that are usual do not hide or make one."""

from __future__ import annotations

from decimal import Decimal
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports.jumps import CUTOFF, jump

#: A busy machine is slow to draw; that is no finding.
CALM = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)


def _of(value: str, *earlier: str, unit: str = "people") -> str | None:
    found = jump("People trained", unit, Decimal(value), [Decimal(item) for item in earlier])
    return found.sentence if found is not None else None


def test_a_jump_is_told_with_the_history_it_is_measured_by() -> None:
    history = ("48", "50", "52", "55", "50", "51", "49", "53")
    assert _of("140", *history) == "People trained: 140; median of 8 earlier quarters 50.5: 2.8 times as much."
    assert _of("10", *history) == "People trained: 10; median of 8 earlier quarters 50.5: 80 % less."
    assert _of("75", *history) == "People trained: 75; median of 8 earlier quarters 50.5: 49 % more."
    assert _of("60", *history) is None
    assert _of("0", *history) == "People trained: 0, and never zero in 8 earlier quarters (median 50.5)."


def test_zeros_that_are_usual_are_kept_apart() -> None:
    rare = ("0", "0", "12", "0", "0", "14", "0", "13")
    assert _of("0", *rare) is None, "zero is what this partner usually reports"
    assert _of("13", *rare) is None, "and thirteen is what it reports when it reports something"
    assert _of("40", *rare) == (
        "People trained: 40; zero in 5 of 8 earlier quarters; median of the others 13: 3.1 times as much."
    )
    seldom = ("0", "0", "0", "0", "0", "12", "0", "0")
    assert _of("30", *seldom) is None
    assert _of("40", *seldom) == (
        "People trained: 40, zero in 7 of 8 earlier quarters, at most 12 in the others: 3.3 times as much."
    )
    assert _of("5", "0", "0", "0", "0") == "People trained: 5, and zero in all 4 earlier quarters."


def test_a_history_without_any_spread_does_not_make_every_change_a_jump() -> None:
    flat = ("100",) * 8
    assert _of("134", *flat) is None, "the deviation is at least a tenth of the usual figure"
    assert _of("136", *flat) == "People trained: 136; median of 8 earlier quarters 100: 36 % more."
    assert _of("5", "2", "2", "2", "2") is None, "three more people are no jump"
    assert _of("6", "2", "2", "2", "2") is not None


def test_shares_are_compared_in_points_and_money_in_euros() -> None:
    assert _of("62.04", "81", "80", "82", "81", unit="percent") is None, "a tenth of 81 is a usual difference"
    assert _of("40", "81", "80", "82", "81", unit="percent") == (
        "People trained: 40 %; median of 4 earlier quarters 81 %: 41 points less."
    )
    assert _of("-900", "100", "110", "90", "100", unit="EUR") == (
        "People trained: −€900; median of 4 earlier quarters €100: the sign is another."
    )


def test_nobody_can_say_with_fewer_than_four_quarters() -> None:
    assert _of("1000", "1", "1", "1") is None


def test_only_the_last_eight_quarters_count() -> None:
    old = ("1000",) * 10
    recent = ("50", "51", "49", "50", "52", "48", "50", "51")
    assert _of("1000", *old, *recent) is not None


@CALM
@given(
    st.lists(st.integers(1, 10**6), min_size=4, max_size=12),
    st.integers(0, 10**7),
)
def test_what_lies_within_the_history_is_no_jump_and_scale_does_not_matter(history: list[int], value: int) -> None:
    earlier = [Decimal(item) for item in history]
    assert jump("x", "people", Decimal(median(history[-8:])), earlier) is None
    found = jump("x", "people", Decimal(value), earlier)
    if found is not None and found.score is not None:
        assert found.score >= round(CUTOFF, 1)
    # A hundred times everything is the same question, once figures are too large for the floor of one.
    large = jump("x", "people", Decimal(value) * 1000, [item * 1000 for item in earlier])
    if found is not None:
        assert large is not None


@pytest.mark.parametrize("zeros", [1, 2, 4])
@CALM
@given(value=st.integers(1, 1000))
def test_zeros_never_change_what_the_others_say(zeros: int, value: int) -> None:
    others = [Decimal(item) for item in (40, 42, 41)]
    with_zeros = jump("x", "people", Decimal(value), [*[Decimal(0)] * zeros, *others])
    more_zeros = jump("x", "people", Decimal(value), [*[Decimal(0)] * 5, *others])
    assert (with_zeros is None) == (more_zeros is None)
