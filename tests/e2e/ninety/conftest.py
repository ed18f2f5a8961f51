"""The house of every case."""

from pathlib import Path

import pytest

from tests.e2e.ninety.house import House


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "data")
