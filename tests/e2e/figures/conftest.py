"""An independent recount of what is published: every figure again, in plain Python, from accepted rows and the log.

Rounding agreed on with the SQL: money converts half away from zero to the cent, one row at a time, and sums are of
rounded rows; shares and rates are rounded once, half away from zero, to two decimals.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.e2e.recount import Recount
from tests.e2e.recount_values import Published, Value, recounted

AS_OF = date(2026, 11, 15)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Published, Recount]:
    """The samples handed in and the job run once, in this process."""
    from orchestration.demo import hand_in_samples
    from orchestration.job import run_in_process
    from orchestration.progress import Progress
    from orchestration.resources import House
    from sources.settings import Settings

    settings = Settings.at(tmp_path_factory.mktemp("recount"))
    hand_in_samples(House(settings, AS_OF), Progress())
    assert not run_in_process(settings, AS_OF).failed_checks
    return Published(settings.data), Recount(settings.data, AS_OF)


@pytest.fixture(scope="session")
def published(house) -> Published:
    return house[0]


@pytest.fixture(scope="session")
def recount(house) -> Recount:
    return house[1]


@pytest.fixture(scope="session")
def values(recount) -> dict[tuple[str, str, str], Value]:
    return recounted(recount)
