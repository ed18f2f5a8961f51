"""A desk with a small program, and inboxes to pull from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from expectations.desk import Desk
from orchestration.inboxes import Pulled, pull
from sources.connectors import Inbox
from sources.settings import Settings
from tests.integration.inboxes import servers
from tests.unit.expectations import desk_fakes

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)


@pytest.fixture
def new_desk(tmp_path: Path) -> Callable[[], Desk]:
    """Desks over one installation, as after a restart."""
    settings = Settings.at(tmp_path / "house")

    def make() -> Desk:
        contracts = {"demo": desk_fakes.contract()}
        return Desk(settings, contracts, lambda: NOW, reader=desk_fakes.read_files, judge=desk_fakes.judge)

    return make


@pytest.fixture
def desk(new_desk: Callable[[], Desk]) -> Desk:
    return new_desk()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "inbox"
    path.mkdir()
    return path


@pytest.fixture
def inbox(folder: Path) -> Inbox:
    """A folder of partner A."""
    return Inbox("a-folder", "sample_a", "demo", "local", str(folder), settle_seconds=0, period=("name", "folder"))


def looks(desk: Desk, *inboxes: Inbox, times: int = 2, env: dict[str, str] | None = None) -> Pulled:
    """Look as often as given; the lines of all looks."""
    lines, result = [], Pulled()
    for _ in range(times):
        result = pull(desk, inboxes, env or {}, result.waiting, seconds=60)
        lines += result.lines
    return Pulled(lines, result.waiting)


def events(desk: Desk, kind: str) -> list[Any]:
    return [event for event in desk.log.events() if event.kind == kind]


@pytest.fixture(scope="session")
def s3(s3_storage: Any) -> tuple[str, Any]:
    """Address of an S3-compatible server, and a client to fill it."""
    return s3_storage.url, s3_storage.client


@pytest.fixture
def sftp(folder: Path) -> Iterator[servers.Sftp]:
    with servers.sftp_server(folder) as running:
        yield running


@pytest.fixture
def web(tmp_path: Path) -> Iterator[servers.Web]:
    with servers.web_server(tmp_path) as running:
        yield running
