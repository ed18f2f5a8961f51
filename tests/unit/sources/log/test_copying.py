"""Part of a log copied into another one is the same chain."""

from __future__ import annotations

from pathlib import Path

import pytest

from sources.log.event import LogError
from sources.log.events import EventLog


def test_a_copy_is_the_same_chain_up_to_an_event(tmp_path: Path) -> None:
    log = EventLog(f"sqlite:///{tmp_path / 'a.db'}")
    for number in range(5):
        log.append("waived", "lead", why=f"é {number}", payload={"n": [number]})
    copy = log.copy_to(f"sqlite:///{tmp_path / 'deep' / 'b.db'}", 3)
    assert copy.events() == log.events()[:3]
    assert copy.verify(log.events()[2].hash) == 3
    assert copy.append("waived", "lead").previous == log.events()[2].hash
    with pytest.raises(LogError, match="holds events already"):
        log.copy_to(copy.url, 3)


def test_a_copy_of_nothing_is_an_empty_log(tmp_path: Path) -> None:
    log = EventLog(f"sqlite:///{tmp_path / 'a.db'}")
    assert log.copy_to(f"sqlite:///{tmp_path / 'b.db'}", 7).events() == []
