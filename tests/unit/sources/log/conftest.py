"""Every test of the log that asks for ``url`` runs on both databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

#: What somebody with the rights of the owner does first.
_DROP = {
    "sqlite": ("DROP TRIGGER events_no_update", "DROP TRIGGER events_no_delete"),
    "postgresql": ("DROP TRIGGER events_no_change ON events", "DROP TRIGGER events_no_truncate ON events"),
}


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def new_url(dialect: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Makes addresses of logs nobody has written to."""
    if dialect == "sqlite":
        names = iter(range(9))
        return lambda: f"sqlite:///{tmp_path}/deep/log{next(names)}.db"
    server: Any = request.getfixturevalue("postgresql_server")
    return server.database  # type: ignore[no-any-return]


@pytest.fixture
def url(new_url: Callable[[], str]) -> str:
    return new_url()


@pytest.fixture
def execute(url: str, dialect: str, request: pytest.FixtureRequest) -> Callable[..., list[tuple[Any, ...]]]:
    """Runs statements in the log's database behind its back."""

    def run(*statements: str) -> list[tuple[Any, ...]]:
        if dialect == "postgresql":
            return request.getfixturevalue("postgresql_server").execute(*statements, url=url)  # type: ignore[no-any-return]
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            return [row for statement in statements for row in connection.execute(statement).fetchall()]

    return run


@pytest.fixture
def alter(execute: Callable[..., Any], dialect: str) -> Callable[..., None]:
    """What somebody with the database in hand can do: drop the triggers, then change it."""
    return lambda *statements: execute(*_DROP[dialect], *statements)
