"""Part of a log copied into another one is the same chain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sources.log.event import LogError
from sources.log.events import EventLog


def test_a_copy_is_the_same_chain_up_to_an_event(new_url: Callable[[], str]) -> None:
    log = EventLog(new_url())
    for number in range(5):
        log.append("waived", "lead", why=f"é {number}", payload={"n": [number]})
    copy = log.copy_to(new_url(), 3)
    assert copy.events() == log.events()[:3]
    assert copy.verify(log.events()[2].hash) == 3
    assert copy.append("waived", "lead").previous == log.events()[2].hash
    with pytest.raises(LogError, match="holds events already"):
        log.copy_to(copy.url, 3)


def test_a_copy_of_nothing_is_an_empty_log(new_url: Callable[[], str]) -> None:
    log = EventLog(new_url())
    assert log.copy_to(new_url(), 7).events() == []


def test_a_log_moves_to_the_other_database_and_back(tmp_path: Path, postgresql_server: Any) -> None:
    here = EventLog(f"sqlite:///{tmp_path / 'a.db'}")
    for number in range(5):
        here.append("commented", "lead", why=f"é \u0301 {number}", payload={"n": [number, "\ud800", "\u0000"]})
    there = here.copy_to(postgresql_server.database(), 5)
    assert there.events() == here.events()
    there.append("waived", "lead")
    back = EventLog(f"sqlite:///{tmp_path / 'b.db'}")
    assert back.restore(there.events()) == 6
    assert back.head() == there.head()
    assert back.verify(here.head().hash) == 6
