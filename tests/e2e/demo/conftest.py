"""The demo, made once for all tests of this folder."""

from pathlib import Path

import pytest

from tests.e2e.installation import impact


@pytest.fixture(scope="session")
def demo(tmp_path_factory) -> tuple[Path, str]:
    data = tmp_path_factory.mktemp("demo")
    return data, impact(data, "demo")
