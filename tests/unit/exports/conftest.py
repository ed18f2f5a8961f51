"""One published build of the invented coalition, shared by the tests of this room."""

from __future__ import annotations

import pytest

from exports.published import Published
from tests.unit.exports import fixtures


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """The fixture build, opened for restricted readers."""
    return fixtures.publish(tmp_path_factory.mktemp("published"))
