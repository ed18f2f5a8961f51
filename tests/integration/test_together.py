"""While a run publishes, people hand in, take back, release and start a second run: all in one small installation."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from expectations.desk import Desk
from exports.published import Published
from sources.contract.load import load_all
from sources.log.events import EventLog
from sources.reader import InputFile
from sources.settings import Settings
from tests.benchmarks.files import heal_workbook

IMPACT = str(Path(sys.executable).with_name("impact"))
AS_OF = "2026-11-15"


class Command:
    """`impact …` beside this process."""

    def __init__(self, data: Path, *arguments: str) -> None:
        env = {**os.environ, "IMPACT_DATA": str(data), "IMPACT_USER": "somebody"}
        self._process = subprocess.Popen(
            [IMPACT, *arguments], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    @property
    def runs(self) -> bool:
        return self._process.poll() is None

    def ended(self) -> tuple[int, str]:
        said, _ = self._process.communicate(timeout=900)
        return self._process.returncode, said


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(Settings.at(tmp_path), load_all(), lambda: datetime(2026, 11, 10, tzinfo=UTC))


def hand_in(desk: Desk, partner: str, seed: int) -> str:
    file = InputFile(f"{seed}.xlsx", heal_workbook(8, seed))
    return desk.submit([file], partner=partner, program="heal", period="2026-Q3", who="ana").submission_id


def test_while_a_run_publishes_people_go_on_and_a_second_run_takes_in_what_came(desk, tmp_path):
    before = hand_in(desk, "sample_heal", 1)
    run = Command(tmp_path, "run", "--quiet", "--as-of", AS_OF)
    while run.runs and not (tmp_path / "warehouse.duckdb").exists():
        time.sleep(0.05)
    assert run.runs, run.ended()
    second = Command(tmp_path, "run", "--quiet", "--as-of", AS_OF)
    came = hand_in(desk, "sample_heal_south", 2)
    desk.withdraw(before, "ana", "Wrong file.", reason_code="wrong_file")
    assert run.runs, "people waited for the run"
    state = desk.state()
    assert [item.id for item in state.current("sample_heal_south", "heal", "2026-Q3")] == [came]
    code, said = Command(tmp_path, "release", "2026-Q3").ended()
    assert run.runs, "the release had nothing to wait for"
    assert code != 0
    assert said.strip().endswith("Another run is still writing. Wait for it to end and try again.")
    assert second.runs
    code, said = run.ended()
    assert code == 0, said
    first_head = Published.open(desk.settings.published).manifest["log_head"]
    code, said = second.ended()
    assert code == 0, said
    build = Published.open(desk.settings.published)
    log = EventLog(desk.settings.log_url)
    log.verify()
    known = {event.hash: event.seq for event in log.events()}
    assert known[first_head] < known[build.manifest["log_head"]] == log.head().seq
    assert state.submissions.keys() == {before, came}
    for name in build.tables:
        build.arrow(name)
