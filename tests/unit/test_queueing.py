"""The projection of a deadline: known values of the formulas, and that a simulated queue agrees with them."""

import heapq
import io
import random
import statistics
import zipfile

import pytest

from tests.benchmarks.files import heal_workbook
from tests.benchmarks.night_people import PERIOD, arrival, crowd, own, prepared
from tests.benchmarks.night_words import shape
from tests.benchmarks.queueing import backlog, erlang_c, spread, waiting


@pytest.mark.parametrize(
    ("workers", "asked", "share"), [(1, 0.5, 0.5), (1, 0.9, 0.9), (2, 1.0, 1 / 3), (3, 2.0, 4 / 9), (5, 4.0, 0.55411)]
)
def test_erlangs_formula_gives_its_known_values(workers, asked, share):
    assert erlang_c(workers, asked) == pytest.approx(share, abs=1e-5)


def test_one_worker_waits_as_pollaczek_and_khinchine_say():
    seconds = [0.2, 0.2, 0.8, 2.0]
    rate = 0.6
    second = statistics.fmean(one**2 for one in seconds)
    expected = rate * second / (2 * (1 - rate * statistics.fmean(seconds)))
    assert waiting(rate, seconds, 1).wait == pytest.approx(expected)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_a_simulated_queue_waits_as_long_as_the_formula_says(workers):
    dice, seconds = random.Random(3), [0.3, 0.4, 0.5, 2.0]
    rate = 0.75 * workers / statistics.fmean(seconds)
    free, now, waits = [0.0] * workers, 0.0, []
    for _ in range(200_000):
        now += dice.expovariate(rate)
        start = max(now, heapq.heappop(free))
        heapq.heappush(free, start + dice.choice(seconds))
        waits.append(start - now)
    assert statistics.fmean(waits) == pytest.approx(waiting(rate, seconds, workers).wait, rel=0.12)


def test_where_more_come_than_can_be_served_the_queue_grows_and_drains():
    assert waiting(3.0, [1.0], 2) == (1.5, None, None)
    assert backlog([10, 0, 0], 1, 0.5, 1) == (8.0, 4.0, 2.0)
    assert spread([1.0, 1.0]) == 0


def test_most_come_in_the_last_minutes_and_everybody_comes():
    minutes = shape(1000, 3600, 60)
    assert sum(minutes) == pytest.approx(1000)
    assert sum(minutes[-10:]) > 400
    assert max(minutes) == minutes[-1]
    assert 0 <= arrival(0) < arrival(0.5) < arrival(0.999) <= 1


def test_the_crowd_is_mixed_and_everybody_sends_a_file_of_their_own():
    people = crowd(1000)
    assert len({person.code for person in people}) == 1000
    assert {person.act for person in people} == {"once", "double", "same", "twice"}
    assert {"small", "5000", "20000", "file"} <= {person.base[0] for person in people}
    assert 100 < sum(person.base[2] for person in people) < 200
    assert 200 < sum(person.address == "127.200.0.1" for person in people) < 400
    data = prepared(("small", 1, False))
    assert own(data, "a") != own(data, "b")
    assert PERIOD == "2026-Q3"


def test_a_return_does_not_hold_the_moment_it_was_made():
    """Installations are compared by what they publish, and the number of a return holds the hash of its file."""
    with zipfile.ZipFile(io.BytesIO(heal_workbook(20, 3))) as book:
        assert b">2026-01-01T00:00:00Z</dcterms:created>" in book.read("docProps/core.xml")
