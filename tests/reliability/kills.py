"""Hand in, load and publish in a process that is killed (SIGKILL) at a random moment, again and again.

The worker is a fork of this one, so that a kill costs tenths of a second and hundreds are affordable. Returns are synthetic.
"""

from __future__ import annotations

import os
import random
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.files import heal_csv

if TYPE_CHECKING:
    from sources.contract.model import Contract

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
PARTNERS = ("sample_one", "sample_two")
TABLE = "interventions"
WHO = "officer@partner.example"
#: What happens, in order: partner, quarter, and which figures. The second of a quarter is a correction.
STEPS: tuple[tuple[str, str, int], ...] = (
    ("sample_one", "2026-Q1", 1),
    ("sample_two", "2026-Q1", 2),
    ("sample_one", "2026-Q2", 3),
    ("sample_one", "2026-Q1", 4),
    ("sample_two", "2026-Q2", 5),
    ("sample_one", "2026-Q1", 1),
    ("sample_two", "2026-Q3", 6),
)
_PUBLISH_AFTER = (2, 4, 7)


@dataclass
class Story:
    """One installation and what its people were told.

    Attributes:
        data: Its folder.
        told: Submission id by step: the person has the answer on the screen.
        kills: How often the process was killed.
        loaded: How many kills fell while something was under way, by the last thing told.
        elsewhere: Settings of what does not lie in that folder.
    """

    data: Path
    told: dict[int, str] = field(default_factory=dict)
    kills: int = 0
    moments: list[int] = field(default_factory=list)
    elsewhere: dict[str, str] = field(default_factory=dict)


@cache
def contracts() -> dict[str, Contract]:
    """HEAL with two synthetic partners."""
    from sources.contract.load import load_contract

    heal = load_contract("heal")
    like = heal.partners[0]
    return {"heal": replace(heal, partners=tuple(replace(like, code=code, name=code) for code in PARTNERS))}


@cache
def _files(seed: int) -> tuple[tuple[str, bytes], ...]:
    return tuple(heal_csv(12 + seed, seed=seed).items())


def settings_of(story: Story) -> Any:
    """Where the installation lies."""
    from sources.settings import Settings

    return replace(Settings.at(story.data), **story.elsewhere)  # type: ignore[arg-type]


def go_on(story: Story, say: Any = lambda step, number: None) -> None:
    """Do what was not told yet, as the people would after an interruption: send it again, then load and publish."""
    from expectations.desk import Desk
    from sources.reader import InputFile

    desk = Desk(settings_of(story), contracts(), lambda: NOW)
    desk.finish_pending()
    for step, (partner, period, seed) in enumerate(STEPS):
        if step in story.told:
            continue
        files = [InputFile(name, data) for name, data in _files(seed)]
        reason = f"version {seed}" if desk.state().current(partner, "heal", period) else None
        outcome = desk.submit(files, partner=partner, program="heal", period=period, who=WHO, reason=reason)
        say(step, outcome.submission_id)
        if step + 1 in _PUBLISH_AFTER:
            publish(story, desk)


def publish(story: Story, desk: Any) -> str:
    """Load what counts and publish it as one build, without dbt."""
    import duckdb

    from exports.published import write_published
    from sources.load import load_quarters
    from tests.loading import files_that_count

    settings, state = settings_of(story), desk.state()
    quarters = sorted({step[1] for step in STEPS})
    paths = files_that_count(settings, load_quarters(settings, contracts()["heal"], TABLE, quarters, state))
    with duckdb.connect() as connection:
        connection.execute("create schema published")
        source = ", ".join(f"'{path}'" for path in paths) or f"'{settings.raw}/heal/{TABLE}/_empty.parquet'"
        connection.execute(
            f"create table published.pub_rows as select * from read_parquet([{source}], hive_partitioning = true)"
        )
        meta = {"as_of": "2026-11-22", "log_head": state.head}
        return write_published(connection, [("pub_rows", "restricted", ("_submission_id",))], settings.published, meta)


def killed(story: Story, after: float) -> bool:
    """Go on in another process and kill it after some seconds. Returns whether it was killed before it was done."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # the worker: never returns into the test
        os.close(reading)
        code = 1
        try:
            os.setpgid(0, 0)
            go_on(story, lambda step, number: os.write(writing, f"{step} {number}\n".encode()))
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    with suppress(PermissionError, ProcessLookupError):
        os.setpgid(child, child)  # whichever of the two comes first: readers it forked are killed with it
    deadline, status = time.monotonic() + after, None
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            break
        time.sleep(0.002)
    else:
        os.killpg(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as lines:
        for line in lines:
            if line.endswith("\n"):
                step, number = line.split()
                story.told[int(step)] = number
    was_killed = os.WIFSIGNALED(status)
    if not was_killed and os.waitstatus_to_exitcode(status) != 0:
        raise AssertionError("the worker failed by itself; see its traceback above")
    if was_killed:
        story.kills += 1
        story.moments.append(len(story.told))
    return was_killed


def examined(story: Story) -> None:
    """What must hold at any moment, however a process ended."""
    from exports.published import Published
    from sources.load import original_key
    from sources.log.events import EventLog
    from sources.log.state import fold
    from sources.storage import Store

    settings = settings_of(story)
    log = EventLog(settings.log_url)
    log.verify()
    state = fold(log.events())
    landing = Store(settings.landing)
    for step, number in story.told.items():
        submission = state.submissions[number]
        assert submission.place == (STEPS[step][0], "heal", STEPS[step][1])
        assert submission.verdict is not None, "told, but no verdict is kept"
        assert submission.loaded
        for file in submission.files:
            landing.read_original(original_key(file.sha256))
    for submission in state.submissions.values():  # received, whether told or not
        for file in submission.files:
            landing.read_original(original_key(file.sha256))
    _whole_raw(settings, state)
    if Store(settings.published).exists("current"):
        build = Published.open(settings.published)
        for name in build.tables:
            build.arrow(name)


def _whole_raw(settings: Any, state: Any) -> None:
    """No file of accepted rows is cut, and each has the rows its verdict counted."""
    import pyarrow.parquet as pq

    from sources.storage import Store

    raw = Store(settings.raw)
    for key in raw.parquet_files("heal"):
        rows = pq.ParquetFile(raw.path(key)).metadata.num_rows
        _, table, *_, name = key.split("/")
        number = name.removesuffix(".parquet")
        if number.startswith("S"):
            assert rows == state.submissions[number].verdict.tables[table].rows
        else:
            assert rows == 0


def result(story: Story) -> list[tuple[Any, ...]]:
    """The published rows, without the numbers returns got: those depend on what happened in between."""
    from exports.published import Published

    frame = Published.open(settings_of(story).published).frame("pub_rows")
    return sorted(map(tuple, frame.drop(columns=["_submission_id"]).astype(str).to_numpy().tolist()))


def undisturbed(folder: Path) -> tuple[list[tuple[Any, ...]], float]:
    """The published rows of a run nobody kills, and the seconds it takes."""
    story = Story(folder)
    for _ in range(2):  # the second time everything is imported
        start = time.perf_counter()
        story = Story(folder / str(time.monotonic_ns()))
        go_on(story, story.told.__setitem__)
    return result(story), time.perf_counter() - start


def case(
    folder: Path,
    seed: int,
    seconds: float,
    expected: list[tuple[Any, ...]],
    kills: int = 5,
    elsewhere: dict[str, str] | None = None,
) -> Story:
    """One installation: killed up to ``kills`` times, then left in peace; it must end as if nothing had happened."""
    dice = random.Random(seed)
    story = Story(folder, elsewhere=elsewhere or {})
    for _ in range(kills):
        if not killed(story, dice.uniform(0, seconds * 0.4)):
            break
        examined(story)
    go_on(story, story.told.__setitem__)
    if len(story.told) == len(STEPS):
        from expectations.desk import Desk

        publish(story, Desk(settings_of(story), contracts(), lambda: NOW))
    examined(story)
    assert sorted(story.told) == list(range(len(STEPS)))
    assert result(story) == expected, f"seed {seed}: other figures than an undisturbed run"
    _none_twice(story)
    return story


def _none_twice(story: Story) -> None:
    from sources.log.events import EventLog
    from sources.log.state import fold

    state = fold(EventLog(settings_of(story).log_url).events())
    received = [(item.place, item.content) for item in sorted(state.submissions.values(), key=lambda item: item.seq)]
    following = [(before, after) for before, after in zip(_by_place(received), _by_place(received)[1:], strict=False)]
    assert all(before != after for before, after in following), "the same return was taken in twice in a row"
    assert not state.pending()


def _by_place(received: list[tuple[Any, str]]) -> list[tuple[Any, str]]:
    return sorted(received, key=lambda item: item[0])
