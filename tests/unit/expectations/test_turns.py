"""Returns take turns: no more at once than agreed, in order, and nobody waits for ever."""

import threading
import time

import pytest

from expectations.turns import Turns


def _start(work, count: int) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    return threads


def test_no_more_at_once_than_agreed():
    turns, now, most, lock = Turns(3), 0, [], threading.Lock()

    def work(_: int) -> None:
        nonlocal now
        with turns:
            with lock:
                now += 1
                most.append(now)
            time.sleep(0.02)
            with lock:
                now -= 1

    for thread in _start(work, 12):
        thread.join(10)
    assert (len(most), max(most)) == (12, 3)


def test_whoever_came_first_goes_first():
    turns, order = Turns(1), []

    def work(number: int) -> None:
        with turns:
            order.append(number)

    with turns:
        threads = []
        for number in range(6):
            threads += [threading.Thread(target=work, args=(number,))]
            threads[-1].start()
            while len(turns._waiting) <= number:
                time.sleep(0.001)
    for thread in threads:
        thread.join(10)
    assert order == list(range(6))


def test_a_turn_within_a_turn_is_the_same_one():
    turns = Turns(1)

    @turns
    def inner() -> int:
        with turns:
            return 1

    with turns:
        assert inner() == 1
    assert inner() == 1


def test_a_failure_gives_its_turn_back():
    turns = Turns(1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns:
            _ = 1 / 0
    with turns:
        pass
