"""The desk of tests that bring no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.desk import Desk
from tests.unit.expectations.desk_fakes import Calls
from tests.unit.expectations.desk_receiving import desk_in


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def desk(tmp_path: Path, calls: Calls) -> Desk:
    return desk_in(tmp_path, calls)
